//! Credentials: what a request is signed with, and where it comes from.
//!
//! A file a source. Each can be used alone: hand it to
//! [`credentials_provider`](crate::ClientBuilder::credentials_provider), in a [`CachedCredentials`][cached] where it costs something to ask.
//!
#![cfg_attr(feature = "chain", doc = "[cached]: CachedCredentials")]
#![cfg_attr(
    not(feature = "chain"),
    doc = "[cached]: https://docs.rs/bedrock-lite/latest/bedrock_lite/credentials/struct.CachedCredentials.html"
)]

#[cfg(feature = "chain")]
mod answer;
#[cfg(feature = "chain")]
mod assume_role;
#[cfg(feature = "client")]
mod ca_bundle;
#[cfg(feature = "chain")]
mod cache;
#[cfg(feature = "chain")]
mod chain;
#[cfg(feature = "chain")]
mod container;
#[cfg(feature = "chain")]
mod environment;
#[cfg(feature = "chain")]
mod fetch;
#[cfg(feature = "chain")]
mod instance_metadata;
#[cfg(feature = "chain")]
mod process;
#[cfg(feature = "chain")]
mod profile;
#[cfg(feature = "chain")]
mod read_files;
#[cfg(feature = "chain")]
mod run_process;
#[cfg(feature = "sso")]
mod sso;
#[cfg(feature = "chain")]
mod sts;
#[cfg(feature = "chain")]
mod surroundings;
#[cfg(feature = "client")]
mod variables;
#[cfg(feature = "chain")]
mod web_identity;
#[cfg(feature = "client")]
mod within;
#[cfg(feature = "chain")]
mod xml;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::error::CredentialsError;

pub use crate::error::{CredentialsErrorKind, CredentialsSource, Tried};
pub use crate::identity::{ApiKey, Credentials};
#[cfg(feature = "chain")]
pub use assume_role::AssumeRoleCredentials;
#[cfg(feature = "client")]
pub(crate) use ca_bundle::{ca_bundle, unfit_ca_bundle};
#[cfg(feature = "chain")]
pub use cache::CachedCredentials;
#[cfg(feature = "chain")]
pub use chain::{DefaultChain, FoundCredentials};
#[cfg(feature = "chain")]
pub use container::ContainerCredentials;
#[cfg(feature = "chain")]
pub use environment::EnvironmentCredentials;
#[cfg(feature = "chain")]
pub use fetch::{Fetch, FetchError, FetchErrorKind, FetchFuture, FetchRules};
#[cfg(feature = "chain")]
pub use instance_metadata::{EndpointMode, InstanceMetadataCredentials};
#[cfg(feature = "chain")]
pub use process::ProcessCredentials;
#[cfg(feature = "chain")]
pub use profile::ProfileCredentials;
#[cfg(feature = "chain")]
pub use run_process::{ProcessError, ProcessFuture, ProcessRules, RunProcess};
#[cfg(feature = "sso")]
pub use sso::SsoCredentials;
#[cfg(feature = "chain")]
pub use surroundings::Surroundings;
#[cfg(feature = "client")]
pub(crate) use variables::Environment;
#[cfg(feature = "chain")]
pub use web_identity::WebIdentityCredentials;
#[cfg(feature = "client")]
pub(crate) use within::within;

/// The largest answer that a source reads, in bytes.
#[cfg(feature = "chain")]
const MAX_BODY: usize = 1024 * 1024;

/// The future of [`ProvideCredentials::credentials`].
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialsError>> + Send + 'a>>;

/// What a client tells its credentials provider when it asks for credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClientContext {
    /// The region that the client signs for.
    pub region: Arc<str>,
    /// How far the service's clock is ahead of this machine's, as far as the client has learned it.
    pub clock_skew: TimeDelta,
}

impl ClientContext {
    /// Creates the context of a client in this region whose clock is right.
    pub fn new(region: impl Into<Arc<str>>) -> Self {
        Self { region: region.into(), clock_skew: TimeDelta::zero() }
    }

    /// Sets how far the service's clock is ahead of this machine's.
    #[must_use]
    pub fn clock_skew(mut self, skew: TimeDelta) -> Self {
        self.clock_skew = skew;
        self
    }
}

/// A source of credentials of your own.
///
/// Only [`credentials`](Self::credentials) is required.
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

    /// Returns credentials for a client. A client calls this method, not [`credentials`](Self::credentials).
    ///
    /// Implement it if the region or the clock of the client matters, or if you ask another provider: pass the context on.
    /// Calls [`credentials`](Self::credentials) by default.
    ///
    /// # Errors
    ///
    /// As for [`credentials`](Self::credentials).
    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        let _ = client;
        self.credentials()
    }

    /// Forgets credentials that AWS refused as expired or unknown.
    ///
    /// A client calls this method when a request with temporary credentials was refused for them. It then asks once more,
    /// and sends the request once more if the credentials have changed. A provider that keeps credentials must drop these
    /// ones if it still has them, and must keep any newer ones. A provider that asks another one passes the call on.
    /// Does nothing by default.
    fn invalidate(&self, refused: &Credentials) {
        let _ = refused;
    }

    /// Returns the name that error messages call this provider by. Defaults to the name of its type.
    ///
    /// A provider that is asking another one returns the name of that one.
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(short_type_name::<Self>())
    }
}

/// The name of a type without its path and its parameters.
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
