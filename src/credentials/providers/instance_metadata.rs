//! EC2 instances as a source: the role of the instance and its region, by the metadata service, `IMDSv2`.

use std::borrow::Cow;
use std::fmt;
use std::str;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::header::HeaderValue;
use http::{Method, Request, Response, StatusCode};
use url::Url;

use super::http_send::{HttpError, HttpErrorKind, HttpOptions};
use super::response::{ProviderResponse, failed, invalid, known, redact, redact_text};
use super::{MAX_BODY, ProviderConfig};
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::endpoint::GivenUrl;
use crate::error::{CredentialsError, CredentialsErrorKind, Redact};

const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const ENDPOINT_MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";

const TOKEN_PATH: &str = "/latest/api/token";
const ROLE_PATH: &str = "/latest/meta-data/iam/security-credentials/";
const REGION_PATH: &str = "/latest/meta-data/placement/region";

/// A header of `IMDSv2`.
const TOKEN: &str = "x-aws-ec2-metadata-token";
/// Another one: how many seconds a token holds.
const TOKEN_TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
/// The longest that a token can hold: 6 hours.
const TTL: &str = "21600";

/// How long one request may take: 1 s to connect, and 1 s more.
const TIMEOUT: Duration = Duration::from_secs(2);
/// By how much expired credentials are extended, in seconds, while the service cannot give new ones.
const EXTENSION: std::ops::Range<i64> = 600..900;

/// Over which protocol the metadata service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointMode {
    /// `http://169.254.169.254`.
    Ipv4,
    /// `http://[fd00:ec2::254]`.
    Ipv6,
}

impl EndpointMode {
    fn url(self) -> &'static str {
        match self {
            Self::Ipv4 => "http://169.254.169.254",
            Self::Ipv6 => "http://[fd00:ec2::254]",
        }
    }
}

impl str::FromStr for EndpointMode {
    type Err = CredentialsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            _ if text.eq_ignore_ascii_case("ipv4") => Ok(Self::Ipv4),
            _ if text.eq_ignore_ascii_case("ipv6") => Ok(Self::Ipv6),
            _ => Err(invalid(format!("{text:?} is no endpoint mode of the metadata service: use IPv4 or IPv6"))),
        }
    }
}

/// The role of the EC2 instance that this program runs on.
///
/// Where the service is: by [`endpoint_url`](Self::endpoint_url), `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `ec2_metadata_service_endpoint` of the profile;
/// else by [`endpoint_mode`](Self::endpoint_mode), `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, `ec2_metadata_service_endpoint_mode` of the profile.
/// `AWS_EC2_METADATA_DISABLED=true` switches it off. No proxy is used.
///
/// While the service cannot give new credentials, those that it gave last are extended by 10 to 15 minutes each time they expire: AWS
/// accepts them longer than they say, when its own service is at fault.
#[derive(Clone)]
pub struct InstanceMetadataCredentials {
    provider_config: ProviderConfig,
    endpoint: Option<String>,
    mode: Option<EndpointMode>,
    kept: Arc<Mutex<Kept>>,
}

/// What one source keeps between its calls.
#[derive(Default)]
struct Kept {
    token: Option<(HeaderValue, DateTime<Utc>)>,
    credentials: Option<Credentials>,
}

