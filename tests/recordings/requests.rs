//! Every recorded request: the body that our types write for it, and the URL.

use std::collections::BTreeMap;

use bedrock_lite::control::GetInferenceProfileRequest;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::runtime::{InvokeModelWithResponseStreamRequest, StreamedConverse};
use bedrock_lite::{
    ConverseRequest, ConverseStreamRequest, InvokeModelRequest, ListFoundationModelsRequest, Operation, Service,
};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::support::alike::alike_but;
use crate::support::recordings::{Exchange, all, all_expected, exchanges, expected, has_set};
use crate::support::unknown::Unknowns;

/// Lists for which empty and absent mean the same. Only these may be dropped.
const SAME_AS_ABSENT: [&str; 2] = [".inferenceConfig.stopSequences", ".system"];

/// Recordings without a readable request body.
const NO_BODY: [(&str, &str); 3] = [
    ("recordings/converse_stream/0041", "not recorded: the table of the mock server had only the response"),
    ("recordings/converse_stream/0044", "not copied: 62 kB"),
    ("recordings/converse_stream/0045", "not recorded"),
];

fn endpoint(service: Service, host: &str) -> Endpoint {
    // Most recordings have no region. Any region will do.
    let region = host.strip_prefix(service.endpoint_prefix()).unwrap().trim_start_matches('.');
    let region = region.strip_suffix(".amazonaws.com").unwrap();
    let region = if region == "<AWS_REGION>" { "us-east-1" } else { region };
    Endpoint::resolve(service, &EndpointConfig::new().region(region)).unwrap()
}

fn host(exchange: &Exchange) -> &str {
    exchange.request["host"].as_str().unwrap()
}

/// Reads a recorded body into the request type, in its stored form: with the model ID.
fn read<T: serde::de::DeserializeOwned>(exchange: &Exchange, sent: &Value) -> T {
    let mut stored = sent.clone();
    stored["modelId"] = exchange.model_id().into();
    serde_json::from_value(stored).unwrap_or_else(|error| panic!("{}: {error}", exchange.dir))
}

/// Compares the body that our request writes with the recorded one. Counts the dropped members.
fn compare(exchange: &Exchange, sent: &Value, request: &impl Operation, dropped: &mut BTreeMap<String, usize>) {
    let request = request.http_request(&endpoint(Service::BedrockRuntime, host(exchange))).unwrap();
    assert_eq!(request.headers()["content-type"], "application/json");
    let written: Value = serde_json::from_slice(request.body()).unwrap();
    let same = alike_but(sent, &written, |path, value| {
        let may = SAME_AS_ABSENT.contains(&path) && *value == json!([]);
        if may {
            *dropped.entry(path.to_owned()).or_default() += 1;
        }
        may
    });
    same.unwrap_or_else(|parted| panic!("{}: {parted}", exchange.dir));
}

