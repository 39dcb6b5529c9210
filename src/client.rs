//! [`Client`]: one method per operation, and the state that all calls share.

mod authorize;
mod builder;
mod call_span;
mod event_stream;
mod known_secrets;
mod operations;
mod pages;
mod proxy;
mod receive;
mod resolved_config;
mod send;

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::{Clock, ClockSkew, Sleep};
use crate::endpoint::{Endpoint, Service};
use crate::error::Error;
use crate::operation::Operation;
use crate::retry::{RetryPolicy, RetryQuota};
use crate::transport::{Timeouts, Transport};

use authorize::Auth;

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
    pub(crate) runtime: Endpoint,
    pub(crate) control: Endpoint,
    pub(crate) auth: Auth,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: ClockSkew,
    pub(crate) sleeper: Arc<dyn Sleep>,
    pub(crate) jitter: fn() -> f64,
    pub(crate) quota: RetryQuota,
}

/// The settings that can differ from call to call.
#[derive(Clone)]
pub(crate) struct CallConfig {
    pub(crate) transport: Transport,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
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
        Self { shared: Arc::clone(&self.shared), config: CallConfig { transport, timeouts, ..self.config } }
    }

    /// Returns a copy of this client with another retry policy, for one or more calls.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { shared: Arc::clone(&self.shared), config: CallConfig { retry, ..self.config.clone() } }
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
            .field("runtime", &self.shared.runtime)
            .field("control", &self.shared.control)
            .field("auth", &self.shared.auth)
            .field("timeouts", &self.config.timeouts)
            .field("retry", &self.config.retry)
            .finish_non_exhaustive()
    }
}
