//! Detection of formats from the first bytes of a file and from its extension.

use crate::runtime::{AudioFormat, DocumentFormat, ImageFormat, VideoFormat};

/// A format that the first bytes of a file, or its extension, determine.
pub(super) trait MediaFormat: Sized {
    /// The kind of media, for error messages.
    const KIND: &'static str;
    /// The block that has the media, for error messages.
    const BLOCK: &'static str;
    /// The formats that can be detected, for error messages.
    const DETECTED: &'static str;

    fn detect(bytes: &[u8]) -> Option<Self>;

    fn of_extension(extension: &str) -> Option<Self>;
}

macro_rules! media_format {
    ($($format:ident: $kind:literal $block:literal $detected:literal,)+) => {$(
        impl MediaFormat for $format {
            const KIND: &'static str = $kind;
            const BLOCK: &'static str = $block;
            const DETECTED: &'static str = $detected;

            fn detect(bytes: &[u8]) -> Option<Self> {
                Self::of_bytes(bytes)
            }

            fn of_extension(extension: &str) -> Option<Self> {
                Self::from_extension(extension)
            }
        }
    )+};
}

media_format! {
    ImageFormat: "image" "ImageBlock" "a PNG, JPEG, GIF or WebP image",
    VideoFormat: "video" "VideoBlock" "an MKV, MOV, MP4, WebM, FLV, MPEG, WMV or 3GP video",
    AudioFormat: "audio" "AudioBlock" "MP3, Opus, WAV, AAC, FLAC, MP4, Ogg, MKV, M4A, MPEG or WebM audio",
}

impl ImageFormat {
    /// Returns the format that the first bytes of a file determine.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Returns the format of a file extension, in upper or lower case: `jpg`, `.PNG`, or a whole
    /// file name.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match lowercase(extension).as_str() {
            "jpg" => Some(Self::Jpeg),
            other => match Self::from(other) {
                Self::Unknown(_) => None,
                format => Some(format),
            },
        }
    }
}

impl VideoFormat {
    /// Returns the format that the first bytes of a file determine.
    ///
    /// 40 bytes are enough. MPEG videos have two names in the API: the result is
    /// [`Mpeg`](Self::Mpeg).
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match container(bytes)? {
            Container::Matroska => Some(Self::Mkv),
            Container::Webm => Some(Self::Webm),
            Container::Iso([b'q', b't', b' ', b' ']) => Some(Self::Mov),
            Container::Iso([b'3', b'g', b'p', _]) => Some(Self::ThreeGp),
            Container::Iso(brand) if !is_audio(brand) => Some(Self::Mp4),
            Container::Flv => Some(Self::Flv),
            Container::MpegVideo => Some(Self::Mpeg),
            Container::Asf => Some(Self::Wmv),
            Container::Iso(_) => None,
        }
    }

    /// Returns the format of a file extension, in upper or lower case: `mp4`, `.3GP`, or a whole
    /// file name.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match lowercase(extension).as_str() {
            "3gp" => Some(Self::ThreeGp),
            "m4v" => Some(Self::Mp4),
            "qt" => Some(Self::Mov),
            other => match Self::from(other) {
                Self::Unknown(_) => None,
                format => Some(format),
            },
        }
    }
}

