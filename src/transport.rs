//! The transport: the one file that names reqwest. A signed HTTP request in, a head and a body out.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Request;
use http::response::Parts;
use http_body::Body as _;
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::error::{
    ConfigError, ConfigErrorKind, Error, StreamError, StreamErrorKind, TransportError, TransportErrorKind,
};
use crate::metadata::Exchange;

/// How long a connection may lie idle in the pool: well under the 350 s after which NAT gateways drop it.
const POOL_IDLE: Duration = Duration::from_secs(60);
/// How often TCP asks an idle connection whether it is alive.
const TCP_KEEPALIVE: Duration = Duration::from_secs(60);
/// The largest body of a whole answer, in bytes. Bedrock's largest (images in base64) stay far below.
const MAX_BODY: usize = 256 * 1024 * 1024;
/// The largest body of an error, in bytes; what is beyond it is not read.
const MAX_ERROR_BODY: usize = 1024 * 1024;

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) response: Duration,
    pub(crate) stream_idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            // A long generation answers with its head only when it is done.
            response: Duration::from_secs(600),
            stream_idle: Duration::from_secs(120),
        }
    }
}

/// A client's connections.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: Clients,
    timeouts: Timeouts,
}

/// What goes to this machine goes there directly; reqwest would hand it to a proxy of the environment, API key and all.
#[derive(Debug, Clone)]
enum Clients {
    Own(reqwest::Client),
    Ours { proxied: Option<reqwest::Client>, direct: Option<reqwest::Client> },
}

/// Whether a request stays on this machine.
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

/// A `reqwest::Client` of your own, for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
#[derive(Debug, Clone)]
pub struct HttpClient(reqwest::Client);

impl From<reqwest::Client> for HttpClient {
    fn from(client: reqwest::Client) -> Self {
        Self(client)
    }
}

impl Transport {
    /// Connections for these routes.
    pub(crate) fn new(own: Option<HttpClient>, timeouts: Timeouts, routes: &[Route]) -> Result<Self, ConfigError> {
        let client = |route| routes.contains(&route).then(|| http_client(timeouts.connect, route)).transpose();
        let http = match own {
            Some(HttpClient(client)) => Clients::Own(client),
            None => Clients::Ours { proxied: client(Route::Network)?, direct: client(Route::Loopback)? },
        };
        Ok(Self { http, timeouts })
    }

    fn http(&self, route: Route) -> Result<&reqwest::Client, ConfigError> {
        let client = match &self.http {
            Clients::Own(client) => Some(client),
            Clients::Ours { proxied, direct } => if route == Route::Loopback { direct } else { proxied }.as_ref(),
        };
        client
            .ok_or_else(|| ConfigError::new(ConfigErrorKind::HttpClient, "the client was not set up for this endpoint"))
    }

    /// Sends a request and waits for the answer's head.
    pub(crate) async fn send(&self, request: Request<Bytes>, route: Route, attempt: u32) -> Result<Response, Error> {
        let signed = request.uri().path_and_query().map_or(String::new(), ToString::to_string);
        let request = reqwest::Request::try_from(request).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidEndpoint, "the endpoint is no URL that requests can be sent to")
                .with_source(error.without_url())
        })?;
        refuse_rewritten(&signed, request.url())?;
        let sent = Instant::now();
        let answer = timeout(self.timeouts.response, self.http(route)?.execute(request))
            .await
            .map_err(|_| TransportError::new(TransportErrorKind::Head).after(self.timeouts.response))?
            .map_err(|error| self.unanswered(error))?;
        let (mut head, body) = http::Response::from(answer).into_parts();
        head.extensions.insert(Exchange::new(attempt, sent.elapsed()));
        Ok(Response {
            head,
            body: Body { inner: body, idle: self.timeouts.stream_idle, timer: None, overdue: false },
            attempt,
        })
    }

    fn unanswered(&self, error: reqwest::Error) -> TransportError {
        let kind = if error.is_connect() { TransportErrorKind::Connect } else { TransportErrorKind::Head };
        let timed_out = error.is_timeout();
        let failed = TransportError::new(kind).with_source(error.without_url());
        match &self.http {
            _ if !timed_out => failed,
            Clients::Ours { .. } if kind == TransportErrorKind::Connect => failed.after(self.timeouts.connect),
            // How long a client of one's own waits, it does not say.
            _ => failed.timed_out(),
        }
    }
}

/// A URL parser drops dot segments and re-encodes: what is sent must be what was signed.
fn refuse_rewritten(signed: &str, url: &url::Url) -> Result<(), ConfigError> {
    let path = url.path();
    let same = match url.query() {
        Some(query) => signed.strip_prefix(path).and_then(|rest| rest.strip_prefix('?')) == Some(query),
        None => signed == path,
    };
    if same {
        return Ok(());
    }
    let message = format!("the path {signed} would be sent as {path}: its signature would not match");
    Err(ConfigError::new(ConfigErrorKind::InvalidEndpoint, message))
}

