//! Every recorded stream through the decoders of its operation: complete, in chunks, and truncated
//! at every byte.

use std::collections::{BTreeMap, BTreeSet};

use base64_simd::STANDARD;
use bedrock_lite::operation::{StreamDecoder, accept};
use bedrock_lite::runtime::{ConverseStreamDecoder, InvokeModelWithResponseStreamDecoder};
use bedrock_lite::{Error, ServiceErrorKind, StreamErrorKind};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::support::alike::alike;
use crate::support::recordings::{Exchange, Frame, all_expected, exchanges, expected};
use crate::support::unknown::Unknowns;

fn streams(op: &str) -> Vec<Exchange> {
    let mut streams = exchanges(op);
    streams.retain(Exchange::is_ok);
    streams
}

fn decoder<D: StreamDecoder>(exchange: &Exchange) -> D {
    let (head, _) = accept(exchange.response()).unwrap().into_parts();
    D::from_head(head).unwrap()
}

/// Returns everything that a decoder returns for the stream in chunks of `size` bytes.
fn run<D: StreamDecoder>(exchange: &Exchange, size: usize) -> (Vec<D::Event>, Result<D, Error>) {
    let mut decoder: D = decoder(exchange);
    let mut events = Vec::new();
    for at in (0..exchange.body.len()).step_by(size) {
        decoder.push(exchange.body.slice(at..exchange.body.len().min(at + size)));
        loop {
            match decoder.recv() {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(error) => return (events, Err(error)),
            }
        }
    }
    let end = decoder.finish();
    (events, end.map(|()| decoder))
}

/// Accumulates the frames of a stream to the response that `Converse` would have returned. This
/// implementation follows the API reference and works on plain JSON.
fn fold(frames: &[Frame]) -> Value {
    let mut blocks = BTreeMap::<u64, Map<String, Value>>::new();
    let mut response = json!({"output": {"message": {}}});
    for Frame { name, payload, .. } in frames {
        let block = payload["contentBlockIndex"].as_u64().map(|index| blocks.entry(index).or_default());
        match name.as_str() {
            "messageStart" => response["output"]["message"] = payload.clone(),
            "contentBlockStart" => block.unwrap().extend(payload["start"].as_object().unwrap().clone()),
            "contentBlockDelta" => add(block.unwrap(), &payload["delta"]),
            "contentBlockStop" => {}
            "messageStop" | "metadata" => {
                response.as_object_mut().unwrap().extend(payload.as_object().unwrap().clone());
            }
            other => panic!("{other}"),
        }
    }
    response["output"]["message"]["content"] = blocks.into_values().map(whole).collect();
    response
}

/// Adds a delta to a block, under the member name of the complete block.
fn add(block: &mut Map<String, Value>, delta: &Value) {
    fn append(member: &mut Value, chunk: &Value) {
        let text = member.as_str().unwrap_or_default().to_owned() + chunk.as_str().unwrap();
        *member = text.into();
    }
    let (kind, chunk) = delta.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "text" => append(block.entry("text").or_insert(Value::Null), chunk),
        "toolUse" => append(&mut block["toolUse"]["input"], &chunk["input"]),
        "toolResult" => block["toolResult"]["content"] = chunk.clone(),
        "reasoningContent" => {
            let (kind, chunk) = chunk.as_object().unwrap().iter().next().unwrap();
            let reasoning = block.entry("reasoningContent").or_insert_with(|| json!({}));
            match kind.as_str() {
                "redactedContent" => append(&mut reasoning["redactedContent"], chunk),
                kind => append(&mut reasoning["reasoningText"][kind], chunk),
            }
        }
        "citation" => {
            let citations = block.entry("citationsContent").or_insert_with(|| json!({"citations": []}));
            citations["citations"].as_array_mut().unwrap().push(chunk.clone());
        }
        other => panic!("{other}"),
    }
}

