//! Any response that is split into events in any valid way accumulates to the same response.

use std::collections::VecDeque;

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{ConverseStreamDecoder, ReasoningContentBlock};
use bedrock_lite::{Blob, ContentBlock, ConverseResponse, ConverseStreamOutput};
use fastrand::Rng;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Text with everything that splitting can get wrong: quotes, escapes, and characters of one to
/// four bytes.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z \"\\\\{}\n\u{e9}\u{65e5}\u{1f980}]{0,12}", 1 => ".{0,6}"]
}

fn bytes() -> impl Strategy<Value = Value> {
    prop::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| serde_json::to_value(Blob::from(bytes)).unwrap())
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Eighths are the same number after any number of conversions.
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

/// As a member, `null` is the same as absent.
fn not_null() -> impl Strategy<Value = Value> {
    document().prop_filter("null is nothing", |value| !value.is_null())
}

/// Adds members to a value, without those that are `null`.
fn with(mut value: Value, members: Value) -> Value {
    let members = if let Value::Object(members) = members { members } else { Map::default() };
    let object = value.as_object_mut().unwrap();
    object.extend(members.into_iter().filter(|(_, member)| !member.is_null()));
    value
}

fn citation() -> impl Strategy<Value = Value> {
    let location = json!({"documentChar": {"documentIndex": 0, "start": 1, "end": 2}});
    (prop::option::of(text()), prop::collection::vec(text(), 0..3), prop::option::of(Just(location))).prop_map(
        |(title, sources, location)| {
            let sources: Vec<_> = sources.into_iter().map(|text| json!({"text": text})).collect();
            let sources = if sources.is_empty() { Value::Null } else { sources.into() };
            with(json!({}), json!({"title": title, "sourceContent": sources, "location": location}))
        },
    )
}

fn block() -> impl Strategy<Value = Value> {
    let result_content = prop_oneof![
        text().prop_map(|text| json!({"text": text})),
        document().prop_map(|json| json!({"json": json})),
        Just(json!({"toCome": [1]})),
    ];
    prop_oneof![
        text().prop_map(|text| json!({"text": text})),
        (text(), prop::option::of("[a-zA-Z0-9+/=]{0,10}")).prop_map(|(text, signature)| {
            json!({"reasoningContent": {"reasoningText": with(json!({"text": text}), json!({"signature": signature}))}})
        }),
        bytes().prop_map(|bytes| json!({"reasoningContent": {"redactedContent": bytes}})),
        document().prop_map(|value| json!({"reasoningContent": {"toCome": value}})),
        (not_null(), prop::option::of(Just("server_tool_use"))).prop_map(|(input, kind)| {
            json!({"toolUse": with(json!({"toolUseId": "t", "name": "n", "input": input}), json!({"type": kind}))})
        }),
        (prop::collection::vec(result_content, 0..4), prop::option::of(Just("error"))).prop_map(|(content, status)| {
            json!({"toolResult": with(json!({"toolUseId": "t", "content": content}), json!({"status": status}))})
        }),
        (prop::option::of(text()), prop::collection::vec(citation(), 1..4)).prop_map(|(text, citations)| {
            let content = text.map(|text| json!([{"text": text}]));
            json!({"citationsContent": with(json!({"citations": citations}), json!({"content": content}))})
        }),
        (bytes(), prop::option::of(text())).prop_map(|(bytes, message)| {
            let error = message.map(|message| json!({"message": message}));
            json!({"image": with(json!({"format": "png", "source": {"bytes": bytes}}), json!({"error": error}))})
        }),
        document().prop_map(|value| json!({"toCome": value})),
    ]
}

fn response() -> impl Strategy<Value = Value> {
    let metadata = (prop::option::of(Just(json!({"latency": "optimized"}))), prop::option::of(document())).prop_map(
        |(performance, fields)| {
            // `null` as a document is the same as an absent document.
            with(json!({}), json!({"performanceConfig": performance, "additionalModelResponseFields": fields}))
        },
    );
    let stop = prop_oneof![Just("end_turn"), Just("tool_use"), Just("a_reason_to_come")];
    (prop::collection::vec(block(), 0..6), stop, 0..1000_i32, metadata).prop_map(|(content, stop, tokens, more)| {
        let whole = json!({
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": stop,
            "usage": {"inputTokens": tokens, "outputTokens": 2, "totalTokens": 3, "toCome": 1},
            "metrics": {"latencyMs": 4},
            "trace": {"promptRouter": {"invokedModelId": "m"}},
        });
        with(whole, more)
    })
}

