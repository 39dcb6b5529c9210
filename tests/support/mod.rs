//! What the tests share: a server that does as its script says, however wrong.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each test uses its part; a test that panics is a test that fails"
)]

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::{Client, ClientBuilder, Credentials, RetryPolicy};

/// One thing that the server does once it has read a request.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// Says nothing more, and waits until the client hangs up.
    Hang,
}

/// A server on a free port of 127.0.0.1: each connection gets one request read, one script done, and is closed.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    hang_ups: Arc<Mutex<usize>>,
}

impl ScriptedServer {
    /// Does these scripts, one a connection; more connections than scripts are closed at once.
    pub fn start(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), requests: Arc::default(), hang_ups: Arc::default() };
        let mut scripts: VecDeque<_> = scripts.into_iter().collect();
        let (requests, hang_ups) = (Arc::clone(&server.requests), Arc::clone(&server.hang_ups));
        // It ends with the test's process; while it waits it costs nothing.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let Some(script) = scripts.pop_front() else { continue };
                let (requests, hang_ups) = (Arc::clone(&requests), Arc::clone(&hang_ups));
                thread::spawn(move || serve(stream, &script, &requests, &hang_ups));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, heads and bodies.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How often a client hung up on a server that said nothing more.
    pub fn hang_ups(&self) -> usize {
        *self.hang_ups.lock().unwrap()
    }

    /// A client of this server that waits next to nothing between attempts.
    pub fn client(&self) -> ClientBuilder {
        Client::builder()
            .environment([("", ""); 0])
            .region("us-east-1")
            .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
            .endpoint_url(self.url())
            .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
    }
}

fn serve(mut stream: TcpStream, script: &[Step], requests: &Mutex<Vec<String>>, hang_ups: &Mutex<usize>) {
    let Some(request) = read_request(&mut stream) else { return };
    requests.lock().unwrap().push(request);
    for step in script {
        match step {
            Step::Send(bytes) => {
                if stream.write_all(bytes).is_err() {
                    return;
                }
            }
            Step::Pause(pause) => thread::sleep(*pause),
            Step::Hang => {
                // A client that hangs up is read as the end; one that resets, as an error.
                while stream.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
                *hang_ups.lock().unwrap() += 1;
            }
        }
    }
}

fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if request.len() >= end + 4 + length.unwrap_or(0) {
                return Some(String::from_utf8_lossy(&request).into_owned());
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
}

/// A whole answer.
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

/// An error of the service.
pub fn refusal(status: u16, code: &str) -> Vec<Step> {
    answer(status, &[("x-amzn-errortype", code), ("x-amzn-requestid", "rid-1")], r#"{"message":"no"}"#)
}

/// The head of a stream that ends when the connection does.
pub fn stream_head() -> Step {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\nx-amzn-requestid: rid-2\r\n\
                content-type: application/vnd.amazon.eventstream\r\n\r\n";
    Step::Send(head.into())
}

/// The frame of an event.
pub fn event(event_type: &str, payload: &str) -> Vec<u8> {
    encode(&Frame::event(event_type, "application/json", payload.to_owned())).unwrap().to_vec()
}

/// The frames of a whole reply of one text.
pub fn reply(text: &str) -> Vec<Vec<u8>> {
    vec![
        event("messageStart", r#"{"role":"assistant"}"#),
        event("contentBlockDelta", &format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{text}"}}}}"#)),
        event("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        event("messageStop", r#"{"stopReason":"end_turn"}"#),
        event("metadata", r#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#),
    ]
}
