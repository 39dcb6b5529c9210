//! Responses with a wrong shape: an error with the path, never a panic.

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{ConverseStreamDecoder, ListAsyncInvokesRequest};
use bedrock_lite::{ConverseRequest, ConverseResponse, DecodeError, Error, Operation, StreamErrorKind};
use serde_json::{Value, json};

fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"toolUse": {"toolUseId": "t", "name": "weather", "input": {"city": "Oslo"}}},
            {"image": {"format": "png", "source": {"bytes": "iVBORw=="}}},
            {"text": "Hi"},
        ]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
        "metrics": {"latencyMs": 4},
        "performanceConfig": {"latency": "standard"},
    })
}

fn read(body: impl Into<bytes::Bytes>) -> Result<ConverseResponse, Error> {
    let response = http::Response::builder().header("x-amzn-requestid", "rid").body(body.into()).unwrap();
    ConverseRequest::http_response(response)
}

fn unreadable(body: &Value) -> DecodeError {
    match read(body.to_string()) {
        Err(Error::Decode(error)) => error,
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn wrong_value_is_named_by_its_path() {
    let content = "/output/message/content";
    for (pointer, wrong, path) in [
        // Values of a wrong type.
        ("/output/message/content/0/toolUse/name", json!(5), "output.message.content[0].toolUse.name"),
        ("/output/message/content/2/text", json!(true), "output.message.content[2].text"),
        ("/stopReason", json!(1.5), "stopReason"),
        ("/usage/inputTokens", json!("1"), "usage.inputTokens"),
        // An object instead of text, text instead of an object, and an object instead of a list.
        ("/output/message/role", json!({"a": 1}), "output.message.role"),
        ("/performanceConfig/latency", json!([]), "performanceConfig.latency"),
        ("/usage", json!("many"), "usage"),
        ("/output/message/content/1/image", json!("png"), "output.message.content[1].image"),
        (content, json!({}), "output.message.content"),
        (content, json!([[]]), "output.message.content[0]"),
        // A text that is not base64.
        ("/output/message/content/1/image/source/bytes", json!("*"), "output.message.content[1].image.source.bytes"),
    ] {
        let mut body = reply();
        *body.pointer_mut(pointer).unwrap() = wrong;
        let error = unreadable(&body);
        assert_eq!((error.path(), error.what()), (path, "ConverseResponse"), "{body}");
        assert_eq!(error.to_string(), format!("invalid ConverseResponse at {path}"));
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn missing_member_does_not_affect_the_others() {
    for path in [
        "/output",
        "/stopReason",
        "/output/message/role",
        "/output/message/content",
        "/output/message/content/0/toolUse/name",
        "/output/message/content/0/toolUse/toolUseId",
        "/output/message/content/1/image/format",
        "/usage/totalTokens",
        "/metrics/latencyMs",
    ] {
        let mut without = reply();
        let (parent, member) = path.rsplit_once('/').unwrap();
        without.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(member).unwrap();
        let mut null = reply();
        *null.pointer_mut(path).unwrap() = Value::Null;
        for body in [&without, &null] {
            let response = read(body.to_string()).unwrap();
            assert_eq!(serde_json::to_value(response).unwrap(), without, "{path}");
        }
    }
}

#[test]
fn body_that_is_not_json_is_an_error() {
    for body in ["", "null", "[]", "<html>", "{\"output\":", "\u{feff}{}", "{}{}"] {
        let error = read(body).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body:?}: {error:?}");
        assert_eq!(error.request_id(), Some("rid"));
    }
    let deep = format!("{{\"output\":{}", "[".repeat(100_000));
    assert!(matches!(read(deep), Err(Error::Decode(_))));
    let list =
        http::Response::new(r#"{"asyncInvokeSummaries":[{"invocationArn":"a","clientRequestToken":[]}]}"#.into());
    match ListAsyncInvokesRequest::http_response(list) {
        Err(Error::Decode(error)) => assert_eq!(error.path(), "asyncInvokeSummaries[0].clientRequestToken"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn error_in_an_event_has_the_path() {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    let mut decoder = ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap();
    let payload = r#"{"contentBlockIndex":0,"delta":{"text":5}}"#;
    decoder.push(encode(&Frame::event("contentBlockDelta", "application/json", payload)).unwrap());
    match decoder.recv() {
        Err(Error::Stream(error)) => {
            assert_eq!(error.kind(), StreamErrorKind::MalformedEvent);
            assert!(error.to_string().ends_with("contentBlockDelta, at delta.text"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}
