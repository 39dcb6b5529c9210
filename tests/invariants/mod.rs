//! Invariants of the protocol's readers and writers, for arbitrary input.
//!
//! `tests/properties` checks them with random values, `fuzz/` with the values that libFuzzer finds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    dead_code,
    reason = "a violated invariant is a panic; each fuzz target uses a part of this module"
)]

pub(crate) mod canonical;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod frames;

use bytes::Bytes;

/// Splits `bytes` into chunks of the given sizes, repeatedly. A size of 0 gives an empty chunk.
pub(crate) fn cut(bytes: &Bytes, sizes: &[u8]) -> Vec<Bytes> {
    let mut rest = bytes.clone();
    let mut chunks = Vec::new();
    if sizes.iter().any(|size| *size > 0) {
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            chunks.push(rest.split_to(rest.len().min(usize::from(*size))));
        }
    }
    chunks.push(rest);
    chunks
}
