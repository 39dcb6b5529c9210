//! [`StreamError`]: a truncated or corrupt event stream.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Cause, Context, Redact, Secrets, line};

/// Why an event stream is truncated, corrupt, or not an event stream.
///
/// The events that arrived before the error stay available from the stream.
#[derive(Debug, Clone)]
pub struct StreamError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: StreamErrorKind,
    detail: String,
    context: Context,
    /// Shared, because a stream that failed returns the same error again.
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The kinds of [`StreamError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamErrorKind {
    /// The stream ended inside a frame.
    Truncated,
    /// The stream ended between two frames, before `messageStop`.
    MissingMessageStop,
    /// The stream ended without a single frame.
    Empty,
    /// The stream has not ended yet. It was not read to its end, and the rest may be truncated.
    Unfinished,
    /// The CRC of a frame's prelude is wrong. The lengths in the prelude cannot be trusted.
    PreludeChecksum,
    /// The message CRC of a frame is wrong.
    MessageChecksum,
    /// A frame is larger than the maximum, which allows a payload of 24 MiB.
    FrameTooLarge,
    /// The lengths or the headers of a frame contradict each other.
    MalformedFrame,
    /// The payload of an event does not match the shape of its type.
    MalformedEvent,
    /// The order of the events is invalid.
    UnexpectedEvent,
    /// The input of a tool is not valid JSON. A response that `max_tokens` truncates can end like
    /// this.
    ToolInput,
    /// The response is not an event stream. Its content type or its content is wrong.
    ContentType,
    /// No data arrived within the idle timeout.
    Idle,
    /// The timeout of the whole call expired.
    Call,
    /// The stream, or the response accumulated from it, exceeds the limit of the client.
    TooLarge,
    /// The connection failed.
    Connection,
}

impl StreamError {
    /// Creates an error of a kind. Tests of code that handles errors can use it.
    ///
    /// `detail` is printed after the text of the kind. It may be empty.
    ///
    /// ```
    /// use bedrock_lite::{StreamError, StreamErrorKind};
    ///
    /// let error = StreamError::new(StreamErrorKind::Truncated, "12 of its 21 bytes");
    /// assert_eq!(error.kind(), StreamErrorKind::Truncated);
    /// assert!(error.is_retryable());
    /// ```
    pub fn new(kind: StreamErrorKind, detail: impl Into<String>) -> Self {
        let detail = line::kept(detail.into());
        Self(Box::new(Inner { kind, detail, context: Context::default(), source: None }))
    }

    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client has timeouts"))]
    pub(crate) fn idle(timeout: Duration) -> Self {
        Self::new(StreamErrorKind::Idle, format!("nothing arrived for {timeout:?}"))
    }

    pub(crate) fn malformed_frame(detail: impl Into<String>) -> Self {
        Self::new(StreamErrorKind::MalformedFrame, detail)
    }

    /// Creates the error of a wrong CRC.
    pub(crate) fn checksum(kind: StreamErrorKind, computed: u32, claimed: u32) -> Self {
        Self::new(kind, format!("computed {computed:08x}, the frame has {claimed:08x}"))
    }

    /// Creates the error of an event whose payload does not match its type.
    pub(crate) fn malformed_event(event_type: &str, payload: &[u8], error: serde_json::Error) -> Self {
        let path = super::json_path(payload, &error);
        let detail = if path.is_empty() { event_type.to_owned() } else { format!("{event_type}, at {path}") };
        Self::new(StreamErrorKind::MalformedEvent, detail).with_source(error)
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> Self {
        let source: Cause = line::kept_cause(source.into());
        self.0.source = Some(source.into());
        self
    }

    pub(super) fn context(&self) -> &Context {
        &self.0.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.0.context
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> StreamErrorKind {
        self.0.kind
    }

    /// Returns whether a retry of the same request may succeed, because the network failed and not
    /// the request.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !matches!(
            self.0.kind,
            StreamErrorKind::ToolInput
                | StreamErrorKind::Unfinished
                | StreamErrorKind::ContentType
                | StreamErrorKind::MalformedEvent
                | StreamErrorKind::UnexpectedEvent
                | StreamErrorKind::Call
                | StreamErrorKind::TooLarge
        )
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0.kind {
            StreamErrorKind::Truncated => "the stream was truncated inside a frame",
            StreamErrorKind::MissingMessageStop => "the stream ended before messageStop",
            StreamErrorKind::Empty => "the stream ended without a frame",
            StreamErrorKind::Unfinished => "the stream was not read to its end",
            StreamErrorKind::PreludeChecksum => "prelude CRC mismatch",
            StreamErrorKind::MessageChecksum => "message CRC mismatch",
            StreamErrorKind::FrameTooLarge => "a frame exceeds the maximum size",
            StreamErrorKind::MalformedFrame => "malformed frame",
            StreamErrorKind::MalformedEvent => "malformed event",
            StreamErrorKind::UnexpectedEvent => "unexpected event",
            StreamErrorKind::ToolInput => "the input of a tool is not valid JSON",
            StreamErrorKind::ContentType => "the response is not an event stream",
            StreamErrorKind::Idle => "the stream timed out",
            StreamErrorKind::Call => "the call timed out",
            StreamErrorKind::TooLarge => "the stream exceeds the limit",
            StreamErrorKind::Connection => "the connection failed during the stream",
        };
        let between = if self.0.detail.is_empty() { "" } else { ": " };
        line::print(f, format_args!("{what}{between}{}", self.0.detail))
    }
}

impl Redact for StreamError {
    fn redact(&mut self, secrets: &Secrets) {
        self.0.detail.redact(secrets);
        self.0.context.redact(secrets);
        self.0.source.redact(secrets);
    }
}

impl StdError for StreamError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
