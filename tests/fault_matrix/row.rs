//! A row of the matrix: what the server does, and what the client must return. A row runs itself
//! and prints itself as a line of the table.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use bedrock_lite::runtime::PartialResponse;
use bedrock_lite::{
    ClientBuilder, ConverseRequest, CredentialsErrorKind, Error, Limits, Message, RetryPolicy, ServiceErrorKind,
    StreamErrorKind, TransportErrorKind,
};
use socket2::{Domain, Socket, Type};

use crate::credentials::Provider;
use crate::support::http2::{Answer, Http2Server};
use crate::support::{ScriptedServer, Step};

/// The timeout of rows that wait for one. It is long enough for a busy machine to do the steps
/// before.
const SHORT: Duration = Duration::from_millis(500);
/// Every other timeout. A row that waits for it has failed.
const LONG: Duration = Duration::from_secs(60);
/// The limit for "at once" on a busy machine; far below `LONG`.
const AT_ONCE: Duration = Duration::from_secs(10);

/// The size of a large request, in bytes.
const UPLOAD: usize = 8 << 20;
/// The limit of the response body for every row's client, in bytes.
pub(crate) const BODY_LIMIT: usize = 1 << 20;

/// The call of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Converse,
    ConverseStream,
    /// Converse with a request that exceeds the socket buffers of both sides.
    Upload,
}

/// The result of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The response is complete and correct.
    Complete,
    /// The response is complete, and the unknown event was returned.
    HandedOut,
    /// There is a response without a message.
    Empty,
    Transport(TransportErrorKind),
    Service(ServiceErrorKind),
    Stream(StreamErrorKind),
    /// Every event is returned; only `into_response` fails.
    NoReply(StreamErrorKind),
    Decode,
    Credentials(CredentialsErrorKind),
}

/// How soon the call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    AtOnce,
    /// Within this time after the last byte from the server. The connection stays open.
    Of(Duration),
    ConnectTimeout,
    CredentialsTimeout,
    ResponseTimeout,
    StreamIdleTimeout,
    CallTimeout,
    /// No timeout expires while bytes arrive.
    AsItArrives,
}

