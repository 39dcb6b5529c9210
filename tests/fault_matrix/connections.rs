//! Faults of the connection and of HTTP framing.

use std::time::Duration;

use bedrock_lite::TransportErrorKind::{Body, BodyTooLarge, Call, Connect, Head, Protocol};
use bedrock_lite::{ServiceErrorKind, StreamErrorKind};

use super::row::{Ask, Row, Says, Stays, Within};
use super::wire::{ANSWER, begun_then, body, chunk, delta, head, stream, stream_head};
use crate::support::http2::Answer;
use crate::support::{Step, event, reply, tls};

/// Lets the bytes arrive before the connection breaks.
const PAUSE: Step = Step::Pause(Duration::from_millis(20));

pub(crate) fn rows() -> Vec<Row> {
    [broken(), used(), early(), misframed(), stalled(), unexpected(), over_http2()].concat()
}

fn broken() -> Vec<Row> {
    let in_headers = || vec![Step::Send(b"HTTP/1.1 200 OK\r\nx-amzn-req".to_vec()), PAUSE];
    let in_body = || vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 180\r\n\r\n{\"output\"".to_vec()), PAUSE];
    let in_frame = delta("!")[..20].to_vec();
    vec![
        Row::closed("nothing listens at the port", Says::Transport(Connect)).attempts(3),
        #[cfg(feature = "rustls")]
        Row::at("an untrusted certificate", || tls::tls_server("{}"), Says::Transport(Connect)),
        #[cfg(feature = "rustls")]
        Row::at(
            "plain HTTP at the port of an `https://` endpoint",
            tls::plain_server_of_tls_clients,
            Says::Transport(Connect),
        ),
        Row::at(
            "TLS at the port of an `http://` endpoint",
            tls::tls_server_of_plain_clients,
            Says::Transport(Protocol),
        ),
        Row::deaf("a connection attempt that gets no response", Says::Transport(Connect))
            .within(Within::ConnectTimeout)
            .attempts(3),
        Row::new(Ask::Converse, "reset before the headers", vec![Step::Reset], Says::Transport(Head)).attempts(3),
        Row::new(Ask::Converse, "closed before the headers", vec![], Says::Transport(Head)).attempts(3),
        Row::new(
            Ask::Converse,
            "reset in the headers",
            [in_headers(), vec![Step::Reset]].concat(),
            Says::Transport(Head),
        )
        .attempts(3),
        Row::new(Ask::Converse, "closed in the headers", in_headers(), Says::Transport(Head)).attempts(3),
        Row::new(Ask::Converse, "reset in the body", [in_body(), vec![Step::Reset]].concat(), Says::Transport(Body)),
        Row::new(
            Ask::ConverseStream,
            "reset between two frames",
            stream(begun_then([]), [PAUSE, Step::Reset]),
            Says::Stream(StreamErrorKind::Connection),
        )
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "reset inside a frame",
            stream(begun_then([in_frame]), [PAUSE, Step::Reset]),
            Says::Stream(StreamErrorKind::Connection),
        )
        .stays(Stays::Text("Hi")),
    ]
}

/// A response that keeps the connection open.
fn kept(status: u16, body: &str) -> Step {
    let head = format!("HTTP/1.1 {status} x\r\nx-amzn-requestid: rid\r\ncontent-length: {}\r\n\r\n", body.len());
    Step::Send([head.as_bytes(), body.as_bytes()].concat())
}

fn used() -> Vec<Row> {
    let then = |steps: Vec<Step>| [vec![kept(200, ANSWER)], steps].concat();
    vec![
        Row::ended("a pooled connection that was closed while idle: a new one is used", then(vec![]), Says::Complete),
        Row::ended(
            "a pooled connection that was reset while idle: a new one is used",
            then(vec![Step::Reset]),
            Says::Complete,
        ),
        Row::used(
            "a pooled connection that is reset after the next request arrived: the request is retried on a new one",
            then(vec![Step::Request, Step::Reset]),
            Says::Complete,
        )
        .attempts(2),
        Row::used(
            "a pooled connection that is closed after the next request arrived: the request is retried on a new one",
            then(vec![Step::Request]),
            Says::Complete,
        )
        .attempts(2),
        Row::used(
            "a pooled connection that is reset after the next request arrived, with `RetryPolicy::off()`",
            then(vec![Step::Request, Step::Reset]),
            Says::Transport(Head),
        )
        .once(),
    ]
}

