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
        super::source(self.source.as_ref())
    }
}
