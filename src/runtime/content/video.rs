//! Videos in a message.

use bytes::Bytes;

use crate::runtime::S3Location;
use crate::shape::{Blob, open_enum, structure, union};

open_enum! {
    /// The format of a video.
    pub enum VideoFormat {
        /// A Matroska container.
        Mkv = "mkv",
        /// A `QuickTime` container.
        Mov = "mov",
        /// An MPEG-4 container.
        Mp4 = "mp4",
        /// A `WebM` container.
        Webm = "webm",
        /// A Flash video.
        Flv = "flv",
        /// An MPEG video.
        Mpeg = "mpeg",
        /// An MPEG video, under its other name.
        Mpg = "mpg",
        /// A Windows Media video.
        Wmv = "wmv",
        /// A 3GP container.
        ThreeGp = "three_gp",
    }
}

union! {
    /// The source of a video: bytes, or an object in Amazon S3.
    ///
    /// `Vec<u8>`, [`Bytes`], [`Blob`] and [`S3Location`] convert into it.
    pub enum VideoSource {
        /// The bytes of the video. They must be less than 25 MB in base64, which is about 18 MB of
        /// video. The client encodes them when it sends the request.
        Bytes(Blob) = "bytes",
        /// The location of a video in Amazon S3. At most 1 GB. Only some models can read from S3.
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
    /// A video in a message.
    ///
    /// [`from_path`](Self::from_path) reads a video from a file, and
    /// [`from_bytes`](Self::from_bytes) determines the format of bytes.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_VideoBlock.html>
    ///
    /// ```
    /// use bedrock_lite::Message;
    /// use bedrock_lite::runtime::{S3Location, VideoBlock, VideoFormat};
    /// use serde_json::json;
    ///
    /// // Bytes for a short video, Amazon S3 for a long video.
    /// let short = VideoBlock::new(
    ///     VideoFormat::Mp4,
    ///     b"\0\0\0\x18ftypmp42".to_vec(),
    /// );
    /// let long = VideoBlock::new(
    ///     VideoFormat::Webm,
    ///     S3Location::new("s3://my-videos/long.webm"),
    /// );
    /// let message = Message::user("What happens in these two videos?")
    ///     .block(short)
    ///     .block(long);
    /// let message = serde_json::to_value(&message)?;
    /// assert_eq!(
    ///     message["content"][1]["video"],
    ///     json!({"format": "mp4", "source": {"bytes": "AAAAGGZ0eXBtcDQy"}})
    /// );
    /// assert_eq!(
    ///     message["content"][2]["video"]["source"],
    ///     json!({"s3Location": {"uri": "s3://my-videos/long.webm"}})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct VideoBlock {
        /// The format of the video.
        format: VideoFormat = "format",
        /// The source of the video: bytes, or an object in Amazon S3.
        source: VideoSource = "source",
    }
}
