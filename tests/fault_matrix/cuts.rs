//! Streams that end early, cleanly from the view of HTTP: after every single byte.

use bedrock_lite::{ConverseRequest, Error, Message, StreamErrorKind};

use crate::support::{ScriptedServer, Step, reply};
use crate::wire::{chunk, stream_head};

/// The row of the table.
pub(crate) const LINE: &str = "| a clean end after any byte of a stream (chunked, or by `Content-Length`) | `Stream`: \
     `Truncated` inside a frame; `Stream`: `MissingMessageStop` between two frames; complete after `messageStop` | at once | 1 | \
     text so far |";

/// Returns a response with these bytes that is complete from the view of HTTP.
fn complete(chunked: bool, bytes: &[u8]) -> Vec<Step> {
    let length = bytes.len().to_string();
    let answer = if chunked {
        let body = if bytes.is_empty() { Vec::new() } else { chunk(bytes) };
        [stream_head(&[("transfer-encoding", "chunked")]), [body, b"0\r\n\r\n".to_vec()].concat()]
    } else {
        [stream_head(&[("content-length", &length)]), bytes.to_vec()]
    };
    vec![Step::Send(answer.concat())]
}

/// Returns the expected end of a stream that is truncated after `cut` bytes.
fn expected(frames: &[Vec<u8>], cut: usize) -> Option<StreamErrorKind> {
    let mut end = 0;
    let mut ends = vec![0];
    ends.extend(frames.iter().map(|frame| {
        end += frame.len();
        end
    }));
    match ends.iter().position(|end| *end == cut) {
        None => Some(StreamErrorKind::Truncated),
        Some(0..=3) => Some(StreamErrorKind::MissingMessageStop),
        Some(_) => None,
    }
}

async fn cut_everywhere(chunked: bool) {
    let (frames, request) = (reply("Hi"), ConverseRequest::new("a-model").message(Message::user("Hello")));
    let whole = frames.concat();
    let text_is_there = frames[..2].concat().len();
    let server = ScriptedServer::start((0..=whole.len()).map(|cut| complete(chunked, &whole[..cut])));
    let client = server.client().build().unwrap();
    let mut complete = 0;
    for cut in 0..=whole.len() {
        let mut stream = match client.converse_stream(&request).await {
            Ok(stream) => stream,
            Err(error) => {
                assert!(cut < frames[0].len(), "cut at {cut}: {error:?}");
                check(&error, expected(&frames, cut), cut);
                continue;
            }
        };
        let ended = loop {
            match stream.recv().await {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert_eq!(stream.partial().message.text(), if cut < text_is_there { "" } else { "Hi" }, "cut at {cut}");
        let whole = stream.into_response();
        let expected = expected(&frames, cut);
        match (ended, whole) {
            (None, Ok(reply)) => {
                assert_eq!((expected, reply.text().as_str()), (None, "Hi"), "cut at {cut}");
                complete += 1;
            }
            (Some(error), Err(again)) => {
                check(&error, expected, cut);
                check(&again, expected, cut);
            }
            other => panic!("cut at {cut}: {other:?}"),
        }
    }
    assert_eq!(complete, 2, "complete after messageStop, and after metadata");
    assert_eq!(server.requests().len(), whole.len() + 1, "nothing is retried");
}

#[track_caller]
fn check(error: &Error, expected: Option<StreamErrorKind>, cut: usize) {
    let Error::Stream(stream) = error else { panic!("cut at {cut}: {error:?}") };
    assert_eq!((Some(stream.kind()), error.attempts()), (expected, 1), "cut at {cut}");
}

#[tokio::test]
async fn chunked_stream_truncated_at_any_byte_is_reported() {
    cut_everywhere(true).await;
}

#[tokio::test]
async fn stream_of_known_length_truncated_at_any_byte_is_reported() {
    cut_everywhere(false).await;
}
