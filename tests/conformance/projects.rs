//! Requests with a project, and the operations on projects, compared with requests that botocore
//! built and signed.

use std::collections::BTreeMap;

use bedrock_lite::control::*;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::runtime::InvokeModelWithResponseStreamRequest;
use bedrock_lite::sigv4::Signer;
use bedrock_lite::{
    ConverseRequest, ConverseStreamRequest, Credentials, InvokeModelRequest, ListFoundationModelsRequest, Operation,
};
use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, Utc};
use http::Request;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::suites::{json, run_all, same};
use crate::support::alike::alike;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Builds the request that the operation's type makes of botocore's parameters.
fn built(case: &Value) -> Request<Bytes> {
    fn of<T: Operation + DeserializeOwned>(input: Value) -> Request<Bytes> {
        let request: T = serde_json::from_value(input).unwrap();
        let endpoint = Endpoint::resolve(request.service(), &EndpointConfig::new().region("us-east-1")).unwrap();
        request.http_request(&endpoint).unwrap()
    }
    let mut input = case["input"].clone();
    match text(case, "operation") {
        "Converse" => of::<ConverseRequest>(input),
        "ConverseStream" => of::<ConverseStreamRequest>(input),
        operation @ ("InvokeModel" | "InvokeModelWithResponseStream") => {
            // botocore takes the bytes of the body. The stored form of a request has them in
            // base64.
            input["body"] = base64_simd::STANDARD.encode_to_string(text(&input, "body")).into();
            if operation == "InvokeModel" {
                of::<InvokeModelRequest>(input)
            } else {
                of::<InvokeModelWithResponseStreamRequest>(input)
            }
        }
        "ListFoundationModels" => of::<ListFoundationModelsRequest>(input),
        "GetFoundationModel" => of::<GetFoundationModelRequest>(input),
        "ListInferenceProfiles" => of::<ListInferenceProfilesRequest>(input),
        "GetInferenceProfile" => of::<GetInferenceProfileRequest>(input),
        "CreateProject" => of::<CreateProjectRequest>(input),
        "GetProject" => of::<GetProjectRequest>(input),
        "ListProjects" => of::<ListProjectsRequest>(input),
        "UpdateProject" => of::<UpdateProjectRequest>(input),
        "ArchiveProject" => of::<ArchiveProjectRequest>(input),
        other => panic!("unknown operation {other}"),
    }
}

/// Returns the headers that both sides must have: without those that signing and sending add, and
/// without the two that this client sets for `InvokeModel` and botocore does not.
fn headers<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>, invoke: bool) -> BTreeMap<String, String> {
    const ADDED: [&str; 3] = ["authorization", "content-length", "x-amz-date"];
    const OURS: [&str; 2] = ["accept", "content-type"];
    headers
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .filter(|(name, _)| !(ADDED.contains(&&**name) || invoke && OURS.contains(&&**name)))
        .collect()
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn requests_with_projects_match_those_of_botocore() {
    let file = json("projects/requests.json");
    let credentials = Credentials::new(text(&file, "access_key_id"), text(&file, "secret_access_key"));
    let cases = file["cases"].as_array().unwrap().iter();
    let cases = cases.map(|case| (format!("{} of {}", text(case, "name"), text(case, "operation")), case));
    run_all(cases, &[], 10, |_, case| {
        let mut request = built(case);
        let invoke = text(case, "operation").starts_with("InvokeModel");
        same("method", request.method().as_str(), text(case, "method"))?;
        same("URL", request.uri().to_string(), text(case, "url"))?;
        let ours = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let theirs = case["headers"].as_object().unwrap();
        let named = theirs.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let ours = headers(ours, invoke);
        // botocore lists `host` among the headers; this client's HTTP library adds it.
        let mut expected = headers(named, invoke);
        let host = expected.remove("host").unwrap();
        same("host", request.uri().authority().unwrap().as_str(), &host)?;
        let mut ours = ours;
        ours.remove("host");
        same("headers", format!("{ours:?}"), format!("{expected:?}"))?;

        let body = case["body"].as_str().unwrap_or_default();
        if body.is_empty() || request.body().is_empty() {
            same("body", request.body(), body)?;
        } else {
            alike(&serde_json::from_str(body).unwrap(), &serde_json::from_slice(request.body()).unwrap())?;
        }

        // With botocore's headers and bytes (white space in JSON is free), the request gets
        // botocore's signature.
        *request.body_mut() = Bytes::from(body.to_owned());
        if invoke {
            request.headers_mut().remove("accept");
            request.headers_mut().remove("content-type");
        }
        let time: DateTime<Utc> =
            NaiveDateTime::parse_from_str(text(&case["headers"], "x-amz-date"), "%Y%m%dT%H%M%SZ").unwrap().and_utc();
        Signer::new("us-east-1", "bedrock").sign(&mut request, &credentials, time).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        same("authorization", authorization, text(&case["headers"], "authorization"))
    });
}

/// Returns a shape's `Debug` in both forms, after a round trip.
fn shown<T: DeserializeOwned + serde::Serialize + std::fmt::Debug>(wire: &Value) -> String {
    let shape: T = serde_json::from_value(wire.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&shape).unwrap(), wire, "the name is sent");
    format!("{shape:?} {shape:#?}")
}

#[test]
fn name_of_a_project_is_not_in_debug_output() {
    const NAME: &str = "merger of the century";
    let project = json!({
        "id": "proj_a", "arn": "arn:aws:bedrock:us-east-1:123456789012:project/proj_a", "name": NAME,
        "status": "active", "createdAt": "2026-01-02T03:04:05Z", "dataRetention": {"mode": "default"},
    });
    let list = json!({"projectSummaries": [project]});
    for text in [
        shown::<CreateProjectResponse>(&project),
        shown::<GetProjectResponse>(&project),
        shown::<UpdateProjectResponse>(&project),
        shown::<ArchiveProjectResponse>(&project),
        shown::<ProjectSummary>(&project),
        shown::<ListProjectsResponse>(&list),
        shown::<CreateProjectRequest>(&json!({"name": NAME})),
        shown::<UpdateProjectRequest>(&json!({"projectIdentifier": "proj_a", "name": NAME})),
    ] {
        assert!(!text.contains("merger"), "{text}");
        assert!(text.contains("redacted"), "{text}");
    }
}
