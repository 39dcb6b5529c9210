//! Verification of signed requests.

use std::error::Error as StdError;
use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::Request;
use http::header::{AUTHORIZATION, HOST, HeaderMap};

use super::canonical_request::{Header, SortedHeaders};
use super::signer::{X_AMZ_CONTENT_SHA256, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN, host_of, signable};
use super::{ALGORITHM, CanonicalRequest, PayloadHash, Scope, Signature, SigningKey, StringToSign};
use crate::credentials::Credentials;
use crate::error::line;

/// Verifies the signature of a request, as the service does. It hashes the body and reads no clock.
///
/// `lookup` returns the credentials of an access key ID. A session token must be that of the
/// credentials. The caller decides whether [the region](Verified::region) and
/// [the time](Verified::time) are acceptable.
///
/// If the request has `x-amz-content-sha256`, its value must be one of these:
///
/// - the hash of the body, as 64 lower-case hexadecimal digits;
/// - `UNSIGNED-PAYLOAD` or `STREAMING-AWS4-HMAC-SHA256-EVENTS`. The signature then does not
///   [cover the body](Verified::covers_body).
///
/// Other values are rejected: those of chunked uploads of S3 (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`
/// and similar, also with a trailer) and those of `SigV4A` (`STREAMING-AWS4-ECDSA-P256-SHA256-…`).
/// No operation of Bedrock uses them.
///
/// ```
/// use bedrock_lite::credentials::Credentials;
/// use bedrock_lite::sigv4::{Signer, VerifyErrorKind, verify};
/// use chrono::Utc;
///
/// let url = "http://127.0.0.1:8080/foundation-models";
/// let mut request = http::Request::get(url).body(Vec::new())?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let signer = Signer::new("us-east-1", "bedrock");
/// signer.sign(&mut request, &credentials, Utc::now())?;
///
/// let verified = verify(&request, |_id| Some(credentials.clone()))?;
/// assert_eq!(verified.region(), "us-east-1");
///
/// let other = Credentials::new("AKIDEXAMPLE", "another");
/// let error = verify(&request, |_id| Some(other.clone())).unwrap_err();
/// assert_eq!(error.kind(), VerifyErrorKind::WrongSignature);
/// println!("{}", error.canonical_request().unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Returns a [`VerifyError`] if
///
/// - the Authorization header is missing or malformed;
/// - the access key ID is unknown, or the session token does not belong to it;
/// - a header that must be signed is not signed;
/// - `x-amz-content-sha256` is not one of the values above;
/// - the signature is wrong. The error then has the expected canonical request.
pub fn verify<B: AsRef<[u8]>>(
    request: &Request<B>,
    lookup: impl FnOnce(&str) -> Option<Credentials>,
) -> Result<Verified, VerifyError> {
    let headers = request.headers();
    check_single(headers)?;
    let claim = Claim::read(headers)?;
    let credentials = lookup(claim.access_key_id)
        .ok_or_else(|| VerifyError::new(VerifyErrorKind::UnknownKey, "unknown access key ID"))?;
    check_token(headers, &credentials)?;
    check_coverage(headers, &claim)?;

    let host = host_of(request.uri());
    let signed = claim.headers(headers, host.as_deref())?;
    let signable = signable(request).map_err(|e| VerifyError::new(VerifyErrorKind::Malformed, e.to_string()))?;
    let covers_body = check_payload(&signable.payload, request.body().as_ref())?;
    let canonical_request = CanonicalRequest::with_headers(&signable, &signed);
    let string_to_sign = StringToSign::new(&claim.scope, &canonical_request);
    let key = SigningKey::derive(credentials.secret_access_key(), &claim.scope);
    if key.verify(&string_to_sign, &claim.signature) {
        return Ok(claim.into_verified(covers_body));
    }
    let message = "the signature does not match the request and the secret access key";
    let mut error = VerifyError::new(VerifyErrorKind::WrongSignature, message);
    error.expected = Some(Box::new((canonical_request, string_to_sign)));
    Err(error)
}

/// The signer, the time and the scope of a verified request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    access_key_id: Box<str>,
    time: DateTime<Utc>,
    region: Box<str>,
    service: Box<str>,
    covers_body: bool,
}

