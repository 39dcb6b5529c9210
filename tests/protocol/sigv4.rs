//! The signer and the verifier with complete requests.

use std::sync::Arc;

use bedrock_lite::credentials::Credentials;
use bedrock_lite::sigv4::{Signer, VerifyErrorKind, verify};
use bedrock_lite::{ConfigError, ConfigErrorKind};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use http::{HeaderValue, Request};

const HOST: &str = "https://bedrock-runtime.us-east-1.amazonaws.com";

fn time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

fn temporary() -> Credentials {
    credentials().with_session_token("the-session-token==")
}

fn signer() -> Signer {
    Signer::new("us-east-1", "bedrock")
}

fn converse(host: &str) -> Request<Bytes> {
    Request::post(format!("{host}/model/amazon.nova-lite-v1%3A0/converse"))
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"{}"))
        .unwrap()
}

fn signed_headers(request: &Request<Bytes>) -> &str {
    let authorization = request.headers()["authorization"].to_str().unwrap();
    authorization.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap()
}

#[test]
fn only_the_listed_headers_are_signed() {
    let mut request = converse(HOST);
    let headers = request.headers_mut();
    for name in ["accept", "user-agent", "content-length", "x-amzn-trace-id", "traceparent", "connection", "x-mine"] {
        headers.insert(name, HeaderValue::from_static("x"));
    }
    for name in ["x-amzn-bedrock-trace", "x-amz-meta"] {
        headers.insert(name, HeaderValue::from_static("x"));
    }
    signer().sign(&mut request, &temporary(), time()).unwrap();
    assert_eq!(
        signed_headers(&request),
        "content-type;host;x-amz-date;x-amz-meta;x-amz-security-token;x-amzn-bedrock-trace"
    );
}

#[test]
fn secrets_are_marked_sensitive_and_not_shown() {
    let mut request = converse(HOST);
    let signer = signer();
    let steps = signer.sign(&mut request, &temporary(), time()).unwrap();
    assert!(request.headers()["authorization"].is_sensitive());
    assert!(request.headers()["x-amz-security-token"].is_sensitive());
    let shown = format!("{request:?} {steps:?} {steps} {signer:?} {:?}", temporary());
    assert!(!shown.contains("wJalr") && !shown.contains("the-session-token"), "{shown}");
    assert!(shown.contains("%253A"), "{shown}");
}

#[test]
fn signing_again_gives_the_same_as_signing_once() {
    let mut again = converse(HOST);
    let signer = signer();
    signer.sign(&mut again, &temporary(), time()).unwrap();
    let later = time() + TimeDelta::days(1);
    signer.sign(&mut again, &credentials(), later).unwrap();

    let mut fresh = converse(HOST);
    Signer::new("us-east-1", "bedrock").sign(&mut fresh, &credentials(), later).unwrap();
    assert_eq!(again.headers(), fresh.headers());
    assert!(!again.headers().contains_key("x-amz-security-token"));
    assert_eq!(again.headers().get_all("authorization").iter().count(), 1);
}

#[test]
fn cached_key_is_replaced_when_it_does_not_fit() {
    let signer = signer();
    for (credentials, time) in [
        (credentials(), time()),
        (credentials(), time() + TimeDelta::hours(1)),
        (temporary(), time()),
        (credentials(), time() + TimeDelta::days(1)),
        (credentials(), time() + TimeDelta::days(2)),
        (Credentials::new("AKIDEXAMPLE", "another"), time() + TimeDelta::days(1)),
        (Credentials::new("AKIDOTHER", "another"), time() + TimeDelta::days(1)),
        (credentials(), time()),
    ] {
        let mut request = converse(HOST);
        let with_kept = signer.sign(&mut request, &credentials, time).unwrap();
        let with_new = Signer::new("us-east-1", "bedrock").sign(&mut converse(HOST), &credentials, time).unwrap();
        assert_eq!(with_kept.signature().as_bytes(), with_new.signature().as_bytes());
        verify(&request, |_| Some(credentials)).unwrap();
    }
}

