//! [`encode`]: encodes frames.

use std::error::Error as StdError;
use std::fmt;

use bytes::{BufMut, Bytes};

use super::frame::Frame;
use super::header::{HeaderValue, MAX_VALUE};
use super::prelude::OVERHEAD;
use super::{MAX_HEADERS, MAX_PAYLOAD};
use crate::error::line;

/// The maximum length of the name of a header, in bytes. Its length has one byte.
const MAX_NAME: usize = 255;

/// Encodes a frame, including the prelude CRC and the message CRC.
///
/// The format is described in
/// [the specification](https://smithy.io/2.0/aws/amazon-eventstream.html).
///
/// ```
/// use bedrock_lite::eventstream::{EncodeErrorKind, Frame, encode};
///
/// assert_eq!(encode(&Frame::new(""))?.len(), 16);
/// let error = encode(&Frame::new("").with_header("", true)).unwrap_err();
/// assert_eq!(error.kind(), EncodeErrorKind::HeaderName);
/// # Ok::<(), bedrock_lite::eventstream::EncodeError>(())
/// ```
///
/// # Errors
///
/// Returns an error if the format cannot represent a part of the frame:
///
/// - the name of a header is empty or longer than 255 bytes;
/// - the value of a header is longer than 32,767 bytes;
/// - the headers are longer than [`MAX_HEADERS`];
/// - the payload is longer than [`MAX_PAYLOAD`].
pub fn encode(frame: &Frame) -> Result<Bytes, EncodeError> {
    let headers = frame.header_refs().map(|(name, value)| header_length(name, value)).sum::<Result<_, _>>()?;
    if headers > MAX_HEADERS {
        return Err(EncodeError::too_long(EncodeErrorKind::Headers, headers, MAX_HEADERS));
    }
    let payload = frame.payload().len();
    if payload > MAX_PAYLOAD {
        return Err(EncodeError::too_long(EncodeErrorKind::Frame, payload, MAX_PAYLOAD));
    }
    let total = headers + payload + OVERHEAD;

    let mut bytes = Vec::with_capacity(total);
    for length in [total, headers] {
        // Cannot overflow, because the maximum is far below that of the field.
        bytes.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    }
    bytes.put_u32(crc32fast::hash(&bytes));
    for (name, value) in frame.header_refs() {
        put_header(&mut bytes, name, value);
    }
    bytes.put_slice(frame.payload());
    bytes.put_u32(crc32fast::hash(&bytes));
    Ok(bytes.into())
}

/// Writes a header that is known to fit: the length and the bytes of its name, its type, its value.
fn put_header(bytes: &mut Vec<u8>, name: &str, value: &HeaderValue) {
    bytes.put_u8(u8::try_from(name.len()).unwrap_or(u8::MAX));
    bytes.put_slice(name.as_bytes());
    bytes.put_u8(value.wire_type());
    match value {
        // The type contains the value.
        HeaderValue::Bool(_) => {}
        HeaderValue::Byte(value) => bytes.put_i8(*value),
        HeaderValue::Int16(value) => bytes.put_i16(*value),
        HeaderValue::Int32(value) => bytes.put_i32(*value),
        HeaderValue::Int64(value) | HeaderValue::Timestamp(value) => bytes.put_i64(*value),
        HeaderValue::ByteArray(value) => put_long(bytes, value),
        HeaderValue::String(value) => put_long(bytes, value.as_bytes()),
        HeaderValue::Uuid(value) => bytes.put_u128(*value),
    }
}

/// Writes a length of two bytes, and the value.
fn put_long(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.put_u16(u16::try_from(value.len()).unwrap_or(u16::MAX));
    bytes.put_slice(value);
}

/// Returns the length of an encoded header: the length and the bytes of its name, its type, its
/// value.
fn header_length(name: &str, value: &HeaderValue) -> Result<usize, EncodeError> {
    let name = name.len();
    if name == 0 {
        return Err(EncodeError { kind: EncodeErrorKind::HeaderName, detail: "it is empty".to_owned() });
    }
    if name > MAX_NAME {
        return Err(EncodeError::too_long(EncodeErrorKind::HeaderName, name, MAX_NAME));
    }
    let value = match value {
        HeaderValue::ByteArray(bytes) => 2 + value_length(bytes)?,
        HeaderValue::String(text) => 2 + value_length(text.as_bytes())?,
        HeaderValue::Bool(_) => 0,
        HeaderValue::Byte(_) => 1,
        HeaderValue::Int16(_) => 2,
        HeaderValue::Int32(_) => 4,
        HeaderValue::Int64(_) | HeaderValue::Timestamp(_) => 8,
        HeaderValue::Uuid(_) => 16,
    };
    Ok(2 + name + value)
}

