//! The client over a real connection: retries, timeouts, and the ends of streams.

use std::time::{Duration, Instant};

use bedrock_lite::runtime::{AsyncInvokeS3OutputDataConfig, ConverseStreamOutput, StartAsyncInvokeRequest};
use bedrock_lite::{
    ApiKey, Client, ConfigErrorKind, ConverseRequest, Credentials, Error, InvokeModelRequest, Message, RetryPolicy,
    ServiceErrorKind, StreamErrorKind, TransportErrorKind,
};

use crate::support::{self, ScriptedServer, Step, answer, event, refusal, reply, stream_head};

const ANSWER: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",
    "usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#;

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model").message(Message::user("Hello"))
}

fn frames(frames: impl IntoIterator<Item = Vec<u8>>) -> Vec<Step> {
    [stream_head()].into_iter().chain(frames.into_iter().map(Step::Send)).collect()
}

fn service_kind(error: &Error) -> ServiceErrorKind {
    match error {
        Error::Service(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

fn stream_kind(error: &Error) -> StreamErrorKind {
    match error {
        Error::Stream(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn throttling_is_retried_with_a_new_signature() {
    let server = ScriptedServer::start([
        refusal(429, "ThrottlingException"),
        refusal(503, "ServiceUnavailableException"),
        answer(200, &[], ANSWER),
    ]);
    let reply = server.client().build().unwrap().converse(&request()).await.unwrap();
    assert_eq!(reply.text(), "Hi");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.matches("AWS4-HMAC-SHA256").count() == 1), "{requests:?}");
}

#[tokio::test]
async fn exhausted_attempts_are_reported() {
    let server = ScriptedServer::start((0..5).map(|_| refusal(429, "ThrottlingException")));
    let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
    assert!(error.is_throttling() && error.is_retryable());
    assert_eq!((error.attempts(), server.requests().len()), (3, 3));
    assert_eq!(error.request_id(), Some("rid-1"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    for (status, code, kind) in [
        (400, "ValidationException", ServiceErrorKind::Validation),
        (403, "AccessDeniedException", ServiceErrorKind::AccessDenied),
        (408, "ModelTimeoutException", ServiceErrorKind::ModelTimeout),
        (424, "ModelErrorException", ServiceErrorKind::ModelError),
    ] {
        let server = ScriptedServer::start([refusal(status, code), answer(200, &[], ANSWER)]);
        let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
        assert_eq!((service_kind(&error), error.attempts(), server.requests().len()), (kind, 1, 1));
    }
}

#[tokio::test]
async fn truncated_response_is_not_retried() {
    let cut = vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"output\"".to_vec())];
    let server = ScriptedServer::start([cut, answer(200, &[], ANSWER)]);
    let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error:?}") };
    assert_eq!((transport.kind(), error.attempts(), server.requests().len()), (TransportErrorKind::Body, 1, 1));
}

#[tokio::test]
async fn failed_connection_is_retried() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = ScriptedServer::start([]);
    let client = server.client().endpoint_url(format!("http://{closed}")).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error:?}") };
    assert_eq!((transport.kind(), error.attempts()), (TransportErrorKind::Connect, 3));
    assert!(error.cause().is_some(), "the cause is kept");
}

#[tokio::test]
async fn silence_before_the_response_head_ends_with_the_timeout() {
    let server = ScriptedServer::start([vec![Step::Hang]]);
    let client = server.client().response_timeout(Duration::from_millis(50)).build().unwrap();
    let begun = Instant::now();
    let error = client.converse(&request()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_retryable(), "{error:?}");
    let host = server.url().replace("http://", "");
    assert_eq!(error.to_string(), format!("Converse at {host}: no response within 50ms (1 attempt)"));
    assert!(begun.elapsed() < Duration::from_secs(60), "the default is ten minutes");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = ScriptedServer::start([answer(200, &[], ANSWER)]);
    let server = ScriptedServer::start([answer(307, &[("location", &elsewhere.url())], "")]);
    let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
    assert!(elsewhere.requests().is_empty(), "a signed request was sent to another host");
}

#[tokio::test]
async fn path_prefix_and_port_of_the_endpoint_are_kept() {
    let server = ScriptedServer::start([answer(200, &[], ANSWER)]);
    let client = server.client().endpoint_url(format!("{}/bedrock/proxy", server.url())).build().unwrap();
    client.converse(&ConverseRequest::new("arn:aws:bedrock:us-east-1:1:inference-profile/x")).await.unwrap();
    let request = &server.requests()[0];
    let line =
        "POST /bedrock/proxy/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/converse HTTP/1.1";
    assert_eq!(request.lines().next(), Some(line));
    assert!(request.contains(&format!("host: {}\r\n", server.url().trim_start_matches("http://"))), "{request}");
}

#[tokio::test]
async fn error_in_a_200_response_is_an_error() {
    let unknown = r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
    let server = ScriptedServer::start([answer(200, &[], unknown), answer(200, &[], unknown)]);
    let client = server.client().build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    assert_eq!(service_kind(&error), ServiceErrorKind::UnknownOperation);
    let error = client.invoke_model(&InvokeModelRequest::new("m", b"{}")).await.unwrap_err();
    assert_eq!(service_kind(&error), ServiceErrorKind::UnknownOperation);
}

#[tokio::test]
async fn stream_accumulates_to_the_response() {
    let server = ScriptedServer::start([frames(reply("Hi"))]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    assert_eq!(stream.request_id(), Some("rid-2"));
    let mut text = String::new();
    while let Some(event) = stream.recv().await.unwrap() {
        text.extend(event.text());
    }
    assert_eq!(stream.recv().await.unwrap(), None, "the end is sticky");
    let response = stream.into_response().unwrap();
    assert_eq!((text.as_str(), response.text().as_str()), ("Hi", "Hi"));
    assert_eq!(response.usage.unwrap().total_tokens, 3);
}

#[tokio::test]
async fn event_stream_implements_the_stream_trait() {
    use futures_core::Stream as _;
    let server = ScriptedServer::start([frames(reply("Hi"))]);
    let stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    let mut stream = std::pin::pin!(stream);
    let mut events = Vec::new();
    while let Some(event) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        events.push(event.unwrap());
    }
    assert_eq!(events.len(), 5);
}

#[tokio::test]
async fn stream_that_begins_with_an_exception_is_retried() {
    let throttled = bedrock_lite::eventstream::encode(&bedrock_lite::eventstream::Frame::exception(
        "throttlingException",
        r#"{"message":"slow down"}"#,
    ));
    let server = ScriptedServer::start([frames([throttled.unwrap().to_vec()]), frames(reply("Hi"))]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    while stream.recv().await.unwrap().is_some() {}
    assert_eq!(stream.into_response().unwrap().text(), "Hi");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn exception_after_an_event_is_returned_and_not_retried() {
    let exception = bedrock_lite::eventstream::encode(&bedrock_lite::eventstream::Frame::exception(
        "modelStreamErrorException",
        r#"{"message":"m","originalStatusCode":500,"originalMessage":"o"}"#,
    ));
    let [start, delta, ..] = &reply("Hi")[..] else { unreachable!() };
    let server = ScriptedServer::start([frames([start.clone(), delta.clone(), exception.unwrap().to_vec()])]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    let mut events = 0;
    let error = loop {
        match stream.recv().await {
            Ok(event) => events += usize::from(event.is_some()),
            Err(error) => break error,
        }
    };
    let Error::Service(exception) = &error else { panic!("{error:?}") };
    assert_eq!(exception.kind(), ServiceErrorKind::ModelStreamError);
    assert_eq!(exception.code(), Some("ModelStreamErrorException"));
    assert_eq!((exception.original_status(), exception.original_message()), (Some(500), Some("o")));
    assert!(exception.in_stream());
    assert_eq!((events, error.request_id(), error.attempts()), (2, Some("rid-2"), 1));
    assert_eq!(stream.partial().message.text(), "Hi", "the partial response is still available");
    assert!(stream.recv().await.unwrap().is_none());
    let again = stream.into_response().unwrap_err();
    assert_eq!(service_kind(&again), ServiceErrorKind::ModelStreamError, "the error is returned again");
    assert_eq!((again.to_string(), again.request_id(), again.attempts()), (error.to_string(), Some("rid-2"), 1));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn truncated_stream_is_an_error() {
    let whole = reply("Hi").concat();
    let stop = whole.len() - reply("Hi")[4].len();
    for (length, kind) in [
        (reply("Hi")[..3].concat().len(), StreamErrorKind::MissingMessageStop),
        (stop - 1, StreamErrorKind::Truncated),
        (whole.len() - 1, StreamErrorKind::Truncated),
    ] {
        let server = ScriptedServer::start([frames([whole[..length].to_vec()])]);
        let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
        let error = loop {
            match stream.recv().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("a stream truncated at {length} ended without an error"),
                Err(error) => break error,
            }
        };
        assert_eq!((stream_kind(&error), error.attempts()), (kind, 1));
        assert_eq!(stream.partial().message.text(), "Hi");
        assert_eq!(stream_kind(&stream.into_response().unwrap_err()), kind);
    }
}

#[tokio::test]
async fn stream_without_a_frame_is_an_error() {
    let server = ScriptedServer::start([frames([]), frames([])]);
    let client = server.client().build().unwrap();
    let native = InvokeModelRequest::new("m", b"{}");
    let error = client.invoke_model_with_response_stream(&native).await.unwrap_err();
    assert_eq!((stream_kind(&error), error.request_id(), error.attempts()), (StreamErrorKind::Empty, Some("rid-2"), 1));
    let error = client.converse_stream(&request()).await.unwrap_err();
    assert_eq!(stream_kind(&error), StreamErrorKind::MissingMessageStop);
}

#[tokio::test]
async fn unfinished_stream_has_no_response() {
    let server = ScriptedServer::start([frames(reply("Hi"))]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    while !matches!(stream.recv().await.unwrap(), Some(ConverseStreamOutput::Metadata(_))) {}
    let error = stream.into_response().unwrap_err();
    assert_eq!((stream_kind(&error), error.attempts()), (StreamErrorKind::Unfinished, 1));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn silence_in_a_stream_ends_with_the_idle_timeout() {
    let mut script = frames(reply("Hi").into_iter().take(2));
    script.push(Step::Hang);
    let server = ScriptedServer::start([script]);
    let client = server.client().stream_idle_timeout(Duration::from_secs(1)).build().unwrap();
    let mut stream = client.converse_stream(&request()).await.unwrap();
    let error = loop {
        match stream.recv().await {
            Ok(event) => assert!(event.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(stream_kind(&error), StreamErrorKind::Idle);
    assert!(error.is_timeout());
    assert_eq!(stream.partial().message.text(), "Hi");
    wait_for(|| server.hang_ups() == 1).await;
}

#[tokio::test]
async fn every_chunk_restarts_the_idle_timeout() {
    let bytes = reply("Hi").concat();
    let mut script = vec![stream_head()];
    // All pauses together exceed the timeout. Each single pause is much shorter.
    for chunk in bytes.chunks(bytes.len() / 12) {
        script.extend([Step::Send(chunk.to_vec()), Step::Pause(Duration::from_millis(300))]);
    }
    let server = ScriptedServer::start([script]);
    let client = server.client().stream_idle_timeout(Duration::from_secs(3)).build().unwrap();
    let mut stream = client.converse_stream(&request()).await.unwrap();
    while stream.recv().await.unwrap().is_some() {}
    stream.into_response().unwrap();
}

#[tokio::test]
async fn dropping_a_stream_closes_the_connection() {
    let mut script = frames(reply("Hi").into_iter().take(1));
    script.push(Step::Hang);
    let server = ScriptedServer::start([script]);
    let stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    assert_eq!(server.hang_ups(), 0);
    drop(stream);
    wait_for(|| server.hang_ups() == 1).await;
}

#[tokio::test]
async fn future_of_the_next_event_can_be_dropped() {
    let bytes = reply("Hi").concat();
    let mut script = vec![stream_head()];
    for chunk in bytes.chunks(10) {
        script.extend([Step::Send(chunk.to_vec()), Step::Pause(Duration::from_millis(1))]);
    }
    let server = ScriptedServer::start([script]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    let mut events = Vec::new();
    loop {
        // Drops the future repeatedly, within a frame and between two frames.
        match tokio::time::timeout(Duration::from_micros(300), stream.recv()).await {
            Err(_) => {}
            Ok(Ok(Some(event))) => events.push(event),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => panic!("{error}"),
        }
    }
    assert_eq!(events.len(), 5);
    assert_eq!(stream.into_response().unwrap().text(), "Hi");
}

#[tokio::test]
async fn unknown_event_is_returned() {
    let mut events = reply("Hi");
    events.insert(2, event("aNewEvent", r#"{"a":1}"#));
    let server = ScriptedServer::start([frames(events)]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    let mut unknown = None;
    while let Some(event) = stream.recv().await.unwrap() {
        if let ConverseStreamOutput::Unknown { name, value } = event {
            unknown = Some((name, value.as_json().to_owned()));
        }
    }
    assert_eq!(unknown, Some(("aNewEvent".to_owned(), r#"{"a":1}"#.to_owned())));
    stream.into_response().unwrap();
}

#[tokio::test]
async fn response_that_is_not_a_stream_is_reported() {
    let html = answer(200, &[("content-type", "text/html")], "<html>captive portal</html>");
    let json =
        answer(200, &[("content-type", "application/json")], r#"{"__type":"ValidationException","message":"no"}"#);
    let server = ScriptedServer::start([html, json]);
    let client = server.client().build().unwrap();
    let error = client.converse_stream(&request()).await.unwrap_err();
    assert_eq!(stream_kind(&error), StreamErrorKind::ContentType);
    assert!(error.to_string().contains("text/html") && error.to_string().contains("captive portal"), "{error}");
    let error = client.converse_stream(&request()).await.unwrap_err();
    assert_eq!(service_kind(&error), ServiceErrorKind::Validation);
}

#[tokio::test]
async fn api_key_is_sent_as_bearer_token_without_a_signature() {
    let server = ScriptedServer::start([answer(200, &[], ANSWER)]);
    let client = Client::builder()
        .environment([("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-1"), ("AWS_ACCESS_KEY_ID", "unused")])
        .endpoint_url(server.url())
        .region("us-east-1")
        .build()
        .unwrap();
    client.converse(&request()).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.contains("authorization: Bearer bedrock-api-key-1\r\n"), "{request}");
    assert!(!request.contains("x-amz-date"), "{request}");
}

#[test]
fn api_key_is_not_sent_unencrypted_to_a_remote_host() {
    let client = |url: &str| {
        Client::builder()
            .environment([("", ""); 0])
            .region("us-east-1")
            .api_key(ApiKey::new("k"))
            .endpoint_url(url)
            .build()
    };
    for url in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://example.com"] {
        client(url).unwrap();
    }
    for url in ["http://example.com", "http://10.0.0.1", "http://localhost.example.com"] {
        let Err(Error::Config(error)) = client(url) else { panic!("{url} was accepted") };
        assert_eq!(error.kind(), ConfigErrorKind::Insecure);
    }
}

#[tokio::test]
async fn custom_http_client_sends_the_requests() {
    let server = ScriptedServer::start([answer(200, &[], ANSWER)]);
    // Another test of this process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = reqwest::Client::builder().user_agent("my-own/1").build().unwrap();
    server.client().http_client(own).build().unwrap().converse(&request()).await.unwrap();
    assert!(server.requests()[0].contains("user-agent: my-own/1\r\n"));
}

#[tokio::test]
async fn retries_can_be_switched_off() {
    let server = ScriptedServer::start([refusal(503, "ServiceUnavailableException"), answer(200, &[], ANSWER)]);
    let error = server.client().retry(RetryPolicy::off()).build().unwrap().converse(&request()).await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

#[tokio::test]
async fn credentials_error_after_an_attempt_has_the_attempts() {
    /// Returns credentials once, then an error.
    #[derive(Debug, Default)]
    struct Once(std::sync::atomic::AtomicBool);

    impl bedrock_lite::ProvideCredentials for Once {
        fn credentials(&self) -> bedrock_lite::credentials::CredentialsFuture<'_> {
            let given = self.0.swap(true, std::sync::atomic::Ordering::SeqCst);
            Box::pin(async move {
                if given {
                    Err(bedrock_lite::CredentialsError::new("gone"))
                } else {
                    Ok(Credentials::new("AKID", "secret"))
                }
            })
        }
    }

    let server = ScriptedServer::start([refusal(429, "ThrottlingException")]);
    let client = Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials_provider(Once::default())
        .endpoint_url(server.url())
        .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
        .build()
        .unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    assert!(matches!(error, Error::Credentials(_)), "{error:?}");
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

#[tokio::test]
async fn timeout_of_a_custom_http_client_does_not_name_our_settings() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = ScriptedServer::start([vec![Step::Hang]]);
    let own = reqwest::Client::builder().timeout(Duration::from_millis(50)).build().unwrap();
    let error = server.client().http_client(own).build().unwrap().converse(&request()).await.unwrap_err();
    assert!(error.is_timeout());
    assert!(error.to_string().contains(": no response in time (1 attempt)"), "{error}");

    let begun = Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec());
    let server = ScriptedServer::start([vec![begun, Step::Hang], vec![stream_head(), Step::Hang]]);
    let own = reqwest::Client::builder().read_timeout(Duration::from_secs(1)).build().unwrap();
    let client = server.client().http_client(own).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains(": no more data of the response body in time"), "{error}");
    let error = client.converse_stream(&request()).await.unwrap_err();
    assert_eq!((stream_kind(&error), error.is_timeout()), (StreamErrorKind::Idle, true));
}

#[test]
fn futures_and_clients_can_be_sent_between_threads() {
    fn crosses<T: Send>(_: T) {}
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    let server = ScriptedServer::start([]);
    let client = server.client().build().unwrap();
    shared(&client);
    let request = request();
    crosses(client.converse(&request));
    crosses(client.converse_stream(&request));
    crosses(client.send(&request));
}

/// Waits until another thread has made something happen.
async fn wait_for(happened: impl Fn() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the condition was not met in time");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn every_attempt_of_a_typed_call_sends_the_same_token() {
    let server = ScriptedServer::start([
        refusal(429, "ThrottlingException"),
        answer(200, &[], r#"{"invocationArn":"a"}"#),
        answer(200, &[], r#"{"invocationArn":"b"}"#),
    ]);
    let client = server.client().build().unwrap();
    let output = AsyncInvokeS3OutputDataConfig::new("s3://bucket/out");
    let request = StartAsyncInvokeRequest::new("m", serde_json::json!({}), output);
    client.start_async_invoke(&request).await.unwrap();
    client.start_async_invoke(&request).await.unwrap();
    let token = |request: &String| request.split_once(r#""clientRequestToken":""#).unwrap().1[..36].to_owned();
    let tokens: Vec<_> = server.requests().iter().map(token).collect();
    assert_eq!(tokens[0], tokens[1], "two attempts of one call");
    assert_ne!(tokens[1], tokens[2], "two calls");
}

#[tokio::test]
async fn response_has_the_metadata_of_its_call() {
    let head = [("x-amzn-requestid", "rid-3"), ("x-amzn-bedrock-input-token-count", "5")];
    let slow = [vec![Step::Pause(Duration::from_millis(20))], answer(200, &head, ANSWER)].concat();
    let server = ScriptedServer::start([refusal(429, "ThrottlingException"), slow, answer(200, &head, "{}")]);
    let client = server.client().build().unwrap();
    let reply = client.converse(&request()).await.unwrap();
    assert_eq!((reply.metadata().request_id(), reply.metadata().attempts()), (Some("rid-3"), 2));
    assert!(reply.metadata().time_to_headers().unwrap() >= Duration::from_millis(20));
    let answer = client.invoke_model(&InvokeModelRequest::new("m", b"{}")).await.unwrap();
    assert_eq!((answer.input_token_count(), answer.metadata().attempts()), (Some(5), 1));

    let server = ScriptedServer::start([refusal(429, "ThrottlingException"), frames(support::reply("Hi"))]);
    let mut stream = server.client().build().unwrap().converse_stream(&request()).await.unwrap();
    assert_eq!((stream.metadata().request_id(), stream.metadata().attempts()), (Some("rid-2"), 2));
    while stream.recv().await.unwrap().is_some() {}
    let reply = stream.into_response().unwrap();
    assert_eq!((reply.metadata().request_id(), reply.metadata().attempts()), (Some("rid-2"), 2));
}

#[tokio::test]
async fn empty_body_has_a_content_length() {
    let server = ScriptedServer::start([answer(200, &[], "{}")]);
    let client = server.client().build().unwrap();
    client.invoke_model(&InvokeModelRequest::new("m", b"")).await.unwrap();
    let requests = server.requests();
    let request = String::from_utf8_lossy(requests.first().unwrap().as_ref()).to_lowercase();
    assert!(request.contains("\r\ncontent-length: 0\r\n"), "{request}");
}
