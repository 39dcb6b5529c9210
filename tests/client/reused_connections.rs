//! Connections that have served a request before, and calls that find them closed.

use std::collections::HashMap;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use bedrock_lite::{
    Client, ClientBuilder, ConverseRequest, ConverseResponse, Credentials, Error, Message, RetryPolicy,
    TransportErrorKind,
};
use socket2::SockRef;
use tokio::task::JoinSet;

use crate::support::keep_alive::{KeepAliveServer, Then, reply};

/// Bounds a hang. No test waits this long.
const HANG: Duration = Duration::from_secs(60);

fn client(server: &KeepAliveServer) -> ClientBuilder {
    Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
        .endpoint_url(format!("http://{}", server.address))
        .response_timeout(HANG)
        .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
}

async fn call(client: &Client) -> Result<ConverseResponse, Error> {
    client.converse(&ConverseRequest::new("a-model").message(Message::user("Hello"))).await
}

/// Makes `calls` calls at once. The server responds when all of them have arrived, so each has a
/// connection.
async fn calls_at_once(client: &Client, calls: usize) {
    let mut all = JoinSet::new();
    for _ in 0..calls {
        let client = client.clone();
        all.spawn(async move { call(&client).await.unwrap() });
    }
    all.join_all().await;
}

/// Starts a server that responds to `calls` requests together, each on its own connection, and then
/// handles later requests with `later`.
fn server_of(calls: usize, later: impl Fn(&mut TcpStream, bool) -> Then + Send + Sync + 'static) -> Server {
    let (together, streams) = (Barrier::new(calls), Arc::new(Mutex::new(Vec::new())));
    let (accepted, seen) = (Arc::clone(&streams), Mutex::new(HashMap::<SocketAddr, usize>::new()));
    let server = KeepAliveServer::start(move |_, stream| {
        let peer = stream.peer_addr().unwrap();
        let (connections, requests) = {
            let mut seen = seen.lock().unwrap();
            *seen.entry(peer).or_default() += 1;
            (seen.len(), seen.get(&peer).copied().unwrap_or_default())
        };
        if connections <= calls && requests == 1 {
            accepted.lock().unwrap().push(stream.try_clone().unwrap());
            together.wait();
            return reply(stream, "Hi");
        }
        Ok(later(stream, requests > 1))
    });
    Server { server, streams }
}

struct Server {
    server: KeepAliveServer,
    /// The connections that received a response together.
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Server {
    /// Drops the handles of the connections, so that a connection is closed when its thread closes
    /// it.
    fn let_go(&self) {
        self.streams.lock().unwrap().clear();
    }

    /// Closes all connections, and blocks the thread until they are closed.
    fn end_all(&self, reset: bool) {
        for stream in self.streams.lock().unwrap().drain(..) {
            if reset {
                SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
            }
            let _ = stream.shutdown(if reset { Shutdown::Read } else { Shutdown::Both });
        }
        let begun = Instant::now();
        while self.server.open() > 0 {
            assert!(begun.elapsed() < HANG, "{} connections are open", self.server.open());
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn answers(stream: &mut TcpStream, _: bool) -> Then {
    reply(stream, "Hi").unwrap()
}

/// Resets the connection when a second request arrives on it.
fn resets_used(stream: &mut TcpStream, used: bool) -> Then {
    if used { Then::Reset } else { answers(stream, used) }
}

#[tokio::test]
async fn connections_that_closed_while_idle_are_not_used() {
    const DEAD: usize = 8;
    for reset in [false, true] {
        let server = server_of(DEAD, answers);
        let client = client(&server.server).retry(RetryPolicy::off()).build().unwrap();
        calls_at_once(&client, DEAD).await;
        assert_eq!(server.server.connections(), DEAD);
        // The runtime does not run during this time, so the client does not notice.
        server.end_all(reset);
        let response = call(&client).await.unwrap();
        assert_eq!(response.metadata().attempts(), 1, "reset: {reset}");
        assert_eq!((server.server.connections(), server.server.requests()), (DEAD + 1, DEAD + 1), "reset: {reset}");
        assert_eq!(client.retry_quota().tokens(), 500, "reset: {reset}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_a_broken_reused_connection_takes_a_new_one() {
    const DEAD: usize = 8;
    let server = server_of(DEAD, resets_used);
    let client = client(&server.server).build().unwrap();
    calls_at_once(&client, DEAD).await;
    server.let_go();
    let response = call(&client).await.unwrap();
    // The server had read the request, so sending it again counts as a retry.
    assert_eq!(response.metadata().attempts(), 2);
    assert_eq!((server.server.connections(), server.server.requests()), (DEAD + 1, DEAD + 2));
    assert_eq!(client.retry_quota().tokens(), 500, "the retry succeeded, and its cost is returned");
}

#[tokio::test]
async fn request_that_the_server_has_read_is_not_resent_without_retries() {
    let server = server_of(1, resets_used);
    let client = client(&server.server).retry(RetryPolicy::off()).build().unwrap();
    call(&client).await.unwrap();
    server.let_go();
    let error = call(&client).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(e) if e.kind() == TransportErrorKind::Head), "{error:?}");
    assert_eq!((error.attempts(), server.server.requests()), (1, 2));
    // The next call is not affected.
    call(&client).await.unwrap();
    assert_eq!(server.server.requests(), 3);
}

#[tokio::test]
async fn exhausted_quota_ends_a_call_on_a_broken_reused_connection() {
    let server = server_of(1, resets_used);
    let quota = bedrock_lite::retry::RetryQuota::with_tokens(12);
    let client = client(&server.server).retry_quota(quota).build().unwrap();
    call(&client).await.unwrap();
    server.let_go();
    assert_eq!(call(&client).await.unwrap_err().attempts(), 1);
    assert_eq!(server.server.requests(), 2);
}
