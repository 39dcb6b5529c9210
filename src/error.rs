//! [`Error`] and its parts: what went wrong, where, and what to do.
//!
//! Every arm holds one opaque struct with accessors. `Display` says only what its own layer knows; the cause is
//! reached by [`source`](std::error::Error::source), and `{:#}` prints it too. No text here ever holds a secret.

mod json_path;
mod service;
mod stream;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

pub(crate) use json_path::json_path;
pub use service::{ServiceError, ServiceErrorKind};
pub use stream::{StreamError, StreamErrorKind};

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
    /// Whether time ran out: connecting, waiting for the answer's head, or between two pieces of a stream.
    ///
    /// A model's own time-out is [`ServiceErrorKind::ModelTimeout`], and counts too.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport(e) => e.timed_out,
            Self::Service(e) => e.kind() == ServiceErrorKind::ModelTimeout,
            Self::Stream(e) => e.kind() == StreamErrorKind::Idle,
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
            // It failed before this attempt was sent.
            Self::Config(e) => e.attempts = attempts.saturating_sub(1),
            Self::Credentials(e) => e.attempts = attempts.saturating_sub(1),
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

/// What is wrong with a configuration or a request, found before anything was sent.
#[derive(Debug)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
    attempts: u32,
    source: Option<Cause>,
}

/// The kinds of [`ConfigError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// No region was found.
    MissingRegion,
    /// The region is no region.
    InvalidRegion,
    /// An endpoint override is no URL that requests can be sent to.
    InvalidEndpoint,
    /// Settings that exclude each other.
    Conflict,
    /// A secret would travel unencrypted.
    Insecure,
    /// A path label (a model id, an ARN) that no path can hold.
    InvalidLabel,
    /// A header value that no request can carry.
    InvalidHeader,
    /// A credential that no request can carry.
    InvalidCredentials,
    /// A request that cannot be written as JSON.
    InvalidBody,
    /// A request, or a part of one, that Bedrock would refuse.
    InvalidRequest,
    /// The HTTP client could not be set up.
    HttpClient,
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), attempts: 0, source: None }
    }

    pub(crate) fn with_source(mut self, source: impl Into<Cause>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What is wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(self.source.as_ref())
    }
}

/// Why there are no credentials: what was tried, in order, and what each source said.
#[derive(Debug)]
pub struct CredentialsError {
    message: String,
    attempts: u32,
    source: Option<Cause>,
}

impl CredentialsError {
    /// An error of a credentials source of your own. The message must hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), attempts: 0, source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no credentials: {}", self.message)
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(self.source.as_ref())
    }
}

/// Why a request or its answer did not get through.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    timeout: Option<Duration>,
    timed_out: bool,
    attempts: u32,
    source: Option<Cause>,
}

/// The kinds of [`TransportError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: the name did not resolve, the port was closed, TLS failed, or it took too long.
    Connect,
    /// The connection broke, or time ran out, before the answer's head was there.
    Head,
    /// The connection broke while the answer's body was read.
    Body,
    /// The answer's body is larger than the client takes.
    BodyTooLarge,
}

#[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only the transport makes them"))]
impl TransportError {
    pub(crate) fn new(kind: TransportErrorKind) -> Self {
        Self { kind, timeout: None, timed_out: false, attempts: 0, source: None }
    }

    pub(crate) fn after(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self.timed_out()
    }

    pub(crate) fn timed_out(mut self) -> Self {
        self.timed_out = true;
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Cause>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl TransportError {
    /// Where it broke, to match on.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The time-out that was exceeded, where one of this crate's was; those of an HTTP client of your own are not known.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Whether nothing can have been generated yet: only then is the request sent again without asking.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind == TransportErrorKind::Connect
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TransportErrorKind::Connect => "no connection to the endpoint",
            TransportErrorKind::Head => "the connection gave no answer",
            TransportErrorKind::Body => "the connection broke inside the answer's body",
            TransportErrorKind::BodyTooLarge => "the answer's body is larger than the client takes",
        };
        match self.timeout {
            Some(timeout) => write!(f, "{what} within {timeout:?}"),
            None if self.timed_out => write!(f, "{what} in time"),
            None => f.write_str(what),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(self.source.as_ref())
    }
}

/// What could not be read: an answer that is not its shape, a document that is not JSON.
#[derive(Debug)]
pub struct DecodeError {
    what: &'static str,
    path: String,
    body: Bytes,
    context: Context,
    source: Cause,
}

/// How much of an unreadable body an error keeps, in bytes.
pub(crate) const KEPT_BODY: usize = 4096;

/// The first bytes of a body, without holding on to the rest of it.
pub(crate) fn first_bytes(body: &[u8]) -> Bytes {
    Bytes::copy_from_slice(body.get(..KEPT_BODY).unwrap_or(body))
}

impl DecodeError {
    pub(crate) fn new(what: &'static str, body: &[u8], source: serde_json::Error) -> Self {
        let path = json_path(body, &source);
        Self { what, path, body: first_bytes(body), context: Context::default(), source: source.into() }
    }

    /// What can be read and yet cannot be meant.
    #[cfg(feature = "client")]
    pub(crate) fn meaningless(what: &'static str, body: &[u8], source: impl Into<Cause>) -> Self {
        let context = Context::default();
        Self { what, path: String::new(), body: first_bytes(body), context, source: source.into() }
    }

    /// The AWS name of the shape, or `document`.
    #[must_use]
    pub fn what(&self) -> &str {
        self.what
    }

    /// Where in the JSON it is, such as `output.message.content[0].toolUse.name`; empty where it is all of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The first 4,096 bytes of what was to be read.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The same error, knowing the call that the answer is of.
    pub(crate) fn with_call(mut self, status: Option<StatusCode>, request_id: Option<&str>, attempts: u32) -> Self {
        self.context = Context { status, request_id: request_id.map(Into::into), attempts };
        self
    }

    fn status(&self) -> Option<StatusCode> {
        self.context.status
    }

    fn request_id(&self) -> Option<&str> {
        self.context.request_id.as_deref()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what was received is not a readable {}", self.what)?;
        if self.path.is_empty() { Ok(()) } else { write!(f, ", at {}", self.path) }
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
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
