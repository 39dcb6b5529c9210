//! [`ClientBuilder`]: the settings of a client, by code or from the environment and the profile.

mod auth;

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use auth::refuse_insecure;

use super::authorize::Auth;
use super::place::Place;
use super::resolved_config::ResolvedConfig;
use super::{CallConfig, Client, Shared, proxy};
use crate::clock::{Clock, Sleep, SystemClock, TokioSleep};
use crate::credentials::{ApiKey, Credentials, Environment, ProvideCredentials};
#[cfg(feature = "chain")]
use crate::credentials::{InstanceMetadataCredentials, ProviderConfig, within};
use crate::endpoint::{Endpoint, EndpointConfig, GivenUrl, Service};
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::profile::Files;
use crate::retry::{RetryPolicy, RetryQuota};
use crate::transport::{Connecting, HttpClient, Limits, Route, Timeouts, Transport};

/// A builder of a [`Client`].
///
/// A setting comes from code, else from the environment, else from the profile:
///
/// | setting | variables | properties of the profile | default |
/// |---|---|---|---|
/// | region | `AWS_REGION`, `AWS_DEFAULT_REGION` | `region` | none; with [`build_or_imds`][load], the region of the EC2 instance |
/// | authentication | `AWS_BEARER_TOKEN_BEDROCK`; else `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | see the [default chain][chain] | the rest of the [default chain][chain], at the first call |
/// | attempts | `AWS_MAX_ATTEMPTS` | `max_attempts` | 3 |
/// | FIPS | `AWS_USE_FIPS_ENDPOINT` | `use_fips_endpoint` | off |
/// | dual-stack | `AWS_USE_DUALSTACK_ENDPOINT` | `use_dualstack_endpoint` | off |
/// | endpoint | `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL_BEDROCK`; else `AWS_ENDPOINT_URL` | `endpoint_url` in the `services` section; else `endpoint_url` | the endpoint of the region |
/// | ignore these endpoints | `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` | `ignore_configured_endpoint_urls` | off |
/// | further CA certificates, a PEM file | `AWS_CA_BUNDLE` | `ca_bundle` | none |
/// | app ID in the user agent | `AWS_SDK_UA_APP_ID` | `sdk_ua_app_id` | none |
///
/// The name of the profile comes from [`profile`](Self::profile), `AWS_PROFILE` or
/// `AWS_DEFAULT_PROFILE`, and is `default` otherwise.
/// The files are those of `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, by default
/// `~/.aws/config` and `~/.aws/credentials`. They are read in two cases:
///
/// - Code or a variable names a profile.
/// - Code and the environment lack the region or the authentication. If both are set, no file is
///   read, and settings of the profile `default` have no effect.
///
/// `AWS_AUTH_SCHEME_PREFERENCE` has no effect. An API key in the environment takes precedence over
/// it, as in AWS's tools; without an API key, requests are signed.
///
/// ```
/// use bedrock_lite::{Client, Credentials};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/EXAMPLEKEY");
/// let client = Client::builder()
///     .region("eu-west-1")
///     .credentials(credentials)
///     .build()?;
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
///
// Both need the feature `chain`. Without it, the links lead to the documentation of all features.
#[cfg_attr(feature = "chain", doc = "[load]: Self::build_or_imds")]
#[cfg_attr(feature = "chain", doc = "[chain]: crate::credentials::DefaultChain")]
#[cfg_attr(
    not(feature = "chain"),
    doc = "[load]: https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.ClientBuilder.html#method.build_or_imds"
)]
#[cfg_attr(
    not(feature = "chain"),
    doc = "[chain]: https://docs.rs/bedrock-lite/latest/bedrock_lite/credentials/struct.DefaultChain.html"
)]
#[derive(Debug, Default)]
#[must_use]
pub struct ClientBuilder {
    environment: Environment,
    files: Files,
    profile: Option<String>,
    auth_schemes: Vec<AuthScheme>,
    region: Option<String>,
    fips: Option<bool>,
    dual_stack: Option<bool>,
    endpoint_url: Option<GivenUrl>,
    runtime_url: Option<GivenUrl>,
    control_url: Option<GivenUrl>,
    credentials: Option<GivenCredentials>,
    api_key: Option<ApiKey>,
    no_auth: bool,
    for_aws_host: bool,
    retry: Option<RetryPolicy>,
    timeouts: Timeouts,
    limits: Limits,
    quota: RetryQuota,
    clock: Option<Arc<dyn Clock>>,
    sleeper: Option<Arc<dyn Sleep>>,
    jitter: Option<fn() -> f64>,
    http_client: Option<HttpClient>,
}

