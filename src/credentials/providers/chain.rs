//! The default chain: every source, in AWS's order.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ProviderConfig;
use super::container::ContainerCredentials;
use super::environment::EnvironmentCredentials;
use super::instance_metadata::InstanceMetadataCredentials;
use super::profile::ProfileCredentials;
use super::web_identity::WebIdentityCredentials;
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::{CredentialsError, CredentialsErrorKind, CredentialsSource, ProviderAttempt};

/// The sources of credentials that AWS's tools look in, in their order: environment, web identity, profile, container, instance
/// metadata.
///
/// The first that is set up wins. One that is set up and fails ends the search: other credentials than those that were meant
/// would do other things. A client without credentials of its own asks it at its first call, and keeps the answer.
#[derive(Debug, Clone)]
pub struct DefaultChain {
    environment: EnvironmentCredentials,
    web_identity: WebIdentityCredentials,
    profile: ProfileCredentials,
    container: ContainerCredentials,
    instance_metadata: InstanceMetadataCredentials,
    /// The place of the source that was asked last.
    asked: Arc<AtomicUsize>,
}

/// Credentials that a chain found, and where.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResolvedCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// Who gave them.
    pub source: CredentialsSource,
    /// What was tried before, in order.
    pub tried: Vec<ProviderAttempt>,
}

impl DefaultChain {
    /// The sources of these provider_config. Nothing is asked yet.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self {
            environment: EnvironmentCredentials::new(provider_config),
            web_identity: WebIdentityCredentials::new(provider_config),
            profile: ProfileCredentials::new(provider_config),
            container: ContainerCredentials::new(provider_config),
            instance_metadata: InstanceMetadataCredentials::new(provider_config),
            asked: Arc::default(),
        }
    }

    /// Asks the STS of this region, where a source needs it. Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        let region = region.into();
        self.web_identity = self.web_identity.region(region.clone());
        self.profile = self.profile.region(region);
        self
    }

    /// The credentials, with the source that gave them and those that were tried before.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] with every source that was [tried](CredentialsError::tried), in order.
    pub async fn find(&self) -> Result<ResolvedCredentials, CredentialsError> {
        let mut tried = Vec::new();
        for (at, (source, provider)) in self.sources().into_iter().enumerate() {
            self.asked.store(at, Ordering::Relaxed);
            match provider.credentials().await {
                Ok(credentials) => return Ok(ResolvedCredentials { credentials, source, tried }),
                Err(error) => {
                    let ends = error.kind() != CredentialsErrorKind::NotConfigured;
                    tried.push(ProviderAttempt::new(source, error));
                    if ends {
                        break;
                    }
                }
            }
        }
        Err(CredentialsError::of_chain(tried))
    }
}

impl DefaultChain {
    fn sources(&self) -> [(CredentialsSource, &dyn ProvideCredentials); 5] {
        [
            (CredentialsSource::Environment, &self.environment),
            (CredentialsSource::WebIdentity, &self.web_identity),
            (CredentialsSource::Profile, &self.profile),
            (CredentialsSource::Container, &self.container),
            (CredentialsSource::InstanceMetadata, &self.instance_metadata),
        ]
    }

    /// The same, in the region and by the clock of a client.
    fn for_client(&self, client: &ClientContext) -> Self {
        Self {
            web_identity: self.web_identity.for_client(client),
            profile: self.profile.for_client(client),
            instance_metadata: self.instance_metadata.for_client(client),
            ..self.clone()
        }
    }
}

impl ProvideCredentials for DefaultChain {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(self.find().await?.credentials) })
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move { Ok(self.for_client(client).find().await?.credentials) })
    }

    fn invalidate(&self, refused: &Credentials) {
        for (_, provider) in self.sources() {
            provider.invalidate(refused);
        }
    }

    fn name(&self) -> Cow<'_, str> {
        let sources = self.sources();
        let asked = sources.get(self.asked.load(Ordering::Relaxed));
        asked.map_or("the default chain".into(), |(_, provider)| provider.name().into_owned().into())
    }
}
