//! The event reader: returns the events of the frames up to the first error. The accumulated
//! response has exactly what was returned.

use std::collections::{BTreeMap, BTreeSet};

use bedrock_lite::eventstream::{Frame, MAX_FRAME, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{
    ContentBlockDelta as Delta, ContentBlockStart as Start, ConverseStreamDecoder, ReasoningContentBlock as Reasoning,
    ReasoningContentBlockDelta as ReasoningDelta,
};
use bedrock_lite::{
    Blob, ContentBlock, ConverseResponse, ConverseStreamOutput as Event, Document, Error, StreamErrorKind,
};
use bytes::Bytes;
use serde_json::json;
use serde_json::value::RawValue;

use super::cut;
use super::frames::{End, plain};

/// The number of kinds of frames that [`frame`] makes.
pub(crate) const FRAMES: u8 = 30;

/// Returns a frame of one of many kinds, for a block, with a text.
pub(crate) fn frame(kind: u8, block: u8, text: &str) -> Frame {
    let event = |name: &str, payload: serde_json::Value| Frame::event(name, "application/json", payload.to_string());
    let index = i32::from(block % 4);
    let delta = |delta| event("contentBlockDelta", json!({"contentBlockIndex": index, "delta": delta, "p": "abc"}));
    let start = |start| event("contentBlockStart", json!({"contentBlockIndex": index, "start": start}));
    let bytes = || serde_json::to_value(Blob::from(text.as_bytes().to_vec())).unwrap();
    let any_json = || serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    let names =
        ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];
    let exceptions = ["throttlingException", "modelStreamErrorException", "toComeException", ""];
    match kind % FRAMES {
        0 => event("messageStart", json!({"role": "assistant", "p": text})),
        1 => event("messageStart", json!({"role": text, "toCome": 1})),
        2 => delta(json!({"text": text})),
        3 => delta(json!({"reasoningContent": {"text": text}})),
        4 => delta(json!({"reasoningContent": {"signature": text}})),
        5 => delta(json!({"reasoningContent": {"redactedContent": bytes()}})),
        6 => delta(json!({"reasoningContent": {"toCome": any_json()}})),
        7 => delta(json!({"toolUse": {"input": text}})),
        8 => delta(json!({"toolResult": [{"text": text}, {"json": any_json()}, {"toCome": text}]})),
        9 => delta(json!({"image": {"source": {"bytes": bytes()}}})),
        10 => delta(json!({"image": {"source": {"toCome": text}, "error": {"message": text}}})),
        11 => delta(json!({"citation": {"title": text, "sourceContent": [{"text": text}], "toCome": any_json()}})),
        12 => delta(json!({"toCome": any_json()})),
        13 => start(json!({"toolUse": {"toolUseId": text, "name": "n"}})),
        14 => start(json!({"toolResult": {"toolUseId": text, "status": "error"}})),
        15 => start(json!({"image": {"format": text}})),
        16 => start(json!({"toCome": any_json()})),
        17 => event("contentBlockStop", json!({"contentBlockIndex": index})),
        18 => event("messageStop", json!({"stopReason": text, "additionalModelResponseFields": any_json()})),
        19 => event(
            "metadata",
            json!({"usage": {"inputTokens": index, "outputTokens": 2, "totalTokens": 3}, "metrics": {"latencyMs": 4}}),
        ),
        20 => Frame::event("toCome", "application/json", text.to_owned()),
        21 => Frame::event(text, "text/plain", "{}"),
        22 => Frame::exception(exceptions[usize::from(block % 4)], json!({"message": text}).to_string()),
        23 => Frame::exception(text, text.to_owned()),
        24 => Frame::new("").with_header(":message-type", "error").with_header(":error-code", text),
        25 if block.is_multiple_of(2) => Frame::new(text.to_owned()).with_header(":event-type", "toCome"),
        25 => Frame::new(text.to_owned()).with_header(":message-type", text).with_header(":event-type", "toCome"),
        26 => Frame::new("{}").with_header(":message-type", "event").with_header(":event-type", index),
        27 => event("contentBlockDelta", any_json()),
        28 => delta(any_json()),
        _ => Frame::event(names[usize::from(block) % names.len()], "application/json", text.to_owned()),
    }
}

/// Returns the bytes of such frames, without those that are too large for a frame.
pub(crate) fn stream(frames: &[(u8, u8, String)]) -> Vec<u8> {
    let bytes = frames.iter().filter_map(|(kind, block, text)| encode(&self::frame(*kind, *block, text)).ok());
    bytes.flatten().collect()
}

