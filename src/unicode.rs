//! Lone surrogates in JSON text: halves of a UTF-16 pair, which a `String` cannot contain.
//!
//! JSON can contain half of a pair as an escape (`"\ud83d"`). Models that count in UTF-16 units
//! produce such text, for example if they stop in the middle of an emoji. Rust strings cannot
//! contain it, and Bedrock refuses a request with it.

use memchr::memchr2;

/// The first byte of a surrogate that is encoded in UTF-8 (WTF-8, CESU-8), and of some Korean
/// letters.
const RAW_LEAD: u8 = 0xed;
/// The offset from a surrogate to its mark: U+D800 to U+DFFF become U+E000 to U+E7FF.
const MARK: u16 = 0x800;

/// Returns JSON text with every lone surrogate replaced by U+FFFD, or `None` if it has none.
///
/// An escape is replaced by an escape of the same length, so that positions in the text stay valid.
pub(crate) fn repaired(json: &[u8]) -> Option<Vec<u8>> {
    rewrite(json, |_| '\u{fffd}')
}

/// Returns JSON text with every lone surrogate replaced by its mark, a private-use character that
/// [`unmarked`] reads.
///
/// The text has the same length as that of [`repaired`]. The two differ where a lone surrogate was.
pub(crate) fn marked(json: &[u8]) -> Option<Vec<u8>> {
    rewrite(json, |unit| char::from_u32(u32::from(unit + MARK)).unwrap_or('\u{fffd}'))
}

/// Returns the surrogate that a mark stands for.
pub(crate) fn unmarked(mark: char) -> Option<u16> {
    let unit = u16::try_from(u32::from(mark)).ok()?.checked_sub(MARK)?;
    (0xd800..=0xdfff).contains(&unit).then_some(unit)
}

/// Returns the character that two surrogates encode.
pub(crate) fn pair(high: u16, low: u16) -> Option<char> {
    char::decode_utf16([high, low]).next()?.ok()
}

/// Returns whether a surrogate is the first half of a pair.
pub(crate) fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn rewrite(json: &[u8], lone: impl Fn(u16) -> char) -> Option<Vec<u8>> {
    let mut rewritten = Vec::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = memchr2(b'\\', RAW_LEAD, json.get(at..).unwrap_or_default()) {
        let start = at + found;
        let rest = json.get(start..).unwrap_or_default();
        let Some((unit, length)) = surrogate(rest) else {
            // The byte after a backslash belongs to the escape, even if it is a backslash.
            at = start + if rest.first() == Some(&b'\\') { 2 } else { 1 };
            continue;
        };
        at = start + length;
        let second = surrogate(rest.get(length..).unwrap_or_default());
        let (whole, is_escape) = match second.and_then(|(low, more)| Some((pair(unit, low)?, more))) {
            Some((_, ESCAPE)) if length == ESCAPE => {
                at += ESCAPE;
                continue;
            }
            Some((whole, more)) => {
                at += more;
                (whole, false)
            }
            None => (lone(unit), length == ESCAPE),
        };
        if rewritten.capacity() == 0 {
            rewritten.reserve_exact(json.len());
        }
        rewritten.extend_from_slice(json.get(copied..start).unwrap_or_default());
        if is_escape {
            rewritten.extend_from_slice(format!("\\u{:04x}", u32::from(whole)).as_bytes());
        } else {
            rewritten.extend_from_slice(whole.encode_utf8(&mut [0; 4]).as_bytes());
        }
        copied = at;
    }
    if copied == 0 {
        return None;
    }
    rewritten.extend_from_slice(json.get(copied..).unwrap_or_default());
    Some(rewritten)
}

/// The length of an escape of one UTF-16 unit, in bytes.
const ESCAPE: usize = 6;

/// Reads the surrogate at the start of `text`, as an escape or in UTF-8. Returns it with its length
/// in bytes.
fn surrogate(text: &[u8]) -> Option<(u16, usize)> {
    let (unit, length) = match text {
        [b'\\', b'u', digits @ ..] => {
            let digits = digits.first_chunk::<4>()?;
            // `from_str_radix` would also accept a sign.
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            (u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?, ESCAPE)
        }
        [RAW_LEAD, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..] => {
            (0xd000 | u16::from(b & 0x3f) << 6 | u16::from(c & 0x3f), 3)
        }
        _ => return None,
    };
    (0xd800..=0xdfff).contains(&unit).then_some((unit, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Option<Vec<u8>>) -> Option<String> {
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn text_without_lone_surrogates_is_unchanged() {
        for json in [
            "",
            "\\",
            r#""\u""#,
            r#""\ud8"#,
            r#""\u+123""#,
            r#""a\nb\u00e9\"""#,
            r#""\ud83d\ude00""#,
            r#""\uD83D\uDE00\uD83D\uDE00""#,
            r#""\\ud83d""#,
            r#""\\\\ud83d""#,
            "\"\u{d7ff}\u{e000}한😀\"",
        ] {
            assert_eq!(repaired(json.as_bytes()), None, "{json}");
            assert_eq!(marked(json.as_bytes()), None, "{json}");
        }
    }

    #[test]
    fn lone_surrogates_are_replaced_at_the_same_length() {
        for (json, right) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\uDE00""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\ude00\ude00""#, r#""\ud83d\ude00\ufffd""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud83d\\ude00""#, r#""\ufffd\\ude00""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#"{"\ud83d":"é\uD800x"}"#, r#"{"\ufffd":"é\ufffdx"}"#),
            (r#""\ud83d\ud8"#, r#""\ufffd\ud8"#),
        ] {
            assert_eq!(text(repaired(json.as_bytes())).as_deref(), Some(right), "{json}");
            assert_eq!(marked(json.as_bytes()).map(|marked| marked.len()), Some(json.len()), "{json}");
        }
    }

    #[test]
    fn surrogates_in_utf8_are_replaced_or_joined() {
        for (json, right) in [
            (&b"\"\xed\xa0\xbd\""[..], "\"\u{fffd}\""),
            (b"\"\xed\xb8\x80x\"", "\"\u{fffd}x\""),
            (b"\"\xed\xa0\xbd\xed\xb8\x80\"", "\"😀\""),
            (b"\"\\ud83d\xed\xb8\x80\"", "\"😀\""),
        ] {
            assert_eq!(text(repaired(json)).as_deref(), Some(right), "{json:?}");
        }
    }

    #[test]
    fn mark_identifies_its_surrogate() {
        for unit in 0xd800..=0xdfff_u16 {
            let marked: String =
                serde_json::from_slice(&marked(format!(r#""\u{unit:x}""#).as_bytes()).unwrap()).unwrap();
            assert_eq!(marked.chars().map(unmarked).collect::<Vec<_>>(), [Some(unit)]);
        }
        assert_eq!(['\u{d7ff}', '\u{e800}', '\u{fffd}', '😀'].map(unmarked), [None; 4]);
        assert_eq!(pair(0xd83d, 0xde00), Some('😀'));
        assert_eq!([pair(0xd83d, 0xd83d), pair(0xde00, 0xd83d)], [None; 2]);
    }
}
