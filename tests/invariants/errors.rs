//! The error reader: the code in the header wins over the code in the body, and both over the
//! status. Little of the body is kept, and no session token.

use std::time::Duration;

use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::ConverseStreamDecoder;
use bedrock_lite::{Error, ServiceError, ServiceErrorKind, eventstream::Frame, eventstream::encode};
use http::response::Parts;
use http::{HeaderName, HeaderValue, Response};
use serde_json::Value;

use ServiceErrorKind as Kind;

/// The error codes of AWS for each kind, without `Exception`.
pub(crate) const WORDS: &[(ServiceErrorKind, &[&str])] = &[
    (Kind::AccessDenied, &["AccessDenied"]),
    (Kind::Conflict, &["Conflict"]),
    (Kind::ExpiredToken, &["ExpiredToken", "RequestExpired"]),
    (Kind::InternalServer, &["InternalServer", "InternalServerError", "InternalFailure", "InternalError"]),
    (
        Kind::InvalidSignature,
        &["InvalidSignature", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestInTheFuture"],
    ),
    (Kind::ModelError, &["ModelError"]),
    (Kind::ModelNotReady, &["ModelNotReady"]),
    (Kind::ModelStreamError, &["ModelStreamError"]),
    (Kind::ModelTimeout, &["ModelTimeout"]),
    (Kind::ResourceNotFound, &["ResourceNotFound"]),
    (Kind::ServiceQuotaExceeded, &["ServiceQuotaExceeded"]),
    (Kind::ServiceUnavailable, &["ServiceUnavailable"]),
    (
        Kind::Throttling,
        &[
            "Throttling",
            "Throttled",
            "RequestThrottled",
            "TooManyRequests",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "LimitExceeded",
            "ProvisionedThroughputExceeded",
            "TransactionInProgress",
            "PriorRequestNotComplete",
            "EC2Throttled",
            "SlowDown",
        ],
    ),
    (Kind::TooManyTags, &["TooManyTags"]),
    (Kind::UnknownOperation, &["UnknownOperation"]),
    (Kind::UnrecognizedClient, &["UnrecognizedClient", "InvalidClientTokenId"]),
    (Kind::Validation, &["Validation", "ValidationError"]),
];

fn kind_of_word(code: &str) -> Kind {
    let word = code.strip_suffix("Exception").unwrap_or(code);
    WORDS.iter().find(|(_, words)| words.contains(&word)).map_or(Kind::Other, |(kind, _)| *kind)
}

fn kind_of_status(status: u16) -> Kind {
    match status {
        403 => Kind::AccessDenied,
        429 => Kind::Throttling,
        500 => Kind::InternalServer,
        503 => Kind::ServiceUnavailable,
        _ => Kind::Other,
    }
}

/// Returns a response head with the headers that are valid.
pub(crate) fn head(status: u16, headers: &[(String, Vec<u8>)]) -> Parts {
    let (mut head, ()) = Response::new(()).into_parts();
    head.status = http::StatusCode::from_u16(100 + status % 900).unwrap();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value)) {
            head.headers.append(name, value);
        }
    }
    head
}

/// The names of the headers that are read.
pub(crate) const HEADERS: [&str; 6] = [
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-amzn-request-id",
    "x-amz-request-id",
    "x-amz-retry-after",
    "retry-after",
];

/// Returns a JSON body with members by number: those that are read, and others.
pub(crate) fn body(members: &[(u8, String)]) -> String {
    let mut json = Value::Object(serde_json::Map::new());
    for (which, text) in members {
        let value = match which / 16 {
            0 => Value::Null,
            1 => 5.into(),
            _ => text.as_str().into(),
        };
        match which % 11 {
            0 => json["__type"] = value,
            1 => json["code"] = value,
            2 => json["message"] = value,
            3 => json["Message"] = value,
            4 => json["errorMessage"] = value,
            5 => json["originalMessage"] = value,
            6 => json["resourceName"] = value,
            7 => json["error"]["code"] = value,
            8 => json["error"]["message"] = value,
            9 => json["originalStatusCode"] = text.len().into(),
            _ => json["Output"]["__type"] = value,
        }
    }
    json.to_string()
}

