//! [`HeaderValue`]: what a header of a frame can hold.

use bytes::Bytes;

/// The most bytes of a string or a byte array. The length field could hold 65,535, the format does not: C, Java and Go read
/// it as signed.
pub(super) const MAX_VALUE: usize = 32_767;

/// The value of a frame's header: the ten types of the wire, of which `true` and `false` are one here.
///
/// Bedrock sends strings only. Strings and byte arrays are at most 32,767 bytes long; other types have a fixed size.
/// See <https://smithy.io/2.0/aws/amazon-eventstream.html>.
///
/// ```
/// use bedrock_lite::eventstream::{Frame, HeaderValue};
///
/// let frame = Frame::new("").with_header("at", HeaderValue::Timestamp(1_700_000_000_000)).with_header("part", 7_i32);
/// assert_eq!(frame.header("part"), Some(HeaderValue::Int32(7)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue {
    /// Types 0 and 1.
    Bool(bool),
    /// Type 2.
    Byte(i8),
    /// Type 3.
    Int16(i16),
    /// Type 4.
    Int32(i32),
    /// Type 5.
    Int64(i64),
    /// Type 6.
    ByteArray(Bytes),
    /// Type 7, UTF-8.
    String(String),
    /// Type 8, in milliseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// Type 9, the sixteen bytes as one big-endian number.
    Uuid(u128),
}

impl HeaderValue {
    /// The text, if the value is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The byte that says how the value is to be read.
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
    ($($from:ty => $arm:ident),+ $(,)?) => {$(
        impl From<$from> for HeaderValue {
            fn from(value: $from) -> Self {
                Self::$arm(value.into())
            }
        }
    )+};
}

from! { bool => Bool, i8 => Byte, i16 => Int16, i32 => Int32, i64 => Int64, Bytes => ByteArray, &str => String, String => String }
