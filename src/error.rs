//! [`Error`] and its parts: what went wrong, where, and what to do.
//!
//! Every arm holds one opaque struct with accessors. `Display` of [`Error`] is one line that says the call, what failed, the causes
//! and what to do; `Display` of a part says only what its own layer knows, and its cause is reached by
//! [`source`](std::error::Error::source). All text passes [`line`]. No text of an error that leaves a client holds a secret: [`redact`]
//! removes those that the client knows.

mod advice;
mod causes;
mod config;
mod context;
mod credentials;
mod decode;
mod escapes;
mod excerpt;
mod json_path;
pub(crate) mod line;
mod overflow;
mod redact;
mod retry_after;
mod secret_names;
mod secrets;
mod service;
mod service_body;
mod signature;
mod stream;
mod transport;
mod xml;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
#[cfg(feature = "client")]
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

pub use config::{ConfigError, ConfigErrorKind};
pub use credentials::{CredentialsError, CredentialsErrorKind, CredentialsSource, ProviderAttempt};
pub use decode::DecodeError;
pub use service::{ServiceError, ServiceErrorKind};
pub use signature::{SignatureDifference, SignatureMismatch};
pub use stream::{StreamError, StreamErrorKind};
#[cfg(feature = "client")]
pub(crate) use transport::Nature;
pub use transport::{TransportError, TransportErrorKind};

#[cfg(feature = "client")]
pub(crate) use causes::chain;
pub(crate) use context::{Context, Origin};
use excerpt::Excerpt;
use json_path::json_path;
pub(crate) use json_path::json_text;
use line::Line;
#[cfg(feature = "client")]
pub(crate) use redact::KnowsSecrets;
#[cfg(feature = "chain")]
pub(crate) use redact::start_of;
pub(crate) use redact::{Redact, Redactor};
pub(crate) use retry_after::http_date;
#[cfg(feature = "client")]
pub(crate) use retry_after::{ReceivedAt, needs_received_at};
pub(crate) use secret_names::without_secrets;
pub(crate) use secrets::Secrets;

/// A cause of any type, kept for `source()`.
pub(crate) type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// Everything that can go wrong between a request value and its response.
///
/// `Display` is one line of at most 4 KiB that needs no other to be understood: the operation and the host, what failed, its causes
/// down to the root, attempts, request ID, and [`advice`](Self::advice) if there is any.
///
/// ```text
/// Converse at bedrock-runtime.eu-west-1.amazonaws.com: no connection: tcp connect error: Connection refused (os error 111) (3 attempts)
/// Converse at bedrock-runtime.eu-west-1.amazonaws.com: ThrottlingException (429): Too many tokens, please wait (3 attempts, request 7b41)
/// ```
///
/// `Debug` (`{:?}`) prints the same line, because a `main` that returns a `Result` prints `Debug`. `{:#?}` prints the structure.
///
/// The line holds the causes, so [`source`](std::error::Error::source) returns `None`: a reporter that prints an error and then its
/// sources would say everything twice. Use [`cause`](Self::cause) to examine the causes.
///
/// ```
/// use bedrock_lite::{Error, ServiceErrorKind};
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Service(e) if e.kind() == ServiceErrorKind::Throttling => "slow down",
///         e if e.is_context_overflow() => "shorten the conversation",
///         e if e.is_timeout() => "allow more time",
///         _ => "read the message",
///     }
/// }
/// ```
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
            fn part(&self) -> &(dyn StdError + Send + Sync + 'static) {
                match self {
                    $(Self::$arm(error) => error,)+
                }
            }

            fn context(&self) -> &Context {
                match self {
                    $(Self::$arm(error) => error.context(),)+
                }
            }

            fn context_mut(&mut self) -> &mut Context {
                match self {
                    $(Self::$arm(error) => error.context_mut(),)+
                }
            }

            /// Prints the structure.
            fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$arm(error) => f.debug_tuple(stringify!($arm)).field(error).finish(),)+
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