fn http_client(connect_timeout: Duration, route: Route) -> Result<reqwest::Client, ConfigError> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("bedrock-lite/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(POOL_IDLE)
        .tcp_keepalive(TCP_KEEPALIVE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false);
    let builder = if route == Route::Loopback { builder.no_proxy() } else { builder };
    #[cfg(not(feature = "http2"))]
    let builder = builder.http1_only();
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native();
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let builder = builder.tls_backend_preconfigured(crate::tls::client_config()?);
    builder.build().map_err(|error| {
        ConfigError::new(ConfigErrorKind::HttpClient, "the HTTP client cannot be set up").with_source(error)
    })
}

/// An answer whose body is still to come.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) head: Parts,
    pub(crate) body: Body,
    /// The number of the attempt that it answers, from 1.
    pub(crate) attempt: u32,
}

impl Response {
    /// The whole answer.
    pub(crate) async fn collect(mut self) -> Result<http::Response<Bytes>, Error> {
        if !self.head.status.is_success() {
            return self.collect_error().await;
        }
        let body = self.body.collect(MAX_BODY, false).await?;
        Ok(http::Response::from_parts(self.head, body))
    }

    /// An answer that is read for what it says of an error: as much of its body as there is, within bounds.
    pub(crate) async fn collect_error(mut self) -> Result<http::Response<Bytes>, Error> {
        let body = self.body.collect(MAX_ERROR_BODY, true).await?;
        Ok(http::Response::from_parts(self.head, body))
    }
}

/// A body as it arrives. Dropping it closes the connection.
pub(crate) struct Body {
    inner: reqwest::Body,
    idle: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    /// The time is up, and the body is looked at once more.
    overdue: bool,
}

/// How long a body is looked at after its time is up. Who was frozen or busy all the while finds what arrived meanwhile.
const GRACE: Duration = Duration::from_millis(20);

impl Body {
    /// The next bytes, or `None` at the end.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, StreamError>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else {
                return self.poll_idle(cx).map(Err);
            };
            (self.timer, self.overdue) = (None, false);
            match frame {
                None => return Poll::Ready(Ok(None)),
                Some(Err(error)) => {
                    let broken = StreamError::new(StreamErrorKind::Connection, "").with_source(error.without_url());
                    return Poll::Ready(Err(broken));
                }
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data()
                        && !bytes.is_empty()
                    {
                        return Poll::Ready(Ok(Some(bytes)));
                    }
                }
            }
        }
    }

    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<StreamError> {
        let idle = self.idle;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(idle)));
        ready!(timer.as_mut().poll(cx));
        if !self.overdue {
            self.overdue = true;
            timer.as_mut().reset(Instant::now() + GRACE);
            ready!(timer.as_mut().poll(cx));
        }
        (self.timer, self.overdue) = (None, false);
        Poll::Ready(StreamError::idle(idle))
    }

    /// The whole body, up to a limit: beyond it an error, or, `cut`, no more of it.
    pub(crate) async fn collect(&mut self, limit: usize, cut: bool) -> Result<Bytes, Error> {
        let mut first = Bytes::new();
        let mut whole = BytesMut::new();
        loop {
            let chunk = match poll_fn(|cx| self.poll_chunk(cx)).await {
                Ok(None) => break,
                Ok(Some(chunk)) => chunk,
                // What an error says is worth having even where its body is cut.
                Err(_) if cut => break,
                Err(broken) => return Err(whole_body(broken, self.idle).into()),
            };
            if first.len() + whole.len() + chunk.len() > limit {
                if cut {
                    break;
                }
                return Err(TransportError::new(TransportErrorKind::BodyTooLarge).into());
            }
            if first.is_empty() && whole.is_empty() {
                first = chunk;
            } else {
                // Most answers come in one chunk and are never copied.
                if whole.is_empty() {
                    whole.extend_from_slice(&std::mem::take(&mut first));
                }
                whole.extend_from_slice(&chunk);
            }
        }
        Ok(if whole.is_empty() { first } else { whole.freeze() })
    }
}

/// A broken stream, said of a body that is no stream.
fn whole_body(broken: StreamError, idle: Duration) -> TransportError {
    let silent = broken.kind() == StreamErrorKind::Idle;
    let failed = TransportError::new(TransportErrorKind::Body).with_source(broken);
    if silent { failed.after(idle) } else { failed }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("idle", &self.idle).finish_non_exhaustive()
    }
}
