//! [`Connections`]: the pools; what their errors mean, and which connections have been used before.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{Extensions, Version};
use hyper_util::client::legacy::connect::HttpInfo;

use super::Route;
use super::runtimes::{Clients, Generation};
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
use super::tls::{ClientConfig, Roots, client_config};
use super::upload::Upload;
use crate::error::{ConfigError, ConfigErrorKind, Nature, TransportError, TransportErrorKind, chain};

/// How long a connection may lie idle in the pool: well under the 350 s after which NAT gateways drop it.
pub(super) const POOL_IDLE: Duration = Duration::from_secs(60);
/// How often TCP asks an idle connection whether it is alive.
const TCP_KEEPALIVE: Duration = Duration::from_secs(60);
/// How long bytes may go without an acknowledgement before Linux gives the connection up. A pooled
/// connection that a firewall has forgotten costs a call this long.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);
/// How late a timeout for connecting must be so that this process, not the peer, is to blame: it was stopped meanwhile.
const LATE: Duration = Duration::from_millis(500);

/// What an HTTP/2 stream may send before its caller reads it, in bytes. It bounds the memory that an unread stream takes, and its speed:
/// at a round trip of 50 ms it allows 10 MB/s.
#[cfg(feature = "http2")]
const STREAM_WINDOW: u32 = 512 * 1024;
/// What all streams of an HTTP/2 connection may send together, in bytes: the most that the protocol allows. Every stream has a bound of
/// its own; a smaller window would let a few unread streams stall all the others.
#[cfg(feature = "http2")]
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;
/// The largest response headers of HTTP/2, in bytes, counted with 32 bytes more for each header (RFC 9113 section 6.5.2): as much as of
/// HTTP/1.1, where hyper's buffer is the bound.
#[cfg(feature = "http2")]
const HEADERS: u32 = 400 * 1024;

/// A `reqwest::Client` of your own, for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
#[derive(Clone)]
pub struct HttpClient(reqwest::Client);

/// Shows nothing of its configuration: headers and proxies can hold secrets.
impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

impl From<reqwest::Client> for HttpClient {
    fn from(client: reqwest::Client) -> Self {
        Self(client)
    }
}

/// What connections are made with, and what goes with every request over them.
#[derive(Debug, Clone)]
pub(crate) struct Connecting {
    pub(crate) timeout: Duration,
    /// What the user agent says after `app/`.
    pub(crate) app_id: Option<String>,
    /// Certificates in PEM that are trusted beside the others.
    #[cfg_attr(
        not(any(feature = "rustls", feature = "native-tls")),
        expect(dead_code, reason = "without TLS there is nobody to trust")
    )]
    pub(crate) ca_bundle: Option<Arc<[u8]>>,
    /// Whether TLS is sure to be needed over the network, and is set up as far as it can be.
    #[cfg_attr(
        not(all(feature = "rustls", not(feature = "native-tls"))),
        expect(dead_code, reason = "the system's TLS has its own way")
    )]
    pub(crate) by_tls: bool,
}

impl Connecting {
    fn user_agent(&self) -> String {
        const OURS: &str = concat!("bedrock-lite/", env!("CARGO_PKG_VERSION"));
        self.app_id.as_ref().map_or_else(|| OURS.to_owned(), |id| format!("{OURS} app/{id}"))
    }
}

/// What requests are sent through.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    pool: Arc<Pool>,
    /// Those with other times for connecting: whoever sets one call by call meets the connections of the call before.
    family: Arc<Mutex<Vec<Arc<Pool>>>>,
}

#[derive(Debug)]
pub(super) struct Pool {
    own: Option<HttpClient>,
    connecting: Connecting,
    /// Set up by whoever needs them first. What goes to this machine goes there directly; reqwest would hand it to a proxy of the
    /// environment, API key and all.
    network: Clients,
    loopback: Clients,
    /// The TLS configuration of each route, shared by the clients of all runtimes: they trust the same, and resume each other's sessions.
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    tls: [std::sync::OnceLock<ClientConfig>; 2],
    /// The connections that have brought an answer, by their two ends, and when they last did.
    used: Mutex<HashMap<Ends, Instant>>,
}

/// How a request was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) route: Route,
    pub(super) generation: Generation,
    /// Its body, if that is large.
    pub(super) upload: Option<&'a Upload>,
}

impl Connections {
    pub(super) fn new(own: Option<HttpClient>, connecting: Connecting) -> Self {
        let pool = Arc::new(Pool::new(own, connecting));
        Self { family: Arc::new(Mutex::new(vec![Arc::clone(&pool)])), pool }
    }

