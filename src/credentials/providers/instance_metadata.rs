//! [`InstanceMetadataCredentials`]: credentials and region of an EC2 instance, from its metadata service (`IMDSv2`).

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

/// The header that carries the session token of `IMDSv2`.
const TOKEN: &str = "x-aws-ec2-metadata-token";
/// The header with the lifetime of a session token, in seconds.
const TOKEN_TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
/// The maximum lifetime of a session token: 6 hours.
const TTL: &str = "21600";

/// The timeout of one request. The connect timeout is 1 s.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The time by which expired credentials are extended while the service fails, in seconds.
const EXTENSION: std::ops::Range<i64> = 600..900;

/// The IP version of the endpoint of the metadata service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointMode {
    /// The IPv4 endpoint, `http://169.254.169.254`.
    Ipv4,
    /// The IPv6 endpoint, `http://[fd00:ec2::254]`.
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
            _ => Err(invalid(format!("{text:?} is not an endpoint mode of the metadata service: use IPv4 or IPv6"))),
        }
    }
}

/// A credentials provider for EC2 instances: the role of the instance, from the instance metadata
/// service (IMDS).
///
/// The endpoint is determined from the first of these settings:
///
/// 1. [`endpoint_url`](Self::endpoint_url) or `AWS_EC2_METADATA_SERVICE_ENDPOINT`
/// 2. [`endpoint_mode`](Self::endpoint_mode) or `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`
/// 3. `ec2_metadata_service_endpoint` of the profile
/// 4. `ec2_metadata_service_endpoint_mode` of the profile
/// 5. `http://169.254.169.254`
///
/// `AWS_EC2_METADATA_DISABLED=true` disables the provider. Requests bypass proxies, and time out
/// after 2 s.
///
/// If IMDS fails to provide new credentials, the last ones are extended by 10 to 15 minutes each
/// time they expire. AWS accepts expired credentials during an outage of IMDS.
///
/// See [IMDS credential provider][aws].
///
/// [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
#[derive(Clone)]
pub struct InstanceMetadataCredentials {
    provider_config: ProviderConfig,
    endpoint: Option<String>,
    mode: Option<EndpointMode>,
    cache: Arc<Mutex<Cache>>,
}

/// The session token and the credentials of the last calls.
#[derive(Default)]
struct Cache {
    /// The token and its expiry.
    token: Option<(HeaderValue, DateTime<Utc>)>,
    credentials: Option<Credentials>,
}

