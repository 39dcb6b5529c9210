//! Step 1: the canonical request.

mod path;
mod query;

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::Hex;
use crate::error::{ConfigError, ConfigErrorKind};

/// The headers that are not part of any signature, because intermediaries may add, change or remove
/// them.
///
/// These are the hop-by-hop headers (RFC 9110 section 7.6.1), `authorization`, and headers that
/// tracing and HTTP clients add. `content-length` is not in the list: if it is given, it is signed.
pub const NEVER_SIGNED: &[&str] = &[
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

const SECURITY_TOKEN: &str = "x-amz-security-token";
/// The query parameter with the session token.
const TOKEN_PARAMETER: &str = "X-Amz-Security-Token=";

/// The parts of a request that are signed, as they are sent.
#[derive(Clone, Copy)]
pub struct SignableRequest<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path as it is sent, percent-encoded. It is encoded again for the signature: `%3A`
    /// becomes `%253A`.
    pub path: &'a str,
    /// The query as it is sent, without the `?`. Empty if there is none.
    pub query: &'a str,
    /// The names, in any case, and the values of the headers, in the order in which they are sent.
    /// All are signed except [`NEVER_SIGNED`].
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The hash of the body.
    pub payload: PayloadHash<'a>,
}

/// Prints the method, the path and the names of the headers. Values are left out, because one can
/// be a session token.
impl fmt::Debug for SignableRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("SignableRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &names)
            .field("payload", &self.payload)
            .finish()
    }
}

/// The last line of a canonical request: the hash of the body, or a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadHash<'a> {
    /// The SHA-256 hash of the body.
    Sha256([u8; 32]),
    /// A SHA-256 hash in lower-case hexadecimal, or one of AWS's constants.
    Literal(&'a str),
}

impl PayloadHash<'_> {
    /// The body is not part of the signature.
    pub const UNSIGNED: Self = Self::Literal("UNSIGNED-PAYLOAD");
    /// The body is a stream of events that are signed one by one.
    pub const STREAMING_EVENTS: Self = Self::Literal("STREAMING-AWS4-HMAC-SHA256-EVENTS");

    /// Computes the hash of a body.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self::Sha256(Sha256::digest(body).into())
    }
}

impl fmt::Display for PayloadHash<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha256(hash) => f.write_str(Hex::of(hash).as_str()),
            Self::Literal(text) => f.write_str(text),
        }
    }
}

/// Step 1 of a signature: method, path, query, headers and the hash of the body, each in its
/// canonical form.
///
/// `Display` and `Debug` redact the session token. [`as_bytes`](Self::as_bytes) returns the bytes
/// that are signed.
#[derive(Clone)]
pub struct CanonicalRequest {
    /// The text. It is bytes, because header values are.
    text: Vec<u8>,
    signed_headers: Range<usize>,
    token: Range<usize>,
}

/// The name of a header, in any case, and its value.
pub(super) type Header<'a> = (&'a str, &'a [u8]);

/// Headers sorted by name. Headers with the same name keep their order.
pub(super) struct SortedHeaders<'a>(Vec<Header<'a>>);

/// Sorts any number of headers, such as those that the sender of a request chose to sign.
impl<'a> From<Vec<Header<'a>>> for SortedHeaders<'a> {
    fn from(mut headers: Vec<Header<'a>>) -> Self {
        headers.sort_by(|(a, _), (b, _)| compare_names(a, b));
        Self(headers)
    }
}

impl<'a> SortedHeaders<'a> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Inserts a header. For the few headers of a signer this is faster than a sort, which would
    /// add 3 kB to a program.
    pub(super) fn insert(&mut self, name: &'a str, value: &'a [u8]) {
        let at = self.0.partition_point(|(before, _)| compare_names(before, name) != Ordering::Greater);
        self.0.insert(at, (name, value));
    }
}

impl CanonicalRequest {
    /// Creates the canonical request:
    ///
    /// - The path is normalized: dot segments and repeated slashes are removed. It is then
    ///   percent-encoded again.
    /// - The query is encoded and sorted.
    /// - The names of headers are in lower case and sorted.
    /// - The values of headers are trimmed, and runs of spaces become one space (U+0020 only). The
    ///   values of headers with the same name are joined by `,` in their order.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigErrorKind::InvalidHeader`] if the name of a header is invalid, or a value
    /// contains CR, LF or NUL.
    pub fn new(request: &SignableRequest<'_>) -> Result<Self, ConfigError> {
        let signed = |name: &str| !NEVER_SIGNED.iter().any(|never| never.eq_ignore_ascii_case(name));
        let headers: Vec<_> = request.headers.iter().copied().filter(|(name, _)| signed(name)).collect();
        for (name, value) in &headers {
            check(name, value)?;
        }
        Ok(Self::with_headers(request, &headers.into()))
    }

