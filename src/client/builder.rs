//! [`ClientBuilder`]: everything a client can be told, and what it finds in the environment where it is told nothing.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use super::authorize::{Auth, Provider};
use super::resolved_config::ResolvedConfig;
use super::{CallConfig, Client, Shared, proxy};
use crate::clock::{Clock, ClockSkew, Sleep, SystemClock, TokioSleep};
use crate::credentials::{ApiKey, Credentials, Environment, ProvideCredentials};
#[cfg(feature = "chain")]
use crate::credentials::{
    CachedCredentials, DefaultChain, EnvironmentCredentials, InstanceMetadataCredentials, ProfileCredentials,
    ProviderConfig, within,
};
use crate::endpoint::{Endpoint, EndpointConfig, GivenUrl, Service};
use crate::error::{ConfigError, ConfigErrorKind, Error};
#[cfg(not(feature = "chain"))]
use crate::error::{CredentialsError, CredentialsErrorKind};
use crate::profile::Files;
use crate::retry::{RetryPolicy, RetryQuota};
use crate::sigv4::Signer;
use crate::transport::{Connecting, HttpClient, Limits, Route, Timeouts, Transport};

/// Sets up a [`Client`]. What code says wins over the environment, and that over the profile:
///
/// | setting | where it is not set by code |
/// |---|---|
/// | region | `AWS_REGION`, `AWS_DEFAULT_REGION`, `region`; with [`build_or_imds`][load], that of the EC2 instance; there is no default |
/// | who is asking | `AWS_BEARER_TOKEN_BEDROCK`; else `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; else, at the first call, the rest of the [default chain][chain] |
/// | attempts | `AWS_MAX_ATTEMPTS`, `max_attempts`; else 3 |
/// | FIPS, dual-stack | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`; `use_fips_endpoint`, `use_dualstack_endpoint`; else neither |
/// | endpoint | `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL_BEDROCK`, `AWS_ENDPOINT_URL`; `endpoint_url` in the `services` of the profile or in itself; unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or `ignore_configured_endpoint_urls`; else that of the region |
/// | CA certificates beside the trusted ones | the PEM file of `AWS_CA_BUNDLE`, `ca_bundle` |
/// | an app id in the user agent | `AWS_SDK_UA_APP_ID`, `sdk_ua_app_id` |
///
/// The profile is that of [`profile`](Self::profile), of `AWS_PROFILE`, of `AWS_DEFAULT_PROFILE`, or `default`, in the files of `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE`, else in `~/.aws`. The files are read where code or a variable names a profile, or where neither
/// code nor the environment has a region and somebody who asks: a program that has both reads no file, and what `default`
/// may say does not count. `AWS_AUTH_SCHEME_PREFERENCE` changes nothing: an API key in the environment wins over it, as it does in AWS's
/// tools, and without one there are signatures alone.
///
/// ```
/// use bedrock_lite::{Client, Credentials};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let client = Client::builder().region("eu-west-1").credentials(credentials).build()?;
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
///
// Both need the feature `chain`: without it, the links lead to the documentation of all features.
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
    retry: Option<RetryPolicy>,
    timeouts: Timeouts,
    limits: Limits,
    quota: RetryQuota,
    clock: Option<Arc<dyn Clock>>,
    sleeper: Option<Arc<dyn Sleep>>,
    jitter: Option<fn() -> f64>,
    http_client: Option<HttpClient>,
}

