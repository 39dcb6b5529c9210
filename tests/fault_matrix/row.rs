//! A row of the matrix: what the server does, what the client must say; run, and written as a line of a table.

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

/// The time-out of rows that wait for one: long enough for a busy machine to do what comes before.
const SHORT: Duration = Duration::from_millis(500);
/// Every other time-out: whatever waits for it has failed its row.
const LONG: Duration = Duration::from_secs(60);
/// What "at once" may take on a busy machine; far below `LONG`.
const AT_ONCE: Duration = Duration::from_secs(10);

/// The size of a large request, in bytes.
const UPLOAD: usize = 8 << 20;
/// The most that a client of a row takes of an answer, in bytes.
pub(crate) const BODY_LIMIT: usize = 1 << 20;

/// How the client asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Converse,
    ConverseStream,
    /// Converse, with more of a request than the sockets of both sides hold.
    Upload,
}

/// What the client says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The reply is whole and right.
    Complete,
    /// The reply is whole; the event that nobody knows was handed out.
    HandedOut,
    /// There is a response, and it has no message.
    Empty,
    Transport(TransportErrorKind),
    Service(ServiceErrorKind),
    Stream(StreamErrorKind),
    /// Every event is handed out; `into_response` alone fails.
    NoReply(StreamErrorKind),
    Decode,
    Credentials(CredentialsErrorKind),
}

/// How soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    AtOnce,
    /// So long after the server sent its last byte; the connection stays open.
    Of(Duration),
    ConnectTimeout,
    CredentialsTimeout,
    ResponseTimeout,
    StreamIdleTimeout,
    CallTimeout,
    /// No time-out strikes while something arrives.
    AsItArrives,
}

