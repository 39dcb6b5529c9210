//! A program of one's own as a source: `credential_process`.

use std::borrow::Cow;
use std::time::Duration;

use super::ProviderConfig;
use super::response::{ProviderResponse, failed};
use super::run_command::CommandOptions;
use crate::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::{CredentialsError, CredentialsErrorKind};

/// How long the program may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How much it may print, in bytes.
const MAX_OUTPUT: usize = 64 * 1024;

/// A program that prints credentials: `credential_process` of a profile.
///
/// It runs in the shell and prints JSON with `Version` 1, `AccessKeyId`, `SecretAccessKey` and, where they are temporary,
/// `SessionToken` and `Expiration`. It has no standard input and no terminal to ask at; what it says on standard error is not read,
/// and is in no error.
#[derive(Clone)]
pub struct ProcessCredentials {
    provider_config: ProviderConfig,
    command: String,
    timeout: Duration,
}

impl ProcessCredentials {
    /// The program that a command line starts.
    pub fn new(provider_config: &ProviderConfig, command: impl Into<String>) -> Self {
        Self { provider_config: provider_config.clone(), command: command.into(), timeout: TIMEOUT }
    }

    /// Kills the program when it takes longer than this. Default 60 s.
    ///
    /// A client waits no longer than [`Timeouts::credentials`](crate::Timeouts::credentials), which is less by default. The
    /// program is killed when nothing waits for it any more.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn run(&self) -> Result<Credentials, CredentialsError> {
        let rules = CommandOptions::new(self.timeout, MAX_OUTPUT);
        let output = self.provider_config.processes.run(&self.command, rules).await.map_err(|error| {
            failed("credential_process gave nothing: run it by hand to see what it says").with_source(error)
        })?;
        let answer = ProviderResponse::parse("credential_process", &output)?;
        match answer.number("Version") {
            Some(1) => {}
            Some(version) => return Err(failed(format!("credential_process printed Version {version}, not 1"))),
            None if answer.has("Version") => {
                return Err(failed("credential_process printed a Version that is not a number"));
            }
            None => return Err(failed("credential_process printed no Version")),
        }
        answer.credentials("SessionToken")
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

/// Without the command: people write secrets into it.
impl std::fmt::Debug for ProcessCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessCredentials").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
