//! [`Connections`]: the connection pools, the meaning of their errors, and which connections have
//! been used before.

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

/// How long a connection may be idle in the pool. NAT gateways of AWS drop it after 350 s.
pub(super) const POOL_IDLE: Duration = Duration::from_secs(60);
/// The interval of TCP keepalive probes on an idle connection.
const TCP_KEEPALIVE: Duration = Duration::from_secs(60);
/// How long sent bytes may stay unacknowledged before Linux closes the connection. A call on a
/// pooled connection that a firewall has dropped fails after this time.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);
/// A connect timeout that is late by this much or more means that this process was stopped.
const LATE: Duration = Duration::from_millis(500);

/// The bytes that the peer may send on an HTTP/2 stream before the caller reads them. It limits the
/// memory of an unread stream, and the throughput: 10 MB/s at a round trip of 50 ms.
#[cfg(feature = "http2")]
const STREAM_WINDOW: u32 = 512 * 1024;
/// The bytes that the peer may send on all streams of an HTTP/2 connection: the maximum of the
/// protocol. Each stream has its own window. With a smaller window, a few unread streams would
/// block all others.
#[cfg(feature = "http2")]
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;
/// The largest response headers of HTTP/2, in bytes, with 32 bytes more per header (RFC 9113
/// section 6.5.2). The same as for HTTP/1.1, where the buffer of hyper is the limit.
#[cfg(feature = "http2")]
const HEADERS: u32 = 400 * 1024;

/// A custom `reqwest::Client`, for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
#[derive(Clone)]
pub struct HttpClient(reqwest::Client);

/// Shows nothing of the configuration, because headers and proxies can contain secrets.
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

/// The settings of the connection pools.
#[derive(Debug, Clone)]
pub(crate) struct Connecting {
    /// The connect timeout.
    pub(crate) timeout: Duration,
    /// The app ID in the user agent, after `app/`.
    pub(crate) app_id: Option<String>,
    /// PEM certificates that are trusted in addition.
    #[cfg_attr(
        not(any(feature = "rustls", feature = "native-tls")),
        expect(dead_code, reason = "only TLS needs certificates")
    )]
    pub(crate) ca_bundle: Option<Arc<[u8]>>,
    /// Whether an endpoint over the network needs TLS, so that the trust store is loaded at once.
    #[cfg_attr(
        not(all(feature = "rustls", not(feature = "native-tls"))),
        expect(dead_code, reason = "native-tls loads the trust store itself")
    )]
    pub(crate) by_tls: bool,
    /// Whether connections use HTTP/1.1 even if HTTP/2 is available.
    #[cfg_attr(not(feature = "http2"), expect(dead_code, reason = "HTTP/1.1 is the only version"))]
    pub(crate) http1_only: bool,
}

impl Connecting {
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    #[cfg_attr(not(feature = "http2"), expect(clippy::unused_self, reason = "HTTP/1.1 is the only version"))]
    fn alpn_protocols(&self) -> Vec<Vec<u8>> {
        #[cfg(feature = "http2")]
        if !self.http1_only {
            return vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        }
        vec![b"http/1.1".to_vec()]
    }

    fn user_agent(&self) -> String {
        const OURS: &str = concat!("bedrock-lite/", env!("CARGO_PKG_VERSION"));
        self.app_id.as_ref().map_or_else(|| OURS.to_owned(), |id| format!("{OURS} app/{id}"))
    }
}

/// The connection pool of a client, and those of its copies.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    pool: Arc<Pool>,
    /// The pools with other connect timeouts, so that calls with the same timeout share a pool.
    family: Arc<Mutex<Vec<Arc<Pool>>>>,
}

#[derive(Debug)]
pub(super) struct Pool {
    custom: Option<HttpClient>,
    connecting: Connecting,
    network: Clients,
    /// The clients for requests to this machine, which use no proxy. reqwest would send them, with
    /// their API key, to a proxy of the environment.
    loopback: Clients,
    /// The TLS configuration of each route. The clients of all runtimes share it, so that they
    /// share the trust store and resume TLS sessions.
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    tls: [std::sync::OnceLock<ClientConfig>; 2],
    /// The connections that have received a response, and when they last did.
    used: Mutex<HashMap<Ends, Instant>>,
}

/// The route, the client and the body of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) route: Route,
    pub(super) generation: Generation,
    /// The request body, if it is large.
    pub(super) upload: Option<&'a Upload>,
}

impl Connections {
    pub(super) fn new(custom: Option<HttpClient>, connecting: Connecting) -> Self {
        let pool = Arc::new(Pool::new(custom, connecting));
        Self { family: Arc::new(Mutex::new(vec![Arc::clone(&pool)])), pool }
    }

