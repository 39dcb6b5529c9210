//! Every recorded error response: its kind, code, message, status and request ID.

use std::collections::BTreeMap;

use bedrock_lite::control::DeleteInferenceProfileRequest;
use bedrock_lite::operation::accept;
use bedrock_lite::{ConverseRequest, Error, InvokeModelRequest, Operation, ServiceError, ServiceErrorKind};
use serde_json::Value;

use crate::support::recordings::{Exchange, all, expected};

fn kind_of(code: &str) -> ServiceErrorKind {
    match code {
        "AccessDeniedException" => ServiceErrorKind::AccessDenied,
        "ExpiredTokenException" => ServiceErrorKind::ExpiredToken,
        "ResourceNotFoundException" => ServiceErrorKind::ResourceNotFound,
        "ThrottlingException" => ServiceErrorKind::Throttling,
        "UnrecognizedClientException" => ServiceErrorKind::UnrecognizedClient,
        "ValidationException" => ServiceErrorKind::Validation,
        other => panic!("{other} is a new code: add its kind here"),
    }
}

/// Returns the error that the operation reads from the response.
fn error_of(exchange: &Exchange) -> Error {
    let response = exchange.response();
    match exchange.op.as_str() {
        "Converse" => ConverseRequest::http_response(response).unwrap_err(),
        "DeleteInferenceProfile" => DeleteInferenceProfileRequest::http_response(response).unwrap_err(),
        "InvokeModel" => InvokeModelRequest::http_response(response).unwrap_err(),
        // What a driver does with the response of a streaming operation before it makes a decoder
        // from its head.
        "ConverseStream" | "InvokeModelWithResponseStream" => accept(response).unwrap_err(),
        other => panic!("{other}"),
    }
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_recorded_error_is_typed() {
    let mut counted = BTreeMap::new();
    for exchange in all().iter().filter(|exchange| !exchange.is_ok()) {
        let code = exchange.error.as_deref().unwrap();
        let said = exchange.head.headers["x-amzn-errortype"].to_str().unwrap();
        assert!(said.starts_with(&format!("{code}:http://")), "{}: the index and the header agree", exchange.dir);
        let body: Value = serde_json::from_slice(&exchange.body).unwrap();
        let message = body["message"].as_str().unwrap();

        let error = error_of(exchange);
        assert_eq!(error.status(), Some(exchange.head.status), "{}", exchange.dir);
        assert_eq!(error.request_id(), exchange.request_id(), "{}", exchange.dir);
        assert_eq!(error.is_throttling(), code == "ThrottlingException", "{}", exchange.dir);
        assert_eq!(error.is_retryable(), code == "ThrottlingException", "{}", exchange.dir);
        let Error::Service(error) = error else { panic!("{}: {error:?}", exchange.dir) };
        for error in [&error, &ServiceError::from_response(&exchange.head, &exchange.body)] {
            assert_eq!(error.kind(), kind_of(code), "{}", exchange.dir);
            assert_eq!(error.code(), Some(code), "{}", exchange.dir);
            assert_eq!(error.message(), Some(message), "{}", exchange.dir);
            assert_eq!(error.status(), exchange.head.status, "{}", exchange.dir);
            assert_eq!(error.request_id(), exchange.request_id(), "{}", exchange.dir);
            // The recorder of the control plane kept two headers of each response.
            assert_eq!(error.request_id().is_some(), exchange.op != "DeleteInferenceProfile", "{}", exchange.dir);
            assert_eq!(error.body(), exchange.body, "{}", exchange.dir);
            assert!(!error.in_stream(), "{}", exchange.dir);
        }
        *counted.entry((exchange.op.clone(), exchange.head.status.as_u16(), code.to_owned())).or_insert(0) += 1;
    }
    let counted: Vec<_> = counted.iter().map(|((op, status, code), count)| (&**op, *status, &**code, *count)).collect();
    let recorded = [
        ("Converse", 400, "ValidationException", [2, 0]),
        ("Converse", 403, "ExpiredTokenException", [1, 0]),
        ("Converse", 403, "UnrecognizedClientException", [3, 0]),
        ("Converse", 429, "ThrottlingException", [4, 0]),
        ("ConverseStream", 429, "ThrottlingException", [4, 0]),
        ("DeleteInferenceProfile", 404, "ResourceNotFoundException", [0, 1]),
        ("InvokeModel", 400, "ValidationException", [6, 0]),
        ("InvokeModel", 403, "AccessDeniedException", [9, 0]),
        ("InvokeModel", 403, "ExpiredTokenException", [1, 0]),
        ("InvokeModel", 403, "UnrecognizedClientException", [6, 0]),
        ("InvokeModelWithResponseStream", 400, "ValidationException", [0, 6]),
        ("InvokeModelWithResponseStream", 403, "AccessDeniedException", [1, 0]),
    ];
    let recorded = recorded.map(|(op, status, code, counts)| (op, status, code, expected(counts)));
    let recorded: Vec<_> = recorded.into_iter().filter(|(.., count)| *count > 0).collect();
    assert_eq!(counted, recorded);
}
