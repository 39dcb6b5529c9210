//! Conversions between [`Frame`] and the message type of AWS's own crates (feature `smithy`).

use std::error::Error as StdError;
use std::fmt;

use aws_smithy_types::event_stream::{Header, HeaderValue as SmithyValue, Message};
use aws_smithy_types::{DateTime, str_bytes::StrBytes};

use super::{Frame, HeaderValue};
use crate::error::line;

/// Converts a frame to the message type of `aws-smithy-eventstream`. The payload is not copied.
///
/// ```
/// use aws_smithy_eventstream::frame::write_message_to;
/// use aws_smithy_types::event_stream::Message;
/// use bedrock_lite::eventstream::{Frame, encode};
///
/// let frame = Frame::event("messageStop", "application/json", "{}");
/// let mut bytes = Vec::new();
/// write_message_to(&Message::from(frame.clone()), &mut bytes)?;
/// assert_eq!(bytes, encode(&frame)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl From<Frame> for Message {
    fn from(frame: Frame) -> Self {
        let headers: Vec<_> =
            frame.headers().map(|(name, value)| Header::new(name.to_owned(), smithy_value(value))).collect();
        Self::new_from_parts(headers, frame.into_payload())
    }
}

/// Converts a message of `aws-smithy-eventstream` to a frame. The payload is not copied.
///
/// A timestamp is rounded towards the past to a millisecond, the resolution of the wire format.
///
/// ```
/// use aws_smithy_eventstream::frame::read_message_from;
/// use bedrock_lite::eventstream::{Frame, encode};
///
/// let frame = Frame::event("messageStop", "application/json", "{}");
/// let message = read_message_from(&mut encode(&frame)?)?;
/// assert_eq!(Frame::try_from(message)?, frame);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Returns [`UnsupportedHeader`] if a timestamp is out of the range of an `i64` in milliseconds, or
/// if a header has a type that was added to `aws-smithy-types` after the release of this crate.
impl TryFrom<Message> for Frame {
    type Error = UnsupportedHeader;

    fn try_from(message: Message) -> Result<Self, UnsupportedHeader> {
        message.headers().iter().try_fold(Self::new(message.payload().clone()), |frame, header| {
            let name = header.name().as_str();
            let value = frame_value(header.value()).ok_or_else(|| UnsupportedHeader { name: name.into() })?;
            Ok(frame.with_header(name, value))
        })
    }
}

/// A header of a message whose value a [`Frame`] cannot represent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsupportedHeader {
    name: Box<str>,
}

impl UnsupportedHeader {
    /// Returns the name of the header.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for UnsupportedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::print(f, format_args!("the value of the header {:?} cannot be converted to a frame's", self.name))
    }
}

impl StdError for UnsupportedHeader {}

fn smithy_value(value: HeaderValue) -> SmithyValue {
    match value {
        HeaderValue::Bool(value) => SmithyValue::Bool(value),
        HeaderValue::Byte(value) => SmithyValue::Byte(value),
        HeaderValue::Int16(value) => SmithyValue::Int16(value),
        HeaderValue::Int32(value) => SmithyValue::Int32(value),
        HeaderValue::Int64(value) => SmithyValue::Int64(value),
        HeaderValue::ByteArray(value) => SmithyValue::ByteArray(value),
        HeaderValue::String(value) => SmithyValue::String(StrBytes::from(value)),
        HeaderValue::Timestamp(millis) => SmithyValue::Timestamp(DateTime::from_millis(millis)),
        HeaderValue::Uuid(value) => SmithyValue::Uuid(value),
    }
}

fn frame_value(value: &SmithyValue) -> Option<HeaderValue> {
    Some(match value {
        SmithyValue::Bool(value) => HeaderValue::Bool(*value),
        SmithyValue::Byte(value) => HeaderValue::Byte(*value),
        SmithyValue::Int16(value) => HeaderValue::Int16(*value),
        SmithyValue::Int32(value) => HeaderValue::Int32(*value),
        SmithyValue::Int64(value) => HeaderValue::Int64(*value),
        SmithyValue::ByteArray(value) => HeaderValue::ByteArray(value.clone()),
        SmithyValue::String(value) => HeaderValue::String(value.as_str().to_owned()),
        SmithyValue::Timestamp(value) => HeaderValue::Timestamp(value.to_millis().ok()?),
        SmithyValue::Uuid(value) => HeaderValue::Uuid(*value),
        _ => return None,
    })
}
