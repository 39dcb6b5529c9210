//! [`Blob`]: bytes, in base64 only while they travel.

use std::fmt;
use std::hash::{Hash, Hasher};

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::UnknownMembers;
use super::body::encodes_bytes;

/// Bytes of an image, a document or the like; encoded to base64 exactly once, as they are sent.
///
/// There is no conversion from a string: text that is base64 already would be encoded a second time, and Bedrock would
/// answer that it cannot read the image. Where all you have is base64, say so with [`Blob::from_base64`].
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
    /// The members next to it where it is a union's variant.
    pub(super) kept: UnknownMembers,
}

impl Blob {
    /// The bytes that base64 text (standard alphabet, padded) stands for.
    ///
    /// # Errors
    ///
    /// [`InvalidBase64`] where the text is not base64.
    pub fn from_base64(text: &str) -> Result<Self, InvalidBase64> {
        base64_simd::STANDARD.decode_to_vec(text).map(Self::from).map_err(|_| InvalidBase64)
    }

    /// The bytes, as they are.
    #[must_use]
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

/// Decodes what the strict decoder refuses and is Base64 all the same: with line breaks or blanks, in the URL-safe alphabet,
/// with padding missing. A response is not lost over these.
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
    // One group of four digits has two padding characters at most, and they pad something.
    if length - digits.len() > 2 || (digits.is_empty() && length > 0) {
        return None;
    }
    base64_simd::forgiving_decode_to_vec(&digits).map(Blob::from).ok()
}

/// Text that was to be base64 and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not base64 in the standard alphabet with padding")]
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

/// Says how many bytes there are; a log is no place for an image.
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
