//! The JSON path of the value at which a reader stopped.

use serde::de::Error as _;
use serde_json::Error;
use serde_json::value::RawValue;

/// Returns JSON bytes as a string. If they are not UTF-8, the error is the same as that of
/// `serde_json::from_slice`.
///
/// All JSON is read from strings, because a second reader for bytes would add 15 kB to a program.
pub(crate) fn json_text(json: &[u8]) -> serde_json::Result<&str> {
    str::from_utf8(json).map_err(|error| not_utf8(json, error.valid_up_to()))
}

#[cold]
fn not_utf8(json: &[u8], valid: usize) -> Error {
    let (start, rest) = json.split_at_checked(valid).unwrap_or_default();
    match serde_json::from_str::<&RawValue>(str::from_utf8(start).unwrap_or_default()) {
        // The text before the invalid byte is not JSON either.
        Err(error) if !error.is_eof() => error,
        _ => {
            // serde_json looks at each part of a string up to an escape or the closing quote.
            let part = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
            let end = valid + part.unwrap_or(rest.len());
            let read = json.get(..end).unwrap_or(json);
            let line = read.split(|byte| *byte == b'\n').count();
            let column = read.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
            // serde_json parses the line and column from the text.
            Error::custom(format_args!("invalid unicode code point at line {line} column {column}"))
        }
    }
}

/// Returns the path of the value that could not be read, such as
/// `output.message.content[0].toolUse.name`. Empty for the text itself.
///
/// The path is determined from the line and column of the error. Reading without errors therefore
/// costs nothing, and no shape needs a second reader that tracks its path.
pub(super) fn json_path(text: &[u8], error: &Error) -> String {
    let mut path = path_at(text, offset(text, error));
    // The error is at the end of the object that lacks the member. Its text has the member's name.
    let message = error.to_string();
    if let Some((member, _)) = message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
        push_member(&mut path, member);
    }
    path
}

fn offset(text: &[u8], error: &Error) -> usize {
    let before: usize =
        text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    before + error.column()
}

/// The maximum depth of a path. Malicious JSON can be nested deeper than memory allows.
const DEEPEST: usize = 128;
/// The maximum length of a member's name in a path, in bytes.
const LONGEST_NAME: usize = 200;

/// An object or array that is open at the current position.
enum Open<'a> {
    /// An object, and the name of the member that is being read.
    Object(Option<&'a [u8]>),
    /// An array, and the index of the element that is being read.
    Array(usize),
}

/// Returns the path of the innermost value that is open at `end`.
fn path_at(text: &[u8], end: usize) -> String {
    let text = text.get(..end).unwrap_or(text);
    let mut open = Vec::new();
    // The number of open levels beyond `DEEPEST`.
    let mut beyond = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' if open.len() >= DEEPEST => beyond += 1,
            b'{' => open.push(Open::Object(None)),
            b'[' => open.push(Open::Array(0)),
            b'}' | b']' if beyond > 0 => beyond -= 1,
            b'}' | b']' => {
                open.pop();
            }
            b',' if beyond > 0 => {}
            b',' => match open.last_mut() {
                Some(Open::Object(name)) => *name = None,
                Some(Open::Array(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let rest = text.get(at..).unwrap_or_default();
                let Some(length) = string_length(rest) else { break };
                if let Some(Open::Object(name @ None)) = open.last_mut()
                    && beyond == 0
                {
                    *name = rest.get(..length.min(LONGEST_NAME));
                }
                at += length + 1;
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for level in open {
        match level {
            Open::Object(Some(name)) => push_member(&mut path, &String::from_utf8_lossy(name)),
            Open::Object(None) => {}
            Open::Array(index) => {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
    path
}

/// Returns the length of a string up to its closing quote, or `None` if there is no closing quote.
fn string_length(rest: &[u8]) -> Option<usize> {
    let mut escaped = false;
    rest.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })
}

fn push_member(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;

    use super::*;

    fn path<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        match serde_json::from_str::<T>(text) {
            Err(error) => json_path(text.as_bytes(), &error),
            Ok(read) => format!("it was read as {read:?}"),
        }
    }

    type Lists = BTreeMap<String, Vec<BTreeMap<String, String>>>;

    #[test]
    fn invalid_utf8_has_the_same_error_as_from_slice() {
        for json in [
            &b"{\"a\":\"\xff\"}"[..],
            b"{\n\"a\": [\"x\", \"b\xe2\x28\\\"c\"]}",
            b"{\"\xff\":1}",
            b"<html>\xe9</html>",
            b"{\"a\":1 2,\"b\":\"\xff\"}",
        ] {
            let expected = serde_json::from_slice::<serde_json::Value>(json).unwrap_err();
            let error = json_text(json).unwrap_err();
            assert_eq!(error.to_string(), expected.to_string(), "{json:?}");
            assert_eq!((error.line(), error.column()), (expected.line(), expected.column()), "{json:?}");
        }
        assert_eq!(json_text("\u{e9}".as_bytes()).unwrap(), "\u{e9}");
    }

    #[test]
    fn path_names_the_wrong_value() {
        assert_eq!(path::<Lists>(r#"{"a":[],"b":[{"x":"1"},{"y":2}]}"#), "b[1].y");
        assert_eq!(path::<Lists>("{\n \"a\": [],\n \"b\": [ {\"x\": \"1\"},\n {\"y\" : {}} ] }"), "b[1].y");
        assert_eq!(path::<Lists>(r#"{"a":[[]]}"#), "a[0]");
        assert_eq!(path::<Lists>(r#"{"a":{"b":1}}"#), "a");
        assert_eq!(path::<Lists>("[]"), "");
        assert_eq!(path::<i32>("99999999999"), "");
    }

    #[test]
    fn quotes_and_brackets_in_strings_are_ignored() {
        assert_eq!(path::<Lists>(r#"{"a\"{[":[{"x":"}],\\"},{"x":"\\\""},{"z":null}]}"#), r#"a\"{[[2].z"#);
    }

    #[test]
    fn path_is_bounded_for_deeply_nested_text() {
        let long = "x".repeat(1000);
        let deep = format!(r#"{{"{long}":{}1{},"y":"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(path_at(deep.as_bytes(), deep.len()), "y", "closed values are not part of the path");
        let open = format!(r#"{{"{long}":{}"#, "[{\"n\":".repeat(100_000));
        let path = path_at(open.as_bytes(), open.len());
        assert!(path.starts_with(&format!("{}[0].n[0].n", &long[..200])) && path.len() < 1000, "{}", path.len());
    }

    #[test]
    fn path_of_truncated_text_names_its_end() {
        assert_eq!(path::<Lists>(r#"{"a":[{"x":"1"#), "a[0].x");
        assert_eq!(path::<Lists>(r#"{"a":[{"x":"1"},"#), "a[1]");
        assert_eq!(path::<Lists>(""), "");
    }
}
