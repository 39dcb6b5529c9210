//! [`Error`] and its parts.
//!
//! Every variant of [`Error`] holds one opaque struct with accessors:
//!
//! - `Display` of [`Error`] is one line: the call, what failed, the causes, and what to do.
//! - `Display` of a part says only what its own layer knows. Its cause is available from
//!   [`source`](std::error::Error::source).
//! - All text passes through [`line`], which bounds it and keeps it on one line.
//! - [`redact`] removes the secrets that the client knows from every error that leaves a client.

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
mod service_kind;
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
pub use credentials::{CredentialsError, CredentialsErrorKind, ProviderAttempt, ProviderKind};
pub use decode::DecodeError;
pub use service::ServiceError;
pub use service_kind::ServiceErrorKind;
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

/// The cause of an error, for `source()`.
pub(crate) type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// The error type of this crate.
///
/// `Display` is one line of at most 4 KiB: the operation and the host, what failed, the causes down
/// to the root, the number of attempts, the request ID, and [`advice`](Self::advice) if there is
/// any.
///
/// ```text
/// Converse at bedrock-runtime.eu-west-1.amazonaws.com: no connection: tcp
/// connect error: Connection refused (os error 111) (3 attempts)
///
/// Converse at bedrock-runtime.eu-west-1.amazonaws.com: ThrottlingException
/// (429): Too many tokens, please wait (3 attempts, request 7b41)
/// ```
///
/// `Debug` (`{:?}`) prints the same line, because a `main` that returns a `Result` prints `Debug`.
/// `{:#?}` prints the structure.
///
/// The line contains the causes. [`source`](std::error::Error::source) therefore returns `None`, so
/// that reporters that print an error and its sources do not print them twice. Use
/// [`cause`](Self::cause) to examine the causes.
///
/// # In tests
///
/// Every kind of error can be created by a test of code that handles it, and converted to an
/// `Error` with `From`.
///
/// ```
/// use bedrock_lite::{Error, TransportError, TransportErrorKind};
///
/// let error = Error::from(TransportError::new(TransportErrorKind::Connect));
/// assert!(error.is_retryable());
/// ```
///
/// # Examples
///
/// ```
/// use bedrock_lite::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Service(e) if e.is_throttling() => "slow down",
///         e if e.is_context_overflow() => "shorten the conversation",
///         e if e.is_timeout() => "allow more time",
///         _ => "read the message",
///     }
/// }
/// ```
#[non_exhaustive]
pub enum Error {
    /// The configuration of the client or the request is invalid. Nothing was sent.
    Config(ConfigError),
    /// No credentials provider returned credentials.
    Credentials(CredentialsError),
    /// The request could not be sent, or its response could not be received.
    Transport(TransportError),
    /// Bedrock returned an error, as a response or as an exception in an event stream.
    Service(ServiceError),
    /// An event stream was truncated or corrupt, or the response was not an event stream.
    Stream(StreamError),
    /// A response or a document could not be read as the expected shape.
    Decode(DecodeError),
}

macro_rules! variants {
    ($($variant:ident($part:ty)),+) => {
        $(impl From<$part> for Error {
            fn from(error: $part) -> Self {
                Self::$variant(error)
            }
        })+

        impl Error {
            fn part(&self) -> &(dyn StdError + Send + Sync + 'static) {
                match self {
                    $(Self::$variant(error) => error,)+
                }
            }

            fn context(&self) -> &Context {
                match self {
                    $(Self::$variant(error) => error.context(),)+
                }
            }

            fn context_mut(&mut self) -> &mut Context {
                match self {
                    $(Self::$variant(error) => error.context_mut(),)+
                }
            }

            /// Prints the structure.
            fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(error) => f.debug_tuple(stringify!($variant)).field(error).finish(),)+
                }
            }
        }
    };
}

variants!(
    Config(ConfigError),
    Credentials(CredentialsError),
    Transport(TransportError),
    Service(ServiceError),
    Stream(StreamError),
    Decode(DecodeError)
);

/// Prints one line: see [`Error`]. `{:#}` prints the same.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.line().as_str())
    }
}

/// `{:?}` prints the same as `Display`. `{:#?}` prints the structure.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.debug(f) } else { fmt::Display::fmt(self, f) }
    }
}

/// `source` returns `None`, because `Display` contains the causes: see [`Error::cause`].
impl StdError for Error {}

impl Error {
    /// The maximum length of an operation, host or request ID in the line, in bytes.
    const NAME: usize = 256;