/// How a stream fails: with an exception and its code, or with a stream error.
#[derive(Debug, PartialEq)]
enum Failure {
    Service(Option<String>),
    Stream(StreamErrorKind),
}

/// The state of a block.
#[derive(Debug, Clone, PartialEq)]
enum Block {
    Text(String),
    Citations,
    Reasoning(String),
    UnknownReasoning,
    Redacted,
    ToolUse,
    ToolResult,
    Image,
    Unknown,
}

/// Returns whether an unknown variant stands for an absent value.
fn is_none(name: &str, value: &Document) -> bool {
    name.is_empty() && value.as_json() == "null"
}

/// The rules for the order of events.
#[derive(Debug, Default)]
struct Rules {
    started: bool,
    stopped: bool,
    blocks: BTreeMap<i32, Block>,
    /// Content that does not fit the block at its index, as additional blocks after it.
    misfits: BTreeMap<i32, Vec<Block>>,
    ended: BTreeSet<i32>,
    /// Whether the events were returned and do not form a response.
    doubt: bool,
    usage: Option<i32>,
}

impl Rules {
    fn allow(&mut self, event: &Event) -> bool {
        match event {
            Event::Metadata(event) => {
                let usage = event.usage.as_ref().map(|usage| usage.input_tokens);
                self.doubt |= self.usage.is_some() && usage.is_some() && usage != self.usage;
                self.usage = self.usage.or(usage);
                true
            }
            Event::Unknown { .. } => true,
            _ if self.stopped => false,
            Event::MessageStart(_) => !std::mem::replace(&mut self.started, true),
            // An event that has no content does not start a block and is not a delta.
            Event::ContentBlockStart(event) if matches!(&event.start, Start::Unknown { name, value } if is_none(name, value)) => {
                true
            }
            Event::ContentBlockDelta(event) if matches!(&event.delta, Delta::Unknown { name, value } if is_none(name, value)) => {
                true
            }
            Event::ContentBlockStart(event) => {
                let block = match &event.start {
                    Start::ToolUse(_) => Block::ToolUse,
                    Start::ToolResult(_) => Block::ToolResult,
                    Start::Image(_) => Block::Image,
                    _ => Block::Unknown,
                };
                let index = event.content_block_index;
                let free = !self.blocks.contains_key(&index) && !self.ended.contains(&index);
                if !free {
                    return false;
                }
                self.blocks.entry(event.content_block_index).or_insert(block);
                free
            }
            Event::ContentBlockDelta(event) => {
                let (index, delta) = (event.content_block_index, &event.delta);
                if self.ended.contains(&index) {
                    return false;
                }
                let block = self.blocks.get(&index);
                self.doubt |= block.is_none() && Self::needs_a_start(delta);
                let first = || Self::after(None, delta).or_else(|| Self::without_start(delta)).unwrap();
                let unknown =
                    matches!(delta, Delta::Unknown { .. } | Delta::ReasoningContent(ReasoningDelta::Unknown { .. }));
                let redacted = matches!(delta, Delta::ReasoningContent(ReasoningDelta::RedactedContent(_)));
                match Self::after(block, delta) {
                    // Redacted reasoning cannot hold unknown reasoning, which then follows it.
                    None if redacted && matches!(block, Some(Block::UnknownReasoning)) => {
                        self.blocks.insert(index, Block::Redacted);
                        self.misfits.entry(index).or_default().push(Block::UnknownReasoning);
                    }
                    Some(after) => {
                        self.blocks.insert(index, after);
                    }
                    None if block.is_none() => {
                        self.blocks.insert(index, first());
                    }
                    None => {
                        // A delta of an unknown kind contradicts nothing.
                        self.doubt |= !unknown;
                        let misfits = self.misfits.entry(index).or_default();
                        match misfits.last().and_then(|last| Self::after(Some(last), delta)) {
                            Some(after) => *misfits.last_mut().unwrap() = after,
                            None => misfits.push(first()),
                        }
                    }
                }
                true
            }
            Event::ContentBlockStop(event) => {
                self.ended.insert(event.content_block_index);
                true
            }
            Event::MessageStop(_) => {
                self.stopped = true;
                true
            }
            other => panic!("an event without a rule: {other:?}"),
        }
    }

    fn needs_a_start(delta: &Delta) -> bool {
        Self::without_start(delta).is_some()
    }

