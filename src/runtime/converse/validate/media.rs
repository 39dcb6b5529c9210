//! Rules of images, documents, videos and audio.

use std::fmt;

use super::problem::{Problems, Quoted, ValidationProblemKind as Kind};
use crate::runtime::{
    AudioBlock, AudioFormat, AudioSource, CitationsConfig, DocumentBlock, DocumentContentBlock, DocumentFormat,
    DocumentName, DocumentSource, GuardrailConverseImageBlock, GuardrailConverseImageFormat,
    GuardrailConverseImageSource, ImageBlock, ImageFormat, ImageSource, S3Location, VideoBlock, VideoFormat,
    VideoSource,
};
use crate::shape::Blob;

/// The limits in the API reference of `Message`.
///
/// A megabyte is taken as 2²⁰ bytes. If the service counts 10⁶ bytes, it refuses sizes in between
/// that pass here.
pub(super) struct Limits;

impl Limits {
    /// The maximum number of images in a message.
    pub(super) const IMAGES: usize = 20;
    /// The maximum number of documents in a request.
    pub(super) const DOCUMENTS: usize = 5;
    /// The maximum size of an image: 3.75 MB.
    const IMAGE_BYTES: usize = 3_932_160;
    /// The maximum size of a document: 4.5 MB. Not applied to PDF, for which several models have
    /// other limits.
    const DOCUMENT_BYTES: usize = 4_718_592;
}

pub(super) fn check_image(path: &str, image: &ImageBlock, problems: &mut Problems) {
    let known = !matches!(ImageFormat::from(image.format.as_str()), ImageFormat::Unknown(_));
    check_format(path, image.format.as_str(), (known, "png, jpeg, gif and webp"), problems);
    match &image.source {
        ImageSource::Bytes(blob) => {
            let bytes_path = format!("{path}.source.bytes");
            check_bytes(&bytes_path, blob, Limits::IMAGE_BYTES, problems);
            let format = ImageFormat::of_bytes(blob.as_ref());
            if is_base64_of_a_file(blob) {
                problems.add(&bytes_path, Kind::DoubleBase64, DOUBLE_BASE64);
            } else if known && format.as_ref() != Some(&image.format) && !blob.as_bytes().is_empty() {
                let found = format.as_ref().map_or("of an unknown format", ImageFormat::as_str);
                let message = format_args!("the format is {}, but the bytes are {found}", image.format);
                problems.hint(format_args!("{path}.format"), Kind::ImageFormat, message);
            }
        }
        ImageSource::S3Location(location) => check_s3(path, location, problems),
        ImageSource::Unknown { .. } => {
            problems.refuse_empty(format_args!("{path}.source"), image.source.is_empty());
        }
    }
}

/// The formats of text, which can contain base64 on purpose.
const TEXT: &[DocumentFormat] = &[DocumentFormat::Csv, DocumentFormat::Html, DocumentFormat::Md, DocumentFormat::Txt];

pub(super) fn check_document(path: &str, document: &DocumentBlock, problems: &mut Problems) {
    if let Err(why) = DocumentName::check(&document.name) {
        problems.add(format_args!("{path}.name"), Kind::DocumentName, why);
    }
    if let Some(format) = &document.format {
        let known = !matches!(DocumentFormat::from(format.as_str()), DocumentFormat::Unknown(_));
        let formats = "pdf, csv, doc, docx, xls, xlsx, html, txt and md";
        check_format(path, format.as_str(), (known, formats), problems);
    }
    check_citations(path, document.citations.as_ref(), problems);
    match &document.source {
        DocumentSource::Bytes(blob) => {
            let path = format!("{path}.source.bytes");
            let limit = if document.format == Some(DocumentFormat::Pdf) { usize::MAX } else { Limits::DOCUMENT_BYTES };
            check_bytes(&path, blob, limit, problems);
            let is_text = document.format.as_ref().is_none_or(|format| TEXT.contains(format));
            if !is_text && is_base64_of_a_file(blob) {
                problems.add(&path, Kind::DoubleBase64, DOUBLE_BASE64);
            }
        }
        DocumentSource::S3Location(location) => check_s3(path, location, problems),
        DocumentSource::Text(text) => hint_blank(format_args!("{path}.source.text"), text, problems),
        DocumentSource::Content(content) => {
            if content.is_empty() {
                problems.hint(format_args!("{path}.source.content"), Kind::Empty, "the document has no content");
            }
            for (at, block) in content.iter().enumerate() {
                let path = format!("{path}.source.content[{at}]");
                match block {
                    DocumentContentBlock::Text(text) => hint_blank(format_args!("{path}.text"), text, problems),
                    DocumentContentBlock::Unknown { .. } => problems.refuse_empty(path, block.is_empty()),
                }
            }
        }
        DocumentSource::Unknown { .. } => {
            problems.refuse_empty(format_args!("{path}.source"), document.source.is_empty());
        }
    }
}

/// Checks that the configuration of citations, if there is one, has its required member.
pub(super) fn check_citations(path: &str, citations: Option<&CitationsConfig>, problems: &mut Problems) {
    if let Some(config) = citations {
        problems.refuse_missing(&format!("{path}.citations"), config);
    }
}

