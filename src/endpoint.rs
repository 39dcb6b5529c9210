//! Endpoints: the base URLs that requests are sent to, and paths and queries below them.
//!
//! [`Endpoint::resolve`] finds the endpoint of a service from a region or from a custom URL. [`Endpoint::uri`] appends a
//! path without changing it. [`path_from_template`] and [`query_string`] encode values for paths
//! and queries.

mod base;
mod partition;
mod path;

use std::fmt;

use bytes::Bytes;
use http::uri::{self, Authority, PathAndQuery, Scheme, Uri};

pub use path::{path_from_template, query_string};

use partition::Partition;

use crate::error::{ConfigError, ConfigErrorKind};

/// A service of Amazon Bedrock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// The control plane, `bedrock`: models, guardrails, jobs.
    Bedrock,
    /// The inference service, `bedrock-runtime`: `Converse`, `InvokeModel`, `ApplyGuardrail`.
    BedrockRuntime,
}

impl Service {
    /// Returns the first label of the service's host names, like `bedrock-runtime`.
    #[must_use]
    pub fn endpoint_prefix(self) -> &'static str {
        match self {
            Self::Bedrock => "bedrock",
            Self::BedrockRuntime => "bedrock-runtime",
        }
    }

    /// Returns the service name of the credential scope: `bedrock` for both services.
    #[must_use]
    pub fn signing_name(self) -> &'static str {
        "bedrock"
    }
}

/// A service that credentials providers call to get AWS credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsService {
    /// The Security Token Service (STS), which issues credentials of roles.
    ///
    /// Regional endpoints are used, except for the pseudo-region `aws-global`.
    Sts,
    /// The portal of IAM Identity Center, which issues credentials to signed-in users.
    Sso,
    /// The OIDC service of IAM Identity Center, which issues and refreshes access tokens.
    SsoOidc,
}

impl CredentialsService {
    /// Returns the first labels of the service's host names, like `portal.sso`.
    #[must_use]
    pub fn endpoint_prefix(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "portal.sso",
            Self::SsoOidc => "oidc",
        }
    }

    /// Returns the service ID in the names of endpoint settings, like `SSO_OIDC` in
    /// `AWS_ENDPOINT_URL_SSO_OIDC`.
    ///
    /// In a `services` section of the shared configuration file, the ID is written in lower case.
    #[must_use]
    pub fn service_id(self) -> &'static str {
        match self {
            Self::Sts => "STS",
            Self::Sso => "SSO",
            Self::SsoOidc => "SSO_OIDC",
        }
    }
}

/// The settings from which an [`Endpoint`] is resolved.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// The region, like `eu-west-1`.
    pub region: Option<String>,
    /// Whether to use the FIPS 140 endpoint. Defaults to `false`.
    pub fips: bool,
    /// Whether to use the dual-stack endpoint, which is reachable over IPv4 and IPv6. Defaults to
    /// `false`.
    pub dual_stack: bool,
    /// A custom URL to send requests to, with an optional port and path prefix, like
    /// `https://host:8443/prefix`.
    pub url: Option<String>,
}

impl EndpointConfig {
    /// Creates a configuration without any setting.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the [region](Self::region).
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets [FIPS](Self::fips).
    #[must_use]
    pub fn fips(mut self, fips: bool) -> Self {
        self.fips = fips;
        self
    }

    /// Sets [dual-stack](Self::dual_stack).
    #[must_use]
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = dual_stack;
        self
    }

    /// Sets the [URL](Self::url).
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

/// Shows the URL without user, password and query. They may be secrets, even if
/// [`Endpoint::resolve`] refuses them.
impl fmt::Debug for EndpointConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointConfig")
            .field("region", &self.region)
            .field("fips", &self.fips)
            .field("dual_stack", &self.dual_stack)
            .field("url", &self.url.as_deref().map(base::shown))
            .finish()
    }
}

