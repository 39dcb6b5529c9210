//! Documents in a message.

use bytes::Bytes;

use crate::runtime::{CitationsConfig, S3Location};
use crate::shape::{Blob, Payload, open_enum, structure, union};

open_enum! {
    /// The format of a document.
    pub enum DocumentFormat {
        /// A PDF document.
        Pdf = "pdf",
        /// Comma-separated values.
        Csv = "csv",
        /// A Word document of the format before 2007.
        Doc = "doc",
        /// A Word document.
        Docx = "docx",
        /// An Excel workbook of the format before 2007.
        Xls = "xls",
        /// An Excel workbook.
        Xlsx = "xlsx",
        /// An HTML page.
        Html = "html",
        /// Plain text.
        Txt = "txt",
        /// Markdown text.
        Md = "md",
    }
}

union! {
    /// A block of a document that is sent in blocks. The response can cite each block.
    pub enum DocumentContentBlock {
        /// The text of the block.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }

    /// The content of a document: bytes, an object in Amazon S3, text, or blocks.
    ///
    /// `Vec<u8>`, [`Bytes`], [`Blob`] and [`S3Location`] convert into it. A string does not,
    /// because it could be text or a file in base64. Use [`DocumentSource::Text`] for text and
    /// [`Blob::from_base64`] for base64.
    pub enum DocumentSource {
        /// The bytes of the file. The client encodes them in base64 when it sends the request.
        Bytes(Blob) = "bytes",
        /// The location of a document in Amazon S3. Only some models can read from S3.
        S3Location(S3Location) = "s3Location",
        /// The text of the document.
        Text(Payload<String>) = "text",
        /// The blocks of the document.
        Content(Payload<Vec<DocumentContentBlock>>) = "content",
    } from {
        Blob => Bytes,
        Bytes => Bytes,
        Vec<u8> => Bytes,
        &'static [u8] => Bytes,
        S3Location => S3Location,
        Vec<DocumentContentBlock> => Content,
    }
}

structure! {
    /// A document in a message.
    ///
    /// A request can have up to five documents of up to 4.5 MB each. Only messages of the user can
    /// have documents, and such a message must also have a text block.
    ///
    /// [`from_path`](Self::from_path) reads a document from a file, and
    /// [`from_bytes`](Self::from_bytes) takes the bytes of a file.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{DocumentBlock, DocumentFormat, Message};
    /// use serde_json::json;
    ///
    /// let report = DocumentBlock::new("Report 2026", b"%PDF-1.7 \xe2\xe3".to_vec())
    ///     .format(DocumentFormat::Pdf)
    ///     .citations(true);
    /// let message = Message::user("Sum this up.").block(report);
    /// assert_eq!(
    ///     serde_json::to_value(&message)?["content"][1]["document"],
    ///     json!({
    ///         "name": "Report 2026",
    ///         "format": "pdf",
    ///         "source": {"bytes": "JVBERi0xLjcg4uM="}, // base64, once
    ///         "citations": {"enabled": true},
    ///     })
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct DocumentBlock {
        /// The name of the document: 1 to 200 ASCII letters, digits, underscores, hyphens,
        /// parentheses, square brackets and single spaces. A dot is not allowed.
        /// [`DocumentName::from_file_name`](super::DocumentName::from_file_name) converts a file
        /// name. Two documents of a request must not have the same name.
        ///
        /// The model reads the name and may take it for instructions. Use a neutral name, not one
        /// from an untrusted source.
        name: String = "name",
        /// The content of the document.
        source: DocumentSource = "source",
    } optional {
        /// The format of the document.
        format: option DocumentFormat = "format",
        /// Information about the document for the model, which it uses when it cites the document.
        context: option String = "context",
        /// Whether the response may cite the document. A `bool` converts into it. Defaults to
        /// `false`.
        citations: option CitationsConfig = "citations",
    }
}
