//! Variables of prompts that are stored in Prompt management.

use crate::shape::{Payload, union};

union! {
    /// The value of a variable of a prompt. Strings convert into it.
    pub enum PromptVariableValues {
        /// A text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }
}
