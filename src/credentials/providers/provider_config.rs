//! What the sources of credentials see of the machine, all of it replaceable.

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

/// How often a request is sent at the most, unless somebody says otherwise.
const ATTEMPTS: u32 = 3;
/// The variable that names a file of certificates.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";
/// The longest wait before the second attempt; it doubles from there.
const WAIT: Duration = Duration::from_millis(100);

/// What the sources of credentials see of the machine: variables, files, the clock, processes, HTTP.
///
/// Each part can be put in the place of the machine's own, for tests and for platforms that have no such thing. Cheap to clone.
///
/// ```
/// use bedrock_lite::credentials::{EnvironmentCredentials, ProvideCredentials, ProviderConfig};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let provider_config = ProviderConfig::new().environment([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "s")]);
/// let credentials = EnvironmentCredentials::new(&provider_config).credentials().await?;
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

/// What sends the sources' requests.
#[derive(Clone)]
enum Sender {
    Own(Arc<Http>),
    Given(Arc<dyn HttpSend>),
}

impl ProviderConfig {
    /// This process's variables, the disk, the machine's clock, its shell, and HTTP over the client's own transport. Nothing is
    /// read or set up before a source needs it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            environment: Environment::process(),
            files: Files::disk(),
            clock: Arc::new(SystemClock),
            processes: Arc::new(Shell),
            http: Sender::Own(Arc::default()),
            attempts: ATTEMPTS,
        }
    }

    /// The machine, but for its variables, its files and its clock.
    pub(crate) fn of(environment: Environment, files: Files, clock: Arc<dyn Clock>) -> Self {
        Self { environment, files, clock, ..Self::new() }
    }

    /// These variables in place of the process's own.
    #[must_use]
    pub fn environment<K: Into<String>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.environment = Environment::of(variables);
        self
    }

    /// These files in place of the disk.
    #[must_use]
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// This clock in place of the machine's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What runs `credential_process` in place of the shell.
    #[must_use]
    pub fn processes(mut self, processes: impl RunCommand + 'static) -> Self {
        self.processes = Arc::new(processes);
        self
    }

    /// What sends the sources' requests in place of the client's own transport.
    #[must_use]
    pub fn http(mut self, http: impl HttpSend + 'static) -> Self {
        self.http = Sender::Given(Arc::new(http));
        self
    }

    /// Sends a request at most so often, the first time included. Default 3.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The same, by the service's clock.
    pub(super) fn skewed(&self, skew: TimeDelta) -> Self {
        if skew.is_zero() {
            return self.clone();
        }
        Self { clock: Arc::new(SkewedClock { clock: Arc::clone(&self.clock), skew }), ..self.clone() }
    }

    /// Whether a URI is on this machine: what is sent there goes there directly.
    pub(super) fn is_local(uri: &http::Uri) -> bool {
        let is_loopback = |host: &str| match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost",
        };
        uri.host().is_some_and(is_loopback)
    }

    /// The base URL of a service that gives credentials, without a slash at its end.
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
        Ok(endpoint.map_err(|error| invalid("there is no endpoint to ask").with_source(error))?.as_str().to_owned())
    }

    /// The certificates of `AWS_CA_BUNDLE`, which are trusted beside the others.
    fn ca_bundle(&self) -> Result<Option<Arc<[u8]>>, ConfigError> {
        let Some(path) = self.environment.get(CA_BUNDLE)? else { return Ok(None) };
        let location = self.environment.look(|variable| Location::of(&path, Platform::current(), variable))?;
        let text = location.read(&self.files, MAX_FILE)?;
        let text = text.ok_or_else(|| {
            ConfigError::new(
                ConfigErrorKind::InvalidSetting,
                format!("{CA_BUNDLE}={path:?} is a file that is not there"),
            )
        })?;
        crate::transport::ca_bundle(CA_BUNDLE, &path, &text).map(Some)
    }

    /// The text of a file that must be there.
    pub(super) fn read(&self, path: &Path) -> Result<Zeroizing<String>, ConfigError> {
        self.files.read(path, MAX_FILE)?.ok_or_else(|| {
            ConfigError::new(ConfigErrorKind::UnreadableFile, format!("{} is not there", path.display()))
        })
    }

    /// The profiles of the shared files.
    pub(super) fn profiles(&self) -> Result<Profiles, ConfigError> {
        let locations = self.environment.look(|variable| Locations::find(Platform::current(), variable))?;
        Profiles::load(&locations, &self.files)
    }

    /// The profile that code names, else a variable, else `default`.
    pub(super) fn profile_name(&self, code: Option<&str>) -> Result<ProfileName, ConfigError> {
        Ok(self.environment.look(|variable| ProfileName::select(code.map(ToOwned::to_owned), variable))?)
    }

    /// The same, with what the selected profile says of endpoints below the variables.
    pub(super) fn with_profile(&self) -> Result<Self, ConfigError> {
        let profiles = self.profiles()?;
        let name = self.profile_name(None)?;
        let Some(profile) = profiles.select(&name)? else { return Ok(self.clone()) };
        Ok(self.above(profile, profiles.services_of(name.as_str(), profile)?))
    }

    /// The same, with what a profile says of endpoints below the variables.
    pub(super) fn above(&self, profile: &Section, services: Option<&Section>) -> Self {
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
        let below = of_profile.chain(of_services);
        let below = below.filter_map(|(variable, value)| Some((variable, value?.to_owned()))).collect();
        Self { environment: self.environment.above(below), ..self.clone() }
    }

    /// Sends a request, and again where the service was busy or the connection broke. A time-out is not tried again: the caller has
    /// waited for it once.
    pub(super) async fn send(&self, request: Request<Bytes>, rules: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        let mut attempt = 1;
        loop {
            let answer = match &self.http {
                Sender::Own(http) => http.send_trusting(request.clone(), rules, self.read_files(Self::ca_bundle)).await,
                Sender::Given(http) => http.send(request.clone(), rules).await,
            };
            let may_pass = match &answer {
                Ok(answer) => {
                    answer.status().is_server_error() || answer.status() == http::StatusCode::TOO_MANY_REQUESTS
                }
                Err(error) => error.kind() == HttpErrorKind::Broken,
            };
            if !may_pass || attempt >= self.attempts {
                return answer;
            }
            tokio::time::sleep(WAIT.saturating_mul(attempt).mul_f64(fastrand::f64())).await;
            attempt += 1;
        }
    }
}

/// A clock that is wrong, and by how much.
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

/// Says nothing of variables and files: secrets are among them.
impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("environment", &self.environment)
            .field("files", &self.files)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