    /// Returns the text of `Display`.
    fn line(&self) -> Line {
        let mut line = Line::new(line::WHOLE);
        let context = self.context();
        if let Some(origin) = &context.origin {
            line.append_at_most(Self::NAME, &origin.operation);
            line.append(" at ");
            line.append_at_most(Self::NAME, &origin.authority);
            line.append(": ");
        }
        let part = Line::of(self.part(), line::LONG);
        line.append(part.as_str());
        causes::append(&mut line, part.as_str(), self.part());
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
            line.append(between);
            line.append_at_most(Self::NAME, fact);
            between = ", ";
        }
        if between == ", " {
            line.append(")");
        }
        if let Some(advice) = self.advice().filter(|advice| !line.as_str().contains(&**advice)) {
            line.append("; help: ");
            line.append(advice);
        }
        line
    }

    /// Returns the error that caused this one. It can be downcast, and its `source` leads to the
    /// root cause.
    ///
    /// `Display` contains the causes already. Print either the error or its causes.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        self.part().source()
    }

    /// Returns what to do about the error, if a remedy is known. `Display` ends with it.
    ///
    /// The text is for people and may change between versions. Match on the kinds instead.
    ///
    /// ```
    /// use bedrock_lite::Client;
    ///
    /// let error = Client::builder()
    ///     .environment([("", ""); 0])
    ///     .files(Default::default())
    ///     .build()
    ///     .unwrap_err();
    /// assert!(error.advice().is_some_and(|text| text.contains("AWS_REGION")));
    /// ```
    #[must_use]
    pub fn advice(&self) -> Option<Cow<'static, str>> {
        advice::of(self)
    }

    /// Returns the name of the operation that failed, such as `Converse`. Returns `None` if the
    /// error does not come from a call of a client.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        Some(&self.context().origin.as_ref()?.operation)
    }

    /// Returns the host that was called, with its port unless it is the default port. Returns
    /// `None` if the error does not come from a call of a client.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        Some(self.context().origin.as_ref()?.authority.as_str())
    }

    /// Returns whether the call failed because of a timeout.
    ///
    /// These count as timeouts: of credentials, of connecting, of the response headers, of a silent
    /// body or stream, and of the whole call. A timeout of the model counts too
    /// ([`ServiceErrorKind::ModelTimeout`]).
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

    /// Returns whether Bedrock throttled the request.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        matches!(self, Self::Service(e) if e.is_throttling())
    }

    /// Returns whether the conversation is too long for the model: see
    /// [`ServiceError::is_context_overflow`].
    #[must_use]
    pub fn is_context_overflow(&self) -> bool {
        matches!(self, Self::Service(e) if e.is_context_overflow())
    }

    /// Returns how long the service asks the client to wait before a retry: see
    /// [`ServiceError::retry_after`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Service(e) => e.retry_after(),
            _ => None,
        }
    }

    /// Returns whether a retry of the same request may succeed.
    ///
    /// The client retries some of these errors itself: see [`RetryPolicy`](crate::RetryPolicy). It
    /// does not retry others, such as a truncated stream, because the tokens that the model
    /// generated are already billed. The caller decides about these.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(e) => e.is_retryable(),
            Self::Service(e) => e.is_retryable(),
            Self::Stream(e) => e.is_retryable(),
            Self::Config(_) | Self::Credentials(_) | Self::Decode(_) => false,
        }
    }

    /// Returns the HTTP status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Service(e) => Some(e.status()),
            Self::Config(_) | Self::Credentials(_) => None,
            Self::Transport(_) | Self::Stream(_) | Self::Decode(_) => self.context().status,
        }
    }

    /// Returns the request ID (`x-amzn-requestid`), if there was a response. AWS support asks for
    /// it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.context().request_id.as_deref()
    }

    /// Returns how many times the request was sent. Returns 0 if it was not sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.context().attempts
    }

    /// Sets how many times the request was sent.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.context_mut().attempts = attempts;
        self
    }

    /// Sets what was called. An origin that is set already stays, because a call may be part of
    /// another.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_origin(mut self, origin: impl FnOnce() -> Arc<Origin>) -> Self {
        self.context_mut().origin.get_or_insert_with(origin);
        self
    }

    /// Sets the status and the request ID from the response.
    #[must_use]
    pub(crate) fn with_head(mut self, head: &http::response::Parts) -> Self {
        self.context_mut().note(head);
        self
    }
}

/// Returns AWS's request ID, from any of the headers that carry it.
pub(crate) fn request_id(headers: &http::HeaderMap) -> Option<&str> {
    REQUEST_IDS.iter().find_map(|name| headers.get(*name)).and_then(|value| value.to_str().ok())
}

/// The names of the headers that carry AWS's request ID.
const REQUEST_IDS: [&str; 3] = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"];

/// Removes the secrets from the request IDs of a response. It collects the secrets only if an ID is
/// not a UUID, as the IDs of AWS are.
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
    fn every_format_prints_one_line_with_the_cause() {
        let error = refused();
        assert_eq!(error.to_string(), "no connection: the cause");
        for form in [format!("{error:#}"), format!("{error:?}")] {
            assert_eq!(form, error.to_string());
        }
        assert!(error.source().is_none(), "a reporter would print the causes twice");
        assert_eq!(error.cause().map(ToString::to_string).as_deref(), Some("the cause"));
        assert!(format!("{error:#?}").starts_with("Transport(\n"), "{error:#?}");
    }

    #[cfg(feature = "client")]
    #[test]
    fn message_has_operation_host_attempts_and_request_id() {
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
