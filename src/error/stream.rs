//! [`StreamError`]: the ways an event stream can lie.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Cause, Context, Redact, Secrets, line};

/// How an event stream was cut, corrupt, or not a stream at all.
///
/// What had arrived before it stays available from the stream.
#[derive(Debug, Clone)]
pub struct StreamError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: StreamErrorKind,
    detail: String,
    context: Context,
    /// Shared: a stream that has failed says its error again.
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
    /// The stream has neither ended nor failed: it was not read to its end, and what is left of it may be cut.
    Unfinished,
    /// The checksum of a frame's first eight bytes is wrong: its lengths cannot be trusted.
    PreludeChecksum,
    /// The checksum of a frame is wrong.
    MessageChecksum,
    /// A frame claims to be larger than the bound: a payload of 24 MiB.
    FrameTooLarge,
    /// A frame whose lengths or headers contradict each other.
    MalformedFrame,
    /// An event whose payload is not the shape its name says.
    MalformedEvent,
    /// Events in an order that builds no message.
    UnexpectedEvent,
    /// A tool's input, put together, is not JSON (a reply cut by `max_tokens` leaves it so).
    ToolInput,
    /// The answer is not an event stream at all.
    ContentType,
    /// Nothing arrived for too long.
    Idle,
    /// The time for the whole call ran out.
    Call,
    /// The stream as a whole, or the reply that is put together from it, is larger than the client takes.
    TooLarge,
    /// The connection broke.
    Connection,
}

impl StreamError {
    pub(crate) fn new(kind: StreamErrorKind, detail: impl Into<String>) -> Self {
        let detail = line::kept(detail.into());
        Self(Box::new(Inner { kind, detail, context: Context::default(), source: None }))
    }

    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only the client waits"))]
    pub(crate) fn idle(timeout: Duration) -> Self {
        Self::new(StreamErrorKind::Idle, format!("nothing arrived for {timeout:?}"))
    }

    pub(crate) fn malformed_frame(detail: impl Into<String>) -> Self {
        Self::new(StreamErrorKind::MalformedFrame, detail)
    }

    /// The error of a checksum that is not that of the bytes.
    pub(crate) fn checksum(kind: StreamErrorKind, computed: u32, claimed: u32) -> Self {
        Self::new(kind, format!("the bytes give {computed:08x}, the frame says {claimed:08x}"))
    }

    /// An event whose payload is not what its name says.
    pub(crate) fn malformed_event(event_type: &str, payload: &[u8], error: serde_json::Error) -> Self {
        let path = super::json_path(payload, &error);
        let detail = if path.is_empty() { event_type.to_owned() } else { format!("{event_type}, at {path}") };
        Self::new(StreamErrorKind::MalformedEvent, detail).with_source(error)
    }

    pub(crate) fn with_source(mut self, source: impl Into<Cause>) -> Self {
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

    /// How the stream failed, to match on.
    #[must_use]
    pub fn kind(&self) -> StreamErrorKind {
        self.0.kind
    }

    /// Whether the same request may well succeed when it is sent again: the network failed, not the request.
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
            StreamErrorKind::Truncated => "the stream was cut inside a frame",
            StreamErrorKind::MissingMessageStop => "the stream ended before messageStop",
            StreamErrorKind::Empty => "the stream ended without a frame",
            StreamErrorKind::Unfinished => "the stream was not read to its end",
            StreamErrorKind::PreludeChecksum => "the checksum of a frame's prelude is wrong",
            StreamErrorKind::MessageChecksum => "the checksum of a frame is wrong",
            StreamErrorKind::FrameTooLarge => "a frame is larger than the bound",
            StreamErrorKind::MalformedFrame => "a frame is malformed",
            StreamErrorKind::MalformedEvent => "an event is not what its name says",
            StreamErrorKind::UnexpectedEvent => "an event came where it cannot",
            StreamErrorKind::ToolInput => "the input of a tool is not JSON",
            StreamErrorKind::ContentType => "the response is not an event stream",
            StreamErrorKind::Idle => "the stream went silent",
            StreamErrorKind::Call => "the stream was not done in time",
            StreamErrorKind::TooLarge => "the stream is larger than the client takes",
            StreamErrorKind::Connection => "the connection broke inside the stream",
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
