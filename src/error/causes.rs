//! The causes of an error, as one line says them: each phrase once.

use std::error::Error as StdError;
use std::io;

use super::line::Line;

/// The longest text of one cause, in bytes.
const CAUSE: usize = 1472;
/// The longest text of all causes, in bytes.
const CAUSES: usize = 1536;
/// The most causes that are looked at: a chain of causes need not end.
const MOST: usize = 32;

/// What layers of the HTTP client say that the layers around them say better.
const SAYS_NOTHING: [&str; 9] = [
    "error sending request",
    "request or response body error",
    "error decoding response body",
    "client error (Connect)",
    "client error (SendRequest)",
    "client error (ChannelClosed)",
    "client error (Canceled)",
    // The error says after how long.
    "operation timed out",
    "deadline has elapsed",
];

/// An error and its causes, from the outside in.
///
/// [`io::Error`] names the error that it wraps only by [`io::Error::get_ref`]; its `source` is that error's source.
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

/// Appends the causes of `error` to a text that says the error itself. What the text says already is not said again.
pub(super) fn say(line: &mut Line, said: &str, error: &(dyn StdError + 'static)) {
    let mut phrases: Vec<String> = Vec::new();
    for cause in chain(error).skip(1) {
        let phrase = Line::of(cause, CAUSE).as_str().trim().to_owned();
        let repeated = says(said, &phrase) || phrases.iter().any(|earlier| says(earlier, &phrase));
        if phrase.is_empty() || repeated || SAYS_NOTHING.contains(&phrase.as_str()) {
            continue;
        }
        // A cause that repeats the text around it and says more takes its place.
        if phrases.last().is_some_and(|last| says(&phrase, last)) {
            phrases.pop();
        }
        phrases.push(phrase);
    }
    if !phrases.is_empty() {
        line.say(": ");
        line.say_at_most(CAUSES, phrases.join(": "));
    }
}

/// Whether a text has the words of a phrase in it, in order and whole.
fn says(text: &str, phrase: &str) -> bool {
    let ends_word = |c: Option<char>| !c.is_some_and(is_of_word);
    text.match_indices(phrase).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        ends_word(before.chars().next_back())
            && ends_word(rest.get(phrase.len()..).and_then(|rest| rest.chars().next()))
    })
}

/// Whether a character belongs to a word: not exactly `char::is_alphanumeric`, whose tables no other part of a program needs.
fn is_of_word(c: char) -> bool {
    let is_punctuation = matches!(c, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}');
    c.is_ascii_alphanumeric() || !c.is_ascii() && !is_punctuation
}

#[cfg(test)]
mod tests {
    use super::super::ConfigError;
    use super::*;
    use crate::error::ConfigErrorKind;

    fn said(error: &(dyn StdError + 'static)) -> String {
        let mut line = Line::of(error, 100);
        let first = line.as_str().to_owned();
        say(&mut line, &first, error);
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
    fn each_phrase_is_said_once() {
        let root = of("connection refused", None);
        let outer = of("client error (Connect)", Some(of("tcp connect error", Some(root.into())).into()));
        assert_eq!(
            said(&of("no connection", Some(outer.into()))),
            "no connection: tcp connect error: connection refused"
        );
        // A cause that says its own source, and one that says what stands around it.
        let twice = of("b: c", Some(of("c", None).into()));
        assert_eq!(said(&of("a", Some(twice.into()))), "a: b: c");
        assert_eq!(said(&of("a: b", Some(of("b", Some(of("c", None).into())).into()))), "a: b: c");
        assert_eq!(said(&of("nothing", Some(of("no", None).into()))), "nothing: no");
        assert_eq!(
            said(&of("x", Some(of("dns error", Some(of("dns error: no host", None).into())).into()))),
            "x: dns error: no host"
        );
    }

    #[test]
    fn what_an_io_error_wraps_is_found() {
        let inner = of("the inner", None);
        let wrapped = io::Error::other(inner);
        let found = chain(&wrapped).find_map(|cause| cause.downcast_ref::<ConfigError>());
        assert!(found.is_some());
        assert_eq!(said(&of("a", Some(wrapped.into()))), "a: the inner");
    }

    /// A cause of itself.
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
    fn a_chain_without_an_end_is_said_in_bounded_time() {
        assert_eq!(said(&Endless), "again");
    }
}
