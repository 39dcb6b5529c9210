//! The bound on waiting for a provider.

use std::future::Future;
use std::time::Duration;

use super::ProvideCredentials;
use crate::error::{CredentialsError, CredentialsErrorKind};

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
    match tokio::time::timeout(timeout, credentials).await {
        Ok(outcome) => outcome,
        Err(_) => Err(unanswered(&provider.name(), timeout)),
    }
}

fn unanswered(name: &str, timeout: Duration) -> CredentialsError {
    let message = format!("{name} did not answer within {timeout:?} (credentials timeout)");
    CredentialsError::of(CredentialsErrorKind::Timeout, message)
}
