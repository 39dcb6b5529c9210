//! Each timeout and each limit has its own error that names it, for a client and for a single call.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use bedrock_lite::{
    Client, ConverseRequest, Error, InvokeModelRequest, Limits, Message, RetryPolicy, ServiceErrorKind,
    StreamErrorKind, Timeouts, TransportErrorKind,
};

use crate::support::{ScriptedServer, Step, answer, event, reply, stream_head};

const SHORT: Duration = Duration::from_millis(80);

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model").message(Message::user("Hello"))
}

#[track_caller]
fn transport(error: &Error) -> (TransportErrorKind, Option<Duration>, bool) {
    match error {
        Error::Transport(transport) => (transport.kind(), transport.timeout(), error.is_timeout()),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn stream(error: &Error) -> (StreamErrorKind, bool) {
    match error {
        Error::Stream(stream) => (stream.kind(), error.is_timeout()),
        other => panic!("{other:?}"),
    }
}

/// Checks the complete text of an operation's error, except for the host.
#[track_caller]
fn assert_said(error: &Error, operation: &str, said: &str) {
    assert_eq!(error.to_string(), format!("{operation} at {}: {said}", error.host().unwrap()));
}

/// Returns an address where connections are neither accepted nor refused: the queue of the
/// listening socket is full.
fn black_hole() -> (TcpListener, Vec<std::net::TcpStream>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        queued.push(stream);
        assert!(queued.len() < 10_000, "the queue does not fill");
    }
    (socket, queued)
}

#[tokio::test]
async fn connect_timeout_names_itself() {
    let (hole, _queued) = black_hole();
    let url = format!("http://{}", hole.local_addr().unwrap());
    let client = ScriptedServer::start([]).client().endpoint_url(url).connect_timeout(SHORT).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    assert_eq!(transport(&error), (TransportErrorKind::Connect, Some(SHORT), true));
    assert_eq!(error.attempts(), 3);
    let said = error.to_string();
    let expected = format!("Converse at {}: no connection within 80ms", error.host().unwrap());
    // The system is still connecting, or has just been told to stop.
    let ends = [" (3 attempts)", ": tcp connect error (3 attempts)"];
    assert!(said.strip_prefix(&expected).is_some_and(|end| ends.contains(&end)), "{said}");

    // For a single call, shorter or longer.
    let begun = Instant::now();
    let timeouts = client.timeouts().connect(2 * SHORT);
    let error = client.with_timeouts(timeouts).with_retry(RetryPolicy::off()).converse(&request()).await.unwrap_err();
    assert_eq!(transport(&error), (TransportErrorKind::Connect, Some(2 * SHORT), true));
    assert!(begun.elapsed() >= 2 * SHORT);
}

#[tokio::test]
async fn response_timeout_names_itself() {
    let server = ScriptedServer::start((0..2).map(|_| vec![Step::Hang]));
    let client = server.client().response_timeout(SHORT).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    assert_eq!(transport(&error), (TransportErrorKind::Head, Some(SHORT), true));
    assert_eq!(error.attempts(), 1);
    assert_said(&error, "Converse", "no response within 80ms (1 attempt)");

    let patient = client.with_timeouts(client.timeouts().response(2 * SHORT));
    let error = patient.converse(&request()).await.unwrap_err();
    assert_eq!(transport(&error), (TransportErrorKind::Head, Some(2 * SHORT), true));
    assert_eq!(client.timeouts(), Timeouts::new().response(SHORT), "the client is unchanged");
}

#[tokio::test]
async fn idle_timeout_of_a_body_names_itself() {
    let begun = vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()), Step::Hang];
    let server = ScriptedServer::start([begun]);
    let error = server.client().stream_idle_timeout(SHORT).build().unwrap().converse(&request()).await.unwrap_err();
    assert_eq!(transport(&error), (TransportErrorKind::Body, Some(SHORT), true));
    assert_eq!(error.attempts(), 1);
    assert_said(&error, "Converse", "no more data of the response body within 80ms (1 attempt)");
}

#[tokio::test]
async fn idle_timeout_of_a_stream_restarts_with_every_byte() {
    let whole: Vec<u8> = reply("Hi").concat();
    // All pauses together exceed the timeout. Each pause is so much shorter that a busy machine
    // makes no difference.
    let idle = Duration::from_secs(3);
    let (slow, rest) = whole.split_at(12);
    let mut script = vec![stream_head()];
    for byte in slow {
        script.extend([Step::Send(vec![*byte]), Step::Pause(idle / 10)]);
    }
    script.push(Step::Send(rest.to_vec()));
    let mut stalled = vec![stream_head(), Step::Send(whole[..40].to_vec()), Step::Hang];
    stalled.insert(2, Step::Send(whole[40..200].to_vec()));
    let server = ScriptedServer::start([script, stalled]);
    let client = server.client().stream_idle_timeout(idle).build().unwrap();
    let begun = Instant::now();
    let mut events = client.converse_stream(&request()).await.unwrap();
    while events.recv().await.unwrap().is_some() {}
    assert_eq!(events.into_response().unwrap().text(), "Hi");
    assert!(begun.elapsed() > idle, "the stream took longer than the idle timeout");

    let mut events = client.converse_stream(&request()).await.unwrap();
    let error = loop {
        match events.recv().await {
            Ok(event) => assert!(event.is_some(), "a stream that is cut has no good end"),
            Err(error) => break error,
        }
    };
    assert_eq!(stream(&error), (StreamErrorKind::Idle, true));
    assert_said(&error, "ConverseStream", "the stream timed out: nothing arrived for 3s (1 attempt, request rid-2)");
}