    /// Creates the canonical request with exactly these headers. They come from `http` and need no
    /// check.
    pub(super) fn with_headers(request: &SignableRequest<'_>, SortedHeaders(headers): &SortedHeaders<'_>) -> Self {
        let mut text = String::with_capacity(length(request, headers));
        text.push_str(request.method);
        text.push('\n');
        path::push(&mut text, request.path);
        text.push('\n');
        let query_at = text.len();
        query::push(&mut text, request.query);
        let token_in_query = token_in_query(&text, query_at);
        text.push('\n');

        let mut text = text.into_bytes();
        let token_in_headers = push_headers(&mut text, headers);
        let token = token_in_query.unwrap_or(token_in_headers);
        text.push(b'\n');
        let signed_headers = push_names(&mut text, headers);
        text.push(b'\n');
        match &request.payload {
            PayloadHash::Sha256(hash) => text.extend_from_slice(&Hex::of(hash).0),
            PayloadHash::Literal(word) => text.extend_from_slice(word.as_bytes()),
        }
        Self { text, signed_headers, token }
    }

    /// Returns the canonical request. It contains the session token, if there is one.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Returns the names of the signed headers: in lower case, sorted, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        // Never the default: header names are ASCII, and the range was computed with the text.
        self.text.get(self.signed_headers.clone()).and_then(|names| std::str::from_utf8(names).ok()).unwrap_or_default()
    }

    /// Returns the SHA-256 hash of [`as_bytes`](Self::as_bytes).
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.text).into()
    }
}

impl fmt::Display for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, rest) = self.text.split_at_checked(self.token.start).unwrap_or_default();
        let after = rest.get(self.token.len()..).unwrap_or_default();
        f.write_str(&String::from_utf8_lossy(before))?;
        if !self.token.is_empty() {
            f.write_str("[redacted]")?;
        }
        f.write_str(&String::from_utf8_lossy(after))
    }
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CanonicalRequest").field(&self.to_string()).finish()
    }
}

/// Checks a header. A line break in it would be a line of the canonical request.
fn check(name: &str, value: &[u8]) -> Result<(), ConfigError> {
    // RFC 9110 section 5.6.2, `token`.
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(ConfigError::new(ConfigErrorKind::InvalidHeader, format!("{name:?} is not a valid header name")));
    }
    if value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        let message = format!("the value of the header {name} contains a line break or a NUL: remove it");
        return Err(ConfigError::new(ConfigErrorKind::InvalidHeader, message));
    }
    Ok(())
}

fn compare_names(a: &str, b: &str) -> Ordering {
    let lower = |b: u8| b.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// Returns the capacity to allocate for the text: an upper bound in nearly every case.
fn length(request: &SignableRequest<'_>, headers: &[Header<'_>]) -> usize {
    let headers: usize = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
    request.method.len() + 2 * request.path.len() + 3 * request.query.len() + headers + 72
}

/// Returns the range of the session token in the query, which begins at `query_at`.
fn token_in_query(text: &str, query_at: usize) -> Option<Range<usize>> {
    let query = text.get(query_at..).filter(|query| !query.is_empty())?;
    let start = query_at + query.find(TOKEN_PARAMETER)? + TOKEN_PARAMETER.len();
    let rest = text.get(start..)?;
    Some(start..start + rest.find('&').unwrap_or(rest.len()))
}

/// Appends a line `name:value,value` per header. Returns the range of the session token.
fn push_headers(text: &mut Vec<u8>, headers: &[Header<'_>]) -> Range<usize> {
    let mut token = 0..0;
    for group in headers.chunk_by(|(a, _), (b, _)| a.eq_ignore_ascii_case(b)) {
        let Some((name, _)) = group.first() else { continue };
        push_name(text, name);
        text.push(b':');
        let start = text.len();
        for (index, (_, value)) in group.iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            push_value(text, value);
        }
        if name.eq_ignore_ascii_case(SECURITY_TOKEN) {
            token = start..text.len();
        }
        text.push(b'\n');
    }
    token
}

