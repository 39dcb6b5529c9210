//! A peer that repeats the request headers in its response, in any place and encoding. No error
//! shows a part of a secret.

use std::collections::{BTreeMap, HashSet};
use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bedrock_lite::control::ListGuardrailsRequest;
use bedrock_lite::credentials::CredentialsFuture;
use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{InvokeModelRequest, InvokeModelWithResponseStreamRequest};
use bedrock_lite::{
    ApiKey, Call, Client, ClientBuilder, ConverseRequest, Credentials, Error, ProvideCredentials, RetryPolicy, Service,
};
use http::Method;

use super::wrappings::{self, Wrapping, headers};
use crate::support::{Echo, ScriptedServer, Step, answer, refusal, stream_head};

/// The shortest part of a secret that must not appear in text.
const PART: usize = 12;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEYz";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDq7uZ+vT0c/1Yv3xkP9hQzR8mNwLbA5sDfGhJkL4eIgIhAPq\
                     2XcVbNmZaSdFgHjKlQwErTyUiOp0987654321AbCdEfGhIjKlMnOpQrStUvWxYz+/KpQDCHcQABoMMTIzNDU2Nzg5MDEyIgyZ==";
const LONG_TERM_KEY: &str = "ABSKQmVkcm9ja0FQSUtleS1hYmNkLWF0LTEyMzQ1Njc4OTAxMjpzM2NyM3QvcGFydCtvZi10aGUta2V5";

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKEN)
}

#[derive(Debug)]
struct Vault;

impl ProvideCredentials for Vault {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(credentials()) })
    }
}

/// A client, and the secrets that it sends.
struct Case {
    name: &'static str,
    client: fn(ClientBuilder) -> ClientBuilder,
    /// The parts of the secrets that must not appear in text, by length.
    parts: BTreeMap<usize, HashSet<Vec<u8>>>,
}

impl Case {
    fn new(name: &'static str, client: fn(ClientBuilder) -> ClientBuilder, secrets: &[&str]) -> Self {
        let mut parts: BTreeMap<usize, HashSet<Vec<u8>>> = BTreeMap::new();
        for (form, length) in secrets.iter().flat_map(|secret| forms(secret)) {
            parts.entry(length).or_default().extend(form.as_bytes().windows(length).map(<[u8]>::to_vec));
        }
        Self { name, client, parts }
    }
}

fn minted() -> ApiKey {
    let time = chrono::DateTime::from_timestamp(1_767_323_045, 0).unwrap();
    ApiKey::mint(&credentials(), "us-east-1", Duration::from_secs(3600), time).unwrap()
}

fn cases() -> Vec<Case> {
    let minted_key = minted();
    let short_term = minted_key.expose().strip_prefix("bedrock-api-key-").unwrap();
    vec![
        Case::new("static credentials", |builder| builder.credentials(credentials()), &[SECRET, TOKEN]),
        Case::new("provided credentials", |builder| builder.credentials_provider(Vault), &[SECRET, TOKEN]),
        Case::new("short-term API key", |builder| builder.api_key(minted()), &[short_term, TOKEN]),
        Case::new("long-term API key", |builder| builder.api_key(LONG_TERM_KEY), &[LONG_TERM_KEY]),
    ]
}

/// Returns the encoded forms of a secret, each with the length of the shortest part that must not
/// appear.
fn forms(secret: &str) -> Vec<(String, usize)> {
    let mut forms = vec![(secret.to_owned(), PART), (hex::encode(secret), 2 * PART)];
    for before in ["", "x", "xy"] {
        for base64 in [base64_simd::STANDARD_NO_PAD, base64_simd::URL_SAFE_NO_PAD] {
            let encoded = base64.encode_to_string(format!("{before}{secret}"));
            let shared = (before.len() * 8).div_ceil(6);
            forms.push((encoded.get(shared..encoded.len() - 1).unwrap().to_owned(), 16));
        }
    }
    forms
}

/// Decodes a text as a reader could: percent signs, backslashes and white space.
fn undone(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..3 {
        text = url::form_urlencoded::parse(text.replace('+', "%2B").replace(['&', '='], " ").as_bytes())
            .map(|(decoded, _)| decoded.into_owned())
            .collect();
    }
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\\' | '"' | ',' | '\'')).collect()
}

struct Shown(Vec<String>);

impl Shown {
    fn add(&mut self, value: &(impl Debug + ?Sized)) {
        self.0.extend([format!("{value:?}"), format!("{value:#?}")]);
    }

