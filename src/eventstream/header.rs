//! [`HeaderValue`]: the value of a header of a frame.

use bytes::Bytes;

/// The maximum length of a string or a byte array. The field could hold 65,535, but implementations
/// in C, Java and Go read it as signed.
pub(super) const MAX_VALUE: usize = 32_767;

/// The value of a header of a frame. The format has ten types, of which `true` and `false` are one
/// variant here.
///
/// Bedrock only sends strings. Strings and byte arrays have at most 32,767 bytes. The other types
/// have a fixed size. The types are described in
/// [the specification](https://smithy.io/2.0/aws/amazon-eventstream.html).
///
/// ```
/// use bedrock_lite::eventstream::{Frame, HeaderValue};
///
/// let frame = Frame::new("")
///     .with_header("at", HeaderValue::Timestamp(1_700_000_000_000))
///     .with_header("part", 7_i32);
/// assert_eq!(frame.header("part"), Some(HeaderValue::Int32(7)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue {
    /// A boolean: type 0 is true, type 1 is false.
    Bool(bool),
    /// An 8-bit signed integer (type 2).
    Byte(i8),
    /// A 16-bit signed integer (type 3).
    Int16(i16),
    /// A 32-bit signed integer (type 4).
    Int32(i32),
    /// A 64-bit signed integer (type 5).
    Int64(i64),
    /// A byte array (type 6).
    ByteArray(Bytes),
    /// A UTF-8 string (type 7).
    String(String),
    /// A timestamp in milliseconds since 1970-01-01T00:00:00Z (type 8).
    Timestamp(i64),
    /// A UUID as one big-endian number (type 9).
    Uuid(u128),
}

impl HeaderValue {
    /// Returns the text, if the value is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the type byte of the value.
    pub(super) fn wire_type(&self) -> u8 {
        match self {
            Self::Bool(true) => 0,
            Self::Bool(false) => 1,
            Self::Byte(_) => 2,
            Self::Int16(_) => 3,
            Self::Int32(_) => 4,
            Self::Int64(_) => 5,
            Self::ByteArray(_) => 6,
            Self::String(_) => 7,
            Self::Timestamp(_) => 8,
            Self::Uuid(_) => 9,
        }
    }
}

macro_rules! from {
    ($($from:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$from> for HeaderValue {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )+};
}

from! { bool => Bool, i8 => Byte, i16 => Int16, i32 => Int32, i64 => Int64, Bytes => ByteArray, &str => String, String => String }
