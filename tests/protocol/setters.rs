//! Setters of requests: what adds, what replaces, and which numbers they take.

use bedrock_lite::control::ListGuardrailsRequest;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::runtime::InferenceConfiguration;
use bedrock_lite::{ConverseRequest, Message, Operation, ToolSpecification};
use serde_json::{Value, json};

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model")
}

/// Returns the JSON body that is sent.
fn body(request: &ConverseRequest) -> Result<Value, bedrock_lite::Error> {
    let config = EndpointConfig::new().region("us-east-1");
    let endpoint = Endpoint::resolve(request.service(), &config)?;
    let body = request.http_request(&endpoint)?.into_body();
    Ok(serde_json::from_slice(&body).unwrap())
}

#[test]
fn system_prompts_add_up() {
    let body = body(&request().system("first").system(["second", "third"])).unwrap();
    assert_eq!(body["system"], json!([{"text": "first"}, {"text": "second"}, {"text": "third"}]));
}

#[test]
fn setters_of_one_item_add_and_setters_of_lists_replace() {
    let added =
        request().message(Message::user("a")).message(Message::assistant("b")).stop_sequence("x").stop_sequence("y");
    assert_eq!(added.messages.len(), 2);
    assert_eq!(added.inference_config.as_ref().unwrap().stop_sequences, ["x", "y"]);
    let replaced = added.messages([Message::user("c")]).stop_sequences(["z"]);
    assert_eq!(replaced.messages, [Message::user("c")]);
    assert_eq!(replaced.inference_config.unwrap().stop_sequences, ["z"]);
}

#[test]
fn setters_of_parts_keep_the_other_parts() {
    let schema = json!({"type": "object"});
    let request = request()
        .max_tokens(5)
        .temperature(0.5)
        .tool(ToolSpecification::new("a", schema.clone()))
        .tool(ToolSpecification::new("b", schema));
    let config = request.inference_config.as_ref().unwrap();
    assert_eq!((config.max_tokens, config.temperature), (Some(5), Some(0.5)));
    assert_eq!(request.tool_config.as_ref().unwrap().tools.len(), 2);
    // A setter of the whole replaces all parts.
    let request = request.inference_config(InferenceConfiguration::new().top_p(0.9));
    assert_eq!(request.inference_config.unwrap().max_tokens, None);
}

#[test]
fn model_specific_parameters_add_up() {
    let request = request()
        .additional_model_request_field("top_k", json!(200))
        .additional_model_request_field("thinking", json!({"type": "enabled"}))
        .additional_model_request_field("top_k", json!(100));
    let sent = body(&request).unwrap();
    assert_eq!(sent["additionalModelRequestFields"], json!({"top_k": 100, "thinking": {"type": "enabled"}}));
    // A document that is not an object has no parameters to keep.
    let replaced = request.additional_model_request_fields(json!([1])).additional_model_request_field("a", json!(1));
    assert_eq!(body(&replaced).unwrap()["additionalModelRequestFields"], json!({"a": 1}));
}

#[test]
fn numeric_setters_take_any_integer_and_any_float() {
    let tokens: u32 = 200;
    let temperature: f32 = 0.7;
    let sent = body(&request().max_tokens(tokens).temperature(temperature)).unwrap();
    assert_eq!(sent["inferenceConfig"], json!({"maxTokens": 200, "temperature": 0.7}));
    assert_eq!(ListGuardrailsRequest::new().max_results(usize::MAX).max_results, Some(i32::MAX));
}

#[test]
fn extra_member_is_sent() {
    let request = request().extra("brandNew", json!({"a": [1, null]})).extra("brandNew", json!(2));
    assert_eq!(body(&request).unwrap()["brandNew"], json!(2));
    assert_eq!(request.unknown().get("brandNew").unwrap().to_value().unwrap(), json!(2));
    let stored = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<ConverseRequest>(&stored).unwrap(), request);
}

#[test]
fn extra_member_with_a_known_name_is_refused() {
    let error = body(&request().extra("messages", json!([]))).unwrap_err().to_string();
    assert!(error.contains("messages") && error.contains("use its setter"), "{error}");
    assert!(body(&request().extra("modelId", json!("b"))).is_err(), "path parameters are members, too");
    let nested = InferenceConfiguration::new().extra("maxTokens", json!(1));
    assert!(body(&request().inference_config(nested)).is_err());
}
