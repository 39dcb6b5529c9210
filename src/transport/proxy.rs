//! The proxies of the environment: which proxy a request uses, and why it refused a connection.

use std::io;
use std::time::Duration;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Nature, TransportError, chain};

/// The timeout of the second request to a proxy, which determines its status.
const STATUS_TIMEOUT: Duration = Duration::from_secs(3);

/// Returns whether the HTTP client can read the URL of a proxy. It ignores a URL that it cannot
/// read.
pub(crate) fn is_readable(proxy: &str) -> bool {
    let anywhere = Uri::from_static("http://example.com");
    let read = Matcher::builder().all(proxy.to_owned()).build().intercept(&anywhere);
    // A port that is not a number is ignored, and the default port would be used.
    let has_port =
        |uri: &Uri| uri.authority().is_some_and(|authority| authority.as_str().len() > authority.host().len());
    read.is_some_and(|proxy| proxy.uri().port_u16().is_some() || !has_port(proxy.uri()))
}

/// Returns whether requests to a URI use a proxy, according to the value of `NO_PROXY`.
pub(crate) fn is_proxied(uri: &Uri, no_proxy: &str) -> bool {
    Matcher::builder().all("http://proxy").no(no_proxy.to_owned()).build().intercept(uri).is_some()
}

/// A proxy that a failed request went through.
pub(super) struct Obstacle {
    /// The host and port of the proxy, without user and password.
    proxy: String,
    fault: Fault,
}

/// The reason why a connection through a proxy failed.
enum Fault {
    /// The proxy was not reached, or the proxy did not reach the host.
    Unknown,
    /// The proxy is a SOCKS proxy. Without its feature `socks`, reqwest uses it as an HTTP proxy.
    Socks,
    /// The proxy refused to connect. The status is `None` if it is unknown.
    Refused(Option<u16>),
}

impl Obstacle {
    /// Adds the proxy to an error.
    pub(super) fn describe(self, error: TransportError) -> TransportError {
        let Self { proxy, fault } = self;
        let (error, detail) = match fault {
            Fault::Unknown => (error, format!("through the proxy {proxy}")),
            Fault::Socks => {
                (error, format!("through the SOCKS proxy {proxy}, which needs the feature socks of the crate reqwest"))
            }
            Fault::Refused(None) => (error, format!("the proxy {proxy} refused to connect")),
            Fault::Refused(Some(status)) => {
                // 502, 503 and 504 mean that the proxy cannot reach the host at the moment.
                let lasting = (400..500).contains(&status) && !matches!(status, 408 | 429);
                (
                    error.of(if lasting { Nature::Lasting } else { Nature::Passing }),
                    format!("the proxy {proxy} refused to connect with status {status}"),
                )
            }
        };
        error.with_detail(detail)
    }
}

/// Returns the proxy that refused or broke a connection. Returns `None` if the request used no
/// proxy, or failed later.
pub(super) async fn obstacle(error: &reqwest::Error) -> Option<Obstacle> {
    if !error.is_connect() {
        return None;
    }
    let uri: Uri = error.url()?.as_str().parse().ok()?;
    if is_loopback(&uri) {
        return None;
    }
    let proxy = Matcher::from_system().intercept(&uri)?;
    let authority = proxy.uri().authority()?.as_str();
    let texts: Vec<_> = chain(error).map(ToString::to_string).collect();
    let has_cause = |text: &str| texts.iter().any(|cause| cause.contains(text));
    let fault = if proxy.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks")) {
        Fault::Socks
    } else if has_cause("proxy authorization required") {
        Fault::Refused(Some(407))
    } else if has_cause("tunnel error: unsuccessful") {
        Fault::Refused(status(&uri, &proxy).await)
    } else {
        Fault::Unknown
    };
    Some(Obstacle { proxy: authority.to_owned(), fault })
}

/// Returns whether a URI is on this machine. Such requests use no proxy.
fn is_loopback(uri: &Uri) -> bool {
    uri.host().is_some_and(|host| match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    })
}

/// Returns the status with which a proxy refuses a connection. Requests the connection again,
/// because the HTTP client does not report the status.
async fn status(uri: &Uri, proxy: &Intercept) -> Option<u16> {
    let response = timeout(STATUS_TIMEOUT, connect(uri, proxy)).await;
    let head = response.ok()?.ok()?;
    // HTTP/1.1 403 Forbidden
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    (status != 200).then_some(status)
}

/// Sends `CONNECT` to a proxy, and returns the beginning of the response.
async fn connect(uri: &Uri, proxy: &Intercept) -> io::Result<String> {
    /// The most bytes to read: longer than any status line.
    const READ: usize = 256;
    let unfit = || io::Error::from(io::ErrorKind::Unsupported);
    let authority = proxy.uri().authority().filter(|_| proxy.uri().scheme_str() == Some("http")).ok_or_else(unfit)?;
    let host = uri.host().ok_or_else(unfit)?;
    let port = uri.port_u16().unwrap_or(443);
    let address = (authority.host().trim_matches(['[', ']']), authority.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await?;
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(authorization) = proxy.basic_auth() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let mut unsent = request.as_slice();
    while !unsent.is_empty() {
        stream.writable().await?;
        match stream.try_write(unsent) {
            Ok(sent) => unsent = unsent.get(sent..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    let mut head = Vec::with_capacity(READ);
    while head.len() < READ && !head.contains(&b'\n') {
        stream.readable().await?;
        let mut buffer = [0; READ];
        match stream.try_read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => head.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