impl Verified {
    /// Returns the access key ID of the signer.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Returns the time of the signature, by the signer's clock. AWS accepts a difference of up to
    /// 5 minutes.
    #[must_use]
    pub fn time(&self) -> DateTime<Utc> {
        self.time
    }

    /// Returns the region that the request was signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns the signing name that the request was signed for.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Returns whether the signature covers the body.
    ///
    /// It does not if `x-amz-content-sha256` is `UNSIGNED-PAYLOAD` or
    /// `STREAMING-AWS4-HMAC-SHA256-EVENTS`. In the latter case each event of the body has its own
    /// signature.
    #[must_use]
    pub fn covers_body(&self) -> bool {
        self.covers_body
    }
}

/// Why the signature of a request was rejected.
///
/// It does not contain the correct signature, so that it can be returned to the caller.
#[derive(Debug)]
pub struct VerifyError {
    kind: VerifyErrorKind,
    message: Box<str>,
    expected: Option<Box<(CanonicalRequest, StringToSign)>>,
}

/// The kinds of [`VerifyError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyErrorKind {
    /// There is no Authorization header.
    Missing,
    /// The Authorization header, or another header of the signature, is malformed.
    Malformed,
    /// The access key ID is unknown.
    UnknownKey,
    /// The session token does not belong to the access key ID.
    WrongToken,
    /// A header that must be signed is not signed.
    Uncovered,
    /// The body does not match `x-amz-content-sha256`, or the value of that header is not
    /// supported.
    WrongPayload,
    /// The signature does not match the request.
    WrongSignature,
}

impl VerifyError {
    fn new(kind: VerifyErrorKind, message: impl Into<Box<str>>) -> Self {
        Self { kind, message: message.into(), expected: None }
    }

    fn malformed(message: &str) -> Self {
        Self::new(VerifyErrorKind::Malformed, message)
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> VerifyErrorKind {
        self.kind
    }

    /// Returns the expected canonical request, if the signature is wrong.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&CanonicalRequest> {
        self.expected.as_ref().map(|expected| &expected.0)
    }

    /// Returns the expected string to sign, if the signature is wrong.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<&StringToSign> {
        self.expected.as_ref().map(|expected| &expected.1)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::print(f, &self.message)
    }
}

impl StdError for VerifyError {}

/// The fields of an Authorization header.
struct Claim<'a> {
    access_key_id: &'a str,
    time: DateTime<Utc>,
    scope: Scope<'a>,
    signed_headers: &'a str,
    signature: Signature,
}

impl<'a> Claim<'a> {
    fn read(headers: &'a HeaderMap) -> Result<Self, VerifyError> {
        let mut all = headers.get_all(AUTHORIZATION).iter();
        let value = all.next().ok_or_else(|| VerifyError::new(VerifyErrorKind::Missing, "no Authorization header"))?;
        if all.next().is_some() {
            return Err(VerifyError::malformed("more than one Authorization header"));
        }
        let fields = value.to_str().ok().and_then(|text| text.strip_prefix(ALGORITHM)?.strip_prefix(' '));
        let fields =
            fields.ok_or_else(|| VerifyError::malformed("the algorithm of Authorization is not AWS4-HMAC-SHA256"))?;
        let field = |name: &str| {
            let mut fields = fields.split(',').filter_map(|field| field.trim_matches(' ').split_once('='));
            fields.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let credential =
            field("Credential").ok_or_else(|| VerifyError::malformed("Authorization has no Credential"))?;
        let signed_headers =
            field("SignedHeaders").ok_or_else(|| VerifyError::malformed("Authorization has no SignedHeaders"))?;
        let signature = field("Signature").and_then(Signature::from_hex).ok_or_else(|| {
            VerifyError::malformed("Authorization has no Signature of 64 lower-case hexadecimal digits")
        })?;

        let time = time(headers)?;
        let mut parts = credential.split('/');
        let (Some(access_key_id), Some(date), Some(region), Some(service), Some("aws4_request"), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(VerifyError::malformed("Credential is not <key>/<date>/<region>/<service>/aws4_request"));
        };
        let scope = Scope::new(time, region, service);
        if date != scope.date() {
            return Err(VerifyError::malformed("the dates of Credential and x-amz-date differ"));
        }
        Ok(Self { access_key_id, time, scope, signed_headers, signature })
    }

    /// Returns the headers that `SignedHeaders` names.
    fn headers(&self, headers: &'a HeaderMap, host: Option<&'a str>) -> Result<SortedHeaders<'a>, VerifyError> {
        let mut signed: Vec<Header<'a>> = Vec::new();
        for name in self.signed_headers.split(';') {
            let before = signed.len();
            signed.extend(headers.get_all(name).iter().map(|value| (name, value.as_bytes())));
            if signed.len() == before {
                let host = host.filter(|_| name == HOST.as_str());
                let host =
                    host.ok_or_else(|| VerifyError::malformed("SignedHeaders names a header that is missing"))?;
                signed.push((name, host.as_bytes()));
            }
        }
        Ok(signed.into())
    }

