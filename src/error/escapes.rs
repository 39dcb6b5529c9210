//! [`Decoded`]: text with its escapes decoded, and the origin of each byte.

use std::borrow::Cow;
use std::ops::Range;

/// A decoded text. Each byte knows the range of the original text that it comes from.
pub(super) struct Decoded<'a> {
    bytes: Cow<'a, [u8]>,
    /// The range of the original text of each byte. `None` if the text is the original.
    origins: Option<Vec<Range<usize>>>,
}

impl<'a> Decoded<'a> {
    /// Wraps the original text.
    pub(super) fn plain(text: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(text), origins: None }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the range of the original text for a range of the decoded bytes.
    pub(super) fn range(&self, range: Range<usize>) -> Range<usize> {
        let Some(origins) = &self.origins else { return range };
        let origins = origins.get(range).unwrap_or_default();
        match (origins.first(), origins.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// Returns the text without line breaks, plain or escaped, and without the blanks that follow
    /// them. Returns `None` if the text is one line.
    pub(super) fn without_line_breaks(&self) -> Option<Self> {
        let bytes = self.bytes();
        memchr::memchr2(b'\n', b'\r', bytes).or_else(|| memchr::memchr(b'\\', bytes))?;
        let mut joined = Builder::default();
        let mut at = 0;
        let mut any = false;
        while let Some(byte) = bytes.get(at) {
            let length = line_break(bytes.get(at..).unwrap_or_default());
            if length == 0 {
                joined.push(*byte, self.range(at..at + 1));
                at += 1;
            } else {
                any = true;
                at += length;
                at += bytes.get(at..)?.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            }
        }
        any.then(|| joined.finish())
    }

    /// Returns the text without blanks, quotes and commas, and without the zero bytes of UTF-16.
    /// Returns `None` if there are none.
    pub(super) fn without_separators(&self) -> Option<Self> {
        let mut joined = Builder::default();
        let bytes = self.bytes();
        for (at, byte) in bytes.iter().enumerate() {
            if !(byte.is_ascii_whitespace() || matches!(byte, 0 | b',' | b'"' | b'\'' | b'|')) {
                joined.push(*byte, self.range(at..at + 1));
            }
        }
        (joined.bytes.len() < bytes.len()).then(|| joined.finish())
    }
}

/// Reads lists of character codes: decimal, as in `[72, 105]`, or hexadecimal, as in `48 69`,
/// `48:69` or `0x48, 0x69`. The text between two lists becomes one zero byte. Returns `None` if
/// there is no list.
pub(super) fn numbers(text: &Decoded<'_>, radix: u32) -> Option<Decoded<'static>> {
    /// A shorter list cannot contain a part of a secret that is searched for.
    const SHORTEST: usize = 12;
    let bytes = text.bytes();
    let is_digit = |byte: u8| if radix == 10 { byte.is_ascii_digit() } else { byte.is_ascii_hexdigit() };
    let mut read = Builder::default();
    let (mut at, mut list, mut longest) = (0, 0, 0);
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let prefix = if radix == 16 && rest.starts_with(b"0x") { 2 } else { 0 };
        let digits = rest.iter().skip(prefix).take_while(|byte| is_digit(**byte)).count();
        let number = rest
            .get(prefix..prefix + digits)
            .filter(|digits| digits.len() <= 3)
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok());
        match number {
            Some(number) => {
                read.push(number, text.range(at..at + prefix + digits));
                list += 1;
                longest = longest.max(list);
                at += prefix + digits;
            }
            None if digits == 0 && rest.first().is_some_and(|byte| b" ,:-\n\r\t".contains(byte)) => at += 1,
            None => {
                if list > 0 {
                    read.push(0, text.range(at..at + 1));
                }
                list = 0;
                at += prefix + digits.max(1);
            }
        }
    }
    (longest >= SHORTEST).then(|| read.finish())
}

/// Decodes Base64 of both alphabets. Each run of Base64 characters is decoded from its start, and
/// is followed by a zero byte. Returns `None` if no run is long enough to contain a part of a
/// secret that is searched for.
pub(super) fn base64(text: &Decoded<'_>) -> Option<Decoded<'static>> {
    /// The number of characters that encode twelve bytes.
    const SHORTEST: usize = 16;
    let mut read = Builder::default();
    let mut start = 0;
    for run in text.bytes().split(|byte| sextet(*byte).is_none()) {
        let groups = if run.len() < SHORTEST { [].chunks(4) } else { run.chunks(4) };
        for (nth, group) in groups.enumerate() {
            let bits = group.iter().filter_map(|byte| sextet(*byte)).fold(0, |bits, sextet| bits << 6 | sextet);
            let [_, bytes @ ..] = (bits << (6 * (4 - group.len()))).to_be_bytes();
            let at = start + 4 * nth;
            for byte in bytes.into_iter().take(group.len() * 6 / 8) {
                read.push(byte, text.range(at..at + group.len()));
            }
        }
        if run.len() >= SHORTEST {
            read.push(0, 0..0);
        }
        start += run.len() + 1;
    }
    (!read.bytes.is_empty()).then(|| read.finish())
}

/// Returns the six bits of a Base64 character.
fn sextet(byte: u8) -> Option<u32> {
    let sextet = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(sextet.into())
}

/// Decodes one level of escapes. Returns `None` if there are none.
pub(super) fn decode(text: &Decoded<'_>) -> Option<Decoded<'static>> {
    let bytes = text.bytes();
    memchr::memchr3(b'%', b'\\', b'&', bytes).or_else(|| memchr::memchr(b'=', bytes))?;
    let mut decoded = Builder::default();
    let mut at = 0;
    let mut any = false;
    while let Some(byte) = bytes.get(at) {
        let (byte, length) = match escape(bytes.get(at..).unwrap_or_default()) {
            Some((byte, length)) => {
                any = true;
                (byte, length)
            }
            None => (*byte, 1),
        };
        decoded.push(byte, text.range(at..at + length));
        at += length;
    }
    any.then(|| decoded.finish())
}

#[derive(Default)]
struct Builder {
    bytes: Vec<u8>,
    origins: Vec<Range<usize>>,
}

impl Builder {
    fn push(&mut self, byte: u8, origin: Range<usize>) {
        self.bytes.push(byte);
        self.origins.push(origin);
    }

    fn finish(self) -> Decoded<'static> {
        Decoded { bytes: Cow::Owned(self.bytes), origins: Some(self.origins) }
    }
}

/// Returns the length of the line break at the start of a text, or 0.
fn line_break(text: &[u8]) -> usize {
    match text {
        [b'\\', b'r', b'\\', b'n', ..] => 4,
        // Quoted-printable.
        [b'=', b'\r', b'\n', ..] => 3,
        [b'=' | b'\r', b'\n', ..] | [b'\\', b'n' | b'r', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Returns the ASCII character of the escape at the start of a text, and the length of the escape.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'%', a, b, ..] => Some((ascii(&[*a, *b], 16)?, 3)),
        // Quoted-printable.
        [b'=', a, b, ..] if !a.is_ascii_lowercase() && !b.is_ascii_lowercase() => Some((ascii(&[*a, *b], 16)?, 3)),
        [b'\\', b'u', b'{', rest @ ..] => {
            let digits = rest.iter().take(6).position(|byte| *byte == b'}')?;
            Some((ascii(rest.get(..digits)?, 16)?, digits + 4))
        }
        [b'\\', b'u', a, b, c, d, ..] => Some((ascii(&[*a, *b, *c, *d], 16)?, 6)),
        [b'\\', b'x', a, b, ..] => Some((ascii(&[*a, *b], 16)?, 4)),
        [b'\\', a @ b'0'..=b'7', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => Some((ascii(&[*a, *b, *c], 8)?, 4)),
        [b'\\', byte @ (b'/' | b'\\' | b'"' | b'\'' | b'+' | b'='), ..] => Some((*byte, 2)),
        [b'&', rest @ ..] => {
            let length = rest.iter().take(10).position(|byte| *byte == b';')?;
            Some((entity(rest.get(..length)?)?, length + 2))
        }
        _ => None,
    }
}

/// Returns the ASCII character of an HTML entity, given without its `&` and `;`.
fn entity(name: &[u8]) -> Option<u8> {
    Some(match name {
        [b'#', b'x' | b'X', digits @ ..] => ascii(digits, 16)?,
        [b'#', digits @ ..] => ascii(digits, 10)?,
        b"amp" | b"AMP" => b'&',
        b"plus" => b'+',
        b"sol" => b'/',
        b"equals" => b'=',
        b"quot" => b'"',
        b"apos" => b'\'',
        b"lt" => b'<',
        b"gt" => b'>',
        b"num" => b'#',
        b"percnt" => b'%',
        b"lowbar" => b'_',
        b"period" => b'.',
        b"colon" => b':',
        _ => return None,
    })
}

fn ascii(digits: &[u8], radix: u32) -> Option<u8> {
    // `from_str_radix` accepts a sign.
    if !digits.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
    u8::try_from(number).ok().filter(u8::is_ascii)
}
