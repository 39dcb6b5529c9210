//! Streams that other clients got wrong, and events that contradict each other: the returned
//! events, the response, and `partial()`.

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{ContentBlockDelta, ConverseStreamDecoder, PartialResponse, ReasoningContentBlockDelta};
use bedrock_lite::{ConverseResponse, ConverseStreamOutput, Error, StreamErrorKind};
use bytes::Bytes;
use serde_json::{Value, json};

fn decoder() -> ConverseStreamDecoder {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap()
}

fn frame(event_type: &str, payload: &str) -> Bytes {
    encode(&Frame::event(event_type, "application/json", payload.to_owned())).unwrap()
}

/// The outcome of a stream.
struct Outcome {
    events: Vec<ConverseStreamOutput>,
    /// The error of `recv` or `finish`.
    ended: Option<Error>,
    partial: PartialResponse,
    response: Result<ConverseResponse, Error>,
}

impl Outcome {
    fn of<'a>(events: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let mut decoder = decoder();
        for (event_type, payload) in events {
            decoder.push(frame(event_type, &payload));
        }
        let (mut events, mut ended) = (Vec::new(), None);
        loop {
            match decoder.recv() {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(error) => {
                    ended = Some(error);
                    break;
                }
            }
        }
        let ended = ended.or_else(|| decoder.finish().err());
        Self { events, ended, partial: decoder.partial(), response: decoder.into_response() }
    }

    /// Returns the joined texts of the events.
    fn texts(&self) -> String {
        self.events.iter().filter_map(ConverseStreamOutput::text).collect()
    }

    /// Returns the joined texts of all kinds of deltas.
    fn deltas(&self) -> String {
        let deltas = self.events.iter().filter_map(|event| match event {
            ConverseStreamOutput::ContentBlockDelta(event) => match &event.delta {
                ContentBlockDelta::Text(text)
                | ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)) => Some(text.as_str()),
                ContentBlockDelta::ToolUse(delta) => Some(delta.input.as_str()),
                _ => None,
            },
            _ => None,
        });
        deltas.collect()
    }

    fn content(&self) -> Value {
        serde_json::to_value(&self.partial.message.content).unwrap()
    }

    #[track_caller]
    fn reply(&self) -> &ConverseResponse {
        assert!(self.ended.is_none(), "{:?}", self.ended);
        self.response.as_ref().unwrap()
    }

    /// Returns the kind of the error that only `into_response` returns.
    #[track_caller]
    fn doubt(&self) -> StreamErrorKind {
        assert!(self.ended.is_none(), "{:?}", self.ended);
        kind(self.response.as_ref().unwrap_err())
    }
}

#[track_caller]
fn kind(error: &Error) -> StreamErrorKind {
    let Error::Stream(error) = error else { panic!("{error:?}") };
    error.kind()
}

