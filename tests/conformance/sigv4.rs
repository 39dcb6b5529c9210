//! The signer against vectors from other projects, step by step. A failure names the case and the
//! step.

use std::time::Duration;

use base64_simd::STANDARD as BASE64;
use bedrock_lite::credentials::Credentials;
use bedrock_lite::endpoint::query_string;
use bedrock_lite::sigv4::{
    CanonicalRequest, NEVER_SIGNED, PayloadHash, Scope, SignableRequest, Signature, Signer, SigningKey, StringToSign,
    presign, verify,
};
use bedrock_lite::{ConfigError, ConfigErrorKind};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::suites::{json, names, run_all, same, text};

/// The common form of the cases of all suites.
struct Case {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    credentials: Credentials,
    region: String,
    service: String,
    time: DateTime<Utc>,
}

/// The results of the three steps.
struct Steps {
    canonical_request: CanonicalRequest,
    string_to_sign: StringToSign,
    signature: Signature,
}

impl Case {
    fn steps(&self, payload: Option<&str>) -> Result<Steps, ConfigError> {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let canonical_request = CanonicalRequest::new(&SignableRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            payload: payload.map_or_else(|| PayloadHash::of(&self.body), PayloadHash::Literal),
        })?;
        let scope = Scope::new(self.time, &self.region, &self.service);
        let string_to_sign = StringToSign::new(&scope, &canonical_request);
        let signature = SigningKey::derive(self.credentials.secret_access_key(), &scope).sign(&string_to_sign);
        Ok(Steps { canonical_request, string_to_sign, signature })
    }

    fn add(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        if !self.headers.iter().any(|(present, _)| present.eq_ignore_ascii_case(name)) {
            self.headers.push((name.to_owned(), value.into()));
        }
    }

    fn add_date(&mut self) {
        self.add("X-Amz-Date", Scope::new(self.time, "", "").date_time());
    }

    fn add_token(&mut self) {
        if let Some(token) = self.credentials.session_token().map(str::to_owned) {
            self.add("X-Amz-Security-Token", token);
        }
    }
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text {key} in {value}"))
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn credentials(value: &Value) -> Credentials {
    let credentials = Credentials::new(string(value, "access_key_id"), string(value, "secret_access_key"));
    match value["token"].as_str() {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    }
}

/// Reads HTTP/1.1 as a server does: a folded line is joined to the previous one with a space (RFC
/// 9112 section 5.2).
fn case(request: &str, context: (Credentials, &str, &str, DateTime<Utc>)) -> Case {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let (method, rest) = lines.next().unwrap().split_once(' ').unwrap();
    let target = rest.strip_suffix(" HTTP/1.1").unwrap_or(rest);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
    for line in lines {
        if line.starts_with(' ') {
            headers.last_mut().unwrap().1.extend_from_slice(line.as_bytes());
        } else {
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.to_owned(), value.into()));
        }
    }
    let (credentials, region, service, time) = context;
    Case {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: body.into(),
        credentials,
        region: region.to_owned(),
        service: service.to_owned(),
        time,
    }
}

