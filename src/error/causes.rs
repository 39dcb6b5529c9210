//! The chain of causes of an error, printed on one line without repetition.

use std::error::Error as StdError;
use std::io;

use super::line::Line;

/// The maximum length of the text of one cause, in bytes.
const CAUSE: usize = 1472;
/// The maximum length of the text of all causes, in bytes.
const CAUSES: usize = 1536;
/// The maximum number of causes. A chain of causes can be endless.
const MOST: usize = 32;

/// Texts of the layers of the HTTP client that add nothing to the texts around them.
const REDUNDANT: [&str; 9] = [
    "error sending request",
    "request or response body error",
    "error decoding response body",
    "client error (Connect)",
    "client error (SendRequest)",
    "client error (ChannelClosed)",
    "client error (Canceled)",
    // The error itself has the duration.
    "operation timed out",
    "deadline has elapsed",
];

/// Returns an error and its causes, outermost first.
///
/// The `source` of an [`io::Error`] skips the error that it wraps, so this uses
/// [`io::Error::get_ref`].
pub(crate) fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let next = |error: &&'a (dyn StdError + 'static)| -> Option<&'a (dyn StdError + 'static)> {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>() {
            Some(error) => error.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    };
    std::iter::successors(Some(error), next).take(MOST)
}

/// Appends the causes of `error` to a line that contains the error itself, without repeating text.
pub(super) fn append(line: &mut Line, printed: &str, error: &(dyn StdError + 'static)) {
    let mut phrases: Vec<String> = Vec::new();
    for cause in chain(error).skip(1) {
        let phrase = Line::of(cause, CAUSE).as_str().trim().to_owned();
        let repeated =
            contains_phrase(printed, &phrase) || phrases.iter().any(|earlier| contains_phrase(earlier, &phrase));
        if phrase.is_empty() || repeated || REDUNDANT.contains(&phrase.as_str()) {
            continue;
        }
        // A cause that contains the previous text replaces it.
        if phrases.last().is_some_and(|last| contains_phrase(&phrase, last)) {
            phrases.pop();
        }
        phrases.push(phrase);
    }
    if !phrases.is_empty() {
        line.append(": ");
        line.append_at_most(CAUSES, phrases.join(": "));
    }
}

/// Returns whether a text contains a phrase, at word boundaries.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    let ends_word = |c: Option<char>| !c.is_some_and(is_of_word);
    text.match_indices(phrase).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        ends_word(before.chars().next_back())
            && ends_word(rest.get(phrase.len()..).and_then(|rest| rest.chars().next()))
    })
}

/// Returns whether a character is part of a word. `char::is_alphanumeric` would add its tables to
/// the program.
fn is_of_word(c: char) -> bool {
    let is_punctuation = matches!(c, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}');
    c.is_ascii_alphanumeric() || !c.is_ascii() && !is_punctuation
}

#[cfg(test)]
mod tests {
    use super::super::ConfigError;
    use super::*;
    use crate::error::ConfigErrorKind;

    fn printed(error: &(dyn StdError + 'static)) -> String {
        let mut line = Line::of(error, 100);
        let first = line.as_str().to_owned();
        append(&mut line, &first, error);
        line.as_str().to_owned()
    }

    fn of(message: &str, source: Option<super::super::Cause>) -> ConfigError {
        let error = ConfigError::new(ConfigErrorKind::HttpClient, message);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    #[test]
    fn each_phrase_is_printed_once() {
        let root = of("connection refused", None);
        let outer = of("client error (Connect)", Some(of("tcp connect error", Some(root.into())).into()));
        assert_eq!(
            printed(&of("no connection", Some(outer.into()))),
            "no connection: tcp connect error: connection refused"
        );
        // The first cause contains its own source. The second repeats the text around it.
        let twice = of("b: c", Some(of("c", None).into()));
        assert_eq!(printed(&of("a", Some(twice.into()))), "a: b: c");
        assert_eq!(printed(&of("a: b", Some(of("b", Some(of("c", None).into())).into()))), "a: b: c");
        assert_eq!(printed(&of("nothing", Some(of("no", None).into()))), "nothing: no");
        assert_eq!(
            printed(&of("x", Some(of("dns error", Some(of("dns error: no host", None).into())).into()))),
            "x: dns error: no host"
        );
    }

    #[test]
    fn error_wrapped_by_an_io_error_is_found() {
        let inner = of("the inner", None);
        let wrapped = io::Error::other(inner);
        let found = chain(&wrapped).find_map(|cause| cause.downcast_ref::<ConfigError>());
        assert!(found.is_some());
        assert_eq!(printed(&of("a", Some(wrapped.into()))), "a: the inner");
    }

    /// An error that is its own cause.
    #[derive(Debug)]
    struct Endless;

    impl std::fmt::Display for Endless {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("again")
        }
    }

    impl StdError for Endless {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(self)
        }
    }

    #[test]
    fn endless_chain_is_printed_in_bounded_time() {
        assert_eq!(printed(&Endless), "again");
    }
}
