//! Removes secrets that are recognized by their names from the texts of services and gateways.

use std::borrow::Cow;

/// The header that holds the session token. Services repeat it in the canonical request that they
/// expected, and gateways repeat it in lists of headers.
const HEADER: &[u8] = b"x-amz-security-token";
/// The prefix of an API key.
const BEARER: &[u8] = b"bearer ";
/// The minimum length of an API key. A shorter word after `Bearer` is not a key.
const SHORTEST_KEY: usize = 8;

/// Returns a text, or JSON, without the session tokens and API keys in it.
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

/// Returns the position of the first secret, and the text after it.
fn first_secret(text: &[u8]) -> Option<(usize, &[u8])> {
    (0..text.len()).find_map(|at| {
        // A secret can only follow one of these characters.
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

/// Returns the text after a name, which is compared without regard to case.
fn strip<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(rest)
}

/// Returns the text after a header's name and its separator: `: …`, `=…`, `": "…`.
fn value(text: &[u8]) -> Option<&[u8]> {
    let name_end = after_quote(text);
    let [b':' | b'=', value @ ..] = name_end.trim_ascii_start() else { return None };
    // If the name has no closing quote, a quote here ends the string that contains both.
    Some(if name_end.len() < text.len() { after_quote(value) } else { value })
}

/// Returns the text after white space and a quote, plain or escaped. Returns the text unchanged if
/// there is no quote.
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

/// Returns the text after the token at its start.
fn after_token(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            // JSON may escape any character.
            [b'\\', b'/', rest @ ..] => rest,
            [b'\\', b'u', a, b, c, d, rest @ ..] if escaped([*a, *b, *c, *d]).is_some_and(is_token) => rest,
            [byte, rest @ ..] if is_token(*byte) => rest,
            _ => return text,
        }
    }
}

/// Returns whether a byte can be part of a token: Base64 of both alphabets, or percent-encoded.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_% ".contains(&byte)
}

/// Returns whether a byte can be part of a bearer token (RFC 6750).
fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

/// Returns the ASCII character of four hexadecimal digits.
fn escaped(digits: [u8; 4]) -> Option<u8> {
    let number = u16::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?;
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_api_keys_are_redacted_up_to_their_end() {
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
