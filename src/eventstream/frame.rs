//! [`Frame`]: a message of an event stream.

use std::fmt;

use bytes::{Buf, Bytes};

use super::header::HeaderValue;
use super::headers::{HeaderReader, Headers};
use super::prelude::{CHECKSUM, PRELUDE, Prelude};
use crate::error::{StreamError, StreamErrorKind};

const MESSAGE_TYPE: &str = ":message-type";
const EVENT_TYPE: &str = ":event-type";
const EXCEPTION_TYPE: &str = ":exception-type";
const CONTENT_TYPE: &str = ":content-type";

/// A message of an event stream: headers and a payload.
///
/// A frame is an event, an exception or an error: see [`message_type`](Self::message_type). If a
/// header is repeated, [`header`](Self::header) and the named accessors return the first one.
///
/// ```
/// use bedrock_lite::eventstream::Frame;
///
/// let payload = r#"{"message":"Too many tokens"}"#;
/// let frame = Frame::exception("throttlingException", payload);
/// assert_eq!(frame.message_type(), Some("exception"));
/// assert_eq!(frame.exception_type(), Some("throttlingException"));
/// assert_eq!(frame.event_type(), None);
/// ```
#[derive(Clone, PartialEq)]
pub struct Frame {
    headers: Headers,
    payload: Bytes,
}

impl Frame {
    /// Creates a frame without headers.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { headers: Headers::default(), payload: payload.into() }
    }

    /// Creates an event. Its headers are in the order in which Bedrock sends them: `:event-type`,
    /// `:content-type`, `:message-type`.
    ///
    /// ```
    /// use bedrock_lite::eventstream::Frame;
    ///
    /// let payload = r#"{"stopReason":"end_turn"}"#;
    /// let frame = Frame::event("messageStop", "application/json", payload);
    /// assert_eq!(frame.event_type(), Some("messageStop"));
    /// ```
    pub fn event(event_type: &str, content_type: &str, payload: impl Into<Bytes>) -> Self {
        Self::new(payload)
            .with_header(EVENT_TYPE, event_type)
            .with_header(CONTENT_TYPE, content_type)
            .with_header(MESSAGE_TYPE, "event")
    }

    /// Creates an exception with a JSON payload, as Bedrock sends it in a stream. Its type is in
    /// lowerCamel (`throttlingException`).
    ///
    /// Tests can create an event stream that fails with it. The payload usually has the member
    /// `message`.
    pub fn exception(exception_type: &str, payload: impl Into<Bytes>) -> Self {
        Self::new(payload)
            .with_header(EXCEPTION_TYPE, exception_type)
            .with_header(CONTENT_TYPE, "application/json")
            .with_header(MESSAGE_TYPE, "exception")
    }

    /// Adds a header after the existing ones.
    ///
    /// [`encode`](super::encode) rejects names of less than 1 or more than 255 bytes, and values of
    /// more than 32,767 bytes.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<HeaderValue>) -> Self {
        self.headers.push(name.into(), value.into());
        self
    }

    /// Returns the payload. The payload of a decoded frame is a slice of the received bytes.
    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// Returns the payload without a copy.
    #[must_use]
    pub fn into_payload(self) -> Bytes {
        self.payload
    }

    /// Returns the value of the first header with this name. Names are case-sensitive.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<HeaderValue> {
        self.headers.first(name).cloned()
    }

    /// Returns the value of the first header with this name if it is a string, without a copy.
    #[must_use]
    pub fn header_str(&self, name: &str) -> Option<&str> {
        self.headers.first(name)?.as_str()
    }

    /// Returns all headers in their order, including repeated ones.
    pub fn headers(&self) -> impl Iterator<Item = (&str, HeaderValue)> {
        self.header_refs().map(|(name, value)| (name, value.clone()))
    }

    pub(super) fn header_refs(&self) -> impl Iterator<Item = (&str, &HeaderValue)> {
        self.headers.iter()
    }

    /// Returns the header `:message-type`: `event`, `exception` or `error`.
    #[must_use]
    pub fn message_type(&self) -> Option<&str> {
        self.header_str(MESSAGE_TYPE)
    }

    /// Returns the header `:event-type`: the type of the event (`contentBlockDelta`, `chunk`).
    #[must_use]
    pub fn event_type(&self) -> Option<&str> {
        self.header_str(EVENT_TYPE)
    }

    /// Returns the header `:exception-type`: the type of the exception, in lowerCamel
    /// (`modelStreamErrorException`).
    #[must_use]
    pub fn exception_type(&self) -> Option<&str> {
        self.header_str(EXCEPTION_TYPE)
    }

    /// Returns the header `:content-type`: the media type of the payload.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.header_str(CONTENT_TYPE)
    }

    /// Returns the header `:error-code`: the code of an error that the service model does not name.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.header_str(":error-code")
    }

    /// Returns the header `:error-message`: the message of such an error.
    #[must_use]
    pub fn error_message(&self) -> Option<&str> {
        self.header_str(":error-message")
    }

    /// Reads the frame that consists of exactly `bytes`, which begin with `prelude`.
    pub(super) fn read(mut bytes: Bytes, prelude: Prelude, headers: &mut HeaderReader) -> Result<Self, StreamError> {
        let (summed, claimed) = bytes.split_last_chunk::<CHECKSUM>().unwrap_or((&[], &[0; CHECKSUM]));
        let (claimed, computed) = (u32::from_be_bytes(*claimed), crc32fast::hash(summed));
        if computed != claimed {
            return Err(StreamError::checksum(StreamErrorKind::MessageChecksum, computed, claimed));
        }
        let headers_end = PRELUDE + prelude.headers;
        let headers = headers.read(summed.get(PRELUDE..headers_end).unwrap_or_default())?;
        bytes.truncate(prelude.total - CHECKSUM);
        bytes.advance(headers_end);
        Ok(Self { headers, payload: bytes })
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Headers<'a>(&'a Frame);
        impl fmt::Debug for Headers<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(self.0.header_refs()).finish()
            }
        }
        f.debug_struct("Frame").field("headers", &Headers(self)).field("payload", &self.payload).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_headers_is_that_of_bedrock() {
        let names = |frame: &Frame| frame.headers().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        let event = Frame::event("chunk", "application/json", "{}");
        assert_eq!(names(&event), [":event-type", ":content-type", ":message-type"]);
        assert_eq!((event.message_type(), event.content_type()), (Some("event"), Some("application/json")));
        let exception = Frame::exception("validationException", "{}");
        assert_eq!(names(&exception), [":exception-type", ":content-type", ":message-type"]);
    }

    #[test]
    fn first_of_repeated_headers_counts() {
        let frame = Frame::new("").with_header(":event-type", "a").with_header(":event-type", "b");
        assert_eq!(frame.event_type(), Some("a"));
        assert_eq!(frame.headers().count(), 2);
    }

    #[test]
    fn header_str_ignores_other_types() {
        let frame = Frame::new("").with_header(":event-type", 1_i32).with_header(":error-code", "E");
        assert_eq!(frame.event_type(), None);
        assert_eq!(frame.header(":event-type"), Some(HeaderValue::Int32(1)));
        assert_eq!((frame.error_code(), frame.error_message()), (Some("E"), None));
    }

    #[test]
    fn debug_prints_names_values_and_payload() {
        let shown = format!("{:?}", Frame::new("hello").with_header("n", true));
        assert_eq!(shown, r#"Frame { headers: {"n": Bool(true)}, payload: b"hello" }"#);
    }
}
