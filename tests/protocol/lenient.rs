//! Responses that deviate from their shape: they are read as AWS's clients read them, and written
//! back unchanged.

use bedrock_lite::control::{ListInferenceProfilesRequest, ListInferenceProfilesResponse};
use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::{FromResponse, StreamDecoder};
use bedrock_lite::runtime::*;
use bedrock_lite::{Blob, Document, Error, Operation, StopReason, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn respond<O: Operation<Output: FromResponse>>(body: &Value) -> Result<O::Output, Error> {
    O::http_response(http::Response::new(body.to_string().into()))
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned>(value: &Value) -> T {
    let shape = read(value);
    assert_eq!(&serde_json::to_value(&shape).unwrap(), value);
    shape
}

/// Returns the body of a case in `tests/cases/responses.json`.
fn case(name: &str) -> Value {
    let path = format!("{}/tests/cases/responses.json", env!("CARGO_MANIFEST_DIR"));
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(cases.len(), 4, "each case has a test");
    cases.into_iter().find(|case| case["name"] == name).unwrap()["body"].take()
}

#[test]
fn timestamp_in_another_format_is_read_and_written_back() {
    let body = case("a timestamp as a shell prints it");
    let list: ListInferenceProfilesResponse = respond::<ListInferenceProfilesRequest>(&body).unwrap();
    let [profile] = list.inference_profile_summaries.as_slice() else { panic!("{list:?}") };
    let created = profile.created_at.as_ref().unwrap();
    assert_eq!(created.to_datetime().unwrap().to_rfc3339(), "2025-08-04T00:25:20+00:00");
    assert_eq!(created.to_string(), "2025-08-04T00:25:20Z");
    assert_eq!(serde_json::to_value(&list).unwrap(), body);
}

#[test]
fn output_without_a_message_is_a_response() {
    for name in ["output without a message", "no output at all"] {
        let body = case(name);
        let response = respond::<ConverseRequest>(&body).unwrap();
        assert_eq!(response.message(), None);
        assert_eq!(response.text(), "");
        assert_eq!(response.tool_uses().count(), 0);
        assert_eq!(response.stop_reason, StopReason::GuardrailIntervened);
        assert_eq!(response.metrics.as_ref().unwrap().latency_ms, 120);
        assert_eq!(response.usage.is_some(), body.get("usage").is_some());
        assert_eq!(serde_json::to_value(&response).unwrap(), body);
        assert_eq!(response.into_message(), Message::assistant(Vec::<ContentBlock>::new()));
    }
}

#[test]
fn unknown_member_next_to_a_variant_is_kept() {
    let body = case("an unknown member beside a union's variant");
    let response = respond::<ConverseRequest>(&body).unwrap();
    assert_eq!(response.text(), "hi");
    assert_eq!(serde_json::to_value(&response).unwrap(), body);
    let message = response.into_message();
    let [block @ ContentBlock::Text(text)] = message.content.as_slice() else { panic!("{message:?}") };
    assert_eq!(text, "hi");
    assert_eq!(block.unknown().get("type").map(Document::as_json), Some(r#""text""#));
    // It is sent back with the conversation.
    let request = ConverseRequest::new("m").message(message);
    assert_eq!(serde_json::to_value(&request).unwrap()["messages"][0], body["output"]["message"]);
}

#[test]
fn unknown_members_next_to_every_kind_of_variant_are_kept() {
    // Structures, text, documents, bytes, lists, boxes, nested unions, and unrecognized variants.
    comes_back::<ContentBlock>(&json!({"cachePoint": {"type": "default", "new": 1}, "a": [1], "b": null}));
    comes_back::<ToolResultContentBlock>(&json!({"json": {"a": 1}, "type": "json"}));
    comes_back::<ToolResultContentBlock>(&json!({"json": null, "__type": "Json"}));
    comes_back::<ImageSource>(&json!({"bytes": "iVBORw==", "type": "base64"}));
    comes_back::<ContentBlockDelta>(&json!({"toolResult": [{"text": "a", "x": 1}], "type": "toolResult"}));
    comes_back::<ContentBlockDelta>(&json!({"citation": {"title": "a", "b": 1}, "b": 2}));
    comes_back::<ContentBlock>(&json!({
        "reasoningContent": {"reasoningText": {"text": "a", "in": 1}, "between": 2}, "around": 3,
    }));
    comes_back::<ContentBlock>(&json!({"reasoningContent": {"redactedContent": "AA==", "between": 2}, "around": 3}));
    comes_back::<ContentBlock>(&json!({"reasoningContent": {"text": "a"}, "around": 3}));
    comes_back::<ConverseStreamOutput>(&json!({"metadata": {"usage": {
        "inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1}}, "x": 1}));
}

#[test]
fn variant_is_the_member_with_content() {
    for (json, right) in [
        (r#"{"hologram":{},"depth":1}"#, "hologram"),
        (r#"{"type":"hologram","video3d":{}}"#, "video3d"),
        (r#"{"__type":"Hologram","hologram":"a"}"#, "hologram"),
        (r#"{"a":null,"hologram":1}"#, "hologram"),
        (r#"{"type":"hologram"}"#, "type"),
        (r#"{"__type":"Hologram"}"#, ""),
        ("{}", ""),
    ] {
        let block: ContentBlock = serde_json::from_str(json).unwrap();
        assert!(matches!(&block, ContentBlock::Unknown { name, .. } if name == right), "{json}: {block:?}");
        comes_back::<ContentBlock>(&serde_json::from_str(json).unwrap());
    }

    let block: ContentBlock = read(&json!({"text": null, "type": "x", "image": {"format": "png"}}));
    assert!(matches!(&block, ContentBlock::Image(image) if image.format == ImageFormat::Png), "{block:?}");
    assert_eq!(serde_json::to_value(&block).unwrap(), json!({"image": {"format": "png"}, "type": "x"}));
    // If a name is repeated, the last value wins, as in a structure.
    let block: ContentBlock = serde_json::from_str(r#"{"type":1,"text":"a","type":2,"b":0}"#).unwrap();
    assert_eq!(serde_json::to_value(&block).unwrap(), json!({"text": "a", "type": 2, "b": 0}));
    // Two variants contradict each other, and there is no rule that prefers one.
    assert!(serde_json::from_str::<ContentBlock>(r#"{"text":"a","image":{}}"#).is_err());
}

#[test]
fn values_compare_by_their_known_content() {
    let with: ContentBlock = read(&json!({"text": "a", "type": "text"}));
    assert_eq!(with, ContentBlock::from("a"));
    let with: ContentBlock = read(&json!({"cachePoint": {"type": "default"}, "new": 1}));
    assert_eq!(with, CachePointBlock::default().into());
    let with: ImageSource = read(&json!({"bytes": "AA==", "new": 1}));
    assert_eq!(with, ImageSource::from(Blob::from(b"\0")));
}

#[test]
fn absent_members_have_defaults_and_stay_absent() {
    let usage: TokenUsage = comes_back(&json!({"inputTokens": 5}));
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (5, 0, 0));
    let message: Message = comes_back(&json!({}));
    assert_eq!(message.role.as_str(), "");
    assert!(message.content.is_empty());
    let call: ToolUseBlock = read(&json!({}));
    assert_eq!((call.tool_use_id.as_str(), call.name.as_str(), &call.input), ("", "", &json!({}).into()));
    let check: GuardrailChecksContentFilterResultEntry = comes_back(&json!({}));
    assert!(check.severity_score.abs() < f64::EPSILON);
    let image: ImageBlock = comes_back(&json!({}));
    assert!(matches!(&image.source, ImageSource::Unknown { name, .. } if name.is_empty()));
    let invoked: AsyncInvokeSummary = comes_back(&json!({}));
    assert_eq!((invoked.submit_time.to_datetime(), invoked.submit_time.to_string()), (None, String::new()));
    comes_back::<AsyncInvokeSummary>(&json!({"submitTime": ""}));

    // A member that is set later is written.
    let mut usage: TokenUsage = read(&json!({"new": 1}));
    usage.total_tokens = 7;
    assert_eq!(serde_json::to_value(&usage).unwrap(), json!({"totalTokens": 7, "new": 1}));
    // A member that arrived is written, also if it has the default value.
    comes_back::<TokenUsage>(&json!({"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}));
    assert_eq!(serde_json::to_value(TokenUsage::new(0, 0, 0)).unwrap().as_object().unwrap().len(), 3);
}

#[test]
fn null_counts_as_absent_everywhere() {
    let message: Message =
        read(&json!({"role": "user", "content": [null, {"text": "a"}, null, {"text": null}], "new": null}));
    assert_eq!(message.content, [ContentBlock::from("a"), read(&json!({}))]);
    let message: Message = read(&json!({"role": null, "content": null}));
    assert_eq!(serde_json::to_value(&message).unwrap(), json!({}));
    let list: CitationsContentBlock = read(&json!({"content": [null], "citations": null}));
    assert_eq!(list, CitationsContentBlock::new());
    let trace: GuardrailTraceAssessment = read(&json!({
        "modelOutput": ["a", null], "inputAssessment": {"a": null, "b": {}}, "outputAssessments": {"c": [null, {}], "d": null},
    }));
    assert_eq!(trace.model_output, ["a"]);
    assert_eq!(trace.input_assessment.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(trace.output_assessments["c"].len(), 1);
    assert_eq!(trace.output_assessments.len(), 1);
    let request: ConverseRequest =
        read(&json!({"modelId": null, "requestMetadata": {"a": null, "b": "c"}, "messages": null}));
    assert_eq!(request, ConverseRequest::new("").request_metadata([("b", "c")]));
}

#[test]
fn wrong_type_is_still_an_error() {
    for (body, path) in [
        (json!({"output": []}), "output"),
        (json!({"output": {"message": "a"}}), "output.message"),
        (json!({"usage": {"totalTokens": {}}}), "usage.totalTokens"),
        (json!({"output": {"message": {"content": {}}}}), "output.message.content"),
        (json!({"output": {"message": {"content": [5]}}}), "output.message.content[0]"),
        (
            json!({"output": {"type": 1, "message": {"content": [{"type": 1, "text": 5}]}}}),
            "output.message.content[0].text",
        ),
    ] {
        match respond::<ConverseRequest>(&body) {
            Err(Error::Decode(error)) => assert_eq!((error.path(), error.memory_limit()), (path, None), "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn object_of_another_shape_is_an_error() {
    for body in
        [json!({"message": "Internal error"}), json!({"__type": "Throttled", "message": "no"}), json!({"p": null})]
    {
        assert!(matches!(respond::<ConverseRequest>(&body), Err(Error::Decode(_))), "{body}");
    }
    let empty = ConverseRequest::http_response(http::Response::new(bytes::Bytes::new()));
    assert!(matches!(empty, Err(Error::Decode(_))));
    // A list has no required members.
    assert!(respond::<ListInferenceProfilesRequest>(&json!({"new": 1})).is_ok());
    assert!(respond::<ConverseRequest>(&json!({"stopReason": "end_turn", "new": 1})).is_ok());
}

fn stream(events: &[(&str, Value)]) -> Result<ConverseStreamDecoder, Error> {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream").body(()).unwrap();
    let mut decoder = ConverseStreamDecoder::from_head(head.into_parts().0)?;
    for (event_type, payload) in events {
        decoder.push(encode(&Frame::event(event_type, "application/json", payload.to_string())).unwrap());
        while let Some(event) = decoder.recv()? {
            assert_eq!(serde_json::to_value(event).unwrap(), json!({*event_type: payload}));
        }
    }
    decoder.finish()?;
    Ok(decoder)
}

#[test]
fn events_are_read_leniently() {
    let decoder = stream(&[
        ("messageStart", json!({})),
        ("contentBlockStart", json!({"contentBlockIndex": 0, "start": {}})),
        ("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {"text": "Hi", "type": "text_delta"}})),
        ("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {}})),
        ("contentBlockDelta", json!({"contentBlockIndex": 0})),
        ("contentBlockStart", json!({"contentBlockIndex": 1})),
        ("contentBlockDelta", json!({"contentBlockIndex": 2, "delta": {}})),
        ("contentBlockStop", json!({"contentBlockIndex": 0})),
        ("messageStop", json!({})),
        ("metadata", json!({"usage": {"inputTokens": 3}})),
    ])
    .unwrap();
    let response = decoder.into_response().unwrap();
    assert_eq!(response.text(), "Hi");
    assert_eq!(response.message().unwrap().content.len(), 1);
    assert_eq!(response.stop_reason.as_str(), "");
    assert_eq!(response.usage.unwrap().input_tokens, 3);
}

#[test]
fn document_is_its_value_or_an_error() {
    for json in ["1e400", r#"{"a":[0,1e400]}"#, "-1e999"] {
        let document = Document::from_json(json).unwrap();
        match document.to_value() {
            Err(Error::Decode(error)) => {
                assert_eq!(error.path(), if json.starts_with('{') { "a[1]" } else { "" });
                assert!(std::error::Error::source(&error).unwrap().to_string().contains("out of range"));
            }
            other => panic!("{json}: {other:?}"),
        }
        assert_ne!(document, Document::from(Value::from(json)), "it is not a string");
        assert_eq!(document, Document::from_json(format!(" {json} ")).unwrap());
        assert_eq!(document.as_json(), json);
    }
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let document = Document::from_json(deep.as_str()).unwrap();
    assert!(matches!(document.to_value(), Err(Error::Decode(_))));
    assert_ne!(document, Document::from(Value::from(deep)));

    // The document is repaired or refused. It is never returned as a string.
    let lone = Document::from_json(r#""\ud800""#).unwrap();
    assert!(lone.to_value().is_ok_and(|value| value == "\u{fffd}") || lone.to_value().is_err());
    assert_ne!(lone, Document::from(Value::from(lone.as_json())));

    let exact = |json: &str| Document::from_json(json).unwrap();
    assert_ne!(exact("123456789012345678901234567890"), exact("123456789012345678901234567891"));
    assert_eq!(exact(r#"{"a":1,"b":2}"#), exact(r#"{ "b": 2.0, "a": 1e0 }"#));
    assert_eq!(exact("[1,2]").to_value().unwrap(), json!([1, 2]));
}

#[test]
fn request_writes_timestamps_as_iso_8601() {
    let request =
        ListAsyncInvokesRequest::new().submit_time_after(chrono::DateTime::from_timestamp(1_754_267_120, 0).unwrap());
    assert_eq!(serde_json::to_value(&request).unwrap(), json!({"submitTimeAfter": "2025-08-04T00:25:20Z"}));
    assert_eq!(request.submit_time_after.as_ref().map(Timestamp::to_string).as_deref(), Some("2025-08-04T00:25:20Z"));
}

#[test]
fn floats_that_are_not_finite_are_kept() {
    for (text, right) in [("NaN", f64::NAN), ("Infinity", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)] {
        let json = json!({"type": "GROUNDING", "threshold": text, "score": text, "action": "NONE"});
        let check: GuardrailContextualGroundingFilter = comes_back(&json);
        assert_eq!(check.score.total_cmp(&right), std::cmp::Ordering::Equal);
        assert_eq!(serde_json::to_string(&check).unwrap().matches(text).count(), 2);
        comes_back::<InferenceConfiguration>(&json!({"temperature": text}));
        let value: InferenceConfiguration = serde_json::from_value(json!({"temperature": text})).unwrap();
        assert_eq!(serde_json::to_value(&value).unwrap(), json!({"temperature": text}));
    }
    for (json, right) in [("1e400", f64::INFINITY), ("-1e400", f64::NEG_INFINITY), ("1", 1.0), ("0.1", 0.1)] {
        let json = format!(r#"{{"temperature": {json} , "topP":0.5}}"#);
        let read: InferenceConfiguration = serde_json::from_str(&json).unwrap();
        assert_eq!(read.temperature.map(f64::to_bits), Some(right.to_bits()), "{json}");
        assert_eq!(read.top_p.map(f64::to_bits), Some(0.5_f64.to_bits()));
    }
    let read: InferenceConfiguration = serde_json::from_str(r#"{"temperature":null}"#).unwrap();
    assert_eq!(read.temperature, None);
    for wrong in ["true", "false", "{}", "[1]", r#""1""#, r#""nan""#, r#""""#, "{\"a\":1}"] {
        let json = Document::from_json(format!(r#"{{"a":1,"temperature":{wrong},"topP":1}}"#)).unwrap();
        match json.read::<InferenceConfiguration>() {
            Err(Error::Decode(error)) => assert_eq!(error.path(), "temperature", "{wrong}: {error}"),
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

#[test]
fn integers_are_read_in_any_notation() {
    let read = |member: &str, number: &str| {
        let parent = if member == "latencyMs" { "metrics" } else { "usage" };
        let json = format!(r#"{{"stopReason":"end_turn","{parent}":{{"{member}":{number}}}}}"#);
        ConverseRequest::http_response(http::Response::new(json.into()))
    };
    for (number, right) in [
        ("1.0", 1),
        ("1e2", 100),
        ("1.5E1", 15),
        ("12.5", 12),
        ("-0.5", 0),
        ("-12.9", -12),
        ("-0", 0),
        ("2147483647.0", i32::MAX),
        ("-2147483648.0", i32::MIN),
    ] {
        let reply = read("inputTokens", number).unwrap();
        assert_eq!(reply.usage.unwrap().input_tokens, right, "{number}");
        let reply = read("latencyMs", number).unwrap();
        assert_eq!(reply.metrics.unwrap().latency_ms, i64::from(right), "{number}");
    }
    assert_eq!(read("latencyMs", "9e15").unwrap().metrics.unwrap().latency_ms, 9_000_000_000_000_000);
    assert_eq!(read("latencyMs", "3000000000").unwrap().metrics.unwrap().latency_ms, 3_000_000_000);
    for (member, path) in [("inputTokens", "usage.inputTokens"), ("latencyMs", "metrics.latencyMs")] {
        // The first number exceeds the range of `f64`.
        for number in ["1e400", r#""1""#, "true", "{}", "[]"] {
            match read(member, number) {
                Err(Error::Decode(error)) => assert_eq!(error.path(), path, "{number}: {error}"),
                other => panic!("{number}: {other:?}"),
            }
        }
    }
}

#[test]
fn timestamp_may_be_any_json_value() {
    for stamp in ["true", "{}", "[1,2]", "1e400", "1754267120.123456789", "99999999999999999999", r#""\u0041""#] {
        let body = format!(
            r#"{{"asyncInvokeSummaries":[{{"invocationArn":"a","modelArn":"b","submitTime":{stamp},"outputDataConfig":{{}}}}]}}"#
        );
        let list = ListAsyncInvokesRequest::http_response(http::Response::new(body.clone().into())).unwrap();
        assert_eq!(list.async_invoke_summaries[0].invocation_arn, "a");
        assert_eq!(serde_json::to_string(&list).unwrap(), body.replace(r"\u0041", "A"));
    }
}

#[test]
fn last_of_a_repeated_member_wins_in_a_union() {
    let written = |json: &str| serde_json::to_string(&serde_json::from_str::<ContentBlock>(json).unwrap()).unwrap();
    assert_eq!(written(r#"{"text":"a","text":"b"}"#), r#"{"text":"b"}"#);
    assert_eq!(written(r#"{"text":"a","x":1,"text":"b","x":2}"#), r#"{"text":"b","x":2}"#);
    assert_eq!(written(r#"{"text":"a","text":null}"#), r#"{"text":"a"}"#);
    assert_eq!(written(r#"{"hologram":1,"x":0,"hologram":2}"#), r#"{"hologram":2,"x":0}"#);
    let json: ToolResultContentBlock = serde_json::from_str(r#"{"json":null,"json":null}"#).unwrap();
    assert_eq!(json, ToolResultContentBlock::Json(Value::Null.into()));
    for contradiction in [r#"{"text":"a","image":{},"text":"b"}"#, r#"{"image":{},"text":"a"}"#] {
        assert!(serde_json::from_str::<ContentBlock>(contradiction).is_err(), "{contradiction}");
    }
}

#[test]
fn absent_lists_of_a_trace_stay_absent() {
    for (json, back) in [
        (json!({"wordPolicy": {"customWords": [null]}}), json!({"wordPolicy": {"customWords": []}})),
        (json!({"sensitiveInformationPolicy": {"piiEntities": null}}), json!({"sensitiveInformationPolicy": {}})),
        (json!({"topicPolicy": {}, "contentPolicy": {}}), json!({"topicPolicy": {}, "contentPolicy": {}})),
    ] {
        assert_eq!(serde_json::to_value(read::<GuardrailAssessment>(&json)).unwrap(), back);
    }
    // The service requires these members in the next request.
    let block: ToolUseBlock = read(&json!({"toolUseId": "t", "name": "n"}));
    assert_eq!(serde_json::to_value(&block).unwrap()["input"], json!({}));
}

#[test]
fn base64_variants_are_read() {
    for (text, bytes) in [
        ("AA", &b"\0"[..]),
        ("AA=", b"\0"),
        ("A-_A", &[3, 239, 192]),
        ("A+/A", &[3, 239, 192]),
        ("AA\n==", b"\0"),
        (" A\r\nA AA\t", &[0, 0, 0]),
        ("", b""),
    ] {
        let source: ImageSource = read(&json!({"bytes": text}));
        assert_eq!(source, ImageSource::Bytes(Blob::from(bytes.to_vec())), "{text:?}");
        assert!(Blob::from_base64(text).is_err() || matches!(text, "" | "A+/A"), "{text:?}: this one is strict");
    }
    for text in ["=", "==", "A", "AA===", "A=A=", "AAAAA", "A*AA", "A\u{e4}AA"] {
        assert!(serde_json::from_value::<ImageSource>(json!({"bytes": text})).is_err(), "{text:?}");
    }
}

#[test]
fn integer_out_of_range_is_clamped_and_does_not_affect_other_members() {
    let read = |usage: &str, metrics: &str| {
        let json = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"Hi"}}]}}}},"usage":{usage},"metrics":{metrics}}}"#
        );
        let reply = ConverseRequest::http_response(http::Response::new(json.into())).unwrap();
        assert_eq!(reply.text(), "Hi");
        (reply.usage.unwrap(), reply.metrics.unwrap().latency_ms)
    };
    for number in ["9999999999999999999999", "18446744073709551615", "1e30", "9223372036854775808"] {
        let (usage, latency) = read(
            &format!(r#"{{"totalTokens":{number},"cacheReadInputTokens":{number}}}"#),
            &format!(r#"{{"latencyMs":{number}}}"#),
        );
        assert_eq!((usage.total_tokens, usage.cache_read_input_tokens), (i32::MAX, Some(i32::MAX)), "{number}");
        assert_eq!(latency, i64::MAX, "{number}");
        let (usage, latency) =
            read(&format!(r#"{{"totalTokens":-{number}}}"#), &format!(r#"{{"latencyMs":-{number}}}"#));
        assert_eq!((usage.total_tokens, latency), (i32::MIN, i64::MIN), "{number}");
    }
    let (usage, latency) = read(r#"{"inputTokens":3000000000,"outputTokens":-1}"#, r#"{"latencyMs":3000000000}"#);
    assert_eq!((usage.input_tokens, usage.output_tokens, latency), (i32::MAX, -1, 3_000_000_000));
    // The rules for a `Value` are the same as for text.
    let usage: TokenUsage = serde_json::from_value(json!({"totalTokens": u64::MAX, "inputTokens": -1e300})).unwrap();
    assert_eq!((usage.total_tokens, usage.input_tokens), (i32::MAX, i32::MIN));
}

#[test]
fn integer_of_a_request_is_in_range_or_an_error() {
    for number in ["2147483648", "-2147483649", "1e30", "9999999999999999999999", "18446744073709551615"] {
        let json = format!(r#"{{"modelId":"m","inferenceConfig":{{"maxTokens":{number}}}}}"#);
        let error = serde_json::from_str::<ConverseRequest>(&json).unwrap_err();
        assert!(error.to_string().contains("expected i32"), "{number}: {error}");
        let json = format!(r#"{{"maxResults":{number}}}"#);
        assert!(serde_json::from_str::<ListInferenceProfilesRequest>(&json).is_err(), "{number}");
    }
    let config: InferenceConfiguration = serde_json::from_str(r#"{"maxTokens":2147483647.0}"#).unwrap();
    assert_eq!(config.max_tokens, Some(i32::MAX));
    let config: InferenceConfiguration = serde_json::from_str(r#"{"maxTokens":null}"#).unwrap();
    assert_eq!(config.max_tokens, None);
}

#[test]
fn usage_out_of_range_is_accepted_and_index_out_of_range_is_an_error() {
    let events = |index: i64| {
        let text = json!({"contentBlockDelta": {"contentBlockIndex": index, "delta": {"text": "a"}}});
        let usage = json!({"metadata": {"usage": {"totalTokens": 1e30}, "metrics": {"latencyMs": -1e30}}});
        let events = [json!({"messageStart": {"role": "assistant"}}), text, json!({"messageStop": {}}), usage];
        events.into_iter().map(serde_json::from_value).collect::<Result<Vec<ConverseStreamOutput>, _>>()
    };
    let response = ConverseResponse::from_events(&events(0).unwrap()).unwrap();
    assert_eq!((response.usage.unwrap().total_tokens, response.metrics.unwrap().latency_ms), (i32::MAX, i64::MIN));
    // A clamped index would be the same for all indices out of range.
    assert!(events(3_000_000_000).is_err());
}