fn early() -> Vec<Row> {
    const NO: &str = r#"{"message":"no"}"#;
    vec![
        Row::early(
            "a response before a large request was read: the connection is not reused",
            vec![kept(200, ANSWER), Step::Hang],
            Says::Complete,
        ),
        Row::early(
            "a refusal (413) before a large request was read",
            vec![kept(413, NO), Step::Hang],
            Says::Service(ServiceErrorKind::Other),
        )
        .stays(Stays::Message("no")),
        Row::early(
            "a refusal (429) before a large request was read",
            vec![kept(429, NO), Step::Hang],
            Says::Service(ServiceErrorKind::Throttling),
        )
        .attempts(3)
        .stays(Stays::Message("no")),
        Row::early("a reset while a large request is sent", vec![Step::Reset], Says::Transport(Head)),
    ]
}

fn misframed() -> Vec<Row> {
    let with_length = |difference: isize| {
        let length = ANSWER.len().checked_add_signed(difference).unwrap().to_string();
        vec![Step::Send([head(200, &[("content-length", &length)]), ANSWER.into()].concat())]
    };
    let bytes = reply("Hi").concat();
    let stream_with_length = |length: usize| {
        vec![Step::Send([stream_head(&[("content-length", &length.to_string())]), bytes.clone()].concat())]
    };
    let chunked = |chunks: Vec<u8>| {
        let head = stream_head(&[("transfer-encoding", "chunked")]);
        vec![Step::Send([head, chunks].concat()), Step::Hang]
    };
    let begun = begun_then([]).concat();
    vec![
        Row::new(Ask::Converse, "a body shorter than its `Content-Length`", with_length(1), Says::Transport(Body)),
        Row::new(
            Ask::ConverseStream,
            "a stream shorter than its `Content-Length`",
            stream_with_length(bytes.len() + 1),
            Says::Stream(StreamErrorKind::Connection),
        )
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::Converse,
            "a body longer than its `Content-Length`: the rest is ignored",
            [with_length(0), vec![Step::Send(unrequested_response())]].concat(),
            Says::Complete,
        ),
        Row::new(
            Ask::ConverseStream,
            "a stream longer than its `Content-Length`",
            stream_with_length(begun.len() + 20),
            Says::Stream(StreamErrorKind::Truncated),
        )
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "a chunk with an invalid length",
            chunked([chunk(&begun), b"xyz\r\n".to_vec()].concat()),
            Says::Stream(StreamErrorKind::Connection),
        )
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "a chunk longer than its length",
            chunked([chunk(&begun), b"3\r\nabcdef\r\n".to_vec()].concat()),
            Says::Stream(StreamErrorKind::Connection),
        )
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::Converse,
            "a chunk with an invalid length, in a body",
            vec![
                Step::Send([head(200, &[("transfer-encoding", "chunked")]), b"xyz\r\n{}".to_vec()].concat()),
                Step::Hang,
            ],
            Says::Transport(Body),
        ),
        Row::new(
            Ask::Converse,
            "131,072 headers",
            vec![
                Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Step::Flood(b"x: y\r\n".repeat(1024), 128),
                Step::Send(b"\r\n".to_vec()),
            ],
            Says::Transport(Protocol),
        ),
        Row::new(
            Ask::Converse,
            "a response that is not HTTP",
            vec![Step::Send(b"220 mail.example.com ESMTP\r\n".to_vec()), Step::Hang],
            Says::Transport(Protocol),
        ),
        Row::new(
            Ask::Converse,
            "a body beyond `Limits::body`",
            vec![Step::Send(head(200, &[])), Step::Flood(vec![b' '; 1 << 16], 1 << 10)],
            Says::Transport(BodyTooLarge),
        ),
        Row::new(
            Ask::ConverseStream,
            "a stream beyond `Limits::body`",
            stream(begun_then([]), [Step::Flood(event("strange", &"1".repeat(1 << 16)), 1 << 10)]),
            Says::Stream(StreamErrorKind::TooLarge),
        )
        .stays(Stays::Text("Hi")),
    ]
}

pub(crate) fn unrequested_response() -> Vec<u8> {
    let another = ANSWER.replace("Hi", "another answer");
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{another}", another.len()).into_bytes()
}

