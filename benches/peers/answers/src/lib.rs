//! The bytes that Bedrock would send.

use std::time::SystemTime;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::date_time::{DateTime, Format};
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};

/// Returns the complete response to a small Converse call.
pub fn small() -> Vec<u8> {
    let body = format!(
        "{{\"metrics\":{{\"latencyMs\":551}},\"output\":{{\"message\":{{\"content\":[{{\"text\":\"{}\"}}],\"role\":\"assistant\"}}}},\
         \"stopReason\":\"end_turn\",\"usage\":{{\"inputTokens\":17,\"outputTokens\":29,\"totalTokens\":46}}}}",
        jobs::ANSWER
    );
    let mut answer = head("application/json");
    answer.extend(format!("content-length: {}\r\n\r\n{body}", body.len()).bytes());
    answer
}

/// Returns the complete response to a ConverseStream call with `events` text deltas. It has a
/// `Content-Length`, so that HTTP costs almost nothing.
pub fn stream(events: usize) -> Vec<u8> {
    let frames = frames(events).concat();
    let mut answer = head(EVENT_STREAM);
    answer.extend(format!("content-length: {}\r\n\r\n", frames.len()).bytes());
    answer.extend(frames);
    answer
}

/// Returns the same response as Bedrock sends it: chunked, with one frame per chunk.
pub fn chunked_stream(events: usize) -> Vec<u8> {
    let mut answer = head(EVENT_STREAM);
    answer.extend(b"transfer-encoding: chunked\r\n\r\n");
    for frame in frames(events) {
        answer.extend(format!("{:x}\r\n", frame.len()).bytes());
        answer.extend(frame);
        answer.extend(b"\r\n");
    }
    answer.extend(b"0\r\n\r\n");
    answer
}

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// Returns the frames of such a stream. Those with text have about 200 bytes.
pub fn frames(events: usize) -> Vec<Vec<u8>> {
    // Bedrock pads its events, so that their length does not reveal the content.
    let padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP";
    let texts = (0..events).map(|n| {
        let padding = &padding[..10 + n % 32];
        let payload = format!("{{\"contentBlockIndex\":0,\"delta\":{{\"text\":\" scattered\"}},\"p\":\"{padding}\"}}");
        frame("contentBlockDelta", &payload)
    });
    let start = frame("messageStart", "{\"p\":\"abcdefghijkl\",\"role\":\"assistant\"}");
    let end = [
        frame("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abcdefghijklmnop\"}"),
        frame("messageStop", "{\"p\":\"abcdefgh\",\"stopReason\":\"end_turn\"}"),
        frame(
            "metadata",
            "{\"metrics\":{\"latencyMs\":1234},\"p\":\"abc\",\"usage\":{\"inputTokens\":17,\"outputTokens\":500,\"totalTokens\":517}}",
        ),
    ];
    std::iter::once(start).chain(texts).chain(end).collect()
}

fn head(content_type: &str) -> Vec<u8> {
    let date = DateTime::from(SystemTime::now()).fmt(Format::HttpDate).expect("a valid date");
    format!(
        "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: {content_type}\r\nConnection: keep-alive\r\n\
         x-amzn-RequestId: 4f3c1f0e-6f9d-4c8e-9d5e-0a5b3f6c7d8e\r\n"
    )
    .into_bytes()
}

fn frame(event_type: &str, payload: &str) -> Vec<u8> {
    let header = |name: &'static str, value: &str| Header::new(name, HeaderValue::String(value.to_owned().into()));
    let message = Message::new(payload.to_owned())
        .add_header(header(":event-type", event_type))
        .add_header(header(":content-type", "application/json"))
        .add_header(header(":message-type", "event"));
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("a valid frame");
    bytes
}
