//! [`TransportError`]: a request or response that was not transferred.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::{Cause, Context, Redact, Secrets, line};

/// Why a request could not be sent, or its response could not be received.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    timeout: Option<Duration>,
    pub(super) timed_out: bool,
    limit: Option<usize>,
    nature: Nature,
    /// What failed, such as a proxy.
    detail: Option<Box<str>>,
    context: Context,
    source: Option<Cause>,
}

/// The kinds of [`TransportError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be established: the host name did not resolve, the port is closed, TLS
    /// failed, or the connect timeout expired.
    Connect,
    /// The connection failed, or the timeout expired, before the response headers arrived.
    Head,
    /// The response is not valid HTTP, or its headers exceed the limit: 100 headers, or 400 KiB.
    Protocol,
    /// The connection failed, or went silent, while the response body was read.
    Body,
    /// The response body exceeds the limit of the client.
    BodyTooLarge,
    /// The timeout of the whole call expired. The cause is the error of the last attempt, if one
    /// failed.
    Call,
}

/// Whether a new connection can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// The next connection may succeed.
    Passing,
    /// This process was suspended while it connected. Nothing was sent.
    Stopped,
    /// A new connection was reset while the request body was sent.
    Refused,
    /// Every connection fails the same way: a certificate, a proxy or a protocol is refused.
    Lasting,
}

impl TransportError {
    /// Creates an error of a kind. Tests of code that handles errors can use it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use bedrock_lite::{Error, TransportError, TransportErrorKind};
    ///
    /// let error = TransportError::new(TransportErrorKind::Head)
    ///     .with_timeout(Duration::from_secs(30));
    /// assert_eq!(error.to_string(), "no response within 30s");
    /// assert!(Error::from(error).is_timeout());
    /// ```
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            timeout: None,
            timed_out: kind == TransportErrorKind::Call,
            limit: None,
            nature: Nature::Passing,
            detail: None,
            context: Context::default(),
            source: None,
        }
    }

    /// Sets the timeout that expired, which makes the error a timeout.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self.timed_out()
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> Self {
        self.source = Some(line::kept_cause(source.into()));
        self
    }

    #[must_use]
    pub(crate) fn timed_out(mut self) -> Self {
        self.timed_out = true;
        self
    }
}

#[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only the transport uses them"))]
impl TransportError {
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
}

impl TransportError {
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns the timeout that expired. Returns `None` if it was not a timeout, or if it was a
    /// timeout of a custom HTTP client.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Returns whether a retry may succeed and cannot be billed twice: the connection failed before
    /// the response headers arrived.
    ///
    /// These are not retryable:
    ///
    /// - Timeouts, except while connecting. The tokens that the model generated are billed.
    /// - Connections that fail the same way each time: the certificate is not trusted, the port
    ///   does not speak TLS, or a proxy refuses.
    /// - A new connection that was reset while a body of more than 16 KiB was sent. Servers refuse
    ///   uploads this way, and would refuse the retry too.
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
            TransportErrorKind::Head => "the connection failed before the response",
            TransportErrorKind::Protocol => "invalid HTTP response",
            TransportErrorKind::Body if self.timed_out => "no more data of the response body",
            TransportErrorKind::Body => "the connection failed during the response body",
            TransportErrorKind::BodyTooLarge => "the response body exceeds the limit",
            TransportErrorKind::Call => "the call timed out",
        };
        let mut text = line::Line::of(what, line::PART);
        match (self.timeout, self.limit) {
            (Some(timeout), _) if self.kind == TransportErrorKind::Call => {
                text.append(format_args!(" after {timeout:?}"));
            }
            (Some(timeout), _) => text.append(format_args!(" within {timeout:?}")),
            (None, _) if self.timed_out && self.kind != TransportErrorKind::Call => text.append(" in time"),
            (None, Some(limit)) => text.append(format_args!(" of {limit} bytes")),
            (None, None) => {}
        }
        if let Some(detail) = &self.detail {
            text.append(format_args!(": {detail}"));
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