impl InstanceMetadataCredentials {
    /// The instance of these provider_config.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { provider_config: provider_config.clone(), endpoint: None, mode: None, kept: Arc::default() }
    }

    /// Asks the metadata service at this URL.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Asks the metadata service over this protocol.
    #[must_use]
    pub fn endpoint_mode(mut self, mode: EndpointMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The region of the instance.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] where the service is switched off, gives no answer, or none that is a region.
    pub async fn region(&self) -> Result<String, CredentialsError> {
        let answer = self.get(REGION_PATH).await?;
        if !answer.status().is_success() {
            return Err(self.refused("its region", &answer));
        }
        let region = str::from_utf8(answer.body()).unwrap_or_default().trim();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if region.is_empty() || region.len() > 63 || !region.bytes().all(fits) {
            return Err(failed("the metadata service gave a region that is none"));
        }
        Ok(region.to_owned())
    }

    async fn role(&self) -> Result<Credentials, CredentialsError> {
        let answer = self.get(ROLE_PATH).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(CredentialsError::not_configured("the instance has no role"));
        }
        if !answer.status().is_success() {
            return Err(self.refused("the instance's role", &answer));
        }
        let role = str::from_utf8(answer.body()).ok().and_then(|text| text.lines().next()).unwrap_or_default().trim();
        // IAM's names are of these.
        if role.is_empty() || !role.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@-_".contains(&b)) {
            return Err(failed("the metadata service gave a role's name that is none"));
        }
        let answer = self.get(&format!("{ROLE_PATH}{role}")).await?;
        if !answer.status().is_success() {
            return Err(self.refused("the role's credentials", &answer));
        }
        let answer = ProviderResponse::parse("the metadata service", answer.body())?;
        if let Some(code) = answer.text("Code").filter(|code| *code != "Success") {
            let kept = self.kept();
            let token = kept.token.as_ref().and_then(|(token, _)| token.to_str().ok()).unwrap_or_default();
            let [secret, session] = ["SecretAccessKey", "Token"].map(|name| answer.text(name).unwrap_or_default());
            let code = redact(code, &[token, secret, session]);
            return Err(failed(format!("the metadata service gave no credentials: {code}")));
        }
        answer.required("Token")?;
        answer.required("Expiration")?;
        answer.credentials("Token")
    }

    /// The service's base URL, without a slash at its end.
    async fn base(&self) -> Result<String, CredentialsError> {
        let environment = &self.provider_config.environment;
        if environment.is_on(DISABLED)? {
            return Err(CredentialsError::not_configured(format!("{DISABLED} is set")));
        }
        let endpoint = if self.endpoint.is_some() { self.endpoint.clone() } else { environment.get(ENDPOINT)? };
        if let Some(url) = endpoint {
            return base_url(&url);
        }
        if let Some(mode) = self.mode {
            return Ok(mode.url().to_owned());
        }
        if let Some(mode) = environment.get(ENDPOINT_MODE)? {
            return Ok(mode.parse::<EndpointMode>()?.url().to_owned());
        }
        self.base_of_profile().await
    }

    async fn base_of_profile(&self) -> Result<String, CredentialsError> {
        let provider_config = self.provider_config.read_files(ProviderConfig::with_profile).await;
        let provider_config = provider_config.map_err(|error| invalid(error.to_string()))?;
        if let Some(url) = provider_config.environment.get(ENDPOINT)? {
            return base_url(&url);
        }
        let mode = provider_config.environment.get(ENDPOINT_MODE)?.map(|mode| mode.parse::<EndpointMode>());
        Ok(mode.transpose()?.unwrap_or(EndpointMode::Ipv4).url().to_owned())
    }

    /// Asks for a path, with a token that is kept, or a new one.
    async fn get(&self, path: &str) -> Result<Response<Bytes>, CredentialsError> {
        let base = self.base().await?;
        let url = format!("{base}{path}");
        let kept = self.kept().token.clone().filter(|(_, until)| *until > self.provider_config.now());
        if let Some((token, _)) = kept {
            let answer = self.send(Method::GET, &url, (TOKEN, token)).await?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                return Ok(answer);
            }
        }
        let token = self.token(&base).await?;
        self.send(Method::GET, &url, (TOKEN, token)).await
    }

    async fn token(&self, base: &str) -> Result<HeaderValue, CredentialsError> {
        let ttl = (TOKEN_TTL, HeaderValue::from_static(TTL));
        let answer = self.send(Method::PUT, &format!("{base}{TOKEN_PATH}"), ttl).await?;
        match answer.status() {
            status if status.is_success() => {}
            StatusCode::FORBIDDEN => {
                return Err(failed("the metadata service is switched off for this instance (it answered 403)"));
            }
            _ => return Err(self.refused("a token", &answer)),
        }
        let mut token = HeaderValue::from_bytes(answer.body().trim_ascii())
            .map_err(|_| failed("the metadata service gave a token that no header can carry"))?;
        token.set_sensitive(true);
        let seconds = answer.headers().get(TOKEN_TTL).and_then(|ttl| ttl.to_str().ok()?.parse::<u32>().ok());
        // A minute less, so that it does not end on the way.
        let until = self.provider_config.now() + TimeDelta::seconds(seconds.map_or(0, i64::from).min(21_600) - 60);
        self.kept().token = Some((token.clone(), until));
        Ok(token)
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        (name, value): (&str, HeaderValue),
    ) -> Result<Response<Bytes>, CredentialsError> {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header(name, &value)
            .body(Bytes::new())
            .map_err(|error| invalid("the metadata service's URL cannot be asked").with_source(error))?;
        let rules = HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: true };
        let secret = if name == TOKEN { value.to_str().unwrap_or_default() } else { "" };
        self.provider_config
            .send(request, rules)
            .await
            .map_err(|error| classify_send_error(error).without(&known(&[secret])))
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // Whoever panicked while holding it left whole entries behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept of the last credentials, good for a while longer, where the service is at fault.
    fn instead(&self, error: CredentialsError) -> Result<Credentials, CredentialsError> {
        let kept = self.kept().credentials.clone().filter(|_| error.kind() == CredentialsErrorKind::Failed);
        kept.map(|kept| self.extended(kept)).ok_or(error)
    }

    /// Credentials that have not expired: these, or the same with a later expiry.
    fn extended(&self, credentials: Credentials) -> Credentials {
        let now = self.provider_config.now();
        if credentials.expires_at().is_none_or(|expires_at| expires_at > now) {
            return credentials;
        }
        credentials.with_expiry(now + TimeDelta::seconds(fastrand::i64(EXTENSION)))
    }
}

