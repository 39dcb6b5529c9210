//! [`Transport`]: sends a signed HTTP request and returns the response head and the body. The only
//! module that names reqwest.

mod body;
mod ca_bundle;
mod connections;
mod grace;
mod last_url;
mod limits;
mod proxy;
mod runtimes;
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
mod tls;
mod upload;

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::response::Parts;
use http::{Method, Request, Version};
use tokio::time::Instant;

use crate::error::{ConfigError, Error, StreamError, StreamErrorKind, TransportError, TransportErrorKind};
use crate::metadata::ResponseTiming;

pub(crate) use body::Body;
pub(crate) use ca_bundle::{ca_bundle, unfit_ca_bundle};
pub(crate) use connections::Connecting;
pub use connections::HttpClient;
use connections::{Connections, Sent};
#[cfg(all(feature = "chain", unix))]
pub(crate) use grace::Due;
pub(crate) use grace::timeout_at;
use last_url::LastUrl;
pub use limits::{Limits, Timeouts};
pub(crate) use proxy::{is_proxied, is_readable as is_readable_proxy};
use runtimes::Generation;
use upload::Upload;

/// The connections of a client and the limits of its responses.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    connections: Connections,
    limits: Limits,
    last_url: LastUrl,
}

/// Whether a request stays on this machine. Requests to loopback use no proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Loopback,
    Network,
}

impl Route {
    pub(crate) fn of(is_loopback: bool) -> Self {
        if is_loopback { Self::Loopback } else { Self::Network }
    }
}

/// The time at which a call times out, and the timeout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) after: Duration,
}

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        Self { at: later(Instant::now(), timeout), after: timeout }
    }

    /// Returns whether the deadline has passed, without a grace period.
    pub(crate) fn has_passed(self) -> bool {
        self.at <= Instant::now()
    }

    fn of_stream(self) -> StreamError {
        StreamError::new(StreamErrorKind::Call, format!("the stream did not end within {:?}", self.after))
    }
}

/// Adds a duration to a time, but at most 30 years: `Duration::MAX` is a common way to write
/// "never", and would overflow.
pub(crate) fn later(now: Instant, by: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
    now.checked_add(by.min(FAR)).unwrap_or(now)
}

/// The call and the attempt that a request belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) route: Route,
    /// The number of the attempt, from 1.
    pub(crate) attempt: u32,
    pub(crate) timeouts: Timeouts,
    pub(crate) deadline: Option<Deadline>,
}

impl Transport {
    /// Creates the connection pools of these routes at once, so that invalid settings are found
    /// early.
    pub(crate) fn new(
        custom: Option<HttpClient>,
        connecting: Connecting,
        limits: Limits,
        routes: &[Route],
    ) -> Result<Self, ConfigError> {
        let connections = Connections::new(custom, connecting);
        for route in routes {
            connections.pool().prepare(*route)?;
        }
        Ok(Self { connections, limits, last_url: LastUrl::default() })
    }

    /// Returns the transport with another connect timeout, and so with separate connections.
    pub(crate) fn with_connect_timeout(&self, timeout: Duration) -> Self {
        let connections = self.connections.with_timeout(timeout);
        Self { connections, limits: self.limits, last_url: self.last_url.clone() }
    }

    /// Sends a request. The future waits for the response head.
    pub(crate) fn send(
        &self,
        request: Request<Bytes>,
        context: Context,
    ) -> Result<impl Future<Output = Result<Response, Error>> + use<'_>, ConfigError> {
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.last_url.read(&head.uri)?);
        *request.version_mut() = head.version;
        *request.headers_mut() = head.headers;
        // hyper writes no length for an empty body, which some proxies refuse (RFC 9110, section 8.6).
        if body.is_empty() && matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) {
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let (body, upload) = upload::body(body);
        *request.body_mut() = Some(body);
        let (client, generation) = self.connections.pool().get(context.route)?;
        let sending = Sending { generation, upload };
        Ok(self.response(client.execute(request), sending, context))
    }

    async fn response(
        &self,
        exchange: impl Future<Output = Result<reqwest::Response, reqwest::Error>>,
        sending: Sending,
        context: Context,
    ) -> Result<Response, Error> {
        let (timeouts, pool) = (context.timeouts, self.connections.pool());
        let Sending { generation, upload } = sending;
        notice_closed_connections().await;
        let sent = Instant::now();
        let response = timeout_at(later(sent, timeouts.response), pin!(exchange))
            .await
            .ok_or_else(|| TransportError::new(TransportErrorKind::Head).with_timeout(timeouts.response))?;
        let response = match response {
            Ok(response) => response,
            Err(error) => {
                let after = sent.elapsed();
                let obstacle = if pool.has_proxies() { Box::pin(proxy::obstacle(&error)).await } else { None };
                let how = Sent { route: context.route, generation, upload: upload.as_ref() };
                let failed = pool.no_response(error, after, how);
                return Err(match obstacle {
                    Some(obstacle) => obstacle.describe(failed).into(),
                    None => failed.into(),
                });
            }
        };
        pool.note(&response);
        let upload = upload.filter(|upload| !upload.is_written());
        if let Some(upload) = &upload {
            if !response.status().is_success() {
                // The peer refused the request and does not need the rest of its body.
                upload.stop();
            } else if response.version() <= Version::HTTP_11 {
                // The connection must not be reused, even if the rest of the body is written later.
                pool.renew(context.route, generation);
            }
        }
        let (mut head, body) = http::Response::from(response).into_parts();
        head.extensions.insert(ResponseTiming::new(context.attempt, sent.elapsed()).with_memory(self.limits.memory));
        let body = Body::new(body, self.limits.body, timeouts.stream_idle, context.deadline).of_upload(upload);
        Ok(Response { head, body, error_body: self.limits.error_body })
    }
}

/// The pool that a request is sent through, and its body if that is large.
struct Sending {
    generation: Generation,
    upload: Option<Upload>,
}

/// Lets the runtime notice which idle connections the peer has closed.
///
/// A runtime that was busy or frozen has not read the end of such a connection, and the pool would
/// reuse it. The first yield makes the runtime poll its sockets. The second yield lets the tasks of
/// the connections run: a current-thread runtime polls the future of `block_on` before them.
async fn notice_closed_connections() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

/// A response whose body is not read yet.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) head: Parts,
    pub(crate) body: Body,
    error_body: usize,
}

impl Response {
    /// Reads the whole response.
    pub(crate) async fn collect(mut self) -> Result<http::Response<Bytes>, Error> {
        if !self.head.status.is_success() {
            return Ok(self.collect_error().await);
        }
        let body = self.body.collect().await.map_err(|error| error.with_head(&self.head))?;
        Ok(http::Response::from_parts(self.head, body))
    }

    /// Reads the whole response, of any status. A body of more than `bytes` is an error.
    #[cfg(feature = "chain")]
    pub(crate) async fn collect_within(mut self, bytes: usize) -> Result<http::Response<Bytes>, Error> {
        self.body.limit(bytes);
        let body = self.body.collect().await?;
        Ok(http::Response::from_parts(self.head, body))
    }

    /// Reads an error response. A body that is too long, truncated or slow is returned as far as it
    /// was read.
    pub(crate) async fn collect_error(mut self) -> http::Response<Bytes> {
        let body = self.body.collect_error(self.error_body).await;
        http::Response::from_parts(self.head, body)
    }
}
