//! Roles as a source: other credentials in, those of a role out.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::ProviderConfig;
use super::sts::{Role, Sts};
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::CredentialsError;

/// A role that STS gives to whoever has the credentials of another source: `AssumeRole`.
///
/// The other source is asked each time. If STS refuses its credentials as expired, it is asked once more, and STS again if
/// they have changed.
#[derive(Debug, Clone)]
pub struct AssumeRoleCredentials {
    sts: Sts,
    role: Role,
    base: Arc<dyn ProvideCredentials>,
}

impl AssumeRoleCredentials {
    /// This role, by the credentials of that source.
    pub fn new(
        provider_config: &ProviderConfig,
        role_arn: impl Into<String>,
        base: impl ProvideCredentials + 'static,
    ) -> Self {
        Self { sts: Sts::new(provider_config), role: Role::new(role_arn), base: Arc::new(base) }
    }

    /// The name of the session, which `CloudTrail` shows. Default: one with the time in it.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.role.session_name = Some(name.into());
        self
    }

    /// The external id that the role's trust policy asks for.
    #[must_use]
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.role.external_id = Some(external_id.into());
        self
    }

    /// How long the credentials hold: 15 minutes to 12 hours, and no longer than the role allows. Default: 1 hour.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.role.duration = Some(duration);
        self
    }

    /// Asks the STS of this region. Default: that of the client that asks, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.sts.region = Some(region.into());
        self
    }

    /// Asks STS at this URL. Default: `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, the profile's, else that of the region.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.sts.url = Some(url.into());
        self
    }
}

impl AssumeRoleCredentials {
    async fn ask(&self, client: Option<&ClientContext>) -> Result<Credentials, CredentialsError> {
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
        Box::pin(self.ask(None))
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(self.ask(Some(client)))
    }

    fn name(&self) -> Cow<'_, str> {
        format!("STS (role {}, by {})", self.role.arn, self.base.name()).into()
    }
}