/// Returns the block that its deltas form.
fn whole(mut block: Map<String, Value>) -> Value {
    if block.contains_key("citationsContent") {
        // The cited text is part of the citations.
        if let Some(text) = block.remove("text") {
            block["citationsContent"]["content"] = json!([{"text": text}]);
        }
    }
    if let Some(tool) = block.get_mut("toolUse") {
        let input = tool["input"].as_str().unwrap_or_default();
        tool["input"] = if input.is_empty() { json!({}) } else { serde_json::from_str(input).unwrap() };
    }
    assert_eq!(block.len(), 1, "{block:?}");
    block.into()
}

/// Returns the inputs of tools that the caller has to run. Tools that Bedrock runs have their
/// results with them.
fn inputs_to_answer(content: &[Value]) -> Vec<Value> {
    let tools = content.iter().filter_map(|block| block.get("toolUse"));
    tools.filter(|tool| tool["type"] != "server_tool_use").map(|tool| tool["input"].clone()).collect()
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_converse_stream_accumulates_to_a_response() {
    let (mut folded, mut events_read, mut exceptions) = (0, 0, 0);
    let mut unknowns = Unknowns::default();
    let mut blocks = BTreeMap::<String, usize>::new();
    for exchange in streams("ConverseStream") {
        let frames = exchange.frames();
        if frames.iter().any(|frame| frame.is_exception) {
            exceptions += 1;
            continue;
        }
        let expected = fold(&frames);
        for size in [1, 7, exchange.body.len()] {
            let what = format!("{}, chunks of {size}", exchange.dir);
            let (events, end) = run::<ConverseStreamDecoder>(&exchange, size);
            assert_eq!(events.len(), frames.len(), "{what}");
            for (event, frame) in events.iter().zip(&frames) {
                alike(&serde_json::to_value(event).unwrap(), &json!({&frame.name: frame.payload})).expect(&what);
            }

            let response = end.expect(&what).into_response().expect(&what);
            alike(&serde_json::to_value(&response).unwrap(), &expected).expect(&what);
            // The accessors that programs use first.
            let content = expected["output"]["message"]["content"].as_array().unwrap();
            let text: String = content.iter().filter_map(|block| block["text"].as_str()).collect();
            let said = response.text();
            assert!(said == text || content.iter().any(|block| block.get("citationsContent").is_some()), "{what}");
            assert_eq!(response.stop_reason.as_str(), expected["stopReason"], "{what}");
            let usage = response.usage.as_ref().unwrap();
            assert_eq!(json!(usage.input_tokens), expected["usage"]["inputTokens"], "{what}");
            assert_eq!(json!(usage.output_tokens), expected["usage"]["outputTokens"], "{what}");
            let inputs: Vec<_> = response.tool_uses().map(|tool| tool.input.to_value().unwrap()).collect();
            assert_eq!(inputs, inputs_to_answer(content), "{what}");
        }
        for block in expected["output"]["message"]["content"].as_array().unwrap() {
            *blocks.entry(block.as_object().unwrap().keys().next().unwrap().clone()).or_default() += 1;
        }
        let (events, _) = run::<ConverseStreamDecoder>(&exchange, exchange.body.len());
        unknowns.look_into(&events);
        folded += 1;
        events_read += frames.len();
    }
    assert_eq!((folded, events_read, exceptions), (expected([135, 12]), expected([2841, 159]), expected([1, 0])));
    // Members that the service sends and no published model names. There are no others.
    let unknowns_sent = [
        ("Unknown(tool_use", [9, 0]),
        ("cacheReadInputTokenCount", [5, 0]),
        ("cacheWriteInputTokenCount", [5, 0]),
        ("serverToolUsage", [95, 2]),
    ];
    assert_eq!(unknowns.list(), all_expected(unknowns_sent));
    let blocks: Vec<_> = blocks.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    let recorded = [
        ("citationsContent", [7, 0]),
        ("reasoningContent", [13, 0]),
        ("text", [105, 11]),
        ("toolResult", [11, 0]),
        ("toolUse", [63, 3]),
    ];
    assert_eq!(blocks, all_expected(recorded));
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_exception_frame_is_its_typed_error() {
    let mut seen = 0;
    for exchange in streams("ConverseStream") {
        let frames = exchange.frames();
        let Some(at) = frames.iter().position(|frame| frame.is_exception) else { continue };
        for size in [1, 7, exchange.body.len()] {
            let (events, end) = run::<ConverseStreamDecoder>(&exchange, size);
            assert_eq!(events.len(), at, "{}", exchange.dir);
            let error = end.unwrap_err();
            assert_eq!(error.request_id(), exchange.request_id(), "{}", exchange.dir);
            let Error::Service(error) = error else { panic!("{}: {error:?}", exchange.dir) };
            // The only recorded kind. Add a line here for a second one.
            assert_eq!(frames[at].name, "validationException");
            assert_eq!(error.kind(), ServiceErrorKind::Validation);
            assert_eq!(error.code(), Some("ValidationException"));
            assert_eq!(error.message(), frames[at].payload["message"].as_str());
            assert!(error.message().unwrap().starts_with("The model returned the following errors"));
            assert_eq!(error.request_id(), exchange.request_id());
            assert!(error.request_id().is_some());
            assert_eq!(error.status(), StatusCode::BAD_REQUEST);
            assert!(error.in_stream());
        }
        seen += 1;
    }
    assert_eq!(seen, expected([1, 0]));
}

/// Returns the end of each frame, by the lengths that the frames claim.
fn ends(bytes: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at += u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        ends.push(at);
    }
    assert_eq!(at, bytes.len());
    ends
}

fn stream_error(exchange: &Exchange, error: &Error) -> StreamErrorKind {
    assert_eq!(error.request_id(), exchange.request_id(), "{}", exchange.dir);
    let Error::Stream(error) = error else { panic!("{}: {error:?}", exchange.dir) };
    error.kind()
}

/// A stream, and the places where it may be truncated.
struct Cuts<'a> {
    exchange: &'a Exchange,
    frames: Vec<Frame>,
    ends: Vec<usize>,
    /// The ends of two of the frames.
    stop: Option<usize>,
    metadata: Option<usize>,
}

