//! [`TransportError`]: what did not get through.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::Cause;

/// Why a request or its answer did not get through.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    timeout: Option<Duration>,
    pub(super) timed_out: bool,
    limit: Option<usize>,
    /// A new connection was reset while the request's body was sent.
    refused: bool,
    pub(super) attempts: u32,
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
    /// What came in place of an answer's head is not HTTP, or more than the client takes: over 100 headers, or 400 KiB of them.
    Protocol,
    /// The connection broke, or went silent, while the answer's body was read.
    Body,
    /// The answer's body is larger than the client takes.
    BodyTooLarge,
    /// The time for the whole call ran out; the cause is what its last attempt failed with, if one had.
    Call,
}

#[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only the transport makes them"))]
impl TransportError {
    pub(crate) fn new(kind: TransportErrorKind) -> Self {
        Self { kind, timeout: None, timed_out: false, limit: None, refused: false, attempts: 0, source: None }
    }

    pub(crate) fn after(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self.timed_out()
    }

    pub(crate) fn timed_out(mut self) -> Self {
        self.timed_out = true;
        self
    }

    pub(crate) fn larger_than(limit: usize) -> Self {
        Self { limit: Some(limit), ..Self::new(TransportErrorKind::BodyTooLarge) }
    }

    pub(crate) fn refused(mut self, refused: bool) -> Self {
        self.refused = refused;
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

    /// Whether the connection failed before the head of an answer: only then is the request sent again without asking.
    ///
    /// A time-out is not among them, but for that of connecting: what the model did until then is paid for. Neither is
    /// a new connection that was reset while a body of more than 16 KiB was sent: this is how a refused upload ends,
    /// and it would be refused again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind {
            TransportErrorKind::Connect => true,
            TransportErrorKind::Head => !self.timed_out && !self.refused,
            _ => false,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TransportErrorKind::Connect => "no connection to the endpoint",
            TransportErrorKind::Head if self.timed_out => "no answer",
            TransportErrorKind::Head if self.refused => "the peer reset the connection while the request was sent",
            TransportErrorKind::Head => "the connection broke before the answer",
            TransportErrorKind::Protocol => "what came is no HTTP answer that the client reads",
            TransportErrorKind::Body if self.timed_out => "nothing more of the answer's body",
            TransportErrorKind::Body => "the connection broke inside the answer's body",
            TransportErrorKind::BodyTooLarge => "the answer's body is larger than the client takes",
            TransportErrorKind::Call => "the call was not done",
        };
        match (self.timeout, self.limit) {
            (Some(timeout), _) => write!(f, "{what} within {timeout:?}"),
            (None, _) if self.timed_out => write!(f, "{what} in time"),
            (None, Some(limit)) => write!(f, "{what}: {limit} bytes"),
            (None, None) => f.write_str(what),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        super::source(self.source.as_ref())
    }
}