const UNNORMALIZED: &str = "the case does not normalize the path, which is the rule of S3 only";
const LEFT_OUT: [(&str, &str); 5] = [
    ("get-relative-relative-unnormalized", UNNORMALIZED),
    ("get-relative-unnormalized", UNNORMALIZED),
    ("get-slash-pointless-dot-unnormalized", UNNORMALIZED),
    ("get-slash-unnormalized", UNNORMALIZED),
    ("get-slashes-unnormalized", UNNORMALIZED),
];

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn aws_query_signatures_match_the_suite() {
    let cases = names("sigv4-suite/v4").into_iter().map(|name| (name, ()));
    run_all(cases, &LEFT_OUT, 22, |name, ()| {
        let file = |file: &str| text(&format!("sigv4-suite/v4/{name}/{file}"));
        let context: Value = serde_json::from_str(&file("context.json")).unwrap();
        let (region, service) = (string(&context, "region"), string(&context, "service"));
        let time = time(string(&context, "timestamp"));
        let mut credentials = credentials(&context["credentials"]);
        if context["omit_session_token"] == true {
            // The token is added to the signed request and is not part of the signature.
            credentials = Credentials::new(credentials.access_key_id(), credentials.secret_access_key());
        }
        let case = case(&file("request.txt"), (credentials, region, service, time));
        let headers: Vec<_> = case.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let payload = PayloadHash::of(&case.body);
        let request =
            SignableRequest { method: &case.method, path: &case.path, query: &case.query, headers: &headers, payload };
        let lifetime = Duration::from_secs(context["expiration_in_seconds"].as_u64().unwrap());
        let scope = Scope::new(case.time, region, service);
        let presigned = presign(&request, &case.credentials, &scope, lifetime).map_err(|e| e.to_string())?;
        let signed = presigned.signed();
        same("canonical request", signed.canonical_request().as_bytes(), file("query-canonical-request.txt"))?;
        same("string to sign", signed.string_to_sign().as_str(), file("query-string-to-sign.txt"))?;
        same("signature", signed.signature().to_string(), file("query-signature.txt"))?;
        // The order of a query is free, and the request's own part may be encoded in more than one
        // way.
        let sent = file("query-signed-request.txt");
        let ours = |query: &str| {
            let mut ours: Vec<_> =
                query.split('&').filter(|part| part.starts_with("X-Amz-")).map(str::to_owned).collect();
            ours.retain(|part| context["omit_session_token"] != true || !part.starts_with("X-Amz-Security-Token="));
            ours.sort();
            ours.join("\n")
        };
        let first = sent.lines().next().unwrap().trim_end_matches(" HTTP/1.1");
        same("query", ours(presigned.query()), ours(first.split_once('?').unwrap().1))
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn aws_header_signatures_match_the_suite() {
    let cases = names("sigv4-suite/v4").into_iter().map(|name| (name, ()));
    run_all(cases, &LEFT_OUT, 22, |name, ()| {
        let file = |file: &str| text(&format!("sigv4-suite/v4/{name}/{file}"));
        let context: Value = serde_json::from_str(&file("context.json")).unwrap();
        let (region, service) = (string(&context, "region"), string(&context, "service"));
        let time = time(string(&context, "timestamp"));
        let mut case = case(&file("request.txt"), (credentials(&context["credentials"]), region, service, time));
        case.add_date();
        if context["sign_body"] == true {
            case.add("X-Amz-Content-Sha256", PayloadHash::of(&case.body).to_string());
        }
        if context["omit_session_token"] != true {
            case.add_token();
        }
        let steps = case.steps(None).map_err(|e| e.to_string())?;
        same("canonical request", steps.canonical_request.as_bytes(), file("header-canonical-request.txt"))?;
        same("string to sign", steps.string_to_sign.as_str(), file("header-string-to-sign.txt"))?;
        same("signature", steps.signature.to_string(), file("header-signature.txt"))
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn double_encoded_paths_match_the_suite() {
    let cases = names("sigv4-double-encoding/v4").into_iter().map(|name| (name, ()));
    run_all(cases, &[], 2, |name, ()| {
        let file = |file: &str| text(&format!("sigv4-double-encoding/v4/{name}/{file}"));
        let arn = name == "double-url-encode";
        let context = if arn {
            let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
            (credentials, "us-east-2", "lambda", time("2021-05-11T15:40:45Z"))
        } else {
            let credentials = Credentials::new("ANOTREAL", "notrealrnrELgWzOk3IfjzDKtFBhDby");
            (credentials, "us-east-1", "service", time("2015-08-30T12:36:00Z"))
        };
        let steps = case(&file("request.txt"), context).steps(None).map_err(|e| e.to_string())?;
        // The canonical request of the other case has a different date than its signature.
        let lines = if arn { usize::MAX } else { 3 };
        let first_lines = |text: &str| text.lines().take(lines).collect::<Vec<_>>().join("\n");
        let canonical = steps.canonical_request.to_string();
        same("canonical request", first_lines(&canonical), first_lines(&file("header-canonical-request.txt")))?;
        if arn {
            same("string to sign", steps.string_to_sign.as_str(), file("header-string-to-sign.txt"))?;
        }
        let signed = file("header-signed-request.txt");
        let expected = signed.split("Signature=").nth(1).and_then(|rest| rest.lines().next()).unwrap();
        same("signature", steps.signature.to_string(), expected)
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn requests_signed_by_other_sdks_match() {
    let file = json("sigv4-vectors/request-signing.json");
    let cases = file["cases"].as_array().unwrap().iter().map(|case| (string(case, "name").to_owned(), case));
    run_all(cases, &[], 15, |_, vector| {
        let (_, rest) = string(vector, "url").split_once("://").unwrap();
        let (host, path) = rest.split_at(rest.find('/').unwrap());
        let headers = vector["headers"].as_array().unwrap().iter();
        let mut case = Case {
            method: string(vector, "method").to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: headers.map(|h| (h[0].as_str().unwrap().to_owned(), h[1].as_str().unwrap().into())).collect(),
            body: BASE64.decode_to_vec(string(vector, "body_base64")).unwrap(),
            credentials: credentials(&vector["credentials"]),
            region: string(vector, "region").to_owned(),
            service: string(vector, "service").to_owned(),
            time: time(string(vector, "time")),
        };
        let payload = vector["options"]["payload_hash"].as_str();
        case.add("Host", host);
        case.add_date();
        case.add_token();
        if vector["options"]["content_sha256_header"] == true {
            let hash = PayloadHash::of(&case.body);
            case.add("X-Amz-Content-Sha256", payload.map_or_else(|| hash.to_string(), str::to_owned));
        }
        let steps = case.steps(payload).map_err(|e| e.to_string())?;
        let expected = &vector["expect"];
        same("signed headers", steps.canonical_request.signed_headers(), string(expected, "signed_headers"))?;
        same("signature", steps.signature.to_string(), string(expected, "signature"))
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn bedrock_requests_signed_by_botocore_match() {
    let file = json("bedrock-requests/requests.json");
    let cases = file["cases"].as_array().unwrap().iter().map(|case| (string(case, "id").to_owned(), case));
    run_all(cases, &[], 30, |_, vector| {
        let (wire, expected) = (&vector["wire"], &vector["expect"]);
        let mut builder = http::Request::builder().method(string(wire, "method")).uri(string(wire, "url"));
        for header in wire["headers"].as_array().unwrap() {
            builder = builder.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
        }
        let body = wire["body_base64"].as_str().map(|text| BASE64.decode_to_vec(text).unwrap()).unwrap_or_default();
        let mut request = builder.body(body).unwrap();
        let (region, time) = (string(vector, "region"), time(string(vector, "time")));
        let credentials = credentials(&vector["credentials"]);

        // Verify the request as botocore sent it.
        let verified = verify(&request, |id| (id == credentials.access_key_id()).then(|| credentials.clone()));
        let verified = verified.map_err(|e| format!("not accepted: {e}\n{:?}", e.canonical_request()))?;
        same("region", verified.region(), region)?;

        // The low-level steps, with the headers that botocore signed.
        let signed: Vec<&str> =
            expected["signed_headers"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let host = request.uri().authority().unwrap().as_str().to_owned();
        let mut case = Case {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: vec![("Host".to_owned(), host.into())],
            body: request.body().clone(),
            credentials: credentials.clone(),
            region: region.to_owned(),
            service: "bedrock".to_owned(),
            time,
        };
        for name in signed.iter().filter(|name| **name != "host") {
            case.add(name, request.headers()[*name].as_bytes());
        }
        let steps = case.steps(None).map_err(|e| e.to_string())?;
        same("signed headers", steps.canonical_request.signed_headers(), signed.join(";"))?;
        same("signature", steps.signature.to_string(), string(expected, "signature"))?;

        // The signer, which does not sign `accept`.
        let botocore_signs_accept = signed.contains(&"accept");
        Signer::new(region, string(vector, "signing_name"))
            .sign(&mut request, &credentials, time)
            .map_err(|e| e.to_string())?;
        let authorization = request.headers()["authorization"].as_bytes().to_vec();
        let same = same("authorization", authorization, string(expected, "authorization"));
        if botocore_signs_accept { same.err().map(drop).ok_or("`accept` was signed".to_owned()) } else { same }
    });
}

/// Returns the canonical request of a request with the given parts.
fn canonical(path: &str, query: &str, headers: &[(&str, &[u8])]) -> Result<CanonicalRequest, ConfigError> {
    CanonicalRequest::new(&SignableRequest { method: "GET", path, query, headers, payload: PayloadHash::UNSIGNED })
}

fn line(request: &CanonicalRequest, number: usize) -> Vec<u8> {
    request.as_bytes().split(|b| *b == b'\n').nth(number).unwrap().to_vec()
}

/// Returns pairs of an input and the expected output.
fn pairs<'a>(file: &'a Value, key: &str) -> Vec<(String, (&'a str, &'a str))> {
    let pair = |pair: &'a Value| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    let pairs = file[key].as_array().unwrap().iter().map(pair);
    pairs.map(|(input, output)| (format!("{input:?}"), (input, output))).collect()
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn canonical_components_match_the_vectors() {
    let file = json("sigv4-vectors/components.json");

    run_all(pairs(&file, "normalize_uri_path"), &[], 28, |_, (path, expected)| {
        // The vectors are for the step before the second encoding.
        same("path", line(&canonical(path, "", &[]).unwrap(), 1), expected.replace('%', "%25"))
    });

    let line_break =
        pairs(&file, "trim_header_value").into_iter().find(|(_, (value, _))| value.contains('\n')).unwrap();
    let refused = canonical("/", "", &[("x", line_break.1.0.as_bytes())]).unwrap_err();
    assert_eq!(refused.kind(), ConfigErrorKind::InvalidHeader);
    let left_out = [(line_break.0.as_str(), "a value that holds a line break is refused")];
    run_all(pairs(&file, "trim_header_value"), &left_out, 8, |_, (value, expected)| {
        let canonical = canonical("/", "", &[("x", value.as_bytes())]).map_err(|e| e.to_string())?;
        same("value", line(&canonical, 3), format!("x:{expected}"))
    });

    run_all(pairs(&file, "canonical_query"), &[], 3, |_, (query, expected)| {
        same("query", line(&canonical("/", query, &[]).unwrap(), 2), expected)
    });

    let from_pairs =
        file["canonical_query_from_pairs"].as_array().unwrap().iter().map(|case| (case[0].to_string(), case));
    run_all(from_pairs, &[], 2, |_, case| {
        let pairs: Vec<_> =
            case[0].as_object().unwrap().iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
        same("query", line(&canonical("/", &query_string(&pairs), &[]).unwrap(), 2), case[1].as_str().unwrap())
    });

    run_all(pairs(&file, "host_header"), &[], 4, |_, (url, expected)| {
        let mut request = http::Request::get(url).body(Vec::new()).unwrap();
        let signer = Signer::new("us-east-1", "service");
        let steps = signer.sign(&mut request, &Credentials::new("id", "secret"), DateTime::UNIX_EPOCH).unwrap();
        same("host", line(steps.canonical_request(), 3), format!("host:{expected}"))
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn unsigned_headers_match_the_vectors() {
    let file = json("sigv4-vectors/components.json");
    let vector = &file["unsigned_headers"];
    let given = vector["request_headers"].as_array().unwrap().iter().map(|name| (name.as_str().unwrap(), &b"x"[..]));
    let headers: Vec<_> = given.chain([("Host", &b"h"[..]), ("X-Amz-Date", b"d")]).collect();
    assert_eq!(headers.len(), 9);
    let canonical = canonical("/", "", &headers).unwrap();
    assert_eq!(canonical.signed_headers(), string(vector, "expected_signed_headers"));

    let also = vector["botocore_1.44.5_also_never_signs"].as_array().unwrap();
    assert_eq!(also.len(), 7);
    for name in also {
        assert!(NEVER_SIGNED.contains(&name.as_str().unwrap()), "{name}");
    }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn string_to_sign_matches_the_vectors() {
    let file = json("sigv4-vectors/components.json");
    let cases = file["string_to_sign_vectors"].as_array().unwrap().iter().map(|v| (string(v, "name").to_owned(), v));
    run_all(cases, &[], 1, |_, vector| {
        let text = string(vector, "string_to_sign");
        let lines: Vec<_> = text.lines().collect();
        let time = chrono::NaiveDateTime::parse_from_str(lines[1], "%Y%m%dT%H%M%SZ").unwrap().and_utc();
        let scope = Scope::new(time, string(vector, "region"), string(vector, "service"));
        let string_to_sign = StringToSign::from_hash(&scope, &hex::decode(lines[3]).unwrap().try_into().unwrap());
        same("date", scope.date(), string(vector, "date"))?;
        same("string to sign", string_to_sign.as_str(), text)?;
        let key = SigningKey::derive(string(vector, "secret_access_key"), &scope);
        same("signature", key.sign(&string_to_sign).to_string(), string(vector, "signature"))
    });
}