impl InstanceMetadataCredentials {
    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        match self.role().await {
            Ok(credentials) => {
                self.kept().credentials = Some(credentials.clone());
                Ok(self.extended(credentials))
            }
            Err(error) => self.instead(error),
        }
    }

    /// The same, by the clock of the service that the client talks to.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        Self { provider_config: self.provider_config.skewed(client.clock_skew), ..self.clone() }
    }

    fn refused(&self, what: &str, answer: &Response<Bytes>) -> CredentialsError {
        let kept = self.kept();
        let token = kept.token.as_ref().and_then(|(token, _)| token.to_str().ok()).unwrap_or_default();
        let said = redact_text(answer.body(), &[token]).map_or(String::new(), |said| format!(": {said}"));
        failed(format!("the metadata service answered {} to the request for {what}{said}", answer.status().as_u16()))
    }
}

impl ProvideCredentials for InstanceMetadataCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move { self.for_client(client).ask().await })
    }

    /// Refused credentials are not extended any more.
    fn invalidate(&self, refused: &Credentials) {
        let mut kept = self.kept();
        if kept.credentials.as_ref().is_some_and(|credentials| credentials.signs_like(refused)) {
            kept.credentials = None;
        }
    }

    fn name(&self) -> Cow<'_, str> {
        "the instance metadata service".into()
    }
}

impl fmt::Debug for InstanceMetadataCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceMetadataCredentials")
            .field("endpoint", &self.endpoint.clone().map(GivenUrl))
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

fn base_url(text: &str) -> Result<String, CredentialsError> {
    let refuse = || invalid("the metadata service's endpoint is no URL: use one like http://169.254.169.254");
    let url = Url::parse(text).map_err(|error| refuse().with_source(error))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn classify_send_error(error: HttpError) -> CredentialsError {
    failed(match error.kind() {
        HttpErrorKind::Connect => "there is no metadata service: this is no EC2 instance, or its network is closed to it",
        HttpErrorKind::Timeout => {
            "the metadata service takes connections but does not answer: in a container, the instance's hop limit is too \
             small (aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2)"
        }
        _ => "the metadata service gave no answer",
    })
    .with_source(error)
}
