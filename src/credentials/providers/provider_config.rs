//! [`ProviderConfig`]: the access of credentials providers to environment, files, clock, processes and HTTP.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};
use zeroize::Zeroizing;

use super::http_send::{Http, HttpError, HttpErrorKind, HttpOptions, HttpSend};
use super::response::invalid;
use super::run_command::{RunCommand, Shell};
use crate::clock::{Clock, SystemClock};
use crate::credentials::Environment;
use crate::endpoint::{CredentialsService, Endpoint, EndpointConfig};
use crate::error::{ConfigError, ConfigErrorKind, CredentialsError};
use crate::profile::{Files, Location, Locations, MAX_FILE, Platform, ProfileName, Profiles, Section};

/// The default maximum number of attempts per request.
const ATTEMPTS: u32 = 3;
/// The variable that names a file of certificates.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";
/// The maximum delay before the second attempt, in full jitter. It grows linearly with the
/// attempts.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// The configuration of credentials providers: where they read variables and files, and how they
/// run processes and send HTTP requests.
///
/// Each part can be replaced, for tests and for platforms without it. Clones are cheap.
///
/// ```
/// use bedrock_lite::credentials::{EnvironmentCredentials, ProvideCredentials, ProviderConfig};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let config = ProviderConfig::new().environment([
///     ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
///     ("AWS_SECRET_ACCESS_KEY", "secret"),
/// ]);
/// let credentials = EnvironmentCredentials::new(&config).credentials().await?;
/// assert_eq!(credentials.access_key_id(), "AKIDEXAMPLE");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ProviderConfig {
    pub(super) environment: Environment,
    pub(super) files: Files,
    clock: Arc<dyn Clock>,
    pub(super) processes: Arc<dyn RunCommand>,
    http: Sender,
    attempts: u32,
}

/// Sends the requests of credentials providers.
#[derive(Clone)]
enum Sender {
    Default(Arc<Http>),
    Custom(Arc<dyn HttpSend>),
}

impl ProviderConfig {
    /// Creates the default configuration: the variables of this process, the disk, the system
    /// clock, the shell, and HTTP over the transport of the client.
    ///
    /// Performs no I/O. Files are read and connections are opened when a provider needs them.
    #[must_use]
    pub fn new() -> Self {
        Self {
            environment: Environment::process(),
            files: Files::disk(),
            clock: Arc::new(SystemClock),
            processes: Arc::new(Shell),
            http: Sender::Default(Arc::default()),
            attempts: ATTEMPTS,
        }
    }

    /// Creates a configuration with these variables, files and clock.
    pub(crate) fn of(environment: Environment, files: Files, clock: Arc<dyn Clock>) -> Self {
        Self { environment, files, clock, ..Self::new() }
    }

