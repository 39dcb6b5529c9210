//! [`Blob`]: bytes that are Base64-encoded on the wire.

use std::fmt;
use std::hash::{Hash, Hasher};

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::UnknownMembers;
use super::body::encodes_bytes;

/// The bytes of an image, a document or other binary content. They are Base64-encoded exactly once,
/// when they are sent.
///
/// There is no conversion from a string, because Base64 text would be encoded a second time, and
/// Bedrock would report an unreadable image. Use [`Blob::from_base64`] for text that is already
/// encoded.
///
/// ```
/// use bedrock_lite::Blob;
///
/// let blob = Blob::from(vec![0x89, b'P', b'N', b'G']);
/// assert_eq!(serde_json::to_string(&blob)?, r#""iVBORw==""#);
/// assert_eq!(Blob::from_base64("iVBORw==")?, blob);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Blob {
    bytes: Bytes,
    /// The members next to this one, if it is the content of a union's variant.
    pub(super) kept: UnknownMembers,
}

impl Blob {
    /// Decodes Base64 text (standard alphabet, with padding).
    ///
    /// # Errors
    ///
    /// Returns [`InvalidBase64`] if the text is not Base64.
    pub fn from_base64(text: &str) -> Result<Self, InvalidBase64> {
        base64_simd::STANDARD.decode_to_vec(text).map(Self::from).map_err(|_| InvalidBase64)
    }

    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Returns the bytes without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

/// Decodes Base64 that the strict decoder rejects: with line breaks or blanks, in the URL-safe
/// alphabet, or without padding. Such text does not cost the response.
fn forgiving(text: &str) -> Option<Blob> {
    let mut digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    let length = digits.len();
    while digits.last() == Some(&b'=') {
        digits.pop();
    }
    // A group of four digits has at most two padding characters.
    if length - digits.len() > 2 || (digits.is_empty() && length > 0) {
        return None;
    }
    base64_simd::forgiving_decode_to_vec(&digits).map(Blob::from).ok()
}

/// The error of text that is not Base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("text is not Base64 in the standard alphabet with padding")]
pub struct InvalidBase64;

impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, kept: UnknownMembers::default() }
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<&'static [u8]> for Blob {
    fn from(bytes: &'static [u8]) -> Self {
        Self::from(Bytes::from_static(bytes))
    }
}

impl<const N: usize> From<&'static [u8; N]> for Blob {
    fn from(bytes: &'static [u8; N]) -> Self {
        Self::from(Bytes::from_static(bytes))
    }
}

/// Compares the bytes.
impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Blob {}

impl Hash for Blob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Prints the number of bytes, because an image does not belong in a log.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.bytes.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if encodes_bytes::<S>() {
            return serializer.serialize_bytes(&self.bytes);
        }
        serializer.serialize_str(&base64_simd::STANDARD.encode_to_string(&self.bytes))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Base64;

        impl Visitor<'_> for Base64 {
            type Value = Blob;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes in base64")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Blob, E> {
                Blob::from_base64(text).or_else(|error| forgiving(text).ok_or(error)).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Base64)
    }
}
