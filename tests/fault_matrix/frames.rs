//! Invalid frames. The server keeps the connection open, so the client must detect them without the
//! end of the stream.

use std::time::Duration;

use bedrock_lite::StreamErrorKind;

use super::row::{Ask, Row, Says, Stays, Within};
use super::wire::{begun_then, claiming, delta, stream, with_headers};
use crate::support::Step;

/// Returns a frame with one changed byte.
fn corrupt(at: usize) -> Vec<u8> {
    let mut bytes = delta("!");
    bytes[at] ^= 1;
    bytes
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |fault, bytes: Vec<u8>, kind| {
        Row::new(Ask::ConverseStream, fault, stream(begun_then([bytes]), [Step::Hang]), Says::Stream(kind))
            .stays(Stays::Text("Hi"))
    };
    let last = delta("!").len() - 1;
    vec![
        row(
            "a wrong prelude checksum, after the 12 bytes of a prelude",
            corrupt(3)[..12].to_vec(),
            StreamErrorKind::PreludeChecksum,
        )
        .within(Within::Of(Duration::from_millis(100))),
        row("a frame that claims 4 GiB", claiming(u32::MAX, 0, &[])[..12].to_vec(), StreamErrorKind::FrameTooLarge)
            .within(Within::Of(Duration::from_millis(100))),
        row(
            "a frame shorter than 16 bytes, the minimum",
            claiming(15, 0, &[])[..12].to_vec(),
            StreamErrorKind::MalformedFrame,
        ),
        row("a wrong message checksum", corrupt(last), StreamErrorKind::MessageChecksum),
        row("a payload with one flipped bit", corrupt(last - 8), StreamErrorKind::MessageChecksum),
        row(
            "headers longer than their frame",
            claiming(20, 5, &[0; 4])[..12].to_vec(),
            StreamErrorKind::MalformedFrame,
        ),
        row(
            "a header value longer than the header block",
            with_headers(b"\x01a\x07\x00\xffvalue"),
            StreamErrorKind::MalformedFrame,
        ),
        row(
            "a header value of 32,768 bytes",
            with_headers(&[b"\x01a\x07\x80\x00".as_slice(), &[b'v'; 32_768]].concat()),
            StreamErrorKind::MalformedFrame,
        ),
        row(
            "a payload of more than 24 MiB",
            claiming((24 << 20) + 17, 0, &[])[..12].to_vec(),
            StreamErrorKind::FrameTooLarge,
        ),
        row("a header name longer than the header block", with_headers(b"\xffname"), StreamErrorKind::MalformedFrame),
        row("a header of an unknown type", with_headers(b"\x01a\x0a"), StreamErrorKind::MalformedFrame),
        row(
            "a frame with 131,072 headers",
            with_headers(&b"\x01a\x00".repeat(1 << 17)),
            StreamErrorKind::MalformedFrame,
        ),
    ]
}