#[tokio::test]
async fn call_timeout_includes_the_stream() {
    // One event every 10 ms, without end.
    let mut script = vec![stream_head(), Step::Send(event("messageStart", r#"{"role":"assistant"}"#))];
    for _ in 0..2000 {
        let delta = event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"x"}}"#);
        script.extend([Step::Send(delta), Step::Pause(Duration::from_millis(10))]);
    }
    let server = ScriptedServer::start([script, vec![Step::Hang], vec![stream_head(), Step::Hang]]);
    let client = server.client().build().unwrap();
    // Long enough for the stream to begin on any machine.
    let hurried = client.with_timeouts(client.timeouts().call(Duration::from_secs(3)));
    let mut events = hurried.converse_stream(&request()).await.unwrap();
    let error = loop {
        match events.recv().await {
            Ok(event) => assert!(event.is_some(), "a stream that is cut has no good end"),
            Err(error) => break error,
        }
    };
    assert_eq!(stream(&error), (StreamErrorKind::Call, true));
    assert_said(
        &error,
        "ConverseStream",
        "the call timed out: the stream did not end within 3s (1 attempt, request rid-2)",
    );
    assert!(events.partial().message.text().starts_with("xx"), "the partial response has what arrived");

    let hurried = client.with_timeouts(client.timeouts().call(2 * SHORT));
    for _ in 0..2 {
        let error = hurried.converse_stream(&request()).await.unwrap_err();
        let expected = (TransportErrorKind::Call, Some(2 * SHORT), true);
        assert_eq!(
            (transport(&error), error.attempts()),
            (expected, 1),
            "before the response head, and before the first event"
        );
    }
}

#[tokio::test]
async fn error_body_that_stops_is_returned_as_far_as_it_arrived() {
    let mut script = vec![Step::Send(
        b"HTTP/1.1 400 x\r\nx-amzn-errortype: ValidationException\r\ncontent-length: 9000\r\n\r\n{\"mess".to_vec(),
    )];
    script.push(Step::Hang);
    let server = ScriptedServer::start([script]);
    let client = server.client().stream_idle_timeout(SHORT).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    let Error::Service(service) = &error else { panic!("{error:?}") };
    assert_eq!((service.kind(), service.body()), (ServiceErrorKind::Validation, &b"{\"mess"[..]));
}

#[tokio::test]
async fn body_over_the_limit_is_an_error() {
    let text = |length: usize| "x".repeat(length);
    let server = ScriptedServer::start([
        answer(200, &[], text(1000)),
        answer(200, &[], text(1001)),
        answer(400, &[("x-amzn-errortype", "ValidationException")], text(1001)),
    ]);
    let limits = Limits::new().body(1000).error_body(100);
    let client = server.client().limits(limits).build().unwrap();
    let native = InvokeModelRequest::new("a-model", b"{}");
    assert_eq!(client.invoke_model(&native).await.unwrap().body.as_ref().len(), 1000);
    let error = client.invoke_model(&native).await.unwrap_err();
    assert_eq!(transport(&error), (TransportErrorKind::BodyTooLarge, None, false));
    assert_said(&error, "InvokeModel", "the response body exceeds the limit of 1000 bytes (1 attempt)");
    let error = client.invoke_model(&native).await.unwrap_err();
    let Error::Service(service) = &error else { panic!("{error:?}") };
    assert_eq!((service.kind(), service.body().len()), (ServiceErrorKind::Validation, 100));
}

#[tokio::test]
async fn stream_over_the_limit_is_an_error() {
    let delta = event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"and on"}}"#);
    let mut script = vec![stream_head(), Step::Send(event("messageStart", r#"{"role":"assistant"}"#))];
    script.extend((0..1000).map(|_| Step::Send(delta.clone())));
    script.push(Step::Hang);
    let server = ScriptedServer::start([script]);
    let client: Client = server.client().limits(Limits::new().body(20_000)).build().unwrap();
    let mut events = client.converse_stream(&request()).await.unwrap();
    let error = loop {
        match events.recv().await {
            Ok(event) => assert!(event.is_some(), "a stream that is cut has no good end"),
            Err(error) => break error,
        }
    };
    assert_eq!(stream(&error), (StreamErrorKind::TooLarge, false));
    assert_said(&error, "ConverseStream", "the stream exceeds the limit: 20000 bytes (1 attempt, request rid-2)");
    assert!(!error.is_retryable());
    assert!(events.partial().message.text().starts_with("and on"));
    drop(events);
    let begun = Instant::now();
    while server.hang_ups() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the connection is still open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn maximum_duration_means_no_timeout() {
    let begun = vec![stream_head(), Step::Pause(SHORT / 4), Step::Send(reply("Hi").concat())];
    let server = ScriptedServer::start([begun]);
    let never =
        Timeouts::new().connect(Duration::MAX).response(Duration::MAX).stream_idle(Duration::MAX).call(Duration::MAX);
    let client = server.client().timeouts(never).build().unwrap();
    let mut events = client.converse_stream(&request()).await.unwrap();
    while events.recv().await.unwrap().is_some() {}
    assert_eq!(events.into_response().unwrap().text(), "Hi");
}
