//! [`Frame`]: one message of an event stream.

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

/// One message of an event stream: headers, and a payload.
///
/// A frame is an event, an exception or an error, as [`message_type`](Self::message_type) says. Where a name occurs
/// twice among its headers, the first is the one that [`header`](Self::header) and the named accessors read.
///
/// ```
/// use bedrock_lite::eventstream::Frame;
///
/// let frame = Frame::exception("throttlingException", r#"{"message":"Too many tokens"}"#);
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
    /// A frame without headers.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { headers: Headers::default(), payload: payload.into() }
    }

    /// An event, its headers in the order in which Bedrock sends them: `:event-type`, `:content-type`, `:message-type`.
    pub fn event(event_type: &str, content_type: &str, payload: impl Into<Bytes>) -> Self {
        Self::new(payload)
            .with_header(EVENT_TYPE, event_type)
            .with_header(CONTENT_TYPE, content_type)
            .with_header(MESSAGE_TYPE, "event")
    }

    /// An exception with a JSON payload, such as Bedrock sends inside a stream; its type is in lowerCamel
    /// (`throttlingException`).
    pub fn exception(exception_type: &str, payload: impl Into<Bytes>) -> Self {
        Self::new(payload)
            .with_header(EXCEPTION_TYPE, exception_type)
            .with_header(CONTENT_TYPE, "application/json")
            .with_header(MESSAGE_TYPE, "exception")
    }

    /// The same frame with one more header, after those it has.
    ///
    /// Names take 1 to 255 bytes, string and byte array values at most 32,767: [`encode`](super::encode) refuses others.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<HeaderValue>) -> Self {
        self.headers.push(name.into(), value.into());
        self
    }

    /// The payload; of a decoded frame a slice of what arrived.
    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// The payload alone.
    #[must_use]
    pub fn into_payload(self) -> Bytes {
        self.payload
    }

    /// The value of the first header of that name; the case of letters counts.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<HeaderValue> {
        self.headers.first(name).cloned()
    }

    /// The text of the first header of that name, if it is a string: [`header`](Self::header) without a copy.
    #[must_use]
    pub fn header_str(&self, name: &str) -> Option<&str> {
        self.headers.first(name)?.as_str()
    }

    /// All headers in the order of the wire, repeated names included.
    pub fn headers(&self) -> impl Iterator<Item = (&str, HeaderValue)> {
        self.header_refs().map(|(name, value)| (name, value.clone()))
    }

    pub(super) fn header_refs(&self) -> impl Iterator<Item = (&str, &HeaderValue)> {
        self.headers.iter()
    }

    /// `:message-type`: `event`, `exception` or `error`.
    #[must_use]
    pub fn message_type(&self) -> Option<&str> {
        self.header_str(MESSAGE_TYPE)
    }

    /// `:event-type`: which event the payload is (`contentBlockDelta`, `chunk`).
    #[must_use]
    pub fn event_type(&self) -> Option<&str> {
        self.header_str(EVENT_TYPE)
    }

    /// `:exception-type`: which exception the payload is, in lowerCamel (`modelStreamErrorException`).
    #[must_use]
    pub fn exception_type(&self) -> Option<&str> {
        self.header_str(EXCEPTION_TYPE)
    }

    /// `:content-type`: the payload's media type.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.header_str(CONTENT_TYPE)
    }

    /// `:error-code`: the name of an error that no model of the service knows.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.header_str(":error-code")
    }

    /// `:error-message`: what that error says.
    #[must_use]
    pub fn error_message(&self) -> Option<&str> {
        self.header_str(":error-message")
    }

    /// The frame that `bytes` are, exactly, after the prelude they begin with.
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
    fn the_order_of_headers_is_bedrocks() {
        let names = |frame: &Frame| frame.headers().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        let event = Frame::event("chunk", "application/json", "{}");
        assert_eq!(names(&event), [":event-type", ":content-type", ":message-type"]);
        assert_eq!((event.message_type(), event.content_type()), (Some("event"), Some("application/json")));
        let exception = Frame::exception("validationException", "{}");
        assert_eq!(names(&exception), [":exception-type", ":content-type", ":message-type"]);
    }

    #[test]
    fn the_first_of_two_headers_counts() {
        let frame = Frame::new("").with_header(":event-type", "a").with_header(":event-type", "b");
        assert_eq!(frame.event_type(), Some("a"));
        assert_eq!(frame.headers().count(), 2);
    }

    #[test]
    fn a_header_that_is_no_string_is_no_text() {
        let frame = Frame::new("").with_header(":event-type", 1_i32).with_header(":error-code", "E");
        assert_eq!(frame.event_type(), None);
        assert_eq!(frame.header(":event-type"), Some(HeaderValue::Int32(1)));
        assert_eq!((frame.error_code(), frame.error_message()), (Some("E"), None));
    }

    #[test]
    fn debug_shows_names_values_and_payload() {
        let shown = format!("{:?}", Frame::new("hello").with_header("n", true));
        assert_eq!(shown, r#"Frame { headers: {"n": Bool(true)}, payload: b"hello" }"#);
    }
}