    /// Sets the environment variables. Defaults to the variables of this process.
    #[must_use]
    pub fn environment<K: Into<String>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.environment = Environment::of(variables);
        self
    }

    /// Sets the file system to read from. Defaults to the disk.
    #[must_use]
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// Sets the clock. Defaults to the system clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets what runs `credential_process` commands. Defaults to the shell: `/bin/sh -c`, or `cmd
    /// /C` on Windows.
    #[must_use]
    pub fn processes(mut self, processes: impl RunCommand + 'static) -> Self {
        self.processes = Arc::new(processes);
        self
    }

    /// Sets what sends the HTTP requests of providers. Defaults to the transport of the client.
    #[must_use]
    pub fn http(mut self, http: impl HttpSend + 'static) -> Self {
        self.http = Sender::Custom(Arc::new(http));
        self
    }

    /// Sets the maximum number of attempts per request, including the first one. Defaults to 3.
    ///
    /// Retried: broken connections, status 429 and status 5xx. Not retried: timeouts and failed
    /// connects.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Returns the same configuration with a clock that is ahead by `skew`.
    pub(super) fn skewed(&self, skew: TimeDelta) -> Self {
        if skew.is_zero() {
            return self.clone();
        }
        Self { clock: Arc::new(SkewedClock { clock: Arc::clone(&self.clock), skew }), ..self.clone() }
    }

    /// Whether the host of a URI is a loopback host. Requests to loopback hosts bypass proxies.
    pub(super) fn is_local(uri: &http::Uri) -> bool {
        let is_loopback = |host: &str| match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost",
        };
        uri.host().is_some_and(is_loopback)
    }

    /// Returns the base URL of a credentials service, without a trailing slash.
    pub(super) fn base_url(&self, service: CredentialsService, region: &str) -> Result<String, CredentialsError> {
        let environment = &self.environment;
        let mut config = EndpointConfig::new()
            .region(region)
            .fips(environment.is_on("AWS_USE_FIPS_ENDPOINT")?)
            .dual_stack(environment.is_on("AWS_USE_DUALSTACK_ENDPOINT")?);
        if !environment.is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")? {
            config.url = environment.endpoint_url(service.service_id())?;
        }
        let endpoint = Endpoint::resolve_credentials(service, &config);
        Ok(endpoint
            .map_err(|error| invalid("the endpoint of the credentials service cannot be resolved").with_source(error))?
            .as_str()
            .to_owned())
    }

    /// Reads the certificates of `AWS_CA_BUNDLE`, which are trusted in addition to the other root
    /// certificates.
    fn ca_bundle(&self) -> Result<Option<Arc<[u8]>>, ConfigError> {
        let Some(path) = self.environment.get(CA_BUNDLE)? else { return Ok(None) };
        let location = self.environment.look(|variable| Location::of(&path, Platform::current(), variable))?;
        let text = location.read(&self.files, MAX_FILE)?;
        let text = text.ok_or_else(|| {
            ConfigError::new(
                ConfigErrorKind::InvalidSetting,
                format!("{CA_BUNDLE}={path:?} is a file that does not exist"),
            )
        })?;
        crate::transport::ca_bundle(CA_BUNDLE, &path, &text).map(Some)
    }

    /// Reads a text file that must exist.
    pub(super) fn read(&self, path: &Path) -> Result<Zeroizing<String>, ConfigError> {
        self.files.read(path, MAX_FILE)?.ok_or_else(|| {
            ConfigError::new(ConfigErrorKind::UnreadableFile, format!("{} does not exist", path.display()))
        })
    }

    /// Reads the shared configuration files.
    pub(super) fn profiles(&self) -> Result<Profiles, ConfigError> {
        let locations = self.environment.look(|variable| Locations::find(Platform::current(), variable))?;
        Profiles::load(&locations, &self.files)
    }

    /// Returns the name of the profile: from code, else from a variable, else `default`.
    pub(super) fn profile_name(&self, code: Option<&str>) -> Result<ProfileName, ConfigError> {
        Ok(self.environment.look(|variable| ProfileName::select(code.map(ToOwned::to_owned), variable))?)
    }

    /// Returns the same configuration, in which the selected profile provides endpoint settings
    /// that no variable sets.
    pub(super) fn with_profile(&self) -> Result<Self, ConfigError> {
        let profiles = self.profiles()?;
        let name = self.profile_name(None)?;
        let Some(profile) = profiles.select(&name)? else { return Ok(self.clone()) };
        Ok(self.with_fallbacks(profile, profiles.services_of(name.as_str(), profile)?))
    }

    /// Returns the same configuration, in which a profile provides endpoint settings that no
    /// variable sets.
    pub(super) fn with_fallbacks(&self, profile: &Section, services: Option<&Section>) -> Self {
        const PROPERTIES: [(&str, &str); 8] = [
            ("ca_bundle", CA_BUNDLE),
            ("ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
            ("ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
            ("region", "AWS_DEFAULT_REGION"),
            ("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
            ("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
            ("endpoint_url", "AWS_ENDPOINT_URL"),
            ("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
        ];
        const SERVICES: [(&str, &str); 3] = [
            ("sts", "AWS_ENDPOINT_URL_STS"),
            ("sso", "AWS_ENDPOINT_URL_SSO"),
            ("sso_oidc", "AWS_ENDPOINT_URL_SSO_OIDC"),
        ];
        let of_profile = PROPERTIES.iter().map(|(property, variable)| (*variable, profile.get(property)));
        let of_services = SERVICES.iter().map(|(service, variable)| {
            (*variable, services.and_then(|services| services.nested(service, "endpoint_url")))
        });
        let fallbacks = of_profile.chain(of_services);
        let fallbacks = fallbacks.filter_map(|(variable, value)| Some((variable, value?.to_owned()))).collect();
        Self { environment: self.environment.with_fallbacks(fallbacks), ..self.clone() }
    }

    /// Sends a request. Retries it if the connection broke, or if the service is throttling or
    /// failed.
    ///
    /// Timeouts are not retried, because the caller has already waited for the full timeout.
    pub(super) async fn send(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> Result<Response<Bytes>, HttpError> {
        let mut attempt = 1;
        loop {
            let outcome = match &self.http {
                Sender::Default(http) => {
                    http.send_trusting(request.clone(), options, self.read_files(Self::ca_bundle)).await
                }
                Sender::Custom(http) => http.send(request.clone(), options).await,
            };
            let is_transient = match &outcome {
                Ok(response) => {
                    response.status().is_server_error() || response.status() == http::StatusCode::TOO_MANY_REQUESTS
                }
                Err(error) => error.kind() == HttpErrorKind::Broken,
            };
            if !is_transient || attempt >= self.attempts {
                return outcome;
            }
            tokio::time::sleep(RETRY_DELAY.saturating_mul(attempt).mul_f64(fastrand::f64())).await;
            attempt += 1;
        }
    }
}

/// A clock that is ahead of another clock.
#[derive(Debug)]
struct SkewedClock {
    clock: Arc<dyn Clock>,
    skew: TimeDelta,
}

impl Clock for SkewedClock {
    fn now(&self) -> DateTime<Utc> {
        let now = self.clock.now();
        now.checked_add_signed(self.skew).unwrap_or(now)
    }
}

impl Default for ProviderConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows no values of variables and no content of files, because they may be secrets.
impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("environment", &self.environment)
            .field("files", &self.files)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
