//! The error reader on answers that are made to mislead it.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::ConverseStreamDecoder;
use bedrock_lite::{Error, ServiceError};
use http::Response;

fn read(body: impl AsRef<[u8]>) -> ServiceError {
    let (head, ()) = Response::builder().status(403).body(()).unwrap().into_parts();
    ServiceError::from_response(&head, body.as_ref())
}

#[test]
fn a_body_that_names_the_token_a_hundred_thousand_times_is_read() {
    let line = "x-amz-security-token:abc\n";
    let plain = read(line.repeat(100_000));
    assert!(plain.body().starts_with(b"x-amz-security-token:[redacted]\nx-amz"));
    let message = read(serde_json::json!({"message": line.repeat(100_000)}).to_string());
    assert_eq!(message.message().unwrap().matches("[redacted]").count(), 100_000);
}

/// The error that a stream of this frame is.
fn in_stream(frame: &Frame) -> ServiceError {
    let head = Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    let mut decoder = ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap();
    decoder.push(encode(frame).unwrap());
    match decoder.next() {
        Err(Error::Service(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_is_hidden_however_the_body_writes_it() {
    for body in [
        // As writers of JSON for HTML escape it.
        &br#"{"message":"x-amz-security-token:SECRET\/SECRET\u003d\nhost"}"#[..],
        br#"{"Message":"X-Amz-Security-Token:SECRET"}"#,
        br#"{"originalMessage":"x-amz-security-token:SECRET","resourceName":"x-amz-security-token:SECRET"}"#,
        b"x-amz-security-token:SECRET\n\xff",
    ] {
        let shown = format!("{:?}", read(body));
        assert!(shown.contains("[redacted]") && !shown.contains("SECRET"), "{shown}");
    }
    let frame = Frame::new("").with_header(":message-type", "error");
    let error = in_stream(&frame.with_header(":error-message", "x-amz-security-token:SECRET\nhost"));
    assert_eq!(error.message(), Some("x-amz-security-token:[redacted]\nhost"));
}

#[test]
fn a_code_that_says_nothing_is_no_code() {
    assert_eq!(
        read(r#"{"__type":"","code":"a#:","error":{"code":"ThrottlingException"}}"#).code(),
        Some("ThrottlingException")
    );
    let error = in_stream(&Frame::exception("", "{}"));
    assert_eq!((error.code(), error.message()), (None, None));
    let frame = Frame::new("").with_header(":message-type", "error");
    assert_eq!(in_stream(&frame.clone().with_header(":error-code", " ")).code(), None);
    assert_eq!(in_stream(&frame.with_header(":error-code", "a#InternalError")).code(), Some("InternalError"));
}

#[test]
fn an_error_is_one_line() {
    let error = read(r#"{"__type":"Teapot\n2026-01-01 all is well","message":"short\nand stout"}"#);
    assert_eq!((error.code(), error.to_string().as_str()), (Some("Teapot"), "Teapot: short"));
}