impl AudioFormat {
    /// Returns the format that the first bytes of a file determine.
    ///
    /// 40 bytes are enough. PCM samples have no header and cannot be detected. Matroska audio is
    /// [`Mkv`](Self::Mkv), and MPEG audio of layer II is [`Mpeg`](Self::Mpeg).
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => return Some(Self::Wav),
            [b'f', b'L', b'a', b'C', ..] => return Some(Self::Flac),
            [b'O', b'g', b'g', b'S', ..] => {
                // The first page has a header of 28 bytes, followed by the header of the codec.
                let is_opus = bytes.get(28..36) == Some(b"OpusHead");
                return Some(if is_opus { Self::Opus } else { Self::Ogg });
            }
            // The header of a frame begins with eleven bits that are set, the version and the layer.
            [0xff, 0xe2 | 0xe3 | 0xf2 | 0xf3 | 0xfa | 0xfb, ..] | [b'I', b'D', b'3', ..] => {
                return Some(Self::Mp3);
            }
            [0xff, 0xe4 | 0xe5 | 0xf4 | 0xf5 | 0xfc | 0xfd, ..] => return Some(Self::Mpeg),
            [0xff, 0xf0 | 0xf1 | 0xf8 | 0xf9, ..] => return Some(Self::Aac),
            _ => {}
        }
        match container(bytes)? {
            Container::Matroska => Some(Self::Mkv),
            Container::Webm => Some(Self::Webm),
            Container::Iso(brand) if is_audio(brand) => Some(Self::M4a),
            Container::Iso([b'i' | b'm', b's', b'o', _] | [b'm', b'p', b'4', _]) => Some(Self::Mp4),
            _ => None,
        }
    }

    /// Returns the format of a file extension, in upper or lower case: `mp3`, `.WAV`, or a whole
    /// file name.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match lowercase(extension).as_str() {
            "oga" => Some(Self::Ogg),
            "wave" => Some(Self::Wav),
            other => match Self::from(other) {
                Self::Unknown(_) => None,
                format => Some(format),
            },
        }
    }
}

impl DocumentFormat {
    /// Returns the format of a file extension, in upper or lower case: `pdf`, `.PDF`, or a whole
    /// file name.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match lowercase(extension).as_str() {
            "htm" => Some(Self::Html),
            "markdown" => Some(Self::Md),
            "text" => Some(Self::Txt),
            other => match Self::from(other) {
                Self::Unknown(_) => None,
                format => Some(format),
            },
        }
    }
}

/// Returns what follows the last dot, in lower case.
fn lowercase(extension: &str) -> String {
    extension.rsplit('.').next().unwrap_or_default().to_ascii_lowercase()
}

/// A container that can have video and audio.
enum Container {
    Matroska,
    Webm,
    /// An ISO base media file (MPEG-4, `QuickTime`, 3GP), with its major brand.
    Iso([u8; 4]),
    Flv,
    MpegVideo,
    /// Advanced Systems Format, the container of Windows Media.
    Asf,
}