#[test]
fn one_signer_can_be_shared_by_threads() {
    let signer = Arc::new(signer());
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let signer = Arc::clone(&signer);
            std::thread::spawn(move || {
                let credentials = Credentials::new(format!("AKID{n}"), format!("secret{n}"));
                for _ in 0..50 {
                    let mut request = converse(HOST);
                    signer.sign(&mut request, &credentials, time()).unwrap();
                    let verified = verify(&request, |_| Some(credentials.clone())).unwrap();
                    assert_eq!(verified.access_key_id(), credentials.access_key_id());
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn signed_host_is_the_one_that_is_sent() {
    for (url, host) in [
        ("https://example.com", "example.com"),
        ("https://example.com:443", "example.com"),
        ("https://example.com:80", "example.com:80"),
        ("http://example.com:80", "example.com"),
        ("https://example.com:8443", "example.com:8443"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://user:pass@example.com:8080", "example.com:8080"),
    ] {
        let mut request = Request::get(format!("{url}/x")).body(Bytes::new()).unwrap();
        let signed = signer().sign(&mut request, &credentials(), time()).unwrap();
        let expected = format!("GET\n/x\n\nhost:{host}\n");
        assert!(signed.canonical_request().as_bytes().starts_with(expected.as_bytes()), "{url}: {signed}");
    }
    let mut request = Request::get("/x").header("host", "here:1").body(Bytes::new()).unwrap();
    let signed = signer().sign(&mut request, &credentials(), time()).unwrap();
    assert!(signed.canonical_request().as_bytes().starts_with(b"GET\n/x\n\nhost:here:1\n"));
}

#[test]
fn given_payload_hash_replaces_the_hash_of_the_body() {
    let mut request = converse(HOST);
    let value = HeaderValue::from_static("STREAMING-AWS4-HMAC-SHA256-EVENTS");
    request.headers_mut().insert("x-amz-content-sha256", value);
    let signed = signer().sign(&mut request, &credentials(), time()).unwrap();
    assert!(signed.canonical_request().as_bytes().ends_with(b"\nSTREAMING-AWS4-HMAC-SHA256-EVENTS"));
    assert!(signed_headers(&request).contains("x-amz-content-sha256"));
    verify(&request, |_| Some(credentials())).unwrap();
}

/// Signs a request with this payload hash, replaces its body, and returns the result of the
/// verifier.
fn with_payload_hash(value: &str) -> Result<bool, VerifyErrorKind> {
    let mut request = converse(HOST);
    set(&mut request, "x-amz-content-sha256", value);
    signer().sign(&mut request, &credentials(), time()).unwrap();
    *request.body_mut() = Bytes::from_static(b"another body");
    let verified = verify(&request, |_| Some(credentials()));
    verified.map(|verified| verified.covers_body()).map_err(|error| error.kind())
}

#[test]
fn unknown_payload_hash_is_refused() {
    use sha2::Digest as _;

    let hash = hex::encode(sha2::Sha256::digest(b"another body"));
    assert_eq!(with_payload_hash(&hash), Ok(true));
    for unsigned in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-EVENTS"] {
        assert_eq!(with_payload_hash(unsigned), Ok(false), "{unsigned}");
    }
    for unknown in [
        "",
        "x",
        "unsigned-payload",
        "UNSIGNED-PAYLOAD,x",
        "UNSIGNED",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        &hash[..63],
        &format!("{hash}0"),
        &hash.to_uppercase(),
        &"z".repeat(64),
    ] {
        assert_eq!(with_payload_hash(unknown), Err(VerifyErrorKind::Malformed), "{unknown}");
    }
    assert_eq!(with_payload_hash(&"0".repeat(64)), Err(VerifyErrorKind::WrongPayload));
}

#[test]
fn repeated_single_value_header_is_refused() {
    for name in ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "host"] {
        let twice = after(|request| {
            for value in ["UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD"] {
                request.headers_mut().append(name, HeaderValue::from_static(value));
            }
        });
        assert_eq!(twice, VerifyErrorKind::Malformed, "{name}");
    }
}

#[test]
fn request_that_cannot_be_signed_is_an_error_without_a_signature() {
    let kind = |signer: Signer, url: &str, credentials: Credentials| {
        let mut request = Request::get(url).body(Bytes::new()).unwrap();
        let error: ConfigError = signer.sign(&mut request, &credentials, time()).unwrap_err();
        assert!(!request.headers().contains_key("authorization"), "{error}");
        assert!(!error.to_string().contains("hidden"), "{error}");
        error.kind()
    };
    for bad in [Credentials::new("id\n", "s"), Credentials::new("id", "hidden\n"), Credentials::new("", "hidden")] {
        assert_eq!(kind(signer(), HOST, bad), ConfigErrorKind::InvalidCredentials);
    }
    let token = credentials().with_session_token("hidden\r\n");
    assert_eq!(kind(signer(), HOST, token), ConfigErrorKind::InvalidCredentials);
    assert_eq!(kind(signer(), "/no/host", credentials()), ConfigErrorKind::InvalidEndpoint);
    assert_eq!(kind(Signer::new("eu\nwest", "bedrock"), HOST, credentials()), ConfigErrorKind::InvalidRegion);
}

/// Signs a request, changes it, and returns the error of the verifier.
fn after(change: impl FnOnce(&mut Request<Bytes>)) -> VerifyErrorKind {
    let mut request = converse(HOST);
    signer().sign(&mut request, &temporary(), time()).unwrap();
    change(&mut request);
    verify(&request, |id| (id == "AKIDEXAMPLE").then(temporary)).unwrap_err().kind()
}

fn set(request: &mut Request<Bytes>, name: &'static str, value: &str) {
    request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
}

fn replace(request: &mut Request<Bytes>, from: &str, to: &str) {
    let old = request.headers()["authorization"].to_str().unwrap().to_owned();
    assert!(old.contains(from), "{old}");
    set(request, "authorization", &old.replace(from, to));
}

#[test]
fn changed_request_is_refused() {
    use VerifyErrorKind::{Malformed, Missing, Uncovered, UnknownKey, WrongPayload, WrongSignature, WrongToken};

    assert_eq!(after(|r| *r.body_mut() = Bytes::from_static(b"{ }")), WrongSignature);
    assert_eq!(after(|r| *r.method_mut() = http::Method::PUT), WrongSignature);
    assert_eq!(after(|r| *r.uri_mut() = format!("{HOST}/model/x/converse").parse().unwrap()), WrongSignature);
    assert_eq!(after(|r| *r.uri_mut() = format!("{}?a", r.uri()).parse().unwrap()), WrongSignature);
    assert_eq!(after(|r| set(r, "content-type", "text/plain")), WrongSignature);
    assert_eq!(after(|r| set(r, "host", "evil.example")), WrongSignature);
    assert_eq!(after(|r| replace(r, "us-east-1", "us-east-2")), WrongSignature);
    assert_eq!(after(|r| set(r, "x-amz-date", "20260102T030406Z")), WrongSignature);
    assert_eq!(after(|r| replace(r, "content-type;", "")), WrongSignature);

    assert_eq!(after(|r| drop(r.headers_mut().remove("authorization"))), Missing);
    assert_eq!(after(|r| replace(r, "AKIDEXAMPLE", "AKIDOTHER")), UnknownKey);
    assert_eq!(after(|r| set(r, "x-amz-security-token", "another")), WrongToken);
    assert_eq!(after(|r| drop(r.headers_mut().remove("x-amz-security-token"))), WrongToken);
    assert_eq!(after(|r| set(r, "x-amz-new", "x")), Uncovered);
    assert_eq!(after(|r| replace(r, "host;", "")), Uncovered);
    let mut stated = converse(HOST);
    set(&mut stated, "x-amz-content-sha256", &"0".repeat(64));
    signer().sign(&mut stated, &credentials(), time()).unwrap();
    assert_eq!(verify(&stated, |_| Some(credentials())).unwrap_err().kind(), WrongPayload);

    for header in [
        "",
        "Bearer key",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=a/b",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=xyz",
    ] {
        assert_eq!(after(|r| set(r, "authorization", header)), Malformed, "{header}");
    }
    assert_eq!(after(|r| replace(r, "/20260102/", "/20260103/")), Malformed);
    assert_eq!(after(|r| replace(r, "/aws4_request", "/aws4_request/x")), Malformed);
    assert_eq!(after(|r| replace(r, "host;", "host;x-gone;")), Malformed);
    assert_eq!(after(|r| replace(r, "Signature=", "Signature=00")), Malformed);
    assert_eq!(after(|r| drop(r.headers_mut().remove("x-amz-date"))), Malformed);
    for date in ["2026-01-02T03:04:05Z", "20261302T030405Z", "20260102T030405", "+20260102T030405Z"] {
        assert_eq!(after(|r| set(r, "x-amz-date", date)), Malformed, "{date}");
    }
}

#[test]
fn wrong_secret_is_reported_with_the_expected_signature_text() {
    let mut request = converse(HOST);
    let signed = signer().sign(&mut request, &temporary(), time()).unwrap();
    let other = Credentials::new("AKIDEXAMPLE", "another").with_session_token("the-session-token==");
    let error = verify(&request, |_| Some(other)).unwrap_err();
    assert_eq!(error.kind(), VerifyErrorKind::WrongSignature);
    assert_eq!(error.canonical_request().unwrap().as_bytes(), signed.canonical_request().as_bytes());
    assert_eq!(error.string_to_sign(), Some(signed.string_to_sign()));
    assert!(!format!("{error:?} {error}").contains("the-session-token"));

    let verified = verify(&request, |_| Some(temporary())).unwrap();
    assert_eq!((verified.region(), verified.service(), verified.time()), ("us-east-1", "bedrock", time()));
}
