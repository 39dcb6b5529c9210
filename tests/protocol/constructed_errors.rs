//! Errors that a test of a user constructs.

use std::time::Duration;

use bedrock_lite::eventstream::{Decoder, Frame, encode};
use bedrock_lite::{
    ConfigError, ConfigErrorKind, CredentialsError, CredentialsErrorKind, DecodeError, Error, ServiceError,
    ServiceErrorKind, StreamError, StreamErrorKind, TransportError, TransportErrorKind,
};
use serde_json::Value;

fn service_error(status: u16, code: &str) -> ServiceError {
    let (head, ()) =
        http::Response::builder().status(status).header("x-amzn-errortype", code).body(()).unwrap().into_parts();
    ServiceError::from_response(&head, br#"{"message":"no"}"#)
}

#[test]
fn service_errors_of_every_kind_can_be_constructed() {
    use ServiceErrorKind as Kind;
    for (code, kind) in [
        ("AccessDeniedException", Kind::AccessDenied),
        ("ConflictException", Kind::Conflict),
        ("ExpiredTokenException", Kind::ExpiredToken),
        ("InternalServerException", Kind::InternalServer),
        ("InvalidSignatureException", Kind::InvalidSignature),
        ("ModelErrorException", Kind::ModelError),
        ("ModelNotReadyException", Kind::ModelNotReady),
        ("ModelStreamErrorException", Kind::ModelStreamError),
        ("ModelTimeoutException", Kind::ModelTimeout),
        ("ResourceNotFoundException", Kind::ResourceNotFound),
        ("ServiceQuotaExceededException", Kind::ServiceQuotaExceeded),
        ("ServiceUnavailableException", Kind::ServiceUnavailable),
        ("ThrottlingException", Kind::Throttling),
        ("TooManyTagsException", Kind::TooManyTags),
        ("UnknownOperationException", Kind::UnknownOperation),
        ("UnrecognizedClientException", Kind::UnrecognizedClient),
        ("ValidationException", Kind::Validation),
        ("SomethingElseException", Kind::Other),
    ] {
        let error = service_error(400, code);
        assert_eq!((error.kind(), error.code(), error.message()), (kind, Some(code), Some("no")));
    }
    let error = Error::from(ServiceError::from_exception("modelTimeoutException", b"{}"));
    assert!(error.is_timeout() && !error.is_retryable());
}

#[test]
fn exception_frame_can_be_constructed() {
    let frame = Frame::exception("throttlingException", r#"{"message":"slow down"}"#);
    let mut decoder = Decoder::new();
    decoder.push(encode(&frame).unwrap());
    assert_eq!(decoder.recv().unwrap().unwrap().exception_type(), Some("throttlingException"));
}

#[test]
fn transport_errors_can_be_constructed() {
    use TransportErrorKind as Kind;
    for (kind, retryable, timeout) in [
        (Kind::Connect, true, false),
        (Kind::Head, true, false),
        (Kind::Protocol, false, false),
        (Kind::Body, false, false),
        (Kind::BodyTooLarge, false, false),
        (Kind::Call, false, true),
    ] {
        let error = Error::from(TransportError::new(kind));
        assert_eq!((error.is_retryable(), error.is_timeout()), (retryable, timeout), "{kind:?}");
        assert_eq!(error.attempts(), 0);
    }
    let error = TransportError::new(Kind::Call).with_timeout(Duration::from_secs(2)).with_source("root cause");
    assert_eq!(error.timeout(), Some(Duration::from_secs(2)));
    assert_eq!(Error::from(error).to_string(), "the call timed out after 2s: root cause");
    let error = Error::from(TransportError::new(Kind::Body).with_timeout(Duration::from_secs(2)));
    assert!(error.is_timeout());
}

#[test]
fn stream_errors_can_be_constructed() {
    let error = StreamError::new(StreamErrorKind::Idle, "nothing arrived for 60s").with_source("root cause");
    assert_eq!(error.kind(), StreamErrorKind::Idle);
    let error = Error::from(error);
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "the stream timed out: nothing arrived for 60s: root cause");
    let empty = StreamError::new(StreamErrorKind::MissingMessageStop, "");
    assert_eq!(empty.to_string(), "the stream ended before messageStop");
}

#[test]
fn other_errors_can_be_constructed() {
    let config = ConfigError::new(ConfigErrorKind::InvalidSetting, "no such tier").with_source("root cause");
    assert_eq!(config.kind(), ConfigErrorKind::InvalidSetting);
    assert_eq!(Error::from(config).to_string(), "no such tier: root cause");

    for kind in [
        CredentialsErrorKind::NotConfigured,
        CredentialsErrorKind::Invalid,
        CredentialsErrorKind::Failed,
        CredentialsErrorKind::Expired,
        CredentialsErrorKind::Timeout,
    ] {
        let error = CredentialsError::new("the vault is sealed").with_kind(kind);
        assert_eq!(error.kind(), kind);
        assert_eq!(Error::from(error).is_timeout(), kind == CredentialsErrorKind::Timeout);
    }

    let body = br#"{"a": "#;
    let source = serde_json::from_slice::<Value>(body).unwrap_err();
    let error = DecodeError::new("ConverseResponse", body, source);
    assert_eq!((error.what(), error.path(), error.memory_limit()), ("ConverseResponse", "a", None));
    let error = error.with_memory_limit(1024);
    assert_eq!(error.memory_limit(), Some(1024));
    assert!(error.to_string().contains("1024 bytes of memory"));
}
