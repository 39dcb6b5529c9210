//! The events of a streamed reply accumulate to the response that `Converse` would have returned.

use bedrock_lite::{
    Blob, ContentBlock, ConverseResponse, ConverseStreamOutput, Error, ImageBlock, ImageFormat, StreamErrorKind,
};
use serde_json::{Value, json};

/// Accumulates events that are written as `{"contentBlockStop": {…}}`.
fn fold(events: &[Value]) -> Result<Value, Error> {
    let events: Vec<ConverseStreamOutput> =
        events.iter().map(|event| serde_json::from_value(event.clone()).expect("an event")).collect();
    ConverseResponse::from_events(&events).map(|response| serde_json::to_value(response).expect("a response"))
}

fn delta(index: i32, delta: &Value) -> Value {
    json!({"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}})
}

fn start(index: i32, start: &Value) -> Value {
    json!({"contentBlockStart": {"contentBlockIndex": index, "start": start}})
}

fn stop(index: i32) -> Value {
    json!({"contentBlockStop": {"contentBlockIndex": index}})
}

/// Returns the content of a message with these block events.
fn content(blocks: &[Value]) -> Result<Value, StreamErrorKind> {
    let mut events = vec![json!({"messageStart": {"role": "assistant"}})];
    events.extend_from_slice(blocks);
    events.push(json!({"messageStop": {"stopReason": "end_turn"}}));
    match fold(&events) {
        Ok(response) => Ok(response["output"]["message"]["content"].clone()),
        Err(Error::Stream(error)) => Err(error.kind()),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn text_deltas_are_joined() {
    let blocks =
        [delta(0, &json!({"text": "Hel"})), delta(0, &json!({"text": ""})), delta(0, &json!({"text": "lo"})), stop(0)];
    assert_eq!(content(&blocks), Ok(json!([{"text": "Hello"}])));
    assert_eq!(content(&[delta(0, &json!({"text": ""})), stop(0)]), Ok(json!([{"text": ""}])));
    assert_eq!(content(&[stop(0)]), Ok(json!([])), "no start and no delta: no block");
}

#[test]
fn tool_input_is_joined_and_parsed() {
    let call = start(0, &json!({"toolUse": {"toolUseId": "t1", "name": "weather"}}));
    let parts = [r#"{"ci"#, r#"ty":"#, r#""Osl"#, r#"o", "n": 1.0}"#]
        .map(|input| delta(0, &json!({"toolUse": {"input": input}})));
    let blocks: Vec<_> = [call.clone()].into_iter().chain(parts.clone()).chain([stop(0)]).collect();
    assert_eq!(
        content(&blocks),
        Ok(json!([{"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": "Oslo", "n": 1.0}}}]))
    );

    let nothing = Ok(json!([{"toolUse": {"toolUseId": "t1", "name": "weather", "input": {}}}]));
    assert_eq!(content(&[call.clone(), delta(0, &json!({"toolUse": {"input": ""}})), stop(0)]), nothing);
    assert_eq!(content(&[call.clone(), delta(0, &json!({"toolUse": {}})), stop(0)]), nothing);
    assert_eq!(content(&[call.clone(), delta(0, &json!({"toolUse": {"input": "null"}})), stop(0)]), nothing);
    assert_eq!(content(&[call.clone(), stop(0)]), nothing);

    let cut: Vec<_> = [call].into_iter().chain(parts.into_iter().take(2)).chain([stop(0)]).collect();
    assert_eq!(content(&cut), Err(StreamErrorKind::ToolInput));
}

#[test]
fn server_tool_keeps_its_type_and_its_result() {
    let blocks = [
        start(0, &json!({"toolUse": {"toolUseId": "t", "name": "code", "type": "server_tool_use", "later": [1]}})),
        delta(0, &json!({"toolUse": {"input": "{}"}})),
        stop(0),
        start(1, &json!({"toolResult": {"toolUseId": "t", "type": "code_result", "status": "success"}})),
        delta(1, &json!({"toolResult": [{"json": {"out": 1}}]})),
        delta(1, &json!({"toolResult": [{"text": "a"}, {"later": true}]})),
        stop(1),
    ];
    let expected = json!([
        {"toolUse": {"toolUseId": "t", "name": "code", "input": {}, "type": "server_tool_use", "later": [1]}},
        {"toolResult": {"toolUseId": "t", "content": [{"json": {"out": 1}}, {"text": "a"}, {"later": true}], "type": "code_result", "status": "success"}},
    ]);
    assert_eq!(content(&blocks), Ok(expected));
}

#[test]
fn reasoning_keeps_its_signature() {
    let reasoning = |delta_: Value| delta(0, &json!({"reasoningContent": delta_}));
    let blocks = [
        reasoning(json!({"text": "I "})),
        reasoning(json!({"text": "think"})),
        reasoning(json!({"signature": "c2ln"})),
        stop(0),
    ];
    let expected = json!([{"reasoningContent": {"reasoningText": {"text": "I think", "signature": "c2ln"}}}]);
    assert_eq!(content(&blocks), Ok(expected));
    let only = [reasoning(json!({"signature": "c2ln"})), stop(0)];
    assert_eq!(content(&only), Ok(json!([{"reasoningContent": {"reasoningText": {"text": "", "signature": "c2ln"}}}])));
}

#[test]
fn unknown_reasoning_is_kept() {
    let reasoning = |part: Value| delta(0, &json!({"reasoningContent": part}));
    let [one, two] = [json!({"newKind": {"a": 1}}), json!({"newKind": "b"})].map(reasoning);
    assert_eq!(content(&[one.clone(), stop(0)]), Ok(json!([{"reasoningContent": {"newKind": {"a": 1}}}])));
    assert_eq!(
        content(&[one.clone(), two.clone(), stop(0)]),
        Ok(json!([{"reasoningContent": {"newKind": [{"a": 1}, "b"]}}]))
    );

    // Next to text, in any order, it is a member of the same structure, as the signature is.
    let [text, signature] = [json!({"text": "I think"}), json!({"signature": "c2ln"})].map(reasoning);
    let block = |more: Value| {
        let mut words = json!({"text": "I think", "signature": "c2ln"});
        words["newKind"] = more;
        Ok(json!([{"reasoningContent": {"reasoningText": words}}]))
    };
    for parts in [[&one, &text, &signature], [&text, &one, &signature], [&text, &signature, &one]] {
        assert_eq!(content(&parts.map(Clone::clone)), block(json!({"a": 1})));
    }
    assert_eq!(content(&[one.clone(), text, two, signature]), block(json!([{"a": 1}, "b"])));

    // Redacted reasoning has no member for it.
    let redacted = reasoning(json!({"redactedContent": "YQ=="}));
    let expected = Ok(json!([{"reasoningContent": {"redactedContent": "YQ=="}}]));
    assert_eq!(content(&[one.clone(), redacted.clone()]), expected);
    assert_eq!(content(&[redacted, one]), expected);
}

#[test]
fn redacted_reasoning_is_joined_as_bytes() {
    // "a" and "bcd" in base64. The joined texts are not valid base64.
    let parts = ["YQ==", "YmNk"].map(|part| delta(0, &json!({"reasoningContent": {"redactedContent": part}})));
    let expected = json!([{"reasoningContent": {"redactedContent": "YWJjZA=="}}]);
    assert_eq!(content(&[parts.as_slice(), &[stop(0)]].concat()), Ok(expected));
}

#[test]
fn citations_belong_to_their_text() {
    let citation = json!({"title": "T", "sourceContent": [{"text": "s"}], "location": {"documentChar": {"documentIndex": 0, "start": 1, "end": 2}}, "later": 1});
    let cited = delta(0, &json!({"citation": citation}));
    let text = |text: &str| delta(0, &json!({"text": text}));
    let whole = Ok(json!([{"citationsContent": {"content": [{"text": "ab"}], "citations": [citation]}}]));
    assert_eq!(content(&[text("a"), cited.clone(), text("b"), stop(0)]), whole);
    assert_eq!(content(&[cited.clone(), text("a"), text("b"), stop(0)]), whole);
    assert_eq!(content(&[cited, stop(0)]), Ok(json!([{"citationsContent": {"citations": [citation]}}])));
}

#[test]
fn image_deltas_are_joined() {
    let blocks = [
        start(0, &json!({"image": {"format": "png"}})),
        delta(0, &json!({"image": {"source": {"bytes": "YQ=="}}})),
        delta(0, &json!({"image": {"source": {"bytes": "YmNk"}}})),
        stop(0),
    ];
    assert_eq!(content(&blocks), Ok(json!([{"image": {"format": "png", "source": {"bytes": "YWJjZA=="}}}])));
}

/// Appending this many deltas is fast. Copying all bytes for each of them would take a long time.
#[test]
fn image_of_many_deltas_is_joined_without_copying() {
    let start: ConverseStreamOutput =
        serde_json::from_value(start(0, &json!({"image": {"format": "png"}}))).expect("a start");
    let part = Blob::from(vec![7; 3000]);
    let delta = delta(0, &json!({"image": {"source": {"bytes": part}}}));
    let delta: ConverseStreamOutput = serde_json::from_value(delta).expect("a delta");
    let stop = serde_json::from_value(json!({"messageStop": {"stopReason": "end_turn"}})).expect("a stop");
    let parts = std::iter::repeat_n(&delta, 20_000);
    let events = std::iter::once(&start).chain(parts).chain([&stop]);
    let response = ConverseResponse::from_events(events).expect("a response");
    let expected = ContentBlock::from(ImageBlock::new(ImageFormat::Png, vec![7; 60_000_000]));
    assert!(response.into_message().content == [expected], "bytes are missing");
}

#[test]
fn source_of_an_image_may_change() {
    let image = |source: Value| delta(0, &json!({"image": {"source": source}}));
    let begin = start(0, &json!({"image": {"format": "png"}}));
    let s3 = json!({"s3Location": {"uri": "s3://bucket/a.png"}});
    let [a, b] = ["YQ==", "Yg=="].map(|bytes| image(json!({"bytes": bytes})));
    let block = |source: &Value| Ok(json!([{"image": {"format": "png", "source": source}}]));
    assert_eq!(content(&[begin.clone(), a.clone(), image(s3.clone())]), block(&s3));
    assert_eq!(content(&[begin.clone(), image(s3), a, b]), block(&json!({"bytes": "YWI="})));
    assert_eq!(content(&[begin]), block(&json!({"bytes": ""})));
}

#[test]
fn unknown_deltas_do_not_affect_known_blocks() {
    let call = start(0, &json!({"toolUse": {"toolUseId": "t", "name": "n"}}));
    let [new, reasoning] =
        [json!({"hologram": 1}), json!({"reasoningContent": {"newKind": 1}})].map(|part| delta(0, &part));
    let text = delta(0, &json!({"text": "a"}));
    assert_eq!(content(&[text, new.clone(), reasoning]), Ok(json!([{"text": "a"}])));
    let expected = Ok(json!([{"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}]));
    assert_eq!(content(&[call, new]), expected);
}

/// An unknown member of a start is dropped if the complete block has a member of that name.
#[test]
fn no_member_is_written_twice() {
    let events = [
        json!({"messageStart": {"role": "assistant", "content": [], "id": "msg_1"}}),
        start(0, &json!({"toolUse": {"toolUseId": "t", "name": "n", "input": {"old": 1}, "later": 2}})),
        delta(0, &json!({"toolUse": {"input": "{}"}})),
        json!({"messageStop": {"stopReason": "tool_use"}}),
    ]
    .map(|event| serde_json::from_value::<ConverseStreamOutput>(event).expect("an event"));
    let message = ConverseResponse::from_events(&events).expect("a response").into_message();
    assert_eq!(
        serde_json::to_string(&message).expect("JSON"),
        r#"{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"n","input":{},"later":2}}],"id":"msg_1"}"#
    );
    assert_eq!(message.unknown().iter().count(), 1);
}

#[test]
fn unknown_blocks_are_kept() {
    assert_eq!(content(&[delta(0, &json!({"hologram": {"a": 1}})), stop(0)]), Ok(json!([{"hologram": {"a": 1}}])));
    let blocks = [start(0, &json!({"hologram": {"a": 1}})), delta(0, &json!({"hologram": {"b": 2}})), stop(0)];
    assert_eq!(content(&blocks), Ok(json!([{"hologram": [{"a": 1}, {"b": 2}]}])));
    let known = [start(0, &json!({"hologram": {"a": 1}})), delta(0, &json!({"text": "b"})), stop(0)];
    assert_eq!(content(&known), Err(StreamErrorKind::UnexpectedEvent));
    let other_name = [delta(0, &json!({"hologram": 1})), delta(0, &json!({"aura": 2})), stop(0)];
    assert_eq!(content(&other_name), Ok(json!([{"hologram": [1, {"aura": 2}]}])));
}

#[test]
fn blocks_are_ordered_by_their_index() {
    let blocks = [
        delta(1, &json!({"text": "b"})),
        delta(0, &json!({"text": "a"})),
        delta(1, &json!({"text": "B"})),
        stop(0),
        stop(1),
    ];
    assert_eq!(content(&blocks), Ok(json!([{"text": "a"}, {"text": "bB"}])));
}

#[test]
fn other_members_of_events_are_kept() {
    let events = [
        json!({"messageStart": {"role": "assistant", "id": "msg_1"}}),
        delta(0, &json!({"text": "a"})),
        stop(0),
        json!({"messageStop": {"stopReason": "a_new_reason", "additionalModelResponseFields": {"z": 1, "a": 2}, "late": 1}}),
        json!({"metadata": {
            "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3, "serverToolUsage": {}},
            "metrics": {"latencyMs": 4, "more": 5},
            "trace": {"promptRouter": {"invokedModelId": "m"}, "guardrail": {"actionReason": "x"}, "new": 1},
            "performanceConfig": {"latency": "optimized"},
            "serviceTier": {"type": "flex"},
            "later": 2,
        }}),
    ];
    let expected = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "a"}], "id": "msg_1"}},
        "stopReason": "a_new_reason",
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3, "serverToolUsage": {}},
        "metrics": {"latencyMs": 4, "more": 5},
        "additionalModelResponseFields": {"z": 1, "a": 2},
        "trace": {"promptRouter": {"invokedModelId": "m"}, "guardrail": {"actionReason": "x"}, "new": 1},
        "performanceConfig": {"latency": "optimized"},
        "serviceTier": {"type": "flex"},
        "late": 1,
        "later": 2,
    });
    assert_eq!(fold(&events).expect("a response"), expected);
}

#[test]
fn events_that_form_no_message_are_errors() {
    let unexpected = Err(StreamErrorKind::UnexpectedEvent);
    let text = || delta(0, &json!({"text": "a"}));
    assert_eq!(content(&[text(), delta(0, &json!({"toolUse": {"input": "{}"}}))]), unexpected, "another kind of delta");
    assert_eq!(content(&[delta(0, &json!({"toolUse": {"input": "{}"}}))]), unexpected, "no start");
    assert_eq!(
        content(&[text(), start(0, &json!({"toolUse": {"toolUseId": "t", "name": "n"}}))]),
        unexpected,
        "a late start"
    );
    assert_eq!(content(&[json!({"messageStart": {"role": "assistant"}})]), unexpected, "two starts");
    assert_eq!(content(&[json!({"messageStop": {"stopReason": "end_turn"}}), text()]), unexpected, "after the stop");
    let Err(Error::Stream(error)) = fold(&[json!({"messageStart": {"role": "assistant"}}), text()]) else {
        panic!("a message without messageStop was accepted");
    };
    assert_eq!(error.kind(), StreamErrorKind::MissingMessageStop);
}
