//! [`Connections`]: the pools; what their errors mean, and which connections have been used before.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
use std::sync::OnceLock;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use http::{Extensions, Version};
use hyper_util::client::legacy::connect::HttpInfo;

use super::Route;
use super::upload::Upload;
use crate::error::{ConfigError, ConfigErrorKind, TransportError, TransportErrorKind};

/// How long a connection may lie idle in the pool: well under the 350 s after which NAT gateways drop it.
const POOL_IDLE: Duration = Duration::from_secs(60);
/// How often TCP asks an idle connection whether it is alive.
const TCP_KEEPALIVE: Duration = Duration::from_secs(60);
/// How long bytes may go without an acknowledgement before Linux gives the connection up. A pooled
/// connection that a firewall has forgotten costs a call this long.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);

/// A `reqwest::Client` of your own, for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
#[derive(Debug, Clone)]
pub struct HttpClient(reqwest::Client);

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
    network: Slot,
    loopback: Slot,
    /// The connections that have brought an answer, by their two ends, and when they last did.
    used: Mutex<HashMap<Ends, Instant>>,
}

/// The HTTP client for a route. It is replaced when one of its idle connections turns out to be dead.
#[derive(Default)]
struct Slot {
    current: RwLock<(Generation, Option<reqwest::Client>)>,
    /// Kept for the clients that come after the first: to read the certificates takes long.
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    tls: OnceLock<crate::tls::ClientConfig>,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

/// The number of the HTTP client that a request is sent through.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Generation(u64);

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
        Self { own, connecting, network: Slot::default(), loopback: Slot::default(), used: Mutex::default() }
    }

    /// The client for a route.
    pub(super) fn get(&self, route: Route) -> Result<(reqwest::Client, Generation), ConfigError> {
        if let Some(HttpClient(client)) = &self.own {
            return Ok((client.clone(), Generation::default()));
        }
        let slot = self.slot(route);
        if let (generation, Some(client)) = &*slot.current.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok((client.clone(), *generation));
        }
        let new = http_client(&self.connecting, route, slot)?;
        let (generation, client) = &mut *slot.current.write().unwrap_or_else(PoisonError::into_inner);
        Ok((client.get_or_insert(new).clone(), *generation))
    }

    /// Leaves the idle connections of a route behind: the next request goes over a new connection. A
    /// client of the caller's own keeps its connections.
    pub(super) fn renew(&self, route: Route, seen: Generation) {
        let (generation, client) = &mut *self.slot(route).current.write().unwrap_or_else(PoisonError::into_inner);
        // Calls that failed together have met the same connections.
        if *generation == seen {
            generation.0 += 1;
            *client = None;
        }
    }

    fn slot(&self, route: Route) -> &Slot {
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
        let failed = causes(error).find_map(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>());
        let Some(connection) = failed.and_then(|failed| failed.connect_info()) else { return false };
        let mut extensions = Extensions::new();
        connection.get_extras(&mut extensions);
        let Some(ends) = ends(&extensions) else { return false };
        let last = self.used.lock().unwrap_or_else(PoisonError::into_inner).remove(&ends);
        // Ports are used again: an entry that is older belongs to another connection.
        last.is_some_and(|last| last.elapsed() < 2 * POOL_IDLE)
    }

    /// Why there is no response, this long after the request was handed over.
    ///
    /// hyper gives a request back, and hyper-util sends it over another connection, if the connection was
    /// known to be closed before the first byte was written. An error that arrives here may come after the
    /// peer has read the request, so the request is sent again only as a retry.
    pub(super) fn unanswered(&self, error: reqwest::Error, after: Duration, sent: Sent<'_>) -> TransportError {
        let hyper = causes(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if hyper.is_some_and(hyper::Error::is_parse) {
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
        let failed = TransportError::new(kind)
            .refused(broke && !reused && reset && partly_sent)
            .with_source(error.without_url());
        match &self.own {
            _ if !timed_out => failed,
            None if kind == TransportErrorKind::Connect && after >= self.connecting.timeout => {
                failed.after(self.connecting.timeout)
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
}

fn io_error(error: &reqwest::Error) -> Option<&io::Error> {
    causes(error).find_map(|cause| cause.downcast_ref::<io::Error>())
}

/// Our end of a connection, and the other.
type Ends = (SocketAddr, SocketAddr);

fn ends(extensions: &Extensions) -> Option<Ends> {
    extensions.get::<HttpInfo>().map(|info| (info.local_addr(), info.remote_addr()))
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn http_client(connecting: &Connecting, route: Route, slot: &Slot) -> Result<reqwest::Client, ConfigError> {
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
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native().tls_version_min(reqwest::tls::Version::TLS_1_2);
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_certs_merge(certificates(connecting.ca_bundle.as_deref())?);
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let builder = {
        let roots = if connecting.by_tls && route == Route::Network {
            crate::tls::Roots::Now
        } else {
            crate::tls::Roots::OnUse
        };
        let config = if let Some(config) = slot.tls.get() {
            config
        } else {
            let config = crate::tls::client_config(connecting.ca_bundle.as_deref(), roots)?;
            slot.tls.get_or_init(|| config)
        };
        builder.tls_backend_preconfigured(config.clone())
    };
    #[cfg(not(all(feature = "rustls", not(feature = "native-tls"))))]
    let _ = slot;
    builder.build().map_err(|error| {
        ConfigError::new(ConfigErrorKind::HttpClient, "the HTTP client cannot be set up").with_source(error)
    })
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
