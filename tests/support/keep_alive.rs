//! A server that keeps its connections open. Each response depends on the text of its request.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// A request as it arrived.
#[derive(Debug)]
pub struct Received {
    pub path: String,
    pub body: Vec<u8>,
}

impl Received {
    /// Returns the text of the first message of a conversation.
    pub fn text(&self) -> String {
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        json["messages"][0]["content"][0]["text"].as_str().unwrap().to_owned()
    }
}

/// What happens to the connection after a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Wait for the next request.
    Keep,
    Close,
    /// Reset the connection: the client reads an error, not an end.
    Reset,
    /// Stay open and silent until the client disconnects.
    Hang,
}

/// The counters of the server.
#[derive(Debug, Default)]
pub struct Traffic {
    connections: AtomicUsize,
    open: AtomicUsize,
    requests: AtomicUsize,
    hang_ups: AtomicUsize,
    malformed: AtomicUsize,
}

/// A server on a free port of 127.0.0.1, with one thread per connection. It ends with the process.
#[derive(Debug)]
pub struct KeepAliveServer {
    pub address: SocketAddr,
    traffic: Arc<Traffic>,
}

impl KeepAliveServer {
    pub fn start(answer: impl Fn(&Received, &mut TcpStream) -> io::Result<Then> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), traffic: Arc::default() };
        let (traffic, answer) = (Arc::clone(&server.traffic), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                // For example, file descriptors have run out. Accepting again at once would only
                // spin.
                let Ok(stream) = stream else {
                    thread::sleep(Duration::from_millis(10));
                    continue;
                };
                let (traffic, answer) = (Arc::clone(&traffic), Arc::clone(&answer));
                traffic.connections.fetch_add(1, Ordering::SeqCst);
                traffic.open.fetch_add(1, Ordering::SeqCst);
                let connection = thread::Builder::new().stack_size(256 * 1024);
                connection
                    .spawn(move || {
                        serve(stream, &traffic, &*answer);
                        traffic.open.fetch_sub(1, Ordering::SeqCst);
                    })
                    .unwrap();
            }
        });
        server
    }

    /// Returns how many connections there have been.
    pub fn connections(&self) -> usize {
        self.traffic.connections.load(Ordering::SeqCst)
    }

    /// Returns how many connections are open.
    pub fn open(&self) -> usize {
        self.traffic.open.load(Ordering::SeqCst)
    }

    /// Returns how many complete requests were read.
    pub fn requests(&self) -> usize {
        self.traffic.requests.load(Ordering::SeqCst)
    }

    /// Returns how many responses ended with a disconnect of the client.
    pub fn hang_ups(&self) -> usize {
        self.traffic.hang_ups.load(Ordering::SeqCst)
    }

    /// Returns how many requests were invalid, or came before the response to the previous one.
    pub fn malformed(&self) -> usize {
        self.traffic.malformed.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, traffic: &Traffic, answer: &dyn Fn(&Received, &mut TcpStream) -> io::Result<Then>) {
    stream.set_nodelay(true).unwrap();
    while let Some(request) = receive(&mut stream, traffic) {
        traffic.requests.fetch_add(1, Ordering::SeqCst);
        match answer(&request, &mut stream) {
            Ok(Then::Keep) => {}
            Ok(Then::Close) => return,
            Ok(Then::Reset) => {
                let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
                return;
            }
            Ok(Then::Hang) => {
                while stream.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
                traffic.hang_ups.fetch_add(1, Ordering::SeqCst);
                return;
            }
            Err(_) => {
                traffic.hang_ups.fetch_add(1, Ordering::SeqCst);
                return;
            }
        }
    }
}

/// Reads the next request. Returns `None` if the connection ends before it is complete.
fn receive(stream: &mut TcpStream, traffic: &Traffic) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let line = head.lines().next().unwrap_or_default();
        let path = line.strip_prefix("POST ").and_then(|rest| rest.strip_suffix(" HTTP/1.1"));
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let (Some(path), Some(length)) = (path, length) else {
            traffic.malformed.fetch_add(1, Ordering::SeqCst);
            return None;
        };
        let mut body = bytes.split_off(end + 4);
        while body.len() < length {
            let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            body.extend_from_slice(&buffer[..read]);
        }
        if body.len() > length {
            traffic.malformed.fetch_add(1, Ordering::SeqCst);
            return None;
        }
        return Some(Received { path: path.to_owned(), body });
    }
}

/// Returns a response with a reply of `text` that keeps the connection open.
pub fn answer(text: &str) -> String {
    let body = converse_body(text);
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Writes a response with a reply of `text` that keeps the connection open.
pub fn reply(stream: &mut TcpStream, text: &str) -> io::Result<Then> {
    stream.write_all(answer(text).as_bytes())?;
    Ok(Then::Keep)
}

/// Returns the body of a reply of `text`.
pub fn converse_body(text: &str) -> String {
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"{text}"}}]}}}},"stopReason":"end_turn","usage":{{"inputTokens":1,"outputTokens":2,"totalTokens":3}},"metrics":{{"latencyMs":4}}}}"#
    )
}

/// Returns the bytes as one chunk of a chunked body.
pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// The head of a chunked stream.
pub const STREAM_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n\
      x-amzn-requestid: rid\r\ntransfer-encoding: chunked\r\n\r\n";

/// What a process holds: open file descriptors, and resident memory in bytes.
pub mod held {
    pub fn descriptors() -> usize {
        std::fs::read_dir("/proc/self/fd").unwrap().count()
    }

    pub fn memory() -> usize {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        4096 * pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap()
    }
}
