//! [`Client`]: one method per operation, and the state that all calls share.

mod authorize;
mod builder;
mod call_span;
mod event_stream;
mod header;
mod known_secrets;
mod operations;
mod pages;
mod place;
mod proxy;
mod receive;
mod resolved_config;
mod send;

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use http::HeaderMap;

use crate::clock::{Clock, ClockSkew, Sleep};
use crate::endpoint::{Endpoint, Service};
use crate::error::Error;
use crate::operation::Operation;
use crate::retry::{RetryPolicy, RetryQuota};
use crate::transport::{Timeouts, Transport};

use authorize::Auth;
use place::Place;

pub use builder::{AuthScheme, ClientBuilder};
pub use event_stream::EventStream;
pub use operations::{ConverseStream, InvokeModelStream};
pub use pages::{Items, Pages};
pub use receive::Receive;

/// A client of Amazon Bedrock in one region.
///
/// A client is cheap to clone. Clones share connections, credentials and the retry quota.
/// Dropping the future of a call cancels the call.
///
/// Each tokio runtime has a separate connection pool, because a connection makes progress only
/// while its runtime runs. A custom HTTP client ([`ClientBuilder::http_client`]) has one pool for
/// all runtimes. If one of these runtimes is idle, calls from another one can wait for its
/// connections.
///
/// ```no_run
/// # async fn run() -> Result<(), bedrock_lite::Error> {
/// use bedrock_lite::{Client, ConverseRequest, Message};
///
/// let client = Client::from_env()?;
/// let request = ConverseRequest::new("amazon.nova-lite-v1:0")
///     .message(Message::user("Why is the sky blue?"));
/// println!("{}", client.converse(&request).await?.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    config: CallConfig,
}

/// The state that a client and its clones share.
pub(crate) struct Shared {
    pub(crate) runtime: Place,
    pub(crate) control: Place,
    pub(crate) auth: Auth,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: Arc<ClockSkew>,
    pub(crate) sleeper: Arc<dyn Sleep>,
    pub(crate) jitter: fn() -> f64,
    pub(crate) quota: Arc<RetryQuota>,
}

/// The settings that can differ from call to call.
#[derive(Clone)]
pub(crate) struct CallConfig {
    pub(crate) transport: Transport,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    /// The headers of [`Client::with_header`].
    pub(crate) headers: Arc<HeaderMap>,
}

impl Client {
    /// Returns a builder. It reads every setting that you do not set from the environment and the
    /// profile.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Creates a client from the environment and the profile. [`ClientBuilder`] lists the
    /// variables and properties that it reads.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if no region is configured. Missing credentials are an error of
    /// the first call, not of this function.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Creates a client as [`from_env`](Self::from_env) does. If no region is configured, uses the
    /// region of the EC2 instance.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ClientBuilder::build_or_imds`].
    #[cfg(feature = "chain")]
    pub async fn from_env_or_imds() -> Result<Self, Error> {
        Self::builder().build_or_imds().await
    }

    pub(crate) fn new(shared: Shared, config: CallConfig) -> Self {
        Self { shared: Arc::new(shared), config }
    }

    /// Returns a copy of this client with other timeouts, for one or more calls.
    ///
    /// The copy shares the connections unless [`Timeouts::connect`] differs. Each other value has a
    /// separate connection pool, which is created at its first call. A client keeps up to seven of
    /// these pools.
    #[must_use]
    pub fn with_timeouts(&self, timeouts: Timeouts) -> Self {
        let transport = self.config.transport.with_connect_timeout(timeouts.connect);
        let headers = Arc::clone(&self.config.headers);
        let config = CallConfig { transport, timeouts, retry: self.config.retry, headers };
        Self { shared: Arc::clone(&self.shared), config }
    }