    fn covers(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed == name)
    }

    fn into_verified(self, covers_body: bool) -> Verified {
        Verified {
            covers_body,
            access_key_id: self.access_key_id.into(),
            time: self.time,
            region: self.scope.region().into(),
            service: self.scope.service().into(),
        }
    }
}

fn time(headers: &HeaderMap) -> Result<DateTime<Utc>, VerifyError> {
    let text = headers.get(X_AMZ_DATE).and_then(|value| value.to_str().ok());
    let time = text.and_then(|text| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok());
    let time = time.map(|time| time.and_utc());
    // Formatted again and compared, because the parser is more lenient than the format.
    time.filter(|time| Some(Scope::new(*time, "", "").date_time()) == text)
        .ok_or_else(|| VerifyError::malformed("x-amz-date is missing or not in the format 20150830T123600Z"))
}

/// Rejects repeated headers. The signature could cover two values while only one is checked.
fn check_single(headers: &HeaderMap) -> Result<(), VerifyError> {
    let names = [X_AMZ_DATE, X_AMZ_CONTENT_SHA256, X_AMZ_SECURITY_TOKEN, HOST];
    match names.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
        Some(name) => Err(VerifyError::malformed(&format!("more than one header {name}"))),
        None => Ok(()),
    }
}

fn check_token(headers: &HeaderMap, credentials: &Credentials) -> Result<(), VerifyError> {
    let sent = headers.get(X_AMZ_SECURITY_TOKEN).map(http::HeaderValue::as_bytes);
    let held = credentials.session_token().map(str::as_bytes);
    if sent == held {
        return Ok(());
    }
    let message = match (sent, held) {
        (None, _) => "the credentials are temporary, but x-amz-security-token is missing",
        (_, None) => "the credentials are not temporary, but x-amz-security-token is present",
        _ => "x-amz-security-token does not belong to the access key ID",
    };
    Err(VerifyError::new(VerifyErrorKind::WrongToken, message))
}

/// Checks that the headers that the service requires are signed. Others could be changed on the
/// way.
fn check_coverage(headers: &HeaderMap, claim: &Claim<'_>) -> Result<(), VerifyError> {
    let amz = headers.keys().map(http::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    match std::iter::once(HOST.as_str()).chain(amz).find(|name| !claim.covers(name)) {
        Some(name) => Err(VerifyError::new(VerifyErrorKind::Uncovered, format!("the header {name} is not signed"))),
        None => Ok(()),
    }
}

/// Checks `x-amz-content-sha256`. The body is signed only through this header. An unknown value
/// must be rejected, because otherwise any body would be accepted.
fn check_payload(said: &PayloadHash<'_>, body: &[u8]) -> Result<bool, VerifyError> {
    let PayloadHash::Literal(text) = said else { return Ok(true) };
    if *said == PayloadHash::UNSIGNED || *said == PayloadHash::STREAMING_EVENTS {
        return Ok(false);
    }
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        let message = "x-amz-content-sha256 is not 64 lower-case hexadecimal digits, UNSIGNED-PAYLOAD or STREAMING-AWS4-HMAC-SHA256-EVENTS";
        return Err(VerifyError::malformed(message));
    }
    if PayloadHash::of(body).to_string() == *text {
        return Ok(true);
    }
    Err(VerifyError::new(VerifyErrorKind::WrongPayload, "x-amz-content-sha256 is not the hash of the body"))
}
