//! HTTP as the sources of credentials see it: small requests, small answers, no redirects.

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

/// How long connecting may take where the service stands beside the machine.
const CONNECT_NEAR: Duration = Duration::from_secs(1);
/// How long connecting may take to anywhere else.
const CONNECT_FAR: Duration = Duration::from_secs(3);

/// Sends the requests of the sources of credentials.
///
/// Redirects are not followed: what is sent holds secrets, and was meant for one host.
pub trait HttpSend: Send + Sync + fmt::Debug {
    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    ///
    /// [`HttpError`] where there is no whole answer within the rules.
    fn send(&self, request: Request<Bytes>, rules: HttpOptions) -> HttpFuture<'_>;
}

/// The future of [`HttpSend::fetch`].
pub type HttpFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

/// What holds for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpOptions {
    /// How long all of it may take, from connecting to the last byte.
    pub timeout: Duration,
    /// The largest body of an answer, in bytes.
    pub max_body: usize,
    /// Whether it must go there directly, never through a proxy: what stands beside the machine is reached by no other way,
    /// and no proxy has any business with it.
    pub direct: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub struct HttpError {
    kind: HttpErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`HttpError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpErrorKind {
    /// The request cannot be sent at all.
    Unsendable,
    /// No connection.
    Connect,
    /// Connected, but there was no whole answer in time.
    Timeout,
    /// The connection broke.
    Broken,
    /// The answer's body is larger than it may be.
    TooLarge,
}

impl HttpError {
    /// An error of a transport of your own.
    #[must_use]
    pub fn new(kind: HttpErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> HttpErrorKind {
        self.kind
    }
}

impl HttpError {
    /// An error of this crate's transport, which says all that there is to say at this layer.
    fn own(&self) -> Option<&Error> {
        self.source.as_ref()?.downcast_ref()
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(own) = self.own() {
            return own.fmt(f);
        }
        f.write_str(match self.kind {
            HttpErrorKind::Unsendable => "the request cannot be sent",
            HttpErrorKind::Connect => "no connection to the endpoint",
            HttpErrorKind::Timeout => "no whole answer in time",
            HttpErrorKind::Broken => "the connection broke",
            HttpErrorKind::TooLarge => "the answer's body is larger than such an answer can be",
        })
    }
}

impl StdError for HttpError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.own() {
            Some(own) => own.source(),
            None => self.source.as_ref().map(|cause| &**cause as &(dyn StdError + 'static)),
        }
    }
}

/// HTTP over the client's own transport. A connection pool is set up when the first request needs it.
#[derive(Debug, Default)]
pub(super) struct Http {
    near: OnceLock<Transport>,
    near_by_tls: OnceLock<Transport>,
    far: OnceLock<Transport>,
}

impl Http {
    /// Sends a request and reads the whole answer; `ca_bundle` has the certificates that TLS trusts beside the others, and is read
    /// where TLS is set up.
    pub(super) async fn send_trusting(
        &self,
        request: Request<Bytes>,
        rules: HttpOptions,
        ca_bundle: impl Future<Output = Result<Option<Arc<[u8]>>, ConfigError>>,
    ) -> Result<Response<Bytes>, HttpError> {
        let until = later(Instant::now(), rules.timeout);
        match timeout_at(until, pin!(self.send(request, rules, ca_bundle))).await {
            None => Err(HttpError::new(HttpErrorKind::Timeout)),
            Some(answer) => answer.map_err(HttpError::from),
        }
    }

    async fn send(
        &self,
        request: Request<Bytes>,
        rules: HttpOptions,
        ca_bundle: impl Future<Output = Result<Option<Arc<[u8]>>, ConfigError>>,
    ) -> Result<Response<Bytes>, Error> {
        let route = Route::of(rules.direct);
        let by_tls = request.uri().scheme() == Some(&Scheme::HTTPS);
        let transport = self.transport(route, by_tls, ca_bundle).await?;
        let context = Context { route, attempt: 1, timeouts: Timeouts::new(), deadline: None };
        transport.send(request, context)?.await?.collect_within(rules.max_body).await
    }

    async fn transport(
        &self,
        route: Route,
        by_tls: bool,
        ca_bundle: impl Future<Output = Result<Option<Arc<[u8]>>, ConfigError>>,
    ) -> Result<&Transport, ConfigError> {
        let (place, timeout) = match (route, by_tls) {
            (Route::Loopback, false) => (&self.near, CONNECT_NEAR),
            (Route::Loopback, true) => (&self.near_by_tls, CONNECT_NEAR),
            (Route::Network, _) => (&self.far, CONNECT_FAR),
        };
        if let Some(transport) = place.get() {
            return Ok(transport);
        }
        // What stands beside the machine without TLS has no use for it.
        let ca_bundle = if by_tls || route == Route::Network { ca_bundle.await? } else { None };
        // Where two are at it at once, the first is kept.
        let connecting = Connecting { timeout, app_id: None, ca_bundle, by_tls, http1_only: false };
        let transport = Transport::new(None, connecting, Limits::new(), &[route])?;
        Ok(place.get_or_init(|| transport))
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
