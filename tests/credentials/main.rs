//! The credentials providers, each on its own, the cache, and the chain.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic in a test is a test failure")]

mod api_key;
mod cache;
mod chain;
mod container;
mod files;
mod instance_metadata;
mod loopback;
mod process;
mod profile;
mod profile_cases;
mod profiles;
mod provider_config;
mod recovery;
mod sso;
mod sts;
#[path = "../support/mod.rs"]
mod support;

use bedrock_lite::CredentialsError;

/// Returns the complete text of an error, with its causes.
pub(crate) fn whole(error: &CredentialsError) -> String {
    let first = format!("{error} {error:?}");
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(first, |text, cause| format!("{text}: {cause} {cause:?}"))
}