/// Splits a text between characters. Returns at least one part; some parts are empty.
fn cut(text: &str, rng: &mut Rng) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in text.chars() {
        while rng.u8(..4) == 0 {
            parts.push(String::new());
        }
        parts.last_mut().unwrap().push(c);
    }
    parts
}

/// Splits bytes in base64 between bytes, and encodes each part on its own.
fn cut_bytes(base64: &str, rng: &mut Rng) -> Vec<Value> {
    let whole = Blob::from_base64(base64).unwrap();
    let mut parts = vec![Vec::new()];
    for byte in whole.as_bytes() {
        while rng.u8(..4) == 0 {
            parts.push(Vec::new());
        }
        parts.last_mut().unwrap().push(*byte);
    }
    parts.into_iter().map(|part| serde_json::to_value(Blob::from(part)).unwrap()).collect()
}

/// Merges lists in a random way that keeps the order of each list.
fn merge(mut lists: Vec<VecDeque<Value>>, rng: &mut Rng) -> Vec<Value> {
    let mut merged = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return merged;
        }
        let at = rng.usize(..lists.len());
        merged.extend(lists.get_mut(at).and_then(VecDeque::pop_front));
    }
}

/// Returns the start event of a block, if it has one, and its deltas.
fn start_and_deltas(block: &Value, rng: &mut Rng) -> (Option<Value>, Vec<Value>) {
    let (kind, content) = block.as_object().unwrap().iter().next().unwrap();
    let texts = |text: &Value, rng: &mut Rng| -> VecDeque<Value> {
        cut(text.as_str().unwrap(), rng).into_iter().map(|part| json!({"text": part})).collect()
    };
    match kind.as_str() {
        "text" => (None, texts(content, rng).into()),
        "reasoningContent" => {
            let mut deltas = Vec::new();
            if let Some(redacted) = content.get("redactedContent") {
                deltas = cut_bytes(redacted.as_str().unwrap(), rng)
                    .into_iter()
                    .map(|part| json!({"redactedContent": part}))
                    .collect();
            } else if content.get("toCome").is_some() {
                deltas = vec![content.clone()];
            } else {
                let words = content.get("reasoningText").unwrap();
                let signature = words.get("signature").and_then(Value::as_str);
                // A signature without text also stands for an empty text.
                if words.get("text").unwrap() != "" || signature.is_none() || rng.bool() {
                    deltas.extend(texts(words.get("text").unwrap(), rng));
                }
                let parts = signature.map(|signature| cut(signature, rng)).unwrap_or_default();
                deltas.extend(parts.into_iter().map(|part| json!({"signature": part})));
            }
            (None, deltas.into_iter().map(|delta| json!({"reasoningContent": delta})).collect())
        }
        "toolUse" => {
            let mut start = content.clone();
            let input = start.as_object_mut().unwrap().remove("input").unwrap();
            let text = match rng.u8(..3) {
                // A tool without arguments streams nothing, or an empty text.
                0 if input == json!({}) => return (Some(json!({"toolUse": start})), Vec::new()),
                1 if input == json!({}) => String::new(),
                2 => serde_json::to_string_pretty(&input).unwrap(),
                _ => input.to_string(),
            };
            let deltas = cut(&text, rng).into_iter().map(|part| json!({"toolUse": {"input": part}})).collect();
            (Some(json!({"toolUse": start})), deltas)
        }
        "toolResult" => {
            let mut start = content.clone();
            let parts = start.as_object_mut().unwrap().remove("content").unwrap();
            let mut groups = vec![Vec::new()];
            for part in parts.as_array().unwrap() {
                if rng.bool() {
                    groups.push(Vec::new());
                }
                groups.last_mut().unwrap().push(part.clone());
            }
            (Some(json!({"toolResult": start})), groups.into_iter().map(|group| json!({"toolResult": group})).collect())
        }
        "citationsContent" => {
            let words = content.pointer("/content/0/text").map(|text| texts(text, rng)).unwrap_or_default();
            let citations = content.get("citations").and_then(Value::as_array).unwrap();
            let citations = citations.iter().map(|citation| json!({"citation": citation})).collect();
            (None, merge(vec![words, citations], rng))
        }
        "image" => {
            let parts = cut_bytes(content.pointer("/source/bytes").unwrap().as_str().unwrap(), rng);
            let mut deltas: Vec<_> =
                parts.into_iter().map(|part| json!({"image": {"source": {"bytes": part}}})).collect();
            if let Some(error) = content.get("error") {
                deltas.insert(rng.usize(..=deltas.len()), json!({"image": {"error": error}}));
            }
            (Some(json!({"image": {"format": content.get("format")}})), deltas)
        }
        _ => (None, vec![block.clone()]),
    }
}

