//! The sensitive information policy of a guardrail.

use crate::shape::{open_enum, pii_entity_types, structure};

structure! {
    /// The sensitive information policy of a guardrail.
    pub struct GuardrailSensitiveInformationPolicy {} optional {
        /// The filtered types of personally identifiable information (PII).
        pii_entities: vec GuardrailPiiEntity = "piiEntities",
        /// The custom regular expressions.
        regexes: vec GuardrailRegex = "regexes",
    }

    /// A filter for a type of personally identifiable information (PII).
    pub struct GuardrailPiiEntity {
        /// The type of information.
        r#type: GuardrailPiiEntityType = "type",
        /// The action of the guardrail.
        action: GuardrailSensitiveInformationAction = "action",
    } optional {
        /// The action for a prompt.
        input_action: option GuardrailSensitiveInformationAction = "inputAction",
        /// The action for a response.
        output_action: option GuardrailSensitiveInformationAction = "outputAction",
        /// Whether prompts are evaluated. A disabled evaluation is not billed and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        output_enabled: option bool = "outputEnabled",
    }

    /// A custom regular expression for sensitive information.
    pub struct GuardrailRegex {
        /// The name of the regular expression. At most 100 characters.
        name: String = "name",
        /// The regular expression. At most 500 characters.
        pattern: String = "pattern",
        /// The action for a match.
        action: GuardrailSensitiveInformationAction = "action",
    } optional {
        /// The description of the regular expression. At most 1,000 characters.
        description: option String = "description",
        /// The action for a match in a prompt.
        input_action: option GuardrailSensitiveInformationAction = "inputAction",
        /// The action for a match in a response.
        output_action: option GuardrailSensitiveInformationAction = "outputAction",
        /// Whether prompts are evaluated. A disabled evaluation is not billed and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        output_enabled: option bool = "outputEnabled",
    }
}

open_enum! {
    /// The action of a guardrail for sensitive information.
    pub enum GuardrailSensitiveInformationAction {
        /// The guardrail blocks the whole text and returns its blocked message.
        Block = "BLOCK",
        /// The guardrail masks the information with its type, such as `{NAME}`.
        Anonymize = "ANONYMIZE",
        /// The guardrail takes no action. The trace reports the finding.
        None = "NONE",
    }
}

pii_entity_types! {
    /// The type of personally identifiable information (PII).
    GuardrailPiiEntityType
}
