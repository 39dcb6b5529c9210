//! The bound on waiting for a provider.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;

use super::ProvideCredentials;
use crate::error::{CredentialsError, CredentialsErrorKind};
use crate::transport::{later, timeout_at};

/// Waits for a provider, but no longer than this.
///
/// # Errors
///
/// The provider's error, or [`CredentialsErrorKind::Timeout`] with the name of the provider.
pub(crate) async fn within<T>(
    timeout: Duration,
    provider: &(impl ProvideCredentials + ?Sized),
    credentials: impl Future<Output = Result<T, CredentialsError>>,
) -> Result<T, CredentialsError> {
    let outcome = timeout_at(later(Instant::now(), timeout), pin!(credentials)).await;
    outcome.unwrap_or_else(|| Err(unanswered(&provider.name(), timeout)))
}

fn unanswered(name: &str, timeout: Duration) -> CredentialsError {
    let message = format!("{name} did not answer within {timeout:?} (credentials timeout)");
    CredentialsError::of(CredentialsErrorKind::Timeout, message)
}