impl<'a> Cuts<'a> {
    fn new(exchange: &'a Exchange) -> Self {
        let (frames, ends) = (exchange.frames(), ends(&exchange.body));
        assert_eq!(ends.len(), frames.len());
        let end_of = |name: &str| frames.iter().position(|frame| frame.name == name).map(|at| ends[at]);
        let (stop, metadata) = (end_of("messageStop"), end_of("metadata"));
        Self { exchange, frames, ends, stop, metadata }
    }

    /// Takes a decoder that got the bytes before the cut and returned their events. Checks the end,
    /// and returns whether it is a complete response.
    fn check(&self, mut decoder: ConverseStreamDecoder, cut: usize) -> bool {
        let what = format!("{} cut at byte {cut}", self.exchange.dir);
        let end = decoder.finish();
        let between = cut == 0 || self.ends.contains(&cut);
        if between && self.stop.is_some_and(|stop| stop <= cut) {
            end.expect(&what);
            let response = decoder.into_response().expect(&what);
            assert_eq!(response.usage.is_some(), self.metadata.is_some_and(|metadata| metadata <= cut), "{what}");
            return true;
        }
        let expected = if between { StreamErrorKind::MissingMessageStop } else { StreamErrorKind::Truncated };
        assert_eq!(stream_error(self.exchange, &end.expect_err(&what)), expected, "{what}");
        // Errors are sticky, and there is never a response.
        assert_eq!(stream_error(self.exchange, &decoder.finish().expect_err(&what)), expected, "{what}");
        assert_eq!(stream_error(self.exchange, &decoder.into_response().expect_err(&what)), expected, "{what}");
        false
    }

