//! [`Secrets`]: values that no error text may contain, and their removal.
//!
//! A secret is found by its value, not by the text around it, because a peer can encode it in any
//! way. There are three steps:
//!
//! 1. The text is decoded, level by level: percent-encoding, JSON and HTML escapes, line breaks,
//!    and lists of characters or character codes. Every decoded byte knows the range of the
//!    original text that it comes from.
//! 2. Each level, and its Base64-decoded form, is searched for parts of each secret. The parts are
//!    searched in plain form, in Base64 and in hexadecimal, without regard to case. Parts of
//!    [`WINDOW`] bytes are enough, so that a truncated secret is found too.
//! 3. The ranges of the original text are replaced.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use base64_simd::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::escapes::{Decoded, base64, decode, numbers};

/// Replaces a secret in a text.
pub(crate) const REDACTED: &str = "[redacted]";

/// The length of the parts of a secret that are searched for, in bytes. A shorter part of a long
/// secret reveals nothing.
const WINDOW: usize = 12;
/// The minimum length of a secret, in bytes. A shorter value would be found in ordinary words.
const SHORTEST: usize = 4;
/// The maximum number of nested escapes that are decoded.
const LEVELS: usize = 3;

/// Values that no text may contain.
#[derive(Default)]
pub(crate) struct Secrets {
    values: Vec<Zeroizing<Vec<u8>>>,
    /// Computed from the values by the first search.
    needles: OnceLock<Needles>,
}

