//! Images, videos, audio and documents from bytes and files. This is the only file of the shapes
//! that reads files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::media_format::MediaFormat;
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::runtime::{
    AudioBlock, AudioFormat, DocumentBlock, DocumentFormat, DocumentName, ImageBlock, ImageFormat, VideoBlock,
    VideoFormat,
};
use crate::shape::Blob;

impl ImageBlock {
    /// Creates an image from the bytes of a file. The first bytes determine the format.
    ///
    /// ```
    /// use bedrock_lite::runtime::{ImageBlock, ImageFormat};
    ///
    /// let image = ImageBlock::from_bytes(b"GIF89a".to_vec())?;
    /// assert_eq!(image.format, ImageFormat::Gif);
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the bytes are not a PNG, JPEG, GIF or WebP image.
    pub fn from_bytes(bytes: impl Into<Blob>) -> Result<Self, Error> {
        let bytes = bytes.into();
        Ok(Self::new(detected::<ImageFormat>(&bytes)?, bytes))
    }

    /// Reads an image from a file.
    ///
    /// The first bytes determine the format. If they are not known, the extension determines it.
    /// The call blocks until the file is read.
    ///
    /// ```no_run
    /// use bedrock_lite::runtime::{ImageBlock, Message};
    ///
    /// let image = ImageBlock::from_path("plan.png")?;
    /// let message = Message::user("What does this plan show?").block(image);
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the file cannot be read, or if it has neither the first bytes
    /// nor the extension of a PNG, JPEG, GIF or WebP image. The error names the path.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (format, bytes) = read::<ImageFormat>(path.as_ref())?;
        Ok(Self::new(format, bytes))
    }
}

impl VideoBlock {
    /// Creates a video from the bytes of a file. The first bytes determine the format.
    ///
    /// ```
    /// use bedrock_lite::runtime::{VideoBlock, VideoFormat};
    ///
    /// let video = VideoBlock::from_bytes(b"\0\0\0\x18ftypmp42".to_vec())?;
    /// assert_eq!(video.format, VideoFormat::Mp4);
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the bytes do not begin as a video of a known format does. See
    /// [`VideoFormat::of_bytes`].
    pub fn from_bytes(bytes: impl Into<Blob>) -> Result<Self, Error> {
        let bytes = bytes.into();
        Ok(Self::new(detected::<VideoFormat>(&bytes)?, bytes))
    }

    /// Reads a video from a file.
    ///
    /// The first bytes determine the format. If they are not known, the extension determines it.
    /// The call blocks until the file is read. A request can have less than 25 MB of video in
    /// base64. Use [`S3Location`](super::S3Location) for longer videos.
    ///
    /// ```no_run
    /// use bedrock_lite::runtime::{Message, VideoBlock};
    ///
    /// let video = VideoBlock::from_path("waves.mp4")?;
    /// let message = Message::user("What happens in this video?").block(video);
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the file cannot be read, or if it has neither the first bytes
    /// nor the extension of a known [`VideoFormat`]. The error names the path.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (format, bytes) = read::<VideoFormat>(path.as_ref())?;
        Ok(Self::new(format, bytes))
    }
}

impl AudioBlock {
    /// Creates audio from the bytes of a file. The first bytes determine the format.
    ///
    /// ```
    /// use bedrock_lite::runtime::{AudioBlock, AudioFormat};
    ///
    /// let audio = AudioBlock::from_bytes(b"RIFF\x24\0\0\0WAVEfmt ".to_vec())?;
    /// assert_eq!(audio.format, AudioFormat::Wav);
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the bytes do not begin as audio of a known format does. See
    /// [`AudioFormat::of_bytes`].
    pub fn from_bytes(bytes: impl Into<Blob>) -> Result<Self, Error> {
        let bytes = bytes.into();
        Ok(Self::new(detected::<AudioFormat>(&bytes)?, bytes))
    }

    /// Reads audio from a file.
    ///
    /// The first bytes determine the format. If they are not known, the extension determines it,
    /// as for PCM samples without a header. The call blocks until the file is read.
    ///
    /// ```no_run
    /// use bedrock_lite::runtime::{AudioBlock, Message};
    ///
    /// let audio = AudioBlock::from_path("interview.mp3")?;
    /// let message = Message::user("Write down what is said.").block(audio);
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the file cannot be read, or if it has neither the first bytes
    /// nor the extension of a known [`AudioFormat`]. The error names the path.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (format, bytes) = read::<AudioFormat>(path.as_ref())?;
        Ok(Self::new(format, bytes))
    }
}

