//! Random requests: signed as by AWS's own signer, and verified.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SigningSettings};
use aws_sigv4::sign::v4;
use bedrock_lite::credentials::Credentials;
use bedrock_lite::endpoint::{path_from_template, query_string};
use bedrock_lite::sigv4::{Signer, verify};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderValue, Request};
use proptest::prelude::*;

/// Returns the Authorization header of AWS's own signer.
fn second_opinion(request: &Request<Bytes>, headers: &[(String, String)], who: &Who) -> String {
    let token = who.token.clone();
    let identity = aws_credential_types::Credentials::new(&who.id, &who.secret, token, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&who.region)
        .name("bedrock")
        .time(SystemTime::from(who.time))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = aws_sigv4::http_request::SignableRequest::new(
        request.method().as_str(),
        request.uri().to_string(),
        headers,
        SignableBody::Bytes(request.body()),
    );
    let (instructions, _) = aws_sigv4::http_request::sign(signable.unwrap(), &params).unwrap().into_parts();
    instructions.headers().find(|(name, _)| *name == "authorization").unwrap().1.to_owned()
}

#[derive(Debug, Clone)]
struct Who {
    id: String,
    secret: String,
    token: Option<String>,
    region: String,
    time: DateTime<Utc>,
}

impl Who {
    fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(self.id.as_str(), self.secret.as_str());
        match &self.token {
            Some(token) => credentials.with_session_token(token.as_str()),
            None => credentials,
        }
    }
}

fn who() -> impl Strategy<Value = Who> {
    // Until the end of the year 9999.
    let time = (0..253_402_300_800_i64).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap());
    let token = proptest::option::of("[!-~]{1,300}");
    ("[A-Z0-9]{1,32}", "[!-~]{1,150}", token, "[a-z]{2}-[a-z]{4,9}-[1-9]", time)
        .prop_map(|(id, secret, token, region, time)| Who { id, secret, token, region, time })
}

/// Paths as this crate builds them, with any path parameter, and paths that others may send.
fn path() -> impl Strategy<Value = String> {
    let ours = any::<String>().prop_filter_map("a label that no path holds", |label| {
        path_from_template("/model/{modelId}/converse", &[("modelId", &label)]).ok()
    });
    let segment =
        prop_oneof![Just(String::new()), Just(".".into()), Just("..".into()), "[A-Za-z0-9._~!$&'()*+,;=:@%-]{0,12}"];
    let theirs = proptest::collection::vec(segment, 0..6).prop_map(|segments| format!("/{}", segments.join("/")));
    prop_oneof![ours, theirs]
}

fn query() -> impl Strategy<Value = String> {
    let pairs = proptest::collection::vec((any::<String>(), any::<String>()), 0..5);
    let ours = pairs.prop_map(|pairs| {
        query_string(&pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
    });
    // Encodes more than necessary, in lower case. It is always valid UTF-8, because AWS's signer
    // replaces invalid bytes with U+FFFD.
    let percent = |word: String| word.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"));
    let word = any::<String>().prop_map(percent);
    let encoded =
        proptest::collection::vec(prop_oneof![word, "[A-Za-z0-9+&=~]{0,5}"], 0..8).prop_map(|words| words.concat());
    prop_oneof![ours, encoded, "[A-Za-z0-9._~!$&'()*+,;=:@/?-]{0,40}"]
}

/// Headers that are signed, sometimes with a repeated name.
fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        Just("content-type".to_owned()),
        "x-amz-meta-[a-z0-9_]{1,4}",
        "x-amzn-bedrock-[a-z-]{1,12}",
        Just("x-amz-twice".to_owned()),
    ];
    let value = prop_oneof!["[ -~]{0,60}", "( |a|é|\u{a0}|\t|\"){0,12}"];
    proptest::collection::vec((name, value), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn signatures_match_those_of_aws_sigv4(
        method in prop_oneof![Just("GET"), Just("POST"), Just("PUT"), Just("DELETE"), Just("PATCH")],
        (path, query) in (path(), query()),
        port in proptest::option::of(1..u16::MAX),
        headers in headers(),
        body in proptest::collection::vec(any::<u8>(), 0..300),
        who in who(),
    ) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let query = if query.is_empty() { query } else { format!("?{query}") };
        let mut builder = Request::builder().method(method).uri(format!("https://example.com{port}{path}{query}"));
        for (name, value) in &headers {
            builder = builder.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        // Neither signer signs these.
        builder = builder.header("user-agent", "me").header("x-amzn-trace-id", "Root=1");
        let mut request = builder.body(Bytes::from(body)).unwrap();
        let expected = second_opinion(&request, &headers, &who);

        let signer = Signer::new(who.region.as_str(), "bedrock");
        let signed = signer.sign(&mut request, &who.credentials(), who.time).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        prop_assert_eq!(authorization, expected, "{}", signed);
        prop_assert!(verify(&request, |_| Some(who.credentials())).is_ok());
    }

    #[test]
    fn any_authorization_header_is_verified_without_panic(value in "(AWS4-HMAC-SHA256 )?[ -~]{0,200}") {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret");
        let mut request = Request::post("https://example.com/model/m/converse").body(Bytes::from_static(b"{}")).unwrap();
        let time = DateTime::from_timestamp(1_767_323_045, 0).unwrap();
        Signer::new("us-east-1", "bedrock").sign(&mut request, &credentials, time).unwrap();
        request.headers_mut().insert("authorization", HeaderValue::from_str(&value).unwrap());
        prop_assert!(verify(&request, |_| Some(credentials)).is_err());
    }
}
