//! [`Client`]: a method an operation, and the one send loop: sign, send, classify, retry.

mod call_span;
mod event_stream;
mod operations;
mod pages;
mod receive;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, HeaderValue};

use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::credentials::{ApiKey, Credentials, ProvideCredentials};
use crate::endpoint::{Endpoint, Service};
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::operation::Operation;
use crate::retry::{Decision, RetryPolicy};
use crate::sigv4::Signer;
use crate::transport::{Response, Route, Transport};

use call_span::CallSpan;

pub use event_stream::EventStream;
pub use operations::{ConverseStream, InvokeModelStream};
pub use pages::{Items, Pages};
pub use receive::Receive;

/// A client of Amazon Bedrock in one region.
///
/// Cheap to clone, to share and to send: clones have the same connections. Dropping a call's future cancels the call.
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
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) transport: Transport,
    pub(crate) runtime: Endpoint,
    pub(crate) control: Endpoint,
    pub(crate) auth: Auth,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) retry: RetryPolicy,
}

/// What proves who is asking.
#[derive(Debug)]
pub(crate) enum Auth {
    /// Credentials that do not change.
    Static(Signer, Credentials),
    /// Credentials that are asked for before every attempt.
    Provided(Signer, Arc<dyn ProvideCredentials>),
    /// A key that is sent as it is.
    ApiKey(ApiKey),
}

impl Client {
    /// A client set up by code.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client set up by environment variables: see [`ClientBuilder`] for their names.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] without a region, [`Error::Credentials`] without credentials or an API key.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The endpoint that requests to a service go to.
    #[must_use]
    pub fn endpoint(&self, service: Service) -> &Endpoint {
        match service {
            Service::Bedrock => &self.0.control,
            _ => &self.0.runtime,
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
        let span = CallSpan::new(operation);
        span.around(self.attempts(operation, &span)).await
    }

    async fn attempts<O>(&self, operation: &O, span: &CallSpan) -> Result<<O::Output as Receive>::Received, Error>
    where
        O: Operation,
        O::Output: Receive,
    {
        let endpoint = self.endpoint(operation.service());
        let (request, route) = (operation.http_request(endpoint)?, Route::of(endpoint.is_loopback()));
        let mut attempt = 1;
        loop {
            span.attempt(attempt);
            let response =
                self.exchange(request.clone(), route, attempt).await.inspect(|response| span.head(&response.head));
            let received = match response {
                Ok(response) => O::Output::receive(response).await,
                Err(error) => Err(error),
            };
            let error = match received {
                Ok(received) => return Ok(received),
                Err(error) => error.with_attempts(attempt),
            };
            span.failed(&error);
            match self.0.retry.decide(attempt, &error, fastrand::f64()) {
                Decision::Wait(delay) => tokio::time::sleep(delay).await,
                Decision::Stop => return Err(error),
            }
            attempt += 1;
        }
    }

    /// Sends a request once, as far as the head of its answer.
    async fn exchange(&self, mut request: Request<Bytes>, route: Route, attempt: u32) -> Result<Response, Error> {
        self.authorize(&mut request).await?;
        self.0.transport.send(request, route, attempt).await
    }

    /// Signs a request afresh, or puts the API key in.
    async fn authorize(&self, request: &mut Request<Bytes>) -> Result<(), Error> {
        match &self.0.auth {
            Auth::Static(signer, credentials) => {
                signer.sign(request, credentials, self.0.clock.now())?;
            }
            Auth::Provided(signer, provider) => {
                let credentials = provider.credentials().await?;
                signer.sign(request, &credentials, self.0.clock.now())?;
            }
            Auth::ApiKey(key) => {
                let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose())).map_err(|_| {
                    ConfigError::new(
                        ConfigErrorKind::InvalidCredentials,
                        "the API key has characters that no header can carry",
                    )
                })?;
                value.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, value);
            }
        }
        Ok(())
    }
}

/// Says where it sends, and nothing that is secret.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("runtime", &self.0.runtime)
            .field("control", &self.0.control)
            .field("auth", &self.0.auth)
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}