/// A way to prove who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthScheme {
    /// Signatures, with credentials: `sigv4`.
    SigV4,
    /// An API key: `httpBearerAuth`.
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

    /// The region, such as `eu-west-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Credentials to sign with that do not change.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(GivenCredentials::Static(credentials));
        self
    }

    /// A source of credentials of your own; it is asked before every attempt.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(GivenCredentials::Provider(Arc::new(provider)));
        self
    }

    /// A Bedrock API key, sent as a bearer token in place of a signature.
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Prefers one way to prove who is asking over the other, also over an API key in the environment. One that nothing is found for
    /// gives way to the other.
    pub fn auth_scheme_preference(mut self, schemes: impl IntoIterator<Item = AuthScheme>) -> Self {
        self.auth_schemes = schemes.into_iter().collect();
        self
    }

    /// The profile of the shared configuration files to read settings from; without, it is that of `AWS_PROFILE`, else of
    /// `AWS_DEFAULT_PROFILE`, else `default`.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Reads the shared configuration and the CA bundle here, and nothing from the disk.
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// Sends everything to this URL in place of the region's endpoints; it may have a port and a path prefix.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(GivenUrl(url.into()));
        self
    }

    /// Sends what goes to one service to this URL: the two have VPC endpoints of their own.
    pub fn service_endpoint_url(mut self, service: Service, url: impl Into<String>) -> Self {
        match service {
            Service::Bedrock => self.control_url = Some(GivenUrl(url.into())),
            Service::BedrockRuntime => self.runtime_url = Some(GivenUrl(url.into())),
        }
        self
    }

    /// Uses the endpoints with FIPS 140 validated cryptography.
    pub fn fips(mut self, fips: bool) -> Self {
        self.fips = Some(fips);
        self
    }

    /// Uses the endpoints that have IPv6 addresses beside IPv4.
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = Some(dual_stack);
        self
    }

    /// When and how often a request is sent again.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = Some(retry);
        self
    }

    /// What all calls may spend on retries, in place of a full quota.
    pub fn retry_quota(mut self, quota: RetryQuota) -> Self {
        self.quota = quota;
        self
    }

    /// How long to wait for what.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how long the client waits for its credentials provider before each attempt. Defaults to 10 s.
    ///
    /// The error names the provider that did not answer. `credential_process` programs that ask a person may need more.
    pub fn credentials_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.credentials = timeout;
        self
    }

    /// How long connecting may take. Default 3 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long connecting, sending and the answer's head may take together. Default 10 minutes: a model that does not stream
    /// answers when it is done.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// How long a stream, or the body of an answer, may be silent; any byte starts it anew. Default 120 s.
    pub fn stream_idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.stream_idle = timeout;
        self
    }

    /// How long a call may take with all its attempts and the reading of its stream. Default: as long as it takes.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.call = Some(timeout);
        self
    }

    /// How much of an answer to take.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends through a `reqwest::Client` of your own: for a proxy, a private CA, a TLS stack of your choice.
    ///
    /// [`connect_timeout`](Self::connect_timeout) is then your client's affair, and so is the proxy: one of the environment sees what goes to
    /// this machine too, unless you say `no_proxy()`. Switch off what would change a signed request or repeat it: redirects
    /// (`redirect::Policy::none()`), retries (`retry::never()`), and default headers that AWS signs. reqwest takes its TLS from its own
    /// features; with those of this crate alone, install rustls' provider before you build one
    /// (`rustls::crypto::ring::default_provider().install_default()`).
    pub fn http_client(mut self, client: impl Into<HttpClient>) -> Self {
        self.http_client = Some(client.into());
        self
    }

    /// The clock to sign by, in place of the machine's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// What waits between two attempts, in place of tokio's clock: for tests, which need not wait.
    pub fn sleep(mut self, sleeper: impl Sleep + 'static) -> Self {
        self.sleeper = Some(Arc::new(sleeper));
        self
    }

    /// Where the jitter of the waits comes from, from 0 to 1, in place of a random number: for tests.
    pub fn jitter(mut self, jitter: fn() -> f64) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Looks for variables here, and nowhere in the process's own environment.
    pub fn environment<K: Into<String>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.environment = Environment::of(variables);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for settings that cannot work: no region, a profile that is not there, a shared configuration file that
    /// cannot be read, a number that is none, an endpoint that is no URL, credentials together with
    /// an API key, an API key over plain `http://` to another machine. [`Error::Credentials`] for half a pair of keys in the
    /// environment; whether anything else says who is asking, the first call finds out.
    pub fn build(self) -> Result<Client, Error> {
        let resolved = self.find()?;
        let region = if self.region.is_some() { self.region.clone() } else { resolved.region()? };
        let runtime = self.endpoint(Service::BedrockRuntime, region.as_deref(), &resolved)?;
        let control = self.endpoint(Service::Bedrock, region.as_deref(), &resolved)?;
        if self.http_client.is_none() {
            refuse_without_tls(&runtime)?;
            refuse_without_tls(&control)?;
            proxy::refuse_ignored(&runtime)?;
            proxy::refuse_ignored(&control)?;
        }
        let retry = self.retry_policy(&resolved)?;
        let connecting = Connecting {
            timeout: self.timeouts.connect,
            app_id: resolved.app_id()?,
            // A client of one's own trusts whom it trusts.
            ca_bundle: if self.http_client.is_none() { resolved.ca_bundle()? } else { None },
            by_tls: runtime.is_https() || control.is_https(),
        };
        let auth = self.auth(region)?;
        if matches!(auth, Auth::ApiKey(_)) {
            refuse_insecure(&runtime)?;
            refuse_insecure(&control)?;
        }
        let routes = [Route::of(runtime.is_loopback()), Route::of(control.is_loopback())];
        let config = CallConfig {
            transport: Transport::new(self.http_client.clone(), connecting, self.limits, &routes)
                .map_err(|error| resolved.name_ca_bundle(error))?,
            timeouts: self.timeouts,
            retry,
        };
        let shared = Shared {
            runtime,
            control,
            auth,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            skew: ClockSkew::new(),
            sleeper: self.sleeper.unwrap_or_else(|| Arc::new(TokioSleep)),
            jitter: self.jitter.unwrap_or(fastrand::f64),
            quota: self.quota,
        };
        Ok(Client::new(shared, config))
    }

    /// The client, with the region of the EC2 instance that this runs on where neither code nor the environment nor the profile names one.
    ///
    /// Only then is the metadata service asked. [`build`](Self::build) asks nobody.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build); that there is no region has the metadata service's reason as its cause.
    #[cfg(feature = "chain")]
    pub async fn build_or_imds(mut self) -> Result<Client, Error> {
        if !self.knows_where() && self.find()?.region()?.is_none() {
            let clock = self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
            let provider_config = ProviderConfig::of(self.environment.clone(), self.files.clone(), clock);
            let instance = InstanceMetadataCredentials::new(&provider_config);
            let region = within(self.timeouts.credentials, &instance, instance.region()).await;
            self.region = Some(region.map_err(|error| missing_region().with_source(error))?);
        }
        self.build()
    }

    /// What code leaves open: the environment, and the profile where somebody names one or the environment does not say enough.
    fn find(&self) -> Result<ResolvedConfig<'_>, ConfigError> {
        let named = self.profile.is_some() || self.environment.has_profile();
        let knows_who = self.has_key() || self.credentials.is_some() || self.environment.has_credentials();
        if !named && knows_who && self.knows_where() {
            return Ok(ResolvedConfig::of_environment(&self.environment, &self.files));
        }
        ResolvedConfig::with_profile(&self.environment, &self.files, self.profile.as_deref())
    }

    fn has_key(&self) -> bool {
        self.api_key.is_some() || self.environment.has_api_key()
    }

    fn knows_where(&self) -> bool {
        // Without a signature, a URL needs no region.
        let has_place = self.endpoint_url.is_some() || (self.runtime_url.is_some() && self.control_url.is_some());
        self.region.is_some() || self.environment.has_region() || (self.has_key() && has_place)
    }

    /// By code, else with the attempts that the environment or the profile allows.
    fn retry_policy(&self, resolved: &ResolvedConfig<'_>) -> Result<RetryPolicy, ConfigError> {
        match self.retry {
            Some(policy) => Ok(policy),
            None => {
                Ok(resolved.max_attempts()?.map_or(RetryPolicy::new(), |most| RetryPolicy::new().max_attempts(most)))
            }
        }
    }

    fn endpoint(
        &self,
        service: Service,
        region: Option<&str>,
        resolved: &ResolvedConfig<'_>,
    ) -> Result<Endpoint, ConfigError> {
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
        Endpoint::resolve(service, &config)
    }

    fn prefers_signatures(&self) -> bool {
        self.auth_schemes.first() == Some(&AuthScheme::SigV4)
    }

    /// Who is asking: by code, by an API key in the environment, by credentials in the environment.
    fn auth(&self, region: Option<String>) -> Result<Auth, Error> {
        let given = match (&self.credentials, &self.api_key) {
            (Some(_), Some(_)) => {
                let message = "credentials and an API key exclude each other: pass one of them";
                return Err(ConfigError::new(ConfigErrorKind::Conflict, message).into());
            }
            (None, Some(_)) if self.prefers_signatures() => {
                let message = "an API key and a preference for signatures exclude each other: pass one of them";
                return Err(ConfigError::new(ConfigErrorKind::Conflict, message).into());
            }
            (None, Some(key)) => return api_key(key.clone()),
            (Some(given), None) => Some(given),
            (None, None) => None,
        };
        if given.is_none()
            && !self.prefers_signatures()
            && let Some(key) = self.environment.api_key()?
        {
            return api_key(key);
        }
        let signer = Signer::new(region.ok_or_else(missing_region)?, Service::BedrockRuntime.signing_name());
        Ok(match given {
            Some(GivenCredentials::Provider(provider)) => {
                let provider = Provider::new(Arc::clone(provider), signer.region());
                Auth::Provided(signer, provider)
            }
            Some(GivenCredentials::Static(credentials)) => static_credentials(signer, credentials.clone())?,
            None => self.searched(signer)?,
        })
    }

    /// Keys in the environment: without the feature `chain` there is nowhere else to look.
    #[cfg(not(feature = "chain"))]
    fn searched(&self, signer: Signer) -> Result<Auth, Error> {
        // With the feature the profile would win over keys in the environment. Without it, those keys are another identity.
        if let Some(name) = &self.profile {
            let message = format!(
                "the credentials of the profile {name:?} are not read, because this build lacks the feature chain: build \
                 bedrock-lite with it, or pass .credentials(…)"
            );
            return Err(CredentialsError::of(CredentialsErrorKind::Invalid, message).into());
        }
        if !self.environment.has_credentials() {
            let message = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and this build lacks the feature chain, \
                           which reads profiles and asks containers and instances";
            return Err(CredentialsError::not_configured(message).into());
        }
        static_credentials(signer, self.environment.credentials()?)
    }

    /// The profile that code names, and no other source, as with `--profile` of the AWS CLI; else keys in the environment, which cost
    /// nothing to read; else the default chain. What has to be fetched is at the first call.
    #[cfg(feature = "chain")]
    fn searched(&self, signer: Signer) -> Result<Auth, Error> {
        if self.profile.is_none() && self.environment.has_credentials() {
            let credentials = self.environment.credentials()?;
            credentials.validate()?;
            if credentials.session_token().is_none() {
                return Ok(Auth::Static(signer, credentials));
            }
        }
        let clock = self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let provider_config = ProviderConfig::of(self.environment.clone(), self.files.clone(), Arc::clone(&clock));
        let provider = if let Some(name) = &self.profile {
            let profile = ProfileCredentials::new(&provider_config).profile(name).region(signer.region());
            CachedCredentials::with_shared_clock(profile, clock)
        } else if self.environment.has_credentials() {
            // Temporary ones: the program may set others in its environment.
            CachedCredentials::with_shared_clock(EnvironmentCredentials::new(&provider_config), clock)
        } else {
            let chain = DefaultChain::new(&provider_config).region(signer.region());
            CachedCredentials::with_shared_clock(chain, clock)
        };
        let provider = Provider::new(Arc::new(provider.timeout(self.timeouts.credentials)), signer.region());
        Ok(Auth::Provided(signer, provider))
    }
}

