//! Images in a message.

use bytes::Bytes;

use crate::runtime::{ErrorBlock, S3Location};
use crate::shape::{Blob, open_enum, structure, union};

open_enum! {
    /// The format of an image.
    pub enum ImageFormat {
        /// A PNG image.
        Png = "png",
        /// A JPEG image. Bedrock refuses the name `jpg`.
        Jpeg = "jpeg",
        /// A GIF image.
        Gif = "gif",
        /// A WebP image.
        Webp = "webp",
    }
}

union! {
    /// The source of an image: bytes, or an object in Amazon S3.
    ///
    /// `Vec<u8>`, [`Bytes`], [`Blob`] and [`S3Location`] convert into it.
    pub enum ImageSource {
        /// The bytes of the image. The client encodes them in base64 when it sends the request.
        Bytes(Blob) = "bytes",
        /// The location of an image in Amazon S3. Only some models can read from S3.
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
    /// An image in a message.
    ///
    /// A message can have up to 20 images of up to 3.75 MB and 8,000 by 8,000 pixels each. Only
    /// messages of the user can have images.
    ///
    /// [`from_path`](Self::from_path) reads an image from a file, and
    /// [`from_bytes`](Self::from_bytes) determines the format of bytes.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{ImageBlock, ImageFormat, Message};
    ///
    /// let png = vec![0x89, b'P', b'N', b'G'];
    /// let image = ImageBlock::new(ImageFormat::Png, png);
    /// let message = Message::user("What is this?").block(image);
    /// ```
    pub struct ImageBlock {
        /// The format of the image. It must be the format of the bytes.
        format: ImageFormat = "format",
        /// The source of the image: bytes, or an object in Amazon S3.
        source: ImageSource = "source",
    } optional {
        /// The error, in a response, if the model could not process the image.
        error: option ErrorBlock = "error",
    }
}