/// What is available after the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stays {
    Nothing,
    /// The text of `stream.partial()`.
    Text(&'static str),
    /// `partial()` has the text and the stop reason.
    Reply,
    /// `partial()` has these blocks, as JSON, and the stop reason.
    Content(&'static str),
    /// The message of the service, and the request ID.
    Message(&'static str),
    /// The text of `stream.partial()`, the message of the service, and the request ID.
    TextAndMessage(&'static str, &'static str),
    /// The beginning of the body, and the request ID.
    Body(&'static [u8]),
    /// The request ID.
    RequestId,
}

/// The server of the call.
#[derive(Debug, Clone)]
enum Server {
    /// Runs this script once per connection.
    Scripted(Vec<Step>),
    /// Runs this script as soon as it has read the request headers.
    Early(Vec<Step>),
    /// Runs this script on a connection that the client has used before.
    Used(Vec<Step>),
    /// Runs this script on a connection that is closed before the client reuses it.
    Ended(Vec<Step>),
    /// Runs one script per connection, in order.
    Changing(Vec<Vec<Step>>),
    /// Runs the first script for an earlier call, and then the second.
    After(Vec<Step>, Vec<Step>),
    /// HTTP/2, while the client leaves this many streams of the same connection unread.
    Http2(Answer, usize),
    /// Nothing listens.
    Closed,
    /// Neither accepts nor refuses connections.
    Deaf,
    /// Starts a separate server and returns its URL.
    At(fn() -> String),
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    ask: Ask,
    server: Server,
    pub(crate) says: Says,
    within: Within,
    attempts: u32,
    /// Retries are off.
    once: bool,
    stays: Stays,
    /// The provider of the credentials. Without one, the credentials are static.
    provider: Option<Provider>,
}

/// The outcome of a call.
struct Outcome {
    result: Result<String, Error>,
    /// Whether the stream ended without error and `into_response` failed.
    no_reply: bool,
    partial: Option<PartialResponse>,
    unknown_events: usize,
    attempts: u32,
}

impl Row {
    /// Creates a row for a fault that is reported at once, in the first attempt, and leaves
    /// nothing.
    pub(crate) fn new(ask: Ask, fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        let server = Server::Scripted(script);
        Self {
            fault,
            ask,
            server,
            says,
            within: Within::AtOnce,
            attempts: 1,
            once: false,
            stays: Stays::Nothing,
            provider: None,
        }
    }

    /// Creates a row with a credentials provider and one script per connection.
    pub(crate) fn provided(fault: &'static str, provider: Provider, scripts: Vec<Vec<Step>>, says: Says) -> Self {
        let server = Server::Changing(scripts);
        Self { server, provider: Some(provider), ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row in which nothing listens at the port.
    pub(crate) fn closed(fault: &'static str, says: Says) -> Self {
        Self { server: Server::Closed, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row in which the listener does not accept connections.
    pub(crate) fn deaf(fault: &'static str, says: Says) -> Self {
        Self { server: Server::Deaf, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row with a server that does not match the scheme of its URL, or is not trusted.
    pub(crate) fn at(fault: &'static str, start: fn() -> String, says: Says) -> Self {
        Self { server: Server::At(start), ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row in which every connection serves one request before the rest of the script.
    pub(crate) fn used(fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        Self { server: Server::Used(script), ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row in which every connection is closed after its first request. The next request
    /// is sent once.
    pub(crate) fn ended(fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        Self { server: Server::Ended(script), once: true, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row in which the server acts as soon as it has read the headers of a large
    /// request.
    pub(crate) fn early(fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        Self { server: Server::Early(script), ..Self::new(Ask::Upload, fault, Vec::new(), says) }
    }

    /// Switches retries off.
    pub(crate) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Creates a row in which the same client has had another response before.
    pub(crate) fn after(fault: &'static str, before: Vec<Step>, script: Vec<Step>, says: Says) -> Self {
        let server = Server::After(before, script);
        Self { server, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Creates a row with an HTTP/2 server and this many unread streams on its connection.
    pub(crate) fn http2(fault: &'static str, answer: Answer, unread: usize, says: Says) -> Self {
        let server = Server::Http2(answer, unread);
        Self { server, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    pub(crate) fn within(self, within: Within) -> Self {
        Self { within, ..self }
    }

    pub(crate) fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    pub(crate) fn stays(self, stays: Stays) -> Self {
        Self { stays, ..self }
    }

    /// Runs the row. Panics if the result differs, comes too late, takes other attempts, or leaves
    /// less.
    pub(crate) async fn run(&self) {
        // A busy machine may delay a thread, so a time limit that was met once counts as met.
        const TRIES: u32 = 5;
        for left in (0..TRIES).rev() {
            let scripts = match &self.server {
                Server::Scripted(script) | Server::Early(script) | Server::Used(script) | Server::Ended(script) => {
                    vec![script.clone(); 4]
                }
                Server::After(before, script) => {
                    std::iter::once(before.clone()).chain(vec![script.clone(); 4]).collect()
                }
                Server::Changing(scripts) => scripts.clone(),
                Server::Closed | Server::Deaf | Server::Http2(..) | Server::At(_) => Vec::new(),
            };
            let server = match self.server {
                Server::Early(_) => ScriptedServer::start_early(scripts),
                _ => ScriptedServer::start(scripts),
            };
            let http2 = self.http2_server();
            let begun = Instant::now();
            let outcome = self.call(&server, http2.as_ref()).await;
            let took = begun.elapsed();
            let requests = http2.as_ref().map_or_else(|| server.requests().len(), Http2Server::requests);
            self.check(requests, &outcome);
            if let Server::After(..) = self.server {
                assert_signed_at_one_time(&server.requests());
            }
            let late = server.last_sent().map(|sent| sent.elapsed());
            let kept = match self.within {
                Within::AtOnce | Within::AsItArrives => took < AT_ONCE,
                // The client may finish before the server has recorded when it sent the last byte.
                Within::Of(bound) => late.is_none_or(|late| late < bound),
                _ => (SHORT..AT_ONCE).contains(&took),
            };
            if kept {
                return;
            }
            assert!(left > 0, "{self}: it took {took:?}, {late:?} after the last byte");
        }
    }

    fn http2_server(&self) -> Option<Http2Server> {
        let Server::Http2(answer, _) = &self.server else { return None };
        let answer = answer.clone();
        Some(Http2Server::start(
            move |path| {
                if path.ends_with("/converse-stream") { Answer::Flood } else { answer.clone() }
            },
        ))
    }

    async fn call(&self, server: &ScriptedServer, http2: Option<&Http2Server>) -> Outcome {
        let deaf = matches!(self.server, Server::Deaf).then(Deaf::listen);
        let client = http2.map_or_else(|| server.client(), Http2Server::client);
        let client = self.client(client, deaf.as_ref()).build().unwrap();
        let text = if self.ask == Ask::Upload { "Hello ".repeat(UPLOAD / 6) } else { "Hello".into() };
        let request = ConverseRequest::new("a-model").message(Message::user(text));
        let failed = |error: Error| Outcome {
            attempts: error.attempts(),
            result: Err(error),
            no_reply: false,
            partial: None,
            unknown_events: 0,
        };
        if matches!(self.server, Server::Used(_) | Server::Ended(_)) {
            client.converse(&request).await.unwrap();
        }
        if matches!(self.server, Server::After(..)) {
            client.converse(&request).await.unwrap_err();
        }
        let mut unread = Vec::new();
        if let (Server::Http2(_, streams), Some(http2)) = (&self.server, http2) {
            // This much of an unread stream arrives.
            const WINDOW: usize = 512 * 1024;
            for _ in 0..*streams {
                unread.push(client.converse_stream(&request).await.unwrap());
            }
            while http2.flooded() < streams * (WINDOW - 64 * 1024) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        if matches!(self.server, Server::Ended(_)) {
            let begun = Instant::now();
            // The runtime must not notice the end before the next call.
            while server.ended() == 0 {
                assert!(begun.elapsed() < LONG, "{self}: the connection is open");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        if self.ask != Ask::ConverseStream {
            return match client.converse(&request).await {
                Ok(reply) => Outcome {
                    attempts: reply.metadata().attempts(),
                    result: Ok(reply.text()),
                    no_reply: false,
                    partial: None,
                    unknown_events: 0,
                },
                Err(error) => failed(error),
            };
        }
        let mut stream = match client.converse_stream(&request).await {
            Ok(stream) => stream,
            Err(error) => return failed(error),
        };
        let mut unknown_events = 0;
        let ended = loop {
            match stream.recv().await {
                Ok(Some(bedrock_lite::ConverseStreamOutput::Unknown { .. })) => unknown_events += 1,
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let (partial, attempts) = (Some(stream.partial()), stream.metadata().attempts());
        // `into_response` returns the same error.
        let whole = stream.into_response();
        let no_reply = ended.is_ok() && whole.is_err();
        let result = match (ended, whole) {
            (Ok(()), Ok(reply)) => Ok(reply.text()),
            (Err(error), Err(again)) => {
                assert_eq!(error.to_string(), again.to_string(), "{self}");
                Err(error)
            }
            (Ok(()), Err(error)) => Err(error),
            (Err(ended), Ok(whole)) => panic!("{self}: the stream ended with {ended:?}, its reply is {whole:?}"),
        };
        Outcome { result, no_reply, partial, unknown_events, attempts }
    }

    fn client(&self, client: ClientBuilder, deaf: Option<&Deaf>) -> ClientBuilder {
        let short = |within| if self.within == within { SHORT } else { LONG };
        let mut client = client
            .connect_timeout(short(Within::ConnectTimeout))
            .response_timeout(short(Within::ResponseTimeout))
            // Bytes that trickle in keep the stream alive. Only silence longer than this ends it.
            .stream_idle_timeout(if self.within == Within::AsItArrives {
                2 * SHORT
            } else {
                short(Within::StreamIdleTimeout)
            })
            .limits(Limits::new().body(BODY_LIMIT).memory(BODY_LIMIT));
        if let Some(provider) = self.provider {
            client = provider.give(client).credentials_timeout(short(Within::CredentialsTimeout));
        }
        if self.once {
            client = client.retry(RetryPolicy::off());
        }
        // The default would end the call as well. This shows that the call uses its own timeout.
        if self.within == Within::CallTimeout {
            client = client.call_timeout(SHORT);
        }
        let address = match (&self.server, deaf) {
            (Server::Closed, _) => std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(),
            (_, Some(deaf)) => deaf.address,
            (Server::At(start), _) => return client.endpoint_url(start()),
            _ => return client,
        };
        client.endpoint_url(format!("http://{address}"))
    }

    fn check(&self, received: usize, outcome: &Outcome) {
        let said = match &outcome.result {
            Ok(text) if text.is_empty() => Says::Empty,
            Ok(text) => {
                assert_eq!(text, "Hi", "{self}: another reply");
                if outcome.unknown_events > 0 { Says::HandedOut } else { Says::Complete }
            }
            Err(Error::Transport(error)) => Says::Transport(error.kind()),
            Err(Error::Service(error)) => Says::Service(error.kind()),
            Err(Error::Stream(error)) if outcome.no_reply => Says::NoReply(error.kind()),
            Err(Error::Stream(error)) => Says::Stream(error.kind()),
            Err(Error::Decode(_)) => Says::Decode,
            Err(Error::Credentials(error)) => Says::Credentials(error.kind()),
            Err(other) => panic!("{self}: {other:?}"),
        };
        assert_eq!(said, self.says, "{self}: {:?}", outcome.result);
        assert_eq!(outcome.attempts, self.attempts, "{self}: attempts, by the client; {:?}", outcome.result);
        let requests = match self.server {
            Server::Scripted(_) | Server::Early(_) | Server::Changing(_) => self.attempts as usize,
            // Plus the earlier request.
            Server::Used(_) | Server::Ended(_) | Server::After(..) => self.attempts as usize + 1,
            // A server that does not speak HTTP/2 reads no request.
            Server::Http2(Answer::Garbage, _) | Server::Closed | Server::Deaf | Server::At(_) => 0,
            Server::Http2(_, unread) => self.attempts as usize + unread,
        };
        assert_eq!(received, requests, "{self}: attempts, by the server");
        if let Err(error) = &outcome.result {
            let line = error.to_string();
            assert!(line.len() < 5000 && !line.contains(char::is_control), "{self}: {line:?}");
            assert!(
                line.starts_with("Converse") && (line.contains(" attempt") || line.contains("(not sent)")),
                "{self}: it does not name the call: {line}"
            );
            // If the body of an error stops, the error is returned with what arrived.
            let waits =
                !matches!(self.within, Within::AtOnce | Within::Of(_)) && !matches!(self.says, Says::Service(_));
            let models = self.says == Says::Service(ServiceErrorKind::ModelTimeout);
            assert_eq!(error.is_timeout(), waits || models, "{self}: {error:?}");
            if waits {
                let said = format!("{error:#}");
                assert!(said.contains(&format!("{SHORT:?}")), "{self}: it does not say after how long: {said}");
            }
        }
        self.check_what_stays(outcome);
    }

    fn check_what_stays(&self, outcome: &Outcome) {
        let text = outcome.partial.as_ref().map(|partial| partial.message.text()).unwrap_or_default();
        let body = match &outcome.result {
            Err(Error::Service(error)) => error.body(),
            Err(Error::Decode(error)) => error.body(),
            _ => &[],
        };
        let id = outcome.result.as_ref().err().and_then(Error::request_id);
        match self.stays {
            Stays::Nothing => assert_eq!(text, "", "{self}"),
            Stays::Text(expected) => {
                assert_eq!(text, expected, "{self}");
                assert!(outcome.result.is_ok() || id == Some("rid"), "{self}: {id:?}");
            }
            Stays::Reply => {
                assert!(outcome.partial.as_ref().is_some_and(|partial| partial.stop_reason.is_some()), "{self}");
                assert_eq!((text.as_str(), id), ("Hi", Some("rid")), "{self}");
            }
            Stays::Content(expected) => {
                let partial = outcome.partial.as_ref().unwrap();
                assert!(partial.stop_reason.is_some(), "{self}");
                assert_eq!(serde_json::to_string(&partial.message.content).unwrap(), expected, "{self}");
                assert_eq!(id, Some("rid"), "{self}");
            }
            Stays::Message(message) | Stays::TextAndMessage(_, message) => {
                let Err(Error::Service(error)) = &outcome.result else { panic!("{self}: {:?}", outcome.result) };
                assert_eq!((error.message(), id), (Some(message), Some("rid")), "{self}");
                assert_eq!(text, if let Stays::TextAndMessage(text, _) = self.stays { text } else { "" }, "{self}");
            }
            Stays::Body(expected) => {
                assert!(body.starts_with(expected), "{self}: {:?}", String::from_utf8_lossy(body));
                assert!(body.len() <= 4096, "{self}: {} bytes of the body are kept", body.len());
                assert_eq!(id, Some("rid"), "{self}");
            }
            Stays::RequestId => assert_eq!(id, Some("rid"), "{self}"),
        }
    }
}

/// Asserts that all requests are signed within the same hour.
fn assert_signed_at_one_time(requests: &[String]) {
    let time = |request: &String| {
        let time = request.split("x-amz-date: ").nth(1).unwrap().split('\r').next().unwrap();
        chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").unwrap()
    };
    let times: Vec<_> = requests.iter().map(time).collect();
    assert!(times.iter().all(|time| (*time - times[0]).num_hours() == 0), "{times:?}");
}

/// A listener with a full queue.
struct Deaf {
    address: SocketAddr,
    _listener: Socket,
    _queue: Vec<Socket>,
}

impl Deaf {
    fn listen() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let wait = |_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            // The first sockets fill the queue, and the last ones find it full.
            let _ = socket.connect_timeout(&address.into(), Duration::from_millis(20));
            socket
        };
        Self { address, _queue: (0..3).map(wait).collect(), _listener: listener }
    }
}

/// Formats the row as a line of the table.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, says, within, attempts, stays, .. } = self;
        // A complete response has no partial result.
        let stays = if matches!(says, Says::Complete | Says::HandedOut) { &Stays::Nothing } else { stays };
        write!(f, "| {fault} | {says} | {within} | {attempts} | {stays} |")
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => write!(f, "complete"),
            Self::HandedOut => write!(f, "complete; the event is returned as `Unknown`"),
            Self::Empty => write!(f, "a response without a message, `stopReason` and usage"),
            Self::Transport(kind) => write!(f, "`Transport`: `{kind:?}`"),
            Self::Service(kind) => write!(f, "`Service`: `{kind:?}`"),
            Self::Stream(kind) => write!(f, "`Stream`: `{kind:?}`"),
            Self::NoReply(kind) => {
                write!(f, "every event is returned; `into_response` fails with `Stream`: `{kind:?}`")
            }
            Self::Decode => write!(f, "`Decode`"),
            Self::Credentials(kind) => write!(f, "`Credentials`: `{kind:?}`"),
        }
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtOnce => write!(f, "at once"),
            Self::Of(bound) => write!(f, "within {} ms", bound.as_millis()),
            Self::ConnectTimeout => write!(f, "`connect_timeout` per attempt"),
            Self::CredentialsTimeout => write!(f, "`credentials_timeout`"),
            Self::CallTimeout => write!(f, "`call_timeout`"),
            Self::ResponseTimeout => write!(f, "`response_timeout`"),
            Self::StreamIdleTimeout => write!(f, "`stream_idle_timeout`"),
            Self::AsItArrives => write!(f, "with its last byte"),
        }
    }
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, ""),
            Self::Text(_) => write!(f, "text so far"),
            Self::Reply => write!(f, "reply up to `messageStop`"),
            Self::Content(_) => write!(f, "content of all events"),
            Self::TextAndMessage(..) => write!(f, "text so far, service message, request ID"),
            Self::Message(_) => write!(f, "service message, request ID"),
            Self::Body(_) => write!(f, "first bytes of the body, request ID"),
            Self::RequestId => write!(f, "request ID"),
        }
    }
}