/// A base URL that is not parsed yet. `Debug` shows it without user, password and query.
#[derive(Clone)]
#[cfg(feature = "client")]
pub(crate) struct GivenUrl(pub(crate) String);

#[cfg(feature = "client")]
impl fmt::Debug for GivenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        base::shown(&self.0).fmt(f)
    }
}

/// The pseudo-region of AWS's global endpoints. STS has a global endpoint, in us-east-1.
pub(crate) const GLOBAL_REGION: &str = "aws-global";

/// The base URL of a service.
///
/// ```
/// use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
///
/// let config = EndpointConfig::new().region("eu-west-1");
/// let endpoint = Endpoint::resolve(Service::BedrockRuntime, &config)?;
/// assert_eq!(
///     endpoint.as_str(),
///     "https://bedrock-runtime.eu-west-1.amazonaws.com",
/// );
/// let uri = endpoint.uri("/model/amazon.nova-lite-v1%3A0/converse")?;
/// assert_eq!(uri.path(), "/model/amazon.nova-lite-v1%3A0/converse");
/// # Ok::<(), bedrock_lite::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The base URL without a trailing slash.
    base: Box<str>,
    /// The offset of the path prefix in `base`. Equals the length of `base` if there is no prefix.
    prefix_at: usize,
    scheme: Scheme,
    authority: Authority,
    loopback: bool,
}

impl Endpoint {
    /// Resolves the endpoint of a service.
    ///
    /// If the configuration has a URL, that URL is the endpoint, and the region is only validated.
    /// Otherwise the endpoint is determined from the region. An unknown region is assumed to be in
    /// the partition `aws`, as in AWS's SDKs.
    ///
    /// # Errors
    ///
    /// - [`ConfigErrorKind::MissingRegion`] if the configuration has neither a region nor a URL.
    /// - [`ConfigErrorKind::InvalidRegion`] if the region is not a valid host name label.
    /// - [`ConfigErrorKind::Conflict`] if a URL is combined with FIPS or dual-stack.
    /// - [`ConfigErrorKind::InvalidEndpoint`] if the URL is malformed, is not `http` or `https`,
    ///   has no host, has a user, a query or a fragment, or has a path that HTTP clients would
    ///   change.
    pub fn resolve(service: Service, config: &EndpointConfig) -> Result<Self, ConfigError> {
        Self::of(config, |_| host_prefix(service.endpoint_prefix(), config.fips))
    }

    /// Resolves the endpoint of a credentials service.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`resolve`](Self::resolve).
    pub fn resolve_credentials(service: CredentialsService, config: &EndpointConfig) -> Result<Self, ConfigError> {
        let is_plain = config.url.is_none() && !config.fips && !config.dual_stack;
        if is_plain && service == CredentialsService::Sts && config.region.as_deref() == Some(GLOBAL_REGION) {
            return base::parse("https://sts.amazonaws.com");
        }
        Self::of(config, |partition| {
            // The plain host names of AWS GovCloud are FIPS endpoints already.
            let fips = config.fips && (config.dual_stack || !partition.is_gov_cloud());
            host_prefix(service.endpoint_prefix(), fips)
        })
    }

    fn of(config: &EndpointConfig, host: impl FnOnce(&Partition) -> String) -> Result<Self, ConfigError> {
        if let Some(region) = &config.region {
            check_region(region)?;
        }
        match (&config.url, &config.region) {
            (Some(_), _) if config.fips => Err(conflict("FIPS", "the FIPS")),
            (Some(_), _) if config.dual_stack => Err(conflict("dual-stack", "the dual-stack")),
            (Some(url), _) => base::parse(url),
            (None, Some(region)) => {
                let partition = partition::of(region);
                let suffix = if config.dual_stack { partition.dual_stack_dns_suffix } else { partition.dns_suffix };
                base::parse(&format!("https://{}.{region}.{suffix}", host(partition)))
            }
            (None, None) => {
                let message =
                    "there is no region: set one in code, AWS_REGION or AWS_DEFAULT_REGION, or region in the profile";
                Err(ConfigError::new(ConfigErrorKind::MissingRegion, message))
            }
        }
    }