fn stalled() -> Vec<Row> {
    let trickle = |bytes: Vec<u8>| Step::Trickle(bytes, Duration::from_millis(1));
    let length = ANSWER.len().to_string();
    vec![
        Row::new(Ask::Converse, "silence before the headers", vec![Step::Hang], Says::Transport(Head))
            .within(Within::ResponseTimeout),
        Row::new(
            Ask::Converse,
            "silence in the headers",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\nx-".to_vec()), Step::Hang],
            Says::Transport(Head),
        )
        .within(Within::ResponseTimeout),
        Row::new(
            Ask::Converse,
            "silence after the headers",
            vec![Step::Send(head(200, &[("content-length", &length)])), Step::Hang],
            Says::Transport(Body),
        )
        .within(Within::StreamIdleTimeout),
        Row::new(
            Ask::ConverseStream,
            "silence after the headers of a stream",
            stream([], [Step::Hang]),
            Says::Stream(StreamErrorKind::Idle),
        )
        .within(Within::StreamIdleTimeout)
        .stays(Stays::RequestId),
        Row::new(
            Ask::ConverseStream,
            "silence between two frames",
            stream(begun_then([]), [Step::Hang]),
            Says::Stream(StreamErrorKind::Idle),
        )
        .within(Within::StreamIdleTimeout)
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "silence inside a frame",
            stream(begun_then([delta("!")[..20].to_vec()]), [Step::Hang]),
            Says::Stream(StreamErrorKind::Idle),
        )
        .within(Within::StreamIdleTimeout)
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::ConverseStream,
            "a stream that arrives slowly, byte by byte, within the idle timeout",
            vec![Step::Send(stream_head(&[])), trickle(reply("Hi").concat())],
            Says::Complete,
        )
        .within(Within::AsItArrives)
        .stays(Stays::Text("Hi")),
        Row::new(
            Ask::Converse,
            "headers that arrive slowly, byte by byte",
            vec![Step::Trickle(head(200, &[("content-length", &length)]), Duration::from_millis(10))],
            Says::Transport(Head),
        )
        .within(Within::ResponseTimeout),
        Row::new(
            Ask::Converse,
            "a call that exceeds `call_timeout`, before the headers",
            vec![Step::Hang],
            Says::Transport(Call),
        )
        .within(Within::CallTimeout),
        Row::new(
            Ask::Converse,
            "a call that exceeds `call_timeout`, in a slow body",
            vec![
                Step::Send(head(200, &[("content-length", &length)])),
                Step::Trickle(ANSWER.into(), Duration::from_millis(10)),
            ],
            Says::Transport(Call),
        )
        .within(Within::CallTimeout),
        Row::new(
            Ask::ConverseStream,
            "a call that exceeds `call_timeout`, in an endless stream",
            stream(begun_then([]), [Step::Trickle(event("strange", "{}").repeat(100), Duration::from_millis(1))]),
            Says::Stream(StreamErrorKind::Call),
        )
        .within(Within::CallTimeout)
        .stays(Stays::Text("Hi")),
    ]
}

fn over_http2() -> Vec<Row> {
    let headers = |bytes: usize| {
        let value = "v".repeat(bytes).try_into().unwrap();
        std::iter::once((http::HeaderName::from_static("x-large"), value)).collect::<http::HeaderMap>()
    };
    vec![
        Row::http2("headers of 300 KiB over HTTP/2", Answer::Whole(headers(300 << 10), ANSWER), 0, Says::Complete),
        Row::http2(
            "headers of more than 400 KiB over HTTP/2",
            Answer::Whole(headers(410 << 10), ANSWER),
            0,
            Says::Transport(Protocol),
        ),
        Row::http2("bytes that are not HTTP/2 on an HTTP/2 connection", Answer::Garbage, 0, Says::Transport(Protocol)),
        Row::http2("an HTTP/2 stream that the server refuses", Answer::Refuse, 0, Says::Transport(Head)).attempts(3),
        Row::http2(
            "a call next to 24 unread streams on the same HTTP/2 connection",
            Answer::Whole(http::HeaderMap::new(), ANSWER),
            24,
            Says::Complete,
        ),
    ]
}

fn unexpected() -> Vec<Row> {
    const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    let gzip = [("content-encoding", "gzip")];
    vec![
        Row::new(Ask::Converse, "a gzip body that was not requested", body(200, &gzip, GZIP), Says::Decode)
            .stays(Stays::Body(GZIP)),
        Row::new(
            Ask::ConverseStream,
            "a gzip stream that was not requested",
            vec![Step::Send([stream_head(&gzip), GZIP.to_vec()].concat()), Step::Hang],
            Says::Stream(StreamErrorKind::PreludeChecksum),
        )
        .stays(Stays::RequestId),
        Row::after(
            "a call after a gateway error with a `Date` in the year 9999: it is signed with the correct time",
            vec![Step::Send(
                b"HTTP/1.1 403 x\r\nconnection: close\r\ndate: Fri, 31 Dec 9999 23:59:59 GMT\r\n\r\n<html>".to_vec(),
            )],
            body(200, &[], ANSWER),
            Says::Complete,
        ),
        Row::new(
            Ask::Converse,
            "a redirect (307): it is not followed",
            body(307, &[("location", "http://127.0.0.1:9/elsewhere")], ""),
            Says::Service(ServiceErrorKind::Other),
        )
        .stays(Stays::RequestId),
    ]
}
