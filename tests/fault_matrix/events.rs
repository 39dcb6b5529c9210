//! Frames that are whole and right, and say what they should not.

use bedrock_lite::eventstream::Frame;
use bedrock_lite::{ServiceErrorKind, StreamErrorKind};

use super::row::{Ask, Row, Says, Stays};
use super::wire::{begun_then, delta, exception, frame, stopped_then, stream};
use crate::support::{Step, event, reply};

pub(crate) fn rows() -> Vec<Row> {
    [exceptions(), strange()].concat()
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
        after("an exception that no model of the service names", "strangeException", ServiceErrorKind::Other),
        first("`throttlingException` before any event", "throttlingException", ServiceErrorKind::Throttling)
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
        Row::new(Ask::ConverseStream, "an event that nobody knows", with_unknown(2), Says::HandedOut)
            .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "an event that nobody knows, after `messageStop`",
            with_unknown(4),
            Says::HandedOut,
        )
        .stays(Stays::Text("Hi")),
        malformed(
            "a `:message-type` that nobody knows",
            begun_then([frame(
                &Frame::new("{}").with_header(":event-type", "e").with_header(":message-type", "strange"),
            )]),
        ),
        malformed("no `:message-type`", begun_then([frame(&Frame::new("{}"))])),
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
        unexpected("a piece of text after `messageStop`", delta("!")),
        unexpected("a second `messageStop`", whole[3].clone()),
    ]
}
