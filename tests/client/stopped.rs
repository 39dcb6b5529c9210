//! A process that was stopped (by a Lambda freeze or SIGSTOP) or busy: data that arrived in the
//! meantime is read, although every timer has expired.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use bedrock_lite::{Client, ConverseRequest, Credentials, Error, Message, RetryPolicy, Timeouts, TransportErrorKind};

use crate::support::{ScriptedServer, refusal, reply};

/// Every timeout of these tests. No machine is slow enough for it to expire by itself.
const TIMEOUT: Duration = Duration::from_secs(120);

const ANSWER: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#;

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model").message(Message::user("Hello"))
}

/// A server that sends one response in two parts. The test triggers the second part.
struct TwoParts {
    url: String,
    requested: Option<tokio::sync::oneshot::Receiver<()>>,
    go_on: Sender<()>,
    written: Receiver<()>,
}

impl TwoParts {
    fn start(first: Vec<u8>, second: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (request_read, requested) = tokio::sync::oneshot::channel();
        let (go_on, told) = channel();
        let (done, written) = channel();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            read_request(&mut stream);
            stream.write_all(&first).unwrap();
            request_read.send(()).unwrap();
            told.recv().unwrap();
            stream.write_all(&second).unwrap();
            done.send(()).unwrap();
            // The connection stays open. The response ends only by its length.
            let _ = stream.read(&mut [0]);
        });
        Self { url, requested: Some(requested), go_on, written }
    }

    fn client(&self, timeouts: Timeouts) -> Client {
        ScriptedServer::start([]).client().endpoint_url(&self.url).timeouts(timeouts).build().unwrap()
    }

    /// Simulates a stopped process: nothing in it runs while the server sends the second part, and
    /// then all timers have expired.
    async fn stop(&mut self) {
        if let Some(requested) = self.requested.take() {
            requested.await.unwrap();
        }
        tokio::time::pause();
        self.go_on.send(()).unwrap();
        self.written.recv().unwrap();
        tokio::time::advance(2 * TIMEOUT).await;
        tokio::time::resume();
    }
}

fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    // The body is JSON, and the headers contain no brace.
    while !request.ends_with(b"}") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the client disconnected");
        request.extend_from_slice(buffer.get(..read).unwrap());
    }
}

fn head(content_type: &str, length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n").into_bytes()
}

fn whole() -> Vec<u8> {
    [head("application/json", ANSWER.len()), ANSWER.into()].concat()
}

/// Returns each timeout on its own, and all of them together.
fn timeouts() -> [Timeouts; 4] {
    let far = Timeouts::new().response(Duration::MAX).stream_idle(Duration::MAX);
    [far.response(TIMEOUT), far.stream_idle(TIMEOUT), far.call(TIMEOUT), {
        Timeouts::new().response(TIMEOUT).stream_idle(TIMEOUT).call(TIMEOUT)
    }]
}

#[tokio::test]
async fn response_that_arrived_while_blocked_is_read() {
    let whole = whole();
    // With nothing received before, with part of the headers, and with part of the body.
    for at in [0, 20, whole.len() - 30] {
        for timeouts in timeouts() {
            let (first, second) = whole.split_at(at);
            let mut server = TwoParts::start(first.to_vec(), second.to_vec());
            let client = server.client(timeouts);
            let request = request();
            let (reply, ()) = tokio::join!(client.converse(&request), server.stop());
            assert_eq!(reply.unwrap().text(), "Hi", "{at} bytes before, {timeouts:?}");
        }
    }
}

#[tokio::test]
async fn error_that_arrived_while_blocked_is_returned() {
    let body = r#"{"message":"no"}"#;
    let head =
        format!("HTTP/1.1 400 x\r\nx-amzn-errortype: ValidationException\r\ncontent-length: {}\r\n\r\n", body.len());
    for (first, second) in [("", format!("{head}{body}")), (&*head, body.to_owned())] {
        for timeouts in timeouts() {
            let mut server = TwoParts::start(first.into(), second.clone().into());
            let client = server.client(timeouts);
            let request = request();
            let (result, ()) = tokio::join!(client.converse(&request), server.stop());
            assert!(matches!(&result, Err(Error::Service(e)) if e.message() == Some("no")), "{result:?}");
        }
    }
}

