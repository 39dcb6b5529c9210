//! AWS's own Python SDK against the replay server: it must read the same from every fixture as this
//! crate's client.
//!
//! This is an independent check of the signer and the frames: the server accepts what botocore
//! signs, and botocore reads what the server sends.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic in a test is a test failure"
)]

mod support;

use std::collections::BTreeSet;
use std::process::Command;

use bedrock_lite::control::{CreateModelInvocationJobRequest, GetModelInvocationJobRequest};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::replay::{Fixture, Fixtures, ReplayServer};
use bedrock_lite::runtime::InvokeModelWithResponseStreamRequest;
use bedrock_lite::{
    Client, ConverseRequest, Credentials, Error, EventStream, GetFoundationModelRequest, InvokeModelRequest,
    ListFoundationModelsRequest, RetryPolicy, ServiceError,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::support::alike::alike_but;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/boto3_client.py");

/// The operations that must have a fixture.
const OPERATIONS: [&str; 5] =
    ["list_foundation_models", "converse", "converse_stream", "invoke_model", "invoke_model_with_response_stream"];

/// Members that are missing in every model that botocore knows. botocore drops them, this crate
/// keeps them.
const OURS_ALONE: [&str; 3] = ["serverToolUsage", "cacheReadInputTokenCount", "cacheWriteInputTokenCount"];

/// What a client reads in each response, by fixture and turn.
type Readings = Vec<Value>;

fn reading(fixture: &str, turn: usize, read: Map<String, Value>) -> Value {
    let mut reading = Map::from_iter([("fixture".to_owned(), fixture.into()), ("turn".to_owned(), turn.into())]);
    reading.extend(read);
    reading.into()
}

fn answer(answer: &impl Serialize) -> Map<String, Value> {
    Map::from_iter([("answer".to_owned(), serde_json::to_value(answer).unwrap())])
}

fn error(error: &ServiceError) -> Map<String, Value> {
    // In a frame, a code has the form of a member name. botocore returns it in that form.
    let mut code = error.code().unwrap().to_owned();
    if error.in_stream() {
        code[..1].make_ascii_lowercase();
        return Map::from_iter([("error".to_owned(), json!({"code": code, "message": error.message()}))]);
    }
    let error = json!({
        "code": code, "message": error.message(), "status": error.status().as_u16(), "requestId": error.request_id(),
    });
    Map::from_iter([("error".to_owned(), error)])
}

fn service_error(from: &Error) -> Map<String, Value> {
    match from {
        Error::Service(from) => error(from),
        other => panic!("{other:?}"),
    }
}

async fn events<D: StreamDecoder<Event: Serialize>>(mut stream: EventStream<D>) -> Result<Map<String, Value>, Error> {
    let mut events = Vec::new();
    let end = loop {
        match stream.recv().await {
            Ok(Some(event)) => events.push(serde_json::to_value(event).unwrap()),
            Ok(None) => break Map::new(),
            Err(error) => break service_error(&error),
        }
    };
    let mut read = Map::from_iter([("events".to_owned(), events.into())]);
    read.extend(end);
    Ok(read)
}

/// Reads the request of a fixture in our stored form.
fn stored<T: serde::de::DeserializeOwned>(fixture: &Fixture, model: &str) -> T {
    let mut body = fixture.request.body.clone().unwrap();
    body["modelId"] = model.into();
    serde_json::from_value(body).unwrap()
}

fn decoded(segment: &str) -> String {
    // A `+` in a path is a literal plus sign.
    let pair = format!("{}=", segment.replace('+', "%2B"));
    form_urlencoded::parse(pair.as_bytes()).next().unwrap().0.into_owned()
}

async fn ask(client: &Client, fixture: &Fixture) -> Result<Map<String, Value>, Error> {
    let segments: Vec<_> = fixture.request.path.split('/').skip(1).map(decoded).collect();
    let segments: Vec<_> = segments.iter().map(String::as_str).collect();
    let native = || fixture.request.body.clone().unwrap();
    match segments[..] {
        ["foundation-models"] => {
            let query = fixture.request.query.join("&");
            let filters: Map<String, Value> =
                form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into(), (*value).into())).collect();
            let request: ListFoundationModelsRequest = serde_json::from_value(filters.into()).unwrap();
            Ok(answer(&client.list_foundation_models(&request).await?))
        }
        ["foundation-models", model] => {
            Ok(answer(&client.get_foundation_model(&GetFoundationModelRequest::new(model)).await?))
        }
        ["model-invocation-job"] => {
            let request: CreateModelInvocationJobRequest = serde_json::from_value(native()).unwrap();
            Ok(answer(&client.create_model_invocation_job(&request).await?))
        }
        ["model-invocation-job", job] => {
            Ok(answer(&client.get_model_invocation_job(&GetModelInvocationJobRequest::new(job)).await?))
        }
        ["model", model, "converse"] => Ok(answer(&client.converse(&stored::<ConverseRequest>(fixture, model)).await?)),
        ["model", model, "converse-stream"] => {
            events(client.converse_stream(&stored::<ConverseRequest>(fixture, model)).await?).await
        }
        ["model", model, "invoke"] => {
            let response = client.invoke_model(&InvokeModelRequest::json(model, &native())?).await?;
            Ok(answer(&json!({"contentType": response.content_type, "body": response.json::<Value>()?})))
        }
        ["model", model, "invoke-with-response-stream"] => {
            let request = InvokeModelWithResponseStreamRequest::json(model, &native())?;
            events(client.invoke_model_with_response_stream(&request).await?).await
        }
        _ => panic!("{}: no request for {}", fixture.name, fixture.request.path),
    }
}

