//! Where requests go: a region or a URL of one's own in, a base URL out, and paths under it that stay as they are.

mod base;
mod partition;
mod path;

use std::fmt;

use bytes::Bytes;
use http::uri::{self, Authority, PathAndQuery, Scheme, Uri};

pub use path::{path_from_template, query_string};

use partition::Partition;

use crate::error::{ConfigError, ConfigErrorKind};

/// The two services of Amazon Bedrock that this crate speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// The control plane: models, guardrails, jobs.
    Bedrock,
    /// Inference.
    BedrockRuntime,
}

impl Service {
    /// What its hosts' names begin with.
    #[must_use]
    pub fn endpoint_prefix(self) -> &'static str {
        match self {
            Self::Bedrock => "bedrock",
            Self::BedrockRuntime => "bedrock-runtime",
        }
    }

    /// What its requests are signed for: `bedrock`, whatever the host.
    #[must_use]
    pub fn signing_name(self) -> &'static str {
        "bedrock"
    }
}

/// The services that give credentials of AWS, which other requests are then signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsService {
    /// The Security Token Service: roles. Its regional endpoints; the global one for the region `aws-global` only.
    Sts,
    /// The portal of IAM Identity Center: credentials for a signed-in person.
    Sso,
    /// The OIDC side of IAM Identity Center: tokens of sign-ins.
    SsoOidc,
}

impl CredentialsService {
    /// What its hosts' names begin with.
    #[must_use]
    pub fn endpoint_prefix(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "portal.sso",
            Self::SsoOidc => "oidc",
        }
    }

    /// What the settings of its endpoint are called by: `AWS_ENDPOINT_URL_…`, and in lower case in a `services` section.
    #[must_use]
    pub fn service_id(self) -> &'static str {
        match self {
            Self::Sts => "STS",
            Self::Sso => "SSO",
            Self::SsoOidc => "SSO_OIDC",
        }
    }
}

/// What an endpoint is made from.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// The region, like `eu-west-1`.
    pub region: Option<String>,
    /// An endpoint with cryptography validated after FIPS 140.
    pub fips: bool,
    /// An endpoint that answers over IPv6 too.
    pub dual_stack: bool,
    /// A URL to send requests to instead: with a port or a path in front, where it has them.
    pub url: Option<String>,
}

impl EndpointConfig {
    /// Nothing set.
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

/// Shows the URL without a user, a password or a query: they may be secrets, even where [`Endpoint::resolve`] refuses them.
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

/// A base URL that was given and not read yet. `Debug` shows it as errors do.
#[derive(Clone)]
#[cfg(feature = "client")]
pub(crate) struct GivenUrl(pub(crate) String);

#[cfg(feature = "client")]
impl fmt::Debug for GivenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        base::shown(&self.0).fmt(f)
    }
}

/// The pseudo-region of AWS's global endpoints. STS has such an endpoint, which is in us-east-1.
pub(crate) const GLOBAL_REGION: &str = "aws-global";

/// A base URL that requests can be sent to.
///
/// ```
/// use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
///
/// let endpoint = Endpoint::resolve(Service::BedrockRuntime, &EndpointConfig::new().region("eu-west-1"))?;
/// assert_eq!(endpoint.as_str(), "https://bedrock-runtime.eu-west-1.amazonaws.com");
/// assert_eq!(
///     endpoint.uri("/model/amazon.nova-lite-v1%3A0/converse")?,
///     "https://bedrock-runtime.eu-west-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse",
/// );
/// # Ok::<(), bedrock_lite::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Without a slash at its end.
    base: Box<str>,
    /// Where the path in front begins; the length, where there is none.
    prefix_at: usize,
    scheme: Scheme,
    authority: Authority,
    loopback: bool,
}

impl Endpoint {
    /// Finds the endpoint of a service.
    ///
    /// With a URL, that is it, and the region is only checked; signing still needs one. Without, it is the region's:
    /// a region that nobody knows yet is taken to be in the partition `aws`, as AWS's SDKs take it.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::MissingRegion`] with neither region nor URL, [`ConfigErrorKind::InvalidRegion`] for a region that
    /// no host name can hold, [`ConfigErrorKind::Conflict`] for a URL together with FIPS or dual-stack,
    /// [`ConfigErrorKind::InvalidEndpoint`] for a URL that is none, is not `http` or `https`, has no host, or has a user,
    /// a query or a fragment.
    pub fn resolve(service: Service, config: &EndpointConfig) -> Result<Self, ConfigError> {
        Self::of(config, |_| host_prefix(service.endpoint_prefix(), config.fips))
    }

