//! Valid frames with unexpected content.

use bedrock_lite::eventstream::Frame;
use bedrock_lite::{ServiceErrorKind, StreamErrorKind};

use super::row::{Ask, Row, Says, Stays, Within};
use super::wire::{begun_then, delta, exception, frame, stopped_then, stream};
use crate::support::{Step, event, reply};

pub(crate) fn rows() -> Vec<Row> {
    [exceptions(), strange(), disorder(), contradictions(), ends()].concat()
}

fn exceptions() -> Vec<Row> {
    let after = |fault, exception_type, kind| {
        let script = stream(begun_then([exception(exception_type)]), [Step::Hang]);
        Row::new(Ask::ConverseStream, fault, script, Says::Service(kind)).stays(Stays::TextAndMessage("Hi", "no"))
    };
    let first = |fault, exception_type, kind| {
        let script = stream([exception(exception_type)], [Step::Hang]);
        Row::new(Ask::ConverseStream, fault, script, Says::Service(kind)).stays(Stays::Message("no"))
    };
    let error = Frame::new("")
        .with_header(":error-code", "InternalError")
        .with_header(":error-message", "no")
        .with_header(":message-type", "error");
    vec![
        after("`internalServerException` in a stream", "internalServerException", ServiceErrorKind::InternalServer),
        after(
            "`modelStreamErrorException` in a stream",
            "modelStreamErrorException",
            ServiceErrorKind::ModelStreamError,
        ),
        after("`validationException` in a stream", "validationException", ServiceErrorKind::Validation),
        after("`throttlingException` in a stream", "throttlingException", ServiceErrorKind::Throttling),
        after(
            "`serviceUnavailableException` in a stream",
            "serviceUnavailableException",
            ServiceErrorKind::ServiceUnavailable,
        ),
        after("`modelTimeoutException` in a stream", "modelTimeoutException", ServiceErrorKind::ModelTimeout),
        after("an exception that the service model does not list", "strangeException", ServiceErrorKind::Other),
        first("`throttlingException` before any event", "throttlingException", ServiceErrorKind::Throttling)
            .attempts(3),
        first(
            "`modelStreamErrorException` before any event",
            "modelStreamErrorException",
            ServiceErrorKind::ModelStreamError,
        )
        .attempts(3),
        first("`validationException` before any event", "validationException", ServiceErrorKind::Validation),
        Row::new(
            Ask::ConverseStream,
            "`:message-type: error`",
            stream(begun_then([frame(&error)]), [Step::Hang]),
            Says::Service(ServiceErrorKind::InternalServer),
        )
        .stays(Stays::TextAndMessage("Hi", "no")),
    ]
}

fn strange() -> Vec<Row> {
    let malformed = |fault, frames| {
        let says = Says::Stream(StreamErrorKind::MalformedFrame);
        Row::new(Ask::ConverseStream, fault, stream(frames, [Step::Hang]), says).stays(Stays::Text("Hi"))
    };
    let unexpected = |fault, bytes: Vec<u8>| {
        let says = Says::Stream(StreamErrorKind::UnexpectedEvent);
        Row::new(Ask::ConverseStream, fault, stream(stopped_then([bytes]), [Step::Hang]), says).stays(Stays::Reply)
    };
    let whole = reply("Hi");
    let with_unknown = |at: usize| {
        let mut frames = whole.clone();
        frames.insert(at, event("strange", "{}"));
        stream(frames, [])
    };
    vec![
        Row::new(Ask::ConverseStream, "an unknown event", with_unknown(2), Says::HandedOut).stays(Stays::Text("Hi")),
        Row::new(Ask::ConverseStream, "an unknown event after `messageStop`", with_unknown(4), Says::HandedOut)
            .stays(Stays::Text("Hi")),
        malformed(
            "an unknown `:message-type`",
            begun_then([frame(
                &Frame::new("{}").with_header(":event-type", "e").with_header(":message-type", "strange"),
            )]),
        ),
        malformed("a frame without `:message-type`", begun_then([frame(&Frame::new("{}"))])),
        malformed(
            "an event without `:event-type`",
            begun_then([frame(&Frame::new("{}").with_header(":message-type", "event"))]),
        ),
        Row::new(
            Ask::ConverseStream,
            "an event whose payload is not JSON",
            stream(begun_then([event("contentBlockDelta", "<html>")]), [Step::Hang]),
            Says::Stream(StreamErrorKind::MalformedEvent),
        )
        .stays(Stays::Text("Hi")),
        unexpected("a text delta after `messageStop`", delta("!")),
        unexpected("a second `messageStop`", whole[3].clone()),
    ]
}