    /// Returns the block of a delta that came without its start event.
    fn without_start(delta: &Delta) -> Option<Block> {
        match delta {
            Delta::ToolUse(_) => Some(Block::ToolUse),
            Delta::ToolResult(_) => Some(Block::ToolResult),
            Delta::Image(_) => Some(Block::Image),
            _ => None,
        }
    }

    /// Returns the blocks in order, each followed by content that does not fit it.
    fn built(&self) -> Vec<&Block> {
        let misfits = |index| self.misfits.get(index).into_iter().flatten();
        self.blocks.iter().flat_map(|(index, block)| [block].into_iter().chain(misfits(index))).collect()
    }

    /// Returns the block after a delta, or `None` if the delta does not fit.
    fn after(block: Option<&Block>, delta: &Delta) -> Option<Block> {
        let unknown_reasoning = |delta: &ReasoningDelta| matches!(delta, ReasoningDelta::Unknown { .. });
        let more = |text: &str, added: &str| format!("{text}{added}");
        Some(match (block, delta) {
            (None | Some(Block::Unknown), Delta::Unknown { .. }) => Block::Unknown,
            (None, Delta::Text(added)) => Block::Text(added.to_string()),
            (Some(Block::Text(text)), Delta::Text(added)) => Block::Text(more(text, added)),
            (Some(Block::Citations), Delta::Text(_))
            | (None | Some(Block::Text(_) | Block::Citations), Delta::Citation(_)) => Block::Citations,
            (None, Delta::ReasoningContent(delta)) if unknown_reasoning(delta) => Block::UnknownReasoning,
            (Some(same @ (Block::Reasoning(_) | Block::UnknownReasoning)), Delta::ReasoningContent(delta))
                if unknown_reasoning(delta) =>
            {
                same.clone()
            }
            (None | Some(Block::Redacted), Delta::ReasoningContent(ReasoningDelta::RedactedContent(_))) => {
                Block::Redacted
            }
            (Some(Block::Reasoning(text)), Delta::ReasoningContent(ReasoningDelta::Text(added))) => {
                Block::Reasoning(more(text, added))
            }
            (None | Some(Block::UnknownReasoning), Delta::ReasoningContent(ReasoningDelta::Text(added))) => {
                Block::Reasoning(added.to_string())
            }
            (Some(Block::Reasoning(text)), Delta::ReasoningContent(ReasoningDelta::Signature(_))) => {
                Block::Reasoning(text.clone())
            }
            (None | Some(Block::UnknownReasoning), Delta::ReasoningContent(ReasoningDelta::Signature(_))) => {
                Block::Reasoning(String::new())
            }
            (Some(Block::ToolUse), Delta::ToolUse(_)) => Block::ToolUse,
            (Some(Block::ToolResult), Delta::ToolResult(_)) => Block::ToolResult,
            (Some(Block::Image), Delta::Image(_)) => Block::Image,
            _ => return None,
        })
    }
}

/// Reads the event of a frame in another way than the decoder: with its name as a member around the
/// payload.
fn event(frame: &Frame) -> Result<Event, Failure> {
    let malformed = || Failure::Stream(StreamErrorKind::MalformedFrame);
    let code = |code: &str| {
        let code = code[..code.find(|c: char| c == ':' || c.is_control()).unwrap_or(code.len())].to_owned();
        let code = code[code.rfind('#').map_or(0, |at| at + 1)..].trim().to_owned();
        (!code.is_empty()).then_some(code)
    };
    match frame.message_type() {
        Some("event") => {}
        Some("exception") => {
            let name = code(frame.exception_type().or(frame.event_type()).unwrap_or_default());
            let capital = |name: String| name[..1].to_ascii_uppercase() + &name[1..];
            let ascii = |name: String| if name.is_char_boundary(1) { capital(name) } else { name };
            return Err(Failure::Service(name.map(ascii)));
        }
        Some("error") => return Err(Failure::Service(frame.error_code().and_then(code))),
        _ => return Err(malformed()),
    }
    let name = frame.event_type().ok_or_else(malformed)?;
    let text = std::str::from_utf8(frame.payload());
    let payload = text.ok().and_then(|text| serde_json::from_str::<&RawValue>(text).ok()).map(RawValue::get);
    if !["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"]
        .contains(&name)
    {
        let other = Document::from(json!(String::from_utf8_lossy(frame.payload())));
        let value = payload.map_or(other, |payload| Document::from_json(payload).unwrap());
        return Ok(Event::Unknown { name: name.to_owned(), value });
    }
    let malformed = || Failure::Stream(StreamErrorKind::MalformedEvent);
    let whole = format!("{{\"{name}\":{}}}", payload.ok_or_else(malformed)?);
    match serde_json::from_str(&whole) {
        // A payload of `null` is not an event.
        Ok(Event::Unknown { .. }) | Err(_) => Err(malformed()),
        Ok(event) => Ok(event),
    }
}