impl Secrets {
    /// Adds a value. Values of less than 4 bytes are ignored.
    pub(crate) fn add(&mut self, value: &str) {
        let value = value.trim().as_bytes();
        if value.len() >= SHORTEST && !self.values.iter().any(|known| ***known == *value) {
            self.values.push(Zeroizing::new(value.to_vec()));
            self.needles = OnceLock::new();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the text without the secrets, in any encoding.
    pub(crate) fn remove<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if self.values.is_empty() || text.len() < SHORTEST {
            return Cow::Borrowed(text);
        }
        let needles = self.needles.get_or_init(|| Needles::new(&self.values));
        let mut found = Vec::new();
        let mut level = Decoded::plain(text);
        for _ in 0..=LEVELS {
            needles.find(&level, &mut found);
            let unfolded = level.without_line_breaks();
            if let Some(unfolded) = &unfolded {
                needles.find(unfolded, &mut found);
            }
            // Base64 of the secret itself is found without decoding. This finds a secret that was
            // encoded or escaped before the Base64 encoding.
            if let Some(inner) = base64(unfolded.as_ref().unwrap_or(&level)) {
                needles.find_windows(&inner, &mut found);
                if let Some(inner) = decode(&inner) {
                    needles.find_windows(&inner, &mut found);
                }
            }
            // Short secrets are not searched here, because joined words could contain one by
            // chance.
            if let Some(joined) = level.without_separators() {
                needles.find_windows(&joined, &mut found);
            }
            for radix in [10, 16] {
                if let Some(read) = numbers(&level, radix) {
                    needles.find_windows(&read, &mut found);
                }
            }
            match decode(&level) {
                Some(next) => level = next,
                None => break,
            }
        }
        replace(text, found)
    }

    /// Returns the text without the secrets.
    pub(crate) fn remove_str<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.remove(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// Returns the text without the secrets, or `None` if it contains none.
    pub(crate) fn removed(&self, text: &str) -> Option<String> {
        match self.remove_str(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(clean) => Some(clean),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("values", &self.values.len()).finish_non_exhaustive()
    }
}

/// Every form of the secrets that is searched for.
struct Needles {
    /// The parts of all forms in lower case, sorted for binary search.
    windows: Zeroizing<Vec<[u8; WINDOW]>>,
    /// A bit set of the first two bytes of every part. Most positions of a text are rejected by it.
    starts: Vec<u64>,
    /// The forms that are shorter than a part.
    short: Vec<Zeroizing<Vec<u8>>>,
}

impl Needles {
    fn new(values: &[Zeroizing<Vec<u8>>]) -> Self {
        let mut needles = Self { windows: Zeroizing::default(), starts: vec![0; (1 << 16) / 64], short: Vec::new() };
        for value in values {
            needles.add(value);
            needles.add(&hexadecimal(value));
            // Base64 has three forms, one per position of the value in its groups of three bytes.
            for before in 0..3 {
                let shifted = Zeroizing::new([&vec![0; before], value.as_slice()].concat());
                for base64 in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                    let encoded = Zeroizing::new(base64.encode_to_string(&*shifted));
                    // Leave out the characters at both ends that also encode bits of a neighbour.
                    let start = (before * 8).div_ceil(6);
                    let end = shifted.len() * 8 / 6;
                    needles.add(encoded.as_bytes().get(start..end).unwrap_or_default());
                }
            }
        }
        needles.windows.sort_unstable();
        needles.windows.dedup();
        needles
    }

    fn add(&mut self, form: &[u8]) {
        if form.len() < WINDOW {
            if form.len() >= SHORTEST {
                self.short.push(Zeroizing::new(form.to_vec()));
            }
            return;
        }
        for window in form.windows(WINDOW) {
            let Some(window) = folded(window) else { continue };
            self.windows.push(window);
            let (word, bit) = start_of(&window);
            if let Some(word) = self.starts.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Adds the ranges of the original text that contain a secret.
    fn find(&self, text: &Decoded<'_>, found: &mut Vec<Range<usize>>) {
        let bytes = text.bytes();
        for short in &self.short {
            // A naive search is enough for needles shorter than a window. `memmem` would add 6 kB
            // to a program.
            for (at, part) in bytes.windows(short.len()).enumerate() {
                if part.first() == short.first() && *part == ***short {
                    found.push(text.range(at..at + short.len()));
                }
            }
        }
        self.find_windows(text, found);
    }

    /// Adds the ranges of the original text that contain a part of a long secret.
    fn find_windows(&self, text: &Decoded<'_>, found: &mut Vec<Range<usize>>) {
        let bytes = text.bytes();
        // Overlapping parts become one range, including the bytes that decoding removed between
        // them.
        let mut run = 0..0;
        for (at, window) in bytes.windows(WINDOW).enumerate() {
            let (word, bit) = start_of(window);
            if self.starts.get(word).is_none_or(|word| word & bit == 0) {
                continue;
            }
            let is_known = folded(window).is_some_and(|window| self.windows.binary_search(&window).is_ok());
            if !is_known {
                continue;
            }
            if at >= run.end {
                if !run.is_empty() {
                    found.push(text.range(run));
                }
                run = at..at;
            }
            run.end = at + WINDOW;
        }
        if !run.is_empty() {
            found.push(text.range(run));
        }
    }
}

fn hexadecimal(value: &[u8]) -> Zeroizing<Vec<u8>> {
    let digit = |nibble: u8| b"0123456789abcdef".get(usize::from(nibble)).copied().unwrap_or_default();
    Zeroizing::new(value.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

/// Returns a window in lower case, because a peer may change the case.
fn folded(window: &[u8]) -> Option<[u8; WINDOW]> {
    Some(<[u8; WINDOW]>::try_from(window).ok()?.map(|byte| byte.to_ascii_lowercase()))
}

/// Returns the word and the bit in `starts` for the first two bytes of a window, in lower case.
fn start_of(window: &[u8]) -> (usize, u64) {
    let [first, second, ..] = window else { return (0, 0) };
    let number = usize::from(first.to_ascii_lowercase()) << 8 | usize::from(second.to_ascii_lowercase());
    (number / 64, 1 << (number % 64))
}

fn replace(text: &[u8], found: Vec<Range<usize>>) -> Cow<'_, [u8]> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut is_secret = vec![false; text.len()];
    for range in found {
        is_secret.iter_mut().take(range.end).skip(range.start).for_each(|is_secret| *is_secret = true);
    }
    let mut kept = Vec::with_capacity(text.len());
    let mut redacting = false;
    for (byte, is_secret) in text.iter().zip(is_secret) {
        if !is_secret {
            kept.push(*byte);
        } else if !redacting {
            kept.extend_from_slice(REDACTED.as_bytes());
        }
        redacting = is_secret;
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDq+abc/def==";

    fn each<T>(parts: impl Iterator<Item = T>, form: impl Fn(T) -> String) -> String {
        parts.map(form).collect::<Vec<_>>().concat()
    }

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(KEY);
        secrets.add(TOKEN);
        secrets.add("hunter2");
        secrets
    }

    /// Returns whether a text contains [`WINDOW`] consecutive characters of a secret.
    fn leaks(text: &str) -> bool {
        [KEY, TOKEN].iter().any(|secret| {
            secret.as_bytes().windows(WINDOW).any(|part| memchr::memmem::find(text.as_bytes(), part).is_some())
        })
    }

    fn percent(text: &str, lower: bool) -> String {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else if lower {
                    format!("%{b:02x}")
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    }

    #[test]
    fn secret_is_found_in_every_encoding() {
        let base64 = |text: &str| base64_simd::STANDARD.encode_to_string(text);
        let wrappings: [fn(&str) -> String; 33] = [
            |s| each(s.chars(), |c| format!("{c}\0")),
            |s| each(s.chars(), |c| format!("\0{c}")),
            |s| each(s.chars(), |c| format!("\\u0000{c}")),
            |s| each(s.bytes(), |b| format!("={b:02X}")),
            |s| each(s.as_bytes().chunks(5), |part| String::from_utf8_lossy(part).into_owned() + "=\r\n"),
            |s| s.to_ascii_lowercase(),
            |s| s.to_ascii_uppercase(),
            |s| base64_simd::STANDARD.encode_to_string(base64_simd::STANDARD.encode_to_string(s)),
            |s| {
                let inner = base64_simd::URL_SAFE_NO_PAD.encode_to_string(format!("x{s}"));
                base64_simd::URL_SAFE_NO_PAD.encode_to_string(format!("xy{inner}"))
            },
            |s| base64_simd::STANDARD.encode_to_string(percent(s, false)),
            |s| percent(&percent(s, false), false).replace("%252F", "%252f"),
            |s| s.as_bytes().chunks(5).map(|part| String::from_utf8_lossy(part) + " ").collect(),
            |s| each(s.chars(), |c| format!("\"{c}\",")),
            |s| format!("{:?}", s.as_bytes()),
            |s| format!("{:x?}", s.as_bytes()),
            |s| each(s.bytes(), |b| format!("{b:02X}:")),
            |s| each(s.bytes(), |b| format!("0x{b:02x}, ")),
            |s| format!("map[X-Amz-Security-Token:[{s}] Host:[h]]"),
            |s| format!("[\"x-amz-security-token\", \"{s}\"]"),
            |s| format!("(b'x-amz-security-token', b'{s}')"),
            |s| format!("<td>X-Amz-Security-Token</td><td>{s}</td>"),
            |s| format!("HTTP_X_AMZ_SECURITY_TOKEN={s}"),
            |s| format!("Bearer%20{}", percent(s, false)),
            |s| format!("Bearer%20{}", percent(s, true)),
            |s| format!("token={}", percent(&percent(s, false), false)),
            |s| s.replace('/', "\\/"),
            |s| each(s.chars(), |c| format!("\\u{:04x}", u32::from(c))),
            |s| each(s.chars(), |c| format!("\\u{:04X}", u32::from(c))).replace('\\', "\\\\"),
            |s| s.replace('/', "&#x2F;").replace('+', "&#43;").replace('=', "&equals;"),
            |s| each(s.chars(), |c| format!("&#{};", u32::from(c))),
            |s| s.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line) + "\r\n ").collect(),
            |s| s.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line) + "\\n").collect(),
            |s| each(s.chars(), |c| format!("\\x{:02x}", u32::from(c))),
        ];
        for secret in [KEY, TOKEN] {
            for wrapping in wrappings {
                let text = format!("before {} after", wrapping(secret));
                let clean = secrets().remove_str(&text).into_owned();
                assert!(clean.contains(REDACTED), "{text}\n{clean}");
                assert!(clean.starts_with("before") && clean.ends_with("after"), "{clean}");
                assert!(!leaks(&clean), "{clean}");
                assert!(clean.len() < text.len(), "{text}\n{clean}");
            }
            for before in ["", "a", "ab", "abc", "authorization: Bearer "] {
                for after in ["", "x", "xy"] {
                    let text = format!("{{\"dump\":\"{}\"}}", base64(&format!("{before}{secret}{after}")));
                    let clean = secrets().remove_str(&text).into_owned();
                    assert!(clean.contains(REDACTED), "{text}\n{clean}");
                    let left = clean.len() - REDACTED.len() - "{\"dump\":\"\"}".len();
                    assert!(left <= base64(before).len() + base64(after).len() + 4, "{text}\n{clean}");
                }
            }
        }
    }

    #[test]
    fn truncated_secret_is_found() {
        let secrets = secrets();
        for end in WINDOW..=TOKEN.len() {
            assert_eq!(secrets.remove_str(&TOKEN[..end]), REDACTED);
            assert_eq!(secrets.remove_str(&TOKEN[TOKEN.len() - end..]), REDACTED);
        }
        assert_eq!(secrets.remove_str(&format!("{}… and more", &KEY[5..25])), "[redacted]… and more");
    }

    #[test]
    fn text_without_secrets_is_unchanged() {
        let secrets = secrets();
        for text in ["", "hunter", "100% of \\users &amp; more\r\n \u{e9}", "IQoJb3JpZ2l"] {
            assert!(matches!(secrets.remove_str(text), Cow::Borrowed(kept) if kept == text), "{text}");
        }
        assert_eq!(secrets.remove_str("http://u:hunter2@proxy:8080"), "http://u:[redacted]@proxy:8080");
        assert_eq!(secrets.remove(b"\xff hunter2 \xfe"), &b"\xff [redacted] \xfe"[..]);
        let mut none = Secrets::default();
        none.add("s");
        assert_eq!(none.remove_str("success"), "success");
        assert!(!format!("{secrets:?}").contains("hunter"));
    }

    #[test]
    fn adjacent_secrets_become_one_marker() {
        assert_eq!(secrets().remove_str(&format!("{KEY}{TOKEN}hunter2")), REDACTED);
        assert_eq!(secrets().remove_str(&format!("{KEY}, {TOKEN}")), "[redacted], [redacted]");
    }
}
