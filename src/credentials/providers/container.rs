//! Containers as a source: the credentials endpoint of an ECS task, and of an EKS pod with Pod Identity.

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

/// Where ECS answers.
const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
/// Where EKS Pod Identity answers.
const EKS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 23);
const EKS_IPV6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23);

/// How long one request may take, with connecting.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The credentials of the container that this program runs in.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` is asked of ECS; `AWS_CONTAINER_CREDENTIALS_FULL_URI` is any `https://` URL, and an `http://` one
/// on this machine or of ECS and EKS: nobody else is sent the token of `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` (read anew each time) or
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN`. No proxy is used.
#[derive(Debug, Clone)]
pub struct ContainerCredentials {
    provider_config: ProviderConfig,
}

impl ContainerCredentials {
    /// The container of these provider_config.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { provider_config: provider_config.clone() }
    }

    /// Where to ask.
    fn url(&self) -> Result<Url, CredentialsError> {
        let environment = &self.provider_config.environment;
        if let Some(path) = environment.get(RELATIVE_URI)? {
            // Without the slash, what follows could become part of the host.
            if !path.starts_with('/') {
                return Err(invalid(format!("{RELATIVE_URI} does not begin with a slash")));
            }
            return Url::parse(&format!("http://{ECS}{path}"))
                .map_err(|error| invalid(format!("{RELATIVE_URI} is no path")).with_source(error));
        }
        match environment.get(FULL_URI)? {
            Some(url) => full_url(&url),
            None => Err(CredentialsError::not_configured(format!("neither {RELATIVE_URI} nor {FULL_URI} is set"))),
        }
    }

    /// The token to send, if there is one.
    async fn token(&self) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let (name, token) = if let Some(path) = self.provider_config.environment.get(TOKEN_FILE)? {
            let file = path.clone();
            let token = self.provider_config.read_files(move |files| files.read(Path::new(&file))).await;
            let unread = |error| invalid(format!("{TOKEN_FILE}, {path}, cannot be read")).with_source(error);
            let token = token.map_err(unread)?;
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
            return Err(invalid(format!("the token of {name} holds a line break, which no header can carry")));
        }
        Ok(Some(token))
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let (url, token) = (self.url()?, self.token().await?);
        let mut request = Request::get(url.as_str())
            .header(ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| invalid("the container's URL cannot be asked").with_source(error))?;
        if let Some(token) = &token {
            let mut value = HeaderValue::from_str(token)
                .map_err(|_| invalid("the container's token has characters that no header can carry"))?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let rules = HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: true };
        let host = url.host_str().unwrap_or_default().to_owned();
        let answer = self.provider_config.send(request, rules).await.map_err(|error| {
            let error = failed(format!("the credentials endpoint at {host} gave no answer")).with_source(error);
            error.without(&known(&[token.as_ref().map_or("", |token| token.as_str())]))
        })?;
        if !answer.status().is_success() {
            return Err(refused(&host, &answer, token.as_ref().map(|token| token.as_str())));
        }
        let answer = ProviderResponse::parse("the container's credentials endpoint", answer.body())?;
        // They are the task's and never long-lived: without these two it is another answer.
        answer.required("Token")?;
        answer.required("Expiration")?;
        answer.credentials("Token")
    }
}

impl ProvideCredentials for ContainerCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn name(&self) -> Cow<'_, str> {
        "the container's credentials endpoint".into()
    }
}

/// A URL that may be sent the token.
fn full_url(text: &str) -> Result<Url, CredentialsError> {
    let url = Url::parse(text).map_err(|error| {
        invalid(format!("{FULL_URI} is no URL with a host: use one like http://localhost:8080/credentials"))
            .with_source(error)
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(format!("{FULL_URI} holds a user or a password")));
    }
    let host = url.host().ok_or_else(|| invalid(format!("{FULL_URI} has no host")))?;
    match url.scheme() {
        "https" => {}
        "http" if is_local(&host) => {}
        "http" => {
            let message = format!(
                "{FULL_URI} is http://{host}, which is not this machine, {ECS}, {EKS} or [{EKS_IPV6}]: use https://"
            );
            return Err(invalid(message));
        }
        scheme => return Err(invalid(format!("{FULL_URI} is {scheme}://, not https:// or http://"))),
    }
    Ok(url)
}

/// Whether a host is one that the token may travel to unencrypted. Names other than `localhost` are not looked up: what they
/// resolve to now, they need not when the request is sent.
fn is_local<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback() || [ECS, EKS].contains(address),
        Host::Ipv6(address) => address.is_loopback() || *address == EKS_IPV6,
    }
}

/// An answer that is an error: both kinds of endpoint say a code and a message, in JSON or as plain text.
fn refused(host: &str, answer: &Response<Bytes>, token: Option<&str>) -> CredentialsError {
    let secrets = [token.unwrap_or_default()];
    let mut message = format!("the credentials endpoint at {host} answered {}", answer.status().as_u16());
    let read = ProviderResponse::parse("it", answer.body());
    let mut parts: Vec<_> =
        read.iter().flat_map(|read| ["code", "message", "error"].map(|name| read.text(name))).flatten().collect();
    parts.dedup();
    let mut texts: Vec<_> = parts.into_iter().map(|text| redact(text, &secrets)).collect();
    if texts.is_empty() {
        texts.extend(redact_text(answer.body(), &secrets));
    }
    for text in texts {
        message.push_str(", ");
        message.push_str(&text);
    }
    failed(message)
}
