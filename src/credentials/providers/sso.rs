//! IAM Identity Center as a source: a role for whoever has signed in with `aws sso login`.

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

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A role in IAM Identity Center (once AWS SSO), for the token that `aws sso login` left in `~/.aws/sso/cache`.
///
/// The token of a session is refreshed from about 5 minutes before its end, and written back; that of a profile without a session
/// (`sso_start_url` in the profile itself) cannot be.
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
    /// A sign-in at this start URL (`https://my-company.awsapps.com/start`) in this region: `sso_start_url` and `sso_region`.
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

    /// The role in this account: `sso_account_id` and `sso_role_name`.
    #[must_use]
    pub fn role(mut self, account_id: impl Into<String>, role_name: impl Into<String>) -> Self {
        self.account_id = account_id.into();
        self.role_name = role_name.into();
        self
    }

    /// The sign-in of a session: the name of the section `[sso-session NAME]`.
    #[must_use]
    pub fn session(mut self, name: impl Into<String>) -> Self {
        self.session = Some(name.into());
        self
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        if self.account_id.is_empty() || self.role_name.is_empty() {
            return Err(invalid("SSO needs an account id and the name of a role: sso_account_id and sso_role_name"));
        }
        let mut token = self.token(None).await?;
        let mut answer = self.ask_for_role(&token).await?;
        // By the service's clock it may have expired, or someone has signed in anew.
        if answer.status() == StatusCode::UNAUTHORIZED
            && let Ok(renewed) = self.token(Some(&token)).await
        {
            answer = self.ask_for_role(&renewed).await?;
            token = renewed;
        }
        if answer.status() == StatusCode::UNAUTHORIZED {
            return Err(self.sign_in("SSO does not take the token any more"));
        }
        if !answer.status().is_success() {
            return Err(refused("the role", &answer, &[&token]));
        }
        self.read(&answer)
    }

    async fn ask_for_role(&self, token: &str) -> Result<Response<Bytes>, CredentialsError> {
        let query = query_string(&[("role_name", &self.role_name), ("account_id", &self.account_id)]);
        let url = format!(
            "{}/federation/credentials?{query}",
            self.provider_config.base_url(CredentialsService::Sso, &self.region)?
        );
        let mut value = HeaderValue::from_str(token)
            .map_err(|_| invalid("the SSO token has characters that no header can carry"))?;
        value.set_sensitive(true);
        let request = Request::get(url)
            .header("x-amz-sso_bearer_token", value)
            .body(Bytes::new())
            .map_err(|error| invalid("the endpoint of SSO is no URL").with_source(error))?;
        self.send(request, "the role", &[token]).await
    }

    fn read(&self, answer: &Response<Bytes>) -> Result<Credentials, CredentialsError> {
        let answer = ProviderResponse::parse("SSO", answer.body())?.object("roleCredentials")?;
        let milliseconds = answer.number("expiration").ok_or_else(|| answer.missing_field("expiration"))?;
        let expires_at = DateTime::from_timestamp_millis(milliseconds)
            .ok_or_else(|| failed("SSO gave an expiration that is no moment"))?;
        let credentials = Credentials::new(answer.required("accessKeyId")?, answer.required("secretAccessKey")?)
            .with_session_token(answer.required("sessionToken")?)
            .with_expiry(expires_at)
            .with_account_id(&*self.account_id);
        checked("SSO", credentials)
    }

    /// Sends a request that holds these secrets.
    async fn send(
        &self,
        request: Request<Bytes>,
        what: &str,
        secrets: &[&str],
    ) -> Result<Response<Bytes>, CredentialsError> {
        let rules =
            HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: ProviderConfig::is_local(request.uri()) };
        let classify_send_error = |error| {
            let error = failed(format!("SSO gave no answer to the request for {what}")).with_source(error);
            error.without(&known(secrets))
        };
        self.provider_config.send(request, rules).await.map_err(classify_send_error)
    }

    /// An error whose remedy is to sign in.
    fn sign_in(&self, what: &str) -> CredentialsError {
        match &self.session {
            Some(session) => failed(format!("{what}: run aws sso login --sso-session {}", Quoted(session))),
            None => failed(format!("{what}: run aws sso login with the profile")),
        }
    }
}

impl ProvideCredentials for SsoCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move {
            let provider_config = self.provider_config.skewed(client.clock_skew);
            Self { provider_config, ..self.clone() }.ask().await
        })
    }

    fn name(&self) -> Cow<'_, str> {
        "IAM Identity Center".into()
    }
}

/// An answer that is an error; the two services name its parts differently.
fn refused(what: &str, answer: &Response<Bytes>, secrets: &[&str]) -> CredentialsError {
    let mut message = format!("SSO answered {} to the request for {what}", answer.status().as_u16());
    let mut texts = Vec::new();
    if let Ok(answer) = ProviderResponse::parse("SSO", answer.body()) {
        let parts = ["__type", "error", "message", "error_description"].iter().filter_map(|name| answer.text(name));
        texts.extend(parts.map(|text| redact(text, secrets)));
    }
    if texts.is_empty() {
        texts.extend(redact_text(answer.body(), secrets));
    }
    for text in texts {
        message.push_str(", ");
        message.push_str(&text);
    }
    failed(message)
}
