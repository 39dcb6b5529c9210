//! The error reader with responses that try to mislead it.

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
fn body_that_repeats_the_token_thirty_thousand_times_is_read() {
    let line = "x-amz-security-token:abc\n";
    let plain = read(line.repeat(30_000));
    assert!(plain.body().starts_with(b"x-amz-security-token:[redacted]\nx-amz"));
    let message = read(serde_json::json!({"message": line.repeat(30_000)}).to_string());
    assert_eq!(message.message().unwrap().matches("[redacted]").count(), 30_000);
}

/// Returns the error of a stream with this frame.
fn in_stream(frame: &Frame) -> ServiceError {
    let head = Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    let mut decoder = ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap();
    decoder.push(encode(frame).unwrap());
    match decoder.recv() {
        Err(Error::Service(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn token_is_redacted_in_every_body_format() {
    for body in [
        // Escaped as in JSON for HTML.
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
fn empty_code_is_not_a_code() {
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
fn capitalized_code_and_message_are_read() {
    for body in [
        r#"{"Code":"ValidationException","Message":"bad"}"#,
        r#"{"Error":{"Code":"ValidationException","Message":"bad"}}"#,
        r#"{"Error":{"Code":"com.amazon.coral#ValidationException:http://x","Message":"bad"},"RequestId":"r"}"#,
        r#"{"code":400,"Code":"ValidationException","Message":"bad"}"#,
    ] {
        let error = read(body);
        assert_eq!((error.code(), error.message()), (Some("ValidationException"), Some("bad")), "{body}");
    }
    let error = read(r#"{"Code":"Other","Message":"b","__type":"ValidationException","message":"a"}"#);
    assert_eq!((error.code(), error.message()), (Some("ValidationException"), Some("a")));
}

#[test]
fn context_overflow_is_not_confused_with_a_long_field() {
    let overflows = |message: &str| {
        read(serde_json::json!({"Code": "ValidationException", "Message": message}).to_string()).is_context_overflow()
    };
    assert!(overflows("Prompt has 11603 tokens, but the configured limit is 8191 tokens."));
    assert!(overflows("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3970 `inputs` tokens"));
    assert!(!overflows("document name: input length exceeds maximum of 200 characters"));
}

#[test]
fn error_is_one_line() {
    let error = read(r#"{"__type":"Teapot\n2026-01-01 all is well","message":"short\nand stout"}"#);
    assert_eq!((error.code(), error.to_string().as_str()), (Some("Teapot"), "Teapot (403): short and stout"));
}

#[test]
fn key_and_token_are_redacted_in_text_of_a_gateway() {
    let key = "Authorization header requires 'Credential' parameter. Authorization=Bearer ABSKsecretSECRET+/==";
    let headers = r#"{"headers":{"X-Amz-Security-Token":"SECRET/SECRET==","authorization":"Bearer SECRETSECRET.x"},"code":"Oops"}"#;
    for body in [serde_json::json!({"message": key}).to_string(), headers.to_owned(), format!("<pre>{key}</pre>")] {
        let error = read(&body);
        let said = format!("{error} {error:?} {:?} {}", error.message(), String::from_utf8_lossy(error.body()));
        assert!(said.contains("[redacted]") && !said.to_lowercase().contains("secretsecret"), "{said}");
    }
    let text = serde_json::from_str::<serde_json::Value>(r#"{"a": Bearer SECRETSECRET}"#).unwrap_err();
    assert!(text.is_syntax());
    let answer = http::Response::new(bytes::Bytes::from_static(br#"{"output": 1, "x": "Bearer SECRETSECRET"}"#));
    let Err(Error::Decode(error)) = <bedrock_lite::ConverseRequest as bedrock_lite::Operation>::http_response(answer)
    else {
        panic!("the response was accepted")
    };
    assert_eq!(error.body(), br#"{"output": 1, "x": "Bearer [redacted]"}"#);
}

#[test]
fn oversized_error_is_kept_and_not_parsed() {
    let zeros = format!(r#"{{"message":"m","x":[{}0]}}"#, "0,".repeat(600_000));
    let error = read(&zeros);
    assert_eq!((error.message(), error.body()), (None, &zeros.as_bytes()[..4096]));
    let error = in_stream(&Frame::exception("throttlingException", zeros.clone()));
    assert_eq!((error.code(), error.message(), error.body().len()), (Some("ThrottlingException"), None, 4096));
}

#[test]
fn path_in_a_decode_error_is_bounded() {
    let deep = format!(r#"{{"zz":{}"#, "[".repeat(1_000_000));
    let answer = http::Response::new(bytes::Bytes::from(deep));
    let Err(Error::Decode(error)) = <bedrock_lite::ConverseRequest as bedrock_lite::Operation>::http_response(answer)
    else {
        panic!("the response was accepted")
    };
    assert!(error.path().starts_with("zz[0][0]") && error.to_string().len() < 1000, "{}", error.path().len());
}
