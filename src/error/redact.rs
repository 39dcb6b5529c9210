//! Removes the secrets that a peer, or a library, repeats in its error texts.

use std::error::Error as StdError;
use std::fmt::{self, Write};
use std::sync::Arc;

use super::line::Line;
use super::{
    Cause, ConfigError, CredentialsError, DecodeError, Error, Secrets, ServiceError, StreamError, TransportError,
    causes,
};

/// The maximum length of a cause's text that is searched, in bytes. A longer cause is replaced by
/// the start of its text.
const SEARCHED: usize = 64 * 1024;
/// The maximum length of the text of a replaced cause, in bytes.
const REPLACED: usize = 2048;

/// Knows the secrets of a call. They are collected only if there is an error.
pub(crate) trait KnowsSecrets: Send + Sync {
    fn secrets(&self) -> Secrets;
}

/// Knows the secrets of a call. Part of the extensions of its response.
///
/// Errors about a response can occur after the call returns: in its stream, or when its body is
/// read.
#[derive(Clone)]
pub(crate) struct Redactor(Arc<dyn KnowsSecrets>);

impl Redactor {
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client has secrets"))]
    pub(crate) fn new(knows: impl KnowsSecrets + 'static) -> Self {
        Self(Arc::new(knows))
    }

    /// Returns the secrets of the client that sent the request, if a client sent it.
    pub(crate) fn secrets_of(head: &http::response::Parts) -> Secrets {
        head.extensions.get::<Self>().map(Self::secrets).unwrap_or_default()
    }

    pub(crate) fn secrets(&self) -> Secrets {
        self.0.secrets()
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

/// An error, or a part of one, whose texts may repeat a secret.
pub(crate) trait Redact {
    /// Removes the secrets from every text.
    fn redact(&mut self, secrets: &Secrets);

    /// Returns the error without the secrets.
    #[must_use]
    fn without(mut self, secrets: &Secrets) -> Self
    where
        Self: Sized,
    {
        if !secrets.is_empty() {
            self.redact(secrets);
        }
        self
    }
}

impl Redact for String {
    fn redact(&mut self, secrets: &Secrets) {
        if let Some(clean) = secrets.removed(self) {
            *self = clean;
        }
    }
}

impl Redact for Box<str> {
    fn redact(&mut self, secrets: &Secrets) {
        if let Some(clean) = secrets.removed(self) {
            *self = clean.into();
        }
    }
}

impl Redact for Arc<str> {
    fn redact(&mut self, secrets: &Secrets) {
        if let Some(clean) = secrets.removed(self) {
            *self = clean.into();
        }
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redact(&mut self, secrets: &Secrets) {
        if let Some(part) = self {
            part.redact(secrets);
        }
    }
}

impl Redact for Error {
    fn redact(&mut self, secrets: &Secrets) {
        match self {
            Self::Config(error) => error.redact(secrets),
            Self::Credentials(error) => error.redact(secrets),
            Self::Transport(error) => error.redact(secrets),
            Self::Service(error) => error.redact(secrets),
            Self::Stream(error) => error.redact(secrets),
            Self::Decode(error) => error.redact(secrets),
        }
    }
}

/// An error of this crate keeps its type. So does any other error whose text has no secret.
impl Redact for Cause {
    fn redact(&mut self, secrets: &Secrets) {
        fn part<T: Redact + StdError + 'static>(cause: &mut Cause, secrets: &Secrets) {
            if let Some(own) = cause.downcast_mut::<T>() {
                own.redact(secrets);
            }
        }
        part::<Error>(self, secrets);
        part::<ConfigError>(self, secrets);
        part::<CredentialsError>(self, secrets);
        part::<TransportError>(self, secrets);
        part::<ServiceError>(self, secrets);
        part::<StreamError>(self, secrets);
        part::<DecodeError>(self, secrets);
        if shows(&**self, secrets) {
            *self = RedactedCause::of(&**self, secrets).into();
        }
    }
}

impl Redact for Arc<dyn StdError + Send + Sync> {
    fn redact(&mut self, secrets: &Secrets) {
        if shows(&**self, secrets) {
            *self = Arc::new(RedactedCause::of(&**self, secrets));
        }
    }
}

/// Returns whether an error or one of its causes prints a secret in any format.
fn shows(error: &(dyn StdError + 'static), secrets: &Secrets) -> bool {
    let is_clean = |text: fmt::Arguments<'_>| {
        let mut bounded = Bounded::default();
        bounded.write_fmt(text).is_ok() && secrets.removed(&bounded.0).is_none()
    };
    causes::chain(error).any(|cause| {
        !is_clean(format_args!("{cause}"))
            || !is_clean(format_args!("{cause:?}"))
            || !is_clean(format_args!("{cause:#?}"))
    })
}

/// Returns the start of a text, at most `bytes` bytes.
pub(crate) fn start_of(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// A text of at most [`SEARCHED`] bytes.
#[derive(Default)]
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = SEARCHED - self.0.len();
        if text.len() <= left {
            self.0.push_str(text);
            return Ok(());
        }
        self.0.push_str(start_of(text, left));
        Err(fmt::Error)
    }
}

/// Replaces a cause that printed a secret: its text, and the texts of its own causes.
#[derive(Debug)]
struct RedactedCause {
    text: String,
    source: Option<Box<Self>>,
}

impl RedactedCause {
    fn of(error: &(dyn StdError + 'static), secrets: &Secrets) -> Self {
        let texts: Vec<_> = causes::chain(error)
            .map(|cause| {
                let mut text = Bounded::default();
                // The text is truncated if it does not fit.
                let _ = write!(text, "{cause}");
                Line::of(secrets.remove_str(&text.0), REPLACED).into_string()
            })
            .collect();
        let printed =
            texts.into_iter().rev().fold(None, |source, text| Some(Self { text, source: source.map(Box::new) }));
        printed.unwrap_or_else(|| Self { text: String::new(), source: None })
    }
}

impl fmt::Display for RedactedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for RedactedCause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::error::TransportErrorKind;

