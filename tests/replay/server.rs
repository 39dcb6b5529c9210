//! The replay server: as strict as Bedrock about signatures, and clear about requests without a
//! fixture.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::replay::{Fixtures, ReplayServer};
use bedrock_lite::runtime::StreamedConverse;
use bedrock_lite::sigv4::Signer;
use bedrock_lite::{
    ApiKey, Client, Clock as _, ConverseRequest, Credentials, Error, InvokeModelRequest, ListFoundationModelsRequest,
    Message, Operation, RetryPolicy, Service, ServiceError, ServiceErrorKind, SystemClock, TransportErrorKind,
};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use serde_json::json;

const NOVA: &str = "amazon.nova-lite-v1:0";

fn fixtures() -> Fixtures {
    Fixtures::load(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap()
}

async fn server() -> ReplayServer {
    ReplayServer::builder(fixtures()).start().await.unwrap()
}

fn client(server: &ReplayServer) -> Client {
    Client::builder().environment(server.environment()).retry(RetryPolicy::off()).build().unwrap()
}

fn client_with(server: &ReplayServer, credentials: Credentials) -> Client {
    let builder = Client::builder().region("us-east-1").endpoint_url(server.url()).retry(RetryPolicy::off());
    builder.credentials(credentials).build().unwrap()
}

/// Returns the request of `converse/one_sentence` and `converse_stream/text`.
fn question() -> ConverseRequest {
    ConverseRequest::new(NOVA).message(Message::user("Why is the sky blue?")).max_tokens(200)
}

fn service_error<T>(result: Result<T, Error>) -> ServiceError {
    match result.map(|_| "an answer") {
        Err(Error::Service(error)) => error,
        other => panic!("expected a service error, got {other:?}"),
    }
}

// Authentication.

#[tokio::test]
async fn correct_signature_is_accepted() {
    let server = server().await;
    let reply = client(&server).converse(&question()).await.unwrap();
    assert_eq!(reply.text(), "Air scatters blue light more than red.");
    assert_eq!(server.served(), ["converse/one_sentence"]);
}

#[tokio::test]
async fn wrong_secret_is_reported_with_the_canonical_request() {
    let server = server().await;
    let wrong = Credentials::new(server.credentials().access_key_id(), "not/the/secret");
    let error = service_error(client_with(&server, wrong).converse(&question()).await);
    assert_eq!(error.kind(), ServiceErrorKind::InvalidSignature);
    assert_eq!((error.status().as_u16(), error.code()), (403, Some("InvalidSignatureException")));
    let message = error.message().unwrap();
    let host = server.url().replace("http://", "");
    let begin = format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
         and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request \
         should have been\n'POST\n/model/amazon.nova-lite-v1%253A0/converse\n\ncontent-type:application/json\nhost:{host}\n\
         x-amz-date:"
    );
    assert!(message.starts_with(&begin), "{message}");
    let scope = "/us-east-1/bedrock/aws4_request\n";
    assert!(message.contains("The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n"), "{message}");
    assert!(message.contains(scope), "{message}");
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    assert!(error.to_string().starts_with("InvalidSignatureException (403): The request signature we"), "{error}");
}

