//! `UriEncode()` as AWS defines it: percent-encodes everything except the unreserved characters of
//! RFC 3986.
//!
//! Path parameters, query strings and canonical requests share this table.

/// Returns whether a byte is an unreserved character (RFC 3986 section 2.3), which is never
/// encoded.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Appends one byte. If it is not unreserved, it is written as `%XX` with upper-case digits.
pub(crate) fn push_byte(out: &mut String, byte: u8) {
    if is_unreserved(byte) {
        out.push(char::from(byte));
    } else {
        out.push('%');
        out.push(hex_digit(byte >> 4));
        out.push(hex_digit(byte & 0x0F));
    }
}

/// Appends text, each byte as [`push_byte`] does.
pub(crate) fn push(out: &mut String, text: &str) {
    push_but(out, text, is_unreserved);
}

/// Appends a path. Slashes are not encoded.
pub(crate) fn push_path(out: &mut String, path: &str) {
    push_but(out, path, |byte| byte == b'/' || is_unreserved(byte));
}

/// Appends text. Bytes that stay, which are most of it, are appended in runs.
fn push_but(out: &mut String, mut text: &str, stays: impl Fn(u8) -> bool) {
    while let Some(at) = text.bytes().position(|byte| !stays(byte)) {
        let (run, rest) = text.split_at_checked(at).unwrap_or_default();
        out.push_str(run);
        let mut rest = rest.chars();
        let mut utf8 = [0; 4];
        for byte in rest.next().unwrap_or_default().encode_utf8(&mut utf8).bytes() {
            push_byte(out, byte);
        }
        text = rest.as_str();
    }
    out.push_str(text);
}

fn hex_digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'A' + (nibble - 10) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_single_bytes_are_encoded_alike() {
        for text in ["", "abc", "%", "a%", "%a", "amazon.nova-lite-v1:0", "a/b//c", "é", "aé😀b\0", "::"] {
            let (mut runs, mut bytes) = (String::new(), String::new());
            push(&mut runs, text);
            text.bytes().for_each(|byte| push_byte(&mut bytes, byte));
            assert_eq!(runs, bytes);
        }
    }

    #[test]
    fn every_byte_is_unchanged_or_percent_encoded() {
        let kept: String = (0..=u8::MAX).filter(|b| is_unreserved(*b)).map(char::from).collect();
        assert_eq!(kept, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
        for byte in (0..=u8::MAX).filter(|b| !is_unreserved(*b)) {
            let mut out = String::new();
            push_byte(&mut out, byte);
            assert_eq!(out, format!("%{byte:02X}"));
        }
    }
}
