//! An HTTP/2 server with TLS, with the certificate in `tests/tls`.

use std::future::poll_fn;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::profile::Files;
use bedrock_lite::{Client, ClientBuilder, Credentials, RetryPolicy};
use bytes::Bytes;
use h2::SendStream;
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

/// The authority that issued the certificate of the server.
pub const CA: &[u8] = include_bytes!("../tls/ca.pem");

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Sends a complete response with additional headers and a body.
    Whole(HeaderMap, &'static str),
    /// Streams events as fast as the client allows.
    Flood,
    /// Resets the stream without processing the request.
    Refuse,
    /// Sends bytes that are not HTTP/2 instead of the first frame of the connection.
    Garbage,
}

#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
    flooded: AtomicUsize,
}

/// An HTTP/2 server. It runs on its own thread until the process ends.
#[derive(Debug)]
pub struct Http2Server {
    port: u16,
    seen: Arc<Seen>,
}

impl Http2Server {
    /// Starts a server that responds to each request by its path.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let (seen, answer) = (Arc::clone(&server.seen), Arc::new(answer));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let tls = TlsAcceptor::from(tls());
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    seen.connections.fetch_add(1, Ordering::SeqCst);
                    let (tls, seen, answer) = (tls.clone(), Arc::clone(&seen), Arc::clone(&answer));
                    tokio::spawn(async move {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, &seen, &*answer).await;
                        }
                    });
                }
            });
        });
        server
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// Returns how many bytes of [`Answer::Flood`] the client allowed, over all streams.
    pub fn flooded(&self) -> usize {
        self.seen.flooded.load(Ordering::SeqCst)
    }

    /// Returns a client of this server with very short retry delays.
    pub fn client(&self) -> ClientBuilder {
        let ca = std::str::from_utf8(CA).unwrap();
        Client::builder()
            .environment([("AWS_CA_BUNDLE", "/ca.pem")])
            .files(Files::of([("/ca.pem", ca)]))
            .region("us-east-1")
            .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
            .endpoint_url(self.url())
            .connect_timeout(Duration::from_secs(30))
            .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
    }
}

fn tls() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("../tls/leaf.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../tls/leaf.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols.push(b"h2".to_vec());
    Arc::new(config)
}

type Stream = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;

async fn serve(mut stream: Stream, seen: &Arc<Seen>, answer: &(dyn Fn(&str) -> Answer + Send + Sync)) {
    if matches!(answer(""), Answer::Garbage) {
        // Not before the request, or the client might find its connection closed before it sends anything.
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await;
        let _ = stream.flush().await;
        // The client disconnects, because of what it read.
        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
        return;
    }
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        seen.requests.fetch_add(1, Ordering::SeqCst);
        let answer = answer(request.uri().path());
        tokio::spawn(respond_with(answer, request, respond, Arc::clone(seen)));
    }
}

/// Responds to one request. Returns `None` if the client disconnected.
async fn respond_with(
    answer: Answer,
    request: Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    seen: Arc<Seen>,
) -> Option<()> {
    let mut body = request.into_body();
    while let Some(chunk) = body.data().await {
        body.flow_control().release_capacity(chunk.ok()?.len()).ok()?;
    }
    match answer {
        Answer::Whole(headers, body) => {
            let mut response = Response::builder().header("x-amzn-requestid", "rid").body(()).unwrap();
            response.headers_mut().extend(headers);
            respond.send_response(response, false).ok()?.send_data(Bytes::from_static(body.as_bytes()), true).ok()
        }
        Answer::Flood => {
            let head = Response::builder().header("content-type", "application/vnd.amazon.eventstream");
            let mut stream = respond.send_response(head.body(()).unwrap(), false).ok()?;
            send(&mut stream, event("messageStart", r#"{"role":"assistant"}"#)).await?;
            let delta = event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"and on"}}"#).repeat(64);
            loop {
                send(&mut stream, delta.clone().into()).await?;
                seen.flooded.fetch_add(delta.len(), Ordering::SeqCst);
            }
        }
        Answer::Refuse => {
            respond.send_reset(h2::Reason::REFUSED_STREAM);
            None
        }
        Answer::Garbage => None,
    }
}

/// Reads up to the first HEADERS frame of a connection.
async fn read_request(stream: &mut Stream) {
    const PREFACE: usize = 24;
    const HEADERS: u8 = 1;
    let (mut read, mut frame) = (Vec::new(), PREFACE);
    loop {
        while let Some([a, b, c, kind, ..]) = read.get(frame..).filter(|rest: &&[u8]| rest.len() >= 9) {
            if *kind == HEADERS {
                return;
            }
            frame += 9 + (usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c));
        }
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await {
            Ok(length) if length > 0 => read.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
}

async fn send(stream: &mut SendStream<Bytes>, mut bytes: Bytes) -> Option<()> {
    while !bytes.is_empty() {
        stream.reserve_capacity(bytes.len());
        let allowed = poll_fn(|cx| stream.poll_capacity(cx)).await?.ok()?;
        stream.send_data(bytes.split_to(allowed.min(bytes.len())), false).ok()?;
    }
    Some(())
}

fn event(event_type: &str, payload: &str) -> Bytes {
    encode(&Frame::event(event_type, "application/json", payload.to_owned())).unwrap()
}
