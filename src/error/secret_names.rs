//! What a service or a gateway repeats of a request, without the secrets in it.

use std::borrow::Cow;

/// The header that holds the session token: in the canonical request that the service expected where a signature is wrong, or among
/// the headers that a gateway shows.
const HEADER: &[u8] = b"x-amz-security-token";
/// What comes before an API key.
const BEARER: &[u8] = b"bearer ";
/// A word after `Bearer` that is shorter is no key.
const SHORTEST_KEY: usize = 8;

/// A text, or JSON that holds it, without the session tokens and API keys in it.
pub(crate) fn without_secrets(text: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let mut rest = text;
    while let Some((at, after)) = first_secret(rest) {
        kept.extend_from_slice(rest.get(..at).unwrap_or_default());
        kept.extend_from_slice(b"[redacted]");
        rest = after;
    }
    if kept.is_empty() {
        return Cow::Borrowed(text);
    }
    kept.extend_from_slice(rest);
    Cow::Owned(kept)
}

/// Where the first secret begins, and what follows it.
fn first_secret(text: &[u8]) -> Option<(usize, &[u8])> {
    (0..text.len()).find_map(|at| {
        // Most places are neither.
        let rest = text.get(at..).filter(|rest| matches!(rest.first(), Some(b'x' | b'X' | b'b' | b'B')))?;
        let (begin, after) = if let Some(rest) = strip(rest, HEADER) {
            let value = value(rest)?;
            (text.len() - value.len(), after_token(value))
        } else {
            let key = strip(rest, BEARER)?;
            let length = key.iter().take_while(|byte| is_key(**byte)).count();
            (text.len() - key.len(), key.get(length..).filter(|_| length >= SHORTEST_KEY)?)
        };
        Some((begin, after))
    })
}

/// What follows a name, in any case.
fn strip<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(rest)
}

/// What follows a header's name, from its value on: `: …`, `=…`, `": "…`.
fn value(text: &[u8]) -> Option<&[u8]> {
    let name_end = after_quote(text);
    let [b':' | b'=', value @ ..] = name_end.trim_ascii_start() else { return None };
    // A quote after a name without one ends the text that both stand in.
    Some(if name_end.len() < text.len() { after_quote(value) } else { value })
}

/// What follows a quote and the white space before it, be it escaped; the text itself where there is none.
fn after_quote(text: &[u8]) -> &[u8] {
    let mut rest = text.trim_ascii_start();
    while let [b'\\', more @ ..] = rest {
        rest = more;
    }
    match rest {
        [b'"' | b'\'', rest @ ..] => rest,
        _ => text,
    }
}

/// What follows the token that a text begins with.
fn after_token(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            // JSON may escape what needs none.
            [b'\\', b'/', rest @ ..] => rest,
            [b'\\', b'u', a, b, c, d, rest @ ..] if escaped([*a, *b, *c, *d]).is_some_and(is_token) => rest,
            [byte, rest @ ..] if is_token(*byte) => rest,
            _ => return text,
        }
    }
}

/// A token is base64, or base64 for URLs, or either as a query has it.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_% ".contains(&byte)
}

/// What a bearer token is made of (RFC 6750).
fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

/// The ASCII character that four hexadecimal digits stand for.
fn escaped(digits: [u8; 4]) -> Option<u8> {
    let number = u16::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?;
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_where_no_token_goes_on() {
        for (text, expected) in [
            ("", ""),
            ("host;x-amz-security-token\nff", "host;x-amz-security-token\nff"),
            ("x-amz-security-token:", "x-amz-security-token:[redacted]"),
            ("x-amz-security-token:a+/=b\n\nhost", "x-amz-security-token:[redacted]\n\nhost"),
            ("X-Amz-Security-Token: ab\r\nhost", "X-Amz-Security-Token:[redacted]\r\nhost"),
            (r#""x-amz-security-token:ab\n\nhost""#, r#""x-amz-security-token:[redacted]\n\nhost""#),
            (r#""x-amz-security-token:a\/b\u002B\u003d""#, r#""x-amz-security-token:[redacted]""#),
            (r"x-amz-security-token:a\u000ahost", r"x-amz-security-token:[redacted]\u000ahost"),
            (r"x-amz-security-token:a\u002", r"x-amz-security-token:[redacted]\u002"),
            (
                r#"{"X-Amz-Security-Token": "ab+/==", "host": "h"}"#,
                r#"{"X-Amz-Security-Token": "[redacted]", "host": "h"}"#,
            ),
            (r#"{\"x-amz-security-token\":\"ab\",\"host\""#, r#"{\"x-amz-security-token\":\"[redacted]\",\"host\""#),
            ("?X-Amz-Security-Token=ab%2Fcd&x=1", "?X-Amz-Security-Token=[redacted]&x=1"),
            ("Authorization=Bearer bedrock-api-key-YWJj==, x", "Authorization=Bearer [redacted], x"),
            (r#""authorization":"bearer ABSKabcd.efgh""#, r#""authorization":"bearer [redacted]""#),
            ("Bearer token, x-amz-security-tokens", "Bearer token, x-amz-security-tokens"),
            (
                "x-amz-security-token:a'x-amz-security-token:b'",
                "x-amz-security-token:[redacted]'x-amz-security-token:[redacted]'",
            ),
        ] {
            assert_eq!(String::from_utf8_lossy(&without_secrets(text.as_bytes())), expected);
        }
    }
}