async fn ours(fixtures: &Fixtures) -> Readings {
    let server = ReplayServer::builder(fixtures.clone()).start().await.unwrap();
    let client = || Client::builder().environment(server.environment()).retry(RetryPolicy::off());
    let mut readings = Vec::new();
    for fixture in fixtures.iter() {
        let client = client().build().unwrap();
        for turn in 0..fixture.responses.len() {
            let read = ask(&client, fixture).await.unwrap_or_else(|error| service_error(&error));
            readings.push(reading(&fixture.name, turn, read));
        }
    }
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    let (key, secret) = (server.credentials().access_key_id(), server.credentials().secret_access_key());
    for (name, credentials) in [
        ("a wrong secret", Credentials::new(key, reversed(secret))),
        ("an unknown key", Credentials::new(reversed(key), secret)),
    ] {
        let client = client().credentials(credentials).build().unwrap();
        let error = client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap_err();
        readings.push(reading(name, 0, service_error(&error)));
    }
    readings
}

/// Returns what botocore reads in the same fixtures, from another server that sends streams in
/// small chunks.
async fn boto3(fixtures: &Fixtures) -> Readings {
    let python = std::env::var_os("BEDROCK_PYTHON").expect("BEDROCK_PYTHON must name a Python with boto3");
    let server = ReplayServer::builder(fixtures.clone()).chunks(7, std::time::Duration::ZERO).start().await.unwrap();
    let mut command = Command::new(python);
    command.arg(PROGRAM).arg(FIXTURES);
    // Removes proxies, profiles and endpoints of the machine that runs the test.
    let stray = |name: &str| name.starts_with("AWS_") || name.to_lowercase().ends_with("_proxy");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(stray)) {
        command.env_remove(name);
    }
    command.envs(server.environment());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let readings = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!server.served().is_empty());
    readings
}

/// Removes the canonical request, because the message about a wrong signature has the time in it.
fn without_canonical_request(readings: &mut Readings) {
    for reading in readings.iter_mut().filter(|reading| reading["error"]["code"] == "InvalidSignatureException") {
        let message = reading["error"]["message"].as_str().unwrap();
        assert!(message.contains("The Canonical String for this request should have been\n'GET\n/foundation-models\n"));
        reading["error"]["message"] = message.split('.').next().unwrap().into();
    }
}

/// Converts botocore's result where both read the same and return different forms.
fn in_our_form(mut reading: Value) -> Value {
    // For an exception in a stream, botocore has neither status nor request ID. If the stream has
    // only an exception, ours is an error of the call.
    if let Some(events) = reading.get("events").and_then(Value::as_array)
        && reading.get("error").is_some()
    {
        let alone = events.is_empty();
        let members = reading["error"].as_object_mut().unwrap();
        members.retain(|member, _| member == "code" || member == "message");
        if alone {
            reading.as_object_mut().unwrap().remove("events");
        }
    }
    // An empty list is not serialized.
    if let Some(answer) = reading.get_mut("answer").and_then(Value::as_object_mut) {
        for model in answer.get_mut("modelSummaries").and_then(Value::as_array_mut).into_iter().flatten() {
            drop_if_empty(model.as_object_mut().unwrap(), "customizationsSupported");
        }
        drop_if_empty(answer, "modelSummaries");
    }
    reading
}

fn drop_if_empty(members: &mut Map<String, Value>, name: &str) {
    if members.get(name) == Some(&json!([])) {
        members.remove(name);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs BEDROCK_PYTHON"]
async fn boto3_reads_the_same_as_this_crate() {
    let fixtures = Fixtures::load(FIXTURES).unwrap();
    let (mut ours, mut theirs) = (ours(&fixtures).await, boto3(&fixtures).await);
    without_canonical_request(&mut ours);
    without_canonical_request(&mut theirs);

    let answers: usize = fixtures.iter().map(|fixture| fixture.responses.len()).sum();
    assert_eq!((ours.len(), theirs.len()), (answers + 2, answers + 2));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let what = format!("{} turn {}", ours["fixture"], ours["turn"]);
        let theirs = in_our_form(theirs.clone());
        let same =
            alike_but(ours, &theirs, |path, _| OURS_ALONE.iter().any(|name| path.ends_with(&format!(".{name}"))));
        same.unwrap_or_else(|parted| panic!("{what} differs between ours and boto3: {parted}"));
    }

    let wrong = &theirs[answers..];
    assert_eq!(
        (&wrong[0]["error"]["status"], &wrong[0]["error"]["code"]),
        (&json!(403), &json!("InvalidSignatureException"))
    );
    assert_eq!(
        (&wrong[1]["error"]["status"], &wrong[1]["error"]["code"]),
        (&json!(403), &json!("UnrecognizedClientException"))
    );
    let operations: BTreeSet<_> = fixtures.iter().filter_map(|fixture| fixture.name.split('/').next()).collect();
    for operation in OPERATIONS {
        assert!(operations.contains(operation), "no fixture for {operation}");
    }
}
