//! Images in a message.

use bytes::Bytes;

use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::runtime::{ErrorBlock, S3Location};
use crate::shape::{Blob, open_enum, structure, union};

open_enum! {
    /// How an image is encoded.
    pub enum ImageFormat {
        /// PNG.
        Png = "png",
        /// JPEG; Bedrock refuses `jpg`.
        Jpeg = "jpeg",
        /// GIF.
        Gif = "gif",
        /// WebP.
        Webp = "webp",
    }
}

union! {
    /// Where the bytes of an image come from.
    ///
    /// Bytes of any kind convert into it, and so does an [`S3Location`].
    pub enum ImageSource {
        /// The bytes themselves.
        Bytes(Blob) = "bytes",
        /// An object in S3, for the models that read there.
        S3Location(S3Location) = "s3Location",
    } from {
        Blob => Bytes,
        Bytes => Bytes,
        Vec<u8> => Bytes,
        &'static [u8] => Bytes,
        S3Location => S3Location,
    } sensitive true
}

structure! {
    /// An image.
    ///
    /// A message takes up to 20 of them, each up to 3.75 MB and 8,000 by 8,000 pixels, and only one of the user does.
    ///
    /// ```
    /// use bedrock_lite::runtime::{ImageBlock, ImageFormat, Message};
    ///
    /// let png = vec![0x89, b'P', b'N', b'G'];
    /// let message = Message::user("What is this?").block(ImageBlock::new(ImageFormat::Png, png));
    /// ```
    pub struct ImageBlock {
        /// How it is encoded; it has to be what the bytes are.
        format: ImageFormat = "format",
        /// Where its bytes come from.
        source: ImageSource = "source",
    } optional {
        /// What went wrong with it, in an answer.
        error: option ErrorBlock = "error",
    }
}

impl ImageBlock {
    /// An image of these bytes, in the format that they are.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where they are no PNG, JPEG, GIF or WebP.
    pub fn from_bytes(bytes: impl Into<Blob>) -> Result<Self, Error> {
        let bytes = bytes.into();
        match ImageFormat::of_bytes(bytes.as_ref()) {
            Some(format) => Ok(Self::new(format, bytes)),
            None => {
                Err(ConfigError::new(ConfigErrorKind::InvalidRequest, "the bytes are no PNG, JPEG, GIF or WebP").into())
            }
        }
    }
}

impl ImageFormat {
    /// The format that bytes are, told by how they begin.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
}