/// Reads a stream with a simple implementation: its events, and its error.
fn expected(stream: &[u8]) -> (Vec<Event>, Rules, Option<Failure>) {
    let (frames, end) = plain(stream, MAX_FRAME);
    let (mut events, mut rules) = (Vec::new(), Rules::default());
    for (frame, _) in frames {
        match event(&frame) {
            Ok(event) if rules.allow(&event) => events.push(event),
            Ok(_) => return (events, rules, Some(Failure::Stream(StreamErrorKind::UnexpectedEvent))),
            Err(failure) => return (events, rules, Some(failure)),
        }
    }
    let failure = match end {
        End::Wrong { kind, .. } => Some(kind),
        End::Cut => Some(StreamErrorKind::Truncated),
        End::Whole if rules.stopped => None,
        End::Whole => Some(StreamErrorKind::MissingMessageStop),
    };
    (events, rules, failure.map(Failure::Stream))
}

fn decoder() -> ConverseStreamDecoder {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap()
}

fn has_several_variants(frame: &Frame) -> bool {
    let Ok(payload) = serde_json::from_slice::<serde_json::Value>(frame.payload()) else { return false };
    let several = |value: &serde_json::Value| value.as_object().is_some_and(|members| members.len() > 1);
    let delta = &payload["delta"];
    several(delta) || several(&delta["reasoningContent"])
}

/// Asserts that any bytes, in one chunk or many, give the expected events and end.
pub(crate) fn hold(stream: &Bytes, sizes: &[u8]) {
    // serde alone cannot read a lone surrogate, which the decoder replaces. Other tests cover it.
    if stream.windows(3).any(|bytes| matches!(bytes, br"\ud" | br"\uD")) {
        return;
    }
    // serde also cannot read a delta with several variants, which the decoder returns one by one.
    // Other tests cover it.
    if plain(stream, MAX_FRAME).0.iter().any(|(frame, _)| has_several_variants(frame)) {
        return;
    }
    let (events, rules, failure) = expected(stream);
    let whole = read(std::slice::from_ref(stream), &events, &rules, failure.as_ref());
    let chunks = read(&cut(stream, sizes), &events, &rules, failure.as_ref());
    assert_eq!(whole, chunks, "one chunk and many chunks differ");
}

/// Decodes the chunks, compares each event, and returns the final error text.
fn read(chunks: &[Bytes], events: &[Event], rules: &Rules, failure: Option<&Failure>) -> String {
    let mut decoder = decoder();
    let mut coming = events.iter();
    let mut error = None;
    for chunk in chunks {
        decoder.push(chunk.clone());
        while error.is_none() {
            let before = decoder.partial();
            match decoder.recv() {
                Ok(Some(event)) => assert_eq!(Some(&event), coming.next()),
                Ok(None) => break,
                Err(failed) => {
                    assert_eq!(decoder.partial(), before, "the partial response changed after {failed}");
                    error = Some(failed);
                }
            }
        }
    }
    assert!(coming.next().is_none(), "missing events before {error:?}");
    let partial = decoder.partial();
    if error.is_none() {
        // The stream has not ended, so the response is not complete yet.
        let unfinished = decoder.clone().into_response().unwrap_err();
        assert_eq!(said(&unfinished), "Stream(Unfinished)");
        error = decoder.finish().err();
    }
    assert_eq!(error.as_ref().map(said), failure.map(|failure| format!("{failure:?}")), "{error:?}");
    assert_eq!(decoder.partial(), partial, "an end has no event");
    hold_partial(&decoder, events, rules);
    match error {
        Some(error) => stays_failed(decoder, &error),
        None => whole_response(decoder, events, rules),
    }
}

fn said(error: &Error) -> String {
    format!(
        "{:?}",
        match error {
            Error::Service(error) => Failure::Service(error.code().map(str::to_owned)),
            Error::Stream(error) => Failure::Stream(error.kind()),
            other => panic!("{other:?}"),
        }
    )
}

