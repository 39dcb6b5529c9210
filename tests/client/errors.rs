//! Error messages: one line with the call, the cause down to its root, and advice.

use std::error::Error as _;
use std::time::Duration;

use bedrock_lite::control::ListFoundationModelsRequest;
use bedrock_lite::endpoint::{Endpoint, Service};
use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::{CallResponse, FromResponse as _, StreamDecoder as _, accept};
use bedrock_lite::runtime::ConverseStreamDecoder;
use bedrock_lite::{
    Call, Client, ConverseRequest, Error, Message, Operation, RetryPolicy, ServiceError, ServiceErrorKind,
};
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use crate::support::{ScriptedServer, Step, answer, event, stream_head};

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model").message(Message::user("Hello"))
}

/// Returns the error of a service response.
fn service(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    ServiceError::from_response(&response.body(()).unwrap().into_parts().0, body.as_bytes()).into()
}

fn refused(status: u16, code: &str, message: &str) -> Error {
    service(status, &[("x-amzn-errortype", code)], &json!({ "message": message }).to_string())
}

#[track_caller]
fn advises(error: &Error, words: &[&str]) {
    let advice = error.advice().unwrap_or_else(|| panic!("no advice: {error}"));
    for word in words {
        assert!(advice.contains(word), "the advice lacks {word}: {error}");
    }
    assert!(error.to_string().ends_with(&*advice), "the advice is not in: {error}");
}

// Errors seen in practice.

#[test]
fn errors_seen_in_practice_are_recognized() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/errors.json")).unwrap();
    let mut checked = 0;
    for case in &cases {
        let headers = case["headers"].as_object().unwrap();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        let error = service(status, &headers, case["body"].as_str().unwrap());
        let Error::Service(said) = &error else { panic!("{error}") };
        match case["name"].as_str().unwrap() {
            "unknown operation as XML" => {
                assert_eq!(said.code(), Some("UnknownOperationException"));
                assert_eq!(said.kind(), ServiceErrorKind::UnknownOperation);
                assert!(error.to_string().starts_with("UnknownOperationException (404)"), "{error}");
            }
            "prompt too long" => assert!(error.is_context_overflow() && !error.is_throttling()),
            "too many tokens is throttling" => assert!(!error.is_context_overflow() && error.is_throttling()),
            "not for on-demand" => advises(&error, &["inference profile", "us.", "eu.", "apac.", "global."]),
            other => panic!("no check for {other}"),
        }
        checked += 1;
    }
    assert_eq!(checked, 4);
}

// One line.

#[tokio::test]
async fn refused_connection_is_one_line_with_the_root_cause() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = ScriptedServer::start([]);
    let client = server.client().endpoint_url(format!("http://{closed}")).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    let refused = std::io::Error::from_raw_os_error(if cfg!(target_os = "linux") { 111 } else { 61 });
    let expected = format!("Converse at {closed}: no connection: tcp connect error: {refused} (3 attempts)");
    assert_eq!(error.to_string(), expected);
    assert_eq!((error.operation(), error.host()), (Some("Converse"), Some(&*closed.to_string())));

    // `main` that returns a `Result` prints `Debug`.
    assert_eq!((format!("{error:?}"), format!("{error:#}")), (expected.clone(), expected.clone()));
    // anyhow and other crates print the error, then its sources.
    let mut reported = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        reported.push(cause.to_string());
        source = cause.source();
    }
    assert_eq!(reported, [expected]);
    // Programs can find the root cause.
    let mut root = error.cause().unwrap();
    while let Some(cause) = root.source() {
        root = cause;
    }
    assert_eq!(root.downcast_ref::<std::io::Error>().unwrap().kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn service_error_has_status_attempts_and_request_id() {
    let headers =
        [("x-amzn-errortype", "ThrottlingException"), ("x-amzn-requestid", "7b41"), ("x-amz-retry-after", "1")];
    let slow = || answer(429, &headers, r#"{"message":"Too many tokens, please wait before trying again."}"#);
    let server = ScriptedServer::start([slow(), slow(), slow()]);
    let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
    let host = server.url().replace("http://", "");
    assert_eq!(
        error.to_string(),
        format!(
            "Converse at {host}: ThrottlingException (429): Too many tokens, please wait before trying again. \
             (3 attempts, request 7b41)"
        )
    );
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1)));
    assert!(error.is_throttling() && !error.is_context_overflow());
}

