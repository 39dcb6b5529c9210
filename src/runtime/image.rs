//! Images in a message.

use bytes::Bytes;

use super::{ErrorBlock, S3Location};
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
    }
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
        error: one ErrorBlock = "error",
    }
}