    fn add_causes(&mut self, mut cause: Option<&(dyn StdError + 'static)>) {
        while let Some(error) = cause {
            self.add(error);
            self.0.push(error.to_string());
            cause = error.source();
        }
    }

    /// Returns all texts that an error shows.
    fn of(error: &Error) -> Self {
        let mut shown = Self(vec![error.to_string(), format!("{error:#}")]);
        shown.add(error);
        shown.add_causes(error.source());
        shown.add_causes(error.cause());
        shown.0.extend(error.advice().map(std::borrow::Cow::into_owned));
        let mut text = |text: Option<&str>| shown.0.extend(text.map(ToOwned::to_owned));
        text(error.operation());
        text(error.host());
        text(error.request_id());
        match error {
            Error::Service(error) => {
                for said in [error.code(), error.message(), error.original_message(), error.resource_name()] {
                    text(said);
                }
                text(Some(&String::from_utf8_lossy(error.body())));
                text(error.signature_mismatch().map(ToString::to_string).as_deref());
            }
            Error::Decode(error) => {
                text(Some(error.path()));
                text(Some(&String::from_utf8_lossy(error.body())));
            }
            _ => {}
        }
        shown
    }

    #[track_caller]
    fn hides(&self, case: &Case, what: &str) {
        for text in self.0.iter().flat_map(|text| [text.clone(), undone(text)]) {
            for (length, parts) in &case.parts {
                let shown = text.as_bytes().windows(*length).find(|part| parts.contains(*part));
                if let Some(part) = shown {
                    panic!("{}, {what}: {:?} is shown in {text}", case.name, String::from_utf8_lossy(part));
                }
            }
        }
    }
}

/// A response made from the request headers.
type Place = fn(String) -> Vec<u8>;

fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Makes a text valid as a header value.
fn in_header(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect::<String>().trim().to_owned()
}

const PLACES: &[(&str, Place)] = &[
    ("message", |t| response("403 x", "", serde_json::json!({"message": t}).to_string())),
    ("text", |t| response("502 x", "", t)),
    ("code", |t| response("400 x", "", serde_json::json!({"__type": t, "message": "no"}).to_string())),
    ("code header", |t| response("400 x", &format!("x-amzn-errortype: {}\r\n", in_header(&t)), "{}")),
    ("request ID", |t| response("400 x", &format!("x-amzn-requestid: {}\r\n", in_header(&t)), "{}")),
    ("redirect", |t| response("302 x", &format!("location: {}\r\n", in_header(&t)), t)),
    ("XML", |t| {
        response(
            "403 x",
            "",
            format!("<Error><Code>{t}</Code><Message>{t}</Message><RequestId>{t}</RequestId></Error>"),
        )
    }),
    ("details", |t| {
        let body = serde_json::json!({"message": "no", "originalMessage": t, "resourceName": t});
        response("424 x", "x-amzn-errortype: ModelErrorException\r\n", body.to_string())
    }),
    ("signature", |t| {
        let body = serde_json::json!({"message": format!(
            "No.\n\nThe Canonical String for this request should have been\n'POST\n{t}'\n\nThe String-to-Sign should have been\n'{t}'\n"
        )});
        response("403 x", "x-amzn-errortype: InvalidSignatureException\r\n", body.to_string())
    }),
    ("JSON of another shape", |t| {
        response("200 x", "", serde_json::json!({"output": t, "stopReason": [t]}).to_string())
    }),
    ("JSON keys", |t| {
        response("200 x", "", format!(r#"{{"output":{{"message":{{{}:[}}}}}}"#, serde_json::Value::from(t)))
    }),
    ("reply", |t| {
        let message = serde_json::json!({"role": "assistant", "content": [{"text": t}]});
        let body = serde_json::json!({"output": {"message": message}, "stopReason": "end_turn"});
        response("200 x", "", body.to_string())
    }),
    ("no JSON", |t| response("200 x", "", t)),
    ("status line", |t| response(&format!("999999 {}", in_header(&t)), "", "")),
    ("reason", |t| response(&format!("500 {}", in_header(&t)), "", "")),
    ("no HTTP", |t| t.into_bytes()),
    ("malformed header", |t| response("200 x", &format!("{}\r\n", in_header(&t)), "")),
    ("content type", |t| response("200 x", &format!("content-type: {}\r\n", in_header(&t)), t)),
    ("length", |t| format!("HTTP/1.1 200 x\r\ncontent-length: {}\r\n\r\n{t}", in_header(&t)).into_bytes()),
];

/// Starts a server that responds `times` times with the same echo.
fn server(times: usize, wrapping: Wrapping, place: Place) -> ScriptedServer {
    let echo = Echo(Arc::new(move |request| place(wrapping(&headers(request)))));
    ScriptedServer::start(vec![vec![Step::Echo(echo)]; times])
}

fn client(case: &Case, server: &ScriptedServer) -> Client {
    let builder = Client::builder().environment([("", ""); 0]).region("us-east-1").endpoint_url(server.url());
    (case.client)(builder.retry(RetryPolicy::off())).build().unwrap()
}

/// Calls each kind of operation, with a complete response and with a stream, and returns the
/// errors.
async fn errors(client: &Client) -> Vec<Error> {
    let converse = ConverseRequest::new("m");
    let mut errors = Vec::new();
    match client.converse(&converse).await {
        Ok(response) => errors.extend(response.json::<u8>().err()),
        Err(error) => errors.push(error),
    }
    errors.extend(client.converse_stream(&converse).await.err());
    match client.invoke_model(&InvokeModelRequest::new("m", b"{}")).await {
        Ok(response) => errors.extend(response.json::<u8>().err()),
        Err(error) => errors.push(error),
    }
    match client.send(&Call::new(Service::Bedrock, Method::GET, "/x")).await {
        Ok(response) => errors.extend(response.json::<u8>().err()),
        Err(error) => errors.push(error),
    }
    errors
}

#[tokio::test]
async fn no_error_shows_a_secret_in_any_encoding() {
    for case in cases() {
        for (at, (name, wrapping)) in wrappings::ALL.iter().enumerate() {
            // The secret is in a JSON message, or in plain text.
            let (_, place) = PLACES[at % 2];
            let server = server(1, *wrapping, place);
            let error = client(&case, &server).converse(&ConverseRequest::new("m")).await.unwrap_err();
            assert!(matches!(error, Error::Service(_)), "{error}");
            Shown::of(&error).hides(&case, name);
        }
    }
}

#[tokio::test]
async fn no_error_shows_a_secret_in_any_place() {
    let some: [Wrapping; 3] = [wrappings::some, wrappings::values, |h| {
        // The secret is the first text, in a place that is shortened early.
        h.iter().rev().map(|(_, v)| v.replace("Bearer ", "").chars().take(64).collect::<String>() + "#").collect()
    }];
    for (turn, case) in cases().into_iter().enumerate() {
        for (at, (name, place)) in PLACES.iter().enumerate() {
            for wrapping in [some[0], some[1 + (at + turn) % 2]] {
                let server = server(4, wrapping, *place);
                let errors = errors(&client(&case, &server)).await;
                assert!(!errors.is_empty(), "{name}");
                for error in errors {
                    Shown::of(&error).hides(&case, name);
                }
            }
        }
    }
}

/// A frame made from the request headers.
type FrameOf = fn(String) -> Vec<u8>;

fn frame(headers: &[(&str, &str)], payload: String) -> Vec<u8> {
    let frame = headers.iter().fold(Frame::new(payload), |frame, (name, value)| frame.with_header(*name, *value));
    encode(&frame).unwrap().to_vec()
}

const FRAMES: &[(&str, FrameOf)] = &[
    ("exception", |t| {
        let headers = [(":message-type", "exception"), (":exception-type", "modelStreamErrorException")];
        frame(&headers, serde_json::json!({"message": t, "originalMessage": t}).to_string())
    }),
    ("exception that is not JSON", |t| {
        frame(&[(":message-type", "exception"), (":exception-type", "throttlingException")], t)
    }),
    ("exception type", |t| {
        frame(
            &[(":message-type", "exception"), (":exception-type", &t.chars().take(9000).collect::<String>())],
            "{}".into(),
        )
    }),
    ("error", |t| {
        let t: String = t.chars().take(9000).collect();
        frame(&[(":message-type", "error"), (":error-code", &t), (":error-message", &t)], String::new())
    }),
    ("message type", |t| frame(&[(":message-type", &t.chars().take(9000).collect::<String>())], "{}".into())),
    ("malformed event", |t| {
        let headers = [(":message-type", "event"), (":event-type", "messageStop")];
        frame(&headers, serde_json::json!({"stopReason": {"x": t.clone()}, t: 1}).to_string())
    }),
    ("malformed chunk", |t| {
        frame(&[(":message-type", "event"), (":event-type", "chunk")], serde_json::json!({"bytes": t}).to_string())
    }),
    ("no frame", String::into_bytes),
];

async fn collect<D: StreamDecoder>(
    stream: Result<bedrock_lite::EventStream<D>, Error>,
    shown: &mut Shown,
) -> Option<bedrock_lite::EventStream<D>> {
    let mut stream = match stream {
        Ok(stream) => stream,
        Err(error) => {
            shown.0.extend(Shown::of(&error).0);
            return None;
        }
    };
    loop {
        match stream.recv().await {
            Ok(Some(_)) => {}
            Ok(None) => return Some(stream),
            Err(error) => shown.0.extend(Shown::of(&error).0),
        }
    }
}

#[tokio::test]
async fn no_stream_error_shows_a_secret() {
    let start =
        || frame(&[(":message-type", "event"), (":event-type", "messageStart")], r#"{"role":"assistant"}"#.into());
    for case in cases() {
        for (name, frame_of) in FRAMES {
            for begins in [true, false] {
                let echo = Echo(Arc::new(move |request| {
                    let first = if begins { start() } else { Vec::new() };
                    [first, frame_of(wrappings::some(&headers(request)))].concat()
                }));
                let scripts = vec![vec![stream_head(), Step::Echo(echo)]; 2];
                let server = ScriptedServer::start(scripts);
                let client = client(&case, &server);
                let mut shown = Shown(Vec::new());
                let converse = client.converse_stream(&ConverseRequest::new("m")).await;
                if let Some(stream) = collect(converse, &mut shown).await {
                    // The error that the decoder keeps is checked as well.
                    shown.0.extend(Shown::of(&stream.decoder().clone().into_response().unwrap_err()).0);
                    shown.0.extend(Shown::of(&stream.into_response().unwrap_err()).0);
                }
                let invoke = InvokeModelWithResponseStreamRequest::new("m", b"{}");
                collect(client.invoke_model_with_response_stream(&invoke).await, &mut shown).await;
                assert!(!shown.0.is_empty(), "{name}");
                shown.hides(&case, name);
            }
        }
    }
}

/// Returns credentials with a new token each time.
#[derive(Debug, Default)]
struct Rotating(AtomicUsize);

const TOKENS: [&str; 2] = ["FwoGZXIvYXdzEAAaDFirstTokenThatIsRefused+/", "FwoGZXIvYXdzEBBaDOtherTokenThatIsGiven4/it"];

impl ProvideCredentials for Rotating {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let turn = self.0.fetch_add(1, Ordering::Relaxed).min(1);
        Box::pin(async move { Ok(Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKENS[turn])) })
    }
}

#[tokio::test]
async fn replaced_credentials_stay_secret() {
    let body = serde_json::json!({"message": format!("known: {TOKENS:?}")}).to_string();
    let server = ScriptedServer::start([refusal(403, "ExpiredTokenException"), answer(400, &[], &body)]);
    let client = server.client().credentials_provider(Rotating::default()).build().unwrap();
    let error = client.converse(&ConverseRequest::new("m")).await.unwrap_err();
    assert_eq!(error.attempts(), 2, "{error}");
    assert!(error.to_string().contains("known: [\"[redacted]\", \"[redacted]\"]"), "{error}");
    Shown::of(&error).hides(&Case::new("rotating", |builder| builder, &TOKENS), "message");
}

#[tokio::test]
async fn sensitive_header_of_a_call_stays_secret() {
    const COOKIE: &str = "session=0123456789abcdefghij";
    let call = Call::new(Service::Bedrock, Method::GET, "/x").header("cookie", COOKIE).unwrap();
    assert!(!format!("{call:?}").contains(COOKIE));
    let server = server(1, wrappings::values, PLACES[0].1);
    let error = server.client().build().unwrap().send(&call).await.unwrap_err();
    Shown::of(&error).hides(&Case::new("cookie", |builder| builder, &[COOKIE]), "message");
}

#[tokio::test]
async fn endless_list_does_not_show_a_secret_in_its_token() {
    for case in cases() {
        let place: Place = |t| response("200 x", "", serde_json::json!({"guardrails": [], "nextToken": t}).to_string());
        let wrapping: Wrapping =
            |h| h.iter().filter(|(n, _)| n == "x-amz-security-token").map(|(_, v)| v.clone()).collect::<String>() + "!";
        let server = server(3, wrapping, place);
        let mut pages = client(&case, &server).pages(&ListGuardrailsRequest::new());
        let error = loop {
            match pages.recv().await {
                Ok(page) => assert!(page.is_some()),
                Err(error) => break error,
            }
        };
        Shown::of(&error).hides(&case, "a token");
    }
}