fn api_key(key: ApiKey) -> Result<Auth, Error> {
    key.validate()?;
    Ok(Auth::ApiKey(key))
}

fn static_credentials(signer: Signer, credentials: Credentials) -> Result<Auth, Error> {
    credentials.validate()?;
    Ok(Auth::Static(signer, credentials))
}

fn missing_region() -> ConfigError {
    let message =
        "there is no region to sign for: set one in code, AWS_REGION or AWS_DEFAULT_REGION, or region in the profile";
    ConfigError::new(ConfigErrorKind::MissingRegion, message)
}

fn refuse_without_tls(endpoint: &Endpoint) -> Result<(), ConfigError> {
    if cfg!(any(feature = "rustls", feature = "native-tls")) || !endpoint.is_https() {
        return Ok(());
    }
    let message = format!("{endpoint} needs TLS: switch on the feature rustls or native-tls, or pass .http_client(…)");
    Err(ConfigError::new(ConfigErrorKind::HttpClient, message))
}

/// Whoever reads an API key on its way can use it.
fn refuse_insecure(endpoint: &Endpoint) -> Result<(), ConfigError> {
    if endpoint.is_https() || endpoint.is_loopback() {
        return Ok(());
    }
    let message = format!(
        "an API key is not sent unencrypted to {endpoint}: use https://, or credentials, which sign and stay secret"
    );
    Err(ConfigError::new(ConfigErrorKind::Insecure, message))
}
