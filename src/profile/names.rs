//! Names of sections: validation, quoting, and splitting of headers into words.

use std::fmt;

/// Whether all of AWS's tools read a name without quotes. The rule applies to profiles and to
/// properties.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&b))
}

/// Splits a text into words as a POSIX shell does, without expansions. Returns `None` if a quote is
/// not closed, or if the text ends with a backslash.
///
/// botocore reads the headers of the config file with Python's `shlex.split`, which has these
/// rules:
///
/// - Blanks separate words.
/// - Text in `'…'` is literal.
/// - A backslash escapes any character. Within `"…"` it escapes only `"` and itself.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if matches!(c, ' ' | '\t' | '\r' | '\n') {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '\'' => quoted(&mut rest, word)?,
            '"' => double_quoted(&mut rest, word)?,
            '\\' => word.push(rest.next()?),
            _ => word.push(c),
        }
    }
    words.extend(word);
    Some(words)
}

fn quoted(rest: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '\'' => return Some(()),
            c => word.push(c),
        }
    }
}

fn double_quoted(rest: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '"' => return Some(()),
            '\\' => {
                let escaped = rest.next()?;
                if !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            c => word.push(c),
        }
    }
}

/// Whether two texts are equal except for quotes, backslashes and the number of blanks. Used to
/// find misspelled headers.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.replace(['\'', '"', '\\'], "");
    let (one, other) = (bare(one), bare(other));
    one.split_whitespace().eq(other.split_whitespace())
}

/// Displays a name with quotes if it needs them, for a header of the config file or a shell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_name(self.0) { f.write_str(self.0) } else { write!(f, "'{}'", self.0.replace('\'', r#"'"'"'"#)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_python_shlex_splits_them() {
        let some = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        for (text, expected) in [
            ("profile 'My MacBook Pro'", some(&["profile", "My MacBook Pro"])),
            ("profile\t\"My Corp\"", some(&["profile", "My Corp"])),
            ("profile My' MacBook 'Pro", some(&["profile", "My MacBook Pro"])),
            (r"profile My\ Corp", some(&["profile", "My Corp"])),
            (r#"profile "a\"b\\c\d""#, some(&["profile", r#"a"b\c\d"#])),
            (r"profile 'a\'", some(&["profile", r"a\"])),
            ("profile ''", some(&["profile", ""])),
            ("profile a # b", some(&["profile", "a", "#", "b"])),
            ("profile O'Brien", None),
            ("profile \"a", None),
            ("profile \"a\\", None),
            (r"profile a\", None),
            (" \t", some(&[])),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quoted_names_are_read_back() {
        for name in ["work", "My Corp", "O'Brien", r#"a "b" \ c"#, "é", " lead", "#1", ""] {
            let header = format!("profile {}", Quoted(name));
            assert_eq!(words(&header), Some(vec!["profile".to_owned(), name.to_owned()]), "{header}");
        }
    }
}
