//! [`Client`]: a method an operation, and what all of its calls share.

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
/// Cheap to clone, to share and to send: clones have the same connections. Dropping a call's future cancels the call.
///
/// Each tokio runtime has connections of its own, because a connection makes progress only while its runtime runs. A client from
/// [`ClientBuilder::http_client`] is one pool for all runtimes: if one of them is idle, a call of another can wait for its connections.
///
/// ```no_run
/// # async fn run() -> Result<(), bedrock_lite::Error> {
/// use bedrock_lite::{Client, ConverseRequest, Message};
///
/// let client = Client::from_env()?;
/// let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("Why is the sky blue?"));
/// println!("{}", client.converse(&request).await?.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    config: CallConfig,
}

/// What a client and its clones have in common.
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

/// What can differ from call to call.
#[derive(Clone)]
pub(crate) struct CallConfig {
    pub(crate) transport: Transport,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
}

impl Client {
    /// A client set up by code.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client set up by the environment and the profile: see [`ClientBuilder`] for what is looked for where.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] without a region. Whether there are credentials, the first call finds out.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// As [`from_env`](Self::from_env), with the region of the EC2 instance where nothing else names one.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build_or_imds`].
    #[cfg(feature = "chain")]
    pub async fn from_env_or_imds() -> Result<Self, Error> {
        Self::builder().build_or_imds().await
    }

    pub(crate) fn new(shared: Shared, config: CallConfig) -> Self {
        Self { shared: Arc::new(shared), config }
    }

    /// The same client with other time-outs, for some calls or for one.
    ///
    /// The connections are the same, unless the time for connecting differs: for each such time there is a pool of its own, set up at its
    /// first call and kept, up to seven of them.
    #[must_use]
    pub fn with_timeouts(&self, timeouts: Timeouts) -> Self {
        let transport = self.config.transport.with_connect_timeout(timeouts.connect);
        Self { shared: Arc::clone(&self.shared), config: CallConfig { transport, timeouts, ..self.config } }
    }

    /// The same client with another policy of retries, for some calls or for one.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { shared: Arc::clone(&self.shared), config: CallConfig { retry, ..self.config.clone() } }
    }

    /// How long it waits for what.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        self.config.timeouts
    }

    /// When and how often it sends a request again.
    #[must_use]
    pub fn retry(&self) -> RetryPolicy {
        self.config.retry
    }

    /// What all calls may still spend on retries.
    #[must_use]
    pub fn retry_quota(&self) -> &RetryQuota {
        &self.shared.quota
    }

    /// How far the service's clock is ahead of this machine's, as far as its answers have told; signatures are made by the service's.
    #[must_use]
    pub fn clock_skew(&self) -> TimeDelta {
        self.shared.skew.get()
    }

    /// The endpoint that requests to a service go to.
    #[must_use]
    pub fn endpoint(&self, service: Service) -> &Endpoint {
        match service {
            Service::Bedrock => &self.shared.control,
            _ => &self.shared.runtime,
        }
    }

    /// Does any operation: what every method of a client is.
    ///
    /// # Errors
    ///
    /// Any arm of [`Error`]; [`Error::attempts`] says how often it was tried.
    pub async fn send<O>(&self, operation: &O) -> Result<<O::Output as Receive>::Received, Error>
    where
        O: Operation,
        O::Output: Receive,
    {
        send::send(self, operation).await
    }
}

/// Says where it sends, and nothing that is secret.
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
