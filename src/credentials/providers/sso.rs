//! [`SsoCredentials`]: credentials of a user who has signed in with `aws sso login`.

mod token;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use http::header::HeaderValue;
use http::{Request, Response, StatusCode};

use super::http_send::HttpOptions;
use super::response::{ProviderResponse, checked, failed, invalid, known, redact, redact_text};
use super::{MAX_BODY, ProviderConfig};
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::endpoint::{CredentialsService, query_string};
use crate::error::{CredentialsError, Redact};
use crate::profile::Quoted;

/// The timeout of one request.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A credentials provider for IAM Identity Center (formerly AWS SSO).
///
/// It uses the access token that `aws sso login` stored in `~/.aws/sso/cache`. If the sign-in
/// belongs to a session, the token is refreshed 5 minutes before it expires, and written back. The
/// token of a legacy sign-in, without a session, cannot be refreshed.
///
/// See [IAM Identity Center credential provider][aws].
///
/// [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
#[derive(Debug, Clone)]
pub struct SsoCredentials {
    provider_config: ProviderConfig,
    start_url: String,
    region: String,
    session: Option<String>,
    account_id: String,
    role_name: String,
}

impl SsoCredentials {
    /// Creates a provider for a start URL, like `https://my-company.awsapps.com/start`, and a
    /// region.
    ///
    /// They are `sso_start_url` and `sso_region` of a profile. An account and a role are required
    /// too: see
    /// [`role`](Self::role).
    pub fn new(provider_config: &ProviderConfig, start_url: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            provider_config: provider_config.clone(),
            start_url: start_url.into(),
            region: region.into(),
            session: None,
            account_id: String::new(),
            role_name: String::new(),
        }
    }

    /// Sets the account ID and the role name: `sso_account_id` and `sso_role_name` of a profile.
    #[must_use]
    pub fn role(mut self, account_id: impl Into<String>, role_name: impl Into<String>) -> Self {
        self.account_id = account_id.into();
        self.role_name = role_name.into();
        self
    }

    /// Sets the session: the name of a section `[sso-session NAME]`. Defaults to a legacy sign-in
    /// without a session.
    #[must_use]
    pub fn session(mut self, name: impl Into<String>) -> Self {
        self.session = Some(name.into());
        self
    }

    async fn fetch(&self) -> Result<Credentials, CredentialsError> {
        if self.account_id.is_empty() || self.role_name.is_empty() {
            return Err(invalid("SSO requires an account ID and a role name: set sso_account_id and sso_role_name"));
        }
        let mut token = self.token(None).await?;
        let mut response = self.get_role_credentials(&token).await?;
        // The token may have expired by the clock of the service, or another process may have
        // replaced it.
        if response.status() == StatusCode::UNAUTHORIZED
            && let Ok(renewed) = self.token(Some(&token)).await
        {
            response = self.get_role_credentials(&renewed).await?;
            token = renewed;
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            return Err(self.sign_in("SSO refused the access token"));
        }
        if !response.status().is_success() {
            return Err(error_response("the role", &response, &[&token]));
        }
        self.read(&response)
    }

    async fn get_role_credentials(&self, token: &str) -> Result<Response<Bytes>, CredentialsError> {
        let query = query_string(&[("role_name", &self.role_name), ("account_id", &self.account_id)]);
        let url = format!(
            "{}/federation/credentials?{query}",
            self.provider_config.base_url(CredentialsService::Sso, &self.region)?
        );
        let mut value =
            HeaderValue::from_str(token).map_err(|_| invalid("the SSO token is not a valid header value"))?;
        value.set_sensitive(true);
        let request = Request::get(url)
            .header("x-amz-sso_bearer_token", value)
            .body(Bytes::new())
            .map_err(|error| invalid("the endpoint of SSO is not a URL").with_source(error))?;
        self.send(request, "the role", &[token]).await
    }

    fn read(&self, response: &Response<Bytes>) -> Result<Credentials, CredentialsError> {
        let response = ProviderResponse::parse("SSO", response.body())?.object("roleCredentials")?;
        let milliseconds = response.number("expiration").ok_or_else(|| response.missing_field("expiration"))?;
        let expires_at = DateTime::from_timestamp_millis(milliseconds)
            .ok_or_else(|| failed("SSO returned an expiration that is out of range"))?;
        let credentials = Credentials::new(response.required("accessKeyId")?, response.required("secretAccessKey")?)
            .with_session_token(response.required("sessionToken")?)
            .with_expiry(expires_at)
            .with_account_id(&*self.account_id);
        checked("SSO", credentials)
    }

    /// Sends a request that contains these secrets.
    async fn send(
        &self,
        request: Request<Bytes>,
        what: &str,
        secrets: &[&str],
    ) -> Result<Response<Bytes>, CredentialsError> {
        let options =
            HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: ProviderConfig::is_local(request.uri()) };
        let send_error = |error| {
            let error = failed(format!("SSO did not respond to the request for {what}")).with_source(error);
            error.without(&known(secrets))
        };
        self.provider_config.send(request, options).await.map_err(send_error)
    }

    /// Returns an error that tells the user to sign in.
    fn sign_in(&self, what: &str) -> CredentialsError {
        match &self.session {
            Some(session) => failed(format!("{what}: run aws sso login --sso-session {}", Quoted(session))),
            None => failed(format!("{what}: run aws sso login with the profile")),
        }
    }
}

impl ProvideCredentials for SsoCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.fetch())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move {
            let provider_config = self.provider_config.skewed(client.clock_skew);
            Self { provider_config, ..self.clone() }.fetch().await
        })
    }

    fn name(&self) -> Cow<'_, str> {
        "IAM Identity Center".into()
    }
}

/// Returns the error of an error response. The portal and the OIDC service use different member
/// names.
fn error_response(what: &str, response: &Response<Bytes>, secrets: &[&str]) -> CredentialsError {
    let mut message = format!("SSO returned {} to the request for {what}", response.status().as_u16());
    let mut texts = Vec::new();
    if let Ok(json) = ProviderResponse::parse("SSO", response.body()) {
        let parts = ["__type", "error", "message", "error_description"].iter().filter_map(|name| json.text(name));
        texts.extend(parts.map(|text| redact(text, secrets)));
    }
    if texts.is_empty() {
        texts.extend(redact_text(response.body(), secrets));
    }
    for text in texts {
        message.push_str(", ");
        message.push_str(&text);
    }
    failed(message)
}