    /// Compares the partial response with the complete frames, before the decoder learns of the
    /// truncation and after it.
    fn check_partial(&self, mut decoder: ConverseStreamDecoder, cut: usize) {
        let what = format!("{} cut at byte {cut}", self.exchange.dir);
        let arrived = self.ends.iter().filter(|end| **end <= cut).count();
        let message = message_of(&self.frames[..arrived]);
        for _ in 0..2 {
            let partial = decoder.partial();
            alike(&serde_json::to_value(&partial.message).unwrap(), &message).expect(&what);
            assert_eq!(partial.stop_reason.is_some(), self.stop.is_some_and(|stop| stop <= cut), "{what}");
            assert_eq!(partial.usage.is_some(), self.metadata.is_some_and(|metadata| metadata <= cut), "{what}");
            let _ = decoder.finish();
        }
    }

    /// Truncates at every byte. One decoder gets the stream byte by byte, and at each byte a clone
    /// of it is finished. Returns how many of them were complete.
    fn at_every_byte(&self) -> usize {
        let mut decoder: ConverseStreamDecoder = decoder(self.exchange);
        let mut complete = 0;
        for cut in 0..self.exchange.body.len() {
            complete += usize::from(self.check(decoder.clone(), cut));
            if cut == 0 || self.ends.contains(&cut) || self.ends.contains(&(cut + 1)) {
                self.check_partial(decoder.clone(), cut);
            }
            decoder.push(self.exchange.body.slice(cut..=cut));
            let event = match decoder.recv() {
                Ok(event) => event.is_some(),
                Err(error) => matches!(error, Error::Service(_)) && self.frames.iter().any(|frame| frame.is_exception),
            };
            assert_eq!(event, self.ends.contains(&(cut + 1)), "{} after byte {cut}", self.exchange.dir);
        }
        complete
    }

    /// Truncates around the ends of the frames. A new decoder gets all bytes before the cut at
    /// once.
    fn around_every_end(&self) -> usize {
        let mut complete = 0;
        let cuts: BTreeSet<_> = self.ends.iter().flat_map(|end| [end - 1, *end, end + 1, end + 12]).collect();
        for cut in cuts.into_iter().filter(|cut| *cut < self.exchange.body.len()) {
            let mut decoder: ConverseStreamDecoder = decoder(self.exchange);
            decoder.push(self.exchange.body.slice(..cut));
            let mut events = 0;
            while decoder.recv().unwrap().is_some() {
                events += 1;
            }
            assert_eq!(events, self.ends.iter().filter(|end| **end <= cut).count(), "{}", self.exchange.dir);
            complete += usize::from(self.check(decoder, cut));
        }
        complete
    }
}

