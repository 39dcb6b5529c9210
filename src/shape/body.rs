//! [`Body`]: the JSON body of a request. Large bytes are encoded straight into it.

use std::any::type_name;
use std::cell::Cell;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::Structure;

/// A request as the JSON body of its HTTP request, without the members in the path.
pub(crate) struct Body<'a, T>(pub(crate) &'a T);

impl<T: Structure> Serialize for Body<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write_members(&mut map)?;
        map.end()
    }
}

impl<T: Structure> Body<'_, T> {
    /// Returns the JSON. The bytes of a [`Blob`](super::Blob) are Base64-encoded straight into it.
    ///
    /// serde only knows strings. The Base64 text would be written to a separate buffer, searched
    /// for characters to escape, and copied, which takes three times as long.
    pub(crate) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let announced = Cell::new(0);
        let mut writer = BodyWriter { json: Vec::with_capacity(128), announced: &announced };
        self.serialize(&mut BodySerializer::with_formatter(&mut writer, Base64 { announced: &announced }))?;
        Ok(writer.json)
    }
}

type BodySerializer<'w, 'a> = serde_json::Serializer<&'w mut BodyWriter<'a>, Base64<'a>>;

/// Returns whether the serializer writes bytes as Base64.
///
/// The types are compared by name, because types with lifetimes have no `TypeId`. If the names were
/// not equal, a blob would be written as a string, as with any other serializer.
pub(super) fn encodes_bytes<S>() -> bool {
    type_name::<S>() == type_name::<&mut BodySerializer<'_, '_>>()
}

/// Writes bytes as Base64. Shapes only write the bytes of blobs.
struct Base64<'a> {
    announced: &'a Cell<usize>,
}

impl Formatter for Base64<'_> {
    fn write_byte_array<W: Write + ?Sized>(&mut self, writer: &mut W, bytes: &[u8]) -> io::Result<()> {
        /// The number of bytes that are encoded at a time. A multiple of 3, so that only the last
        /// chunk has padding. The bytes and their Base64 fit into the L1 cache.
        const CHUNK: usize = 3 * 2048;
        let mut digits = [0; CHUNK / 3 * 4];
        self.announced.set(base64_simd::STANDARD.encoded_length(bytes.len()));
        writer.write_all(b"\"")?;
        for chunk in bytes.chunks(CHUNK) {
            writer.write_all(base64_simd::STANDARD.encode(chunk, base64_simd::Out::from_slice(&mut digits)))?;
        }
        writer.write_all(b"\"")
    }
}

/// A growing body that reserves room for a large write at once.
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
        /// Room for what follows a large write, usually a few brackets.
        const MORE: usize = 1024;
        // Every other write is a single byte: a bracket, a comma or a quotation mark.
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
    fn body_equals_what_serde_writes() {
        for bytes in [0, 1, 2, 3, 6143, 6144, 6145, 6146, 100_000] {
            let request = request(bytes);
            let json = Body(&request).to_json().unwrap();
            assert_eq!(String::from_utf8(json).unwrap(), serde_json::to_string(&Body(&request)).unwrap(), "{bytes}");
        }
    }

    #[test]
    fn only_the_body_serializer_encodes_bytes() {
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
    fn large_body_is_one_allocation_of_its_size() {
        let json = Body(&request(1 << 20)).to_json().unwrap();
        assert!(json.capacity() - json.len() < 1024, "{} for {}", json.capacity(), json.len());
    }
}
