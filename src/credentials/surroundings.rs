//! What the sources of credentials see of the machine, all of it replaceable.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};

use super::answer::invalid;
use super::environment::Environment;
use super::fetch::{Fetch, FetchError, FetchErrorKind, FetchRules, Http};
use super::files::Files;
use super::run_process::{RunProcess, Shell};
use crate::clock::{Clock, SystemClock};
use crate::endpoint::check_region;
use crate::error::CredentialsError;

/// How often a request is sent at the most.
const ATTEMPTS: u32 = 3;
/// The longest wait before the second attempt; it doubles from there.
const WAIT: Duration = Duration::from_millis(100);

/// What the sources of credentials see of the machine: variables, files, the clock, processes, HTTP.
///
/// Each part can be put in the place of the machine's own, for tests and for platforms that have no such thing. Cheap to clone.
///
/// ```
/// use bedrock_lite::credentials::{EnvironmentCredentials, ProvideCredentials, Surroundings};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let surroundings = Surroundings::new().environment([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "s")]);
/// let credentials = EnvironmentCredentials::new(&surroundings).credentials().await?;
/// assert_eq!(credentials.access_key_id(), "AKIDEXAMPLE");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Surroundings {
    pub(super) environment: Environment,
    pub(super) files: Files,
    clock: Arc<dyn Clock>,
    pub(super) processes: Arc<dyn RunProcess>,
    http: Arc<dyn Fetch>,
}

impl Surroundings {
    /// This process's variables, the disk, the machine's clock, its shell, and HTTP over the client's own transport. Nothing is
    /// read or set up before a source needs it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            environment: Environment::process(),
            files: Files::disk(),
            clock: Arc::new(SystemClock),
            processes: Arc::new(Shell),
            http: Arc::new(Http::default()),
        }
    }

    /// The machine, but for its variables and its clock.
    pub(crate) fn of(environment: Environment, clock: Arc<dyn Clock>) -> Self {
        Self { environment, clock, ..Self::new() }
    }

    /// These variables in place of the process's own.
    #[must_use]
    pub fn environment<K: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables: BTreeMap<_, _> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.environment = Environment::of(variables);
        self
    }

    /// These files, by their paths, in place of the disk.
    #[must_use]
    pub fn files<P: Into<std::path::PathBuf>, C: Into<Vec<u8>>>(
        mut self,
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Self {
        self.files = Files::given(files);
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
    pub fn processes(mut self, processes: impl RunProcess + 'static) -> Self {
        self.processes = Arc::new(processes);
        self
    }

    /// What sends the sources' requests in place of the client's own transport.
    #[must_use]
    pub fn http(mut self, http: impl Fetch + 'static) -> Self {
        self.http = Arc::new(http);
        self
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Whether a URI is on this machine: what is sent there goes there directly.
    pub(super) fn is_near(uri: &http::Uri) -> bool {
        let is_loopback = |host: &str| match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost",
        };
        uri.host().is_some_and(is_loopback)
    }

    /// The base URL of a service that gives credentials, without a slash at its end: `prefix` is what its hosts' names begin with, `id`
    /// what the variable for its URL ends in.
    pub(super) fn base_url(&self, prefix: &str, id: &str, region: &str) -> Result<String, CredentialsError> {
        // It becomes part of a host's name.
        check_region(region).map_err(|error| invalid("there is no such region").with_source(error))?;
        let url = self.environment.endpoint_url(id).map(|url| url.trim_end_matches('/').to_owned());
        Ok(url.unwrap_or_else(|| format!("https://{prefix}.{region}.amazonaws.com")))
    }

    /// Sends a request, and again where the service was busy or the connection broke. A time-out is not tried again: the caller has
    /// waited for it once.
    pub(super) async fn fetch(
        &self,
        request: Request<Bytes>,
        rules: FetchRules,
    ) -> Result<Response<Bytes>, FetchError> {
        let mut attempt = 1;
        loop {
            let answer = self.http.fetch(request.clone(), rules).await;
            let may_pass = match &answer {
                Ok(answer) => {
                    answer.status().is_server_error() || answer.status() == http::StatusCode::TOO_MANY_REQUESTS
                }
                Err(error) => error.kind() == FetchErrorKind::Broken,
            };
            if !may_pass || attempt == ATTEMPTS {
                return answer;
            }
            tokio::time::sleep(WAIT.saturating_mul(attempt).mul_f64(fastrand::f64())).await;
            attempt += 1;
        }
    }
}

impl Default for Surroundings {
    fn default() -> Self {
        Self::new()
    }
}

/// Says nothing of variables and files: secrets are among them.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("environment", &self.environment)
            .field("files", &self.files)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
