//! [`Headers`]: the headers of a frame. [`HeaderReader`]: reads the headers of successive frames.

use std::str;
use std::sync::Arc;

use bytes::Bytes;

use super::header::{HeaderValue, MAX_VALUE};
use crate::error::StreamError;

/// The headers of a frame, in their order. Clones share them.
///
/// Headers that were set by the caller are validated only when they are encoded.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Headers(Arc<Vec<(String, HeaderValue)>>);

impl Headers {
    /// Reads the headers of a frame.
    fn read(block: &[u8]) -> Result<Self, StreamError> {
        let mut headers = Vec::new();
        let mut rest = block;
        while !rest.is_empty() {
            let at = block.len() - rest.len();
            headers.push(split_header(&mut rest).map_err(|what| {
                StreamError::malformed_frame(format!("{what} in the header at byte {at} of {}", block.len()))
            })?);
        }
        Ok(Self(Arc::new(headers)))
    }

    pub(super) fn push(&mut self, name: String, value: HeaderValue) {
        Arc::make_mut(&mut self.0).push((name, value));
    }

    /// Returns all headers, including repeated ones.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &HeaderValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the value of the first header with this name.
    pub(super) fn first(&self, wanted: &str) -> Option<&HeaderValue> {
        self.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }
}

/// Reads the headers of successive frames. Headers that equal those of the previous frame are
/// shared, because nearly all frames of a stream have the same headers.
#[derive(Debug, Clone, Default)]
pub(super) struct HeaderReader {
    block: Vec<u8>,
    headers: Headers,
}

impl HeaderReader {
    /// Reads the headers of a frame.
    pub(super) fn read(&mut self, block: &[u8]) -> Result<Headers, StreamError> {
        if self.block != block {
            self.headers = Headers::read(block)?;
            self.block.clear();
            self.block.extend_from_slice(block);
        }
        Ok(self.headers.clone())
    }
}

/// Splits the first header off a block: the length and bytes of its name, its type, its value.
/// Returns what is wrong if it is malformed.
fn split_header(block: &mut &[u8]) -> Result<(String, HeaderValue), &'static str> {
    let [length] = take(block).ok_or("no name")?;
    let name = split(block, length.into()).ok_or("truncated name")?;
    if name.is_empty() {
        return Err("no name");
    }
    let name = str::from_utf8(name).map_err(|_| "name that is not UTF-8")?;
    let [value_type] = take(block).ok_or("no type")?;
    let value = match value_type {
        0 => Some(HeaderValue::Bool(true)),
        1 => Some(HeaderValue::Bool(false)),
        2 => take(block).map(|bytes| HeaderValue::Byte(i8::from_be_bytes(bytes))),
        3 => take(block).map(|bytes| HeaderValue::Int16(i16::from_be_bytes(bytes))),
        4 => take(block).map(|bytes| HeaderValue::Int32(i32::from_be_bytes(bytes))),
        5 => take(block).map(|bytes| HeaderValue::Int64(i64::from_be_bytes(bytes))),
        6 => split_long(block)?.map(|bytes| HeaderValue::ByteArray(Bytes::copy_from_slice(bytes))),
        7 => match split_long(block)?.map(str::from_utf8).transpose() {
            Ok(text) => text.map(HeaderValue::from),
            Err(_) => return Err("string that is not UTF-8"),
        },
        8 => take(block).map(|bytes| HeaderValue::Timestamp(i64::from_be_bytes(bytes))),
        9 => take(block).map(|bytes| HeaderValue::Uuid(u128::from_be_bytes(bytes))),
        _ => return Err("unknown type"),
    };
    Ok((name.to_owned(), value.ok_or("truncated value")?))
}

/// Splits off a length of two bytes and the value. Returns `None` if they are truncated.
fn split_long<'a>(block: &mut &'a [u8]) -> Result<Option<&'a [u8]>, &'static str> {
    let Some(length) = take(block) else { return Ok(None) };
    let length = u16::from_be_bytes(length).into();
    if length > MAX_VALUE { Err("value of more than 32,767 bytes") } else { Ok(split(block, length)) }
}

fn take<const N: usize>(block: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, rest) = block.split_first_chunk()?;
    *block = rest;
    Some(*bytes)
}

fn split<'a>(block: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (bytes, rest) = block.split_at_checked(length)?;
    *block = rest;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::StreamErrorKind;

    #[test]
    fn every_type_is_read() {
        let block = b"\x01a\0\x01b\x01\x01c\x02\xff\x01d\x03\xff\xfe\x01e\x04\0\0\0\x03\x01f\x05\0\0\0\0\0\0\0\x04\
            \x01g\x06\0\x02\xff\0\x01h\x07\0\x02\xc3\xa9\x01i\x08\xff\xff\xff\xff\xff\xff\xff\xff\x01j\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0";
        let headers = Headers::read(block).unwrap();
        let values: Vec<_> = headers.iter().map(|(_, value)| value.clone()).collect();
        let expected = [
            true.into(),
            false.into(),
            HeaderValue::Byte(-1),
            (-2_i16).into(),
            3_i32.into(),
            4_i64.into(),
            Bytes::from_static(b"\xff\0").into(),
            "é".into(),
            HeaderValue::Timestamp(-1),
            HeaderValue::Uuid(256),
        ];
        assert_eq!(values, expected);
        assert_eq!(headers.iter().map(|(name, _)| name).collect::<String>(), "abcdefghij");
    }

    #[test]
    fn malformed_header_is_reported_with_its_position() {
        for (block, expected) in [
            (&b"\x01a\0\x00"[..], "no name in the header at byte 3 of 4"),
            (b"\0\0", "no name in"),
            (b"\x02a", "truncated name"),
            (b"\x01a", "no type"),
            (b"\x01a\x0a", "unknown type"),
            (b"\x01a\x07\0\x02a", "truncated value"),
            (b"\x01a\x07\0", "truncated value"),
            (b"\x01a\x07\x80\0", "value of more than 32,767 bytes"),
            (b"\x01a\x06\xff\xff", "value of more than 32,767 bytes"),
            (b"\x01a\x06\x7f\xff", "truncated value"),
            (b"\x01a\x09\0", "truncated value"),
            (b"\x01\xff\0", "name that is not UTF-8"),
            (b"\x01a\x07\0\x01\xff", "string that is not UTF-8"),
        ] {
            let error = Headers::read(block).unwrap_err();
            assert_eq!(error.kind(), StreamErrorKind::MalformedFrame);
            assert!(error.to_string().contains(expected), "{error}, not {expected}");
        }
    }

    #[test]
    fn equal_headers_are_shared_and_others_are_read() {
        let mut reader = HeaderReader::default();
        let first = reader.read(b"\x01a\0").unwrap();
        let again = reader.read(b"\x01a\0").unwrap();
        assert!(Arc::ptr_eq(&first.0, &again.0));
        assert_eq!(reader.read(b"\x01a\x01").unwrap().first("a"), Some(&false.into()));
        reader.read(b"\x01a").unwrap_err();
        assert_eq!(reader.read(b"").unwrap(), Headers::default());
        assert_eq!(reader.read(b"\x01a\0").unwrap(), first);
    }

    #[test]
    fn header_added_to_a_frame_does_not_affect_the_next() {
        let mut reader = HeaderReader::default();
        let mut headers = reader.read(b"\x01a\0").unwrap();
        headers.push("b".to_owned(), 7_i32.into());
        assert_eq!(headers.iter().count(), 2);
        assert_eq!(reader.read(b"\x01a\0").unwrap().iter().count(), 1);
    }
}
