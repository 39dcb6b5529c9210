//! The credentials providers of this crate.

mod assume_role;
mod cache;
mod chain;
mod container;
mod environment;
mod http_send;
mod instance_metadata;
mod process;
mod profile;
mod provider_config;
mod read_files;
mod response;
mod run_command;
#[cfg(feature = "sso")]
mod sso;
mod sts;
mod web_identity;

pub use assume_role::AssumeRoleCredentials;
pub use cache::CachedCredentials;
pub use chain::{DefaultChain, ResolvedCredentials};
pub use container::ContainerCredentials;
pub use environment::EnvironmentCredentials;
pub use http_send::{HttpError, HttpErrorKind, HttpFuture, HttpOptions, HttpSend};
pub use instance_metadata::{EndpointMode, InstanceMetadataCredentials};
pub use process::ProcessCredentials;
pub use profile::ProfileCredentials;
pub use provider_config::ProviderConfig;
pub use run_command::{CommandError, CommandFuture, CommandOptions, RunCommand};
#[cfg(feature = "sso")]
pub use sso::SsoCredentials;
pub use web_identity::WebIdentityCredentials;

/// The maximum size of a response body, in bytes.
const MAX_BODY: usize = 1024 * 1024;
