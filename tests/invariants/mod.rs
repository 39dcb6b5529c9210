//! What holds of the protocol's readers and writers whatever they are given: checked here on values of any origin.
//!
//! `tests/properties` gives random values, `fuzz/` the values that libFuzzer arrives at.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    dead_code,
    reason = "what does not hold is a panic; each fuzz target uses its part"
)]

pub(crate) mod canonical;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod frames;

use bytes::Bytes;

/// Cuts `bytes` into pieces of the given sizes, over and over; a size of 0 is an empty piece.
pub(crate) fn cut(bytes: &Bytes, sizes: &[u8]) -> Vec<Bytes> {
    let mut rest = bytes.clone();
    let mut pieces = Vec::new();
    if sizes.iter().any(|size| *size > 0) {
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            pieces.push(rest.split_to(rest.len().min(usize::from(*size))));
        }
    }
    pieces.push(rest);
    pieces
}
