//! OIDC tokens as a source: a role for the token that a CI runner or an EKS pod has in a file.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use super::ProviderConfig;
use super::response::invalid;
use super::sts::{Role, Sts};
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::CredentialsError;

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE_ARN: &str = "AWS_ROLE_ARN";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";

/// A role that STS gives for an identity token: `AssumeRoleWithWebIdentity`.
///
/// The token is read from its file each time: whoever put it there renews it.
#[derive(Debug, Clone)]
pub struct WebIdentityCredentials {
    sts: Sts,
    given: Option<(Role, String)>,
}

impl WebIdentityCredentials {
    /// What `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME` say.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { sts: Sts::new(provider_config), given: None }
    }

    /// This role, for the token in this file.
    pub fn of_role(
        provider_config: &ProviderConfig,
        role_arn: impl Into<String>,
        token_file: impl Into<String>,
    ) -> Self {
        Self { sts: Sts::new(provider_config), given: Some((Role::new(role_arn), token_file.into())) }
    }

    /// The name of the session, which `CloudTrail` shows; it goes with [`of_role`](Self::of_role). Default: one with the time in it.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        if let Some((role, _)) = &mut self.given {
            role.session_name = Some(name.into());
        }
        self
    }

    /// How long the credentials hold: 15 minutes to 12 hours, as far as the role allows. Default: STS's, an hour.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        if let Some((role, _)) = &mut self.given {
            role.duration = Some(duration);
        }
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

    fn role(&self) -> Result<(Role, String), CredentialsError> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        let environment = &self.sts.provider_config.environment;
        let Some(file) = environment.get(TOKEN_FILE)? else {
            return Err(CredentialsError::not_configured(format!("{TOKEN_FILE} is not set")));
        };
        match environment.get(ROLE_ARN)? {
            Some(arn) => Ok((Role { session_name: environment.get(SESSION_NAME)?, ..Role::new(arn) }, file)),
            None => Err(invalid(format!("{TOKEN_FILE} is set, {ROLE_ARN} is not"))),
        }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let (role, file) = self.role()?;
        let path = file.clone();
        let token = self.sts.provider_config.read_files(move |files| files.read(Path::new(&path))).await;
        let token = token.map_err(|error| {
            invalid(format!("the file of the web identity token, {file}, cannot be read")).with_source(error)
        })?;
        let token = token.trim();
        if token.is_empty() {
            return Err(invalid(format!("the file of the web identity token, {file}, is empty")));
        }
        self.sts.with_web_identity(&role, token).await
    }
}

impl WebIdentityCredentials {
    /// The same, in the region and by the clock of a client.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        Self { sts: self.sts.for_client(client), ..self.clone() }
    }
}

impl ProvideCredentials for WebIdentityCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move { self.for_client(client).ask().await })
    }

    fn name(&self) -> Cow<'_, str> {
        "STS (web identity)".into()
    }
}
