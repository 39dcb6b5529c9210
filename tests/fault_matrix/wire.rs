//! Bytes on the wire, valid or not: heads, chunks, frames.

use std::fmt::Write as _;

use bedrock_lite::eventstream::{Frame, encode};

use crate::support::{Step, event, reply};

/// The response of every row if nothing went wrong.
pub(crate) const ANSWER: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#;

/// Returns the head of a response that ends with the connection, unless a header says otherwise.
pub(crate) fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\nx-amzn-requestid: rid\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Returns the head of a stream that ends with the connection.
pub(crate) fn stream_head(headers: &[(&str, &str)]) -> Vec<u8> {
    head(200, &[&[("content-type", "application/vnd.amazon.eventstream")], headers].concat())
}

/// Returns a complete response with a body.
pub(crate) fn body(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Step> {
    let (body, length) = (body.as_ref(), body.as_ref().len().to_string());
    vec![Step::Send([head(status, &[headers, &[("content-length", &length)]].concat()), body.to_vec()].concat())]
}

/// Returns a stream of these frames, followed by other steps.
pub(crate) fn stream(frames: impl IntoIterator<Item = Vec<u8>>, then: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let bytes = [stream_head(&[])].into_iter().chain(frames).collect::<Vec<_>>().concat();
    [Step::Send(bytes)].into_iter().chain(then).collect()
}

/// Returns a reply that has started with "Hi", followed by these frames.
pub(crate) fn begun_then(frames: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    reply("Hi").into_iter().take(2).chain(frames).collect()
}

/// Returns a reply that is complete up to `messageStop`, followed by these frames.
pub(crate) fn stopped_then(frames: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    reply("Hi").into_iter().take(4).chain(frames).collect()
}

pub(crate) fn delta(text: &str) -> Vec<u8> {
    event("contentBlockDelta", &format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{text}"}}}}"#))
}

pub(crate) fn frame(frame: &Frame) -> Vec<u8> {
    encode(frame).unwrap().to_vec()
}

pub(crate) fn exception(exception_type: &str) -> Vec<u8> {
    frame(&Frame::exception(exception_type, r#"{"message":"no"}"#))
}

/// Returns a frame whose prelude claims these lengths. Its checksums are correct.
pub(crate) fn claiming(total: u32, headers: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend_from_slice(content);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

/// Returns a frame with this header block and no payload.
pub(crate) fn with_headers(block: &[u8]) -> Vec<u8> {
    let length = u32::try_from(block.len()).unwrap();
    claiming(length + 16, length, block)
}

/// Returns the bytes as one chunk of a chunked body.
pub(crate) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}
