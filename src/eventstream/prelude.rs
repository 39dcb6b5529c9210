//! [`Prelude`]: the first twelve bytes of a frame. It is validated before its lengths are used.

use super::{MAX_HEADERS, MAX_PAYLOAD};
use crate::error::{StreamError, StreamErrorKind};

/// The length of a prelude in bytes: two lengths and the prelude CRC.
pub(super) const PRELUDE: usize = 12;
/// The length of the message CRC in bytes.
pub(super) const CHECKSUM: usize = 4;
/// The length of a frame without headers and payload in bytes.
pub(super) const OVERHEAD: usize = PRELUDE + CHECKSUM;

/// The two lengths of a frame. They are consistent with the prelude CRC, with each other and with
/// the limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prelude {
    /// The length of the frame in bytes.
    pub(super) total: usize,
    /// The length of its headers in bytes.
    pub(super) headers: usize,
}

impl Prelude {
    /// Reads the prelude at the start of `bytes`. Returns `None` if there are fewer than twelve
    /// bytes.
    pub(super) fn read(bytes: &[u8], max_frame: usize) -> Result<Option<Self>, StreamError> {
        let (Some(lengths), Some(total), Some(headers), Some(claimed)) =
            (bytes.get(..8), length_at(bytes, 0), length_at(bytes, 4), length_at(bytes, 8))
        else {
            return Ok(None);
        };

        // The CRC first: if it is wrong, the lengths are meaningless.
        let computed = crc32fast::hash(lengths);
        if computed != claimed {
            return Err(StreamError::checksum(StreamErrorKind::PreludeChecksum, computed, claimed));
        }

        let (total, headers) = (total as usize, headers as usize);
        if total > max_frame {
            let detail = format!("{total} bytes, the maximum is {max_frame}");
            return Err(StreamError::new(StreamErrorKind::FrameTooLarge, detail));
        }
        let Some(room) = total.checked_sub(OVERHEAD) else {
            return Err(StreamError::malformed_frame(format!("length of {total} bytes, the minimum is {OVERHEAD}")));
        };
        if headers > room {
            return Err(StreamError::malformed_frame(format!(
                "{headers} bytes of headers, the length of the frame leaves {room}"
            )));
        }
        if headers > MAX_HEADERS {
            return Err(StreamError::malformed_frame(format!(
                "{headers} bytes of headers, the maximum is {MAX_HEADERS}"
            )));
        }
        let payload = room - headers;
        if payload > MAX_PAYLOAD {
            let detail = format!("payload of {payload} bytes, the maximum is {MAX_PAYLOAD}");
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
    fn lengths_have_a_minimum_and_a_maximum() {
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
    fn headers_have_a_maximum() {
        let read = |headers| Prelude::read(&prelude(1 << 20, headers), 1 << 20);
        assert!(read(128 * 1024).is_ok());
        assert!(read(128 * 1024 + 1).is_err());
    }

    #[test]
    fn payloads_have_a_maximum() {
        let read = |headers, payload| Prelude::read(&prelude(16 + headers + payload, headers), usize::MAX);
        let most = u32::try_from(MAX_PAYLOAD).unwrap();
        for headers in [0, 1, 128 * 1024] {
            assert!(read(headers, most).is_ok());
            assert!(read(headers, most + 1).is_err());
        }
    }

    #[test]
    fn eleven_bytes_are_not_a_prelude() {
        assert!(Prelude::read(&[0xff; 11], 1000).unwrap().is_none());
        assert!(Prelude::read(&[0xff; 12], 1000).is_err());
    }
}