fn container(bytes: &[u8]) -> Option<Container> {
    match bytes {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => document_type(bytes),
        [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => {
            rest.first_chunk().copied().filter(|brand| !is_image(*brand)).map(Container::Iso)
        }
        [b'F', b'L', b'V', 1, ..] => Some(Container::Flv),
        // The start code of a program stream, or of a sequence of pictures.
        [0, 0, 1, 0xba | 0xb3, ..] => Some(Container::MpegVideo),
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => Some(Container::Asf),
        _ => None,
    }
}

/// Returns the document type of an EBML file. It is a text among the first elements of the header.
fn document_type(bytes: &[u8]) -> Option<Container> {
    let header = bytes.get(..64).unwrap_or(bytes);
    let has = |name: &[u8]| header.windows(name.len()).any(|window| window == name);
    if has(b"webm") {
        Some(Container::Webm)
    } else if has(b"matroska") {
        Some(Container::Matroska)
    } else {
        None
    }
}

/// Returns whether a major brand means audio only: of iTunes, audio books and protected audio.
fn is_audio(brand: [u8; 4]) -> bool {
    matches!(&brand, b"M4A " | b"M4B " | b"M4P ")
}

/// Returns whether a major brand means an image: HEIC or AVIF.
fn is_image(brand: [u8; 4]) -> bool {
    matches!(&brand, b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"avif" | b"avis")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_determine_the_format_of_a_video() {
        let detected = |bytes: &[u8]| VideoFormat::of_bytes(bytes);
        assert_eq!(detected(b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska"), Some(VideoFormat::Mkv));
        assert_eq!(detected(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), Some(VideoFormat::Webm));
        assert_eq!(detected(b"\0\0\0\x14ftypqt  \0\0\0\0"), Some(VideoFormat::Mov));
        assert_eq!(detected(b"\0\0\0\x20ftypisom\0\0\x02\0"), Some(VideoFormat::Mp4));
        assert_eq!(detected(b"\0\0\0\x20ftypM4V \0\0\x02\0"), Some(VideoFormat::Mp4));
        assert_eq!(detected(b"\0\0\0\x18ftyp3gp4\0\0\0\0"), Some(VideoFormat::ThreeGp));
        assert_eq!(detected(b"FLV\x01\x05\0\0\0\x09"), Some(VideoFormat::Flv));
        assert_eq!(detected(b"\0\0\x01\xba\x44"), Some(VideoFormat::Mpeg));
        assert_eq!(detected(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9"), Some(VideoFormat::Wmv));
    }

    #[test]
    fn first_bytes_determine_the_format_of_audio() {
        let detected = |bytes: &[u8]| AudioFormat::of_bytes(bytes);
        assert_eq!(detected(b"ID3\x04\0\0"), Some(AudioFormat::Mp3));
        assert_eq!(detected(b"\xff\xfb\x90\x64"), Some(AudioFormat::Mp3));
        assert_eq!(detected(b"\xff\xfd\x84\0"), Some(AudioFormat::Mpeg));
        assert_eq!(detected(b"\xff\xf1\x50\x80"), Some(AudioFormat::Aac));
        assert_eq!(detected(b"RIFF\x24\0\0\0WAVEfmt "), Some(AudioFormat::Wav));
        assert_eq!(detected(b"fLaC\0\0\0\x22"), Some(AudioFormat::Flac));
        let page = [b"OggS".as_slice(), &[0; 24]].concat();
        assert_eq!(detected(&[page.as_slice(), b"\x01vorbis"].concat()), Some(AudioFormat::Ogg));
        assert_eq!(detected(&[page.as_slice(), b"OpusHead\x01"].concat()), Some(AudioFormat::Opus));
        assert_eq!(detected(b"\0\0\0\x20ftypM4A \0\0\0\0"), Some(AudioFormat::M4a));
        assert_eq!(detected(b"\0\0\0\x20ftypmp42\0\0\0\0"), Some(AudioFormat::Mp4));
        assert_eq!(detected(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"), Some(AudioFormat::Webm));
    }

    #[test]
    fn bytes_of_another_kind_are_not_detected() {
        let text = b"\xff\xfeT\0e\0x\0t\0".as_slice();
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0".as_slice();
        for bytes in [b"".as_slice(), b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", text, heic] {
            assert_eq!(VideoFormat::of_bytes(bytes), None);
            assert_eq!(AudioFormat::of_bytes(bytes), None);
        }
        assert_eq!(VideoFormat::of_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0"), None);
        assert_eq!(VideoFormat::of_bytes(b"\0\0\0\x20ftyp"), None, "truncated before the brand");
        assert_eq!(AudioFormat::of_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0"), None);
    }

    #[test]
    fn extension_determines_the_format_in_either_case() {
        assert_eq!(ImageFormat::from_extension("photo.JPG"), Some(ImageFormat::Jpeg));
        assert_eq!(ImageFormat::from_extension("webp"), Some(ImageFormat::Webp));
        assert_eq!(ImageFormat::from_extension("bmp"), None);
        assert_eq!(VideoFormat::from_extension("a.b.3gp"), Some(VideoFormat::ThreeGp));
        assert_eq!(VideoFormat::from_extension(".MPG"), Some(VideoFormat::Mpg));
        assert_eq!(VideoFormat::from_extension("avi"), None);
        assert_eq!(AudioFormat::from_extension("pcm"), Some(AudioFormat::Pcm));
        assert_eq!(AudioFormat::from_extension("mka"), Some(AudioFormat::Mka));
        assert_eq!(AudioFormat::from_extension("txt"), None);
    }
}