fn delta(index: i32, delta: &str) -> (&'static str, String) {
    ("contentBlockDelta", format!(r#"{{"contentBlockIndex":{index},"delta":{delta}}}"#))
}

fn text(index: i32, json: &str) -> (&'static str, String) {
    delta(index, &format!(r#"{{"text":"{json}"}}"#))
}

fn stop(index: i32) -> (&'static str, String) {
    ("contentBlockStop", json!({"contentBlockIndex": index}).to_string())
}

fn start(index: i32, start: &Value) -> (&'static str, String) {
    ("contentBlockStart", json!({"contentBlockIndex": index, "start": start}).to_string())
}

fn message_start() -> (&'static str, String) {
    ("messageStart", json!({"role": "assistant"}).to_string())
}

fn message_stop() -> (&'static str, String) {
    ("messageStop", json!({"stopReason": "end_turn"}).to_string())
}

fn metadata(metadata: &Value) -> (&'static str, String) {
    ("metadata", metadata.to_string())
}

/// Returns a complete reply with these block events.
fn reply(blocks: impl IntoIterator<Item = (&'static str, String)>) -> Outcome {
    Outcome::of([message_start()].into_iter().chain(blocks).chain([message_stop()]))
}

/// Returns one of the cases that were seen in practice.
fn case(name: &str) -> Outcome {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/streams.json")).unwrap();
    let case = cases.iter().find(|case| case["name"] == name).unwrap();
    let events: Vec<(String, String)> = case["converse_stream"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let payload = match event[1].as_str().and_then(|text| text.strip_prefix("RAW:")) {
                Some(raw) => raw.to_owned(),
                None => event[1].to_string(),
            };
            (event[0].as_str().unwrap().to_owned(), payload)
        })
        .collect();
    Outcome::of(events.iter().map(|(name, payload)| (name.as_str(), payload.clone())))
}

#[test]
fn surrogate_pair_split_over_two_text_deltas_is_one_character() {
    let outcome = case("surrogate pair split over two text deltas");
    assert_eq!(outcome.reply().text(), "Hi 😀!");
    assert_eq!(outcome.texts(), "Hi 😀!");
}

#[test]
fn metadata_without_metrics_is_accepted() {
    let outcome = case("metadata without metrics");
    let reply = outcome.reply();
    assert_eq!((reply.text().as_str(), reply.usage.as_ref().unwrap().total_tokens), ("a", 14));
    assert_eq!(reply.metrics, None);
}

#[test]
fn tool_delta_after_its_stop_is_unexpected() {
    let outcome = case("a tool delta after its contentBlockStop");
    assert_eq!(kind(outcome.ended.as_ref().unwrap()), StreamErrorKind::UnexpectedEvent);
    assert_eq!(outcome.events.len(), 4);
    assert_eq!(outcome.content(), json!([{"toolUse": {"toolUseId": "a", "name": "ask", "input": {"x": 1}}}]));
    assert_eq!(kind(&outcome.response.unwrap_err()), StreamErrorKind::UnexpectedEvent);
}

/// The deltas of one block, and the expected text of their events and of the response.
const HALVES: [(&[&str], &str); 14] = [
    (&[r"\ud83d"], "\u{fffd}"),
    (&[r"\ude00"], "\u{fffd}"),
    (&[r"a\ud83d", r"\ude00b"], "a😀b"),
    (&[r"a\ud83d", "", r"\ude00b"], "a😀b"),
    (&[r"\ud83d", r"\ude00\ud83d", r"\ude00"], "😀😀"),
    (&[r"\ud83d", r"\ud83d", r"\ude00"], "\u{fffd}😀"),
    (&[r"\ud83d", "b"], "\u{fffd}b"),
    (&[r"\ud83d", r"b\ude00"], "\u{fffd}b\u{fffd}"),
    (&[r"\ude00", r"\ud83d"], "\u{fffd}\u{fffd}"),
    (&[r"\ud83dx\ud83d", r"\ude00"], "\u{fffd}x😀"),
    (&[r"\ud83d", r"\ufffdb"], "\u{fffd}\u{fffd}b"),
    (&[r"\ufffd", r"\ude00"], "\u{fffd}\u{fffd}"),
    (&["a\u{fffd}", "b"], "a\u{fffd}b"),
    (&[r"\uD83D\n", r"\uDE00"], "\u{fffd}\n\u{fffd}"),
];

#[test]
fn surrogate_halves_in_two_deltas_are_one_character() {
    for (parts, right) in HALVES {
        let texts = || parts.iter().map(|part| text(0, part));
        for outcome in [reply(texts().chain([stop(0)])), reply(texts())] {
            assert_eq!(outcome.texts(), right, "{parts:?}");
            assert_eq!(outcome.reply().text(), right, "{parts:?}");
        }

        let thought = parts.iter().map(|part| delta(0, &format!(r#"{{"reasoningContent":{{"text":"{part}"}}}}"#)));
        let outcome = reply(thought.chain([stop(0)]));
        assert_eq!(outcome.deltas(), right, "{parts:?}");
        outcome.reply();
        assert_eq!(outcome.content(), json!([{"reasoningContent": {"reasoningText": {"text": right}}}]), "{parts:?}");

        let input = parts.iter().map(|part| delta(0, &format!(r#"{{"toolUse":{{"input":"{part}"}}}}"#)));
        let begin = [
            start(0, &json!({"toolUse": {"toolUseId": "t", "name": "n"}})),
            delta(0, r#"{"toolUse":{"input":"[\""}}"#),
        ];
        let outcome =
            reply(begin.into_iter().chain(input).chain([delta(0, r#"{"toolUse":{"input":"\"]"}}"#), stop(0)]));
        // A line break in a string is invalid JSON. The input is then the text.
        let input = if right.contains('\n') { json!(format!("[\"{right}\"]")) } else { json!([right]) };
        assert_eq!(outcome.deltas(), format!("[\"{right}\"]"), "{parts:?}");
        assert_eq!(outcome.content()[0]["toolUse"]["input"], input, "{parts:?}");
    }
}

#[test]
fn surrogate_halves_of_different_blocks_are_not_joined() {
    let outcome =
        reply([text(0, r"a\ud83d"), text(1, r"b\ud83d"), text(0, r"\ude00"), text(1, r"\ude01"), stop(0), stop(1)]);
    assert_eq!(outcome.content(), json!([{"text": "a😀"}, {"text": "b😁"}]));
    outcome.reply();
    let outcome = reply([text(0, r"a\ud83d"), stop(0), text(1, r"\ude00"), stop(1)]);
    assert_eq!(outcome.content(), json!([{"text": "a\u{fffd}"}, {"text": "\u{fffd}"}]));
    outcome.reply();
}

#[test]
fn waiting_surrogate_half_is_in_the_partial_response() {
    let mut decoder = decoder();
    for (event_type, payload) in [message_start(), text(0, r"Hi \ud83d")] {
        decoder.push(frame(event_type, &payload));
        decoder.recv().unwrap().unwrap();
    }
    assert_eq!(decoder.partial().message.text(), "Hi \u{fffd}");
    let (event_type, payload) = text(0, r"\ude00");
    decoder.push(frame(event_type, &payload));
    assert_eq!(decoder.recv().unwrap().unwrap().text(), Some("😀"));
    assert_eq!(decoder.partial().message.text(), "Hi 😀");
    decoder.finish().unwrap_err();
    assert_eq!(decoder.partial().message.text(), "Hi 😀");
}

#[test]
fn lone_surrogates_in_a_tool_input_are_not_sent_back() {
    let call = || start(0, &json!({"toolUse": {"toolUseId": "t", "name": "n"}}));
    let input = |parts: &[&str]| {
        let parts = parts.iter().map(|part| delta(0, &json!({"toolUse": {"input": part}}).to_string()));
        let outcome = reply([call()].into_iter().chain(parts).chain([stop(0)]));
        let message = outcome.response.unwrap().into_message();
        serde_json::to_string(&message.content).unwrap()
    };
    let sent = input(&[r#"{"q":"\ud8"#, r#"3d"}"#]);
    assert!(sent.contains(r#"{"q":"\ufffd"}"#), "{sent}");
    let sent = input(&[r#"{"q":"\ud83d"#, r#"\ude00"}"#]);
    assert!(sent.contains(r#"{"q":"\ud83d\ude00"}"#), "{sent}");
    let sent = input(&[r#"{"\ude00":1}"#]);
    assert!(sent.contains(r#"{"\ufffd":1}"#), "{sent}");
}

#[test]
fn lone_surrogates_elsewhere_in_events_are_replaced() {
    let outcome = Outcome::of([
        ("messageStart", r#"{"role":"assistant","later":"\ud83d"}"#.to_owned()),
        delta(0, r#"{"text":"a"}"#),
        delta(0, r#"{"citation":{"title":"\ud83d","sourceContent":[{"text":"\ude00"}],"later":["\ud83d"]}}"#),
        delta(1, r#"{"hologram":{"x":"\ud83d"}}"#),
        ("hologram", r#"{"x":"\ud83d"}"#.to_owned()),
        ("messageStop", r#"{"stopReason":"\ud83d","additionalModelResponseFields":{"x":"\ud83d"}}"#.to_owned()),
        ("metadata", r#"{"trace":{"guardrail":{"actionReason":"\ud83d"}}}"#.to_owned()),
    ]);
    let written = serde_json::to_string(outcome.reply()).unwrap();
    assert!(!written.contains(r"\ud83d") && !written.contains(r"\ude00"), "{written}");
    let title = outcome.content().pointer("/0/citationsContent/citations/0/title").cloned();
    assert_eq!(title, Some(json!("\u{fffd}")));
    let unknown = outcome.events.iter().find_map(|event| match event {
        ConverseStreamOutput::Unknown { value, .. } => Some(value.to_string()),
        _ => None,
    });
    assert_eq!(unknown.as_deref(), Some(r#"{"x":"\ufffd"}"#));
}

#[test]
fn exception_message_with_a_lone_surrogate_is_kept() {
    let mut decoder = decoder();
    let payload = r#"{"message":"no \ud83d"}"#;
    decoder.push(encode(&Frame::exception("validationException", payload)).unwrap());
    let Error::Service(error) = decoder.recv().unwrap_err() else { panic!("no exception") };
    assert_eq!(error.message(), Some("no \u{fffd}"));
}

#[test]
fn second_stop_of_a_block_changes_nothing() {
    let outcome = reply([text(0, "Hi"), stop(0), stop(0), stop(7), stop(7)]);
    assert_eq!(outcome.reply().text(), "Hi");
    assert_eq!(outcome.events.len(), 7);
}

#[test]
fn delta_after_the_stop_of_its_block_is_unexpected() {
    for late in [text(0, "!"), delta(0, r#"{"hologram":1}"#), start(0, &json!({"image": {"format": "png"}}))] {
        let outcome = reply([text(0, "Hi"), stop(0), late]);
        assert_eq!(kind(outcome.ended.as_ref().unwrap()), StreamErrorKind::UnexpectedEvent);
        assert_eq!(outcome.content(), json!([{"text": "Hi"}]));
    }
    let outcome = reply([stop(0), text(0, "!")]);
    assert_eq!(kind(outcome.ended.as_ref().unwrap()), StreamErrorKind::UnexpectedEvent);
}

#[test]
fn contradicting_deltas_are_returned_and_kept() {
    let reasoning = |content: &str| delta(0, &format!(r#"{{"reasoningContent":{content}}}"#));
    let words = |text: &str| json!({"reasoningContent": {"reasoningText": {"text": text}}});
    let redacted = |bytes: &str| json!({"reasoningContent": {"redactedContent": bytes}});
    let cases = [
        (
            vec![reasoning(r#"{"text":"a"}"#), reasoning(r#"{"redactedContent":"YQ=="}"#)],
            json!([words("a"), redacted("YQ==")]),
        ),
        (
            vec![
                reasoning(r#"{"redactedContent":"YQ=="}"#),
                reasoning(r#"{"text":"a"}"#),
                reasoning(r#"{"text":"b"}"#),
                reasoning(r#"{"redactedContent":"Yg=="}"#),
            ],
            json!([redacted("YWI="), words("ab")]),
        ),
        (vec![text(0, "a"), reasoning(r#"{"text":"b"}"#), text(0, "c")], json!([{"text": "ac"}, words("b")])),
        (
            vec![text(0, "a"), delta(0, r#"{"toolUse":{"input":"{}"}}"#)],
            json!([{"text": "a"}, {"toolUse": {"toolUseId": "", "name": "", "input": {}}}]),
        ),
        (
            vec![delta(0, r#"{"toolUse":{"input":"{\"a\""}}"#), delta(0, r#"{"toolUse":{"input":":1}"}}"#)],
            json!([{"toolUse": {"toolUseId": "", "name": "", "input": {"a": 1}}}]),
        ),
        (
            vec![delta(0, r#"{"toolResult":[{"text":"a"}]}"#)],
            json!([{"toolResult": {"toolUseId": "", "content": [{"text": "a"}]}}]),
        ),
        (
            vec![delta(0, r#"{"image":{"source":{"bytes":"YQ=="}}}"#)],
            json!([{"image": {"format": "", "source": {"bytes": "YQ=="}}}]),
        ),
        (vec![text(-1, "a")], json!([{"text": "a"}])),
    ];
    for (deltas, content) in cases {
        let count = deltas.len();
        let outcome = Outcome::of([message_start()].into_iter().chain(deltas).chain([text(1, "z"), message_stop()]));
        assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent, "{content}");
        assert_eq!(outcome.events.len(), count + 3, "{content}");
        let mut all = content.as_array().unwrap().clone();
        all.push(json!({"text": "z"}));
        assert_eq!(outcome.content(), Value::from(all));
        assert!(outcome.partial.stop_reason.is_some());
    }
}

#[test]
fn first_delta_decides_the_kind_of_a_block_with_an_empty_start() {
    let words = |text: &str| json!([{"reasoningContent": {"reasoningText": {"text": text}}}]);
    for begin in [
        json!({"text": {}}),
        json!({"text": ""}),
        json!({"text": {"type": "text"}}),
        json!({"type": "text", "text": ""}),
        json!({"type": "text"}),
        json!({"reasoningContent": {}}),
        json!({"reasoningContent": {"reasoningText": {"text": ""}}}),
        json!({"citation": {}}),
        json!({"citationsContent": {"content": [], "citations": []}}),
    ] {
        let outcome = reply([start(0, &begin), text(0, "H"), text(0, "i"), stop(0)]);
        assert_eq!(outcome.reply().text(), "Hi", "{begin}");
        assert_eq!(outcome.content(), json!([{"text": "Hi"}]), "{begin}");
        let outcome = reply([start(0, &begin), delta(0, r#"{"reasoningContent":{"text":"Hm"}}"#), stop(0)]);
        outcome.reply();
        assert_eq!(outcome.content(), words("Hm"), "{begin}");
        let outcome = reply([start(0, &begin), delta(0, r#"{"toolUse":{"input":"{}"}}"#), stop(0)]);
        assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent, "{begin}");
        assert_eq!(outcome.content(), json!([{"toolUse": {"toolUseId": "", "name": "", "input": {}}}]), "{begin}");
    }
    let outcome = reply([delta(0, r#"{"type":"text_delta"}"#), text(0, "Hi"), delta(0, r#"{"type":"text_delta"}"#)]);
    assert_eq!(outcome.reply().text(), "Hi");
    assert_eq!(outcome.content(), json!([{"text": "Hi"}]));
}

#[test]
fn known_delta_in_an_unknown_block_has_no_response() {
    let unknown = || delta(0, r#"{"hologram":"x"}"#);
    let hologram = json!({"hologram": "x"});
    for (begin, first) in [
        (start(0, &hologram), hologram.clone()),
        (start(0, &json!({"type": "text", "hologram": "x"})), json!({"hologram": "x", "type": "text"})),
        (unknown(), hologram.clone()),
    ] {
        let outcome = reply([begin, text(0, "H"), text(0, "i"), stop(0)]);
        assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent, "{first}");
        assert_eq!(outcome.partial.message.text(), "Hi", "{first}");
        assert_eq!(outcome.content(), json!([first, {"text": "Hi"}]));
    }
    // Text in a start event is not in any delta.
    let outcome = reply([start(0, &json!({"text": "H"})), text(0, "i"), stop(0)]);
    assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent);
    assert_eq!(outcome.content(), json!([{"text": "Hi"}]));
}

#[test]
fn unknown_deltas_of_a_known_block_are_in_the_partial_response() {
    let redacted = || delta(0, r#"{"reasoningContent":{"redactedContent":"YQ=="}}"#);
    let aura = || delta(0, r#"{"reasoningContent":{"aura":"x"}}"#);
    let block = json!({"reasoningContent": {"redactedContent": "YQ=="}});
    for deltas in [[aura(), redacted()], [redacted(), aura()]] {
        let outcome = reply(deltas);
        assert_eq!(outcome.content(), json!([block, {"reasoningContent": {"aura": "x"}}]));
        assert_eq!(serde_json::to_value(&outcome.reply().message().unwrap().content).unwrap(), json!([block]));
    }
    let hologram = || delta(0, r#"{"hologram":"x"}"#);
    let outcome = reply([text(0, "H"), hologram(), hologram(), text(0, "i"), stop(0)]);
    assert_eq!(outcome.content(), json!([{"text": "Hi"}, {"hologram": ["x", "x"]}]));
    assert_eq!(serde_json::to_value(&outcome.reply().message().unwrap().content).unwrap(), json!([{"text": "Hi"}]));
    let outcome = reply([aura(), delta(0, r#"{"reasoningContent":{"hue":"y"}}"#)]);
    assert_eq!(outcome.content(), json!([{"reasoningContent": {"aura": ["x", {"hue": "y"}]}}]));
}

#[test]
fn citation_part_without_text_is_accepted() {
    let outcome = reply([delta(0, r#"{"citation":{"title":"t","sourceContent":[{},{"text":"a"}]}}"#)]);
    outcome.reply();
    let citations = json!([{"title": "t", "sourceContent": [{"text": "a"}]}]);
    assert_eq!(outcome.content(), json!([{"citationsContent": {"citations": citations}}]));
}

#[test]
fn metadata_without_usage_leaves_the_usage_unset() {
    for payload in [json!({}), json!({"metrics": {"latencyMs": 7}}), json!({"usage": null, "metrics": null})] {
        let outcome = Outcome::of([message_start(), text(0, "Hi"), message_stop(), metadata(&payload)]);
        assert_eq!((outcome.reply().text().as_str(), &outcome.reply().usage), ("Hi", &None));
        assert_eq!(outcome.partial.usage, None);
    }
}

#[test]
fn two_metadata_events_are_joined_and_must_agree() {
    let usage = |input: i32| json!({"inputTokens": input, "outputTokens": 2, "totalTokens": 3});
    let twice = |one: Value, two: Value| {
        Outcome::of([message_start(), text(0, "Hi"), message_stop(), metadata(&one), metadata(&two)])
    };
    let one = json!({"usage": usage(1), "metrics": {"latencyMs": 4}, "later": 1});
    let outcome = twice(one.clone(), one.clone());
    assert_eq!(outcome.reply().usage.as_ref().unwrap().input_tokens, 1);

    let two = json!({"trace": {"promptRouter": {"invokedModelId": "m"}}, "serviceTier": {"type": "flex"}, "more": 2});
    for outcome in [twice(one.clone(), two.clone()), twice(two, one.clone())] {
        let reply = serde_json::to_value(outcome.reply()).unwrap();
        for member in ["usage", "metrics", "trace", "serviceTier", "later", "more"] {
            assert!(reply.get(member).is_some(), "{member} is lost: {reply}");
        }
    }

    for two in [json!({"usage": usage(9)}), json!({"later": 2})] {
        let outcome = twice(one.clone(), two);
        assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent);
        assert_eq!((outcome.events.len(), outcome.content()), (5, json!([{"text": "Hi"}])));
        assert_eq!(outcome.partial.usage.as_ref().unwrap().input_tokens, 1);
    }
}

#[test]
fn only_the_first_metadata_events_are_joined() {
    let outcome = |events: usize| {
        let metadata = (0..events).map(|n| metadata(&json!({ format!("member{n}"): n })));
        Outcome::of([message_start(), text(0, "Hi"), message_stop()].into_iter().chain(metadata))
    };
    assert_eq!(outcome(17).reply().unknown().iter().count(), 17);
    assert_eq!(outcome(18).doubt(), StreamErrorKind::UnexpectedEvent);
}

#[test]
fn members_missing_in_one_metadata_event_are_not_a_contradiction() {
    let usage = json!({"inputTokens": 1, "outputTokens": 2, "totalTokens": 3});
    let more = json!({"inputTokens": 1, "outputTokens": 2, "totalTokens": 3, "serverToolUsage": {"a": 1}});
    let twice = |one: &Value, two: &Value| {
        let [one, two] = [one, two].map(|usage| metadata(&json!({"usage": usage, "metrics": {"latencyMs": 4}})));
        Outcome::of([message_start(), text(0, "Hi"), message_stop(), one, two])
    };
    for (one, two, whole) in [
        (&json!({"inputTokens": 1}), &usage, &usage),
        (&json!({"inputTokens": 1}), &json!({"outputTokens": 2, "totalTokens": 3}), &usage),
        (&usage, &more, &more),
        (&json!({"serverToolUsage": {"a": 1}}), &usage, &more),
        (&json!({}), &usage, &usage),
        (&usage, &Value::Null, &usage),
    ] {
        for outcome in [twice(one, two), twice(two, one)] {
            assert_eq!(serde_json::to_value(&outcome.reply().usage).unwrap(), *whole, "{one} {two}");
        }
    }
    for two in [json!({"inputTokens": 0}), json!({"totalTokens": 4}), json!({"serverToolUsage": {"a": 2}})] {
        let outcome = twice(&more, &two);
        assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent, "{two}");
        assert_eq!(serde_json::to_value(&outcome.partial.usage).unwrap(), more, "{two}");
    }
}

#[test]
fn members_next_to_the_variant_of_a_start_are_kept() {
    for begin in [
        json!({"toolUse": {"toolUseId": "t", "name": "n", "later": 1}, "type": "tool_use"}),
        json!({"toolResult": {"toolUseId": "t", "later": 1}, "type": "tool_result"}),
        json!({"image": {"format": "png", "later": 1}, "type": "image"}),
    ] {
        let outcome = reply([start(0, &begin), stop(0)]);
        outcome.reply();
        let block = &outcome.content()[0];
        assert_eq!(block["type"], begin["type"], "{block}");
        assert_eq!(block.as_object().unwrap().len(), 2, "{block}");
        assert!(block.as_object().unwrap().values().any(|value| value.get("later") == Some(&json!(1))), "{block}");
    }
}

#[test]
fn delta_with_several_variants_is_several_deltas() {
    let outcome = reply([
        delta(0, r#"{"reasoningContent":{"signature":"s","text":"a\ud83d"}}"#),
        delta(0, r#"{"reasoningContent":{"text":"\ude00b","signature":null,"aura":1}}"#),
        delta(1, r#"{"citation":{"title":"t"},"text":"Hi","later":1}"#),
    ]);
    outcome.reply();
    let thought = json!({"reasoningContent": {"reasoningText": {"text": "a😀b", "signature": "s"}}});
    let cited = json!({"citationsContent": {"content": [{"text": "Hi"}], "citations": [{"title": "t"}]}});
    assert_eq!((outcome.content(), outcome.deltas().as_str()), (json!([thought, cited]), "a😀bHi"));
    assert_eq!(outcome.events.len(), 7);

    let outcome = reply([delta(0, r#"{"reasoningContent":{"text":"a","signature":"s"},"text":"b"}"#)]);
    assert_eq!(outcome.doubt(), StreamErrorKind::UnexpectedEvent);
    assert_eq!(outcome.deltas(), "ba");

    // Events after the error are not returned.
    let outcome = reply([delta(0, r#"{"text":"a","toolUse":3,"image":{}}"#), text(0, "b")]);
    assert_eq!(kind(outcome.ended.as_ref().unwrap()), StreamErrorKind::MalformedEvent);
    assert_eq!((outcome.events.len(), outcome.content()), (2, json!([{"text": "a"}])));
    assert_eq!(kind(&outcome.response.unwrap_err()), StreamErrorKind::MalformedEvent);
    // If a name is repeated, the last value wins, as everywhere.
    let outcome = reply([delta(0, r#"{"text":"a","text":"b"}"#)]);
    outcome.reply();
    assert_eq!(outcome.deltas(), "b");
}

#[test]
fn stream_reports_when_it_is_complete() {
    let mut decoder = decoder();
    let whole = [message_start(), text(0, "Hi"), stop(0), message_stop(), metadata(&json!({}))];
    for (event_type, payload) in &whole {
        assert!(!decoder.is_complete());
        decoder.push(frame(event_type, payload));
        decoder.recv().unwrap().unwrap();
    }
    assert!(decoder.is_complete());
    decoder.push(frame("hologram", "{}").slice(..20));
    assert!(!decoder.is_complete());
}

#[test]
fn huge_block_index_uses_no_memory() {
    let outcome = reply([text(i32::MAX, "b"), text(0, "a"), stop(i32::MAX)]);
    outcome.reply();
    assert_eq!(outcome.content(), json!([{"text": "a"}, {"text": "b"}]));
    let outcome = reply([("contentBlockDelta", r#"{"contentBlockIndex":2147483648,"delta":{"text":"a"}}"#.to_owned())]);
    assert_eq!(kind(&outcome.ended.unwrap()), StreamErrorKind::MalformedEvent);
}
