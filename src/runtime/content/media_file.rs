//! Documents that are files: the one place among the shapes that reads any.

use std::fs;
use std::path::Path;

use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::runtime::{DocumentBlock, DocumentFormat, DocumentName};
use crate::shape::Blob;

impl DocumentBlock {
    /// A document of these bytes, of the format that a file's extension stands for: `pdf`, or `report.pdf`.
    ///
    /// The name is taken as it is; [`DocumentName::from_file_name`] makes one that Bedrock takes.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where the extension stands for no format that Bedrock reads.
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Blob>, extension: &str) -> Result<Self, Error> {
        let Some(format) = DocumentFormat::from_extension(extension) else {
            let message = format!("{extension:?} is the extension of no document that Bedrock reads");
            return Err(ConfigError::new(ConfigErrorKind::InvalidRequest, message).into());
        };
        Ok(Self::new(name, bytes.into()).format(format))
    }

    /// Reads a document from a file: its bytes, its format by its extension, and its
    /// [name](DocumentName::from_file_name) from the file name with the extension.
    ///
    /// `report.pdf` and `report.docx` get different names, `report pdf` and `report docx`, because Bedrock refuses a
    /// request with two documents of one name. Files of the same name in two folders get the same name: set
    /// [`name`](Self::name) of one of them.
    ///
    /// The file is read at once, which blocks until it is read.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where the file cannot be read, or its extension stands for no format that Bedrock reads.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let file_name = path.file_name().unwrap_or_default();
        let name = DocumentName::of_file(&file_name.to_string_lossy(), file_name.as_encoded_bytes());
        // Before it is read: what is no document may be large.
        let mut document =
            Self::from_bytes(name, Blob::default(), &path.extension().unwrap_or_default().to_string_lossy())?;
        let bytes = fs::read(path).map_err(|error| {
            let message = format!("the document {} cannot be read", path.display());
            ConfigError::new(ConfigErrorKind::InvalidRequest, message).with_source(error)
        })?;
        document.source = bytes.into();
        Ok(document)
    }
}

impl DocumentFormat {
    /// The format that a file's extension stands for, in capitals or not: `pdf`, `.PDF`, or the end of a file's name.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        let extension = extension.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        Some(match extension.as_str() {
            "htm" => Self::Html,
            "markdown" => Self::Md,
            "text" => Self::Txt,
            other => match Self::from(other) {
                Self::Unknown(_) => return None,
                known => known,
            },
        })
    }
}