/// What can be had after the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stays {
    Nothing,
    /// The text of `stream.partial()`.
    Text(&'static str),
    /// `partial()` has the text and why the model stopped.
    Reply,
    /// `partial()` has these blocks, as JSON, and why the model stopped.
    Content(&'static str),
    /// What the service said, and the request id.
    Message(&'static str),
    /// The same, and the text of `stream.partial()`.
    TextAndMessage(&'static str, &'static str),
    /// What the body began with, and the request id.
    Body(&'static [u8]),
    /// The request id.
    RequestId,
}

/// Who is asked.
#[derive(Debug, Clone)]
enum Server {
    /// Does this once a connection.
    Scripted(Vec<Step>),
    /// The same, as soon as it has read the head of a request.
    Early(Vec<Step>),
    /// The same; the client has used the connection before.
    Used(Vec<Step>),
    /// The same; it has ended before the client uses it again.
    Ended(Vec<Step>),
    /// Does each of these once a connection, one after the other.
    Changing(Vec<Vec<Step>>),
    /// Does the first once, for a call before, and then the second.
    After(Vec<Step>, Vec<Step>),
    /// HTTP/2, while the client leaves so many streams of the same connection unread.
    Http2(Answer, usize),
    /// Nothing listens.
    Closed,
    /// Takes no connection, and refuses none.
    Deaf,
    /// Starts a server of its own and gives its URL.
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
    /// Nothing is retried.
    once: bool,
    stays: Stays,
    /// Who gives the credentials; they do not change without.
    provider: Option<Provider>,
}

/// What came of a call.
struct Outcome {
    result: Result<String, Error>,
    /// Whether the stream ended well and only its reply is an error.
    no_reply: bool,
    partial: Option<PartialResponse>,
    unknown_events: usize,
    attempts: u32,
}

impl Row {
    /// A fault that is told at once, in the first attempt, and leaves nothing.
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

    /// A provider gives the credentials, and each connection has a script of its own.
    pub(crate) fn provided(fault: &'static str, provider: Provider, scripts: Vec<Vec<Step>>, says: Says) -> Self {
        let server = Server::Changing(scripts);
        Self { server, provider: Some(provider), ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Nothing listens at the port.
    pub(crate) fn closed(fault: &'static str, says: Says) -> Self {
        Self { server: Server::Closed, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Whoever listens at the port takes no connection.
    pub(crate) fn deaf(fault: &'static str, says: Says) -> Self {
        Self { server: Server::Deaf, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// A server that does not speak, or is not trusted in, what its URL says.
    pub(crate) fn at(fault: &'static str, start: fn() -> String, says: Says) -> Self {
        Self { server: Server::At(start), ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Every connection answers one request; then the server does the rest of the script.
    pub(crate) fn used(fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        Self { server: Server::Used(script), ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// Every connection answers one request and has ended before the next, which is sent once.
    pub(crate) fn ended(fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        Self { server: Server::Ended(script), once: true, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// The server acts as soon as it has read the head of a large request.
    pub(crate) fn early(fault: &'static str, script: Vec<Step>, says: Says) -> Self {
        Self { server: Server::Early(script), ..Self::new(Ask::Upload, fault, Vec::new(), says) }
    }

    /// The client retries nothing.
    pub(crate) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// The same client has had another answer before.
    pub(crate) fn after(fault: &'static str, before: Vec<Step>, script: Vec<Step>, says: Says) -> Self {
        let server = Server::After(before, script);
        Self { server, ..Self::new(Ask::Converse, fault, Vec::new(), says) }
    }

    /// A server of HTTP/2, of whose connection so many streams are left unread.
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

    /// Runs the row; panics where the client says anything else, too late, too often, or with less left.
    pub(crate) async fn run(&self) {
        // A busy machine may hold a thread up: a time that was kept once can be kept.
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
                // The client may be done before the server has written down when it sent the last byte.
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
            // So much of a stream arrives that nobody reads.
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
            // The runtime shall not see the end before the next call.
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
        // Whoever asks for the whole reply is told the same.
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
            // Silence that is shorter than this is none: bytes that trickle end nothing.
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
        // So that it shows that the call waits for it: it must not be the default that does.
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
            // The one before.
            Server::Used(_) | Server::Ended(_) | Server::After(..) => self.attempts as usize + 1,
            // A server that speaks no HTTP/2 reads no request.
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
            // Of an error whose body stops, what has arrived is the error.
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

/// The requests are signed within the same hour.
fn assert_signed_at_one_time(requests: &[String]) {
    let time = |request: &String| {
        let time = request.split("x-amz-date: ").nth(1).unwrap().split('\r').next().unwrap();
        chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").unwrap()
    };
    let times: Vec<_> = requests.iter().map(time).collect();
    assert!(times.iter().all(|time| (*time - times[0]).num_hours() == 0), "{times:?}");
}

/// A listener whose queue is full.
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
            // The first fill the queue, the last find it full.
            let _ = socket.connect_timeout(&address.into(), Duration::from_millis(20));
            socket
        };
        Self { address, _queue: (0..3).map(wait).collect(), _listener: listener }
    }
}

/// The row as a line of the table.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, says, within, attempts, stays, .. } = self;
        // A reply that is complete is all there.
        let stays = if matches!(says, Says::Complete | Says::HandedOut) { &Stays::Nothing } else { stays };
        write!(f, "| {fault} | {says} | {within} | {attempts} | {stays} |")
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => write!(f, "complete"),
            Self::HandedOut => write!(f, "complete; the event is handed out as `Unknown`"),
            Self::Empty => write!(f, "a response without a message, `stopReason` and usage"),
            Self::Transport(kind) => write!(f, "`Transport`: `{kind:?}`"),
            Self::Service(kind) => write!(f, "`Service`: `{kind:?}`"),
            Self::Stream(kind) => write!(f, "`Stream`: `{kind:?}`"),
            Self::NoReply(kind) => {
                write!(f, "every event is handed out; `into_response` fails with `Stream`: `{kind:?}`")
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
            Self::Of(bound) => write!(f, "{} ms", bound.as_millis()),
            Self::ConnectTimeout => write!(f, "`connect_timeout`, each time"),
            Self::CredentialsTimeout => write!(f, "`credentials_timeout`"),
            Self::CallTimeout => write!(f, "`call_timeout`"),
            Self::ResponseTimeout => write!(f, "`response_timeout`"),
            Self::StreamIdleTimeout => write!(f, "`stream_idle_timeout`"),
            Self::AsItArrives => write!(f, "as it arrives"),
        }
    }
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, ""),
            Self::Text(_) => write!(f, "the text so far"),
            Self::Reply => write!(f, "the reply as far as `messageStop`"),
            Self::Content(_) => write!(f, "the content of all events"),
            Self::TextAndMessage(..) => write!(f, "the text so far, AWS's message, request id"),
            Self::Message(_) => write!(f, "AWS's message, request id"),
            Self::Body(_) => write!(f, "the body's first bytes, request id"),
            Self::RequestId => write!(f, "request id"),
        }
    }
}