impl InstanceMetadataCredentials {
    /// Creates a provider with this configuration.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { provider_config: provider_config.clone(), endpoint: None, mode: None, cache: Arc::default() }
    }

    /// Sets the URL of the metadata service, like `http://169.254.169.254`.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sets the IP version of the endpoint. It is ignored if a URL is set. Defaults to IPv4.
    #[must_use]
    pub fn endpoint_mode(mut self, mode: EndpointMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Requests the region of the instance.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] if the metadata service is disabled, does not respond, or returns an invalid region.
    pub async fn region(&self) -> Result<String, CredentialsError> {
        let response = self.get(REGION_PATH).await?;
        if !response.status().is_success() {
            return Err(self.error_response("the region", &response));
        }
        let region = str::from_utf8(response.body()).unwrap_or_default().trim();
        let is_valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if region.is_empty() || region.len() > 63 || !region.bytes().all(is_valid) {
            return Err(failed("the metadata service returned an invalid region"));
        }
        Ok(region.to_owned())
    }

    async fn role(&self) -> Result<Credentials, CredentialsError> {
        let response = self.get(ROLE_PATH).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(CredentialsError::not_configured("the instance has no role"));
        }
        if !response.status().is_success() {
            return Err(self.error_response("the role of the instance", &response));
        }
        let role = str::from_utf8(response.body()).ok().and_then(|text| text.lines().next()).unwrap_or_default().trim();
        // The characters that IAM allows in role names.
        if role.is_empty() || !role.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@-_".contains(&b)) {
            return Err(failed("the metadata service returned an invalid role name"));
        }
        let response = self.get(&format!("{ROLE_PATH}{role}")).await?;
        if !response.status().is_success() {
            return Err(self.error_response("the credentials of the role", &response));
        }
        let response = ProviderResponse::parse("the metadata service", response.body())?;
        if let Some(code) = response.text("Code").filter(|code| *code != "Success") {
            let cache = self.cache();
            let token = cache.token.as_ref().and_then(|(token, _)| token.to_str().ok()).unwrap_or_default();
            let [secret, session] = ["SecretAccessKey", "Token"].map(|name| response.text(name).unwrap_or_default());
            let code = redact(code, &[token, secret, session]);
            return Err(failed(format!("the metadata service returned no credentials: {code}")));
        }
        response.required("Token")?;
        response.required("Expiration")?;
        response.credentials("Token")
    }

    /// Returns the base URL of the metadata service, without a trailing slash.
    async fn base_url(&self) -> Result<String, CredentialsError> {
        let environment = &self.provider_config.environment;
        if environment.is_on(DISABLED)? {
            return Err(CredentialsError::not_configured(format!("{DISABLED} is set")));
        }
        let endpoint = if self.endpoint.is_some() { self.endpoint.clone() } else { environment.get(ENDPOINT)? };
        if let Some(url) = endpoint {
            return parse_base_url(&url);
        }
        if let Some(mode) = self.mode {
            return Ok(mode.url().to_owned());
        }
        if let Some(mode) = environment.get(ENDPOINT_MODE)? {
            return Ok(mode.parse::<EndpointMode>()?.url().to_owned());
        }
        self.base_url_of_profile().await
    }

    async fn base_url_of_profile(&self) -> Result<String, CredentialsError> {
        let provider_config = self.provider_config.read_files(ProviderConfig::with_profile).await;
        let provider_config = provider_config.map_err(|error| invalid(error.to_string()))?;
        if let Some(url) = provider_config.environment.get(ENDPOINT)? {
            return parse_base_url(&url);
        }
        let mode = provider_config.environment.get(ENDPOINT_MODE)?.map(|mode| mode.parse::<EndpointMode>());
        Ok(mode.transpose()?.unwrap_or(EndpointMode::Ipv4).url().to_owned())
    }

    /// Sends a request for a path, with the cached session token or a new one.
    async fn get(&self, path: &str) -> Result<Response<Bytes>, CredentialsError> {
        let base = self.base_url().await?;
        let url = format!("{base}{path}");
        let cached = self.cache().token.clone().filter(|(_, expires_at)| *expires_at > self.provider_config.now());
        if let Some((token, _)) = cached {
            let response = self.send(Method::GET, &url, (TOKEN, token)).await?;
            if response.status() != StatusCode::UNAUTHORIZED {
                return Ok(response);
            }
        }
        let token = self.token(&base).await?;
        self.send(Method::GET, &url, (TOKEN, token)).await
    }

    async fn token(&self, base: &str) -> Result<HeaderValue, CredentialsError> {
        let ttl = (TOKEN_TTL, HeaderValue::from_static(TTL));
        let response = self.send(Method::PUT, &format!("{base}{TOKEN_PATH}"), ttl).await?;
        match response.status() {
            status if status.is_success() => {}
            StatusCode::FORBIDDEN => {
                return Err(failed("the metadata service is switched off for this instance (it returned 403)"));
            }
            _ => return Err(self.error_response("a session token", &response)),
        }
        let mut token = HeaderValue::from_bytes(response.body().trim_ascii())
            .map_err(|_| failed("the metadata service returned a token that is not a valid header value"))?;
        token.set_sensitive(true);
        let seconds = response.headers().get(TOKEN_TTL).and_then(|ttl| ttl.to_str().ok()?.parse::<u32>().ok());
        // One minute less, so that it does not expire in transit.
        let expires_at = self.provider_config.now() + TimeDelta::seconds(seconds.map_or(0, i64::from).min(21_600) - 60);
        self.cache().token = Some((token.clone(), expires_at));
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
            .map_err(|error| invalid("the URL of the metadata service is invalid").with_source(error))?;
        let options = HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: true };
        let secret = if name == TOKEN { value.to_str().unwrap_or_default() } else { "" };
        self.provider_config
            .send(request, options)
            .await
            .map_err(|error| classify_send_error(error).without(&known(&[secret])))
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // Both entries are replaced whole, so a panic cannot leave an inconsistent one.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the last credentials, extended if they have expired, if the metadata service failed.
    fn last_credentials_or(&self, error: CredentialsError) -> Result<Credentials, CredentialsError> {
        let last = self.cache().credentials.clone().filter(|_| error.kind() == CredentialsErrorKind::Failed);
        last.map(|last| self.extended(last)).ok_or(error)
    }

    /// Returns the credentials, with a later expiry if they have expired.
    fn extended(&self, credentials: Credentials) -> Credentials {
        let now = self.provider_config.now();
        if credentials.expires_at().is_none_or(|expires_at| expires_at > now) {
            return credentials;
        }
        credentials.with_expiry(now + TimeDelta::seconds(fastrand::i64(EXTENSION)))
    }
}

impl InstanceMetadataCredentials {
    async fn fetch(&self) -> Result<Credentials, CredentialsError> {
        match self.role().await {
            Ok(credentials) => {
                self.cache().credentials = Some(credentials.clone());
                Ok(self.extended(credentials))
            }
            Err(error) => self.last_credentials_or(error),
        }
    }

    /// Returns the same provider with the clock of a client.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        Self { provider_config: self.provider_config.skewed(client.clock_skew), ..self.clone() }
    }

    fn error_response(&self, what: &str, response: &Response<Bytes>) -> CredentialsError {
        let cache = self.cache();
        let token = cache.token.as_ref().and_then(|(token, _)| token.to_str().ok()).unwrap_or_default();
        let text = redact_text(response.body(), &[token]).map_or(String::new(), |text| format!(": {text}"));
        failed(format!("the metadata service returned {} to the request for {what}{text}", response.status().as_u16()))
    }
}

impl ProvideCredentials for InstanceMetadataCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.fetch())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move { self.for_client(client).fetch().await })
    }

    /// Forgets refused credentials, so that they are not extended.
    fn invalidate(&self, refused: &Credentials) {
        let mut cache = self.cache();
        if cache.credentials.as_ref().is_some_and(|credentials| credentials.signs_like(refused)) {
            cache.credentials = None;
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

fn parse_base_url(text: &str) -> Result<String, CredentialsError> {
    let refuse = || invalid("the endpoint of the metadata service is not a URL: use one like http://169.254.169.254");
    let url = Url::parse(text).map_err(|error| refuse().with_source(error))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn classify_send_error(error: HttpError) -> CredentialsError {
    failed(match error.kind() {
        HttpErrorKind::Connect => {
            "cannot connect to the metadata service: this is not an EC2 instance, or its network blocks the service"
        }
        HttpErrorKind::Timeout => {
            "the metadata service accepts connections but does not respond: in a container, the hop limit of the \
             instance is too small (aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2)"
        }
        _ => "the metadata service did not respond",
    })
    .with_source(error)
}
