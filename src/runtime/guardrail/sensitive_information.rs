//! What a guardrail found of personal data.

use crate::shape::{open_enum, pii_entity_types, structure};

structure! {
    /// Personal data that was found.
    pub struct GuardrailSensitiveInformationPolicyAssessment {
        /// Data of the kinds that AWS knows.
        pii_entities: Vec<GuardrailPiiEntityFilter> = "piiEntities",
        /// Data that regular expressions of the guardrail's own match.
        // Traces have been seen to leave it out.
        regexes: Vec<GuardrailRegexFilter> = "regexes",
    }

    /// Personal data of a kind that AWS knows.
    pub struct GuardrailPiiEntityFilter {
        /// The data as it was found.
        r#match: String = "match",
        /// What kind of data.
        r#type: GuardrailPiiEntityType = "type",
        /// What the guardrail did.
        action: GuardrailSensitiveInformationPolicyAction = "action",
    } optional {
        /// Whether it was found.
        detected: option bool = "detected",
    }

    /// Personal data that a regular expression matches.
    pub struct GuardrailRegexFilter {
        /// What the guardrail did.
        action: GuardrailSensitiveInformationPolicyAction = "action",
    } optional {
        /// The name of the regular expression.
        name: option String = "name",
        /// The data as it was found.
        r#match: option String = "match",
        /// The regular expression.
        regex: option String = "regex",
        /// Whether it was found.
        detected: option bool = "detected",
    }
}

open_enum! {
    /// What a guardrail did about personal data.
    pub enum GuardrailSensitiveInformationPolicyAction {
        /// It put the kind of data in the place of the data, such as `{EMAIL}`.
        Anonymized = "ANONYMIZED",
        /// It blocked the content.
        Blocked = "BLOCKED",
        /// Nothing.
        None = "NONE",
    }
}

pii_entity_types! {
    /// The type of a piece of personally identifiable information (PII).
    GuardrailPiiEntityType
}
