//! Reasoning: what a model thought before it answered.

use crate::shape::{Blob, structure, union};

union! {
    /// What a model thought before it answered.
    ///
    /// In the next request it goes back as it came; a model that thinks may refuse a conversation without it.
    pub enum ReasoningContentBlock {
        /// In words.
        ReasoningText(ReasoningTextBlock) = "reasoningText",
        /// Encrypted by the model's provider, for safety; the answer is none the worse for it.
        RedactedContent(Blob) = "redactedContent",
    } from {
        ReasoningTextBlock => ReasoningText,
    }

    /// Reasoning as it streams.
    pub enum ReasoningContentBlockDelta {
        /// More words.
        Text(String) = "text",
        /// More encrypted bytes.
        RedactedContent(Blob) = "redactedContent",
        /// The signature, after the words.
        Signature(String) = "signature",
    }
}

structure! {
    /// Reasoning in words.
    pub struct ReasoningTextBlock {
        /// The words. They may be empty where there is a signature, and go back even then.
        // A block that is a signature and nothing else may come without text, and is refused without it.
        text: String = "text" or String::new(),
    } optional {
        /// Shows that the model wrote the words; it goes back together with them, both unchanged.
        signature: one String = "signature",
    }
}