/// Returns the events of a response in one of the many valid ways.
fn events(response: &Value, rng: &mut Rng) -> Vec<Value> {
    let content = response.pointer("/output/message/content").and_then(Value::as_array).unwrap();
    let mut blocks = Vec::new();
    for (index, block) in content.iter().enumerate() {
        let (start, deltas) = start_and_deltas(block, rng);
        let start = start.map(|start| json!({"contentBlockStart": {"contentBlockIndex": index, "start": start}}));
        let mut events = VecDeque::from_iter(start);
        events.extend(
            deltas.iter().map(|delta| json!({"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}})),
        );
        events.push_back(json!({"contentBlockStop": {"contentBlockIndex": index}}));
        blocks.push(events);
    }
    let mut events = vec![json!({"messageStart": {"role": "assistant"}})];
    if rng.bool() {
        events.extend(merge(blocks, rng));
    } else {
        events.extend(blocks.into_iter().flatten());
    }
    let member = |name: &str| response.get(name).cloned().unwrap_or_default();
    let fields = json!({"additionalModelResponseFields": member("additionalModelResponseFields")});
    events.push(json!({"messageStop": with(json!({"stopReason": member("stopReason")}), fields)}));
    let rest = ["usage", "metrics", "trace", "performanceConfig"].map(|name| (name.to_owned(), member(name)));
    events.push(json!({"metadata": with(json!({}), Value::Object(rest.into_iter().collect()))}));
    events
}

/// Decodes events as frames that arrive in chunks of random sizes.
fn decoded(events: &[Value], rng: &mut Rng) -> ConverseResponse {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    let mut decoder = ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap();
    let mut stream = Vec::new();
    for event in events {
        let (name, payload) = event.as_object().unwrap().iter().next().unwrap();
        let padded = with(payload.clone(), json!({"p": "abcdef"}));
        stream.extend(encode(&Frame::event(name, "application/json", padded.to_string())).unwrap());
    }
    let mut left = bytes::Bytes::from(stream);
    while !left.is_empty() {
        let part = rng.usize(1..=left.len().min(700));
        decoder.push(left.split_to(part));
        while decoder.recv().unwrap().is_some() {}
    }
    decoder.finish().unwrap();
    decoder.into_response().unwrap()
}

proptest! {
    #[test]
    fn events_accumulate_to_the_same_response(response in response(), seed in any::<u64>()) {
        let mut rng = Rng::with_seed(seed);
        let events = events(&response, &mut rng);
        let read: Vec<ConverseStreamOutput> =
            events.iter().map(|event| serde_json::from_str(&event.to_string()).unwrap()).collect();
        let folded = ConverseResponse::from_events(&read).unwrap();
        prop_assert_eq!(serde_json::to_value(&folded).unwrap(), response.clone(), "{:?}", events);
        prop_assert_eq!(serde_json::from_value::<ConverseResponse>(response).unwrap(), folded.clone());
        prop_assert_eq!(decoded(&events, &mut rng), folded);
    }

    /// Text and bytes survive any split: no character and no base64 group is divided.
    #[test]
    fn splitting_loses_nothing(text in text(), bytes in bytes(), seed in any::<u64>()) {
        let mut rng = Rng::with_seed(seed);
        prop_assert_eq!(cut(&text, &mut rng).concat(), text);
        let base64 = bytes.as_str().unwrap();
        let parts = cut_bytes(base64, &mut rng);
        let joined: Vec<u8> =
            parts.iter().flat_map(|part| Blob::from_base64(part.as_str().unwrap()).unwrap().into_bytes()).collect();
        let block = ContentBlock::ReasoningContent(ReasoningContentBlock::RedactedContent(joined.into()));
        prop_assert_eq!(serde_json::to_value(block).unwrap(), json!({"reasoningContent": {"redactedContent": base64}}));
    }
}
