//! Code that the test executables share. This file has a server that follows a script.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "each executable uses a part of this module; a panic in a test is a test failure"
)]

pub mod alike;
pub mod http2;
pub mod keep_alive;
pub mod recordings;
pub mod tls;
pub mod unknown;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::{Client, ClientBuilder, Credentials, RetryPolicy};
use socket2::SockRef;

/// One step of the server after it has read a request.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// Sends bytes one by one, with a pause after each.
    Trickle(Vec<u8>, Duration),
    /// Sends the same bytes this many times, or until the client disconnects.
    Flood(Vec<u8>, usize),
    /// Reads the next request of the connection.
    Request,
    /// Sends nothing more, and waits until the client disconnects.
    Hang,
    /// Resets the connection: the client reads an error, not an end.
    Reset,
    /// Sends a response that is made from the request.
    Echo(Echo),
}

/// Makes a response from the text of a request.
#[derive(Clone)]
pub struct Echo(pub Arc<Respond>);

/// Returns the response to the text of a request.
pub type Respond = dyn Fn(&str) -> Vec<u8> + Send + Sync;

impl std::fmt::Debug for Echo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Echo")
    }
}

/// A server on a free port of 127.0.0.1. On each connection it reads one request, runs one script,
/// and closes the connection.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    seen: Arc<Seen>,
}

/// What the server has seen of its clients.
#[derive(Debug, Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    hang_ups: AtomicUsize,
    ended: AtomicUsize,
    flooded: AtomicUsize,
    last_sent: Mutex<Option<Instant>>,
}

impl ScriptedServer {
    /// Starts a server with one script per connection. Further connections are closed at once.
    pub fn start(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        Self::start_reading(scripts, Reads::Requests)
    }

    /// Starts a server as [`start`](Self::start) does. Each script runs as soon as the request
    /// headers have arrived.
    pub fn start_early(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        Self::start_reading(scripts, Reads::Heads)
    }

    fn start_reading(scripts: impl IntoIterator<Item = Vec<Step>>, reads: Reads) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        if reads == Reads::Heads {
            // The socket must not buffer a large body before the server acts.
            SockRef::from(&listener).set_recv_buffer_size(32 << 10).unwrap();
        }
        let server = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let mut scripts: VecDeque<_> = scripts.into_iter().collect();
        let seen = Arc::clone(&server.seen);
        // The thread ends with the test process. It costs nothing while it waits.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let Some(script) = scripts.pop_front() else { continue };
                let seen = Arc::clone(&seen);
                thread::spawn(move || {
                    serve(stream, &script, &seen, reads);
                    seen.ended.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests so far, with headers and bodies.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Returns how often a client disconnected while the server was sending or silent.
    pub fn hang_ups(&self) -> usize {
        self.seen.hang_ups.load(Ordering::Relaxed)
    }

    /// Returns how many connections the server has closed.
    pub fn ended(&self) -> usize {
        self.seen.ended.load(Ordering::Relaxed)
    }

    /// Returns how many bytes of [`Step::Flood`] the clients took, including those in socket
    /// buffers.
    pub fn flooded(&self) -> usize {
        self.seen.flooded.load(Ordering::Relaxed)
    }

    /// Returns when [`Step::Send`] was last completed.
    pub fn last_sent(&self) -> Option<Instant> {
        *self.seen.last_sent.lock().unwrap()
    }

    /// Returns a client of this server with very short retry delays.
    pub fn client(&self) -> ClientBuilder {
        Client::builder()
            .environment([("", ""); 0])
            .region("us-east-1")
            .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
            .endpoint_url(self.url())
            .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
    }
}

/// How much of a request a server reads before it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    Requests,
    Heads,
}

fn serve(mut stream: TcpStream, script: &[Step], seen: &Seen, reads: Reads) {
    stream.set_nodelay(true).unwrap();
    let Some(mut request) = read_request(&mut stream, reads) else { return };
    seen.requests.lock().unwrap().push(request.clone());
    for step in script {
        match step {
            Step::Echo(Echo(response)) => {
                if stream.write_all(&response(&request)).is_err() {
                    seen.hang_ups.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
            Step::Send(bytes) => {
                if stream.write_all(bytes).is_err() {
                    seen.hang_ups.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                *seen.last_sent.lock().unwrap() = Some(Instant::now());
            }
            Step::Pause(pause) => thread::sleep(*pause),
            Step::Trickle(bytes, pause) => {
                for byte in bytes {
                    if stream.write_all(&[*byte]).is_err() {
                        seen.hang_ups.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    thread::sleep(*pause);
                }
            }
            Step::Flood(bytes, times) => {
                for _ in 0..*times {
                    if stream.write_all(bytes).is_err() {
                        seen.hang_ups.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    seen.flooded.fetch_add(bytes.len(), Ordering::Relaxed);
                }
            }
            Step::Request => {
                let Some(next) = read_request(&mut stream, reads) else { return };
                request = next;
                seen.requests.lock().unwrap().push(request.clone());
            }
            Step::Hang => {
                // A disconnect is read as the end, and a reset as an error.
                while stream.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
                seen.hang_ups.fetch_add(1, Ordering::Relaxed);
            }
            Step::Reset => {
                SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
                return;
            }
        }
    }
}

fn read_request(stream: &mut TcpStream, reads: Reads) -> Option<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if reads == Reads::Heads || request.len() >= end + 4 + length.unwrap_or(0) {
                return Some(String::from_utf8_lossy(&request).into_owned());
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Returns a complete response.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes =
        format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

/// Returns an error response of the service.
pub fn refusal(status: u16, code: &str) -> Vec<Step> {
    answer(status, &[("x-amzn-errortype", code), ("x-amzn-requestid", "rid-1")], r#"{"message":"no"}"#)
}

/// Returns the head of a stream that ends with the connection.
pub fn stream_head() -> Step {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\nx-amzn-requestid: rid-2\r\n\
                content-type: application/vnd.amazon.eventstream\r\n\r\n";
    Step::Send(head.into())
}

/// Returns the frame of an event.
pub fn event(event_type: &str, payload: &str) -> Vec<u8> {
    encode(&Frame::event(event_type, "application/json", payload.to_owned())).unwrap().to_vec()
}

/// Returns the frames of a complete reply with one text.
pub fn reply(text: &str) -> Vec<Vec<u8>> {
    vec![
        event("messageStart", r#"{"role":"assistant"}"#),
        event("contentBlockDelta", &format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{text}"}}}}"#)),
        event("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        event("messageStop", r#"{"stopReason":"end_turn"}"#),
        event("metadata", r#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#),
    ]
}
