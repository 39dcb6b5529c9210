//! JSON that holds half of a UTF-16 pair: every string is read, with U+FFFD in its place, and nothing of it goes back.

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
fn a_reply_is_read_and_what_goes_back_is_unicode() {
    let reply = ConverseRequest::http_response(response(REPLY)).unwrap();
    assert_eq!(reply.text(), "Hi \u{fffd}, 😀 and \\ud83d");
    assert_eq!(reply.stop_reason.as_str(), "\u{fffd}");
    assert_eq!(reply.unknown().get("later\u{fffd}").unwrap().to_string(), r#""\ufffd""#);
    let written = serde_json::to_string(&reply).unwrap();
    // serde reads any text of a value but that of lone surrogates.
    let value: Value = serde_json::from_str(&written).unwrap();
    let input = value.pointer("/output/message/content/1/toolUse/input").unwrap();
    assert_eq!(input, &json!({"q\u{fffd}": "\u{fffd} \\ud83d 😀"}));
    assert_eq!(serde_json::from_str::<ConverseResponse>(&written).unwrap(), reply);
}

#[test]
fn surrogates_in_utf8_are_read_too() {
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
    // Bytes that are no text at all are no reply.
    ConverseRequest::http_response(response(body(b"\xff"))).unwrap_err();
}

#[test]
fn a_document_never_holds_half_of_a_character() {
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
fn a_models_own_response_is_left_as_it_came() {
    let body = r#"{"completion":"\ud83d"}"#;
    let reply = InvokeModelResponse::from_response(response(body)).unwrap();
    assert_eq!(reply.body.as_bytes(), body);
    assert_eq!(reply.json::<Value>().unwrap(), json!({"completion": "\u{fffd}"}));
    let reply = Call::http_response(response(body)).unwrap();
    assert_eq!(reply.body, body);
    assert_eq!(reply.json::<Value>().unwrap(), json!({"completion": "\u{fffd}"}));
}

#[test]
fn an_error_keeps_its_message() {
    let (mut head, ()) = http::Response::new(()).into_parts();
    head.status = http::StatusCode::BAD_REQUEST;
    let error = ServiceError::from_response(&head, br#"{"__type":"ValidationException","message":"no \ud83d"}"#);
    assert_eq!((error.code(), error.message()), (Some("ValidationException"), Some("no \u{fffd}")));
}
