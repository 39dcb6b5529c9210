//! The proxies of the environment: which of them a request goes through, and what it says when it refuses.

use std::io;
use std::time::Duration;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Nature, TransportError, chain};

/// How long a proxy is asked for its status again.
const ASKED: Duration = Duration::from_secs(3);

/// Whether the HTTP client can read the URL of a proxy. One that it cannot read it ignores.
pub(crate) fn is_readable(proxy: &str) -> bool {
    let anywhere = Uri::from_static("http://example.com");
    let read = Matcher::builder().all(proxy.to_owned()).build().intercept(&anywhere);
    // A port that is not a number is read as none: the default port would be asked.
    let has_port =
        |uri: &Uri| uri.authority().is_some_and(|authority| authority.as_str().len() > authority.host().len());
    read.is_some_and(|proxy| proxy.uri().port_u16().is_some() || !has_port(proxy.uri()))
}

/// Whether requests to a URI go through a proxy if there is one, by the value of `NO_PROXY`.
pub(crate) fn is_proxied(uri: &Uri, no_proxy: &str) -> bool {
    Matcher::builder().all("http://proxy").no(no_proxy.to_owned()).build().intercept(uri).is_some()
}

/// A proxy that a failed request went through.
pub(super) struct Obstacle {
    /// Its host and port: never the password that may stand before them.
    proxy: String,
    fault: Fault,
}

/// What went wrong at a proxy.
enum Fault {
    /// It was not reached, or the host behind it was not.
    Unknown,
    /// It is a SOCKS proxy, which the HTTP client takes for one of HTTP unless it is built for SOCKS.
    Socks,
    /// It refused to connect, with this status if it is known.
    Refused(Option<u16>),
}

impl Obstacle {
    /// The same error, naming the proxy.
    pub(super) fn of(self, error: TransportError) -> TransportError {
        let Self { proxy, fault } = self;
        let (error, detail) = match fault {
            Fault::Unknown => (error, format!("through the proxy {proxy}")),
            Fault::Socks => {
                (error, format!("through the SOCKS proxy {proxy}, which needs the feature socks of the crate reqwest"))
            }
            Fault::Refused(None) => (error, format!("the proxy {proxy} refused to connect")),
            Fault::Refused(Some(status)) => {
                // A proxy that has no connection to the host at the moment says 502, 503 or 504.
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

/// The proxy that a connection failed at. `None` if the request did not go through one, or failed later.
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
    let says = |text: &str| texts.iter().any(|said| said.contains(text));
    let fault = if proxy.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks")) {
        Fault::Socks
    } else if says("proxy authorization required") {
        Fault::Refused(Some(407))
    } else if says("tunnel error: unsuccessful") {
        Fault::Refused(status(&uri, &proxy).await)
    } else {
        Fault::Unknown
    };
    Some(Obstacle { proxy: authority.to_owned(), fault })
}

/// What goes to this machine goes there directly.
fn is_loopback(uri: &Uri) -> bool {
    uri.host().is_some_and(|host| match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    })
}

/// Asks a proxy for a connection once more: the HTTP client does not tell with which status it refused the first.
async fn status(uri: &Uri, proxy: &Intercept) -> Option<u16> {
    let asked = timeout(ASKED, ask(uri, proxy)).await;
    let head = asked.ok()?.ok()?;
    // HTTP/1.1 403 Forbidden
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    (status != 200).then_some(status)
}

async fn ask(uri: &Uri, proxy: &Intercept) -> io::Result<String> {
    /// More than a status line.
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