/// Appends the name of a header in lower case.
fn push_name(text: &mut Vec<u8>, name: &str) {
    let start = text.len();
    text.extend_from_slice(name.as_bytes());
    text.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
}

/// Appends a value, trimmed and with one space (U+0020) per run of spaces. Other white space is
/// kept.
fn push_value(text: &mut Vec<u8>, value: &[u8]) {
    if !value.contains(&b' ') {
        // Most values have no such spaces, and a session token is long.
        return text.extend_from_slice(value);
    }
    let mut words = value.split(|b| *b == b' ').filter(|word| !word.is_empty());
    text.extend_from_slice(words.next().unwrap_or_default());
    for word in words {
        text.push(b' ');
        text.extend_from_slice(word);
    }
}

/// Appends the names joined by `;`. Returns their range.
fn push_names(text: &mut Vec<u8>, headers: &[Header<'_>]) -> Range<usize> {
    let start = text.len();
    for group in headers.chunk_by(|(a, _), (b, _)| a.eq_ignore_ascii_case(b)) {
        let Some((name, _)) = group.first() else { continue };
        if text.len() > start {
            text.push(b';');
        }
        push_name(text, name);
    }
    start..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(headers: &[Header<'_>]) -> Result<CanonicalRequest, ConfigError> {
        let payload = PayloadHash::UNSIGNED;
        CanonicalRequest::new(&SignableRequest { method: "GET", path: "/", query: "", headers, payload })
    }

    #[test]
    fn text_is_allocated_once() {
        let headers = [("Host", &b"h"[..]), ("X-Amz-Date", b"20150830T123600Z"), ("X-Amz-Security-Token", b"token")];
        let payload = PayloadHash::of(b"");
        let request =
            SignableRequest { method: "POST", path: "/model/a%3A0/x", query: "b=%20&a", headers: &headers, payload };
        let capacity = length(&request, &headers);
        let canonical = CanonicalRequest::new(&request).unwrap();
        assert_eq!(canonical.text.capacity(), capacity);
        assert!(canonical.text.len() <= capacity, "{} > {capacity}", canonical.text.len());
    }

    #[test]
    fn only_spaces_are_collapsed() {
        let canonical = canonical(&[("A", b"  x \t  y\xC2\xA0  ")]).unwrap();
        assert!(canonical.as_bytes().starts_with(b"GET\n/\n\na:x \t y\xC2\xA0\n\na\n"), "{canonical}");
    }

    #[test]
    fn header_names_are_case_insensitive() {
        let canonical = canonical(&[("b", b"1"), ("A", b"2"), ("B", b"3"), ("User-Agent", b"me")]).unwrap();
        assert_eq!(canonical.to_string(), "GET\n/\n\na:2\nb:1,3\n\na;b\nUNSIGNED-PAYLOAD");
        assert_eq!(canonical.signed_headers(), "a;b");
    }

    #[test]
    fn session_token_is_signed_and_not_printed() {
        let canonical = canonical(&[("X-Amz-Security-Token", b"geheim"), ("z", b"1")]).unwrap();
        assert!(canonical.as_bytes().windows(6).any(|w| w == b"geheim"));
        assert_eq!(
            canonical.to_string(),
            "GET\n/\n\nx-amz-security-token:[redacted]\nz:1\n\nx-amz-security-token;z\nUNSIGNED-PAYLOAD"
        );
        assert!(!format!("{canonical:?}").contains("geheim"));

        let query = "a=1&X-Amz-Security-Token=geheim&z=2";
        let payload = PayloadHash::UNSIGNED;
        let request = SignableRequest { method: "GET", path: "/", query, headers: &[], payload };
        let shown = CanonicalRequest::new(&request).unwrap().to_string();
        assert_eq!(shown, "GET\n/\nX-Amz-Security-Token=[redacted]&a=1&z=2\n\n\nUNSIGNED-PAYLOAD");
    }

    #[test]
    fn line_breaks_and_invalid_names_are_rejected() {
        for (name, value) in
            [("a", &b"x\ny:z"[..]), ("a", b"x\r"), ("a", b"\0"), ("a\nb", b""), ("", b""), ("a b", b"")]
        {
            assert_eq!(canonical(&[(name, value)]).unwrap_err().kind(), ConfigErrorKind::InvalidHeader, "{name:?}");
        }
    }
}
