//! The other side: whether a request was signed by who it says.

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

/// Checks the signature of a request, as the service does. The body is hashed; no clock is asked.
///
/// `lookup` gives the credentials of an access key id. A session token must be the one that they hold.
/// Whether [the region](Verified::region) and [the time](Verified::time) are acceptable is the caller's to say.
///
/// `x-amz-content-sha256`, if it is there, is one of:
///
/// - the hash of the body, as 64 lower-case digits,
/// - `UNSIGNED-PAYLOAD` or `STREAMING-AWS4-HMAC-SHA256-EVENTS`: the signature then does not [cover the
///   body](Verified::covers_body).
///
/// Any other value is refused, including those of S3's chunked uploads (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD` and the like, and the
/// forms with a trailer) and those of `SigV4A` (`STREAMING-AWS4-ECDSA-P256-SHA256-…`): Bedrock has no operation that uses them.
///
/// ```
/// use bedrock_lite::credentials::Credentials;
/// use bedrock_lite::sigv4::{Signer, VerifyErrorKind, verify};
/// use chrono::Utc;
///
/// let mut request = http::Request::get("http://127.0.0.1:8080/foundation-models").body(Vec::new())?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// Signer::new("us-east-1", "bedrock").sign(&mut request, &credentials, Utc::now())?;
///
/// assert_eq!(verify(&request, |_id| Some(credentials.clone()))?.region(), "us-east-1");
///
/// let error = verify(&request, |_id| Some(Credentials::new("AKIDEXAMPLE", "another"))).unwrap_err();
/// assert_eq!(error.kind(), VerifyErrorKind::WrongSignature);
/// println!("{}", error.canonical_request().unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`VerifyError`]: the header is missing or unreadable, the key is unknown, the token is not its own, something that
/// must be signed is not, `x-amz-content-sha256` is not one of the values above, or the signature is wrong; then it holds the canonical request that was expected.
pub fn verify<B: AsRef<[u8]>>(
    request: &Request<B>,
    lookup: impl FnOnce(&str) -> Option<Credentials>,
) -> Result<Verified, VerifyError> {
    let headers = request.headers();
    check_single(headers)?;
    let claim = Claim::read(headers)?;
    let credentials = lookup(claim.access_key_id)
        .ok_or_else(|| VerifyError::new(VerifyErrorKind::UnknownKey, "no such access key id"))?;
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
    let message = "the signature is not the one of this request with this key";
    let mut error = VerifyError::new(VerifyErrorKind::WrongSignature, message);
    error.expected = Some(Box::new((canonical_request, string_to_sign)));
    Err(error)
}

/// Who signed a request, when and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    access_key_id: Box<str>,
    time: DateTime<Utc>,
    region: Box<str>,
    service: Box<str>,
    covers_body: bool,
}

impl Verified {
    /// The access key id that signed.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// When it was signed, by the signer's clock. AWS accepts five minutes either way.
    #[must_use]
    pub fn time(&self) -> DateTime<Utc> {
        self.time
    }

    /// The region it was signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The signing name it was signed for.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Returns whether the signature covers the body. It does not if `x-amz-content-sha256` says `UNSIGNED-PAYLOAD`, or says
    /// `STREAMING-AWS4-HMAC-SHA256-EVENTS`: then each event of the body carries its own signature.
    #[must_use]
    pub fn covers_body(&self) -> bool {
        self.covers_body
    }
}

/// Why a request counts as not signed.
///
/// It never holds the right signature, so that it can be sent to who asked.
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
    /// The Authorization header, or another that belongs to the signature, cannot be read.
    Malformed,
    /// Nobody has this access key id.
    UnknownKey,
    /// The session token is not the one of the key.
    WrongToken,
    /// A header that must be signed is not.
    Uncovered,
    /// The body is not the one that was signed.
    WrongPayload,
    /// The signature is not the one of this request.
    WrongSignature,
}

impl VerifyError {
    fn new(kind: VerifyErrorKind, message: impl Into<Box<str>>) -> Self {
        Self { kind, message: message.into(), expected: None }
    }

    fn malformed(message: &str) -> Self {
        Self::new(VerifyErrorKind::Malformed, message)
    }

