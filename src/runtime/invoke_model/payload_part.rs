//! Pieces of the streams that carry a model's own format.

use crate::shape::{Blob, structure};

structure! {
    /// A piece of an answer, in the model's own format; at most 1,000,000 bytes.
    pub struct PayloadPart {} optional {
        /// The bytes.
        bytes: option Blob = "bytes",
    } skip "p"

    /// A piece of what is said to a model, in the model's own format; at most 1,000,000 bytes.
    pub struct BidirectionalInputPayloadPart {} optional {
        /// The bytes.
        bytes: option Blob = "bytes",
    } skip "p"

    /// A piece of what a model says, in the model's own format; at most 1,000,000 bytes.
    pub struct BidirectionalOutputPayloadPart {} optional {
        /// The bytes.
        bytes: option Blob = "bytes",
    } skip "p"
}
