//! Frames of `application/vnd.amazon.eventstream`, in and out: [`Decoder`], [`Frame`], [`encode`].
//!
//! No HTTP library and no operation is known here: bytes go in as they arrive, frames come out.
//! The format is AWS's (<https://smithy.io/2.0/aws/amazon-eventstream.html>), all numbers big-endian:
//!
//! ```text
//! 0        4        8        12                              total-4   total
//! | total  | headers| CRC-32 | headers       | payload       | CRC-32  |
//! | length | length | of 0..8|               |               | of 0..total-4
//! ```
//!
//! A stream that lies fails as soon as its bytes can show it: a corrupt prelude at byte 12, however much it claims
//! would follow; a corrupt frame at its last byte; a cut one at [`Decoder::finish`].
//!
//! ```
//! use bedrock_lite::eventstream::{Decoder, Frame, encode};
//!
//! let sent = Frame::event("messageStop", "application/json", r#"{"stopReason":"end_turn"}"#);
//! let bytes = encode(&sent)?;
//!
//! let mut decoder = Decoder::new();
//! for piece in bytes.chunks(10) {
//!     decoder.push(piece.to_vec());
//!     while let Some(frame) = decoder.recv()? {
//!         assert_eq!(frame.event_type(), Some("messageStop"));
//!         assert_eq!(frame, sent);
//!     }
//! }
//! decoder.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decoder;
mod encoder;
mod frame;
mod header;
mod headers;
mod prelude;

pub use decoder::Decoder;
pub use encoder::{EncodeError, EncodeErrorKind, encode};
pub use frame::Frame;
pub use header::HeaderValue;

/// The largest frame, in bytes: the largest headers and payload together, and 16 bytes of lengths and checksums.
///
/// [`encode`] writes no larger one, and a [`Decoder`] takes none.
pub const MAX_FRAME: usize = MAX_HEADERS + MAX_PAYLOAD + 16;

/// The largest payload of a frame, in bytes (24 MiB), by
/// [the specification](https://smithy.io/2.0/aws/amazon-eventstream.html).
pub const MAX_PAYLOAD: usize = 24 * 1024 * 1024;

/// The bound on the headers of one frame together, in bytes (128 KiB), that AWS's own libraries keep.
///
/// It also bounds what a hostile frame can cost: a header of three bytes takes some thirty times that once it is read.
pub const MAX_HEADERS: usize = 128 * 1024;
