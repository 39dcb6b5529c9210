//! [`DefaultChain`]: the default chain of credentials providers.

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
use crate::error::{CredentialsError, CredentialsErrorKind, ProviderAttempt, ProviderKind};

/// The default chain of credentials providers, in the order of AWS's tools.
///
/// 1. [`EnvironmentCredentials`]: environment variables.
/// 2. [`WebIdentityCredentials`]: a role for a web identity token.
/// 3. [`ProfileCredentials`]: a profile of the shared configuration files.
/// 4. [`ContainerCredentials`]: the role of an ECS task or EKS pod.
/// 5. [`InstanceMetadataCredentials`]: the role of an EC2 instance.
///
/// The first configured provider is used. A provider that is configured but fails ends the search,
/// so that the chain never silently falls back to a different identity. A client without configured
/// credentials uses this chain with a
/// [cache](super::CachedCredentials).
///
/// See [AWS SDKs and Tools standardized credential providers][aws].
///
/// [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
#[derive(Debug, Clone)]
pub struct DefaultChain {
    environment: EnvironmentCredentials,
    web_identity: WebIdentityCredentials,
    profile: ProfileCredentials,
    container: ContainerCredentials,
    instance_metadata: InstanceMetadataCredentials,
    /// The index of the provider that was called last.
    last: Arc<AtomicUsize>,
}

/// The credentials that a chain found, and the provider that they are from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResolvedCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// The provider of the credentials.
    pub provider: ProviderKind,
    /// The providers that the chain tried before, in order.
    pub tried: Vec<ProviderAttempt>,
}

impl DefaultChain {
    /// Creates the chain with this configuration. Performs no I/O.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self {
            environment: EnvironmentCredentials::new(provider_config),
            web_identity: WebIdentityCredentials::new(provider_config),
            profile: ProfileCredentials::new(provider_config),
            container: ContainerCredentials::new(provider_config),
            instance_metadata: InstanceMetadataCredentials::new(provider_config),
            last: Arc::default(),
        }
    }

    /// Sets the region of STS, for providers that call it. Defaults to the region of the client,
    /// else to `AWS_REGION` or `AWS_DEFAULT_REGION`.
    ///
    /// For the profile provider, the region of the environment or of the profile takes precedence.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        let region = region.into();
        self.web_identity = self.web_identity.region(region.clone());
        self.profile = self.profile.region(region);
        self
    }

    /// Returns the credentials, the provider that they are from, and the providers that the chain
    /// tried before.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] if no provider has credentials, or if a configured provider failed.
    /// [`tried`](CredentialsError::tried) returns the error of each provider, in order.
    pub async fn find(&self) -> Result<ResolvedCredentials, CredentialsError> {
        let mut tried = Vec::new();
        for (index, (kind, provider)) in self.providers().into_iter().enumerate() {
            self.last.store(index, Ordering::Relaxed);
            match provider.credentials().await {
                Ok(credentials) => return Ok(ResolvedCredentials { credentials, provider: kind, tried }),
                Err(error) => {
                    let ends = error.kind() != CredentialsErrorKind::NotConfigured;
                    tried.push(ProviderAttempt::new(kind, error));
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
    fn providers(&self) -> [(ProviderKind, &dyn ProvideCredentials); 5] {
        [
            (ProviderKind::Environment, &self.environment),
            (ProviderKind::WebIdentity, &self.web_identity),
            (ProviderKind::Profile, &self.profile),
            (ProviderKind::Container, &self.container),
            (ProviderKind::InstanceMetadata, &self.instance_metadata),
        ]
    }

    /// Returns the same chain with the region and the clock of a client.
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
        for (_, provider) in self.providers() {
            provider.invalidate(refused);
        }
    }

    fn name(&self) -> Cow<'_, str> {
        let sources = self.providers();
        let last = sources.get(self.last.load(Ordering::Relaxed));
        last.map_or("the default chain".into(), |(_, provider)| provider.name().into_owned().into())
    }
}
