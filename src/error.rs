//! [`Error`] and its parts: what went wrong, where, and what to do.
//!
//! Every arm holds one opaque struct with accessors. `Display` says only what its own layer knows; the cause is
//! reached by [`source`](std::error::Error::source), and `{:#}` prints it too. No text here ever holds a secret.

mod config;
mod credentials;
mod decode;
mod escapes;
mod json_path;
mod secret_names;
mod secrets;
mod service;
mod signature;
mod stream;
mod transport;

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::StatusCode;

pub use config::{ConfigError, ConfigErrorKind};
pub use credentials::{CredentialsError, CredentialsErrorKind, CredentialsSource, Tried};
pub use decode::DecodeError;
pub use service::{ServiceError, ServiceErrorKind};
pub use signature::{SignatureDifference, SignatureMismatch};
pub use stream::{StreamError, StreamErrorKind};
pub use transport::{TransportError, TransportErrorKind};

use json_path::json_path;
pub(crate) use secret_names::without_secrets;
pub(crate) use secrets::Secrets;

/// A cause of any type, kept for `source()`.
pub(crate) type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// Everything that can go wrong between a request value and its answer.
///
/// ```
/// use bedrock_lite::{Error, ServiceErrorKind};
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Service(e) if e.kind() == ServiceErrorKind::Throttling => "slow down",
///         e if e.is_timeout() => "allow more time",
///         _ => "read the message",
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client or the request is set up in a way that cannot work.
    Config(ConfigError),
    /// No credentials to sign with.
    Credentials(CredentialsError),
    /// The request or the answer did not get through.
    Transport(TransportError),
    /// Bedrock answered with an error, as a response or as an exception inside a stream.
    Service(ServiceError),
    /// An event stream was cut, corrupt, or not a stream at all.
    Stream(StreamError),
    /// An answer or a document was not what its shape says.
    Decode(DecodeError),
}

macro_rules! arms {
    ($($arm:ident($part:ty)),+) => {
        $(impl From<$part> for Error {
            fn from(error: $part) -> Self {
                Self::$arm(error)
            }
        })+

        impl Error {
            fn part(&self) -> &(dyn StdError + 'static) {
                match self {
                    $(Self::$arm(error) => error,)+
                }
            }
        }
    };
}

arms!(
    Config(ConfigError),
    Credentials(CredentialsError),
    Transport(TransportError),
    Service(ServiceError),
    Stream(StreamError),
    Decode(DecodeError)
);

/// `{}` says what went wrong, `{:#}` what caused it as well, in one line.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part())?;
        if f.alternate() {
            let mut cause = self.source();
            while let Some(error) = cause {
                write!(f, ": {error}")?;
                cause = error.source();
            }
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.part().source()
    }
}

impl Error {
    /// Whether time ran out: connecting, waiting for the answer's head, between two pieces of a body, or for the whole call.
    ///
    /// A model's own time-out is [`ServiceErrorKind::ModelTimeout`], and counts too.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport(e) => e.timed_out,
            Self::Service(e) => e.kind() == ServiceErrorKind::ModelTimeout,
            Self::Stream(e) => matches!(e.kind(), StreamErrorKind::Idle | StreamErrorKind::Call),
            _ => false,
        }
    }

    /// Whether Bedrock asked to slow down.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        matches!(self, Self::Service(e) if e.is_throttling())
    }

    /// Whether the same request may succeed when it is sent again.
    ///
    /// The client sends some of these again by itself: see [`RetryPolicy`](crate::RetryPolicy). The rest, such as a stream
    /// that was cut, is yours to say: what the model did until then is paid for.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(e) => e.is_retryable(),
            Self::Service(e) => e.is_retryable(),
            Self::Stream(e) => e.is_retryable(),
            Self::Config(_) | Self::Credentials(_) | Self::Decode(_) => false,
        }
    }

    /// The HTTP status of the answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Service(e) => Some(e.status()),
            Self::Stream(e) => e.status(),
            Self::Decode(e) => e.status(),
            _ => None,
        }
    }

    /// The request id that AWS gave the call (`x-amzn-requestid`): quote it when you ask AWS for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Service(e) => e.request_id(),
            Self::Stream(e) => e.request_id(),
            Self::Decode(e) => e.request_id(),
            _ => None,
        }
    }

    /// How often the request was sent; 0 where nothing was.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Config(e) => e.attempts,
            Self::Credentials(e) => e.attempts,
            Self::Transport(e) => e.attempts,
            Self::Service(e) => e.attempts(),
            Self::Stream(e) => e.attempts(),
            Self::Decode(e) => e.context.attempts,
        }
    }

    /// The same error, knowing how often the request was sent.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        match &mut self {
            Self::Config(e) => e.attempts = attempts,
            Self::Credentials(e) => e.attempts = attempts,
            Self::Transport(e) => e.attempts = attempts,
            Self::Service(e) => e.set_attempts(attempts),
            Self::Stream(e) => e.context_mut().attempts = attempts,
            Self::Decode(e) => e.context.attempts = attempts,
        }
        self
    }

    /// The same error, knowing the status and the request id of the answer it came from.
    #[must_use]
    pub(crate) fn with_head(mut self, head: &http::response::Parts) -> Self {
        match &mut self {
            Self::Stream(e) => e.context_mut().note(head),
            Self::Decode(e) => e.context.note(head),
            Self::Service(e) => e.note(head),
            Self::Config(_) | Self::Credentials(_) | Self::Transport(_) => {}
        }
        self
    }
}

/// Which call an error belongs to, filled in as it travels outward.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<Box<str>>,
    pub(crate) attempts: u32,
}

impl Context {
    fn note(&mut self, head: &http::response::Parts) {
        self.status = Some(head.status);
        self.request_id = request_id(&head.headers).map(Into::into);
    }
}

/// AWS's request id, under each of the names it travels by.
pub(crate) fn request_id(headers: &http::HeaderMap) -> Option<&str> {
    ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]
        .iter()
        .find_map(|name| headers.get(*name))
        .and_then(|value| value.to_str().ok())
}

/// How much of an unreadable body an error keeps, in bytes.
pub(crate) const KEPT_BODY: usize = 4096;

/// The first bytes of a body without the secrets that it repeats, and without holding on to the rest of it.
fn discreet_bytes(body: &[u8]) -> Bytes {
    /// How much is looked at: what is kept is cut from it when the secrets are gone, which can be long.
    const SEARCHED: usize = 1024 * 1024;
    let first = without_secrets(body.get(..SEARCHED).unwrap_or(body));
    Bytes::copy_from_slice(first.get(..KEPT_BODY).unwrap_or(&first))
}

fn source(cause: Option<&Cause>) -> Option<&(dyn StdError + 'static)> {
    cause.map(|cause| &**cause as &(dyn StdError + 'static))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alternate_form_has_the_causes_and_says_each_thing_once() {
        let cause = std::io::Error::other("the cause");
        let error = Error::from(TransportError::new(TransportErrorKind::Connect).with_source(cause));
        assert_eq!(error.to_string(), "no connection to the endpoint");
        assert_eq!(format!("{error:#}"), "no connection to the endpoint: the cause");
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("the cause"));
    }
}
