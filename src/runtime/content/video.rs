//! Videos in a message.

use bytes::Bytes;

use crate::runtime::S3Location;
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
    ///
    /// ```
    /// use bedrock_lite::Message;
    /// use bedrock_lite::runtime::{S3Location, VideoBlock, VideoFormat};
    /// use serde_json::json;
    ///
    /// // A short one as bytes, a long one from S3.
    /// let message = Message::user("What happens in these two?")
    ///     .block(VideoBlock::new(VideoFormat::Mp4, b"\0\0\0\x18ftypmp42".to_vec()))
    ///     .block(VideoBlock::new(VideoFormat::Webm, S3Location::new("s3://my-videos/long.webm")));
    /// let message = serde_json::to_value(&message)?;
    /// assert_eq!(message["content"][1], json!({"video": {"format": "mp4", "source": {"bytes": "AAAAGGZ0eXBtcDQy"}}}));
    /// assert_eq!(
    ///     message["content"][2]["video"]["source"],
    ///     json!({"s3Location": {"uri": "s3://my-videos/long.webm"}})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct VideoBlock {
        /// How it is encoded.
        format: VideoFormat = "format",
        /// Where its bytes come from.
        source: VideoSource = "source",
    }
}
