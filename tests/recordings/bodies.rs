//! Every recorded response that is neither a stream nor an error: it is read, and written back if
//! it is one of our shapes.

use bedrock_lite::control::*;
use bedrock_lite::operation::FromResponse;
use bedrock_lite::{Call, ConverseRequest, InvokeModelRequest, Operation};
use serde::Serialize;
use serde_json::Value;

use crate::support::alike::{alike, alike_but};
use crate::support::recordings::{Exchange, PerSet, all, all_expected, exchanges, expected};
use crate::support::unknown::Unknowns;

/// Members that mean the same as their absence. Only these may be dropped.
const SAME_AS_ABSENT: [(&str, Value); 9] = [
    (".failureRecommendations", Value::Array(Vec::new())),
    (".inferenceProfileSummaries", Value::Array(Vec::new())),
    (".modelSummaries", Value::Array(Vec::new())),
    (".modelSummaries[].customizationsSupported", Value::Array(Vec::new())),
    (".modelSummaries[].inferenceTypesSupported", Value::Array(Vec::new())),
    (".modelSummaries[].responseStreamingSupported", Value::Null),
    (".statusReasons", Value::Array(Vec::new())),
    (".tags", Value::Array(Vec::new())),
    (".validationMetrics", Value::Array(Vec::new())),
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
fn every_converse_response_is_read_and_written_back() {
    let (answers, mut unknowns) = (answers("Converse"), Unknowns::default());
    for exchange in &answers {
        let response = ConverseRequest::http_response(exchange.response())
            .unwrap_or_else(|error| panic!("{}: {error}: {:?}", exchange.dir, std::error::Error::source(&error)));
        let (recorded, written) = (body(exchange), serde_json::to_value(&response).unwrap());
        alike(&recorded, &written).unwrap_or_else(|parted| panic!("{}: {parted}", exchange.dir));

        unknowns.look_into(&response);

        // The accessors that programs use first.
        let content = recorded["output"]["message"]["content"].as_array().unwrap();
        let text: String = content.iter().filter_map(|block| block["text"].as_str()).collect();
        let cited = content.iter().any(|block| block.get("citationsContent").is_some());
        assert!(response.text() == text || cited, "{}", exchange.dir);
        assert_eq!(response.stop_reason.as_str(), recorded["stopReason"], "{}", exchange.dir);
        let tools: Vec<_> = response.tool_uses().map(|tool| tool.input.to_value().unwrap()).collect();
        // Tools that Bedrock runs have their results in the same message.
        let recorded_tools = content.iter().filter_map(|block| block.get("toolUse"));
        let recorded_tools: Vec<_> =
            recorded_tools.filter(|tool| tool["type"] != "server_tool_use").map(|tool| tool["input"].clone()).collect();
        assert_eq!(tools, recorded_tools, "{}", exchange.dir);
        let usage = response.usage.as_ref().unwrap();
        assert_eq!(i64::from(usage.total_tokens), recorded["usage"]["totalTokens"].as_i64().unwrap());
    }
    assert_eq!(answers.len(), expected([250, 41]));
    // Members that the service sends and no published model names. `ToolUseType` has one known
    // value. There are no others.
    let unknowns_sent = [
        ("Unknown(tool_use", [20, 0]),
        ("cacheReadInputTokenCount", [180, 13]),
        ("cacheWriteInputTokenCount", [180, 13]),
        ("serverToolUsage", [186, 33]),
    ];
    assert_eq!(unknowns.list(), all_expected(unknowns_sent));
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_invoke_model_response_is_read() {
    let answers = answers("InvokeModel");
    for exchange in &answers {
        let response = InvokeModelRequest::http_response(exchange.response()).unwrap();
        assert_eq!(response.content_type, "application/json", "{}", exchange.dir);
        assert_eq!(response.body.as_bytes(), &exchange.body, "{}", exchange.dir);
        assert_eq!(response.json::<Value>().unwrap(), body(exchange), "{}", exchange.dir);
    }
    assert_eq!(answers.len(), expected([128, 28]));
}

/// Reads every recorded response of an operation, and compares it with what is written back.
fn comes_back<O>(op: &str, count: PerSet, unknowns: &mut Unknowns)
where
    O: Operation<Output: FromResponse + Serialize + std::fmt::Debug>,
{
    let answers = answers(op);
    for exchange in &answers {
        let response = O::http_response(exchange.response())
            .unwrap_or_else(|error| panic!("{}: {error}: {:?}", exchange.dir, std::error::Error::source(&error)));
        let (recorded, written) = (body(exchange), serde_json::to_value(&response).unwrap());
        let same = alike_but(&recorded, &written, |path, value| SAME_AS_ABSENT.contains(&(path, value.clone())));
        same.unwrap_or_else(|parted| panic!("{}: {parted}", exchange.dir));
        unknowns.look_into(&response);
    }
    assert_eq!(answers.len(), expected(count), "{op}");
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_list_of_models_is_read_and_written_back() {
    let mut unknowns = Unknowns::default();
    comes_back::<ListFoundationModelsRequest>("ListFoundationModels", [3, 6], &mut unknowns);
    let lists = answers("ListFoundationModels").into_iter();
    let read = |exchange: Exchange| ListFoundationModelsRequest::http_response(exchange.response()).unwrap();
    let models: usize = lists.map(|exchange| read(exchange).model_summaries.len()).sum();
    assert_eq!(models, expected([261, 354]));
    let unknowns_sent = [
        ("Unknown(AUDIO", [0, 5]),
        ("Unknown(INFERENCE_PROFILE", [32, 105]),
        ("Unknown(SPEECH", [0, 28]),
        ("Unknown(VIDEO", [9, 64]),
        ("batchSupported", [0, 126]),
        ("consoleIDEMetadata", [0, 126]),
        ("converse", [0, 126]),
        ("description", [0, 126]),
        ("enableAccessToAllModelsByDefault", [0, 1]),
        ("explicitPromptCaching", [261, 126]),
        ("featuresSupported", [0, 126]),
        ("guardrailsSupported", [261, 126]),
        ("intelligentPromptRouting", [261, 126]),
        ("latencyOptimizationSupported", [0, 126]),
        ("modelFamily", [0, 126]),
    ];
    assert_eq!(unknowns.list(), all_expected(unknowns_sent));
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_control_plane_response_is_read_and_written_back() {
    let mut unknowns = Unknowns::default();
    comes_back::<CreateModelInvocationJobRequest>("CreateModelInvocationJob", [0, 4], &mut unknowns);
    comes_back::<DeleteInferenceProfileRequest>("DeleteInferenceProfile", [0, 1], &mut unknowns);
    comes_back::<GetCustomModelRequest>("GetCustomModel", [0, 2], &mut unknowns);
    comes_back::<GetGuardrailRequest>("GetGuardrail", [0, 4], &mut unknowns);
    comes_back::<GetInferenceProfileRequest>("GetInferenceProfile", [1, 0], &mut unknowns);
    comes_back::<GetModelInvocationJobRequest>("GetModelInvocationJob", [0, 2], &mut unknowns);
    comes_back::<GetModelInvocationLoggingConfigurationRequest>(
        "GetModelInvocationLoggingConfiguration",
        [0, 2],
        &mut unknowns,
    );
    comes_back::<ListCustomModelsRequest>("ListCustomModels", [0, 4], &mut unknowns);
    comes_back::<ListGuardrailsRequest>("ListGuardrails", [0, 1], &mut unknowns);
    comes_back::<ListInferenceProfilesRequest>("ListInferenceProfiles", [0, 7], &mut unknowns);
    comes_back::<ListModelInvocationJobsRequest>("ListModelInvocationJobs", [0, 1], &mut unknowns);
    comes_back::<ListTagsForResourceRequest>("ListTagsForResource", [0, 10], &mut unknowns);
    comes_back::<StopModelInvocationJobRequest>("StopModelInvocationJob", [0, 1], &mut unknowns);
    comes_back::<UntagResourceRequest>("UntagResource", [0, 1], &mut unknowns);
    // Members that the service sends and no published model names. There are no others.
    assert_eq!(unknowns.list(), all_expected([("toolboxArn", [1, 0])]));
}

/// The operations that have no types in this crate.
#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_response_of_an_untyped_operation_is_read_by_call() {
    for (op, count) in
        [("GetEvaluationJob", [0, 1]), ("GetModelCustomizationJob", [0, 3]), ("ListEvaluationJobs", [0, 2])]
    {
        let answers = answers(op);
        for exchange in &answers {
            let response = Call::http_response(exchange.response()).unwrap();
            assert_eq!(response.body, exchange.body, "{}", exchange.dir);
            assert_eq!(response.json::<Value>().unwrap(), body(exchange), "{}", exchange.dir);
        }
        assert_eq!(answers.len(), expected(count), "{op}");
    }
}

/// Every recorded operation belongs to one test.
#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_recorded_operation_is_tested() {
    let tested = [
        "Converse",
        "ConverseStream",
        "CreateModelInvocationJob",
        "DeleteInferenceProfile",
        "GetCustomModel",
        "GetEvaluationJob",
        "GetGuardrail",
        "GetInferenceProfile",
        "GetModelCustomizationJob",
        "GetModelInvocationJob",
        "GetModelInvocationLoggingConfiguration",
        "InvokeModel",
        "InvokeModelWithResponseStream",
        "ListCustomModels",
        "ListEvaluationJobs",
        "ListFoundationModels",
        "ListGuardrails",
        "ListInferenceProfiles",
        "ListModelInvocationJobs",
        "ListTagsForResource",
        "StopModelInvocationJob",
        "UntagResource",
    ];
    let left_out = all().into_iter().filter(|exchange| !tested.contains(&&*exchange.op));
    assert_eq!(left_out.map(|exchange| exchange.dir).collect::<Vec<_>>(), Vec::<String>::new());
}
