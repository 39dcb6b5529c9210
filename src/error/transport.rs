//! [`TransportError`]: what did not get through.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::{Cause, Context, Redact, Secrets, line};

/// Why a request or its answer did not get through.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    timeout: Option<Duration>,
    pub(super) timed_out: bool,
    limit: Option<usize>,
    nature: Nature,
    /// What stood in the way, such as a proxy.
    detail: Option<Box<str>>,
    context: Context,
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

/// What a retry can do about a connection that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// The next connection may succeed.
    Passing,
    /// This process was stopped while it connected, so nothing was sent.
    Stopped,
    /// A new connection was reset while the request's body was sent.
    Refused,
    /// Every connection fails the same way: a certificate, a proxy or a protocol is refused.
    Lasting,
}

#[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only the transport makes them"))]
impl TransportError {
    pub(crate) fn new(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            timeout: None,
            timed_out: false,
            limit: None,
            nature: Nature::Passing,
            detail: None,
            context: Context::default(),
            source: None,
        }
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

    pub(crate) fn of(mut self, nature: Nature) -> Self {
        self.nature = nature;
        self
    }

    pub(crate) fn was_stopped(&self) -> bool {
        self.nature == Nature::Stopped
    }

    pub(crate) fn with_detail(mut self, detail: String) -> Self {
        self.detail = Some(line::kept(detail).into());
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Cause>) -> Self {
        self.source = Some(line::kept_cause(source.into()));
        self
    }
}

impl TransportError {
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

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
    /// A time-out is not among them, but for that of connecting: what the model did until then is paid for. Nor is a connection that
    /// fails the same way each time: a certificate is not trusted, the port does not speak TLS, a proxy refuses. Nor is a new
    /// connection that was reset while a body of more than 16 KiB was sent: this is how a refused upload ends, and it would be
    /// refused again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind {
            TransportErrorKind::Connect => self.nature != Nature::Lasting,
            TransportErrorKind::Head => !self.timed_out && self.nature != Nature::Refused,
            _ => false,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Head if self.timed_out => "no response",
            TransportErrorKind::Head if self.nature == Nature::Refused => {
                "the peer reset the connection while the request was sent"
            }
            TransportErrorKind::Head => "the connection broke before the response",
            TransportErrorKind::Protocol => "invalid HTTP response",
            TransportErrorKind::Body if self.timed_out => "no more of the response body",
            TransportErrorKind::Body => "the connection broke inside the response body",
            TransportErrorKind::BodyTooLarge => "the response body is larger than the limit",
            TransportErrorKind::Call => "the call was not done",
        };
        let mut text = line::Line::of(what, line::PART);
        match (self.timeout, self.limit) {
            (Some(timeout), _) => text.say(format_args!(" within {timeout:?}")),
            (None, _) if self.timed_out => text.say(" in time"),
            (None, Some(limit)) => text.say(format_args!(" of {limit} bytes")),
            (None, None) => {}
        }
        if let Some(detail) = &self.detail {
            text.say(format_args!(": {detail}"));
        }
        line::print(f, text.as_str())
    }
}

impl Redact for TransportError {
    fn redact(&mut self, secrets: &Secrets) {
        self.detail.redact(secrets);
        self.context.redact(secrets);
        self.source.redact(secrets);
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        super::source(self.source.as_ref())
    }
}
