//! Chunks of the streams in a model's native format.

use crate::shape::{Blob, structure};

structure! {
    /// A chunk of a streamed response, in the model's native format. At most 1,000,000 bytes.
    pub struct PayloadPart {} optional {
        /// The bytes of the chunk.
        bytes: option Blob = "bytes",
    } skip "p"

    /// A chunk of the input of a bidirectional stream, in the model's native format. At most
    /// 1,000,000 bytes.
    pub struct BidirectionalInputPayloadPart {} optional {
        /// The bytes of the chunk.
        bytes: option Blob = "bytes",
    } skip "p"

    /// A chunk of the output of a bidirectional stream, in the model's native format. At most
    /// 1,000,000 bytes.
    pub struct BidirectionalOutputPayloadPart {} optional {
        /// The bytes of the chunk.
        bytes: option Blob = "bytes",
    } skip "p"
}
