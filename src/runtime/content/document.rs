//! Documents in a message.

use bytes::Bytes;

use crate::runtime::{CitationsConfig, S3Location};
use crate::shape::{Blob, Payload, open_enum, structure, union};

open_enum! {
    /// What kind of file a document is.
    pub enum DocumentFormat {
        /// PDF.
        Pdf = "pdf",
        /// Comma-separated values.
        Csv = "csv",
        /// Word, before 2007.
        Doc = "doc",
        /// Word.
        Docx = "docx",
        /// Excel, before 2007.
        Xls = "xls",
        /// Excel.
        Xlsx = "xlsx",
        /// HTML.
        Html = "html",
        /// Plain text.
        Txt = "txt",
        /// Markdown.
        Md = "md",
    }
}

union! {
    /// A piece of a document that is given in pieces, so that an answer can cite each of them.
    pub enum DocumentContentBlock {
        /// Text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }

    /// Where the content of a document comes from.
    ///
    /// Bytes of any kind convert into it, and so does an [`S3Location`]. A string does not, because it could be text as
    /// well as a file in base64: say [`DocumentSource::Text`], or [`Blob::from_base64`].
    pub enum DocumentSource {
        /// The bytes of the file.
        Bytes(Blob) = "bytes",
        /// An object in S3, for the models that read there.
        S3Location(S3Location) = "s3Location",
        /// The text of the document.
        Text(Payload<String>) = "text",
        /// The pieces of the document.
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
    /// A document.
    ///
    /// A request takes up to five documents of up to 4.5 MB each, in messages of the user that have a text block too.
    ///
    /// ```
    /// use bedrock_lite::runtime::{DocumentBlock, DocumentFormat, Message};
    /// use serde_json::json;
    ///
    /// let report = DocumentBlock::new("Report 2026", b"%PDF-1.7 \xe2\xe3".to_vec()).format(DocumentFormat::Pdf);
    /// let message = Message::user("Sum this up.").block(report.citations(true));
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
        /// The name: 1 to 200 ASCII letters, digits, underscores, hyphens, parentheses, square brackets and single spaces. A dot
        /// is not allowed: [`DocumentName::from_file_name`](super::DocumentName::from_file_name) makes a name of a file name. No
        /// two documents of a request have the same name.
        ///
        /// The model reads it and may take it for instructions: a neutral name is safer than one that somebody else chose.
        name: String = "name",
        /// Where its content comes from.
        source: DocumentSource = "source",
    } optional {
        /// What kind of file it is.
        format: option DocumentFormat = "format",
        /// What the model should know about it when it cites it.
        context: option String = "context",
        /// Whether the answer should cite it.
        citations: option CitationsConfig = "citations",
    }
}
