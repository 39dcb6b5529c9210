//! [`Prelude`]: a frame's first twelve bytes, checked before anything they claim is believed.

use super::{MAX_HEADERS, MAX_PAYLOAD};
use crate::error::{StreamError, StreamErrorKind};

/// The bytes of a prelude: two lengths and their checksum.
pub(super) const PRELUDE: usize = 12;
/// The bytes of the checksum that ends a frame.
pub(super) const CHECKSUM: usize = 4;
/// What a frame without headers and payload takes.
pub(super) const OVERHEAD: usize = PRELUDE + CHECKSUM;

/// The two lengths of a frame, known to agree with their checksum, with each other and with the bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prelude {
    /// The whole frame, in bytes.
    pub(super) total: usize,
    /// Its headers, in bytes.
    pub(super) headers: usize,
}

impl Prelude {
    /// The prelude that `bytes` begin with; `None` while they are fewer than twelve.
    pub(super) fn read(bytes: &[u8], max_frame: usize) -> Result<Option<Self>, StreamError> {
        let (Some(lengths), Some(total), Some(headers), Some(claimed)) =
            (bytes.get(..8), length_at(bytes, 0), length_at(bytes, 4), length_at(bytes, 8))
        else {
            return Ok(None);
        };

        // The checksum first: every other complaint would be about lengths that nobody sent.
        let computed = crc32fast::hash(lengths);
        if computed != claimed {
            return Err(StreamError::checksum(StreamErrorKind::PreludeChecksum, computed, claimed));
        }

        let (total, headers) = (total as usize, headers as usize);
        if total > max_frame {
            let detail = format!("{total} bytes, where {max_frame} are allowed");
            return Err(StreamError::new(StreamErrorKind::FrameTooLarge, detail));
        }
        let Some(room) = total.checked_sub(OVERHEAD) else {
            return Err(StreamError::malformed_frame(format!(
                "a length of {total} bytes, less than an empty frame's {OVERHEAD}"
            )));
        };
        if headers > room {
            return Err(StreamError::malformed_frame(format!(
                "{headers} bytes of headers, where its length leaves {room}"
            )));
        }
        if headers > MAX_HEADERS {
            return Err(StreamError::malformed_frame(format!(
                "{headers} bytes of headers, where {MAX_HEADERS} are allowed"
            )));
        }
        let payload = room - headers;
        if payload > MAX_PAYLOAD {
            let detail = format!("a payload of {payload} bytes, where {MAX_PAYLOAD} are allowed");
            return Err(StreamError::new(StreamErrorKind::FrameTooLarge, detail));
        }
        Ok(Some(Self { total, headers }))
    }
}

fn length_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prelude(total: u32, headers: u32) -> Vec<u8> {
        let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        bytes
    }

    #[test]
    fn lengths_at_their_bounds() {
        for (total, headers, good) in [
            (15, 0, false),
            (16, 0, true),
            (16, 1, false),
            (20, 4, true),
            (20, 5, false),
            (1000, 984, true),
            (1000, 985, false),
            (1001, 0, false),
            (u32::MAX, 0, false),
            (20, u32::MAX, false),
        ] {
            let read = Prelude::read(&prelude(total, headers), 1000);
            assert_eq!(read.is_ok(), good, "{total}, {headers}: {read:?}");
        }
    }

    #[test]
    fn headers_have_a_bound_of_their_own() {
        let read = |headers| Prelude::read(&prelude(1 << 20, headers), 1 << 20);
        assert!(read(128 * 1024).is_ok());
        assert!(read(128 * 1024 + 1).is_err());
    }

    #[test]
    fn payloads_have_a_bound_of_their_own() {
        let read = |headers, payload| Prelude::read(&prelude(16 + headers + payload, headers), usize::MAX);
        let most = u32::try_from(MAX_PAYLOAD).unwrap();
        for headers in [0, 1, 128 * 1024] {
            assert!(read(headers, most).is_ok());
            assert!(read(headers, most + 1).is_err());
        }
    }

    #[test]
    fn eleven_bytes_say_nothing() {
        assert!(Prelude::read(&[0xff; 11], 1000).unwrap().is_none());
        assert!(Prelude::read(&[0xff; 12], 1000).is_err());
    }
}
