//! [`Line`]: bounds and escapes all text of an error before it is stored or printed.
//!
//! Peers, files and variables can put anything into an error: a megabyte of text, a line break that
//! forges a second log line, an escape sequence that controls the terminal. A `Line` has a maximum
//! length and is one line.

use std::fmt::{self, Write};

use super::Cause;

/// The maximum length of the text of one part of an error, in bytes.
pub(super) const PART: usize = 1024;
/// The maximum length of the text of a part that lists attempts, in bytes.
pub(super) const LONG: usize = 2048;
/// The maximum length of the text of a whole [`Error`](super::Error), in bytes.
pub(super) const WHOLE: usize = 4096;
/// The maximum length of the text of a cause that is kept unchanged, in bytes.
const CAUSE: usize = 2048;
/// The maximum length of a list, in bytes.
const LIST: usize = 1400;
/// The maximum length of one part of a list, in bytes. The first part always fits.
const LIST_PART: usize = 280;
/// Replaces the rest of a truncated text.
const ELLIPSIS: char = '…';

/// A text of bounded length on one line.
#[derive(Debug)]
pub(crate) struct Line {
    text: String,
    bound: usize,
    /// Whether a line break or a tab was written. A space follows it, unless the text ends.
    space: bool,
    truncated: bool,
}

impl Line {
    /// Creates an empty line of at most `bound` bytes, not counting the ellipsis.
    pub(crate) fn new(bound: usize) -> Self {
        Self { text: String::new(), bound, space: false, truncated: false }
    }

    /// Creates a line from the text of a value.
    pub(crate) fn of(value: impl fmt::Display, bound: usize) -> Self {
        let mut line = Self::new(bound);
        line.append(value);
        line
    }

    /// Appends the text of a value.
    pub(crate) fn append(&mut self, value: impl fmt::Display) {
        // Writing to a `Line` cannot fail. If the value's own `Display` fails, its text ends there.
        let _ = write!(self, "{value}");
    }

    /// Appends the text of a value, at most `bound` bytes of it.
    pub(crate) fn append_at_most(&mut self, bound: usize, value: impl fmt::Display) {
        self.append(Self::of(value, bound).as_str());
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }

    fn push(&mut self, text: &str) {
        if self.text.len() + text.len() <= self.bound {
            self.text.push_str(text);
        } else {
            self.text.push(ELLIPSIS);
            self.truncated = true;
        }
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut buffer = [0; 4];
        for c in text.chars() {
            if self.truncated {
                break;
            }
            match c {
                '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.space = true,
                ' ' if self.space => {}
                _ => {
                    if std::mem::take(&mut self.space) && !self.text.is_empty() && !self.text.ends_with(' ') {
                        self.push(" ");
                    }
                    if self.truncated {
                        break;
                    }
                    if is_shown(c) {
                        self.push(c.encode_utf8(&mut buffer));
                    } else {
                        self.push(&c.escape_unicode().to_string());
                    }
                }
            }
        }
        Ok(())
    }
}

/// Returns whether a character is printed unchanged. Control characters, and characters that hide
/// or reorder others, are escaped.
fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            // Soft hyphen, Arabic letter mark, zero-width space, directional marks, embeddings, overrides and isolates,
            // invisible operators, byte order mark, interlinear annotations, tags.
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Prints a part of an error on one line of at most [`PART`] bytes.
pub(crate) fn print(f: &mut fmt::Formatter<'_>, value: impl fmt::Display) -> fmt::Result {
    f.write_str(Line::of(value, PART).as_str())
}

/// Prints a list of parts of an error. The list and each part are bounded. Parts that do not fit
/// are counted.
pub(crate) fn print_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T]) -> fmt::Result {
    let mut line = Line::new(LIST);
    for (at, part) in parts.iter().enumerate() {
        let part = Line::of(part, LIST_PART);
        let between = if at == 0 { "" } else { "; " };
        if at > 0 && line.text.len() + between.len() + part.text.len() > LIST {
            line.bound = WHOLE;
            line.append(format_args!("; and {} more", parts.len() - at));
            break;
        }
        line.append(between);
        line.append(part.as_str());
    }
    f.write_str(line.as_str())
}

/// Returns the text to store: one line of at most [`PART`] bytes.
pub(super) fn kept(text: impl fmt::Display) -> String {
    Line::of(text, PART).text
}

/// Returns the cause to store. A cause with a long or multi-line text is replaced by one that has
/// the start of its text.
pub(super) fn kept_cause(cause: Cause) -> Cause {
    let line = Line::of(&cause, CAUSE);
    if line.truncated { Truncated(line.text).into() } else { cause }
}

/// A cause with a truncated text.
#[derive(Debug)]
struct Truncated(String);

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Truncated {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_control_characters_are_replaced() {
        for (text, line) in [
            ("a\nb", "a b"),
            ("a\r\n\r\n  b\r", "a b"),
            ("\n\na", "a"),
            ("a \n b", "a b"),
            ("a\u{85}b\u{2028}c\u{2029}d\te\u{b}f\u{c}g", "a b c d e f g"),
            ("a\u{1b}[31mb\u{7}\0", "a\\u{1b}[31mb\\u{7}\\u{0}"),
            ("a\u{202e}b\u{2066}c\u{200f}d\u{feff}", "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{feff}"),
            ("a\u{9b}31mb\u{7f}", "a\\u{9b}31mb\\u{7f}"),
            ("isn’t ✓ 👩‍💻 naïve", "isn’t ✓ 👩‍💻 naïve"),
        ] {
            assert_eq!(Line::of(text, PART).as_str(), line);
        }
    }

    #[test]
    fn line_is_truncated_between_characters() {
        assert_eq!(Line::of("abc", 3).as_str(), "abc");
        assert_eq!(Line::of("abcd", 3).as_str(), "abc…");
        assert_eq!(Line::of("ab’c", 3).as_str(), "ab…");
        assert_eq!(Line::of("ab\u{1b}", 5).as_str(), "ab…", "an escape is never split");
        let mut line = Line::new(10);
        line.append_at_most(2, "abcdef");
        line.append("!");
        assert_eq!(line.as_str(), "ab…!");
    }

    #[test]
    fn short_cause_keeps_its_type() {
        let short = kept_cause(std::io::Error::other("short").into());
        assert!(short.is::<std::io::Error>());
        let long = kept_cause(std::io::Error::other("long".repeat(1000)).into());
        assert!(!long.is::<std::io::Error>());
        assert_eq!(long.to_string(), format!("{}…", "long".repeat(CAUSE / 4)));
    }
}
