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

mod keys;
mod provide;
#[cfg(feature = "chain")]
mod providers;
mod short_term_key;
#[cfg(feature = "client")]
mod timeout;
#[cfg(feature = "client")]
mod variables;

pub use crate::error::{CredentialsErrorKind, CredentialsSource, ProviderAttempt};
pub use keys::{ApiKey, Credentials};
pub use provide::{ClientContext, CredentialsFuture, ProvideCredentials};
#[cfg(feature = "chain")]
pub use providers::*;
#[cfg(feature = "client")]
pub(crate) use timeout::within;
#[cfg(feature = "client")]
pub(crate) use variables::Environment;