    /// Returns a copy of this client with another retry policy, for one or more calls.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { shared: Arc::clone(&self.shared), config: CallConfig { retry, ..self.config.clone() } }
    }

    /// Returns a copy of this client that adds a header to every request, for one or more calls.
    ///
    /// The header replaces a header of the same name that the operation or an earlier call of this
    /// method sets. The signature covers headers whose names begin with `x-amz-` or
    /// `x-amzn-bedrock-`; a gateway must not change them. Other headers are not signed. Requests
    /// that a credentials provider sends do not have the header.
    ///
    /// `Debug` and errors do not show the value if the name contains `authorization`, `cookie`,
    /// `credential`, `key`, `password`, `secret` or `token`.
    ///
    /// ```no_run
    /// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
    /// let traced = client.with_header("x-correlation-id", "42")?;
    /// let reply = traced.converse(&request).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the name or the value is invalid, and for these headers:
    ///
    /// - Headers that the client sets: `authorization`, `host`, `content-type`, `content-length`,
    ///   `accept`, `accept-encoding`, `x-amz-date`, `x-amz-security-token`,
    ///   `x-amz-content-sha256`, `amz-sdk-request` and `amz-sdk-invocation-id`.
    /// - Hop-by-hop headers such as `connection`, `te` and `transfer-encoding`.
    /// - Names with an underscore, because servers drop or rename such headers.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self, Error> {
        let (name, value) = header::checked(name, value)?;
        let mut headers = HeaderMap::clone(&self.config.headers);
        headers.insert(name, value);
        let config = CallConfig { headers: Arc::new(headers), ..self.config.clone() };
        Ok(Self { shared: Arc::clone(&self.shared), config })
    }

    /// Returns a copy of this client for another region, for one or more calls.
    ///
    /// The copy signs for the region, passes it to the credentials provider, and sends requests to
    /// the endpoints of the region. An endpoint URL that was set by code, environment or profile
    /// stays as it is. The copy shares the connections, the credentials, the clock skew and the
    /// retry quota.
    ///
    /// ```no_run
    /// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
    /// let reply = client.with_region("us-west-2")?.converse(&request).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the region is malformed.
    pub fn with_region(&self, region: impl AsRef<str>) -> Result<Self, Error> {
        let (region, shared) = (region.as_ref(), &self.shared);
        let shared = Shared {
            runtime: shared.runtime.in_region(region)?,
            control: shared.control.in_region(region)?,
            auth: shared.auth.in_region(region),
            clock: Arc::clone(&shared.clock),
            skew: Arc::clone(&shared.skew),
            sleeper: Arc::clone(&shared.sleeper),
            jitter: shared.jitter,
            quota: Arc::clone(&shared.quota),
        };
        Ok(Self { shared: Arc::new(shared), config: self.config.clone() })
    }

    /// Returns the timeouts.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        self.config.timeouts
    }

    /// Returns the retry policy.
    #[must_use]
    pub fn retry(&self) -> RetryPolicy {
        self.config.retry
    }

    /// Returns the retry quota, which all calls share.
    #[must_use]
    pub fn retry_quota(&self) -> &RetryQuota {
        &self.shared.quota
    }

    /// Returns how far the service's clock is ahead of this machine's clock.
    ///
    /// The client determines the skew from responses, and adds it to the time of each signature.
    /// Zero before the first response.
    #[must_use]
    pub fn clock_skew(&self) -> TimeDelta {
        self.shared.skew.get()
    }

    /// Returns the endpoint that requests to a service are sent to.
    #[must_use]
    pub fn endpoint(&self, service: Service) -> &Endpoint {
        self.place(service).endpoint()
    }

    pub(crate) fn place(&self, service: Service) -> &Place {
        match service {
            Service::Bedrock => &self.shared.control,
            _ => &self.shared.runtime,
        }
    }

    /// Sends an operation and returns its output. Every other method of the client calls this one.
    ///
    /// # Errors
    ///
    /// Returns any variant of [`Error`]. [`Error::attempts`] is the number of attempts that were
    /// sent.
    pub async fn send<O>(&self, operation: &O) -> Result<<O::Output as Receive>::Received, Error>
    where
        O: Operation,
        O::Output: Receive,
    {
        send::send(self, operation).await
    }
}

/// Shows the endpoints and the settings, but no secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("runtime", &self.shared.runtime.endpoint())
            .field("control", &self.shared.control.endpoint())
            .field("auth", &self.shared.auth)
            .field("timeouts", &self.config.timeouts)
            .field("retry", &self.config.retry)
            .finish_non_exhaustive()
    }
}
