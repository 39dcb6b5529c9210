//! [`Connections`]: the pools; what their errors mean, and which connections have been used before.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use http::{Extensions, Version};
use hyper_util::client::legacy::connect::HttpInfo;

use super::Route;
use crate::error::{ConfigError, ConfigErrorKind, TransportError, TransportErrorKind};

/// How long a connection may lie idle in the pool: well under the 350 s after which NAT gateways drop it.
const POOL_IDLE: Duration = Duration::from_secs(60);
/// How soon after a request a connection that the peer had closed shows: within a round trip. One that breaks later may have had
/// the peer at work.
const STALE: Duration = Duration::from_secs(1);
/// How often TCP asks an idle connection whether it is alive.
const TCP_KEEPALIVE: Duration = Duration::from_secs(60);

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
    network: OnceLock<reqwest::Client>,
    loopback: OnceLock<reqwest::Client>,
    /// The connections that have brought an answer, by their two ends, and when they last did.
    used: Mutex<HashMap<Ends, Instant>>,
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
        Self { own, connecting, network: OnceLock::new(), loopback: OnceLock::new(), used: Mutex::default() }
    }

    /// The client for a route.
    pub(super) fn get(&self, route: Route) -> Result<&reqwest::Client, ConfigError> {
        if let Some(HttpClient(client)) = &self.own {
            return Ok(client);
        }
        let client = if route == Route::Loopback { &self.loopback } else { &self.network };
        if let Some(client) = client.get() {
            return Ok(client);
        }
        let new = http_client(&self.connecting, route)?;
        Ok(client.get_or_init(|| new))
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
        last.is_some_and(|last| last.elapsed() < POOL_IDLE + STALE)
    }

    /// Why there is no answer, this long after the request was handed over.
    pub(super) fn unanswered(&self, error: reqwest::Error, after: Duration) -> TransportError {
        let hyper = causes(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if hyper.is_some_and(hyper::Error::is_parse) {
            TransportErrorKind::Protocol
        } else {
            TransportErrorKind::Head
        };
        let timed_out = error.is_timeout();
        let broke = kind == TransportErrorKind::Head && !timed_out;
        let stale = broke && after < STALE && self.was_in_pool(&error);
        let failed = TransportError::new(kind).stale(stale).with_source(error.without_url());
        match &self.own {
            _ if !timed_out => failed,
            None if kind == TransportErrorKind::Connect && after >= self.connecting.timeout => {
                failed.after(self.connecting.timeout)
            }
            // How long a client of one's own waits, it does not say, nor does the operating system.
            _ => failed.timed_out(),
        }
    }
}

/// Our end of a connection, and the other.
type Ends = (SocketAddr, SocketAddr);

fn ends(extensions: &Extensions) -> Option<Ends> {
    extensions.get::<HttpInfo>().map(|info| (info.local_addr(), info.remote_addr()))
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn http_client(connecting: &Connecting, route: Route) -> Result<reqwest::Client, ConfigError> {
    let builder = reqwest::Client::builder()
        .user_agent(connecting.user_agent())
        .connect_timeout(connecting.timeout)
        .pool_idle_timeout(POOL_IDLE)
        .tcp_keepalive(TCP_KEEPALIVE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false);
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
        builder.tls_backend_preconfigured(crate::tls::client_config(connecting.ca_bundle.as_deref(), roots)?)
    };
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
