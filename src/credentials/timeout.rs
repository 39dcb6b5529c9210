//! The timeout of credentials providers.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;

use super::ProvideCredentials;
use crate::error::{CredentialsError, CredentialsErrorKind};
use crate::transport::{later, timeout_at};

/// Waits for credentials of a provider until the timeout.
///
/// # Errors
///
/// The error of the provider, or [`CredentialsErrorKind::Timeout`] with the name of the provider.
pub(crate) async fn within<T>(
    timeout: Duration,
    provider: &(impl ProvideCredentials + ?Sized),
    credentials: impl Future<Output = Result<T, CredentialsError>>,
) -> Result<T, CredentialsError> {
    let outcome = timeout_at(later(Instant::now(), timeout), pin!(credentials)).await;
    outcome.unwrap_or_else(|| Err(timed_out(&provider.name(), timeout)))
}

fn timed_out(name: &str, timeout: Duration) -> CredentialsError {
    let message = format!("{name} did not respond within {timeout:?} (credentials timeout)");
    CredentialsError::of(CredentialsErrorKind::Timeout, message)
}