fn counts(dropped: &BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    dropped.iter().map(|(path, count)| (path.as_str(), *count)).collect()
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_converse_body_is_read_and_written_back() {
    let (mut dropped, mut unknowns) = (BTreeMap::new(), Unknowns::default());
    let exchanges = exchanges("Converse");
    for exchange in &exchanges {
        let sent = exchange.sent().unwrap();
        compare(exchange, &sent, &read::<ConverseRequest>(exchange, &sent), &mut dropped);

        unknowns.look_into(&read::<ConverseRequest>(exchange, &sent));

        // A stored request that is read again is the same.
        let request: ConverseRequest = read(exchange, &sent);
        let stored = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<ConverseRequest>(&stored).unwrap(), request, "{}", exchange.dir);
    }
    assert_eq!(exchanges.len(), expected([260, 41]));
    // Members that clients send and no published model names: the name of an image, and a parameter
    // next to `inferenceConfig`.
    assert_eq!(unknowns.list(), all_expected([("name", [6, 0]), ("top_k", [1, 0])]));
    let dropped_there = [(".inferenceConfig.stopSequences", [6, 0]), (".system", [0, 1])];
    assert_eq!(counts(&dropped), all_expected(dropped_there));
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_converse_stream_body_is_read_and_written_back() {
    let (mut dropped, mut compared, mut left_out) = (BTreeMap::new(), 0, Vec::new());
    let mut unknowns = Unknowns::default();
    for exchange in exchanges("ConverseStream") {
        let Some(sent) = exchange.sent() else {
            left_out.push(exchange.dir);
            continue;
        };
        let request: ConverseStreamRequest = read(&exchange, &sent);
        compare(&exchange, &sent, &request, &mut dropped);
        unknowns.look_into(&request);
        // Any Converse request can be streamed. The body is the same, and members that only the
        // other type has are kept.
        let request: ConverseRequest = read(&exchange, &sent);
        compare(&exchange, &sent, &StreamedConverse::new(&request), &mut BTreeMap::new());
        compared += 1;
    }
    left_out.sort();
    let not_kept = NO_BODY.map(|(dir, _)| dir);
    assert_eq!(left_out, if has_set("recordings") { not_kept.to_vec() } else { Vec::new() });
    assert_eq!(compared, expected([137, 12]));
    assert_eq!(unknowns.list(), []);
    let dropped_there = [(".inferenceConfig.stopSequences", [6, 0]), (".system", [14, 0])];
    assert_eq!(counts(&dropped), all_expected(dropped_there));
}

/// Returns our HTTP request for a recorded one.
fn ours(exchange: &Exchange) -> Option<Request<Bytes>> {
    let runtime = |request: &dyn Fn(&Endpoint) -> Result<Request<Bytes>, bedrock_lite::Error>| {
        Some(request(&endpoint(Service::BedrockRuntime, host(exchange))).unwrap())
    };
    let model_id = || exchange.model_id();
    match exchange.op.as_str() {
        "Converse" => runtime(&|at| ConverseRequest::new(model_id()).http_request(at)),
        "ConverseStream" => runtime(&|at| ConverseStreamRequest::new(model_id()).http_request(at)),
        "InvokeModel" => runtime(&|at| InvokeModelRequest::new(model_id(), b"").http_request(at)),
        "InvokeModelWithResponseStream" => {
            runtime(&|at| InvokeModelWithResponseStreamRequest::new(model_id(), b"").http_request(at))
        }
        "ListFoundationModels" => {
            let at = endpoint(Service::Bedrock, host(exchange));
            Some(ListFoundationModelsRequest::new().http_request(&at).unwrap())
        }
        "GetInferenceProfile" => {
            let identifier = exchange.path().rsplit('/').next().unwrap().replace("%3A", ":").replace("%2F", "/");
            let at = endpoint(Service::Bedrock, host(exchange));
            Some(GetInferenceProfileRequest::new(identifier).http_request(&at).unwrap())
        }
        // The recorder of the control plane kept no identifiers, only the operations: `"fidelity":
        // "not recorded"`.
        _ => None,
    }
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_recorded_path_is_the_same() {
    let (mut to_the_byte, mut colons, mut hosts, mut not_as_sent, mut left_out) = (0, 0, 0, 0, Vec::new());
    for exchange in all() {
        if exchange.request["fidelity"] != "exact" {
            not_as_sent += 1;
            continue;
        }
        let Some(ours) = ours(&exchange) else {
            left_out.push(exchange.dir);
            continue;
        };
        assert_eq!(ours.method().as_str(), exchange.request["method"], "{}", exchange.dir);
        if !host(&exchange).contains('<') {
            assert_eq!(ours.uri().host(), Some(host(&exchange)), "{}", exchange.dir);
            hosts += 1;
        }
        let sent = exchange.path();
        if ours.uri().path_and_query().unwrap().as_str() == sent {
            to_the_byte += 1;
        } else {
            // Some clients or recorders leave the colon unescaped, which is valid in a path. The
            // paths are equivalent.
            assert_eq!(ours.uri().path(), sent.replace(':', "%3A"), "{}", exchange.dir);
            colons += 1;
        }
    }
    assert_eq!(left_out, Vec::<String>::new());
    let counted = (to_the_byte, colons, hosts, not_as_sent);
    assert_eq!(counted, (expected([177, 45]), expected([465, 60]), expected([203, 105]), expected([22, 108])));
}