/// An authentication scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthScheme {
    /// Requests are signed with credentials. AWS's name is `sigv4`.
    SigV4,
    /// An API key is sent as a bearer token. AWS's name is `httpBearerAuth`.
    HttpBearerAuth,
}

#[derive(Debug)]
enum GivenCredentials {
    Static(Credentials),
    Provider(Arc<dyn ProvideCredentials>),
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self { environment: Environment::process(), ..Self::default() }
    }

    /// Sets the region, such as `eu-west-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Signs requests with credentials that do not change.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(GivenCredentials::Static(credentials));
        self
    }

    /// Signs requests with the credentials of a custom provider.
    ///
    /// The client calls the provider before each attempt. Wrap a provider that performs I/O in
    /// [`CachedCredentials`][cached] (feature `chain`).
    ///
    /// [cached]: https://docs.rs/bedrock-lite/latest/bedrock_lite/credentials/struct.CachedCredentials.html
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(GivenCredentials::Provider(Arc::new(provider)));
        self
    }

    /// Sends a [Bedrock API key] as a bearer token instead of signing requests.
    ///
    /// [Bedrock API key]: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sends requests without authentication, for a gateway that signs them itself.
    ///
    /// The client sends neither a signature nor an API key, and does not look for credentials. It
    /// needs a region only if no endpoint URL is set. Add a header of the gateway with
    /// [`Client::with_header`].
    ///
    /// ```
    /// let client = bedrock_lite::Client::builder()
    ///     .endpoint_url("https://gateway.example.com/bedrock")
    ///     .no_auth()
    ///     .build()?
    ///     .with_header("x-team", "search")?;
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// `build` returns [`ConfigErrorKind::Conflict`] if code also sets credentials or an API key.
    pub fn no_auth(mut self) -> Self {
        self.no_auth = true;
        self
    }

    /// Sets whether requests to an endpoint URL are signed for AWS's host. Use it for a gateway that
    /// forwards requests unchanged. Defaults to `false`: requests are signed for the host of the URL.
    ///
    /// With `true`, the client connects to [`endpoint_url`](Self::endpoint_url), but the signature
    /// and the `Host` header have the host of the region, such as
    /// `bedrock-runtime.eu-west-1.amazonaws.com`. FIPS and dual-stack settings apply to this host.
    /// TLS still verifies the certificate of the gateway. Without an endpoint URL, the setting has
    /// no effect.
    ///
    /// The gateway must forward method, path, query, body, `Host`, `Content-Type` and all `x-amz-*`
    /// and `x-amzn-bedrock-*` headers unchanged. A path prefix of the URL is not signed, so the
    /// gateway must remove it.
    ///
    /// Limits:
    ///
    /// - Requests use HTTP/1.1, also with the feature `http2`: the authority of an HTTP/2 request is
    ///   always that of the connection. A custom [HTTP client](Self::http_client) must call
    ///   `http1_only()`.
    /// - A forward proxy replaces the `Host` header of requests to an `http://` URL (RFC 9112 section
    ///   3.2.2). Use an `https://` URL if there is a proxy in between.
    pub fn sign_for_aws_host(mut self, for_aws_host: bool) -> Self {
        self.for_aws_host = for_aws_host;
        self
    }

    /// Sets the order in which authentication schemes are tried.
    ///
    /// With [`AuthScheme::SigV4`] first, an API key in the environment has no effect. By default an
    /// API key in the environment takes precedence.
    pub fn auth_scheme_preference(mut self, schemes: impl IntoIterator<Item = AuthScheme>) -> Self {
        self.auth_schemes = schemes.into_iter().collect();
        self
    }

    /// Sets the profile of the shared configuration files. Defaults to that of `AWS_PROFILE`, else
    /// `AWS_DEFAULT_PROFILE`, else `default`.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Reads the shared configuration files and the CA bundle from `files` instead of the disk.
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// Sends all requests to this URL instead of the endpoints of the region. The URL may have a
    /// port and a path prefix.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(GivenUrl(url.into()));
        self
    }

    /// Sends requests to one service to this URL. Takes precedence over
    /// [`endpoint_url`](Self::endpoint_url).
    ///
    /// The two services have separate VPC endpoints.
    pub fn service_endpoint_url(mut self, service: Service, url: impl Into<String>) -> Self {
        match service {
            Service::Bedrock => self.control_url = Some(GivenUrl(url.into())),
            Service::BedrockRuntime => self.runtime_url = Some(GivenUrl(url.into())),
        }
        self
    }

    /// Sets whether to use the endpoints with FIPS 140 validated cryptography. Defaults to `false`.
    pub fn fips(mut self, fips: bool) -> Self {
        self.fips = Some(fips);
        self
    }

    /// Sets whether to use the dual-stack endpoints, which have IPv4 and IPv6 addresses. Defaults
    /// to `false`.
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = Some(dual_stack);
        self
    }

    /// Sets the retry policy. Defaults to [`RetryPolicy::new`] with the number of attempts that the
    /// environment or the profile sets.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sets the retry quota that all calls share. Defaults to a full quota.
    pub fn retry_quota(mut self, quota: RetryQuota) -> Self {
        self.quota = quota;
        self
    }

    /// Sets all timeouts.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how long the client waits for its credentials provider before each attempt. Defaults to
    /// 10 s.
    ///
    /// The error names the provider. A `credential_process` program that prompts a person may need
    /// more time.
    pub fn credentials_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.credentials = timeout;
        self
    }

    /// Sets how long connecting may take: DNS, TCP and TLS. Defaults to 3 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// Sets how long an attempt may take until the response head arrives, with connecting and
    /// sending. Defaults to 10 minutes, because a model that does not stream responds when it is
    /// done.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// Sets how long a response body or a stream may be idle. Each byte restarts the time. Defaults
    /// to 120 s.
    pub fn stream_idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.stream_idle = timeout;
        self
    }

    /// Sets how long a call may take with all attempts and the reading of its stream. No limit by
    /// default.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.call = Some(timeout);
        self
    }

    /// Sets how large responses may be.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends requests with a custom `reqwest::Client`, for example for a proxy, a private CA or
    /// another TLS library.
    ///
    /// [`connect_timeout`](Self::connect_timeout), CA bundle and app ID then have no effect: set
    /// them in your client. Disable everything that changes or repeats a signed request:
    ///
    /// - redirects: `redirect::Policy::none()`;
    /// - retries: `retry::never()`;
    /// - default headers whose names begin with `x-amz-`, because they would not be signed.
    ///
    /// Your client sends requests to loopback through a proxy of the environment, unless you call
    /// `no_proxy()`. The TLS library depends on the features of reqwest. If only this crate enables
    /// them, install the provider of rustls before you build a client:
    /// `rustls::crypto::ring::default_provider().install_default()`.
    pub fn http_client(mut self, client: impl Into<HttpClient>) -> Self {
        self.http_client = Some(client.into());
        self
    }

    /// Sets the clock for signatures. Defaults to the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets how the client waits between two attempts. Defaults to tokio's timer. Use it in tests
    /// that should not wait.
    pub fn sleep(mut self, sleeper: impl Sleep + 'static) -> Self {
        self.sleeper = Some(Arc::new(sleeper));
        self
    }

    /// Sets the jitter of retry delays, a number from 0 to 1. Defaults to a random number. Use it in
    /// tests.
    pub fn jitter(mut self, jitter: fn() -> f64) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Reads variables from `variables` instead of the environment of the process.
    pub fn environment<K: Into<String>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.environment = Environment::of(variables);
        self
    }

    /// Builds the client. Performs no I/O beyond reading local files.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] for invalid settings, for example:
    ///
    /// - The region is missing or malformed.
    /// - The profile does not exist, or a shared configuration file cannot be read.
    /// - A variable or property has an invalid value, or an endpoint is not a URL.
    /// - Credentials are set together with an API key.
    /// - An API key would be sent unencrypted (`http://`) to another machine.
    ///
    /// Returns [`Error::Credentials`] if the environment has only one of `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`. Other missing credentials are an error of the first call.
    pub fn build(self) -> Result<Client, Error> {
        let resolved = self.resolve()?;
        let region = if self.region.is_some() { self.region.clone() } else { resolved.region()? };
        let runtime = self.place(Service::BedrockRuntime, region.as_deref(), &resolved)?;
        let control = self.place(Service::Bedrock, region.as_deref(), &resolved)?;
        let endpoints = [runtime.endpoint(), control.endpoint()];
        if self.http_client.is_none() {
            for endpoint in endpoints {
                refuse_without_tls(endpoint)?;
                proxy::refuse_ignored(endpoint)?;
            }
        }
        let retry = self.retry_policy(&resolved)?;
        let connecting = Connecting {
            timeout: self.timeouts.connect,
            app_id: resolved.app_id()?,
            // A custom HTTP client has its own trust store.
            ca_bundle: if self.http_client.is_none() { resolved.ca_bundle()? } else { None },
            by_tls: endpoints.iter().any(|endpoint| endpoint.is_https()),
            http1_only: self.for_aws_host,
        };
        let auth = self.auth(region)?;
        if matches!(auth, Auth::ApiKey(_)) {
            for endpoint in endpoints {
                refuse_insecure(endpoint)?;
            }
        }
        let routes = endpoints.map(|endpoint| Route::of(endpoint.is_loopback()));
        let config = CallConfig {
            transport: Transport::new(self.http_client.clone(), connecting, self.limits, &routes)
                .map_err(|error| resolved.name_ca_bundle(error))?,
            timeouts: self.timeouts,
            retry,
            headers: Arc::default(),
        };
        let shared = Shared {
            runtime,
            control,
            auth,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            skew: Arc::default(),
            sleeper: self.sleeper.unwrap_or_else(|| Arc::new(TokioSleep)),
            jitter: self.jitter.unwrap_or(fastrand::f64),
            quota: Arc::new(self.quota),
        };
        Ok(Client::new(shared, config))
    }

    /// Builds the client as [`build`](Self::build) does. If no region is configured, uses the region
    /// of the EC2 instance that this program runs on.
    ///
    /// Queries the instance metadata service (IMDS) only if code, environment and profile have no
    /// region.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`build`](Self::build). If IMDS returns no region, its error is the
    /// source of the error about the missing region.
    #[cfg(feature = "chain")]
    pub async fn build_or_imds(mut self) -> Result<Client, Error> {
        if !self.has_place() && self.resolve()?.region()?.is_none() {
            let clock = self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
            let provider_config = ProviderConfig::of(self.environment.clone(), self.files.clone(), clock);
            let instance = InstanceMetadataCredentials::new(&provider_config);
            let region = within(self.timeouts.credentials, &instance, instance.region()).await;
            self.region = Some(region.map_err(|error| missing_region().with_source(error))?);
        }
        self.build()
    }

    /// Returns the settings of the environment, and of the profile if a profile is named or if code
    /// and environment lack the region or the authentication.
    fn resolve(&self) -> Result<ResolvedConfig<'_>, ConfigError> {
        let named = self.profile.is_some() || self.environment.has_profile();
        let has_auth = self.is_unsigned() || self.credentials.is_some() || self.environment.has_credentials();
        if !named && has_auth && self.has_place() {
            return Ok(ResolvedConfig::of_environment(&self.environment, &self.files));
        }
        ResolvedConfig::with_profile(&self.environment, &self.files, self.profile.as_deref())
    }

    /// Returns whether requests have no signature: because of [`no_auth`](Self::no_auth), or because
    /// code or environment have an API key.
    fn is_unsigned(&self) -> bool {
        self.no_auth || self.api_key.is_some() || self.environment.has_api_key()
    }

    /// Returns whether code and environment determine the region, or make it unnecessary.
    fn has_place(&self) -> bool {
        // A region is needed for a signature, or to derive an endpoint.
        let has_urls = self.endpoint_url.is_some() || (self.runtime_url.is_some() && self.control_url.is_some());
        let needs_no_region = self.is_unsigned() && has_urls && !self.for_aws_host;
        self.region.is_some() || self.environment.has_region() || needs_no_region
    }

    /// Returns the policy set by code, else the default with the configured number of attempts.
    fn retry_policy(&self, resolved: &ResolvedConfig<'_>) -> Result<RetryPolicy, ConfigError> {
        match self.retry {
            Some(policy) => Ok(policy),
            None => {
                Ok(resolved.max_attempts()?.map_or(RetryPolicy::new(), |most| RetryPolicy::new().max_attempts(most)))
            }
        }
    }

    fn place(
        &self,
        service: Service,
        region: Option<&str>,
        resolved: &ResolvedConfig<'_>,
    ) -> Result<Place, ConfigError> {
        let (own, service_id) = match service {
            Service::Bedrock => (&self.control_url, "BEDROCK"),
            Service::BedrockRuntime => (&self.runtime_url, "BEDROCK_RUNTIME"),
        };
        let given = own.clone().or_else(|| self.endpoint_url.clone());
        let mut config = EndpointConfig::new()
            .fips(self.fips.map_or_else(|| resolved.fips(), Ok)?)
            .dual_stack(self.dual_stack.map_or_else(|| resolved.dual_stack(), Ok)?);
        config.region = region.map(ToOwned::to_owned);
        config.url = given.map_or_else(|| resolved.endpoint_url(service_id), |GivenUrl(url)| Ok(Some(url)))?;
        Place::resolve(service, config, self.for_aws_host)
    }
}

fn missing_region() -> ConfigError {
    let message =
        "no region is configured: set it in code, in AWS_REGION or AWS_DEFAULT_REGION, or as region in the profile";
    ConfigError::new(ConfigErrorKind::MissingRegion, message)
}

fn refuse_without_tls(endpoint: &Endpoint) -> Result<(), ConfigError> {
    if cfg!(any(feature = "rustls", feature = "native-tls")) || !endpoint.is_https() {
        return Ok(());
    }
    let message = format!("{endpoint} needs TLS: enable the feature rustls or native-tls, or pass .http_client(…)");
    Err(ConfigError::new(ConfigErrorKind::HttpClient, message))
}