/// Returns the message of the first frames of a stream. The input of an unfinished tool is the text
/// so far.
fn message_of(frames: &[Frame]) -> Value {
    let mut blocks = BTreeMap::<u64, Map<String, Value>>::new();
    for Frame { name, payload, .. } in frames {
        let block = payload["contentBlockIndex"].as_u64().map(|index| blocks.entry(index).or_default());
        match name.as_str() {
            "contentBlockStart" => block.unwrap().extend(payload["start"].as_object().unwrap().clone()),
            "contentBlockDelta" => add(block.unwrap(), &payload["delta"]),
            _ => {}
        }
    }
    let content = blocks.into_values().map(|mut block| {
        if let Some(tool) = block.get_mut("toolUse") {
            let input = tool["input"].as_str().unwrap_or_default().to_owned();
            if !input.is_empty() && serde_json::from_str::<Value>(&input).is_err() {
                block["toolUse"]["input"] = input.into();
                return block.into();
            }
        }
        if let Some(result) = block.get_mut("toolResult").and_then(Value::as_object_mut) {
            result.entry("content").or_insert_with(|| json!([]));
        }
        whole(block)
    });
    json!({"role": "assistant", "content": content.collect::<Vec<_>>()})
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_converse_stream_truncated_at_every_byte_is_an_error() {
    let streams = streams("ConverseStream");
    let bytes: usize = streams.iter().map(|exchange| exchange.body.len()).sum();
    let complete: usize = streams.iter().map(|exchange| Cuts::new(exchange).at_every_byte()).sum();
    // One per stream, except for the one with an exception: the cut between `messageStop` and
    // `metadata`.
    assert_eq!(
        (streams.len(), bytes, complete),
        (expected([136, 12]), expected([569_365, 30_329]), expected([135, 12]))
    );
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_converse_stream_truncated_around_frame_ends_is_an_error() {
    let streams = streams("ConverseStream");
    let complete: usize = streams.iter().map(|exchange| Cuts::new(exchange).around_every_end()).sum();
    assert_eq!((streams.len(), complete), (expected([136, 12]), expected([135, 12])));
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_invoke_model_stream_is_decoded() {
    let (mut streams_read, mut chunks, mut cuts) = (0, 0, 0);
    for exchange in streams("InvokeModelWithResponseStream") {
        let frames = exchange.frames();
        if frames.iter().any(|frame| frame.is_exception) {
            continue;
        }
        for size in [1, 7, exchange.body.len()] {
            let (events, end) = run::<InvokeModelWithResponseStreamDecoder>(&exchange, size);
            let decoder = end.unwrap_or_else(|error| panic!("{}: {error}", exchange.dir));
            assert_eq!(events.len(), frames.len(), "{}", exchange.dir);
            for (event, frame) in events.iter().zip(&frames) {
                assert_eq!(frame.name, "chunk", "{}", exchange.dir);
                let expected = STANDARD.decode_to_vec(frame.payload["bytes"].as_str().unwrap()).unwrap();
                assert_eq!(event.bytes().unwrap(), &expected, "{}", exchange.dir);
                let json: Value = event.json().unwrap_or_else(|error| panic!("{}: {error}", exchange.dir));
                assert_eq!(json, serde_json::from_slice::<Value>(&expected).unwrap(), "{}", exchange.dir);
            }
            let said = exchange.head.headers.get("x-amzn-bedrock-content-type").map(|value| value.to_str().unwrap());
            assert_eq!(decoder.response().content_type, said.unwrap_or_default(), "{}", exchange.dir);
        }

        // The stream may end between two frames, because only the model defines its end. It may not
        // end inside a frame.
        for end in ends(&exchange.body) {
            for (cut, fine) in [(end - 1, false), (end, true)] {
                let mut decoder: InvokeModelWithResponseStreamDecoder = decoder(&exchange);
                decoder.push(exchange.body.slice(..cut));
                while decoder.recv().unwrap().is_some() {}
                match decoder.finish() {
                    Ok(()) => assert!(fine, "{} cut at byte {cut}", exchange.dir),
                    Err(error) => {
                        assert!(!fine, "{} cut at byte {cut}", exchange.dir);
                        assert_eq!(stream_error(&exchange, &error), StreamErrorKind::Truncated);
                    }
                }
                cuts += 1;
            }
        }
        streams_read += 1;
        chunks += frames.len();
    }
    let chunks_there = expected([1944, 1256]);
    assert_eq!((streams_read, chunks, cuts), (expected([109, 72]), chunks_there, 2 * chunks_there));
}

/// The one recorded exception after content: the content is returned, and then the error.
#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn exception_after_content_loses_no_chunk() {
    let mut seen = 0;
    for exchange in streams("InvokeModelWithResponseStream") {
        let frames = exchange.frames();
        let Some(at) = frames.iter().position(|frame| frame.is_exception) else { continue };
        for size in [1, 7, exchange.body.len()] {
            let (events, end) = run::<InvokeModelWithResponseStreamDecoder>(&exchange, size);
            assert_eq!(events.len(), at, "{}", exchange.dir);
            for (event, frame) in events.iter().zip(&frames) {
                let sent = STANDARD.decode_to_vec(frame.payload["bytes"].as_str().unwrap()).unwrap();
                assert_eq!(event.bytes().unwrap(), &sent, "{}", exchange.dir);
            }
            let Error::Service(error) = end.unwrap_err() else { panic!("{}", exchange.dir) };
            assert_eq!(error.kind(), ServiceErrorKind::ModelStreamError);
            assert_eq!(error.message(), frames[at].payload["message"].as_str());
            assert_eq!(error.request_id(), exchange.request_id());
            assert!(error.in_stream());
        }
        seen += 1;
    }
    assert_eq!(seen, expected([0, 1]));
}
