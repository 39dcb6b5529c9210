//! [`HttpSend`]: the HTTP client of credentials providers. It reads whole responses and does not follow redirects.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response};
use tokio::time::Instant;

use crate::error::{ConfigError, Error, TransportError, TransportErrorKind};
use crate::transport::{Connecting, Context, Route, Transport, later, timeout_at};
use crate::transport::{Limits, Timeouts};

/// The connect timeout for local services, such as IMDS and the ECS endpoint.
const DIRECT_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// The connect timeout for all other services.
const NETWORK_CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Sends the HTTP requests of credentials providers.
///
/// Implement this trait for a custom HTTP client. It must not follow redirects, because requests
/// contain secrets for one host.
pub trait HttpSend: Send + Sync + fmt::Debug {
    /// Sends a request and reads the whole response. Error statuses are returned as responses.
    ///
    /// # Errors
    ///
    /// [`HttpError`] if there is no complete response within the limits of the options.
    fn send(&self, request: Request<Bytes>, options: HttpOptions) -> HttpFuture<'_>;
}

/// The future of [`HttpSend::send`].
pub type HttpFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

/// The options of one HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpOptions {
    /// The timeout of the whole exchange, from connect to the last byte of the response.
    pub timeout: Duration,
    /// The maximum size of the response body, in bytes.
    pub max_body: usize,
    /// Whether the request must bypass proxies. Local services, such as IMDS, are not reachable
    /// through a proxy.
    pub direct: bool,
}

/// An HTTP request of a credentials provider failed without a response.
#[derive(Debug)]
pub struct HttpError {
    kind: HttpErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`HttpError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpErrorKind {
    /// The request or the configuration of the transport is invalid, so nothing was sent.
    Unsendable,
    /// The connect failed.
    Connect,
    /// The response was not complete within the timeout.
    Timeout,
    /// The connection broke before the response was complete.
    Broken,
    /// The response body is larger than [`HttpOptions::max_body`].
    TooLarge,
}

impl HttpError {
    /// Creates an error of a custom HTTP client.
    #[must_use]
    pub fn new(kind: HttpErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Sets the cause of the error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> HttpErrorKind {
        self.kind
    }
}

impl HttpError {
    /// Returns the cause if it is an error of this crate's transport. Such a cause is displayed in
    /// place of this error.
    fn transport_error(&self) -> Option<&Error> {
        self.source.as_ref()?.downcast_ref()
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = self.transport_error() {
            return error.fmt(f);
        }
        f.write_str(match self.kind {
            HttpErrorKind::Unsendable => "the request cannot be sent",
            HttpErrorKind::Connect => "cannot connect to the endpoint",
            HttpErrorKind::Timeout => "timed out before the response was complete",
            HttpErrorKind::Broken => "the connection broke",
            HttpErrorKind::TooLarge => "the response body is too large",
        })
    }
}

impl StdError for HttpError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.transport_error() {
            Some(error) => error.source(),
            None => self.source.as_ref().map(|cause| &**cause as &(dyn StdError + 'static)),
        }
    }
}

/// Sends requests over the transport of the client. Each connection pool is created by the first
/// request that needs it.
#[derive(Debug, Default)]
pub(super) struct Http {
    direct: OnceLock<Transport>,
    direct_tls: OnceLock<Transport>,
    network: OnceLock<Transport>,
}

impl Http {
    /// Sends a request and reads the whole response.
    ///
    /// `ca_bundle` returns certificates that TLS trusts in addition to the other root certificates.
    /// It is polled only if the request creates a connection pool with TLS.
    pub(super) async fn send_trusting(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
        ca_bundle: impl Future<Output = Result<Option<Arc<[u8]>>, ConfigError>>,
    ) -> Result<Response<Bytes>, HttpError> {
        let deadline = later(Instant::now(), options.timeout);
        match timeout_at(deadline, pin!(self.send(request, options, ca_bundle))).await {
            None => Err(HttpError::new(HttpErrorKind::Timeout)),
            Some(outcome) => outcome.map_err(HttpError::from),
        }
    }

    async fn send(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
        ca_bundle: impl Future<Output = Result<Option<Arc<[u8]>>, ConfigError>>,
    ) -> Result<Response<Bytes>, Error> {
        let route = Route::of(options.direct);
        let by_tls = request.uri().scheme() == Some(&Scheme::HTTPS);
        let transport = self.transport(route, by_tls, ca_bundle).await?;
        let context = Context { route, attempt: 1, timeouts: Timeouts::new(), deadline: None };
        transport.send(request, context)?.await?.collect_within(options.max_body).await
    }

    async fn transport(
        &self,
        route: Route,
        by_tls: bool,
        ca_bundle: impl Future<Output = Result<Option<Arc<[u8]>>, ConfigError>>,
    ) -> Result<&Transport, ConfigError> {
        let (slot, timeout) = match (route, by_tls) {
            (Route::Loopback, false) => (&self.direct, DIRECT_CONNECT_TIMEOUT),
            (Route::Loopback, true) => (&self.direct_tls, DIRECT_CONNECT_TIMEOUT),
            (Route::Network, _) => (&self.network, NETWORK_CONNECT_TIMEOUT),
        };
        if let Some(transport) = slot.get() {
            return Ok(transport);
        }
        // Plain HTTP without a proxy does not need certificates. A proxy may be an HTTPS proxy.
        let ca_bundle = if by_tls || route == Route::Network { ca_bundle.await? } else { None };
        // If two tasks create a pool at the same time, the first one is used.
        let connecting = Connecting { timeout, app_id: None, ca_bundle, by_tls, http1_only: false };
        let transport = Transport::new(None, connecting, Limits::new(), &[route])?;
        Ok(slot.get_or_init(|| transport))
    }
}

impl From<Error> for HttpError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Transport(e) => kind_of(e),
            Error::Config(_) => HttpErrorKind::Unsendable,
            _ => HttpErrorKind::Broken,
        };
        Self::new(kind).with_source(error)
    }
}

fn kind_of(error: &TransportError) -> HttpErrorKind {
    match error.kind() {
        TransportErrorKind::Connect => HttpErrorKind::Connect,
        TransportErrorKind::BodyTooLarge => HttpErrorKind::TooLarge,
        _ => HttpErrorKind::Broken,
    }
}
