//! Credentials: what a request is signed with, and where it comes from.

#[cfg(feature = "client")]
mod environment;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::error::CredentialsError;

pub use crate::identity::{ApiKey, Credentials};
#[cfg(feature = "client")]
pub(crate) use environment::Environment;

/// The future of [`ProvideCredentials::credentials`].
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialsError>> + Send + 'a>>;

/// A source of credentials of your own.
///
/// ```
/// use bedrock_lite::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials(&self) -> CredentialsFuture<'_> {
///         Box::pin(async { Ok(Credentials::new("AKIDEXAMPLE", "secret")) })
///     }
/// }
/// ```
pub trait ProvideCredentials: Send + Sync + fmt::Debug {
    /// Credentials that are good now. A client asks before every attempt: keep them where it costs something to get them.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] where there are none; its message holds no secret.
    fn credentials(&self) -> CredentialsFuture<'_>;
}