/// One line: see [`Error`]. `{:#}` prints the same.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.line().as_str())
    }
}

/// `{:?}` prints what `Display` prints, `{:#?}` prints the structure.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.debug(f) } else { fmt::Display::fmt(self, f) }
    }
}

/// `source` returns `None`, because `Display` has said the causes: see [`Error::cause`].
impl StdError for Error {}

impl Error {
    /// The longest name of an operation, host and request ID that are printed, in bytes.
    const NAME: usize = 256;

    /// Everything that there is to say, on one line.
    fn line(&self) -> Line {
        let mut line = Line::new(line::WHOLE);
        let context = self.context();
        if let Some(origin) = &context.origin {
            line.say_at_most(Self::NAME, &origin.operation);
            line.say(" at ");
            line.say_at_most(Self::NAME, &origin.authority);
            line.say(": ");
        }
        let part = Line::of(self.part(), line::LONG);
        line.say(part.as_str());
        causes::say(&mut line, part.as_str(), self.part());
        let attempts = match context.attempts {
            0 if context.origin.is_some() => Some(Cow::Borrowed("not sent")),
            0 => None,
            1 => Some(Cow::Borrowed("1 attempt")),
            attempts => Some(Cow::Owned(format!("{attempts} attempts"))),
        };
        let mut between = " (";
        for fact in
            attempts.into_iter().chain(context.request_id.as_ref().map(|id| Cow::Owned(format!("request {id}"))))
        {
            line.say(between);
            line.say_at_most(Self::NAME, fact);
            between = ", ";
        }
        if between == ", " {
            line.say(")");
        }
        if let Some(advice) = self.advice().filter(|advice| !line.as_str().contains(&**advice)) {
            line.say("; help: ");
            line.say(advice);
        }
        line
    }

    /// Returns the error that caused this one, which can be examined and downcast. Its `source` leads on to the root.
    ///
    /// `Display` has said it: print either the error or its causes.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        self.part().source()
    }

    /// Returns what to do about the error, if it is one of those that have a known remedy. `Display` ends with it.
    ///
    /// The text is for people and may change; match on the kinds instead.
    ///
    /// ```
    /// use bedrock_lite::{Client, Error};
    ///
    /// let error = Client::builder().environment([("", ""); 0]).files(Default::default()).build().unwrap_err();
    /// assert!(error.advice().is_some_and(|advice| advice.contains("AWS_REGION")));
    /// ```
    #[must_use]
    pub fn advice(&self) -> Option<Cow<'static, str>> {
        advice::of(self)
    }

    /// Returns the operation that failed, such as `Converse`. `None` if the error does not come from a call of a client.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        Some(&self.context().origin.as_ref()?.operation)
    }

    /// Returns the host that was called, with its port if it is not the default one. `None` if the error does not come from a call of a
    /// client.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        Some(self.context().origin.as_ref()?.authority.as_str())
    }

    /// Whether time ran out: waiting for credentials, connecting, waiting for the answer's head, between two pieces of a body, or for
    /// the whole call.
    ///
    /// A model's own time-out is [`ServiceErrorKind::ModelTimeout`], and counts too.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport(e) => e.timed_out,
            Self::Service(e) => e.kind() == ServiceErrorKind::ModelTimeout,
            Self::Stream(e) => matches!(e.kind(), StreamErrorKind::Idle | StreamErrorKind::Call),
            Self::Credentials(e) => e.kind() == CredentialsErrorKind::Timeout,
            _ => false,
        }
    }

    /// Whether Bedrock asked to slow down.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        matches!(self, Self::Service(e) if e.is_throttling())
    }

    /// Whether the conversation is too long for the model: see [`ServiceError::is_context_overflow`].
    #[must_use]
    pub fn is_context_overflow(&self) -> bool {
        matches!(self, Self::Service(e) if e.is_context_overflow())
    }

    /// Returns how long the service asks to wait before the request is retried: see [`ServiceError::retry_after`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Service(e) => e.retry_after(),
            _ => None,
        }
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
            Self::Config(_) | Self::Credentials(_) => None,
            Self::Transport(_) | Self::Stream(_) | Self::Decode(_) => self.context().status,
        }
    }

    /// The request id that AWS gave the call (`x-amzn-requestid`): quote it when you ask AWS for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.context().request_id.as_deref()
    }

    /// How often the request was sent; 0 where nothing was.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.context().attempts
    }

    /// The same error, knowing how often the request was sent.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.context_mut().attempts = attempts;
        self
    }

    /// The same error, knowing what was called. What it knows already stays: a call may be part of another.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_origin(mut self, origin: impl FnOnce() -> Arc<Origin>) -> Self {
        self.context_mut().origin.get_or_insert_with(origin);
        self
    }

    /// The same error, knowing the status and the request id of the answer it came from.
    #[must_use]
    pub(crate) fn with_head(mut self, head: &http::response::Parts) -> Self {
        self.context_mut().note(head);
        self
    }
}

