//! [`Body`]: a request as the JSON that travels, large bytes written once.

use std::any::type_name;
use std::cell::Cell;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::Structure;

/// A request as the body of its HTTP request: without what travels in the path.
pub(crate) struct Body<'a, T>(pub(crate) &'a T);

impl<T: Structure> Serialize for Body<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write_members(&mut map)?;
        map.end()
    }
}

impl<T: Structure> Body<'_, T> {
    /// The JSON; what a [`Blob`](super::Blob) holds is encoded straight into it.
    ///
    /// serde knows strings only: base64 would be made beside the body, searched for characters to escape, and copied, which takes
    /// three times as long as to make it.
    pub(crate) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let announced = Cell::new(0);
        let mut writer = BodyWriter { json: Vec::with_capacity(128), announced: &announced };
        self.serialize(&mut BodySerializer::with_formatter(&mut writer, Base64 { announced: &announced }))?;
        Ok(writer.json)
    }
}

type BodySerializer<'w, 'a> = serde_json::Serializer<&'w mut BodyWriter<'a>, Base64<'a>>;

/// Whether bytes that are handed to a serializer as such are written in base64.
///
/// By name, because what borrows has no `TypeId`: were the names not equal, a blob would travel as the string that it is to everyone
/// else.
pub(super) fn encodes_bytes<S>() -> bool {
    type_name::<S>() == type_name::<&mut BodySerializer<'_, '_>>()
}

/// Writes bytes in base64; whoever writes a shape hands it no others than a blob's.
struct Base64<'a> {
    announced: &'a Cell<usize>,
}

impl Formatter for Base64<'_> {
    fn write_byte_array<W: Write + ?Sized>(&mut self, writer: &mut W, bytes: &[u8]) -> io::Result<()> {
        /// Bytes at a time, no remainder but the last; they and their digits fit into the fastest cache.
        const PIECE: usize = 3 * 2048;
        let mut digits = [0; PIECE / 3 * 4];
        self.announced.set(base64_simd::STANDARD.encoded_length(bytes.len()));
        writer.write_all(b"\"")?;
        for piece in bytes.chunks(PIECE) {
            writer.write_all(base64_simd::STANDARD.encode(piece, base64_simd::Out::from_slice(&mut digits)))?;
        }
        writer.write_all(b"\"")
    }
}

/// A growing body that makes room for what is announced at once.
struct BodyWriter<'a> {
    json: Vec<u8>,
    announced: &'a Cell<usize>,
}

impl Write for BodyWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        /// For what follows, which is seldom more than some brackets.
        const MORE: usize = 1024;
        // A bracket, a comma, a quotation mark: every other write is one, and what is announced comes in longer ones.
        if let [byte] = bytes {
            self.json.push(*byte);
            return Ok(());
        }
        match self.announced.take() {
            0 => {}
            announced => self.json.reserve(announced + MORE),
        }
        self.json.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{ConverseRequest, ImageBlock, ImageFormat, ImageSource, Message};

    fn request(bytes: usize) -> ConverseRequest {
        let image: Vec<u8> = (0..=255).cycle().take(bytes).collect();
        let image = ImageBlock::new(ImageFormat::Png, ImageSource::Bytes(image.into()));
        ConverseRequest::new("m").message(Message::user("What is \"this\"?").block(image))
    }

    #[test]
    fn it_is_what_serde_writes() {
        for bytes in [0, 1, 2, 3, 6143, 6144, 6145, 6146, 100_000] {
            let request = request(bytes);
            let json = Body(&request).to_json().unwrap();
            assert_eq!(String::from_utf8(json).unwrap(), serde_json::to_string(&Body(&request)).unwrap(), "{bytes}");
        }
    }

    #[test]
    fn bytes_are_known_to_be_encoded_there_and_nowhere_else() {
        struct Asks;

        impl Serialize for Asks {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bool(encodes_bytes::<S>())
            }
        }

        let announced = Cell::new(0);
        let mut writer = BodyWriter { json: Vec::new(), announced: &announced };
        Asks.serialize(&mut BodySerializer::with_formatter(&mut writer, Base64 { announced: &announced })).unwrap();
        assert_eq!(writer.json, b"true");
        assert_eq!(serde_json::to_string(&Asks).unwrap(), "false");
        assert_eq!(serde_json::to_value(Asks).unwrap(), false);
    }

    #[test]
    fn a_large_body_is_one_allocation_of_its_size() {
        let json = Body(&request(1 << 20)).to_json().unwrap();
        assert!(json.capacity() - json.len() < 1024, "{} for {}", json.capacity(), json.len());
    }
}
