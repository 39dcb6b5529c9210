//! Prompts that are kept in Prompt management.

use crate::shape::{Payload, union};

union! {
    /// What a variable of a prompt is filled with. Text converts into it.
    pub enum PromptVariableValues {
        /// Text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }
}
