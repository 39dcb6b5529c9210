//! Prompts that are kept in Prompt management.

use crate::shape::union;

union! {
    /// What a variable of a prompt is filled with. Text converts into it.
    pub enum PromptVariableValues {
        /// Text.
        Text(String) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }
}