#[tokio::test]
async fn rest_of_a_stream_that_arrived_while_blocked_is_read() {
    let events = reply("Hi");
    let length = events.concat().len();
    let begun = [head("application/vnd.amazon.eventstream", length), events.first().unwrap().clone()].concat();
    let rest = events.get(1..).unwrap().concat();
    for timeouts in timeouts() {
        let mut server = TwoParts::start(begun.clone(), rest.clone());
        let client = server.client(timeouts);
        let mut stream = client.converse_stream(&request()).await.unwrap();
        assert!(stream.recv().await.unwrap().is_some());
        let ended = async { while stream.recv().await.unwrap().is_some() {} };
        tokio::join!(ended, server.stop());
        assert_eq!(stream.into_response().unwrap().text(), "Hi", "{timeouts:?}");
    }
    // The reader itself was busy, and nothing waited for the stream.
    for timeouts in timeouts() {
        let mut server = TwoParts::start(begun.clone(), rest.clone());
        let client = server.client(timeouts);
        let mut stream = client.converse_stream(&request()).await.unwrap();
        server.stop().await;
        while stream.recv().await.unwrap().is_some() {}
        assert_eq!(stream.into_response().unwrap().text(), "Hi", "{timeouts:?}");
    }
}

/// A sleep that ends when the test triggers it.
#[derive(Debug)]
struct Stopped(std::sync::Arc<tokio::sync::Notify>);

impl bedrock_lite::clock::Sleep for Stopped {
    fn sleep(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        let notify = std::sync::Arc::clone(&self.0);
        Box::pin(async move {
            notify.notify_one();
            tokio::time::sleep(Duration::from_secs(1)).await;
        })
    }
}

#[tokio::test]
async fn nothing_is_sent_after_the_call_timeout() {
    let server =
        ScriptedServer::start([refusal(503, "ServiceUnavailableException"), refusal(400, "ValidationException")]);
    let waits = std::sync::Arc::new(tokio::sync::Notify::new());
    let client = server.client().call_timeout(TIMEOUT).sleep(Stopped(std::sync::Arc::clone(&waits))).build().unwrap();
    let request = request();
    let (result, ()) = tokio::join!(client.converse(&request), async {
        waits.notified().await;
        tokio::time::pause();
        tokio::time::advance(2 * TIMEOUT).await;
        tokio::time::resume();
    });
    let error = result.unwrap_err();
    assert!(matches!(&error, Error::Transport(e) if e.kind() == TransportErrorKind::Call), "{error:?}");
    assert!(format!("{error:#}").contains("ServiceUnavailableException"), "{error:#}");
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

/// Nothing was sent yet, so connecting starts again, also when retries are off.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn connecting_starts_again_after_a_stop() {
    use std::net::{Ipv4Addr, SocketAddr};

    use socket2::{Domain, Socket, Type};

    // No connection is accepted while the queue is full.
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let listener = socket();
    listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let queue = || {
        let queued = socket();
        let _ = queued.connect_timeout(&address, Duration::from_millis(300));
        queued
    };
    let queued: Vec<_> = (0..3).map(|_| queue()).collect();
    let url = format!("http://{}", address.as_socket().unwrap());
    let timeouts = Timeouts::new().connect(TIMEOUT);
    let client = ScriptedServer::start([]).client().endpoint_url(url).timeouts(timeouts).retry(RetryPolicy::off());
    let (client, request) = (client.build().unwrap(), request());
    let (reply, ()) = tokio::join!(client.converse(&request), async {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        tokio::time::pause();
        drop(queued);
        thread::spawn(move || {
            for stream in TcpListener::from(listener).incoming() {
                let mut stream = stream.unwrap();
                // The queued connections have disconnected.
                if stream.peek(&mut [0]).is_ok_and(|read| read > 0) {
                    read_request(&mut stream);
                    stream.write_all(&whole()).unwrap();
                }
            }
        });
        tokio::time::advance(2 * TIMEOUT).await;
        tokio::time::resume();
    });
    assert_eq!((reply.as_ref().unwrap().text().as_str(), reply.unwrap().metadata().attempts()), ("Hi", 1));
}