    /// Finds the endpoint of a service that gives credentials, as [`resolve`](Self::resolve) does of Bedrock's.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    pub fn resolve_credentials(service: CredentialsService, config: &EndpointConfig) -> Result<Self, ConfigError> {
        let is_plain = config.url.is_none() && !config.fips && !config.dual_stack;
        if is_plain && service == CredentialsService::Sts && config.region.as_deref() == Some(GLOBAL_REGION) {
            return base::parse("https://sts.amazonaws.com");
        }
        Self::of(config, |partition| {
            // The endpoints of AWS GovCloud are validated after FIPS 140 under their plain names.
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

    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// The host, with its port where it is not the scheme's own.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client calls"))]
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Whether it is encrypted on the way.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether it is this machine: `localhost`, 127.0.0.0/8 or `::1`. What is sent there crosses no network.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The URI of a path, with its query where it has one: both stay as they are, to the byte.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidLabel`] for a path that does not begin with `/`, that has a segment `.` or `..` (encoded
    /// ones too: HTTP clients resolve them) or a character that no URI holds.
    pub fn uri(&self, path_and_query: &str) -> Result<Uri, ConfigError> {
        let unfit = |problem: &str| {
            ConfigError::new(ConfigErrorKind::InvalidLabel, format!("the path {path_and_query:?} {problem}"))
        };
        let (path, _) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        if !path.starts_with('/') {
            return Err(unfit("does not begin with a slash"));
        }
        if path.split('/').any(is_dot_segment) {
            return Err(unfit("has a dot segment: it would become another path"));
        }
        if !path_and_query.bytes().all(is_of_uri) {
            return Err(unfit("has a character that no URI holds: percent-encode it"));
        }
        let prefix = self.base.get(self.prefix_at..).unwrap_or_default();
        let mut whole = String::with_capacity(prefix.len() + path_and_query.len());
        whole.push_str(prefix);
        whole.push_str(path_and_query);
        let whole = Bytes::from(whole);
        let kept = PathAndQuery::from_maybe_shared(whole.clone()).map_err(|e| unfit("fits no URI").with_source(e))?;
        // One string is sent and signed: a parser that improves it would break the signature.
        if kept.as_str().as_bytes() != whole {
            return Err(unfit("does not stay as it is"));
        }
        let mut parts = uri::Parts::default();
        (parts.scheme, parts.authority) = (Some(self.scheme.clone()), Some(self.authority.clone()));
        parts.path_and_query = Some(kept);
        Uri::from_parts(parts).map_err(|e| unfit("fits no URI").with_source(e))
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

/// Whether an HTTP client would resolve a path segment away; the WHATWG's URL standard does with encoded dots too.
fn is_dot_segment(segment: &str) -> bool {
    // The longest is %2e%2e; hardly any other is looked at.
    segment.len() <= 6
        && segment.starts_with(['.', '%'])
        && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Whether a path and a query may hold the byte: graphic ASCII but what RFC 3986 leaves out, and `#`, which ends them.
const fn is_of_uri(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#')
}

/// A region is a label of a host name (RFC 1123), in lower case: it goes into one, and into the signature.
pub(crate) fn check_region(region: &str) -> Result<(), ConfigError> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if matches!(region.len(), 1..=63) && region.bytes().all(fits) && !region.starts_with('-') && !region.ends_with('-')
    {
        return Ok(());
    }
    let message =
        format!("{region:?} is no region: use a name like eu-west-1, in lower-case letters, digits and hyphens");
    Err(ConfigError::new(ConfigErrorKind::InvalidRegion, message))
}

fn conflict(what: &str, the: &str) -> ConfigError {
    let message = format!("{what} does not go with an endpoint URL: unset {what}, or set {the} endpoint's own URL");
    ConfigError::new(ConfigErrorKind::Conflict, message)
}
