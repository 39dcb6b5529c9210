//! [`EnvironmentCredentials`]: credentials from environment variables.

use std::borrow::Cow;

use super::ProviderConfig;
use super::response::invalid;
use crate::credentials::{CredentialsFuture, Environment, ProvideCredentials};

/// A credentials provider that reads environment variables.
///
/// It reads `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, and the optional variables
/// `AWS_SESSION_TOKEN` and `AWS_ACCOUNT_ID`.
///
/// See [AWS access
/// keys](https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html).
#[derive(Debug, Clone)]
pub struct EnvironmentCredentials {
    environment: Environment,
}

impl EnvironmentCredentials {
    /// Creates a provider that reads the variables of this configuration.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { environment: provider_config.environment.clone() }
    }
}

impl ProvideCredentials for EnvironmentCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let credentials = self.environment.credentials()?;
            let refuse = |error| invalid("the credentials in the environment are invalid").with_source(error);
            credentials.validate().map_err(refuse)?;
            Ok(credentials)
        })
    }

    fn name(&self) -> Cow<'_, str> {
        "the environment".into()
    }
}
