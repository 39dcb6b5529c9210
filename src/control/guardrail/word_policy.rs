//! The word policy of a guardrail.

use crate::shape::{open_enum, structure};

structure! {
    /// The word policy of a guardrail: the filtered words.
    pub struct GuardrailWordPolicy {} optional {
        /// The custom words. At most 10,000.
        words: vec GuardrailWord = "words",
        /// The word lists that Bedrock manages.
        managed_word_lists: vec GuardrailManagedWords = "managedWordLists",
    }

    /// A word that a guardrail filters.
    pub struct GuardrailWord {
        /// The word or phrase. At most 100 characters.
        text: String = "text",
    } optional {
        /// The action for a prompt with the word.
        input_action: option GuardrailWordAction = "inputAction",
        /// The action for a response with the word.
        output_action: option GuardrailWordAction = "outputAction",
        /// Whether prompts are evaluated. A disabled evaluation is not billed and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { input_action, output_action }

    /// A word list that Bedrock manages.
    pub struct GuardrailManagedWords {
        /// The type of the list.
        r#type: GuardrailManagedWordsType = "type",
    } optional {
        /// The action for a prompt with a word of the list.
        input_action: option GuardrailWordAction = "inputAction",
        /// The action for a response with a word of the list.
        output_action: option GuardrailWordAction = "outputAction",
        /// Whether prompts are evaluated. A disabled evaluation is not billed and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { input_action, output_action }
}

open_enum! {
    /// The type of a word list that Bedrock manages.
    pub enum GuardrailManagedWordsType {
        /// Profanity.
        Profanity = "PROFANITY",
    }

    /// The action of a guardrail for a filtered word.
    pub enum GuardrailWordAction {
        /// The guardrail blocks the whole text and returns its blocked message.
        Block = "BLOCK",
        /// The guardrail takes no action. The trace reports the finding.
        None = "NONE",
    }
}
