//! A piece of what `InvokeModelWithResponseStream` answers.

use crate::shape::{Blob, structure};

structure! {
    /// A piece of an answer, in the model's own format; at most 1,000,000 bytes.
    pub struct PayloadPart {} optional {
        /// The bytes.
        bytes: one Blob = "bytes",
    } ignored "p"
}
