//! Large request bodies: early responses, refusals, and broken connections.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bedrock_lite::runtime::InvokeModelRequest;
use bedrock_lite::{Client, ClientBuilder, Error, RetryPolicy, TransportErrorKind};
use bytes::Bytes;
use socket2::SockRef;

use crate::support::{ScriptedServer, Step};

/// Bounds a hang. No test waits this long.
const HANG: Duration = Duration::from_secs(60);
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const REFUSAL: &[u8] = b"HTTP/1.1 413 x\r\nx-amzn-requestid: rid\r\ncontent-length: 16\r\n\r\n{\"message\":\"no\"}";

#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    open: AtomicUsize,
    requests: AtomicUsize,
}

impl Seen {
    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// What a server does after its early response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Reads the rest of the body, and the next request.
    Drain,
    /// Reads nothing more until the test ends.
    Ignore,
}

/// Starts a server that responds as soon as it has read the request headers.
fn early(response: &'static [u8], then: Then) -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // The kernel must not buffer the whole body.
    SockRef::from(&listener).set_recv_buffer_size(32 << 10).unwrap();
    let (url, seen) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(Seen::default()));
    let shared = Arc::clone(&seen);
    thread::spawn(move || {
        let mut ignored = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            shared.connections.fetch_add(1, Ordering::SeqCst);
            if then == Then::Ignore {
                read_head(&mut stream, &mut Vec::new()).unwrap();
                shared.requests.fetch_add(1, Ordering::SeqCst);
                stream.write_all(response).unwrap();
                ignored.push(stream);
                continue;
            }
            let seen = Arc::clone(&shared);
            thread::spawn(move || {
                seen.open.fetch_add(1, Ordering::SeqCst);
                drain(&mut stream, response, &seen);
                seen.open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (url, seen)
}

/// Reads up to the end of the headers. Returns the length of the headers and the announced length
/// of the body.
fn read_head(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<(usize, usize)> {
    let mut buffer = [0; 8 << 10];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(bytes.get(..end)?).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            return Some((end + 4, length.unwrap()));
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(buffer.get(..read)?);
    }
}

fn drain(stream: &mut TcpStream, response: &[u8], seen: &Seen) -> Option<()> {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let (head, body) = read_head(stream, &mut bytes)?;
        seen.requests.fetch_add(1, Ordering::SeqCst);
        stream.write_all(response).ok()?;
        // Lets the client read the response before the rest of its body is written.
        thread::sleep(Duration::from_millis(2));
        // Bytes after the body belong to the next request.
        while bytes.len() < head + body {
            let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(buffer.get(..read)?);
        }
        bytes.drain(..head + body);
    }
}

/// Returns a client with an API key. Hashing large bodies for a signature would take most of the
/// time.
fn client(url: &str) -> ClientBuilder {
    Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .api_key("key")
        .endpoint_url(url)
        .response_timeout(HANG)
        .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
}

fn upload(bytes: usize) -> InvokeModelRequest {
    InvokeModelRequest::new("a-model", vec![b' '; bytes])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connection_with_an_early_response_is_not_reused() {
    // More than the socket buffers of both sides hold.
    let (url, seen) = early(ANSWER, Then::Ignore);
    let client = client(&url).retry(RetryPolicy::off()).build().unwrap();
    let request = upload(8 << 20);
    for call in 1..=30 {
        client.invoke_model(&request).await.unwrap();
        assert_eq!((seen.requests(), seen.connections()), (call, call));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_continue_after_early_responses_without_leaking_connections() {
    for response in [ANSWER, REFUSAL] {
        let (url, seen) = early(response, Then::Drain);
        let client = client(&url).retry(RetryPolicy::off()).build().unwrap();
        let sizes = [1 << 20, 3 << 20, 100_000, 17 << 10, 1000];
        let requests = sizes.map(upload);
        for _ in 0..60 {
            for request in &requests {
                let result = client.invoke_model(request).await;
                assert_eq!(result.is_ok(), response == ANSWER, "{:?}", result.err());
            }
        }
        assert_eq!(seen.requests(), 300, "each call is sent once");
        // A few connections may be pooled. hyper keeps one for each call with an early response.
        let begun = Instant::now();
        while seen.open.load(Ordering::SeqCst) > 4 {
            assert!(begun.elapsed() < HANG, "{} connections are open", seen.open.load(Ordering::SeqCst));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn refusal_is_read_although_the_server_reads_nothing_more() {
    // The script continues when the client has closed the connection.
    let server = ScriptedServer::start_early([vec![Step::Send(REFUSAL.into()), Step::Hang]]);
    let error = client(&server.url()).build().unwrap().invoke_model(&upload(8 << 20)).await.unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.attempts()), (Some(413), 1), "{error:?}");
    assert_eq!(error.request_id(), Some("rid"));
    let begun = Instant::now();
    while server.hang_ups() == 0 {
        assert!(begun.elapsed() < HANG, "the client keeps the connection in the pool");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn refused_upload_is_not_retried() {
    const CALLS: usize = 40;
    let script = vec![Step::Send(REFUSAL.into()), Step::Reset];
    let server = ScriptedServer::start_early((0..2 * CALLS).map(|_| script.clone()));
    let client = client(&server.url()).build().unwrap();
    let (request, mut read) = (upload(8 << 20), 0);
    for _ in 0..CALLS {
        match client.invoke_model(&request).await.unwrap_err() {
            Error::Service(error) if error.status().as_u16() == 413 => read += 1,
            // The reset overtook the response.
            Error::Transport(error) if error.kind() == TransportErrorKind::Head => assert!(!error.is_retryable()),
            error => panic!("{error:?}"),
        }
    }
    println!("{read} of {CALLS} refusals were read");
    assert_eq!(server.requests().len(), CALLS);
}

#[tokio::test]
async fn upload_that_breaks_on_a_reused_connection_is_retried_on_a_new_one() {
    let body = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let used = vec![Step::Send(body.to_vec()), Step::Request, Step::Reset];
    let server = ScriptedServer::start_early([used, vec![Step::Send(body.to_vec()), Step::Hang]]);
    let client = client(&server.url()).build().unwrap();
    client.invoke_model(&upload(0)).await.unwrap();
    let response = client.invoke_model(&upload(8 << 20)).await.unwrap();
    assert_eq!(response.metadata().attempts(), 2);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn large_body_arrives_complete_with_its_length() {
    let server = ScriptedServer::start([vec![Step::Send(ANSWER.into())]]);
    let text: String = (0..300_000).map(|n| char::from(b'a' + u8::try_from(n % 23).unwrap())).collect();
    let request = InvokeModelRequest::new("a-model", Bytes::from(text.clone()));
    client(&server.url()).build().unwrap().invoke_model(&request).await.unwrap();
    let requests = server.requests();
    let sent = requests.first().unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert!(head.to_ascii_lowercase().contains("content-length: 300000"), "{head}");
    assert!(!head.to_ascii_lowercase().contains("transfer-encoding"), "{head}");
    assert!(body == text, "the body was changed");
}
