//! The words that a guardrail filters.

use crate::shape::{open_enum, structure};

structure! {
    /// The words that a guardrail filters.
    pub struct GuardrailWordPolicy {} optional {
        /// Words of your own; at most 10,000.
        words: vec GuardrailWord = "words",
        /// Lists that Bedrock keeps.
        managed_word_lists: vec GuardrailManagedWords = "managedWordLists",
    }

    /// A word that a guardrail filters.
    pub struct GuardrailWord {
        /// The word, or a phrase; at most 100 characters.
        text: String = "text",
    } optional {
        /// What happens to a prompt that has it.
        input_action: option GuardrailWordAction = "inputAction",
        /// What happens to an answer that has it.
        output_action: option GuardrailWordAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { input_action, output_action }

    /// A list of words, kept by Bedrock, that a guardrail filters.
    pub struct GuardrailManagedWords {
        /// The list.
        r#type: GuardrailManagedWordsType = "type",
    } optional {
        /// What happens to a prompt that has one of them.
        input_action: option GuardrailWordAction = "inputAction",
        /// What happens to an answer that has one of them.
        output_action: option GuardrailWordAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { input_action, output_action }
}

open_enum! {
    /// The lists of words that Bedrock keeps.
    pub enum GuardrailManagedWordsType {
        /// Profanity.
        Profanity = "PROFANITY",
    }

    /// What happens to a word that is filtered.
    pub enum GuardrailWordAction {
        /// The whole text is replaced by the guardrail's message.
        Block = "BLOCK",
        /// Nothing: it is only told in the trace.
        None = "NONE",
    }
}
