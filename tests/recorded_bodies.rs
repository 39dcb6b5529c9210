//! Every recorded answer that is no stream and no error: read, and written back where it is a shape of ours.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[path = "support/alike.rs"]
mod alike;
#[path = "support/recordings.rs"]
mod recordings;
#[path = "support/unknown.rs"]
mod unknown;

use alike::{alike, alike_but};
use bedrock_lite::control::GetInferenceProfileRequest;
use bedrock_lite::{ConverseRequest, InvokeModelRequest, ListFoundationModelsRequest, Operation};
use recordings::{Exchange, all, exchanges};
use serde_json::Value;
use unknown::Unknowns;

/// Members of a list of models that mean the same as their absence: these, and no others, are not written back.
const SAME_AS_ABSENT: [(&str, Value); 2] = [
    (".modelSummaries[].customizationsSupported", Value::Array(Vec::new())),
    (".modelSummaries[].responseStreamingSupported", Value::Null),
];

fn answers(op: &str) -> Vec<Exchange> {
    let mut answers = exchanges(op);
    answers.retain(Exchange::is_ok);
    answers
}

fn body(exchange: &Exchange) -> Value {
    serde_json::from_slice(&exchange.body).unwrap()
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_converse_answer_is_read_and_written_back() {
    let (answers, mut unknowns) = (answers("Converse"), Unknowns::default());
    for exchange in &answers {
        let response = ConverseRequest::http_response(exchange.response())
            .unwrap_or_else(|error| panic!("{}: {error}: {:?}", exchange.dir, std::error::Error::source(&error)));
        let (recorded, written) = (body(exchange), serde_json::to_value(&response).unwrap());
        alike(&recorded, &written).unwrap_or_else(|parted| panic!("{}: {parted}", exchange.dir));

        unknowns.look_into(&response);

        // What people read first, by the accessors.
        let content = recorded["output"]["message"]["content"].as_array().unwrap();
        let text: String = content.iter().filter_map(|block| block["text"].as_str()).collect();
        let cited = content.iter().any(|block| block.get("citationsContent").is_some());
        assert!(response.text() == text || cited, "{}", exchange.dir);
        assert_eq!(response.stop_reason.as_str(), recorded["stopReason"], "{}", exchange.dir);
        let tools: Vec<_> = response.tool_uses().map(|tool| tool.input.to_value().unwrap()).collect();
        // Those that Bedrock runs itself have their results with them.
        let recorded_tools = content.iter().filter_map(|block| block.get("toolUse"));
        let recorded_tools: Vec<_> =
            recorded_tools.filter(|tool| tool["type"] != "server_tool_use").map(|tool| tool["input"].clone()).collect();
        assert_eq!(tools, recorded_tools, "{}", exchange.dir);
        let usage = response.usage.as_ref().unwrap();
        assert_eq!(i64::from(usage.total_tokens), recorded["usage"]["totalTokens"].as_i64().unwrap());
    }
    assert_eq!(answers.len(), 250);
    // What the service sends and no published model names, `ToolUseType` having one value alone; nothing else.
    let unknowns_sent = [
        ("Unknown(tool_use", 20),
        ("cacheReadInputTokenCount", 180),
        ("cacheWriteInputTokenCount", 180),
        ("serverToolUsage", 186),
    ];
    assert_eq!(unknowns.list(), unknowns_sent);
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_invoke_model_answer_is_read() {
    let answers = answers("InvokeModel");
    for exchange in &answers {
        let response = InvokeModelRequest::http_response(exchange.response()).unwrap();
        assert_eq!(response.content_type, "application/json", "{}", exchange.dir);
        assert_eq!(response.body.as_bytes(), &exchange.body, "{}", exchange.dir);
        assert_eq!(response.json::<Value>().unwrap(), body(exchange), "{}", exchange.dir);
    }
    assert_eq!(answers.len(), 128);
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_list_of_models_is_read_and_written_back() {
    let answers = answers("ListFoundationModels");
    let (mut models, mut unknowns) = (0, Unknowns::default());
    for exchange in &answers {
        let response = ListFoundationModelsRequest::http_response(exchange.response()).unwrap();
        let (recorded, written) = (body(exchange), serde_json::to_value(&response).unwrap());
        let same = alike_but(&recorded, &written, |path, value| SAME_AS_ABSENT.contains(&(path, value.clone())));
        same.unwrap_or_else(|parted| panic!("{}: {parted}", exchange.dir));
        unknowns.look_into(&response);
        models += response.model_summaries.len();
    }
    assert_eq!((answers.len(), models), (3, 261));
    let unknowns_sent = [
        ("Unknown(INFERENCE_PROFILE", 32),
        ("Unknown(VIDEO", 9),
        ("explicitPromptCaching", 261),
        ("guardrailsSupported", 261),
        ("intelligentPromptRouting", 261),
    ];
    assert_eq!(unknowns.list(), unknowns_sent);
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn the_inference_profile_is_read_and_written_back() {
    let answers = answers("GetInferenceProfile");
    for exchange in &answers {
        let response = GetInferenceProfileRequest::http_response(exchange.response()).unwrap();
        alike(&body(exchange), &serde_json::to_value(&response).unwrap()).unwrap();
    }
    assert_eq!(answers.len(), 1);
}

/// Every exchange is the affair of one test.
#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn nothing_else_has_been_recorded() {
    let tested = [
        "Converse",
        "ConverseStream",
        "GetInferenceProfile",
        "InvokeModel",
        "InvokeModelWithResponseStream",
        "ListFoundationModels",
    ];
    let left_out = all().into_iter().filter(|exchange| !tested.contains(&&*exchange.op));
    assert_eq!(left_out.map(|exchange| exchange.dir).collect::<Vec<_>>(), Vec::<String>::new());
}
