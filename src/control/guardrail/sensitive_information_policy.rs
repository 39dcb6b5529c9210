//! The personal and other sensitive information that a guardrail filters.

use crate::shape::{open_enum, pii_entity_types, structure};

structure! {
    /// The sensitive information that a guardrail filters.
    pub struct GuardrailSensitiveInformationPolicy {} optional {
        /// Kinds of personal information that Bedrock knows.
        pii_entities: vec GuardrailPiiEntity = "piiEntities",
        /// Patterns of your own.
        regexes: vec GuardrailRegex = "regexes",
    }

    /// A kind of personal information that a guardrail filters.
    pub struct GuardrailPiiEntity {
        /// The kind.
        r#type: GuardrailPiiEntityType = "type",
        /// What happens to it.
        action: GuardrailSensitiveInformationAction = "action",
    } optional {
        /// What happens to it in a prompt.
        input_action: option GuardrailSensitiveInformationAction = "inputAction",
        /// What happens to it in an answer.
        output_action: option GuardrailSensitiveInformationAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: option bool = "outputEnabled",
    }

    /// A pattern that a guardrail filters.
    pub struct GuardrailRegex {
        /// Its name; at most 100 characters.
        name: String = "name",
        /// The regular expression; at most 500 characters.
        pattern: String = "pattern",
        /// What happens to what matches.
        action: GuardrailSensitiveInformationAction = "action",
    } optional {
        /// What it finds; at most 1,000 characters.
        description: option String = "description",
        /// What happens to what matches in a prompt.
        input_action: option GuardrailSensitiveInformationAction = "inputAction",
        /// What happens to what matches in an answer.
        output_action: option GuardrailSensitiveInformationAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: option bool = "outputEnabled",
    }
}

open_enum! {
    /// What happens to sensitive information.
    pub enum GuardrailSensitiveInformationAction {
        /// The whole text is replaced by the guardrail's message.
        Block = "BLOCK",
        /// It is replaced by the name of its kind, such as `{NAME}`.
        Anonymize = "ANONYMIZE",
        /// Nothing: it is only told in the trace.
        None = "NONE",
    }
}

pii_entity_types! {
    /// The type of a piece of personally identifiable information (PII).
    GuardrailPiiEntityType
}