    pub(super) fn with_timeout(&self, timeout: Duration) -> Self {
        /// The most pools. A program that computes a new timeout for each call would otherwise
        /// create an unlimited number.
        const KEPT: usize = 8;
        let fits = |pool: &Arc<Pool>| pool.connecting.timeout == timeout || pool.custom.is_some();
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
    fn new(custom: Option<HttpClient>, connecting: Connecting) -> Self {
        Self {
            custom,
            connecting,
            network: Clients::default(),
            loopback: Clients::default(),
            #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
            tls: Default::default(),
            used: Mutex::default(),
        }
    }

    /// Builds the client of a route, unless there is a custom one.
    pub(super) fn prepare(&self, route: Route) -> Result<(), ConfigError> {
        if self.custom.is_none() {
            self.clients(route).prepare(|| http_client(self, route))?;
        }
        Ok(())
    }

    /// Returns the client for a route, with the connections of the current runtime.
    pub(super) fn get(&self, route: Route) -> Result<(reqwest::Client, Generation), ConfigError> {
        if let Some(HttpClient(client)) = &self.custom {
            return Ok((client.clone(), Generation::default()));
        }
        self.clients(route).get(|| http_client(self, route))
    }

    /// Drops the idle connections of a route, so that the next request uses a new connection. A
    /// custom HTTP client keeps its connections.
    pub(super) fn renew(&self, route: Route, seen: Generation) {
        self.clients(route).renew(seen);
    }

    fn clients(&self, route: Route) -> &Clients {
        if route == Route::Loopback { &self.loopback } else { &self.network }
    }

    /// Records that a connection has received a response.
    pub(super) fn note(&self, response: &reqwest::Response) {
        /// The most recorded connections: far more than a pool has.
        const KEPT: usize = 4096;
        // Many requests share an HTTP/2 connection, so an error says nothing about the connection.
        let Some(ends) = ends(response.extensions()).filter(|_| response.version() <= Version::HTTP_11) else {
            return;
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if used.len() >= KEPT {
            used.retain(|_, last| now.duration_since(*last) < POOL_IDLE);
        }
        if used.len() < KEPT {
            used.insert(ends, now);
        }
    }

    /// Returns whether a failed connection came from the pool, and forgets the connection.
    fn was_in_pool(&self, error: &reqwest::Error) -> bool {
        let failed = chain(error).find_map(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>());
        let Some(connection) = failed.and_then(|failed| failed.connect_info()) else { return false };
        let mut extensions = Extensions::new();
        connection.get_extras(&mut extensions);
        let Some(ends) = ends(&extensions) else { return false };
        let last = self.used.lock().unwrap_or_else(PoisonError::into_inner).remove(&ends);
        // Ports are reused: an older entry belongs to another connection.
        last.is_some_and(|last| last.elapsed() < 2 * POOL_IDLE)
    }

    /// Returns whether requests use the proxies of the environment. For a custom HTTP client this is
    /// unknown.
    pub(super) fn has_proxies(&self) -> bool {
        self.custom.is_none()
    }

    /// Converts an error of reqwest into the reason why there is no response. `after` is the time
    /// since the request was sent.
    ///
    /// If the connection is known to be closed before the first byte is written, hyper returns the
    /// request, and hyper-util sends it on another connection. Other errors arrive here. The peer
    /// may have read the request, so sending it again is a retry.
    pub(super) fn no_response(&self, error: reqwest::Error, after: Duration, sent: Sent<'_>) -> TransportError {
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
            // The other pooled connections are probably closed as well. A retry must not use them.
            self.renew(sent.route, sent.generation);
        }
        let reset = io_error(&error).is_some() && !unacknowledged;
        let partly_sent = sent.upload.is_some_and(|upload| !upload.is_written());
        // This process was stopped while it connected. Nothing was sent, so it connects again.
        let stopped = kind == TransportErrorKind::Connect
            && timed_out
            && self.custom.is_none()
            && after.saturating_sub(self.connecting.timeout) >= LATE;
        let nature = match kind {
            TransportErrorKind::Connect if is_lasting(&error) => Nature::Lasting,
            TransportErrorKind::Connect if stopped => Nature::Stopped,
            TransportErrorKind::Head if broke && !reused && reset && partly_sent => Nature::Refused,
            _ => Nature::Passing,
        };
        let failed = TransportError::new(kind).of(nature).with_source(error.without_url());
        match &self.custom {
            _ if !timed_out => failed,
            None if kind == TransportErrorKind::Connect && after >= self.connecting.timeout => {
                failed.with_timeout(self.connecting.timeout)
            }
            // The timeouts of a custom HTTP client and of the operating system are unknown.
            _ => failed.timed_out(),
        }
    }

    /// Returns whether the peer vanished before it acknowledged the whole request.
    ///
    /// The operating system reports the same error if a peer has acknowledged a request, but then
    /// stops responding to keepalive probes. That takes longer than `TCP_KEEPALIVE`. The timeouts of
    /// a custom HTTP client are unknown.
    fn is_unacknowledged(&self, error: &reqwest::Error, after: Duration) -> bool {
        let expired = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut && error.raw_os_error().is_some();
        self.custom.is_none() && after < TCP_KEEPALIVE && io_error(error).is_some_and(expired)
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
        let mut new = client_config(self.connecting.ca_bundle.as_deref(), roots)?;
        new.alpn_protocols = self.connecting.alpn_protocols();
        Ok(place.get_or_init(|| new).clone())
    }
}

fn io_error(error: &reqwest::Error) -> Option<&io::Error> {
    chain(error).find_map(|cause| cause.downcast_ref::<io::Error>())
}

/// Returns whether connecting will fail the same way each time. Determined from the error texts,
/// because TLS libraries have no common error type.
fn is_lasting(error: &reqwest::Error) -> bool {
    /// Texts about a refused certificate, a port without TLS (rustls, OpenSSL), and a proxy.
    const LASTING: [&str; 4] =
        ["certificate", "received corrupt message of type", "wrong version number", "proxy authorization required"];
    chain(error).any(|cause| {
        let text = cause.to_string().to_ascii_lowercase();
        LASTING.iter().any(|lasting| text.contains(lasting))
    })
}

/// The local and the remote address of a connection.
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
    let builder = if connecting.http1_only { builder.http1_only() } else { builder };
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

/// Returns whether the peer violated HTTP/2: the local library reset the stream or the connection,
/// not the peer.
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
    let unfit = "the CA bundle has no PEM certificate";
    match reqwest::Certificate::from_pem_bundle(pem) {
        Ok(certificates) if certificates.is_empty() => Err(ConfigError::new(ConfigErrorKind::InvalidSetting, unfit)),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(ConfigError::new(ConfigErrorKind::InvalidSetting, unfit).with_source(error)),
    }
}
