//! The canonical request of arbitrary parts. Also signs requests, verifies them, changes them and
//! checks that they are refused.
#![no_main]

use bedrock_lite::Credentials;
use bedrock_lite::sigv4::{Signer, VerifyErrorKind, verify};
use chrono::DateTime;
use http::{HeaderName, HeaderValue, Request};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/invariants/mod.rs"]
mod invariants;

use invariants::canonical::{Given, hold};

#[derive(Debug, Arbitrary)]
struct Input {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    seed: u16,
}

fuzz_target!(|input: Input| {
    let Input { method, path, query, headers, body, seed } = input;
    let given = Given { method, path, query, headers, body };
    hold(&given, usize::from(seed));
    sign(&given, seed);
});

/// Signs the input if it is an HTTP request. Verification accepts the signed request and rejects
/// changed ones.
fn sign(given: &Given, seed: u16) {
    let uri = format!("https://example.com/{}?{}", given.path, given.query);
    let mut builder = Request::builder().method("POST").uri(uri);
    for (name, value) in &given.headers {
        let own = ["host", "authorization", "x-amz-content-sha256"].contains(&name.to_ascii_lowercase().as_str());
        if let (Ok(name), Ok(value), false) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value), own) {
            builder = builder.header(name, value);
        }
    }
    let Ok(mut request) = builder.body(given.body.clone()) else { return };
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").with_session_token("KeptSessionToken");
    let time = DateTime::from_timestamp(i64::from(seed) * 100_000, 0).unwrap();
    let signed = Signer::new("us-east-1", "bedrock").sign(&mut request, &credentials, time).unwrap();
    // Skips inputs that contain the token elsewhere. libFuzzer finds such inputs.
    let text = String::from_utf8_lossy(signed.canonical_request().as_bytes());
    if text.matches("KeptSession").count() == 1 && !format!("{given:?}").contains("KeptSession") {
        assert!(!format!("{signed} {signed:?} {request:?}").contains("KeptSession"));
    }
    let refused = |request: &Request<Vec<u8>>| verify(request, |_| Some(credentials.clone())).map_err(|e| e.kind());
    refused(&request).unwrap();

    request.body_mut().push(b'x');
    assert_eq!(refused(&request).unwrap_err(), VerifyErrorKind::WrongSignature);
    request.body_mut().pop();
    let other = format!("https://example.com/{}?{}&more", given.path, given.query);
    // A fragment after `#` is not sent.
    if let (false, Ok(other)) = (other.contains('#'), other.parse()) {
        *request.uri_mut() = other;
        assert_eq!(refused(&request).unwrap_err(), VerifyErrorKind::WrongSignature);
    }
}
