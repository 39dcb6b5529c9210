//! The ends of a stream, without a connection: with an error, in the middle, without any frame.
//! Also the errors of later calls.

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{ConverseStreamDecoder, InvokeModelWithResponseStreamDecoder, ResponseStream};
use bedrock_lite::{ConverseRequest, Error, Operation, StreamErrorKind};
use bytes::Bytes;

fn decoder<D: StreamDecoder>() -> D {
    let head = http::Response::builder()
        .header("content-type", "application/vnd.amazon.eventstream")
        .header("x-amzn-requestid", "rid");
    D::from_head(head.body(()).unwrap().into_parts().0).unwrap()
}

fn event(event_type: &str, payload: &'static str) -> Frame {
    Frame::event(event_type, "application/json", payload)
}

fn bytes(frame: &Frame) -> Bytes {
    encode(frame).unwrap()
}

fn whole_reply() -> [Frame; 5] {
    [
        event("messageStart", r#"{"role":"assistant"}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        event("messageStop", r#"{"stopReason":"end_turn"}"#),
        event("metadata", r#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#),
    ]
}

#[track_caller]
fn kind(error: &Error) -> StreamErrorKind {
    assert_eq!(error.request_id(), Some("rid"));
    let Error::Stream(error) = error else { panic!("{error:?}") };
    error.kind()
}

#[test]
fn stream_without_a_frame_is_an_error() {
    let mut native: InvokeModelWithResponseStreamDecoder = decoder();
    native.push(Bytes::new());
    assert_eq!(native.recv().unwrap(), None);
    for _ in 0..2 {
        let error = native.finish().unwrap_err();
        assert_eq!(kind(&error), StreamErrorKind::Empty);
        assert!(error.is_retryable(), "the network failed, not the request");
        assert_eq!(error.to_string(), "the stream ended without a frame (request rid)");
    }
    let mut converse: ConverseStreamDecoder = decoder();
    assert_eq!(kind(&converse.finish().unwrap_err()), StreamErrorKind::MissingMessageStop);

    // One frame is enough, read or not. Only the model's own format defines whether more should
    // follow.
    let mut native: InvokeModelWithResponseStreamDecoder = decoder();
    native.push(bytes(&event("chunk", r#"{"bytes":"e30="}"#)));
    native.finish().unwrap();
    assert!(native.recv().unwrap().is_some());
    native.finish().unwrap();
}

#[test]
fn stream_that_is_not_read_to_its_end_is_unfinished() {
    let mut decoder: ConverseStreamDecoder = decoder();
    for (at, frame) in whole_reply().iter().enumerate() {
        decoder.push(bytes(frame));
        assert!(decoder.recv().unwrap().is_some());
        // Also after `messageStop` and `metadata`, because the next frame could be truncated.
        let error = decoder.clone().into_response().unwrap_err();
        assert_eq!(kind(&error), StreamErrorKind::Unfinished, "after frame {at}");
        assert_eq!(error.to_string(), "the stream was not read to its end (request rid)");
        assert!(!error.is_retryable(), "no error");
    }
    assert_eq!(decoder.recv().unwrap(), None);
    decoder.finish().unwrap();
    assert_eq!(decoder.into_response().unwrap().text(), "Hi");
}

/// Returns the error of a stream with these frames, and the errors of all later calls.
fn said(frames: &[Frame]) -> Vec<Error> {
    let mut decoder: ConverseStreamDecoder = decoder();
    for frame in frames {
        decoder.push(bytes(frame));
    }
    let error = loop {
        match decoder.recv() {
            Ok(event) => assert!(event.is_some(), "the stream ended without the expected error"),
            Err(error) => break error,
        }
    };
    let again = decoder.recv().unwrap_err();
    vec![error, again, decoder.finish().unwrap_err(), decoder.clone().into_response().unwrap_err()]
}

#[test]
fn exception_is_returned_again() {
    let payload = r#"{"message":"m","originalStatusCode":500,"originalMessage":"o"}"#;
    let [start, ..] = whole_reply();
    for (exception_type, retryable, throttling) in [
        ("modelStreamErrorException", true, false),
        ("throttlingException", true, true),
        ("validationException", false, false),
    ] {
        for error in said(&[start.clone(), Frame::exception(exception_type, payload)]) {
            assert_eq!((error.is_retryable(), error.is_throttling()), (retryable, throttling));
            let Error::Service(error) = error else { panic!("{error:?}") };
            assert!(error.code().unwrap().eq_ignore_ascii_case(exception_type));
            assert_eq!((error.message(), error.original_status()), (Some("m"), Some(500)));
            assert_eq!((error.request_id(), error.in_stream()), (Some("rid"), true));
        }
    }
}

#[test]
fn frame_error_is_returned_again() {
    let [start, ..] = whole_reply();
    for (frame, expected, what) in [
        (Frame::new("{}"), StreamErrorKind::MalformedFrame, "a frame has no :message-type"),
        (event("messageStart", r#"{"role":5}"#), StreamErrorKind::MalformedEvent, "messageStart"),
        (start.clone(), StreamErrorKind::UnexpectedEvent, "a second messageStart"),
    ] {
        let errors = said(&[start.clone(), frame]);
        let first = format!("{:#}", errors.first().unwrap());
        assert!(first.contains(what), "{first}");
        for error in errors {
            assert_eq!(kind(&error), expected);
            assert_eq!(format!("{error:#}"), first, "with its cause");
        }
    }
}

#[test]
fn json_error_of_a_model_response_has_the_metadata_of_its_call() {
    let answer = http::Response::builder().status(200).header("x-amzn-requestid", "rid").body("<html>".into()).unwrap();
    let response = bedrock_lite::InvokeModelRequest::http_response(answer).unwrap();
    let error = response.json::<serde_json::Value>().unwrap_err();
    assert_eq!(error.request_id(), Some("rid"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));

    // A chunk has no metadata, but the error still has the text that could not be read.
    let chunk: ResponseStream = serde_json::from_str(r#"{"chunk":{"bytes":"PGh0bWw+"}}"#).unwrap();
    let Error::Decode(error) = chunk.json::<serde_json::Value>().unwrap_err() else { panic!("not a decode error") };
    assert_eq!(error.body(), b"<html>");
}

#[test]
fn conversation_continues_after_an_empty_block() {
    let mut decoder: ConverseStreamDecoder = decoder();
    let mut frames = whole_reply().to_vec();
    frames.insert(3, event("contentBlockStop", r#"{"contentBlockIndex":1}"#));
    for frame in &frames {
        decoder.push(bytes(frame));
        decoder.recv().unwrap();
    }
    decoder.finish().unwrap();
    let chat = ConverseRequest::new("m").message(decoder.into_response().unwrap().into_message());
    let sent = serde_json::to_value(&chat).unwrap();
    assert_eq!(sent.pointer("/messages/0/content"), Some(&serde_json::json!([{"text": "Hi"}])));
}

#[test]
fn unread_frames_are_read_before_a_reply_is_complete() {
    let frames = whole_reply().map(|frame| bytes(&frame));
    let (cut, whole) = (frames[4].slice(..20), frames[4].clone());
    for (last, complete) in [(cut, false), (whole, true)] {
        let mut decoder: ConverseStreamDecoder = decoder();
        for frame in &frames {
            decoder.push(frame.clone());
        }
        decoder.push(last);
        // Up to `messageStop`.
        for _ in 0..4 {
            assert!(decoder.recv().unwrap().is_some());
        }
        decoder.finish().unwrap();
        match decoder.into_response() {
            Ok(response) => assert_eq!((complete, response.usage.unwrap().total_tokens), (true, 3)),
            Err(error) => assert_eq!((complete, kind(&error)), (false, StreamErrorKind::Truncated)),
        }
    }
}

#[test]
fn content_of_a_block_survives_a_second_start() {
    let [start, text, ..] = whole_reply();
    let second =
        event("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"n"}}}"#);
    let mut decoder: ConverseStreamDecoder = decoder();
    for frame in [start, text, second] {
        decoder.push(bytes(&frame));
    }
    assert!(decoder.recv().unwrap().is_some() && decoder.recv().unwrap().is_some());
    let before = decoder.partial();
    assert_eq!(kind(&decoder.recv().unwrap_err()), StreamErrorKind::UnexpectedEvent);
    assert_eq!(decoder.partial(), before);
    assert_eq!(before.message.text(), "Hi");
}

#[test]
fn push_after_finish_reopens_the_stream() {
    let mut decoder: ConverseStreamDecoder = decoder();
    let [frames @ .., metadata] = whole_reply().map(|frame| bytes(&frame));
    for frame in frames {
        decoder.push(frame);
        decoder.recv().unwrap();
    }
    decoder.finish().unwrap();
    decoder.push(Bytes::new());
    assert_eq!(decoder.clone().into_response().unwrap().usage, None);
    // More bytes arrive, and they are truncated.
    decoder.push(metadata.slice(..20));
    assert_eq!(decoder.recv().unwrap(), None);
    assert_eq!(kind(&decoder.clone().into_response().unwrap_err()), StreamErrorKind::Unfinished);
    decoder.push(metadata.slice(20..));
    assert!(decoder.recv().unwrap().is_some());
    decoder.finish().unwrap();
    assert_eq!(decoder.into_response().unwrap().usage.unwrap().total_tokens, 3);
}
