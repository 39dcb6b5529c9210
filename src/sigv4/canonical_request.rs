//! Step 1: the request, written down in the one way both sides agree on.

mod path;
mod query;

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::Hex;
use crate::error::{ConfigError, ConfigErrorKind};

/// Headers that are left out of every signature, because something between the two ends may add, change or drop them.
///
/// Hop-by-hop headers (RFC 9110 section 7.6.1), the signature itself, and what tracing and HTTP clients add.
/// `content-length` is not one of them: where it is given, it is signed.
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
/// The same in a query.
const TOKEN_PARAMETER: &str = "X-Amz-Security-Token=";

/// What a signature is computed over: a request as it goes over the wire.
#[derive(Clone, Copy)]
pub struct SignableRequest<'a> {
    /// The method, in capitals as it is sent.
    pub method: &'a str,
    /// The path as it is sent, already percent-encoded. It is encoded once more for the signature: `%3A` becomes `%253A`.
    pub path: &'a str,
    /// What follows the `?`, as it is sent; empty where there is none.
    pub query: &'a str,
    /// Names in any case and values as bytes, in the order they are sent. All are signed but the [`NEVER_SIGNED`].
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The hash of the body.
    pub payload: PayloadHash<'a>,
}

/// Names the method, the path and the headers' names, but no values: one of them may be a session token.
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

/// The last line of a canonical request: what the body is, or why it is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadHash<'a> {
    /// The SHA-256 of the body.
    Sha256([u8; 32]),
    /// A SHA-256 in lower-case hexadecimal that is known already, or one of AWS's own words.
    Literal(&'a str),
}

impl PayloadHash<'_> {
    /// The body is not part of the signature.
    pub const UNSIGNED: Self = Self::Literal("UNSIGNED-PAYLOAD");
    /// The body is a stream of messages that are signed one by one.
    pub const STREAMING_EVENTS: Self = Self::Literal("STREAMING-AWS4-HMAC-SHA256-EVENTS");

    /// The hash of a body.
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

/// Step 1 of a signature: method, path, query, headers and the body's hash, each in its canonical form, a line each.
///
/// `Display` and `Debug` are for people: they leave the session token out. [`as_bytes`](Self::as_bytes) is what is signed.
#[derive(Clone)]
pub struct CanonicalRequest {
    /// Bytes, because header values are.
    text: Vec<u8>,
    signed_headers: Range<usize>,
    token: Range<usize>,
}

/// A header's name, in any case, and its value.
pub(super) type Header<'a> = (&'a str, &'a [u8]);

/// Headers by their names, those of one name in the order they came in.
pub(super) struct SortedHeaders<'a>(Vec<Header<'a>>);

/// However many there are, as where somebody else says what is signed.
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

    /// Puts one in its place: of the handful that are ours, sooner done than a sort, which would be 3 kB of a small program.
    pub(super) fn insert(&mut self, name: &'a str, value: &'a [u8]) {
        let at = self.0.partition_point(|(before, _)| compare_names(before, name) != Ordering::Greater);
        self.0.insert(at, (name, value));
    }
}

impl CanonicalRequest {
    /// Writes the request down.
    ///
    /// The path loses its dot segments and doubled slashes and is percent-encoded once more, the query is encoded and
    /// sorted, names are in lower case and sorted, values lose the spaces (U+0020 only) around them and all but one of
    /// each run inside them, and the values of one name are joined by `,` in the order they came in.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidHeader`] where a name is no header name, or a value holds CR, LF or NUL.
    pub fn new(request: &SignableRequest<'_>) -> Result<Self, ConfigError> {
        let signed = |name: &str| !NEVER_SIGNED.iter().any(|never| never.eq_ignore_ascii_case(name));
        let headers: Vec<_> = request.headers.iter().copied().filter(|(name, _)| signed(name)).collect();
        for (name, value) in &headers {
            check(name, value)?;
        }
        Ok(Self::with_headers(request, &headers.into()))
    }

    /// As [`new`](Self::new), of exactly these headers, which come from `http` and so need no check.
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

    /// What is hashed and signed; it holds the session token, where there is one.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The names of the headers that are part of the signature: in lower case, sorted, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        // Never the default: header names are ASCII, and the range was made with the text.
        self.text.get(self.signed_headers.clone()).and_then(|names| std::str::from_utf8(names).ok()).unwrap_or_default()
    }

    /// The SHA-256 of [`as_bytes`](Self::as_bytes).
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

/// A line break in a header would be a line of the canonical request.
fn check(name: &str, value: &[u8]) -> Result<(), ConfigError> {
    // RFC 9110 section 5.6.2, `token`.
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(ConfigError::new(ConfigErrorKind::InvalidHeader, format!("{name:?} is not a header name")));
    }
    if value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        let message = format!("the value of the header {name} holds a line break or a NUL: remove it");
        return Err(ConfigError::new(ConfigErrorKind::InvalidHeader, message));
    }
    Ok(())
}

fn compare_names(a: &str, b: &str) -> Ordering {
    let lower = |b: u8| b.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// An upper bound in nearly every case, so that the text is allocated once.
fn length(request: &SignableRequest<'_>, headers: &[Header<'_>]) -> usize {
    let headers: usize = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
    request.method.len() + 2 * request.path.len() + 3 * request.query.len() + headers + 72
}

/// Where the session token stands in a query that begins there.
fn token_in_query(text: &str, query_at: usize) -> Option<Range<usize>> {
    let query = text.get(query_at..).filter(|query| !query.is_empty())?;
    let start = query_at + query.find(TOKEN_PARAMETER)? + TOKEN_PARAMETER.len();
    let rest = text.get(start..)?;
    Some(start..start + rest.find('&').unwrap_or(rest.len()))
}

/// `name:value,value` and a line break each; gives where the session token stands.
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

/// A header's name, in lower case.
fn push_name(text: &mut Vec<u8>, name: &str) {
    let start = text.len();
    text.extend_from_slice(name.as_bytes());
    text.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
}

/// The value without the spaces around it and with one for each run inside it: only U+0020, no other white space.
fn push_value(text: &mut Vec<u8>, value: &[u8]) {
    if !value.contains(&b' ') {
        // Most have none, and a session token is long.
        return text.extend_from_slice(value);
    }
    let mut words = value.split(|b| *b == b' ').filter(|word| !word.is_empty());
    text.extend_from_slice(words.next().unwrap_or_default());
    for word in words {
        text.push(b' ');
        text.extend_from_slice(word);
    }
}

/// The names joined by `;`; gives where they stand.
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
    fn the_text_is_allocated_once() {
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
    fn one_name_in_two_cases_is_one_header() {
        let canonical = canonical(&[("b", b"1"), ("A", b"2"), ("B", b"3"), ("User-Agent", b"me")]).unwrap();
        assert_eq!(canonical.to_string(), "GET\n/\n\na:2\nb:1,3\n\na;b\nUNSIGNED-PAYLOAD");
        assert_eq!(canonical.signed_headers(), "a;b");
    }

    #[test]
    fn the_token_is_signed_and_not_shown() {
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
    fn no_line_break_gets_in() {
        for (name, value) in
            [("a", &b"x\ny:z"[..]), ("a", b"x\r"), ("a", b"\0"), ("a\nb", b""), ("", b""), ("a b", b"")]
        {
            assert_eq!(canonical(&[(name, value)]).unwrap_err().kind(), ConfigErrorKind::InvalidHeader, "{name:?}");
        }
    }
}