fn value_length(value: &[u8]) -> Result<usize, EncodeError> {
    if value.len() > MAX_VALUE {
        return Err(EncodeError::too_long(EncodeErrorKind::HeaderValue, value.len(), MAX_VALUE));
    }
    Ok(value.len())
}

/// Why a frame cannot be encoded: the format cannot represent a part of it.
#[derive(Debug)]
pub struct EncodeError {
    kind: EncodeErrorKind,
    detail: String,
}

/// The kinds of [`EncodeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The name of a header is empty or longer than 255 bytes.
    HeaderName,
    /// The value of a header is longer than 32,767 bytes.
    HeaderValue,
    /// The headers are longer than [`MAX_HEADERS`].
    Headers,
    /// The payload is longer than [`MAX_PAYLOAD`].
    Frame,
}

impl EncodeError {
    fn too_long(kind: EncodeErrorKind, length: usize, bound: usize) -> Self {
        Self { kind, detail: format!("{length} bytes, the maximum is {bound}") }
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> EncodeErrorKind {
        self.kind
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            EncodeErrorKind::HeaderName => "invalid header name",
            EncodeErrorKind::HeaderValue => "header value is too long",
            EncodeErrorKind::Headers => "headers are too long",
            EncodeErrorKind::Frame => "payload is too long",
        };
        line::print(f, format_args!("{what}: {}", self.detail))
    }
}

impl StdError for EncodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(frame: &Frame) -> Option<EncodeErrorKind> {
        encode(frame).err().map(|error| error.kind())
    }

    #[test]
    fn header_names_and_values_have_a_maximum_length() {
        let named = |length| Frame::new("").with_header("n".repeat(length), true);
        assert_eq!(kind(&named(0)), Some(EncodeErrorKind::HeaderName));
        assert_eq!(kind(&named(255)), None);
        assert_eq!(kind(&named(256)), Some(EncodeErrorKind::HeaderName));

        let text = |length| Frame::new("").with_header("n", "v".repeat(length));
        assert_eq!(kind(&text(32_767)), None);
        assert_eq!(kind(&text(32_768)), Some(EncodeErrorKind::HeaderValue));
        let bytes = |length| Frame::new("").with_header("n", Bytes::from(vec![0; length]));
        assert_eq!(kind(&bytes(32_767)), None);
        assert_eq!(kind(&bytes(32_768)), Some(EncodeErrorKind::HeaderValue));
    }

    #[test]
    fn headers_and_payload_have_a_maximum_length() {
        // Three headers of 32,771 bytes leave 32,759 of the 131,072 bytes. The name and type take
        // five.
        let frame = |last| {
            (0..3)
                .fold(Frame::new(""), |frame, _| frame.with_header("n", "v".repeat(32_766)))
                .with_header("n", "v".repeat(last))
        };
        assert_eq!(encode(&frame(32_754)).unwrap().len(), MAX_HEADERS + OVERHEAD);
        assert_eq!(kind(&frame(32_755)), Some(EncodeErrorKind::Headers));

        assert_eq!(kind(&Frame::new(vec![0; MAX_PAYLOAD])), None);
        assert_eq!(kind(&Frame::new(vec![0; MAX_PAYLOAD + 1])), Some(EncodeErrorKind::Frame));
    }

    #[test]
    fn header_length_is_correct_for_every_type() {
        let values: [HeaderValue; 9] = [
            true.into(),
            1_i8.into(),
            1_i16.into(),
            1_i32.into(),
            1_i64.into(),
            Bytes::from_static(b"bytes").into(),
            "text".into(),
            HeaderValue::Timestamp(1),
            HeaderValue::Uuid(1),
        ];
        for value in values {
            let frame = Frame::new("").with_header("name", value);
            let counted: usize = frame.header_refs().map(|(name, value)| header_length(name, value).unwrap()).sum();
            assert_eq!(encode(&frame).unwrap().len(), counted + OVERHEAD, "{frame:?}");
        }
    }
}