    const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDq";

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(TOKEN);
        secrets
    }

    /// A cause that prints the secret only with `Debug`.
    #[derive(Debug)]
    struct Quiet(#[expect(dead_code, reason = "printed by Debug")] &'static str);

    impl fmt::Display for Quiet {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("quiet")
        }
    }

    impl StdError for Quiet {}

    #[test]
    fn cause_with_a_secret_is_replaced_by_its_text() {
        let mut clean: Cause = io::Error::other("connection refused").into();
        clean.redact(&secrets());
        assert!(clean.is::<io::Error>());
        for dirty in [io::Error::other(format!("sent {TOKEN}!")), io::Error::other(Quiet(TOKEN))] {
            let mut cause: Cause = dirty.into();
            cause.redact(&secrets());
            assert!(!cause.is::<io::Error>());
            let printed = format!("{cause}{cause:?}");
            assert!(
                !printed.contains(TOKEN) && (printed.contains("sent [redacted]!") || printed.contains("quiet")),
                "{printed}"
            );
        }
    }

    #[test]
    fn nested_error_of_this_crate_keeps_its_type() {
        let inner = Error::from(TransportError::new(TransportErrorKind::Connect).with_source(io::Error::other(TOKEN)));
        let outer = Error::from(TransportError::new(TransportErrorKind::Call).with_source(inner)).without(&secrets());
        let inner = outer.cause().and_then(|cause| cause.downcast_ref::<Error>()).unwrap();
        assert_eq!(inner.cause().map(ToString::to_string).as_deref(), Some("[redacted]"));
        assert!(!format!("{outer}{outer:?}{outer:#?}").contains(TOKEN));
    }

    #[test]
    fn long_cause_is_searched_in_bounded_time() {
        let long = "x".repeat(10 * SEARCHED) + TOKEN;
        let mut cause: Cause = io::Error::other(long).into();
        cause.redact(&secrets());
        assert!(cause.to_string().len() <= REPLACED + 3);
    }
}
