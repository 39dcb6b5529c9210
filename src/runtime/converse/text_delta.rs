//! A fast reader for text deltas, which are most of a stream.

use memchr::memchr2;

use crate::runtime::{ContentBlockDelta, ContentBlockDeltaEvent};

/// Reads a text delta if its payload has exactly the form that Bedrock writes.
///
/// This form is `{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcd"}`, without escapes. The
/// padding `p` is optional. Returns `None` for any other payload, which serde must then read. Serde
/// needs several times as long.
pub(super) fn read(payload: &[u8]) -> Option<ContentBlockDeltaEvent> {
    let (index, rest) = split_index(payload.strip_prefix(br#"{"contentBlockIndex":"#)?)?;
    let (text, rest) = split_string(rest.strip_prefix(br#","delta":{"text":""#)?)?;
    let rest = rest.strip_prefix(b"}")?;
    if rest != b"}" {
        let (padding, rest) = split_string(rest.strip_prefix(br#","p":""#)?)?;
        if rest != b"}" || !padding.is_ascii() {
            return None;
        }
    }
    let text = str::from_utf8(text).ok()?;
    Some(ContentBlockDeltaEvent::new(ContentBlockDelta::Text(text.to_owned().into()), index))
}

/// Splits off a number of up to nine digits, which always fits into an `i32`.
fn split_index(text: &[u8]) -> Option<(i32, &[u8])> {
    let length = text.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let index = digits.iter().fold(0, |index, digit| index * 10 + i32::from(digit - b'0'));
    // JSON allows no leading zeros.
    matches!(digits, [_] | [b'1'..=b'9', ..]).then_some((index, rest))
}

/// Splits off a string without escapes, up to its closing quotation mark.
fn split_string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (string, rest) = text.split_at_checked(memchr2(b'"', b'\\', text)?)?;
    // JSON allows no control characters in strings. The minimum of all bytes is computed, because a
    // search that can end early is not vectorized.
    let plain = string.iter().fold(u8::MAX, |least, byte| least.min(*byte)) >= 0x20;
    Some((string, rest.strip_prefix(b"\"").filter(|_| plain)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::from_json;

    const PLAIN: [&str; 5] = [
        r#"{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcd"}"#,
        r#"{"contentBlockIndex":12,"delta":{"text":""},"p":""}"#,
        r#"{"contentBlockIndex":7,"delta":{"text":"a"}}"#,
        r#"{"contentBlockIndex":999999999,"delta":{"text":" {}[]:,/'"},"p":"a"}"#,
        r#"{"contentBlockIndex":3,"delta":{"text":"é 😀"},"p":"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}"#,
    ];

    fn by_serde(payload: &[u8]) -> Option<ContentBlockDeltaEvent> {
        from_json(payload).ok()
    }

    #[test]
    fn plain_text_deltas_are_read() {
        for payload in PLAIN {
            let read = read(payload.as_bytes());
            assert!(read.is_some(), "{payload}");
            assert_eq!(read, by_serde(payload.as_bytes()), "{payload}");
        }
    }

    #[test]
    fn other_payloads_are_left_to_serde() {
        for payload in [
            r#"{"contentBlockIndex":0,"delta":{"text":"a\nb"},"p":"abcd"}"#,
            r#"{"contentBlockIndex":0,"delta":{"text":"a"},"p":"abcd","new":1}"#,
            r#"{"contentBlockIndex":0,"delta":{"text":"a"},"p":"é"}"#,
            r#"{"contentBlockIndex":0,"delta":{"text":"a","new":1},"p":"abcd"}"#,
            r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"a"}},"p":"abcd"}"#,
            r#"{"contentBlockIndex":1234567890,"delta":{"text":"a"}}"#,
            r#"{"contentBlockIndex":-1,"delta":{"text":"a"}}"#,
            r#"{"contentBlockIndex":01,"delta":{"text":"a"}}"#,
            r#"{"contentBlockIndex":,"delta":{"text":"a"}}"#,
            r#"{"delta":{"text":"a"},"contentBlockIndex":0}"#,
            r#"{"contentBlockIndex":0,"delta":{"text":"a"}} "#,
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\nb\"}}",
            "",
        ] {
            assert_eq!(read(payload.as_bytes()), None, "{payload}");
        }
    }

    /// Changes each byte to every value: the result must equal that of serde, or be left to serde.
    #[test]
    fn changed_payloads_are_read_as_serde_reads_them() {
        for payload in PLAIN {
            for at in 0..payload.len() {
                for byte in 0..=u8::MAX {
                    let mut changed = payload.as_bytes().to_vec();
                    changed[at] = byte;
                    let read = read(&changed);
                    assert!(read.is_none() || read == by_serde(&changed), "{}", String::from_utf8_lossy(&changed));
                }
                for part in [&payload.as_bytes()[..at], &payload.as_bytes()[at..]] {
                    let read = read(part);
                    assert!(read.is_none() || read == by_serde(part), "{}", String::from_utf8_lossy(part));
                }
            }
        }
    }
}
