//! Frames of `application/vnd.amazon.eventstream`: [`Decoder`], [`Frame`], [`encode`].
//!
//! This module performs no I/O and does not depend on HTTP or on an operation. The format is that
//! of [AWS's event stream specification](https://smithy.io/2.0/aws/amazon-eventstream.html). All
//! numbers are big-endian:
//!
//! ```text
//!  0        4         8         12                             total-4   total
//!  | total  | headers | prelude | headers       | payload       | message |
//!  | length | length  | CRC     |               |               | CRC     |
//! ```
//!
//! Corruption is reported as early as the bytes allow: a corrupt prelude at byte 12, whatever
//! length it claims; a corrupt frame at its last byte; a truncated frame at [`Decoder::finish`].
//!
//! ```
//! use bedrock_lite::eventstream::{Decoder, Frame, encode};
//!
//! let payload = r#"{"stopReason":"end_turn"}"#;
//! let sent = Frame::event("messageStop", "application/json", payload);
//! let bytes = encode(&sent)?;
//!
//! let mut decoder = Decoder::new();
//! for chunk in bytes.chunks(10) {
//!     decoder.push(chunk.to_vec());
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
#[cfg(feature = "smithy")]
mod smithy;

pub use decoder::Decoder;
pub use encoder::{EncodeError, EncodeErrorKind, encode};
pub use frame::Frame;
pub use header::HeaderValue;
#[cfg(feature = "smithy")]
pub use smithy::UnsupportedHeader;

/// The maximum size of a frame, in bytes: the maximum headers and payload, plus 16 bytes of lengths
/// and CRCs.
///
/// [`encode`] and [`Decoder`] reject larger frames.
pub const MAX_FRAME: usize = MAX_HEADERS + MAX_PAYLOAD + 16;

/// The maximum size of a payload, in bytes (24 MiB), as in
/// [the specification](https://smithy.io/2.0/aws/amazon-eventstream.html).
pub const MAX_PAYLOAD: usize = 24 * 1024 * 1024;

/// The maximum size of the headers of a frame, in bytes (128 KiB), as in AWS's own libraries.
///
/// It also bounds the memory that a malicious frame can take: a header of three bytes takes about
/// thirty times that when it is decoded.
pub const MAX_HEADERS: usize = 128 * 1024;
