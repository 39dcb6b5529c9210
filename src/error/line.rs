//! [`Line`]: the one place that all text of an error passes before it is stored or printed.
//!
//! Peers, files and variables can put anything into an error: a megabyte, a line break that forges a second
//! line of a log, an escape sequence that a terminal obeys. A `Line` is bounded, and it is one line.

use std::fmt::{self, Write};

use super::Cause;

/// The longest text that one part of an error prints, in bytes.
pub(super) const PART: usize = 1024;
/// The longest text of a part that lists what was tried, in bytes.
pub(super) const LONG: usize = 2048;
/// The longest text that a whole [`Error`](super::Error) prints, in bytes.
pub(super) const WHOLE: usize = 4096;
/// The longest cause that is kept as it is, in bytes.
const CAUSE: usize = 2048;
/// The longest text that a list prints, in bytes, and one part of it. A part that is the first fits.
const LIST: usize = 1400;
const LIST_PART: usize = 280;
/// What stands for the rest of a text that was cut off.
const CUT: char = '…';

/// A text of bounded length on one line.
#[derive(Debug)]
pub(crate) struct Line {
    text: String,
    bound: usize,
    /// A line break or a tab was written: a space follows unless the text ends here.
    space: bool,
    cut: bool,
}

impl Line {
    /// Creates an empty line that holds at most `bound` bytes, the sign of a cut not counted.
    pub(crate) fn new(bound: usize) -> Self {
        Self { text: String::new(), bound, space: false, cut: false }
    }

    /// Creates the line that a value prints as.
    pub(crate) fn of(value: impl fmt::Display, bound: usize) -> Self {
        let mut line = Self::new(bound);
        line.say(value);
        line
    }

    /// Appends what a value prints.
    pub(crate) fn say(&mut self, value: impl fmt::Display) {
        // A `Line` takes everything. A value that fails to print has said what it could.
        let _ = write!(self, "{value}");
    }

    /// Appends what a value prints, but at most `bound` bytes of it.
    pub(crate) fn say_at_most(&mut self, bound: usize, value: impl fmt::Display) {
        self.say(Self::of(value, bound).as_str());
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
            self.text.push(CUT);
            self.cut = true;
        }
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut buffer = [0; 4];
        for c in text.chars() {
            if self.cut {
                break;
            }
            match c {
                '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.space = true,
                ' ' if self.space => {}
                _ => {
                    if std::mem::take(&mut self.space) && !self.text.is_empty() && !self.text.ends_with(' ') {
                        self.push(" ");
                    }
                    if self.cut {
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

/// Whether a character is printed as itself: not if a terminal obeys it or if it hides or reorders other characters.
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

/// Prints a part of an error: on one line, at most [`PART`] bytes.
pub(crate) fn print(f: &mut fmt::Formatter<'_>, value: impl fmt::Display) -> fmt::Result {
    f.write_str(Line::of(value, PART).as_str())
}

/// Prints a list of parts of an error, bounded as a whole and each. A part that has no room any more is counted.
pub(crate) fn print_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T]) -> fmt::Result {
    let mut line = Line::new(LIST);
    for (at, part) in parts.iter().enumerate() {
        let part = Line::of(part, LIST_PART);
        let between = if at == 0 { "" } else { "; " };
        if at > 0 && line.text.len() + between.len() + part.text.len() > LIST {
            line.bound = WHOLE;
            line.say(format_args!("; and {} more", parts.len() - at));
            break;
        }
        line.say(between);
        line.say(part.as_str());
    }
    f.write_str(line.as_str())
}

/// Returns what is stored of a text: on one line, at most [`PART`] bytes.
pub(super) fn kept(text: impl fmt::Display) -> String {
    Line::of(text, PART).text
}

/// Returns the cause that is stored: the error itself, unless its text is long or more than one line. Then a cause that says
/// the start of it takes its place.
pub(super) fn kept_cause(cause: Cause) -> Cause {
    let line = Line::of(&cause, CAUSE);
    if line.cut { Cutoff(line.text).into() } else { cause }
}

/// The start of a cause's text.
#[derive(Debug)]
struct Cutoff(String);

impl fmt::Display for Cutoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cutoff {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_breaks_a_line_is_replaced() {
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
    fn a_line_is_cut_between_characters() {
        assert_eq!(Line::of("abc", 3).as_str(), "abc");
        assert_eq!(Line::of("abcd", 3).as_str(), "abc…");
        assert_eq!(Line::of("ab’c", 3).as_str(), "ab…");
        assert_eq!(Line::of("ab\u{1b}", 5).as_str(), "ab…", "an escape is whole or not there");
        let mut line = Line::new(10);
        line.say_at_most(2, "abcdef");
        line.say("!");
        assert_eq!(line.as_str(), "ab…!");
    }

    #[test]
    fn a_short_cause_keeps_its_type() {
        let short = kept_cause(std::io::Error::other("short").into());
        assert!(short.is::<std::io::Error>());
        let long = kept_cause(std::io::Error::other("long".repeat(1000)).into());
        assert!(!long.is::<std::io::Error>());
        assert_eq!(long.to_string(), format!("{}…", "long".repeat(CAUSE / 4)));
    }
}
