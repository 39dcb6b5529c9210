//! Requests as AWS's Python SDK builds and signs them, and responses as it reads them, compared
//! with ours.

use std::collections::BTreeMap;

use base64_simd::STANDARD;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{
    ApplyGuardrailRequest, ConverseStreamDecoder, CountTokensRequest, GetAsyncInvokeRequest,
    InvokeModelWithResponseStreamDecoder, ListAsyncInvokesRequest,
};
use bedrock_lite::sigv4::{
    CanonicalRequest, PayloadHash, Scope, SignableRequest, Signer, SigningKey, StringToSign, verify,
};
use bedrock_lite::{
    ConverseRequest, ConverseStreamRequest, Credentials, Error, InvokeModelRequest, Operation, ServiceError,
    ServiceErrorKind, StreamErrorKind,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::response::Parts;
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::suites::{json, run_all, same};
use crate::support::alike::alike;

/// Errors that botocore reads wrongly: its code, message or request ID differ from the response.
const ERROR_QUIRKS: [(&str, Reading, &str); 6] = [
    (
        "empty-body-with-type",
        Reading { code: Some("InternalServerException"), message: None, request_id: Some("rid-1") },
        "botocore ignores the headers of a 5xx without a body",
    ),
    (
        "empty-body-no-type",
        Reading { code: None, message: None, request_id: Some("rid-1") },
        "botocore uses the status as the code and the reason phrase as the message, and loses the request ID",
    ),
    (
        "html-413",
        Reading { code: None, message: None, request_id: None },
        "botocore uses the status as the code and the HTML as the message; here the HTML is in body()",
    ),
    (
        "json-string",
        Reading { code: None, message: None, request_id: Some("rid-1") },
        "botocore fails on a JSON body that is not an object",
    ),
    (
        "no-message",
        Reading { code: Some("ValidationException"), message: None, request_id: Some("rid-1") },
        "botocore returns an empty message",
    ),
    (
        "bearer-invalid",
        Reading {
            code: None,
            message: Some("Authentication failed: Please make sure your API Key is valid."),
            request_id: Some("rid-1"),
        },
        "botocore uses the status as the code",
    ),
];

/// Streams that botocore reads wrongly.
const STREAM_QUIRKS: [(&str, &str); 4] = [
    ("unknown-event-type", "botocore skips unknown events; here they are `Unknown`, with their content"),
    ("empty-delta", "botocore fails with a parser error; here it is an empty delta, and the stream continues"),
    ("exc-Message-capital", "botocore drops a message under `Message`"),
    ("eof-after-frame", "botocore accepts a stream without messageStop as complete"),
];

/// The fields of an error that are compared.
#[derive(Debug, PartialEq)]
struct Reading<'a> {
    code: Option<&'a str>,
    message: Option<&'a str>,
    request_id: Option<&'a str>,
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (String, &'a Value)> {
    value[name].as_array().unwrap().iter().map(|case| (text(case, "id").to_owned(), case))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn bytes(base64: &Value) -> Bytes {
    STANDARD.decode_to_vec(base64.as_str().unwrap_or_default()).unwrap().into()
}

/// Converts the suite's notation of bytes to the form that JSON has on the wire.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => match (members.get("$bytes_base64"), members.get("$timestamp")) {
            (Some(base64), _) => base64.clone(),
            (None, Some(moment)) => moment.clone(),
            (None, None) => members.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        },
        Value::Array(elements) => elements.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn shown(error: impl std::error::Error) -> String {
    format!("{error} ({:?})", error.source())
}

/// Builds our request from botocore's parameters.
fn built(case: &Value) -> Result<Request<Bytes>, String> {
    fn of<T: Operation + DeserializeOwned>(case: &Value) -> Result<Request<Bytes>, String> {
        let request: T = serde_json::from_value(plain(&case["params"])).map_err(shown)?;
        let mut config = EndpointConfig::new().region(text(case, "region"));
        config.url = case["endpoint_override"].as_str().map(ToOwned::to_owned);
        let endpoint = Endpoint::resolve(request.service(), &config).map_err(shown)?;
        request.http_request(&endpoint).map_err(shown)
    }
    match text(case, "operation") {
        "Converse" => of::<ConverseRequest>(case),
        "ConverseStream" => of::<ConverseStreamRequest>(case),
        "InvokeModel" => of::<InvokeModelRequest>(case),
        "CountTokens" => of::<CountTokensRequest>(case),
        "ApplyGuardrail" => of::<ApplyGuardrailRequest>(case),
        "GetAsyncInvoke" => of::<GetAsyncInvokeRequest>(case),
        "ListAsyncInvokes" => of::<ListAsyncInvokesRequest>(case),
        other => Err(format!("there is no {other} here")),
    }
}

/// Returns headers by name, without those that signing and sending add.
fn headers<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    const ADDED: [&str; 4] = ["authorization", "content-length", "x-amz-date", "x-amz-security-token"];
    headers
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .filter(|(name, _)| !ADDED.contains(&&**name))
        .collect()
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn requests_match_those_of_botocore() {
    let file = json("bedrock-requests/requests.json");
    run_all(list(&file, "cases"), &[], 30, |_, case| {
        let wire = &case["wire"];
        let request = built(case)?;
        same("method", request.method().as_str(), text(wire, "method"))?;
        same("URL", request.uri().to_string(), text(wire, "url"))?;
        let ours = headers(request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
        let theirs = wire["headers"].as_array().unwrap().iter();
        let theirs = headers(theirs.map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap())));
        same("headers", format!("{ours:?}"), format!("{theirs:?}"))?;
        let theirs = bytes(&wire["body_base64"]);
        if theirs.is_empty() || request.body().is_empty() {
            return same("body", request.body().len().to_string(), theirs.len().to_string());
        }
        alike(&serde_json::from_slice(&theirs).unwrap(), &serde_json::from_slice(request.body()).unwrap())
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn signatures_match_those_of_botocore() {
    let file = json("bedrock-requests/requests.json");
    run_all(list(&file, "cases"), &[], 30, |_, case| {
        let mut request = built(case)?;
        let who = &case["credentials"];
        let mut credentials = Credentials::new(text(who, "access_key_id"), text(who, "secret_access_key"));
        if let Some(token) = who["token"].as_str() {
            credentials = credentials.with_session_token(token);
        }
        let time: DateTime<Utc> = text(case, "time").parse().unwrap();
        let (region, name) = (text(case, "region"), text(case, "signing_name"));

        // With our own body, from the request type to the signature.
        let signed = Signer::new(region, name).sign(&mut request, &credentials, time).map_err(shown)?;
        let canonical = signed.canonical_request().as_bytes();
        if !canonical.ends_with(hex::encode(Sha256::digest(request.body())).as_bytes()) {
            return Err("the canonical request does not end with the hash of the body".to_owned());
        }
        let verified = verify(&request, |id| (id == credentials.access_key_id()).then(|| credentials.clone()));
        same("region", verified.map_err(shown)?.region(), region)?;

        // With botocore's bytes as the body (white space in JSON is free), the signature is
        // botocore's.
        *request.body_mut() = bytes(&case["wire"]["body_base64"]);
        Signer::new(region, name).sign(&mut request, &credentials, time).map_err(shown)?;
        let authorization = request.headers()["authorization"].to_str().unwrap();
        let expected = &case["expect"];
        let theirs = expected["signed_headers"].as_array().unwrap();
        if !theirs.contains(&json!("accept")) {
            return same("authorization", authorization, text(expected, "authorization"));
        }
        // botocore also signs `accept`. The steps of the signer do the same if they get that
        // header.
        let host = request.uri().authority().unwrap().as_str();
        let headers: Vec<(&str, &[u8])> = theirs
            .iter()
            .map(|name| match name.as_str().unwrap() {
                "host" => ("host", host.as_bytes()),
                name => (name, request.headers()[name].as_bytes()),
            })
            .collect();
        let canonical = CanonicalRequest::new(&SignableRequest {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: &headers,
            payload: PayloadHash::of(request.body()),
        });
        let scope = Scope::new(time, region, name);
        let string = StringToSign::new(&scope, &canonical.map_err(shown)?);
        let signature = SigningKey::derive(credentials.secret_access_key(), &scope).sign(&string);
        same("signature", signature.to_string(), text(expected, "signature"))
    });
}

/// Builds a response head.
fn head<'a>(status: u16, headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Parts {
    let builder = headers.into_iter().fold(Response::builder(), |builder, (name, value)| builder.header(name, value));
    builder.status(status).body(()).unwrap().into_parts().0
}

fn kind_of(code: Option<&str>, status: u16) -> ServiceErrorKind {
    match (code, status) {
        (Some("AccessDeniedException"), _) | (None, 403) => ServiceErrorKind::AccessDenied,
        (Some("ModelTimeoutException"), _) => ServiceErrorKind::ModelTimeout,
        (Some("ModelErrorException"), _) => ServiceErrorKind::ModelError,
        (Some("ModelStreamErrorException"), _) => ServiceErrorKind::ModelStreamError,
        (Some("ServiceUnavailableException"), _) => ServiceErrorKind::ServiceUnavailable,
        (Some("ConflictException"), _) => ServiceErrorKind::Conflict,
        (Some("ThrottlingException"), _) => ServiceErrorKind::Throttling,
        (Some("ValidationException"), _) => ServiceErrorKind::Validation,
        (Some("ExpiredTokenException"), _) => ServiceErrorKind::ExpiredToken,
        (Some("UnrecognizedClientException"), _) => ServiceErrorKind::UnrecognizedClient,
        (Some("InternalServerException"), _) | (None, 500) => ServiceErrorKind::InternalServer,
        (Some("TeapotException"), _) | (None, 413) => ServiceErrorKind::Other,
        other => panic!("{other:?}"),
    }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn errors_match_those_of_botocore() {
    let file = json("bedrock-responses/responses.json");
    for (quirk, ..) in ERROR_QUIRKS {
        assert!(list(&file, "error_responses").any(|(id, _)| id == quirk), "no case {quirk}");
    }
    run_all(list(&file, "error_responses"), &[], 23, |id, case| {
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        let headers = case["headers"].as_object().unwrap();
        let head = head(status, headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())));
        let body = bytes(&case["body_base64"]);

        let theirs = &case["botocore"];
        let theirs = Reading {
            code: theirs["code"].as_str(),
            message: theirs["message"].as_str(),
            request_id: theirs["request_id"].as_str(),
        };
        let expected = match ERROR_QUIRKS.iter().find(|(quirk, ..)| *quirk == id) {
            Some((_, ours, _)) if *ours == theirs => {
                return Err("botocore reads it as we do, so it is not a quirk".to_owned());
            }
            Some((_, ours, _)) => ours,
            None => &theirs,
        };
        let response = Response::from_parts(head.clone(), body.clone());
        let Err(Error::Service(through)) = ConverseRequest::http_response(response) else {
            return Err("no error of the service".to_owned());
        };
        for error in [&through, &ServiceError::from_response(&head, &body)] {
            let ours = Reading { code: error.code(), message: error.message(), request_id: error.request_id() };
            same("what is read", format!("{ours:?}"), format!("{expected:?}"))?;
            same("kind", format!("{:?}", error.kind()), format!("{:?}", kind_of(expected.code, status)))?;
            same("status", error.status().as_str(), status.to_string())?;
            same("the body that is kept", error.body(), &body)?;
        }
        Ok(())
    });
}

/// Returns the events of a stream as JSON, and how it ended.
fn read<D: StreamDecoder<Event: Serialize>>(stream: &Bytes, size: usize) -> (Vec<Value>, Result<(), Error>) {
    let head = head(200, [("content-type", "application/vnd.amazon.eventstream"), ("x-amzn-requestid", "rid-1")]);
    let mut decoder = D::from_head(head).unwrap();
    let mut events = Vec::new();
    for at in (0..stream.len()).step_by(size) {
        decoder.push(stream.slice(at..stream.len().min(at + size)));
        loop {
            match decoder.recv() {
                Ok(Some(event)) => events.push(serde_json::to_value(event).unwrap()),
                Ok(None) => break,
                Err(error) => return (events, Err(error)),
            }
        }
    }
    let end = decoder.finish();
    (events, end)
}

/// The expected end of a stream.
#[derive(Debug, PartialEq)]
enum End {
    Complete,
    Broken(StreamErrorKind),
    Exception(String, Option<String>),
}

impl End {
    fn of(end: Result<(), Error>) -> Self {
        let Err(error) = end else { return Self::Complete };
        assert_eq!(error.request_id(), Some("rid-1"));
        match error {
            Error::Stream(error) => Self::Broken(error.kind()),
            Error::Service(error) => {
                assert_eq!(error.kind(), kind_of(error.code(), 200));
                assert!(error.in_stream());
                let original = (error.original_status(), error.original_message());
                let expected = match error.kind() {
                    ServiceErrorKind::ModelStreamError => (Some(500), Some("o")),
                    _ => (None, None),
                };
                assert_eq!(original, expected);
                Self::Exception(error.code().unwrap().to_owned(), error.message().map(ToOwned::to_owned))
            }
            other => panic!("{other:?}"),
        }
    }

    /// Reads botocore's notation. Frames have the code in lowerCamel, like a member name. Here it
    /// is converted to the form in responses.
    fn botocore(end: &Value) -> Self {
        if end.is_null() {
            return Self::Complete;
        }
        match end["client_exception"].as_str() {
            Some("ChecksumMismatch") => return Self::Broken(StreamErrorKind::MessageChecksum),
            Some(other) => panic!("{other}"),
            None => {}
        }
        let code = text(end, "code");
        let code = code[..1].to_uppercase() + &code[1..];
        Self::Exception(code, Some(text(end, "message").to_owned()))
    }
}

/// Returns our expected result for streams that botocore reads wrongly.
fn expected_of_quirk(id: &str, theirs: &Value) -> (Vec<Value>, End) {
    let mut events: Vec<_> = theirs["events"].as_array().unwrap().iter().map(plain).collect();
    let end = match id {
        "unknown-event-type" => {
            events.insert(1, json!({"brandNewEvent": {"x": 1}}));
            End::Complete
        }
        "empty-delta" => {
            events.push(json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {}}}));
            End::Broken(StreamErrorKind::MissingMessageStop)
        }
        "exc-Message-capital" => End::Exception("ValidationException".to_owned(), Some("M".to_owned())),
        "eof-after-frame" => End::Broken(StreamErrorKind::MissingMessageStop),
        other => panic!("{other}"),
    };
    (events, end)
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn streams_match_those_of_botocore() {
    let file = json("bedrock-responses/responses.json");
    for (quirk, _) in STREAM_QUIRKS {
        assert!(list(&file, "event_streams").any(|(id, _)| id == quirk), "no case {quirk}");
    }
    run_all(list(&file, "event_streams"), &[], 14, |id, case| {
        let theirs = &case["botocore"];
        let (events, end) = if STREAM_QUIRKS.iter().any(|(quirk, _)| *quirk == id) {
            expected_of_quirk(id, theirs)
        } else {
            let events = theirs["events"].as_array().unwrap().iter().map(plain).collect();
            (events, End::botocore(&theirs["terminal_error"]))
        };
        let stream: Bytes = case["frames_base64"].as_array().unwrap().iter().flat_map(bytes).collect();
        for size in [1, 7, stream.len()] {
            let (ours, our_end) = match text(case, "operation") {
                "ConverseStream" => read::<ConverseStreamDecoder>(&stream, size),
                "InvokeModelWithResponseStream" => read::<InvokeModelWithResponseStreamDecoder>(&stream, size),
                other => return Err(format!("there is no {other} here")),
            };
            alike(&events.clone().into(), &ours.into())
                .map_err(|parted| format!("events, chunks of {size}{parted}"))?;
            same("end", format!("{:?}", End::of(our_end)), format!("{end:?}"))?;
        }
        Ok(())
    });
}
