//! [`ContainerCredentials`]: credentials of an ECS task, or of an EKS pod with Pod Identity.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Request, Response};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::http_send::HttpOptions;
use super::response::{ProviderResponse, failed, invalid, known, redact, redact_text};
use super::{MAX_BODY, ProviderConfig};
use crate::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::{CredentialsError, Redact};

const RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// The address of the ECS credentials endpoint.
const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
/// The address of the EKS Pod Identity agent.
const EKS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 23);
/// The IPv6 address of the EKS Pod Identity agent.
const EKS_IPV6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23);

/// The timeout of one request, including the connect.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A credentials provider for containers: the role of an ECS task, or of an EKS pod with Pod
/// Identity.
///
/// It reads these variables:
///
/// - `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`: a path on the ECS endpoint, `http://169.254.170.2`.
///   It takes precedence.
/// - `AWS_CONTAINER_CREDENTIALS_FULL_URI`: any `https://` URL, or an `http://` URL of a loopback
///   host, of ECS or of EKS. Other hosts are refused, because the request contains the token.
/// - `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`: a file with the token. It is read for each request.
/// - `AWS_CONTAINER_AUTHORIZATION_TOKEN`: the token, if there is no file.
///
/// Requests bypass proxies, and time out after 5 s.
///
/// See [Container credential provider][aws].
///
/// [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
#[derive(Debug, Clone)]
pub struct ContainerCredentials {
    provider_config: ProviderConfig,
}

impl ContainerCredentials {
    /// Creates a provider that reads the variables of this configuration.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { provider_config: provider_config.clone() }
    }

    /// Returns the URL of the credentials endpoint.
    fn url(&self) -> Result<Url, CredentialsError> {
        let environment = &self.provider_config.environment;
        if let Some(path) = environment.get(RELATIVE_URI)? {
            // Without the slash, the path could become part of the host.
            if !path.starts_with('/') {
                return Err(invalid(format!("{RELATIVE_URI} does not begin with a slash")));
            }
            return Url::parse(&format!("http://{ECS}{path}"))
                .map_err(|error| invalid(format!("{RELATIVE_URI} is not a path")).with_source(error));
        }
        match environment.get(FULL_URI)? {
            Some(url) => full_url(&url),
            None => Err(CredentialsError::not_configured(format!("neither {RELATIVE_URI} nor {FULL_URI} is set"))),
        }
    }

    /// Returns the authorization token, if one is configured.
    async fn token(&self) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let (name, token) = if let Some(path) = self.provider_config.environment.get(TOKEN_FILE)? {
            let file = path.clone();
            let token = self.provider_config.read_files(move |files| files.read(Path::new(&file))).await;
            let unreadable = |error| invalid(format!("{TOKEN_FILE}, {path}, cannot be read")).with_source(error);
            let token = token.map_err(unreadable)?;
            if token.trim().is_empty() {
                return Err(invalid(format!("{TOKEN_FILE}, {path}, is empty")));
            }
            (TOKEN_FILE, token)
        } else if let Some(token) = self.provider_config.environment.get(TOKEN)? {
            (TOKEN, token.into())
        } else {
            return Ok(None);
        };
        if token.contains(['\r', '\n']) {
            return Err(invalid(format!(
                "the token of {name} contains a line break, so it is not a valid header value"
            )));
        }
        Ok(Some(token))
    }

    async fn fetch(&self) -> Result<Credentials, CredentialsError> {
        let (url, token) = (self.url()?, self.token().await?);
        let mut request = Request::get(url.as_str())
            .header(ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| invalid("the URL of the credentials endpoint is invalid").with_source(error))?;
        if let Some(token) = &token {
            let mut value = HeaderValue::from_str(token)
                .map_err(|_| invalid("the authorization token is not a valid header value"))?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let options = HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: true };
        let host = url.host_str().unwrap_or_default().to_owned();
        let response = self.provider_config.send(request, options).await.map_err(|error| {
            let error = failed(format!("the credentials endpoint at {host} did not respond")).with_source(error);
            error.without(&known(&[token.as_ref().map_or("", |token| token.as_str())]))
        })?;
        if !response.status().is_success() {
            return Err(error_response(&host, &response, token.as_ref().map(|token| token.as_str())));
        }
        let response = ProviderResponse::parse("the container's credentials endpoint", response.body())?;
        // Credentials of a task are always temporary.
        response.required("Token")?;
        response.required("Expiration")?;
        response.credentials("Token")
    }
}

impl ProvideCredentials for ContainerCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.fetch())
    }

    fn name(&self) -> Cow<'_, str> {
        "the container's credentials endpoint".into()
    }
}

/// Reads a URL, and checks that the token may be sent to it.
fn full_url(text: &str) -> Result<Url, CredentialsError> {
    let url = Url::parse(text).map_err(|error| {
        invalid(format!("{FULL_URI} is not a URL with a host: use one like http://localhost:8080/credentials"))
            .with_source(error)
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(format!("{FULL_URI} contains a user or a password")));
    }
    let host = url.host().ok_or_else(|| invalid(format!("{FULL_URI} has no host")))?;
    match url.scheme() {
        "https" => {}
        "http" if is_local(&host) => {}
        "http" => {
            let message = format!(
                "{FULL_URI} is http://{host}, which is not a loopback host, {ECS}, {EKS} or [{EKS_IPV6}]: use https://"
            );
            return Err(invalid(message));
        }
        scheme => return Err(invalid(format!("{FULL_URI} is {scheme}://, not https:// or http://"))),
    }
    Ok(url)
}

/// Whether the token may be sent to a host without TLS. Names other than `localhost` are not
/// resolved, because they could resolve to a different address when the request is sent.
fn is_local<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback() || [ECS, EKS].contains(address),
        Host::Ipv6(address) => address.is_loopback() || *address == EKS_IPV6,
    }
}

/// Returns the error of an error response. ECS and EKS return a code and a message, as JSON or as
/// plain text.
fn error_response(host: &str, response: &Response<Bytes>, token: Option<&str>) -> CredentialsError {
    let secrets = [token.unwrap_or_default()];
    let mut message = format!("the credentials endpoint at {host} returned {}", response.status().as_u16());
    let json = ProviderResponse::parse("it", response.body());
    let mut parts: Vec<_> =
        json.iter().flat_map(|json| ["code", "message", "error"].map(|name| json.text(name))).flatten().collect();
    parts.dedup();
    let mut texts: Vec<_> = parts.into_iter().map(|text| redact(text, &secrets)).collect();
    if texts.is_empty() {
        texts.extend(redact_text(response.body(), &secrets));
    }
    for text in texts {
        message.push_str(", ");
        message.push_str(&text);
    }
    failed(message)
}