    /// What is wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> VerifyErrorKind {
        self.kind
    }

    /// The canonical request that should have been signed, where the signature is wrong.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&CanonicalRequest> {
        self.expected.as_ref().map(|expected| &expected.0)
    }

    /// The string that should have been signed, where the signature is wrong.
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

/// What an Authorization header says.
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
        let fields = fields.ok_or_else(|| VerifyError::malformed("Authorization is not of AWS4-HMAC-SHA256"))?;
        let field = |name: &str| {
            let mut fields = fields.split(',').filter_map(|field| field.trim_matches(' ').split_once('='));
            fields.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let credential =
            field("Credential").ok_or_else(|| VerifyError::malformed("Authorization has no Credential"))?;
        let signed_headers =
            field("SignedHeaders").ok_or_else(|| VerifyError::malformed("Authorization has no SignedHeaders"))?;
        let signature = field("Signature")
            .and_then(Signature::from_hex)
            .ok_or_else(|| VerifyError::malformed("Authorization has no Signature of 64 lower-case digits"))?;

        let time = time(headers)?;
        let mut parts = credential.split('/');
        let (Some(access_key_id), Some(date), Some(region), Some(service), Some("aws4_request"), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(VerifyError::malformed("Credential is not <key>/<date>/<region>/<service>/aws4_request"));
        };
        let scope = Scope::new(time, region, service);
        if date != scope.date() {
            return Err(VerifyError::malformed("the date of Credential is not the one of x-amz-date"));
        }
        Ok(Self { access_key_id, time, scope, signed_headers, signature })
    }

    /// The headers that it says are signed.
    fn headers(&self, headers: &'a HeaderMap, host: Option<&'a str>) -> Result<SortedHeaders<'a>, VerifyError> {
        let mut signed: Vec<Header<'a>> = Vec::new();
        for name in self.signed_headers.split(';') {
            let before = signed.len();
            signed.extend(headers.get_all(name).iter().map(|value| (name, value.as_bytes())));
            if signed.len() == before {
                let host = host.filter(|_| name == HOST.as_str());
                let host =
                    host.ok_or_else(|| VerifyError::malformed("SignedHeaders names a header that is not there"))?;
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
    // Written back and compared: the parser is more lenient than the format.
    time.filter(|time| Some(Scope::new(*time, "", "").date_time()) == text)
        .ok_or_else(|| VerifyError::malformed("x-amz-date is missing or not of the form 20150830T123600Z"))
}

/// These say one thing each. Of two values, the signature could cover both while only one is looked at.
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
        (None, _) => "the key is temporary, and x-amz-security-token is missing",
        (_, None) => "the key is not temporary, and x-amz-security-token is there",
        _ => "x-amz-security-token is not the one of the key",
    };
    Err(VerifyError::new(VerifyErrorKind::WrongToken, message))
}

/// The service insists on these; anything else on the way could be changed unseen.
fn check_coverage(headers: &HeaderMap, claim: &Claim<'_>) -> Result<(), VerifyError> {
    let amz = headers.keys().map(http::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    match std::iter::once(HOST.as_str()).chain(amz).find(|name| !claim.covers(name)) {
        Some(name) => Err(VerifyError::new(VerifyErrorKind::Uncovered, format!("the header {name} is not signed"))),
        None => Ok(()),
    }
}

/// `x-amz-content-sha256` is signed, the body only through it. A value that is not known must be refused: otherwise a request
/// with any other word in that header would pass with any body.
fn check_payload(said: &PayloadHash<'_>, body: &[u8]) -> Result<bool, VerifyError> {
    let PayloadHash::Literal(text) = said else { return Ok(true) };
    if *said == PayloadHash::UNSIGNED || *said == PayloadHash::STREAMING_EVENTS {
        return Ok(false);
    }
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        let message =
            "x-amz-content-sha256 is not 64 lower-case digits, UNSIGNED-PAYLOAD or STREAMING-AWS4-HMAC-SHA256-EVENTS";
        return Err(VerifyError::malformed(message));
    }
    if PayloadHash::of(body).to_string() == *text {
        return Ok(true);
    }
    Err(VerifyError::new(VerifyErrorKind::WrongPayload, "x-amz-content-sha256 is not the hash of the body"))
}