pub(super) fn check_video(path: &str, video: &VideoBlock, problems: &mut Problems) {
    let known = !matches!(VideoFormat::from(video.format.as_str()), VideoFormat::Unknown(_));
    let formats = "mkv, mov, mp4, webm, flv, mpeg, mpg, wmv and three_gp";
    check_format(path, video.format.as_str(), (known, formats), problems);
    match &video.source {
        VideoSource::Bytes(blob) => check_bytes(&format!("{path}.source.bytes"), blob, usize::MAX, problems),
        VideoSource::S3Location(location) => check_s3(path, location, problems),
        VideoSource::Unknown { .. } => {
            problems.refuse_empty(format_args!("{path}.source"), video.source.is_empty());
        }
    }
}

pub(super) fn check_audio(path: &str, audio: &AudioBlock, problems: &mut Problems) {
    let known = !matches!(AudioFormat::from(audio.format.as_str()), AudioFormat::Unknown(_));
    let formats = "mp3, opus, wav, aac, flac, mp4, ogg, mkv, mka, x-aac, m4a, mpeg, mpga, pcm and webm";
    check_format(path, audio.format.as_str(), (known, formats), problems);
    match &audio.source {
        AudioSource::Bytes(blob) => check_bytes(&format!("{path}.source.bytes"), blob, usize::MAX, problems),
        AudioSource::S3Location(location) => check_s3(path, location, problems),
        AudioSource::Unknown { .. } => {
            problems.refuse_empty(format_args!("{path}.source"), audio.source.is_empty());
        }
    }
}

pub(super) fn check_guarded_image(path: &str, image: &GuardrailConverseImageBlock, problems: &mut Problems) {
    let format = image.format.as_str();
    let known = !matches!(GuardrailConverseImageFormat::from(format), GuardrailConverseImageFormat::Unknown(_));
    check_format(path, format, (known, "png and jpeg"), problems);
    match &image.source {
        GuardrailConverseImageSource::Bytes(blob) => {
            check_bytes(&format!("{path}.source.bytes"), blob, usize::MAX, problems);
        }
        GuardrailConverseImageSource::Unknown { .. } => {
            problems.refuse_empty(format_args!("{path}.source"), image.source.is_empty());
        }
    }
}

/// Refuses a format that the service model does not list. `jpg`, `JPEG` and `bmp` got a 400.
fn check_format(path: &str, format: &str, known: (bool, &str), problems: &mut Problems) {
    let (known, formats) = known;
    if !known {
        let message = format_args!("{} is not a format: {formats} are allowed", Quoted(format));
        problems.add(format_args!("{path}.format"), Kind::Value, message);
    }
}

const DOUBLE_BASE64: &str = "the bytes are already base64 and would be encoded twice: use Blob::from_base64";

fn check_bytes(path: &str, blob: &Blob, limit: usize, problems: &mut Problems) {
    let size = blob.as_bytes().len();
    if size == 0 {
        problems.add(path, Kind::TooFew, "the bytes are empty");
    } else if size > limit {
        problems.add(path, Kind::TooLarge, format_args!("{size} bytes, at most {limit} are allowed"));
    }
}

/// Checks the URI and the bucket owner of an S3 location.
///
/// The URI must match `s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?` and have at most 1,024
/// characters. The owner of the bucket must have 12 digits.
fn check_s3(path: &str, location: &S3Location, problems: &mut Problems) {
    let is_uri = location.uri.strip_prefix("s3://").is_some_and(|rest| {
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let is_end = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let bytes = bucket.as_bytes();
        (3..=63).contains(&bytes.len())
            && is_end(bytes.first())
            && is_end(bytes.last())
            && bytes.iter().all(|byte| is_end(Some(byte)) || b".-".contains(byte))
            && !key.contains(['\n', '\r'])
    });
    if !is_uri || location.uri.chars().count() > 1024 {
        let message = format_args!("{} is not an S3 URI such as s3://bucket/key", Quoted(&location.uri));
        problems.add(format_args!("{path}.source.s3Location.uri"), Kind::Text, message);
    }
    if let Some(owner) = &location.bucket_owner
        && !(owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let message = format_args!("{} is not an account ID, which has 12 digits", Quoted(owner));
        problems.add(format_args!("{path}.source.s3Location.bucketOwner"), Kind::Text, message);
    }
}

/// Adds a hint for a text that is empty or only white space.
pub(super) fn hint_blank(path: impl fmt::Display, text: &str, problems: &mut Problems) {
    if text.trim().is_empty() {
        problems.hint(path, Kind::BlankText, "the text is blank, which some models refuse");
    }
}

/// Returns whether bytes are the base64 text of a file of a known format.
fn is_base64_of_a_file(blob: &Blob) -> bool {
    /// Enough for the longest magic number, and a multiple of four.
    const START: usize = 24;
    let bytes = blob.as_bytes();
    let start = bytes.get(..START).unwrap_or(bytes);
    // An image does not begin with base64 characters, so most images are decided here.
    let Ok(decoded) = base64_simd::STANDARD.decode_to_vec(start) else { return false };
    let is_file = ImageFormat::of_bytes(&decoded).is_some()
        || [b"%PDF-".as_slice(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0"].iter().any(|magic| decoded.starts_with(magic));
    is_file && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte))
}