/// Asserts that the partial response is the one that the returned events form.
fn hold_partial(decoder: &ConverseStreamDecoder, events: &[Event], rules: &Rules) {
    let partial = decoder.partial();
    let mut again = self::decoder();
    for event in events {
        // By way of their JSON, to check serialization as well.
        let text = serde_json::to_string(event).unwrap();
        let member: BTreeMap<String, &RawValue> = serde_json::from_str(&text).unwrap();
        let (name, payload) = member.iter().next().unwrap();
        again.push(encode(&Frame::event(name, "application/json", payload.get().to_owned())).unwrap());
        assert_eq!(again.recv().unwrap().as_ref(), Some(event));
    }
    assert_eq!(again.partial(), partial);

    assert_eq!(partial.stop_reason.is_some(), rules.stopped);
    assert_eq!(partial.message.content.len(), rules.built().len());
    for (block, built) in rules.built().into_iter().zip(&partial.message.content) {
        let fits = match (block, built) {
            (Block::Text(text), ContentBlock::Text(built)) => text == built,
            (Block::Reasoning(text), ContentBlock::ReasoningContent(Reasoning::ReasoningText(built))) => {
                *text == built.text
            }
            (Block::Redacted, ContentBlock::ReasoningContent(Reasoning::RedactedContent(_)))
            | (Block::UnknownReasoning, ContentBlock::ReasoningContent(Reasoning::Unknown { .. }))
            | (Block::Citations, ContentBlock::CitationsContent(_))
            | (Block::ToolUse, ContentBlock::ToolUse(_))
            | (Block::ToolResult, ContentBlock::ToolResult(_))
            | (Block::Image, ContentBlock::Image(_))
            | (Block::Unknown, ContentBlock::Unknown { .. }) => true,
            _ => false,
        };
        assert!(fits, "{block:?} is built as {built:?}");
    }
}

/// Asserts that errors are sticky, and that no more events are returned.
fn stays_failed(mut decoder: ConverseStreamDecoder, error: &Error) -> String {
    let partial = decoder.partial();
    let said = |error: &Error| format!("{error:?} {error:#}");
    decoder.push(encode(&frame(18, 0, "end_turn")).unwrap());
    assert_eq!(said(&decoder.recv().unwrap_err()), said(error));
    assert_eq!(said(&decoder.finish().unwrap_err()), said(error));
    assert_eq!(said(&decoder.recv().unwrap_err()), said(error));
    assert_eq!(decoder.partial(), partial);
    assert_eq!(said(&decoder.into_response().unwrap_err()), said(error));
    said(error)
}

/// Asserts that a stream that ended well gives the response of its events, and that pushing more
/// bytes reopens it.
fn whole_response(mut decoder: ConverseStreamDecoder, events: &[Event], rules: &Rules) -> String {
    assert!(events.iter().any(|event| matches!(event, Event::MessageStop(_))));
    let partial = decoder.partial();
    let text = match (decoder.clone().into_response(), ConverseResponse::from_events(events)) {
        (Ok(response), Ok(folded)) => {
            assert!(!rules.doubt, "contradicting events gave a response: {response:?}");
            assert_eq!(response, folded);
            assert_eq!((Some(&response.stop_reason), &response.usage), (partial.stop_reason.as_ref(), &partial.usage));
            let text = serde_json::to_string(&response).unwrap();
            assert_eq!(serde_json::from_str::<ConverseResponse>(&text).unwrap(), response);
            // Deltas of unknown kinds that do not fit their block are only in the partial response.
            if rules.misfits.is_empty() {
                assert_eq!(response.into_message(), partial.message);
            }
            text
        }
        (Err(Error::Stream(error)), Err(Error::Stream(folded))) => {
            let kind = if rules.doubt { StreamErrorKind::UnexpectedEvent } else { StreamErrorKind::ToolInput };
            assert_eq!((error.kind(), folded.kind()), (kind, kind));
            error.to_string()
        }
        (response, folded) => panic!("{response:?} differs from its accumulated events {folded:?}"),
    };
    decoder.push(vec![0].into());
    assert_eq!(decoder.recv().unwrap(), None);
    assert_eq!(said(&decoder.clone().into_response().unwrap_err()), "Stream(Unfinished)");
    assert_eq!(said(&decoder.finish().unwrap_err()), "Stream(Truncated)");
    text
}
