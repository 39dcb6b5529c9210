//! [`ProcessCredentials`]: credentials from an external program, `credential_process`.

use std::borrow::Cow;
use std::time::Duration;

use super::ProviderConfig;
use super::response::{ProviderResponse, failed};
use super::run_command::CommandOptions;
use crate::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::{CredentialsError, CredentialsErrorKind};

/// The default timeout of the program.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The maximum output of the program, in bytes.
const MAX_OUTPUT: usize = 64 * 1024;

/// A credentials provider that runs an external program: `credential_process` of a profile.
///
/// - The program runs in a shell, without standard input.
/// - It must print a JSON object with `Version` 1, `AccessKeyId` and `SecretAccessKey`.
///   `SessionToken`, `Expiration` and `AccountId` are optional.
/// - Its output is limited to 64 KiB.
/// - Its standard error is discarded, because it may contain secrets.
///
/// See [Process credential
/// provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
#[derive(Clone)]
pub struct ProcessCredentials {
    provider_config: ProviderConfig,
    command: String,
    timeout: Duration,
}

impl ProcessCredentials {
    /// Creates a provider that runs a command line.
    pub fn new(provider_config: &ProviderConfig, command: impl Into<String>) -> Self {
        Self { provider_config: provider_config.clone(), command: command.into(), timeout: TIMEOUT }
    }

    /// Sets the time after which the program is killed. Defaults to 60 s.
    ///
    /// A client waits at most [`Timeouts::credentials`](crate::Timeouts::credentials), which is
    /// shorter by default. The program is also killed when its caller stops waiting.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn run(&self) -> Result<Credentials, CredentialsError> {
        let options = CommandOptions::new(self.timeout, MAX_OUTPUT);
        let output = self.provider_config.processes.run(&self.command, options).await.map_err(|error| {
            failed("credential_process failed: run it in a terminal to see its error output").with_source(error)
        })?;
        let response = ProviderResponse::parse("credential_process", &output)?;
        match response.number("Version") {
            Some(1) => {}
            Some(version) => return Err(failed(format!("credential_process printed Version {version}, not 1"))),
            None if response.has("Version") => {
                return Err(failed("credential_process printed a Version that is not a number"));
            }
            None => return Err(failed("credential_process printed no Version")),
        }
        response.credentials("SessionToken")
    }
}

impl ProvideCredentials for ProcessCredentials {
    fn name(&self) -> Cow<'_, str> {
        "credential_process".into()
    }

    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async move {
            if self.command.trim().is_empty() {
                let message = "credential_process is empty";
                return Err(CredentialsError::of(CredentialsErrorKind::Invalid, message));
            }
            self.run().await
        })
    }
}

/// Does not show the command, because it may contain secrets.
impl std::fmt::Debug for ProcessCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessCredentials").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
