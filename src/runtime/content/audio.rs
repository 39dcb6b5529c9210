//! Sound in a message.

use bytes::Bytes;

use crate::runtime::{ErrorBlock, S3Location};
use crate::shape::{Blob, open_enum, structure, union};

open_enum! {
    /// How sound is encoded.
    pub enum AudioFormat {
        /// MP3.
        Mp3 = "mp3",
        /// Opus.
        Opus = "opus",
        /// WAV.
        Wav = "wav",
        /// AAC.
        Aac = "aac",
        /// FLAC.
        Flac = "flac",
        /// MPEG-4.
        Mp4 = "mp4",
        /// Ogg.
        Ogg = "ogg",
        /// Matroska.
        Mkv = "mkv",
        /// Matroska that holds sound only.
        Mka = "mka",
        /// AAC, by its other name.
        XAac = "x-aac",
        /// MPEG-4 that holds sound only.
        M4a = "m4a",
        /// MPEG.
        Mpeg = "mpeg",
        /// MPEG, by its other name.
        Mpga = "mpga",
        /// Samples without a header.
        Pcm = "pcm",
        /// `WebM`.
        Webm = "webm",
    }
}

union! {
    /// Where the bytes of a sound come from.
    ///
    /// Bytes of any kind convert into it, and so does an [`S3Location`].
    pub enum AudioSource {
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
    /// Sound.
    ///
    /// ```
    /// use bedrock_lite::Message;
    /// use bedrock_lite::runtime::{AudioBlock, AudioFormat};
    /// use serde_json::json;
    ///
    /// let message = Message::user("Write down what is said.").block(AudioBlock::new(AudioFormat::Wav, b"RIFF".to_vec()));
    /// assert_eq!(
    ///     serde_json::to_value(&message)?["content"][1],
    ///     json!({"audio": {"format": "wav", "source": {"bytes": "UklGRg=="}}})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct AudioBlock {
        /// How it is encoded.
        format: AudioFormat = "format",
        /// Where its bytes come from.
        source: AudioSource = "source",
    } optional {
        /// What went wrong with it, in an answer.
        error: option ErrorBlock = "error",
    }
}
