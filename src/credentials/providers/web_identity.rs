//! [`WebIdentityCredentials`]: credentials of a role, for an OIDC token in a file, as on CI runners and in EKS pods.

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

/// A credentials provider that assumes a role with a web identity token, as on CI runners and in
/// EKS pods.
///
/// It calls [`AssumeRoleWithWebIdentity`] of STS. The token is read from its file for each call,
/// because the platform renews the file.
///
/// [`AssumeRoleWithWebIdentity`]: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
#[derive(Debug, Clone)]
pub struct WebIdentityCredentials {
    sts: Sts,
    /// The role and the token file, if they are not from the environment.
    role: Option<(Role, String)>,
}

impl WebIdentityCredentials {
    /// Creates a provider that reads `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and
    /// `AWS_ROLE_SESSION_NAME`.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { sts: Sts::new(provider_config), role: None }
    }

    /// Creates a provider for a role, with the token in a file.
    pub fn of_role(
        provider_config: &ProviderConfig,
        role_arn: impl Into<String>,
        token_file: impl Into<String>,
    ) -> Self {
        Self { sts: Sts::new(provider_config), role: Some((Role::new(role_arn), token_file.into())) }
    }

    /// Sets the name of the role session, which `CloudTrail` shows. Defaults to `bedrock-lite-` and
    /// a timestamp.
    ///
    /// It has an effect only together with [`of_role`](Self::of_role).
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        if let Some((role, _)) = &mut self.role {
            role.session_name = Some(name.into());
        }
        self
    }

    /// Sets how long the credentials are valid: 15 minutes to 12 hours, and at most the maximum of
    /// the role. Defaults to 1 hour.
    ///
    /// It has an effect only together with [`of_role`](Self::of_role).
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        if let Some((role, _)) = &mut self.role {
            role.duration = Some(duration);
        }
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

    fn role_and_token_file(&self) -> Result<(Role, String), CredentialsError> {
        if let Some(role) = &self.role {
            return Ok(role.clone());
        }
        let environment = &self.sts.provider_config.environment;
        let Some(file) = environment.get(TOKEN_FILE)? else {
            return Err(CredentialsError::not_configured(format!("{TOKEN_FILE} is not set")));
        };
        match environment.get(ROLE_ARN)? {
            Some(arn) => Ok((Role { session_name: environment.get(SESSION_NAME)?, ..Role::new(arn) }, file)),
            None => Err(invalid(format!("{TOKEN_FILE} is set, but {ROLE_ARN} is not"))),
        }
    }

    async fn assume(&self) -> Result<Credentials, CredentialsError> {
        let (role, file) = self.role_and_token_file()?;
        let path = file.clone();
        let token = self.sts.provider_config.read_files(move |files| files.read(Path::new(&path))).await;
        let token = token.map_err(|error| {
            invalid(format!("the web identity token file {file} cannot be read")).with_source(error)
        })?;
        let token = token.trim();
        if token.is_empty() {
            return Err(invalid(format!("the web identity token file {file} is empty")));
        }
        self.sts.with_web_identity(&role, token).await
    }
}

impl WebIdentityCredentials {
    /// Returns the same provider with the region and the clock of a client.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        Self { sts: self.sts.for_client(client), ..self.clone() }
    }
}

impl ProvideCredentials for WebIdentityCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.assume())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move { self.for_client(client).assume().await })
    }

    fn name(&self) -> Cow<'_, str> {
        "STS (web identity)".into()
    }
}
