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

use std::fmt;
use std::future::Future;
use std::pin::Pin;

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

/// The largest answer that a source reads, in bytes.
#[cfg(feature = "chain")]
const MAX_BODY: usize = 1024 * 1024;

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

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for std::sync::Arc<P> {
    fn credentials(&self) -> CredentialsFuture<'_> {
        (**self).credentials()
    }
}