/// AWS's request id, under each of the names it travels by.
pub(crate) fn request_id(headers: &http::HeaderMap) -> Option<&str> {
    REQUEST_IDS.iter().find_map(|name| headers.get(*name)).and_then(|value| value.to_str().ok())
}

/// The names that AWS's request ID travels by.
const REQUEST_IDS: [&str; 3] = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"];

/// Removes the secrets from the request IDs of a response. The secrets are asked for only if an ID is not a UUID, as AWS's are.
#[cfg(feature = "client")]
pub(crate) fn redact_request_ids(headers: &mut http::HeaderMap, secrets: impl Fn() -> Secrets) {
    /// The length of a UUID with its hyphens.
    const UUID: usize = 36;
    let is_uuid =
        |id: &[u8]| id.len() == UUID && id.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    for name in REQUEST_IDS {
        let Some(value) = headers.get_mut(name).filter(|value| !is_uuid(value.as_bytes())) else { continue };
        if let Cow::Owned(clean) = secrets().remove(value.as_bytes())
            && let Ok(clean) = http::HeaderValue::from_bytes(&clean)
        {
            *value = clean;
        }
    }
}

fn source(cause: Option<&Cause>) -> Option<&(dyn StdError + 'static)> {
    cause.map(|cause| &**cause as &(dyn StdError + 'static))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Error {
        let cause = std::io::Error::other("the cause");
        TransportError::new(TransportErrorKind::Connect).with_source(cause).into()
    }

    #[test]
    fn one_line_says_everything_in_every_form() {
        let error = refused();
        assert_eq!(error.to_string(), "no connection: the cause");
        for form in [format!("{error:#}"), format!("{error:?}")] {
            assert_eq!(form, error.to_string());
        }
        assert!(error.source().is_none(), "a reporter would say the causes twice");
        assert_eq!(error.cause().map(ToString::to_string).as_deref(), Some("the cause"));
        assert!(format!("{error:#?}").starts_with("Transport(\n"), "{error:#?}");
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_call_names_its_operation_host_attempts_and_request() {
        let origin = |name: &str| Origin::new(name, &"host:8080".parse().unwrap(), false);
        let error = refused().with_origin(|| origin("Converse")).with_origin(|| origin("Another"));
        assert_eq!(error.to_string(), "Converse at host:8080: no connection: the cause (not sent)");
        let error = error.with_attempts(1);
        assert_eq!(error.to_string(), "Converse at host:8080: no connection: the cause (1 attempt)");
        let response = http::Response::builder().header("x-amzn-requestid", "r\t1").body(()).unwrap();
        let error = error.with_attempts(3).with_head(&response.into_parts().0);
        assert_eq!(error.to_string(), "Converse at host:8080: no connection: the cause (3 attempts, request r 1)");
        assert_eq!((error.operation(), error.host()), (Some("Converse"), Some("host:8080")));
    }
}
