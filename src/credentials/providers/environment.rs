//! The environment as a source.

use std::borrow::Cow;

use super::ProviderConfig;
use super::response::invalid;
use crate::credentials::{CredentialsFuture, Environment, ProvideCredentials};

/// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, with `AWS_SESSION_TOKEN` and `AWS_ACCOUNT_ID` where they are set.
#[derive(Debug, Clone)]
pub struct EnvironmentCredentials {
    environment: Environment,
}

impl EnvironmentCredentials {
    /// The variables of these provider_config.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { environment: provider_config.environment.clone() }
    }
}

impl ProvideCredentials for EnvironmentCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let credentials = self.environment.credentials()?;
            let unfit = |error| invalid("the credentials of the environment are unfit").with_source(error);
            credentials.validate().map_err(unfit)?;
            Ok(credentials)
        })
    }

    fn name(&self) -> Cow<'_, str> {
        "the environment".into()
    }
}
