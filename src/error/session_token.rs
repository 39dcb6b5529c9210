//! What a service repeats of a request that it refused, without the session token in it.

use std::borrow::Cow;

/// The header whose value the service repeats when a signature is wrong, in the canonical request that it expected.
const HEADER: &[u8] = b"x-amz-security-token:";

/// A text, or JSON that holds it, without the session tokens in it.
pub(super) fn without_session_tokens(text: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(HEADER.len()).position(|window| window.eq_ignore_ascii_case(HEADER)) {
        let (before, after) = rest.split_at(at + HEADER.len());
        kept.extend_from_slice(before);
        kept.extend_from_slice(b"[redacted]");
        rest = after_token(after);
    }
    if kept.is_empty() {
        return Cow::Borrowed(text);
    }
    kept.extend_from_slice(rest);
    Cow::Owned(kept)
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

/// A token is base64, or base64 for URLs.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_ ".contains(&byte)
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
                "x-amz-security-token:a'x-amz-security-token:b'",
                "x-amz-security-token:[redacted]'x-amz-security-token:[redacted]'",
            ),
        ] {
            assert_eq!(String::from_utf8_lossy(&without_session_tokens(text.as_bytes())), expected);
        }
    }
}
