//! Audio in a message.

use bytes::Bytes;

use crate::runtime::{ErrorBlock, S3Location};
use crate::shape::{Blob, open_enum, structure, union};

open_enum! {
    /// The format of audio data.
    pub enum AudioFormat {
        /// MP3 audio.
        Mp3 = "mp3",
        /// Opus audio.
        Opus = "opus",
        /// WAV audio.
        Wav = "wav",
        /// AAC audio.
        Aac = "aac",
        /// FLAC audio.
        Flac = "flac",
        /// An MPEG-4 container.
        Mp4 = "mp4",
        /// An Ogg container.
        Ogg = "ogg",
        /// A Matroska container.
        Mkv = "mkv",
        /// A Matroska container with audio only.
        Mka = "mka",
        /// AAC audio, under its older name.
        XAac = "x-aac",
        /// An MPEG-4 container with audio only.
        M4a = "m4a",
        /// MPEG audio.
        Mpeg = "mpeg",
        /// MPEG audio, under its older name.
        Mpga = "mpga",
        /// PCM samples without a header.
        Pcm = "pcm",
        /// A `WebM` container.
        Webm = "webm",
    }
}

union! {
    /// The source of audio data: bytes, or an object in Amazon S3.
    ///
    /// `Vec<u8>`, [`Bytes`], [`Blob`] and [`S3Location`] convert into it.
    pub enum AudioSource {
        /// The bytes of the audio. The client encodes them in base64 when it sends the request.
        Bytes(Blob) = "bytes",
        /// The location of an audio object in Amazon S3. Only some models can read from S3.
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
    /// Audio in a message.
    ///
    /// [`from_path`](Self::from_path) reads audio from a file, and
    /// [`from_bytes`](Self::from_bytes) determines the format of bytes.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_AudioBlock.html>
    ///
    /// ```
    /// use bedrock_lite::Message;
    /// use bedrock_lite::runtime::{AudioBlock, AudioFormat};
    /// use serde_json::json;
    ///
    /// let audio = AudioBlock::new(AudioFormat::Wav, b"RIFF".to_vec());
    /// let message = Message::user("Write down what is said.").block(audio);
    /// assert_eq!(
    ///     serde_json::to_value(&message)?["content"][1],
    ///     json!({"audio": {"format": "wav", "source": {"bytes": "UklGRg=="}}})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct AudioBlock {
        /// The format of the audio.
        format: AudioFormat = "format",
        /// The source of the audio: bytes, or an object in Amazon S3.
        source: AudioSource = "source",
    } optional {
        /// The error, in a response, if the model could not process the audio.
        error: option ErrorBlock = "error",
    }
}