#[tokio::test]
async fn every_change_after_signing_is_detected() {
    type Tamper = fn(&mut Request<Bytes>);
    let server = server().await;
    let tampered: [(&str, Tamper); 5] = [
        ("path", |request| {
            *request.uri_mut() = request.uri().to_string().replace("/converse", "/converse-stream").parse().unwrap();
        }),
        ("query", |request| *request.uri_mut() = format!("{}?a=b", request.uri()).parse().unwrap()),
        ("body", |request| *request.body_mut() = r#"{"messages":[]}"#.into()),
        ("header", |request| {
            request.headers_mut().insert("content-type", HeaderValue::from_static("text/plain"));
        }),
        ("method", |request| *request.method_mut() = http::Method::PUT),
    ];
    for (what, tamper) in tampered {
        let mut request = signed(&server, server.credentials());
        tamper(&mut request);
        let error = service_error(ConverseRequest::http_response(exchange(&server, request).await));
        assert_eq!(error.kind(), ServiceErrorKind::InvalidSignature, "{what}: {error}");
    }
    let untouched = exchange(&server, signed(&server, server.credentials())).await;
    assert_eq!(untouched.status(), 200, "the unchanged request is accepted");
}

#[tokio::test]
async fn unknown_access_key_is_reported() {
    let server = server().await;
    let unknown = Credentials::new("AKIANOBODYEXAMPLE", server.credentials().secret_access_key());
    let error = service_error(client_with(&server, unknown).converse(&question()).await);
    assert_eq!((error.kind(), error.status().as_u16()), (ServiceErrorKind::UnrecognizedClient, 403));

    let mut unsigned = signed(&server, server.credentials());
    unsigned.headers_mut().remove("authorization");
    let error = service_error(ConverseRequest::http_response(exchange(&server, unsigned).await));
    assert_eq!((error.code(), error.status().as_u16()), (Some("MissingAuthenticationTokenException"), 403));

    let mut undated = signed(&server, server.credentials());
    undated.headers_mut().remove("x-amz-date");
    let error = service_error(ConverseRequest::http_response(exchange(&server, undated).await));
    assert_eq!((error.code(), error.status().as_u16()), (Some("IncompleteSignatureException"), 403));
}

#[tokio::test]
async fn signature_for_another_service_is_refused() {
    let server = server().await;
    let mut request = unsigned(&server);
    Signer::new("us-east-1", "s3").sign(&mut request, server.credentials(), SystemClock.now()).unwrap();
    let error = service_error(ConverseRequest::http_response(exchange(&server, request).await));
    assert_eq!(error.kind(), ServiceErrorKind::InvalidSignature);
    assert_eq!(error.message(), Some("Credential should be scoped to correct service: 'bedrock'."));
}

#[tokio::test]
async fn signature_for_another_region_is_refused() {
    let server = server().await;
    for region in ["eu-west-1", "us-east-11", "moon", "aws-global"] {
        let mut request = unsigned(&server);
        Signer::new(region, "bedrock").sign(&mut request, server.credentials(), SystemClock.now()).unwrap();
        let error = service_error(ConverseRequest::http_response(exchange(&server, request).await));
        assert_eq!((error.kind(), error.status().as_u16()), (ServiceErrorKind::InvalidSignature, 403));
        let message = format!("Credential should be scoped to a valid region, not '{region}'.");
        assert_eq!(error.message(), Some(message.as_str()));
    }
    let server = ReplayServer::builder(fixtures()).region("eu-west-1").start().await.unwrap();
    assert_eq!(server.region(), "eu-west-1");
    client(&server).converse(&question()).await.unwrap();
    let error = service_error(client_with(&server, server.credentials().clone()).converse(&question()).await);
    assert_eq!(error.kind(), ServiceErrorKind::InvalidSignature, "the request was signed for us-east-1");
}

#[tokio::test]
async fn unknown_payload_hash_is_refused_with_any_signature() {
    let server = server().await;
    let mut request = unsigned(&server);
    request.headers_mut().insert("x-amz-content-sha256", HeaderValue::from_static("ANYTHING"));
    Signer::new("us-east-1", "bedrock").sign(&mut request, server.credentials(), SystemClock.now()).unwrap();
    let error = service_error(ConverseRequest::http_response(exchange(&server, request).await));
    assert_eq!((error.code(), error.status().as_u16()), (Some("IncompleteSignatureException"), 403));
}

#[tokio::test]
async fn session_token_must_belong_to_the_key() {
    let held = Credentials::new("ASIAEXAMPLE", "secret").with_session_token("the-token");
    let server = ReplayServer::builder(fixtures()).credentials(held).start().await.unwrap();
    assert!(client(&server).converse(&question()).await.is_ok(), "the environment has the token");
    for wrong in [
        Credentials::new("ASIAEXAMPLE", "secret"),
        Credentials::new("ASIAEXAMPLE", "secret").with_session_token("another"),
    ] {
        let error = service_error(client_with(&server, wrong).converse(&question()).await);
        assert_eq!(error.kind(), ServiceErrorKind::UnrecognizedClient);
    }
}

#[tokio::test]
async fn api_key_is_accepted_instead_of_a_signature() {
    let server = server().await;
    let ask = async |key: ApiKey| {
        let builder = Client::builder().region("us-east-1").endpoint_url(server.url()).retry(RetryPolicy::off());
        builder.api_key(key).build().unwrap().converse(&question()).await
    };
    assert!(ask(server.api_key().clone()).await.is_ok());
    let error = service_error(ask("bedrock-api-key-of-somebody-else".into()).await);
    assert_eq!((error.kind(), error.status().as_u16()), (ServiceErrorKind::AccessDenied, 403));
}

// Matching.

#[tokio::test]
async fn order_of_members_and_of_the_query_does_not_matter() {
    let server = server().await;
    let body = br#"{ "inferenceConfig": {"maxTokens": 200.0}, "messages": [{"content": [{"text": "Why is the sky blue?"}], "role": "user"}] }"#;
    let mut request = unsigned(&server);
    *request.body_mut() = Bytes::from_static(body);
    assert_eq!(exchange(&server, sign(request, server.credentials())).await.status(), 200);

    let query = "byProvider=Amazon&byOutputModality=TEXT&byInferenceType=ON_DEMAND&byCustomizationType=FINE_TUNING";
    let request = Request::get(format!("{}/foundation-models?{query}", server.url())).body(Bytes::new()).unwrap();
    assert_eq!(exchange(&server, sign(request, server.credentials())).await.status(), 200);
    assert_eq!(server.served(), ["converse/one_sentence", "list_foundation_models/four_filters"]);
}

#[tokio::test]
async fn request_without_a_fixture_gets_the_nearest_one_in_the_error() {
    let server = server().await;
    let client = client(&server);
    let told = |error: ServiceError| {
        assert_eq!((error.code(), error.status().as_u16()), (Some("NoSuchFixtureException"), 404));
        error.message().unwrap().to_owned()
    };
    let asked = "no fixture for POST /model/amazon.nova-lite-v1%3A0/converse; the most similar is";

    let other = service_error(client.converse(&question().max_tokens(300)).await);
    assert_eq!(told(other), format!("{asked} converse/one_sentence: /inferenceConfig/maxTokens is 200, not 300"));

    let other = service_error(client.converse(&question().temperature(0.5)).await);
    assert_eq!(
        told(other),
        format!("{asked} converse/one_sentence: /inferenceConfig/temperature is not in the fixture")
    );

    let mut chat = question();
    chat.push(Message::assistant("Because."));
    let other = service_error(client.converse(&chat).await);
    assert_eq!(told(other), format!("{asked} converse/one_sentence: /messages has 1 elements, not 2"));

    let all = ListFoundationModelsRequest::new();
    let other = service_error(client.list_foundation_models(&all.by_provider("Nobody")).await);
    assert_eq!(
        told(other),
        "no fixture for GET /foundation-models; the most similar is list_foundation_models/all: its query is \"\", not \
         \"byProvider=Nobody\""
    );

    let request = InvokeModelRequest::json("amazon.titan-text-lite-v1", &json!({"inputText": "Hi"})).unwrap();
    let message = told(service_error(client.invoke_model(&request).await));
    let expected = "no fixture for POST /model/amazon.titan-text-lite-v1/invoke; the most similar is invoke_model/titan: its path \
                    is /model/amazon.titan-text-express-v1/invoke, /inputText is \"Explain a checksum in one sentence.\", not \
                    \"Hi\"";
    assert_eq!(message, expected);
    assert_eq!(server.served().last(), Some(&message));
}

#[tokio::test]
async fn responses_of_a_fixture_take_turns() {
    let server = server().await;
    let client = client(&server);
    let busy = ConverseRequest::new(NOVA).message(Message::user("Is it busy today?")).max_tokens(200);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        // Another exchange in between has its own turns.
        client.converse(&question()).await.unwrap();
        statuses.push(client.converse(&busy).await.map_or_else(|error| error.status().unwrap().as_u16(), |_| 200));
    }
    assert_eq!(statuses, [429, 429, 200, 429, 429, 200]);
}

