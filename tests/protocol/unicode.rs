//! JSON with lone surrogates: every string is read with U+FFFD in their place, and they are never
//! sent back.

use bedrock_lite::operation::{Call, FromResponse};
use bedrock_lite::runtime::InvokeModelResponse;
use bedrock_lite::{ConverseRequest, ConverseResponse, Document, Operation, ServiceError};
use bytes::Bytes;
use serde_json::{Value, json};

fn response(body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::new(body.into())
}

const REPLY: &str = r#"{"output":{"message":{"role":"assistant","content":[
    {"text":"Hi \ud83d, \ud83d\ude00 and \\ud83d"},
    {"toolUse":{"toolUseId":"t\ude00","name":"n","input":{"q\ud83d":"\ud83d \\ud83d \ud83d\ude00"}}},
    {"reasoningContent":{"reasoningText":{"text":"\ud83d"}}},
    {"hologram\ud83d":["\ude00"]}]}},
    "stopReason":"\ud83d","additionalModelResponseFields":{"x":"\ud83d"},"later\ud83d":"\ud83d",
    "trace":{"guardrail":{"actionReason":"\ud83d"}}}"#;

#[test]
fn reply_with_lone_surrogates_is_read_and_sent_back_as_valid_unicode() {
    let reply = ConverseRequest::http_response(response(REPLY)).unwrap();
    assert_eq!(reply.text(), "Hi \u{fffd}, 😀 and \\ud83d");
    assert_eq!(reply.stop_reason.as_str(), "\u{fffd}");
    assert_eq!(reply.unknown().get("later\u{fffd}").unwrap().to_string(), r#""\ufffd""#);
    let written = serde_json::to_string(&reply).unwrap();
    // serde reads any text as a `Value`, except lone surrogates.
    let value: Value = serde_json::from_str(&written).unwrap();
    let input = value.pointer("/output/message/content/1/toolUse/input").unwrap();
    assert_eq!(input, &json!({"q\u{fffd}": "\u{fffd} \\ud83d 😀"}));
    assert_eq!(serde_json::from_str::<ConverseResponse>(&written).unwrap(), reply);
}

#[test]
fn surrogates_encoded_in_utf8_are_replaced() {
    let body = |text: &[u8]| {
        [
            br#"{"output":{"message":{"role":"assistant","content":[{"text":""#,
            text,
            br#""}]}},"stopReason":"end_turn"}"#,
        ]
        .concat()
    };
    for (text, right) in
        [(&b"a\xed\xa0\xbd"[..], "a\u{fffd}"), (b"a\xed\xa0\xbd\xed\xb8\x80", "a😀"), ("한".as_bytes(), "한")]
    {
        assert_eq!(ConverseRequest::http_response(response(body(text))).unwrap().text(), right);
    }
    // Other invalid UTF-8 is an error.
    ConverseRequest::http_response(response(body(b"\xff"))).unwrap_err();
}

#[test]
fn document_never_has_a_lone_surrogate() {
    let request: ConverseRequest = serde_json::from_str(
        r#"{"modelId":"m","messages":[{"role":"assistant","content":[
            {"toolUse":{"toolUseId":"t","name":"n","input":{"q":"\ud83d"}}}]}]}"#,
    )
    .unwrap();
    let sent = serde_json::to_string(&request).unwrap();
    assert!(sent.contains(r#"{"q":"\ufffd"}"#), "{sent}");

    for (json, kept) in [
        (r#"{"q":"\ud83d"}"#, r#"{"q":"\ufffd"}"#),
        (r#"{"q":"\ud83d\ude00","r":1e400}"#, r#"{"q":"\ud83d\ude00","r":1e400}"#),
        (r#"["\\ud83d"]"#, r#"["\\ud83d"]"#),
    ] {
        let document = Document::from_json(json).unwrap();
        assert_eq!(document.as_json(), kept);
        assert_eq!(Document::new(&document).unwrap().as_json(), kept);
        let raw: &serde_json::value::RawValue = serde_json::from_str(json).unwrap();
        assert_eq!(Document::new(raw).unwrap().as_json(), kept);
        assert_eq!(serde_json::from_str::<Document>(json).unwrap().as_json(), kept);
    }
}

#[test]
fn raw_response_of_a_model_is_unchanged() {
    let body = r#"{"completion":"\ud83d"}"#;
    let reply = InvokeModelResponse::from_response(response(body)).unwrap();
    assert_eq!(reply.body.as_bytes(), body);
    assert_eq!(reply.json::<Value>().unwrap(), json!({"completion": "\u{fffd}"}));
    let reply = Call::http_response(response(body)).unwrap();
    assert_eq!(reply.body, body);
    assert_eq!(reply.json::<Value>().unwrap(), json!({"completion": "\u{fffd}"}));
}

#[test]
fn error_with_a_lone_surrogate_keeps_its_message() {
    let (mut head, ()) = http::Response::new(()).into_parts();
    head.status = http::StatusCode::BAD_REQUEST;
    let error = ServiceError::from_response(&head, br#"{"__type":"ValidationException","message":"no \ud83d"}"#);
    assert_eq!((error.code(), error.message()), (Some("ValidationException"), Some("no \u{fffd}")));
}