/// Asserts that every part of the error comes from the first place in the response that has it.
pub(crate) fn hold(head: &Parts, body: &[u8]) {
    let error = ServiceError::from_response(head, body);
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let text = |pointer: &&str| json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);

    let bare = |code: String| {
        let code = code[..code.find(|c: char| c == ':' || c.is_control()).unwrap_or(code.len())].to_owned();
        let code = code[code.rfind('#').map_or(0, |at| at + 1)..].trim().to_owned();
        (!code.is_empty()).then_some(code)
    };
    let said = header("x-amzn-errortype").map(str::to_owned).and_then(bare);
    let code = said.or_else(|| {
        ["/__type", "/code", "/error/code", "/Output/__type"].iter().find_map(|pointer| bare(text(pointer)?))
    });
    assert_eq!(error.code(), code.as_deref());
    let kind = code.as_deref().map_or_else(|| kind_of_status(head.status.as_u16()), kind_of_word);
    assert_eq!((error.kind(), error.status(), error.in_stream()), (kind, head.status, false));

    let same = |said: Option<&str>, there: Option<String>| match there {
        Some(there) if names_a_token(there.as_bytes()) => assert!(said.unwrap().contains("[redacted]"), "{said:?}"),
        there => assert_eq!(said, there.as_deref()),
    };
    same(error.message(), ["/message", "/Message", "/errorMessage", "/error/message"].iter().find_map(text));
    same(error.original_message(), text(&"/originalMessage"));
    same(error.resource_name(), text(&"/resourceName"));
    let status = json.get("originalStatusCode").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    assert_eq!(error.original_status(), status);

    let id = HEADERS[1..4].iter().find_map(|name| head.headers.get(*name)).and_then(|value| value.to_str().ok());
    assert_eq!(error.request_id(), id);
    let number = |name| header(name).and_then(|value| value.trim().parse().ok());
    let wait = number("x-amz-retry-after").map(Duration::from_millis);
    assert_eq!(error.retry_after(), wait.or_else(|| number("retry-after").map(Duration::from_secs)));

    assert!(error.body().len() <= 4096);
    if !names_a_token(body) {
        assert_eq!(error.body(), &body[..body.len().min(4096)]);
    }
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    if kind == Kind::Throttling {
        assert!(error.is_throttling() && error.is_retryable());
    }
    assert_eq!(format!("{:?}", error.clone()), format!("{error:?}"));
}

const TOKEN_HEADER: &[u8] = b"x-amz-security-token:";

fn names_a_token(text: &[u8]) -> bool {
    text.windows(TOKEN_HEADER.len()).any(|window| window.eq_ignore_ascii_case(TOKEN_HEADER))
}

/// The number of ways in which a service may repeat the request that it received.
pub(crate) const WAYS: u8 = 8;

/// Asserts that a session token which a service repeats is not shown. Services repeat it in the
/// canonical request that they expected.
///
/// `before` and `after` surround it in the same text.
pub(crate) fn hold_no_token(token: &str, before: &str, after: &str, way: u8) {
    let shown = shown(token, before, after, way);
    let anyway = self::shown("", before, after, way);
    // Only the token is removed. A truncated body is truncated at another place.
    assert!(way % WAYS == 7 || shown == anyway, "way {way}: {shown} {anyway}");
    // A word of the rest of the text may equal a part of the token.
    for chunk in token.split(|c: char| !c.is_ascii_alphanumeric()).filter(|chunk| chunk.len() >= 6) {
        assert!(anyway.contains(chunk) || !shown.contains(chunk), "{chunk} of a token is shown, way {way}: {shown}");
    }
}

/// Returns all texts of a service error that repeats the token.
fn shown(token: &str, before: &str, after: &str, way: u8) -> String {
    let name = if way & 1 == 0 { "x-amz-security-token" } else { "X-Amz-Security-Token" };
    let canonical = format!("{before}\nhost:h\n{name}:{token}\n\nhost;{name}\n{after}\n{name}:{token}");
    let member = ["message", "Message", "originalMessage", "resourceName"][usize::from(way / 2 % 4)];
    let json = serde_json::json!({member: canonical, "code": "InvalidSignatureException"}).to_string();
    let body = match way % WAYS {
        0 | 1 => json.into_bytes(),
        // Escaped as in JSON for HTML.
        2 => json.replace('/', "\\/").into_bytes(),
        3 => json.replace('+', "\\u002b").replace('=', "\\u003D").into_bytes(),
        4 => canonical.clone().into_bytes(),
        5 => [canonical.as_bytes(), b"\xff"].concat(),
        6 => [b"\xff", canonical.as_bytes()].concat(),
        _ => json.as_bytes()[..json.len() - json.len() % 7].to_vec(),
    };
    let mut errors = vec![ServiceError::from_response(&head(303, &[]), &body)];
    let frames = [
        Frame::exception("validationException", body),
        Frame::new("").with_header(":message-type", "error").with_header(":error-message", canonical),
    ];
    errors.extend(frames.iter().filter_map(in_stream));
    let one = |error: &ServiceError| {
        let (body, details) = (error.body().to_vec(), (error.original_message(), error.resource_name()));
        format!("{error} {error:?} {} {:?} {details:?}\n", String::from_utf8_lossy(&body), error.message())
    };
    errors.iter().map(one).collect::<Vec<_>>().concat()
}

/// Returns the error of a stream with this frame, or `None` if the frame is too long.
fn in_stream(frame: &Frame) -> Option<ServiceError> {
    let head = head(100, &[("content-type".to_owned(), b"application/vnd.amazon.eventstream".to_vec())]);
    let mut decoder = ConverseStreamDecoder::from_head(head).unwrap();
    decoder.push(encode(frame).ok()?);
    let Err(Error::Service(error)) = decoder.recv() else { panic!("no exception: {frame:?}") };
    assert!(error.in_stream());
    Some(error)
}