#[tokio::test]
async fn client_retries_throttled_fixtures() {
    let server = server().await;
    let policy = RetryPolicy::new().delays(Duration::from_millis(4), Duration::ZERO);
    let client = Client::builder().environment(server.environment()).retry(policy).build().unwrap();
    let busy = ConverseRequest::new(NOVA).message(Message::user("Is it busy today?")).max_tokens(200);
    assert_eq!(client.converse(&busy).await.unwrap().text(), "It was, but now it is your turn.");
    assert_eq!(server.served(), ["converse/throttled"; 3]);
    assert_eq!(client.converse_stream(&busy).await.unwrap().request_id().unwrap().len(), 36);
    assert_eq!(server.served().len(), 5);
}

#[tokio::test]
async fn response_keeps_the_order_of_its_members() {
    let server = server().await;
    let body = json!({"inputText": "Explain a checksum in one sentence.", "textGenerationConfig": {
        "maxTokenCount": 200, "temperature": 0.5, "topP": 0.9
    }});
    let request = InvokeModelRequest::json("amazon.titan-text-express-v1", &body).unwrap();
    let answer = client(&server).invoke_model(&request).await.unwrap();
    let text = std::str::from_utf8(answer.body.as_ref()).unwrap();
    assert!(
        text.starts_with(r#"{"inputTextTokenCount":8,"results":[{"tokenCount":21,"outputText":"\nA checksum is"#),
        "{text}"
    );
}

// Streams.

#[tokio::test]
async fn stream_is_the_same_in_chunks_of_any_size() {
    let mut replies = Vec::new();
    for chunk in [1, 7, usize::MAX] {
        let builder = ReplayServer::builder(fixtures()).chunks(chunk, Duration::ZERO);
        let server = builder.start().await.unwrap();
        let mut stream = client(&server).converse_stream(&question()).await.unwrap();
        let mut events = 0;
        while stream.recv().await.unwrap().is_some() {
            events += 1;
        }
        replies.push((events, stream.into_response().unwrap()));
    }
    assert!(replies.iter().all(|reply| *reply == replies[0]), "{replies:?}");
    assert!(replies[0].1.text().starts_with("Sunlight holds every colour."));
}

#[tokio::test]
async fn chunks_have_the_set_size_and_pause() {
    const PAUSE: Duration = Duration::from_millis(10);
    let builder = ReplayServer::builder(fixtures()).chunks(900, PAUSE);
    let server = builder.start().await.unwrap();
    let endpoint = Endpoint::resolve(Service::BedrockRuntime, &EndpointConfig::new().url(server.url())).unwrap();
    let request = StreamedConverse::new(&question()).http_request(&endpoint).unwrap();
    let start = Instant::now();
    let answer = exchange(&server, sign(request, server.credentials())).await;
    let took = start.elapsed();
    let sizes = chunks(answer.body());
    let (last, others) = sizes.split_last().unwrap();
    assert!(others.len() >= 4 && others.iter().all(|size| *size == 900) && *last <= 900, "{sizes:?}");
    assert!(took >= PAUSE * u32::try_from(others.len()).unwrap(), "{took:?} for {sizes:?}");
}

// Robustness.

#[tokio::test]
async fn request_that_is_too_large_is_refused() {
    const ONE_TOO_MANY: usize = 32 * 1024 * 1024 + 1;
    let server = server().await;
    let mut request = unsigned(&server);
    *request.body_mut() = vec![b' '; ONE_TOO_MANY].into();
    let error = service_error(ConverseRequest::http_response(exchange(&server, request).await));
    assert_eq!((error.code(), error.status().as_u16()), (Some("PayloadTooLargeException"), 413));
}

#[tokio::test]
async fn many_calls_at_once_are_served() {
    let server = server().await;
    let client = client(&server);
    let calls: Vec<_> = (0..20)
        .map(|at| {
            let client = client.clone();
            tokio::spawn(async move {
                if at % 2 == 0 {
                    return client.converse(&question()).await.unwrap().text();
                }
                let mut stream = client.converse_stream(&question()).await.unwrap();
                while stream.recv().await.unwrap().is_some() {}
                stream.into_response().unwrap().text()
            })
        })
        .collect();
    let mut texts = BTreeSet::new();
    for call in calls {
        texts.insert(call.await.unwrap());
    }
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(server.served().len(), 20);
}

#[tokio::test]
async fn server_stops_when_it_is_dropped() {
    let server = server().await;
    client(&server).converse(&question()).await.unwrap();
    let late = client(&server);
    let address = server.url().replace("http://", "");
    drop(server);
    // The port closes when the runtime polls the listener.
    let start = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(60), "the server still accepts connections");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    match late.converse(&question()).await {
        Err(Error::Transport(error)) => assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}"),
        other => panic!("expected no connection, got {other:?}"),
    }
}

