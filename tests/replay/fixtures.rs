//! The fixtures: each of them loads, matches what this client sends and reads, and has a stream
//! with the bytes of its lines.

use std::collections::{BTreeMap, BTreeSet};

use bedrock_lite::control::{
    CreateModelInvocationJobRequest, GetFoundationModelRequest, GetModelInvocationJobRequest,
    ListFoundationModelsRequest,
};
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::operation::{FromResponse, StreamDecoder, accept};
use bedrock_lite::replay::{Fixture, FixtureBody, FixtureResponse, Fixtures, StreamEvent};
use bedrock_lite::runtime::{ConverseStreamRequest, InvokeModelRequest, InvokeModelWithResponseStreamRequest};
use bedrock_lite::{ConverseRequest, Error, Operation, ServiceErrorKind};
use bytes::Bytes;
use http::{Request, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const REWRITE: &str = "BEDROCK_LITE_REWRITE_FIXTURES";

fn fixtures() -> Fixtures {
    Fixtures::load(FOLDER).unwrap()
}

#[test]
fn bytes_of_every_stream_match_its_lines() {
    let rewrite = std::env::var_os(REWRITE).is_some_and(|value| value == "1");
    let mut streams = 0;
    for fixture in fixtures().iter() {
        for response in &fixture.responses {
            let FixtureBody::Stream { bytes, events, file, .. } = &response.body else { continue };
            streams += 1;
            let written = StreamEvent::encode(events).unwrap();
            if rewrite {
                std::fs::write(file, &written).unwrap();
                continue;
            }
            let name = file.display();
            assert!(
                written == *bytes,
                "{name} is not what its .jsonl says. The lines are what counts: write the bytes anew with\n    {REWRITE}=1 \
                 cargo test --test replay fixtures"
            );
            assert_eq!(StreamEvent::decode(bytes.clone()).unwrap(), *events, "{name}");
        }
    }
    assert!(streams >= 10, "{streams} streams");
}

#[test]
fn every_file_belongs_to_a_fixture() {
    let mut expected = BTreeSet::from(["README.md".to_owned(), "converse/image.png".to_owned()]);
    for fixture in fixtures().iter() {
        expected.insert(format!("{}.json", fixture.name));
        for response in &fixture.responses {
            if let FixtureBody::Stream { file, .. } = &response.body {
                for ending in ["jsonl", "bin"] {
                    let file = file.with_extension(ending);
                    expected.insert(file.strip_prefix(FOLDER).unwrap().to_string_lossy().replace('\\', "/"));
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(FOLDER).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let files = std::fs::read_dir(entry.path()).unwrap();
            found.extend(files.map(|file| format!("{name}/{}", file.unwrap().file_name().into_string().unwrap())));
        } else {
            found.insert(name);
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn every_fixture_has_a_description_and_request_ids() {
    let mut ids = BTreeSet::new();
    for fixture in fixtures().iter() {
        let name = &fixture.name;
        assert!(fixture.about.ends_with('.'), "{name}: about");
        for response in &fixture.responses {
            let header = |name: &str| response.headers.get(name).unwrap().to_str().unwrap();
            let id = header("x-amzn-requestid");
            let groups: Vec<_> = id.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{name}: {id}");
            assert!(ids.insert(id.to_owned()), "{name}: {id} is used twice");
            let stream = matches!(response.body, FixtureBody::Stream { .. });
            let expected = if stream { "application/vnd.amazon.eventstream" } else { "application/json" };
            assert_eq!(header("content-type"), expected, "{name}");
        }
    }
}

#[test]
fn every_fixture_matches_what_the_client_sends_and_reads() {
    for fixture in fixtures().iter() {
        match fixture.name.split('/').next().unwrap() {
            "list_foundation_models" => whole(fixture, &query::<ListFoundationModelsRequest>(fixture)),
            "get_foundation_model" => whole(fixture, &GetFoundationModelRequest::new(path_parameter(fixture))),
            "converse" => whole(fixture, &body::<ConverseRequest>(fixture)),
            "invoke_model" => {
                whole(fixture, &InvokeModelRequest::json(path_parameter(fixture), &fixture.request.body).unwrap());
            }
            "create_model_invocation_job" => {
                let request: CreateModelInvocationJobRequest =
                    serde_json::from_value(fixture.request.body.clone().unwrap()).unwrap();
                whole(fixture, &request);
            }
            "get_model_invocation_job" => whole(fixture, &GetModelInvocationJobRequest::new(path_parameter(fixture))),
            "converse_stream" => streamed(fixture, &body::<ConverseStreamRequest>(fixture)),
            "invoke_model_with_response_stream" => {
                let body = &fixture.request.body;
                streamed(fixture, &InvokeModelWithResponseStreamRequest::json(path_parameter(fixture), body).unwrap());
            }
            other => panic!("{}: {other} is not an operation", fixture.name),
        }
    }
}

fn whole<O: Operation>(fixture: &Fixture, operation: &O)
where
    O::Output: FromResponse,
{
    sent(fixture, operation);
    for response in &fixture.responses {
        let FixtureBody::Whole(body) = &response.body else { panic!("{}: a stream", fixture.name) };
        read(fixture, response, O::http_response(respond(response, body.clone())));
    }
}

fn streamed<O: Operation>(fixture: &Fixture, operation: &O)
where
    O::Output: StreamDecoder,
{
    sent(fixture, operation);
    for response in &fixture.responses {
        match &response.body {
            FixtureBody::Stream { bytes, events, .. } => {
                let read = decode::<O::Output>(response, bytes.clone());
                let exceptions =
                    events.iter().any(|event| event.headers.iter().any(|(name, _)| name == ":exception-type"));
                match read {
                    Ok(read) => assert_eq!((read, exceptions), (events.len(), false), "{}", fixture.name),
                    Err(error) => assert!(exceptions && is_typed(&error), "{}: {error:#}", fixture.name),
                }
            }
            FixtureBody::Whole(body) => read(fixture, response, accept(respond(response, body.clone()))),
            _ => panic!("{}: another kind of body", fixture.name),
        }
    }
}

/// Checks that the client would send the request of the fixture.
fn sent<O: Operation>(fixture: &Fixture, operation: &O) {
    let endpoint = Endpoint::resolve(operation.service(), &EndpointConfig::new().region("us-east-1")).unwrap();
    let request: Request<Bytes> = operation.http_request(&endpoint).unwrap();
    let mut query: Vec<_> = request.uri().query().unwrap_or_default().split('&').filter(|q| !q.is_empty()).collect();
    query.sort_unstable();
    let body = (!request.body().is_empty()).then(|| serde_json::from_slice::<Value>(request.body()).unwrap());
    let expected = &fixture.request;
    assert_eq!(
        (request.method(), request.uri().path(), query, body.as_ref()),
        (
            &expected.method,
            &*expected.path,
            expected.query.iter().map(String::as_str).collect(),
            expected.body.as_ref()
        ),
        "{}",
        fixture.name
    );
}

/// Checks that a success is a response of its operation, and that an error is typed.
fn read<T>(fixture: &Fixture, response: &FixtureResponse, read: Result<T, Error>) {
    let name = &fixture.name;
    match read {
        Ok(_) => assert!(response.status.is_success(), "{name}: {} was read as an answer", response.status),
        Err(error) => assert!(!response.status.is_success() && is_typed(&error), "{name}: {error:#}"),
    }
}

fn is_typed(error: &Error) -> bool {
    matches!(error, Error::Service(e) if e.kind() != ServiceErrorKind::Other && e.message().is_some())
}

fn decode<D: StreamDecoder>(response: &FixtureResponse, bytes: Bytes) -> Result<usize, Error> {
    let mut decoder = D::from_head(respond(response, Bytes::new()).into_parts().0)?;
    decoder.push(bytes);
    let mut events = 0;
    while decoder.recv()?.is_some() {
        events += 1;
    }
    decoder.finish()?;
    Ok(events)
}

fn respond(response: &FixtureResponse, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = response.status;
    *answer.headers_mut() = response.headers.clone();
    answer
}

/// Returns the model or job in the path.
fn path_parameter(fixture: &Fixture) -> String {
    let segment = fixture.request.path.split('/').nth(2).unwrap();
    segment.replace("%3A", ":").replace("%2F", "/")
}

/// Reads a request from the body and the model.
fn body<T: DeserializeOwned>(fixture: &Fixture) -> T {
    let mut body = fixture.request.body.clone().unwrap();
    body.as_object_mut().unwrap().insert("modelId".to_owned(), path_parameter(fixture).into());
    serde_json::from_value(body).unwrap()
}

/// Reads a request from the query.
fn query<T: DeserializeOwned>(fixture: &Fixture) -> T {
    let pairs: BTreeMap<_, _> = fixture.request.query.iter().map(|pair| pair.split_once('=').unwrap()).collect();
    let members: Map<_, _> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    serde_json::from_value(Value::Object(members)).unwrap()
}
