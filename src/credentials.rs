//! AWS credentials, Bedrock API keys, and the providers that find them.
//!
//! A client without configured credentials uses the default chain of providers. Each provider can
//! also be used alone: pass it to
//! [`credentials_provider`](crate::ClientBuilder::credentials_provider). Wrap a provider that performs I/O in a
//! [`CachedCredentials`][cached], because a client asks its provider for credentials before every attempt.
//!
//! See [AWS SDKs and Tools standardized credential providers][aws].
//!
//! [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
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

pub use crate::error::{CredentialsError, CredentialsErrorKind, ProviderAttempt, ProviderKind};
pub use keys::{ApiKey, Credentials};
pub use provide::{ClientContext, CredentialsFuture, ProvideCredentials};
#[cfg(feature = "chain")]
pub use providers::*;
#[cfg(feature = "client")]
pub(crate) use timeout::within;
#[cfg(feature = "client")]
pub(crate) use variables::Environment;
