//! Videos in a message.

use bytes::Bytes;

use super::S3Location;
use crate::shape::{Blob, open_enum, structure, union};

open_enum! {
    /// How a video is encoded.
    pub enum VideoFormat {
        /// Matroska.
        Mkv = "mkv",
        /// `QuickTime`.
        Mov = "mov",
        /// MPEG-4.
        Mp4 = "mp4",
        /// `WebM`.
        Webm = "webm",
        /// Flash video.
        Flv = "flv",
        /// MPEG.
        Mpeg = "mpeg",
        /// MPEG, by its other name.
        Mpg = "mpg",
        /// Windows Media.
        Wmv = "wmv",
        /// 3GP.
        ThreeGp = "three_gp",
    }
}

union! {
    /// Where the bytes of a video come from.
    ///
    /// Bytes of any kind convert into it, and so does an [`S3Location`].
    pub enum VideoSource {
        /// The bytes themselves: less than 25 MB once they are base64, which is about 18 MB of video.
        Bytes(Blob) = "bytes",
        /// An object in S3, up to 1 GB.
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
    /// A video.
    pub struct VideoBlock {
        /// How it is encoded.
        format: VideoFormat = "format",
        /// Where its bytes come from.
        source: VideoSource = "source",
    }
}