impl DocumentBlock {
    /// Creates a document from the bytes of a file. The extension determines the format: `pdf`, or
    /// a whole file name such as `report.pdf`.
    ///
    /// The name must be valid. [`DocumentName::from_file_name`] converts a file name to a valid
    /// name.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the extension is not the extension of a [`DocumentFormat`].
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Blob>, extension: &str) -> Result<Self, Error> {
        let Some(format) = DocumentFormat::from_extension(extension) else {
            let message = format!("unknown document format: the extension is {extension:?}, not {DOCUMENT_EXTENSIONS}");
            return Err(ConfigError::new(ConfigErrorKind::InvalidRequest, message).into());
        };
        Ok(Self::new(name, bytes.into()).format(format))
    }

    /// Reads a document from a file.
    ///
    /// The extension determines the format. [`DocumentName::from_file_name`] determines the name
    /// from the file name with the extension. `report.pdf` and `report.docx` therefore get the
    /// different names `report pdf` and `report docx`. Bedrock refuses a request with two documents
    /// of the same name. Files of the same name in two folders get the same name: set
    /// [`name`](Self::name) of one of them.
    ///
    /// The call blocks until the file is read.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the file cannot be read, or if its extension is not the
    /// extension of a [`DocumentFormat`]. The error names the path.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        // The extension is checked first, because a file that is not a document may be large.
        let Some(format) = DocumentFormat::from_extension(&extension(path)) else {
            let message = format!(
                "unknown format of the document {}: its extension is not {DOCUMENT_EXTENSIONS}; rename the file, or \
                 set the format with DocumentBlock::new",
                path.display()
            );
            return Err(ConfigError::new(ConfigErrorKind::InvalidRequest, message).into());
        };
        let file_name = path.file_name().unwrap_or_default();
        let name = DocumentName::of_file(&file_name.to_string_lossy(), file_name.as_encoded_bytes());
        let bytes = fs::read(path).map_err(|error| unreadable("document", path, error))?;
        Ok(Self::new(name, bytes).format(format))
    }
}

const DOCUMENT_EXTENSIONS: &str = "pdf, csv, doc, docx, xls, xlsx, html, txt or md";

/// Returns the format that the first bytes determine.
fn detected<F: MediaFormat>(bytes: &Blob) -> Result<F, Error> {
    F::detect(bytes.as_ref()).ok_or_else(|| {
        let message = format!(
            "unknown {kind} format: the bytes do not begin as {known}; set the format with {block}::new",
            kind = F::KIND,
            known = F::DETECTED,
            block = F::BLOCK
        );
        ConfigError::new(ConfigErrorKind::InvalidRequest, message).into()
    })
}

/// Reads a file, and its format from the first bytes or the extension.
fn read<F: MediaFormat>(path: &Path) -> Result<(F, Vec<u8>), Error> {
    let unreadable = |error| unreadable(F::KIND, path, error);
    let mut file = File::open(path).map_err(unreadable)?;
    // The format is determined before the rest is read, because a file of another kind may be large.
    let mut bytes = Vec::new();
    file.by_ref().take(DETECTION_LENGTH).read_to_end(&mut bytes).map_err(unreadable)?;
    let Some(format) = F::detect(&bytes).or_else(|| F::of_extension(&extension(path))) else {
        let message = format!(
            "unknown format of the {kind} {path}: neither its first bytes nor its extension are those of {known}; set \
             the format with {block}::new",
            kind = F::KIND,
            path = path.display(),
            known = F::DETECTED,
            block = F::BLOCK
        );
        return Err(ConfigError::new(ConfigErrorKind::InvalidRequest, message).into());
    };
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok((format, bytes))
}

/// The number of bytes at the beginning of a file that determine its format.
const DETECTION_LENGTH: u64 = 64;

/// Returns the extension of a file name, or an empty string.
fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().into_owned()
}

fn unreadable(kind: &str, path: &Path, error: io::Error) -> Error {
    let message = format!("cannot read the {kind} {}: check the path and its permissions", path.display());
    ConfigError::new(ConfigErrorKind::InvalidRequest, message).with_source(error).into()
}
