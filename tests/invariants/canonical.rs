//! The canonical request is the one that AWS's documentation describes, implemented literally, and
//! its lines are unambiguous.

use std::collections::BTreeMap;

use bedrock_lite::sigv4::{CanonicalRequest, NEVER_SIGNED, PayloadHash, SignableRequest};
use sha2::{Digest, Sha256};

/// The parts of a request: what a [`SignableRequest`] borrows.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Given {
    fn canonical(&self) -> Option<CanonicalRequest> {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        CanonicalRequest::new(&SignableRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            payload: PayloadHash::of(&self.body),
        })
        .ok()
    }

    fn signed(&self) -> impl Iterator<Item = (String, &[u8])> {
        let lower = self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_slice()));
        lower.filter(|(name, _)| !NEVER_SIGNED.contains(&name.as_str()))
    }

    /// Returns whether a name is not a `token` of RFC 9110, or a value would take two lines.
    fn cannot_be_signed(&self) -> bool {
        let token = |c: char| c.is_ascii_graphic() && !"\"(),/:;<=>?@[\\]{}".contains(c);
        let value = |value: &[u8]| value.contains(&b'\r') || value.contains(&b'\n') || value.contains(&0);
        self.signed().any(|(name, given)| name.is_empty() || !name.chars().all(token) || value(given))
    }

    /// Implements
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>,
    /// step 1.
    fn plain(&self) -> Vec<u8> {
        let mut headers = BTreeMap::<String, Vec<Vec<u8>>>::new();
        for (name, value) in self.signed() {
            headers.entry(name).or_default().push(trimmed(value));
        }
        let names: Vec<_> = headers.keys().cloned().collect();
        let mut text = format!("{}\n{}\n{}\n", self.method, path(&self.path), query(&self.query)).into_bytes();
        for (name, values) in headers {
            text.extend(name.bytes());
            text.push(b':');
            text.extend(values.join(&b','));
            text.push(b'\n');
        }
        text.extend(format!("\n{}\n", names.join(";")).bytes());
        text.extend(Sha256::digest(&self.body).iter().flat_map(|byte| format!("{byte:02x}").into_bytes()));
        text
    }
}

/// `UriEncode`: encodes everything but the unreserved characters.
fn encoded(text: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.iter().map(one).collect()
}

/// Normalizes an encoded path (RFC 3986 section 5.2.4, without empty segments), and encodes it
/// again.
fn path(sent: &str) -> String {
    let mut input = format!("/{sent}");
    while input.contains("//") {
        input = input.replace("//", "/");
    }
    let mut output = String::new();
    while !input.is_empty() {
        if let Some(rest) = input.strip_prefix("/./") {
            input = format!("/{rest}");
        } else if input == "/." {
            input.truncate(1);
        } else if input.starts_with("/../") || input == "/.." {
            input = format!("/{}", input.get(4..).unwrap_or_default());
            output.truncate(output.rfind('/').unwrap_or(0));
        } else {
            let end = input[1..].find('/').map_or(input.len(), |at| at + 1);
            output.push_str(&input[..end]);
            input.drain(..end);
        }
    }
    output.split('/').map(|segment| encoded(segment.as_bytes())).collect::<Vec<_>>().join("/")
}

/// Decodes names and values, encodes them, and then sorts them.
fn query(sent: &str) -> String {
    let decoded = |text: &str| {
        let (text, mut bytes, mut at) = (text.as_bytes(), Vec::new(), 0);
        while at < text.len() {
            let digits = text.get(at + 1..at + 3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
            if let (b'%', Some(digits)) = (text[at], digits) {
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                at += 3;
            } else {
                bytes.push(if text[at] == b'+' { b' ' } else { text[at] });
                at += 1;
            }
        }
        bytes
    };
    let mut pairs = Vec::new();
    for pair in sent.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((encoded(&decoded(name)), encoded(&decoded(value))));
    }
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Trims spaces, and replaces each run of inner spaces with one.
fn trimmed(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in value {
        if *byte != b' ' || out.last().is_some_and(|last| *last != b' ') {
            out.push(*byte);
        }
    }
    out.truncate(out.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1));
    out
}

/// Asserts that the canonical request follows the documentation, for any order and case of its
/// parts.
pub(crate) fn hold(given: &Given, seed: usize) {
    let canonical = given.canonical();
    assert_eq!(canonical.is_none(), given.cannot_be_signed());
    let Some(canonical) = canonical else { return };
    let text = canonical.as_bytes();
    assert_eq!(String::from_utf8_lossy(text), String::from_utf8_lossy(&given.plain()));
    assert_eq!(text, given.plain());
    assert_eq!(canonical.sha256().as_slice(), Sha256::digest(text).as_slice());

    // No input adds a line, and exactly the signed names have lines.
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    let signed: Vec<_> = canonical.signed_headers().split(';').filter(|name| !name.is_empty()).collect();
    assert_eq!(lines.len(), given.method.matches('\n').count() + 6 + signed.len());
    assert_eq!(lines[lines.len() - 2], canonical.signed_headers().as_bytes());
    for (name, line) in signed.iter().zip(&lines[lines.len() - 3 - signed.len()..]) {
        assert!(line.starts_with(format!("{name}:").as_bytes()), "{canonical}");
    }

    // The order of names, of query pairs, and the case of names make no difference. The order of
    // values of one name does.
    let mut other = given.clone();
    let turn = |length: usize| if length == 0 { 0 } else { seed % length };
    let mut names: Vec<_> = other.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    let first = turn(names.len());
    names.rotate_left(first);
    other.headers.sort_by_key(|(name, _)| names.iter().position(|one| name.eq_ignore_ascii_case(one)));
    for (name, _) in &mut other.headers {
        *name = if seed.is_multiple_of(2) { name.to_ascii_uppercase() } else { name.to_ascii_lowercase() };
    }
    let mut pairs: Vec<_> = given.query.split('&').collect();
    let first = turn(pairs.len());
    pairs.rotate_left(first);
    other.query = pairs.join("&");
    assert_eq!(other.canonical().unwrap().as_bytes(), text);

    // A canonical query stays the same.
    other.query = query(&given.query);
    for (_, value) in &mut other.headers {
        *value = trimmed(value);
    }
    assert_eq!(other.canonical().unwrap().as_bytes(), text);

    // The session token is signed and not shown.
    let token = "KeptSessionToken/0123456789+==";
    if !String::from_utf8_lossy(text).contains("KeptSession") {
        other.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("x-amz-security-token"));
        other.headers.push(("X-Amz-Security-Token".to_owned(), token.into()));
        let canonical = other.canonical().unwrap();
        assert!(String::from_utf8_lossy(canonical.as_bytes()).contains(&format!("x-amz-security-token:{token}\n")));
        assert!(!format!("{canonical} {canonical:?}").contains("KeptSession"));
    }
}