fn block_delta(index: i32, delta: &str) -> Vec<u8> {
    event("contentBlockDelta", &format!(r#"{{"contentBlockIndex":{index},"delta":{delta}}}"#))
}

/// Returns events in an order that does not form a message, and some that are only unusual.
fn disorder() -> Vec<Row> {
    // Each element has 12 bytes on the wire and about a hundred in memory.
    let parts = vec![r#"{"text":""}"#; 20_000].join(",");
    let result = event("contentBlockStart", r#"{"contentBlockIndex":1,"start":{"toolResult":{"toolUseId":"t"}}}"#);
    let [start, text, stop, message_stop, _] = <[_; 5]>::try_from(reply("Hi")).unwrap();
    let unexpected = |fault, frames: Vec<Vec<u8>>| {
        let says = Says::Stream(StreamErrorKind::UnexpectedEvent);
        Row::new(Ask::ConverseStream, fault, stream(frames, [Step::Hang]), says).stays(Stays::Text("Hi"))
    };
    let complete = |fault, frames: Vec<Vec<u8>>| {
        Row::new(Ask::ConverseStream, fault, stream(frames, []), Says::Complete).stays(Stays::Text("Hi"))
    };
    let begin = event("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"image":{"format":"png"}}}"#);
    vec![
        unexpected(
            "a delta of a block after its `contentBlockStop`",
            vec![start.clone(), text.clone(), stop.clone(), delta("!")],
        ),
        unexpected("a second `messageStart`", vec![start.clone(), text.clone(), start.clone()]),
        unexpected("a second `contentBlockStart` for the same block", vec![start.clone(), text.clone(), begin]),
        complete(
            "a second `contentBlockStop` for the same block",
            vec![start.clone(), text.clone(), stop.clone(), stop.clone(), message_stop.clone()],
        ),
        complete("a missing `contentBlockStop`", vec![start.clone(), text.clone(), message_stop.clone()]),
        complete(
            "a missing `messageStart`: the role is `assistant`",
            vec![text.clone(), stop.clone(), message_stop.clone()],
        ),
        complete(
            "a surrogate pair split over two deltas of a block, and a lone surrogate",
            vec![
                start.clone(),
                block_delta(0, r#"{"text":"H"}"#),
                block_delta(1, r#"{"reasoningContent":{"text":"\ud83d"}}"#),
                block_delta(1, r#"{"reasoningContent":{"text":"\ude00\ud83d"}}"#),
                block_delta(0, r#"{"text":"i"}"#),
                message_stop.clone(),
            ],
        ),
        Row::new(
            Ask::ConverseStream,
            "a reply that exceeds `Limits::memory`",
            stream(begun_then([result, block_delta(1, &format!(r#"{{"toolResult":[{parts}]}}"#))]), [Step::Hang]),
            Says::Stream(StreamErrorKind::TooLarge),
        )
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "a `contentBlockIndex` that is not a 32-bit integer",
            stream(
                begun_then([event("contentBlockDelta", r#"{"contentBlockIndex":2147483648,"delta":{"text":"a"}}"#)]),
                [Step::Hang],
            ),
            Says::Stream(StreamErrorKind::MalformedEvent),
        )
        .stays(Stays::Text("Hi")),
    ]
}

/// Returns events that contradict each other. All of them are returned, and there is no response.
fn contradictions() -> Vec<Row> {
    let [start, text, stop, message_stop, metadata] = <[_; 5]>::try_from(reply("Hi")).unwrap();
    let row = |fault, frames: Vec<Vec<u8>>, content| {
        let frames = [vec![start.clone()], frames, vec![message_stop.clone()]].concat();
        let says = Says::NoReply(StreamErrorKind::UnexpectedEvent);
        Row::new(Ask::ConverseStream, fault, stream(frames, []), says).stays(Stays::Content(content))
    };
    let reasoning = |content: &str| block_delta(0, &format!(r#"{{"reasoningContent":{content}}}"#));
    let other = event("metadata", r#"{"usage":{"inputTokens":9,"outputTokens":2,"totalTokens":3}}"#);
    let [twice, contradicted] = [metadata.clone(), other]
        .map(|second| [start.clone(), text.clone(), stop.clone(), message_stop.clone(), metadata.clone(), second]);
    let without_usage = event("metadata", "{}");
    vec![
        row(
            "redacted content after text in the same reasoning block",
            vec![reasoning(r#"{"text":"a"}"#), reasoning(r#"{"redactedContent":"YQ=="}"#)],
            r#"[{"reasoningContent":{"reasoningText":{"text":"a"}}},{"reasoningContent":{"redactedContent":"YQ=="}}]"#,
        ),
        row(
            "a delta of a different kind than its block",
            vec![text.clone(), block_delta(0, r#"{"toolUse":{"input":"{}"}}"#)],
            r#"[{"text":"Hi"},{"toolUse":{"toolUseId":"","name":"","input":{}}}]"#,
        ),
        row(
            "tool input without a `contentBlockStart`",
            vec![block_delta(0, r#"{"toolUse":{"input":"{\"a\":1}"}}"#)],
            r#"[{"toolUse":{"toolUseId":"","name":"","input":{"a":1}}}]"#,
        ),
        row(
            "a known delta in a block of an unknown kind",
            vec![
                event("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"hologram":{}}}"#),
                text.clone(),
                stop.clone(),
            ],
            r#"[{"hologram":{}},{"text":"Hi"}]"#,
        ),
        Row::new(
            Ask::ConverseStream,
            "an empty `contentBlockStart` with the name of a delta: the first delta decides the kind",
            stream(
                [
                    vec![start.clone(), event("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"text":{}}}"#)],
                    vec![text.clone(), stop.clone(), message_stop.clone()],
                ]
                .concat(),
                [],
            ),
            Says::Complete,
        )
        .stays(Stays::Text("Hi")),
        row("a negative `contentBlockIndex`", vec![block_delta(-1, r#"{"text":"Hi"}"#)], r#"[{"text":"Hi"}]"#),
        Row::new(
            Ask::ConverseStream,
            "two `metadata` events that contradict each other",
            stream(contradicted, []),
            Says::NoReply(StreamErrorKind::UnexpectedEvent),
        )
        .stays(Stays::Reply),
        Row::new(Ask::ConverseStream, "the same `metadata` twice", stream(twice, []), Says::Complete)
            .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "`metadata` without `usage`: the usage of the response is `None`",
            stream(stopped_then([without_usage]), []),
            Says::Complete,
        )
        .stays(Stays::Text("Hi")),
    ]
}

/// Returns connections that end badly after the message is complete.
fn ends() -> Vec<Row> {
    let metadata = reply("Hi").remove(4);
    let lost = |fault, frames: Vec<Vec<u8>>| {
        let says = Says::Stream(StreamErrorKind::Connection);
        Row::new(Ask::ConverseStream, fault, stream(frames, [Step::Reset]), says).stays(Stays::Reply)
    };
    let complete = |fault, end: Vec<Step>| {
        Row::new(Ask::ConverseStream, fault, stream(stopped_then([metadata.clone()]), end), Says::Complete)
            .stays(Stays::Text("Hi"))
    };
    vec![
        lost("a reset after `messageStop`, before `metadata`", stopped_then([])),
        lost("a reset inside a frame after `metadata`", stopped_then([metadata.clone(), metadata[..20].to_vec()])),
        complete("a reset after `metadata`", vec![Step::Reset]),
        complete("silence after `metadata`", vec![Step::Hang]).within(Within::StreamIdleTimeout),
    ]
}
