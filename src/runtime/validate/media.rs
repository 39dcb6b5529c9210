//! Rules of images and documents.

use super::problem::{Problems, ValidationProblemKind as Kind};
use crate::runtime::{
    DocumentBlock, DocumentFormat, DocumentName, DocumentSource, ImageBlock, ImageFormat, ImageSource,
};
use crate::shape::Blob;

/// The limits of the API reference of `Message`. A megabyte is read as 2²⁰ bytes: what is between that and 10⁶ is left to
/// Bedrock.
pub(super) struct Limits;

impl Limits {
    /// Images of one message.
    pub(super) const IMAGES: usize = 20;
    /// Documents of one message.
    pub(super) const DOCUMENTS: usize = 5;
    /// 3.75 MB.
    const IMAGE_BYTES: usize = 3_932_160;
    /// 4.5 MB; not of PDF, for which several models have other limits.
    const DOCUMENT_BYTES: usize = 4_718_592;
}

pub(super) fn check_image(path: &str, image: &ImageBlock, problems: &mut Problems) {
    let ImageSource::Bytes(blob) = &image.source else { return };
    let bytes_path = format!("{path}.source.bytes");
    check_bytes(&bytes_path, blob, Limits::IMAGE_BYTES, problems);
    if is_base64_of_a_file(blob) {
        problems.add(&bytes_path, Kind::DoubleBase64, DOUBLE_BASE64);
    } else if let Some(format) = ImageFormat::of_bytes(blob.as_ref())
        && format != image.format
    {
        let message = format_args!("the format is {}, the bytes are {format}", image.format);
        problems.add(format_args!("{path}.format"), Kind::ImageFormat, message);
    }
}

/// What may well be base64 on purpose.
const TEXT: &[DocumentFormat] = &[DocumentFormat::Csv, DocumentFormat::Html, DocumentFormat::Md, DocumentFormat::Txt];

pub(super) fn check_document(path: &str, document: &DocumentBlock, problems: &mut Problems) {
    if let Err(why) = DocumentName::check(&document.name) {
        problems.add(format_args!("{path}.name"), Kind::DocumentName, why);
    }
    let DocumentSource::Bytes(blob) = &document.source else { return };
    let path = format!("{path}.source.bytes");
    let limit = if document.format == Some(DocumentFormat::Pdf) { usize::MAX } else { Limits::DOCUMENT_BYTES };
    check_bytes(&path, blob, limit, problems);
    let is_text = document.format.as_ref().is_none_or(|format| TEXT.contains(format));
    if !is_text && is_base64_of_a_file(blob) {
        problems.add(&path, Kind::DoubleBase64, DOUBLE_BASE64);
    }
}

const DOUBLE_BASE64: &str = "the bytes are base64 already and would be encoded twice: see Blob::from_base64";

fn check_bytes(path: &str, blob: &Blob, limit: usize, problems: &mut Problems) {
    let size = blob.as_bytes().len();
    if size == 0 {
        problems.add(path, Kind::TooFew, "there are no bytes");
    } else if size > limit {
        problems.add(path, Kind::TooLarge, format_args!("{size} bytes, at most {limit} may be"));
    }
}

/// Whether bytes are the base64 text of a file of a known kind.
fn is_base64_of_a_file(blob: &Blob) -> bool {
    /// Enough for the longest of the beginnings that tell a kind, and whole groups of four.
    const START: usize = 24;
    let bytes = blob.as_bytes();
    let start = bytes.get(..START).unwrap_or(bytes);
    // Only text begins with such a group; what an image begins with is no base64, so that few images get further.
    let Ok(decoded) = base64_simd::STANDARD.decode_to_vec(start) else { return false };
    let is_file = ImageFormat::of_bytes(&decoded).is_some()
        || [b"%PDF-".as_slice(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0"].iter().any(|magic| decoded.starts_with(magic));
    is_file && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte))
}