// An HTTP client without `Client`: the test controls every byte.

/// Returns the HTTP request of [`question`].
fn unsigned(server: &ReplayServer) -> Request<Bytes> {
    let endpoint = Endpoint::resolve(Service::BedrockRuntime, &EndpointConfig::new().url(server.url())).unwrap();
    question().http_request(&endpoint).unwrap()
}

fn signed(server: &ReplayServer, credentials: &Credentials) -> Request<Bytes> {
    sign(unsigned(server), credentials)
}

fn sign(mut request: Request<Bytes>, credentials: &Credentials) -> Request<Bytes> {
    Signer::new("us-east-1", "bedrock").sign(&mut request, credentials, SystemClock.now()).unwrap();
    request
}

/// Sends a request on its own connection. A chunked body is returned with its chunk sizes.
async fn exchange(server: &ReplayServer, request: Request<Bytes>) -> Response<Bytes> {
    let address = server.url().replace("http://", "");
    let (parts, body) = request.into_parts();
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", parts.method, parts.uri.path_and_query().unwrap());
    for (name, value) in &parts.headers {
        write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    write!(head, "connection: close\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
    let exchanged = tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(&body).unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).unwrap();
        answer
    });
    let answer = Bytes::from(exchanged.await.unwrap());
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut response = Response::builder().status(status);
    for (name, value) in lines.map(|line| line.split_once(": ").unwrap()) {
        response = response.header(name, value);
    }
    response.body(answer.slice(end + 4..)).unwrap()
}

/// Returns the chunk sizes of a chunked body.
fn chunks(mut body: &[u8]) -> Vec<usize> {
    let mut sizes = Vec::new();
    loop {
        let end = body.iter().position(|byte| *byte == b'\r').unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return sizes;
        }
        sizes.push(size);
        body = &body[end + 2 + size + 2..];
    }
}