    /// Returns the base URL without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Returns the host, with the port if it is not the default port of the scheme.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client calls"))]
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Returns whether the scheme is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Returns whether the host is a loopback host: `localhost`, an address in 127.0.0.0/8, or
    /// `::1`.
    ///
    /// Other names are not resolved: `localhost.` and names in `/etc/hosts` are not loopback hosts.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Returns the URI of a path with an optional query. Both stay byte for byte as they are.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidPathParameter`] in these cases:
    ///
    /// - The path does not begin with `/`.
    /// - The path has a segment `.` or `..`, plain or percent-encoded, which HTTP clients would
    ///   resolve.
    /// - The path or the query has a character that is not allowed in a URI.
    pub fn uri(&self, path_and_query: &str) -> Result<Uri, ConfigError> {
        let refuse = |problem: &str| {
            ConfigError::new(ConfigErrorKind::InvalidPathParameter, format!("the path {path_and_query:?} {problem}"))
        };
        let (path, _) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        if !path.starts_with('/') {
            return Err(refuse("does not begin with a slash"));
        }
        if path.split('/').any(is_dot_segment) {
            return Err(refuse("has a dot segment, which HTTP clients resolve to another path"));
        }
        if !path_and_query.bytes().all(is_uri_byte) {
            return Err(refuse("has a character that is not allowed in a URI: percent-encode it"));
        }
        let prefix = self.base.get(self.prefix_at..).unwrap_or_default();
        let mut whole = String::with_capacity(prefix.len() + path_and_query.len());
        whole.push_str(prefix);
        whole.push_str(path_and_query);
        let whole = Bytes::from(whole);
        let kept = PathAndQuery::from_maybe_shared(whole.clone())
            .map_err(|e| refuse("is not valid in a URI").with_source(e))?;
        // The same string is sent and signed: a parser that changes it would break the signature.
        if kept.as_str().as_bytes() != whole {
            return Err(refuse("is changed by the URI parser"));
        }
        let mut parts = uri::Parts::default();
        (parts.scheme, parts.authority) = (Some(self.scheme.clone()), Some(self.authority.clone()));
        parts.path_and_query = Some(kept);
        Uri::from_parts(parts).map_err(|e| refuse("is not valid in a URI").with_source(e))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

fn host_prefix(prefix: &str, fips: bool) -> String {
    format!("{prefix}{}", if fips { "-fips" } else { "" })
}

/// Whether an HTTP client would remove a path segment. The WHATWG URL standard also removes
/// percent-encoded dots.
fn is_dot_segment(segment: &str) -> bool {
    // The longest dot segment is %2e%2e. Other segments are not copied.
    segment.len() <= 6
        && segment.starts_with(['.', '%'])
        && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Whether a byte is allowed in a path or a query: graphic ASCII without the characters that RFC
/// 3986 excludes, and without `#`, which ends both.
const fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#')
}

/// Checks that a region is a lower-case host name label (RFC 1123), because it becomes part of the
/// host name.
pub(crate) fn check_region(region: &str) -> Result<(), ConfigError> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if matches!(region.len(), 1..=63) && region.bytes().all(fits) && !region.starts_with('-') && !region.ends_with('-')
    {
        return Ok(());
    }
    let message =
        format!("{region:?} is not a region: use a name like eu-west-1, in lower-case letters, digits and hyphens");
    Err(ConfigError::new(ConfigErrorKind::InvalidRegion, message))
}

fn conflict(what: &str, the: &str) -> ConfigError {
    let message =
        format!("{what} cannot be combined with an endpoint URL: unset {what}, or set {the} endpoint's own URL");
    ConfigError::new(ConfigErrorKind::Conflict, message)
}