    pub(super) fn with_timeout(&self, timeout: Duration) -> Self {
        /// More times for connecting than anybody has; who computes them gets new connections again and again.
        const KEPT: usize = 8;
        let fits = |pool: &Arc<Pool>| pool.connecting.timeout == timeout || pool.own.is_some();
        if fits(&self.pool) {
            return self.clone();
        }
        let connecting = || Connecting { timeout, ..self.pool.connecting.clone() };
        let mut family = self.family.lock().unwrap_or_else(PoisonError::into_inner);
        let pool =
            family.iter().find(|pool| fits(pool)).map_or_else(|| Arc::new(Pool::new(None, connecting())), Arc::clone);
        if !family.iter().any(|known| Arc::ptr_eq(known, &pool)) {
            if family.len() >= KEPT {
                family.remove(1);
            }
            family.push(Arc::clone(&pool));
        }
        drop(family);
        Self { pool, family: Arc::clone(&self.family) }
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl Pool {
    fn new(own: Option<HttpClient>, connecting: Connecting) -> Self {
        Self {
            own,
            connecting,
            network: Clients::default(),
            loopback: Clients::default(),
            #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
            tls: Default::default(),
            used: Mutex::default(),
        }
    }

    /// Sets up what a route needs.
    pub(super) fn prepare(&self, route: Route) -> Result<(), ConfigError> {
        if self.own.is_none() {
            self.clients(route).prepare(|| http_client(self, route))?;
        }
        Ok(())
    }

    /// Returns the client for a route, with the connections of the current runtime.
    pub(super) fn get(&self, route: Route) -> Result<(reqwest::Client, Generation), ConfigError> {
        if let Some(HttpClient(client)) = &self.own {
            return Ok((client.clone(), Generation::default()));
        }
        self.clients(route).get(|| http_client(self, route))
    }

    /// Leaves the idle connections of a route behind: the next request goes over a new connection. A
    /// client of the caller's own keeps its connections.
    pub(super) fn renew(&self, route: Route, seen: Generation) {
        self.clients(route).renew(seen);
    }

    fn clients(&self, route: Route) -> &Clients {
        if route == Route::Loopback { &self.loopback } else { &self.network }
    }

    /// Takes note of the connection that brought an answer.
    pub(super) fn note(&self, answer: &reqwest::Response) {
        /// Far more than a pool holds.
        const KEPT: usize = 4096;
        // Of HTTP/2, many requests share a connection, and an error is not the connection's.
        let Some(ends) = ends(answer.extensions()).filter(|_| answer.version() <= Version::HTTP_11) else { return };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if used.len() >= KEPT {
            used.retain(|_, last| now.duration_since(*last) < POOL_IDLE);
        }
        if used.len() < KEPT {
            used.insert(ends, now);
        }
    }

    /// Whether the connection that failed had lain in the pool; it will bring no other answer.
    fn was_in_pool(&self, error: &reqwest::Error) -> bool {
        let failed = chain(error).find_map(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>());
        let Some(connection) = failed.and_then(|failed| failed.connect_info()) else { return false };
        let mut extensions = Extensions::new();
        connection.get_extras(&mut extensions);
        let Some(ends) = ends(&extensions) else { return false };
        let last = self.used.lock().unwrap_or_else(PoisonError::into_inner).remove(&ends);
        // Ports are used again: an entry that is older belongs to another connection.
        last.is_some_and(|last| last.elapsed() < 2 * POOL_IDLE)
    }

    /// Whether requests go through proxies of the environment. What a client of one's own does is not known.
    pub(super) fn has_proxies(&self) -> bool {
        self.own.is_none()
    }

    /// Why there is no response, this long after the request was handed over.
    ///
    /// hyper gives a request back, and hyper-util sends it over another connection, if the connection was
    /// known to be closed before the first byte was written. An error that arrives here may come after the
    /// peer has read the request, so the request is sent again only as a retry.
    pub(super) fn unanswered(&self, error: reqwest::Error, after: Duration, sent: Sent<'_>) -> TransportError {
        let hyper = chain(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if hyper.is_some_and(hyper::Error::is_parse) || breaks_http2(&error) {
            TransportErrorKind::Protocol
        } else {
            TransportErrorKind::Head
        };
        let unacknowledged = kind == TransportErrorKind::Head && self.is_unacknowledged(&error, after);
        let timed_out = error.is_timeout() && !unacknowledged;
        let broke = kind == TransportErrorKind::Head && !timed_out;
        let reused = broke && self.was_in_pool(&error);
        if reused {
            // Whatever closed this connection has probably closed the others: a retry must not meet them.
            self.renew(sent.route, sent.generation);
        }
        let reset = io_error(&error).is_some() && !unacknowledged;
        let partly_sent = sent.upload.is_some_and(|upload| !upload.is_written());
        // This process was stopped while it connected. Nothing was sent: it connects once more.
        let stopped = kind == TransportErrorKind::Connect
            && timed_out
            && self.own.is_none()
            && after.saturating_sub(self.connecting.timeout) >= LATE;
        let nature = match kind {
            TransportErrorKind::Connect if is_lasting(&error) => Nature::Lasting,
            TransportErrorKind::Connect if stopped => Nature::Stopped,
            TransportErrorKind::Head if broke && !reused && reset && partly_sent => Nature::Refused,
            _ => Nature::Passing,
        };
        let failed = TransportError::new(kind).of(nature).with_source(error.without_url());
        match &self.own {
            _ if !timed_out => failed,
            None if kind == TransportErrorKind::Connect && after >= self.connecting.timeout => {
                failed.with_timeout(self.connecting.timeout)
            }
            // How long a client of one's own waits, it does not say, nor does the operating system.
            _ => failed.timed_out(),
        }
    }

    /// Whether the peer vanished before it acknowledged the whole request.
    ///
    /// The operating system reports the same error when a peer stops answering keepalive probes while it works
    /// on a request that it has acknowledged. That takes longer than `TCP_KEEPALIVE`. The timeouts of
    /// a client of the caller's own are not known.
    fn is_unacknowledged(&self, error: &reqwest::Error, after: Duration) -> bool {
        let expired = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut && error.raw_os_error().is_some();
        self.own.is_none() && after < TCP_KEEPALIVE && io_error(error).is_some_and(expired)
    }

    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    fn tls(&self, route: Route) -> Result<ClientConfig, ConfigError> {
        let [network, loopback] = &self.tls;
        let (place, roots) = match route {
            Route::Network if self.connecting.by_tls => (network, Roots::Now),
            Route::Network => (network, Roots::OnUse),
            Route::Loopback => (loopback, Roots::OnUse),
        };
        if let Some(config) = place.get() {
            return Ok(config.clone());
        }
        let new = client_config(self.connecting.ca_bundle.as_deref(), roots)?;
        Ok(place.get_or_init(|| new).clone())
    }
}

fn io_error(error: &reqwest::Error) -> Option<&io::Error> {
    chain(error).find_map(|cause| cause.downcast_ref::<io::Error>())
}

/// Whether a connection will fail the same way each time. TLS libraries have no type in common: their texts tell.
fn is_lasting(error: &reqwest::Error) -> bool {
    /// What a text says of a certificate that is refused, of a port that does not speak TLS (rustls, OpenSSL), and of a proxy.
    const LASTING: [&str; 4] =
        ["certificate", "received corrupt message of type", "wrong version number", "proxy authorization required"];
    chain(error).any(|cause| {
        let text = cause.to_string().to_ascii_lowercase();
        LASTING.iter().any(|lasting| text.contains(lasting))
    })
}

/// Our end of a connection, and the other.
type Ends = (SocketAddr, SocketAddr);

fn ends(extensions: &Extensions) -> Option<Ends> {
    extensions.get::<HttpInfo>().map(|info| (info.local_addr(), info.remote_addr()))
}

fn http_client(pool: &Pool, route: Route) -> Result<reqwest::Client, ConfigError> {
    let connecting = &pool.connecting;
    let builder = reqwest::Client::builder()
        .user_agent(connecting.user_agent())
        .connect_timeout(connecting.timeout)
        .pool_idle_timeout(POOL_IDLE)
        .tcp_keepalive(TCP_KEEPALIVE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(TCP_USER_TIMEOUT);
    let builder = if route == Route::Loopback { builder.no_proxy() } else { builder };
    #[cfg(not(feature = "http2"))]
    let builder = builder.http1_only();
    #[cfg(feature = "http2")]
    let builder = builder
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_header_list_size(HEADERS);
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native().tls_version_min(reqwest::tls::Version::TLS_1_2);
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_certs_merge(certificates(connecting.ca_bundle.as_deref())?);
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let builder = builder.tls_backend_preconfigured(pool.tls(route)?);
    builder.build().map_err(|error| {
        ConfigError::new(ConfigErrorKind::HttpClient, "the HTTP client cannot be set up").with_source(error)
    })
}

/// Returns whether the peer broke the rules of HTTP/2: the library here gave up the stream or the connection, not the peer.
#[cfg(feature = "http2")]
fn breaks_http2(error: &reqwest::Error) -> bool {
    chain(error).find_map(|cause| cause.downcast_ref::<h2::Error>()).is_some_and(h2::Error::is_library)
}

#[cfg(not(feature = "http2"))]
fn breaks_http2(_: &reqwest::Error) -> bool {
    false
}

#[cfg(feature = "native-tls")]
fn certificates(ca_bundle: Option<&[u8]>) -> Result<Vec<reqwest::Certificate>, ConfigError> {
    let Some(pem) = ca_bundle else { return Ok(Vec::new()) };
    let unfit = "the CA bundle holds no certificate in PEM";
    match reqwest::Certificate::from_pem_bundle(pem) {
        Ok(certificates) if certificates.is_empty() => Err(ConfigError::new(ConfigErrorKind::InvalidSetting, unfit)),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(ConfigError::new(ConfigErrorKind::InvalidSetting, unfit).with_source(error)),
    }
}