#[tokio::test]
async fn every_error_of_a_client_names_the_call() {
    let closing = answer(200, &[("x-amzn-requestid", "rid-3")], r#"{"modelSummaries": 5}"#);
    let exception = vec![
        stream_head(),
        Step::Send(event("messageStart", r#"{"role":"assistant"}"#)),
        Step::Send(encode(&Frame::exception("throttlingException", r#"{"message":"slow down"}"#)).unwrap().to_vec()),
    ];
    let cut = vec![stream_head(), Step::Send(event("messageStart", r#"{"role":"assistant"}"#))];
    let server = ScriptedServer::start([closing, exception, cut, answer(403, &[], "no")]);
    let client = server.client().retry(RetryPolicy::off()).build().unwrap();
    let host = server.url().replace("http://", "");

    let error = client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap_err();
    let begin = format!("ListFoundationModels at {host}: invalid ListFoundationModelsResponse");
    assert!(
        error.to_string().starts_with(&begin) && error.to_string().ends_with("(1 attempt, request rid-3)"),
        "{error}"
    );

    let mut stream = client.converse_stream(&request()).await.unwrap();
    stream.recv().await.unwrap().unwrap();
    let error = stream.recv().await.unwrap_err();
    let said =
        format!("ConverseStream at {host}: ThrottlingException (in the stream): slow down (1 attempt, request rid-2)");
    assert_eq!(error.to_string(), said);
    assert_eq!(stream.into_response().unwrap_err().to_string(), said);

    let mut stream = client.converse_stream(&request()).await.unwrap();
    stream.recv().await.unwrap().unwrap();
    let said = format!("ConverseStream at {host}: the stream ended before messageStop (1 attempt, request rid-2)");
    assert_eq!(stream.recv().await.unwrap_err().to_string(), said);

    let call = Call::new(Service::Bedrock, Method::GET, "/things/{id}").path_parameter("id", "secret");
    let error = client.send(&call).await.unwrap_err();
    let said = format!("GET /things/{{id}} at {host}: HTTP 403: the response starts with no (1 attempt)");
    assert!(error.to_string().starts_with(&said), "{error}");

    // A request that cannot be sent says so.
    let error = client.converse(&ConverseRequest::new("..")).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("Converse at {host}: ")), "{error}");
    assert!(error.to_string().ends_with(" (not sent)"), "{error}");
}

/// Characters that break a line, forge another line, move the cursor or change the text direction.
const HOSTILE: &str = "a\r\nb\u{1b}[2Jc\u{85}d\u{2028}e\u{2029}f\u{202e}g\u{7f}h\u{9b}i\u{0}j\u{b}k\u{c}l\u{2066}m";

#[track_caller]
fn is_one_bounded_line(text: &str) {
    let breaks = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(breaks), "{text:?}");
    assert!(text.len() <= 5000, "{} bytes: {}", text.len(), text.chars().take(200).collect::<String>());
}

#[track_caller]
fn all_of_it_is_one_bounded_line(error: &Error) {
    is_one_bounded_line(&error.to_string());
    is_one_bounded_line(&format!("{error:?}"));
    let part: &dyn std::error::Error = match error {
        Error::Config(e) => e,
        Error::Credentials(e) => e,
        Error::Transport(e) => e,
        Error::Service(e) => e,
        Error::Stream(e) => e,
        Error::Decode(e) => e,
        other => panic!("{other}"),
    };
    is_one_bounded_line(&part.to_string());
}

fn stream(frames: &[Frame]) -> Error {
    let head = Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    let mut decoder = ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap();
    for frame in frames {
        decoder.push(encode(frame).unwrap());
    }
    loop {
        match decoder.recv() {
            Ok(Some(_)) => {}
            Ok(None) => match decoder.finish() {
                Err(error) => return error,
                Ok(()) => return decoder.into_response().unwrap_err(),
            },
            Err(error) => return error,
        }
    }
}

#[test]
fn text_from_peers_is_one_bounded_line() {
    let long = HOSTILE.repeat(40_000);
    assert!(long.len() > 1_000_000);
    let json_event =
        |event_type: &str, payload: Value| Frame::event(event_type, "application/json", payload.to_string());
    let tool = |name: &str, input: &str| {
        stream(&[
            json_event("messageStart", json!({"role": "assistant"})),
            json_event(
                "contentBlockStart",
                json!({"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t", "name": name}}}),
            ),
            json_event("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {"toolUse": {"input": input}}})),
            json_event("contentBlockStop", json!({"contentBlockIndex": 0})),
            json_event("messageStop", json!({"stopReason": "tool_use"})),
            json_event(
                "metadata",
                json!({"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1}}),
            ),
        ])
    };
    let decoded = |body: Value| ConverseRequest::http_response(Response::new(body.to_string().into())).unwrap_err();
    for hostile in [HOSTILE, &long] {
        let short: String = hostile.chars().take(60).collect();
        let one_megabyte: String = hostile.chars().take(900_000).collect();
        let errors = [
            refused(400, "ValidationException", hostile),
            service(400, &[], &json!({"__type": hostile, "message": hostile}).to_string()),
            service(400, &[], &format!("<Error><Code>{short}</Code><Message>{one_megabyte}</Message></Error>")),
            service(502, &[("content-type", "text/html")], &format!("<html>{hostile}")),
            service(500, &[("x-amzn-requestid", &"r\t".repeat(100_000))], "{}"),
            service(500, &[("x-amzn-errortype", &"E".repeat(100_000))], hostile),
            decoded(json!({"output": hostile})),
            decoded(json!({"output": {"message": {"role": "user", "content": hostile}}})),
            decoded(json!({"output": {"message": {"role": "user", "content": [{"text": {hostile: 1}}]}}})),
            decoded(
                json!({"output": {"message": {"role": "user", "content": [{"toolUse": {hostile: 1, "name": 5}}]}}}),
            ),
            tool(&one_megabyte, &one_megabyte),
            tool("t", &format!("{{\"a\": {one_megabyte}")),
            stream(&[Frame::exception(&short, json!({"message": one_megabyte}).to_string())]),
            stream(&[Frame::new("")
                .with_header(":message-type", "error")
                .with_header(":error-code", short.as_str())
                .with_header(":error-message", short.as_str())]),
            stream(&[Frame::new("").with_header(":message-type", short.as_str())]),
            stream(&[
                json_event("messageStart", json!({"role": one_megabyte})),
                json_event("contentBlockDelta", json!({"contentBlockIndex": one_megabyte})),
            ]),
        ];
        for error in &errors {
            all_of_it_is_one_bounded_line(error);
        }
    }
    // Short text is shown in full. Only long text is shortened.
    let error = refused(400, "ValidationException", "first\nsecond\u{1b}[31m");
    assert_eq!(error.to_string(), "ValidationException (400): first second\\u{1b}[31m");
    assert_eq!(error.to_string().len(), "ValidationException (400): first second\\u{1b}[31m".len());
}

#[test]
fn text_from_callers_and_files_is_one_bounded_line() {
    for hostile in [HOSTILE.to_owned(), HOSTILE.repeat(40_000)] {
        let builder = || Client::builder().environment([("", ""); 0]).files(bedrock_lite::profile::Files::default());
        let errors = [
            builder().region(&hostile).build().unwrap_err(),
            builder().region("eu-west-1").profile(&hostile).build().unwrap_err(),
            builder().region("eu-west-1").endpoint_url(format!("https://{hostile}")).build().unwrap_err(),
            builder().region("eu-west-1").api_key(hostile.clone()).build().unwrap_err(),
            Client::builder()
                .environment([("AWS_MAX_ATTEMPTS", &*hostile), ("AWS_REGION", "eu-west-1")])
                .build()
                .unwrap_err(),
            Client::builder()
                .environment([("AWS_PROFILE", &*hostile)])
                .files(bedrock_lite::profile::Files::default())
                .build()
                .unwrap_err(),
            Client::builder()
                .environment([("AWS_CA_BUNDLE", &*hostile), ("AWS_REGION", "eu-west-1")])
                .files(bedrock_lite::profile::Files::default())
                .build()
                .unwrap_err(),
            Call::new(Service::Bedrock, Method::GET, "/").header(&hostile, "x").unwrap_err(),
            ConverseRequest::new("m")
                .message(Message::user(" "))
                .request_metadata([(hostile.clone(), hostile.clone())])
                .validate()
                .unwrap_err()
                .into(),
            bedrock_lite::CredentialsError::new(hostile.clone()).into(),
            bedrock_lite::CredentialsError::new("x").with_source(std::io::Error::other(hostile.clone())).into(),
        ];
        for error in &errors {
            all_of_it_is_one_bounded_line(error);
        }
    }
}

#[test]
fn validation_error_lists_every_problem_with_its_path() {
    let request = ConverseRequest::new("m").message(Message::user("")).max_tokens(0);
    let problems = request.validate().unwrap_err();
    let error = Error::from(problems.clone());
    assert!(problems.problems().len() >= 2);
    for problem in problems.problems() {
        assert!(error.to_string().contains(problem.path()), "{error}");
    }
    // With many problems, the message lists the first ones and the number of the others.
    let many = (0..500).fold(ConverseRequest::new("m"), |request, _| request.message(Message::user("")));
    let error = Error::from(many.validate().unwrap_err());
    all_of_it_is_one_bounded_line(&error);
    assert!(
        error.to_string().contains("messages[0].content[0].text") && error.to_string().contains(" more"),
        "{error}"
    );
}

// Predicates.

#[test]
fn context_overflow_is_recognized_in_every_form() {
    for message in [
        "Input is too long for requested model.",
        "The model returned the following errors: prompt is too long: 227255 tokens > 200000 maximum",
        "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length.",
    ] {
        assert!(refused(400, "ValidationException", message).is_context_overflow(), "{message}");
        assert!(
            !refused(429, "ThrottlingException", message).is_context_overflow(),
            "throttling is not a context overflow"
        );
        let payload = json!({"message": message}).to_string();
        assert!(stream(&[Frame::exception("validationException", payload)]).is_context_overflow(), "{message}");
        let payload = json!({"message": "failed", "originalMessage": message}).to_string();
        assert!(stream(&[Frame::exception("modelStreamErrorException", payload)]).is_context_overflow(), "{message}");
    }
    let openai = r#"{"error":{"message":"no","type":"invalid_request_error","code":"context_length_exceeded"}}"#;
    assert!(service(400, &[], openai).is_context_overflow());
    let missing = Client::builder()
        .environment([("", ""); 0])
        .files(bedrock_lite::profile::Files::default())
        .build()
        .unwrap_err();
    assert_eq!((missing.is_context_overflow(), missing.retry_after()), (false, None));
}

/// Every body format gives the same error.
#[test]
fn codes_and_messages_are_found_in_every_format() {
    use ServiceErrorKind as Kind;
    for (status, body, code, kind, message) in [
        (404, "<UnknownOperationException/>", "UnknownOperationException", Kind::UnknownOperation, None),
        (
            403,
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no &amp; no</Message></Error></ErrorResponse>",
            "AccessDenied",
            Kind::AccessDenied,
            Some("no & no"),
        ),
        (
            400,
            r#"{"__type":"com.amazon#ValidationException:http://x","Message":"m"}"#,
            "ValidationException",
            Kind::Validation,
            Some("m"),
        ),
        (
            400,
            r#"{"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}"#,
            "invalid_request_error",
            Kind::Validation,
            Some("m"),
        ),
        (
            404,
            r#"{"error":{"message":"m","type":"invalid_request_error","code":"model_not_found"}}"#,
            "model_not_found",
            Kind::ResourceNotFound,
            Some("m"),
        ),
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#,
            "overloaded_error",
            Kind::ServiceUnavailable,
            Some("m"),
        ),
        (
            429,
            r#"{"type":"error","error":{"type":"rate_limit_error","message":"m"}}"#,
            "rate_limit_error",
            Kind::Throttling,
            Some("m"),
        ),
    ] {
        let Error::Service(error) = service(status, &[], body) else { panic!("{body}") };
        assert_eq!((error.code(), error.kind(), error.message()), (Some(code), kind, message), "{body}");
    }
    let Error::Service(xml) = service(400, &[], "<Error><Code>X</Code><RequestId>rid-7</RequestId></Error>") else {
        panic!()
    };
    assert_eq!(xml.request_id(), Some("rid-7"));
    // An unknown operation can come with status 200.
    let unknown = accept(Response::new(Bytes::from_static(b"<UnknownOperationException/>")));
    assert_eq!(unknown.unwrap_err().to_string().split(';').next(), Some("UnknownOperationException (200)"));
}

// Advice.

#[test]
fn common_first_errors_have_advice() {
    for (error, words) in [
        (
            refused(400, "ValidationException", "Invocation of model ID x with on-demand throughput isn't supported."),
            &["inference profile", "us.", "eu.", "apac.", "global."][..],
        ),
        (
            refused(403, "AccessDeniedException", "You don't have access to the model with the specified model ID."),
            &["Model access", "bedrock:InvokeModel"],
        ),
        (
            refused(
                403,
                "AccessDeniedException",
                "User: arn:aws:iam::1:user/u is not authorized to perform: bedrock:InvokeModel on resource: r",
            ),
            &["IAM policy", "bedrock:InvokeModel"],
        ),
        (refused(400, "ValidationException", "The provided model identifier is invalid."), &["model ID", "region"]),
        (
            refused(404, "ResourceNotFoundException", "This model version has reached the end of its life."),
            &["retired", "list-foundation-models"],
        ),
        (
            refused(403, "ExpiredTokenException", "The security token included in the request is expired"),
            &["aws sso login", "AWS_SESSION_TOKEN"],
        ),
        (
            refused(403, "UnrecognizedClientException", "The security token included in the request is invalid."),
            &["AWS_SESSION_TOKEN", "access key"],
        ),
        (
            refused(403, "InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 2026"),
            &["clock"],
        ),
        (service(404, &[], "<UnknownOperationException/>"), &["endpoint URL"]),
        (service(502, &[], "<html><head><title>502 Bad Gateway</title>"), &["proxy, gateway or load balancer"]),
        (service(407, &[], ""), &["user:password@host:port"]),
        (
            service(400, &[], "<html><h1>400</h1>The plain HTTP request was sent to HTTPS port</html>"),
            &["speaks TLS", "https://"],
        ),
    ] {
        advises(&error, words);
    }
    // Errors that need no advice have none.
    for error in [refused(500, "InternalServerException", "oops"), refused(429, "ThrottlingException", "slow down")] {
        assert_eq!(error.advice(), None);
    }
}

#[test]
fn missing_region_gives_advice_once() {
    let error = Client::builder()
        .environment([("", ""); 0])
        .files(bedrock_lite::profile::Files::default())
        .build()
        .unwrap_err();
    let advice = error.advice().unwrap();
    assert!(advice.contains("AWS_REGION"), "{advice}");
    assert_eq!(error.to_string().matches(&*advice).count(), 1, "{error}");
}

#[test]
fn html_page_of_a_gateway_is_shown() {
    let error = service(503, &[], "<html>\r\n<body>\r\n<h1>Service Unavailable: maintenance until noon</h1>");
    let begin = "HTTP 503: the response starts with <html> <body> <h1>Service Unavailable: maintenance until noon</h1>";
    assert!(error.to_string().starts_with(begin), "{error}");
    assert_eq!(service(503, &[], "").to_string(), "HTTP 503");
    assert_eq!(service(503, &[], "{}").to_string(), "HTTP 503");
    let coded = service(400, &[("x-amzn-errortype", "ValidationException")], "<html>no</html>");
    assert_eq!(coded.to_string(), "ValidationException (400): the response starts with <html>no</html>");
    let long = service(503, &[], &"<html>".repeat(1000)).to_string();
    assert!(long.len() < 500, "{long}");
}

// Operations with custom response readers.

/// An operation that reads 404 as a valid response.
struct FindThing;

impl Operation for FindThing {
    type Output = CallResponse;

    fn name(&self) -> &'static str {
        "FindThing"
    }

    fn service(&self) -> Service {
        Service::Bedrock
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        Call::new(Service::Bedrock, Method::GET, "/thing").http_request(endpoint)
    }

    fn http_response(response: Response<Bytes>) -> Result<CallResponse, Error> {
        match response.status().as_u16() {
            404 => CallResponse::from_response(response),
            _ => CallResponse::from_response(accept(response)?),
        }
    }
}

#[tokio::test]
async fn client_uses_the_response_reader_of_the_operation() {
    let server = ScriptedServer::start([
        answer(404, &[], "nothing"),
        answer(503, &[], ""),
        answer(200, &[], "a thing"),
        answer(403, &[], "no"),
    ]);
    let client = server.client().build().unwrap();
    let missing = client.send(&FindThing).await.unwrap();
    assert_eq!((missing.status.as_u16(), &*missing.body), (404, &b"nothing"[..]));
    let found = client.send(&FindThing).await.unwrap();
    assert_eq!(
        (&*found.body, found.metadata().attempts()),
        (&b"a thing"[..], 2),
        "an error of a custom reader is retried"
    );
    let error = client.send(&FindThing).await.unwrap_err();
    assert!(error.to_string().starts_with("FindThing at "), "{error}");
}

// Waits before retries.

#[test]
fn date_in_retry_after_is_relative_to_the_response_date() {
    const NOON: &str = "Fri, 02 Jan 2026 12:00:00 GMT";
    let wait = |until: &str, date: &str| {
        let error = service(503, &[("retry-after", until), ("date", date)], "{}");
        error.retry_after().map(|wait| wait.as_secs())
    };
    assert_eq!(wait("Fri, 02 Jan 2026 12:00:30 GMT", NOON), Some(30));
    assert_eq!(wait(NOON, NOON), Some(0));
    assert_eq!(wait("Thu, 01 Jan 1970 00:00:00 GMT", NOON), Some(0), "a date in the past means no wait");
    assert_eq!(wait("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"), Some(253_402_300_799));
    assert_eq!(wait("120", NOON), Some(120));
    assert_eq!(wait(NOON, "today"), None, "without a date header, the current time is unknown");
    for absurd in
        ["", "-1", "1.5", "soon", "1e3", "NaN", "99999999999999999999", "Fri, 32 Jan 2026 12:00:00 GMT", "\u{e9}"]
    {
        assert_eq!(wait(absurd, NOON), None, "{absurd}");
    }
    assert_eq!(wait("18446744073709551615", NOON), Some(u64::MAX));

    let milliseconds = [("x-amz-retry-after", "5"), ("retry-after", "Fri, 02 Jan 2026 12:00:30 GMT"), ("date", NOON)];
    assert_eq!(service(503, &milliseconds, "{}").retry_after(), Some(Duration::from_millis(5)));
}

#[test]
fn html_page_is_recognized_after_any_prefix() {
    for page in [
        "<html><body>Bad Gateway</body></html>",
        "<!DOCTYPE html><title>Bad Gateway</title>",
        "\u{feff}<html>",
        "\r\n\t <HTML>",
        "<!-- a comment --><html>",
        "<!-- one --> <!-- <html> two -->\n<!doctype HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"><html>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\"><html>",
        "\u{feff}<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">",
    ] {
        advises(&service(502, &[], page), &["does not come from Bedrock"]);
    }
    for other in ["<!-- <html>", "<?xml <html>", "<p>", "plain", "<htmlx>", "<!-- only a comment -->", "<?xml?>"] {
        assert_eq!(service(502, &[], other).advice(), None, "{other}");
    }
}

#[test]
fn byte_order_mark_before_json_is_ignored() {
    let error = service(403, &[], "\u{feff}{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
    let Error::Service(error) = error else { panic!("{error}") };
    assert_eq!((error.code(), error.message()), (Some("AccessDeniedException"), Some("no")));
}
