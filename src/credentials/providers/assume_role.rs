//! [`AssumeRoleCredentials`]: credentials of a role, from STS.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::ProviderConfig;
use super::sts::{Role, Sts};
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::CredentialsError;

/// A credentials provider that assumes a role with the credentials of another provider.
///
/// It calls [`AssumeRole`] of STS. It asks the other provider for credentials each time. If STS
/// refuses these credentials as expired, it asks once more, and retries the call if the credentials
/// have changed.
///
/// [`AssumeRole`]: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#[derive(Debug, Clone)]
pub struct AssumeRoleCredentials {
    sts: Sts,
    role: Role,
    base: Arc<dyn ProvideCredentials>,
}

impl AssumeRoleCredentials {
    /// Creates a provider for a role. `base` provides the credentials that sign the call of STS.
    pub fn new(
        provider_config: &ProviderConfig,
        role_arn: impl Into<String>,
        base: impl ProvideCredentials + 'static,
    ) -> Self {
        Self { sts: Sts::new(provider_config), role: Role::new(role_arn), base: Arc::new(base) }
    }

    /// Sets the name of the role session, which `CloudTrail` shows. Defaults to `bedrock-lite-` and
    /// a timestamp.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.role.session_name = Some(name.into());
        self
    }

    /// Sets the external ID that the trust policy of the role requires. Not sent by default.
    #[must_use]
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.role.external_id = Some(external_id.into());
        self
    }

    /// Sets how long the credentials are valid: 15 minutes to 12 hours, and at most the maximum of
    /// the role. Defaults to 1 hour.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.role.duration = Some(duration);
        self
    }

    /// Sets the region of STS. Defaults to the region of the client, else to `AWS_REGION` or
    /// `AWS_DEFAULT_REGION`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.sts.region = Some(region.into());
        self
    }

    /// Sets the URL of STS. Defaults to `AWS_ENDPOINT_URL_STS`, else `AWS_ENDPOINT_URL`, else the
    /// endpoint of the region.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.sts.url = Some(url.into());
        self
    }
}

impl AssumeRoleCredentials {
    async fn assume(&self, client: Option<&ClientContext>) -> Result<Credentials, CredentialsError> {
        let sts = client.map_or_else(|| self.sts.clone(), |client| self.sts.for_client(client));
        let base = self.base(client).await?;
        match sts.assume_role(&self.role, &base).await {
            Err(error) if error.is_token_refused() && base.session_token().is_some() => {
                self.base.invalidate(&base);
                match self.base(client).await {
                    Ok(renewed) if !renewed.signs_like(&base) => sts.assume_role(&self.role, &renewed).await,
                    _ => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    async fn base(&self, client: Option<&ClientContext>) -> Result<Credentials, CredentialsError> {
        match client {
            Some(client) => self.base.credentials_for(client).await,
            None => self.base.credentials().await,
        }
    }
}

impl ProvideCredentials for AssumeRoleCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.assume(None))
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(self.assume(Some(client)))
    }

    fn name(&self) -> Cow<'_, str> {
        format!("STS (role {}, with credentials of {})", self.role.arn, self.base.name()).into()
    }
}