#[cfg(unix)]
mod by_signal {
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::time::Instant;

    use super::*;

    /// Tells the test that it runs in the process to be stopped, and passes its input.
    const CHILD: &str = "BEDROCK_STOPPED_CHILD";
    /// The timeout in the process to be stopped. The test must stop the process before it expires.
    const SHORT: Duration = Duration::from_secs(6);

    /// This test in a new process that can be stopped.
    struct Stoppable(Child);

    impl Stoppable {
        fn spawn(test: &str, told: &str) -> Self {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args([&format!("stopped::by_signal::{test}"), "--exact"]).env(CHILD, told).stdout(Stdio::null());
            Self(command.spawn().unwrap())
        }

        fn signal(&self, signal: &str) {
            let status = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
            assert!(status.success());
        }

        /// Stops the process, runs `happens`, and continues the process when its timers have
        /// expired.
        fn stopped_while(mut self, happens: impl FnOnce()) {
            self.signal("-STOP");
            let stopped = Instant::now();
            happens();
            thread::sleep((SHORT + Duration::from_millis(500)).saturating_sub(stopped.elapsed()));
            self.signal("-CONT");
            let status = self.0.wait().unwrap();
            assert!(status.success(), "standard error of the process has the reason");
        }
    }

    impl Drop for Stoppable {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn response_that_arrived_while_stopped_is_read() {
        if let Ok(url) = std::env::var(CHILD) {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            let client = Client::builder()
                .environment([("", ""); 0])
                .region("us-east-1")
                .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
                .endpoint_url(url)
                .timeouts(Timeouts::new().connect(TIMEOUT).response(SHORT).call(SHORT))
                .retry(RetryPolicy::off());
            let client = client.build().unwrap();
            assert_eq!(runtime.block_on(client.converse(&request())).unwrap().text(), "Hi");
            return;
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let child = Stoppable::spawn("response_that_arrived_while_stopped_is_read", &url);
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&mut stream);
        child.stopped_while(|| stream.write_all(&whole()).unwrap());
    }

    #[cfg(feature = "chain")]
    #[test]
    fn output_of_a_credential_process_that_ended_while_stopped_is_read() {
        use bedrock_lite::ProvideCredentials as _;
        use bedrock_lite::credentials::{ProcessCredentials, ProviderConfig};

        const OUTPUT: &str = r#"{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"secret","SessionToken":"t","Expiration":"2099-01-01T00:00:00Z"}"#;
        if let Ok(folder) = std::env::var(CHILD) {
            let command = format!(
                "cd '{folder}' && touch begun && until test -e go-on; do sleep 0.05; done; echo '{OUTPUT}' && touch ended"
            );
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let provider = ProcessCredentials::new(&ProviderConfig::new(), command).timeout(SHORT);
            let credentials = runtime.block_on(provider.credentials()).unwrap();
            assert_eq!(credentials.access_key_id(), "AKIDEXAMPLE");
            return;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("stopped-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let test = "output_of_a_credential_process_that_ended_while_stopped_is_read";
        let child = Stoppable::spawn(test, folder.to_str().unwrap());
        let wait_for = |file: &str| {
            let begun = Instant::now();
            while !folder.join(file).exists() {
                assert!(begun.elapsed() < TIMEOUT, "{file} is not there");
                thread::sleep(Duration::from_millis(2));
            }
        };
        wait_for("begun");
        child.stopped_while(|| {
            std::fs::write(folder.join("go-on"), "").unwrap();
            wait_for("ended");
        });
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
