//! [`ProvideCredentials`]: the interface of credentials providers.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::credentials::Credentials;
use crate::error::CredentialsError;

/// The future of [`ProvideCredentials::credentials`].
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialsError>> + Send + 'a>>;

/// The region and the clock of the client that asks a provider for credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClientContext {
    /// The region that the client signs for.
    pub region: Arc<str>,
    /// The offset of the service's clock from the local clock, as measured by the client. Positive
    /// if the service is ahead.
    pub clock_skew: TimeDelta,
}

impl ClientContext {
    /// Creates the context of a client in this region, without clock skew.
    pub fn new(region: impl Into<Arc<str>>) -> Self {
        Self { region: region.into(), clock_skew: TimeDelta::zero() }
    }

    /// Sets the offset of the service's clock from the local clock. Defaults to zero.
    #[must_use]
    pub fn clock_skew(mut self, skew: TimeDelta) -> Self {
        self.clock_skew = skew;
        self
    }
}

/// A credentials provider.
///
/// Implement this trait for a custom provider. Only [`credentials`](Self::credentials) is required.
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
    /// Returns credentials that are valid now.
    ///
    /// A client calls this before every attempt. Cache the credentials if getting them is
    /// expensive, for example with
    /// [`CachedCredentials`](https://docs.rs/bedrock-lite/latest/bedrock_lite/credentials/struct.CachedCredentials.html).
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] if the provider has no credentials. Its message must not contain secrets.
    fn credentials(&self) -> CredentialsFuture<'_>;

    /// Returns credentials for a client. A client calls this method, not
    /// [`credentials`](Self::credentials).
    ///
    /// Implement it if the region or the clock of the client matters. A provider that wraps another
    /// provider must pass the context on. Calls [`credentials`](Self::credentials) by default.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`credentials`](Self::credentials).
    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        let _ = client;
        self.credentials()
    }

    /// Forgets credentials that AWS refused as expired or unknown.
    ///
    /// A client calls this method when AWS refused temporary credentials. It then asks for
    /// credentials again, and retries the request if they have changed.
    ///
    /// - A provider that caches credentials must drop `refused` if it still has them, and must keep
    ///   newer ones.
    /// - A provider that wraps another provider must pass the call on.
    ///
    /// Does nothing by default.
    fn invalidate(&self, refused: &Credentials) {
        let _ = refused;
    }

    /// Returns the name of this provider in error messages. Defaults to the name of its type.
    ///
    /// A provider that waits for another provider returns the name of that provider.
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(short_type_name::<Self>())
    }
}

/// Returns the name of a type without path and parameters.
fn short_type_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials(&self) -> CredentialsFuture<'_> {
        (**self).credentials()
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        (**self).credentials_for(client)
    }

    fn invalidate(&self, refused: &Credentials) {
        (**self).invalidate(refused);
    }

    fn name(&self) -> Cow<'_, str> {
        (**self).name()
    }
}
