//! The findings of the policy on sensitive information.

use crate::shape::{open_enum, pii_entity_types, structure};

structure! {
    /// The findings about sensitive information.
    pub struct GuardrailSensitiveInformationPolicyAssessment {
        /// The personally identifiable information (PII) of the types that AWS defines.
        pii_entities: Vec<GuardrailPiiEntityFilter> = "piiEntities",
        /// The matches of the custom regular expressions of the guardrail.
        // Traces may omit an empty list.
        regexes: Vec<GuardrailRegexFilter> = "regexes",
    }

    /// Personally identifiable information (PII) of a type that AWS defines.
    pub struct GuardrailPiiEntityFilter {
        /// The text that matched.
        r#match: String = "match",
        /// The type of the information.
        r#type: GuardrailPiiEntityType = "type",
        /// The action of the guardrail.
        action: GuardrailSensitiveInformationPolicyAction = "action",
    } optional {
        /// Whether the information was detected.
        detected: option bool = "detected",
    }

    /// A match of a custom regular expression.
    pub struct GuardrailRegexFilter {
        /// The action of the guardrail.
        action: GuardrailSensitiveInformationPolicyAction = "action",
    } optional {
        /// The name of the regular expression.
        name: option String = "name",
        /// The text that matched.
        r#match: option String = "match",
        /// The regular expression.
        regex: option String = "regex",
        /// Whether the regular expression matched.
        detected: option bool = "detected",
    }
}

open_enum! {
    /// The action of a guardrail about sensitive information.
    pub enum GuardrailSensitiveInformationPolicyAction {
        /// The guardrail masked the information with its type, such as `{EMAIL}`.
        Anonymized = "ANONYMIZED",
        /// The guardrail blocked the content.
        Blocked = "BLOCKED",
        /// The guardrail took no action.
        None = "NONE",
    }
}

pii_entity_types! {
    /// The type of personally identifiable information (PII).
    GuardrailPiiEntityType
}
