//! The checks of `InvokeGuardrailChecks`: which to make, and what they found.

use crate::shape::{Payload, open_enum, pii_entity_types, single_block, structure, union};

structure! {
    /// A message to check.
    pub struct GuardrailChecksMessage {
        /// Who speaks.
        role: GuardrailChecksRole = "role",
        /// What is said, in at least one block.
        content: Vec<GuardrailChecksContentBlock> = "content" from Blocks<GuardrailChecksContentBlock>,
    }

    /// The checks to make, at least one; one that is not here is not made.
    pub struct GuardrailChecksConfig {} optional {
        /// For harmful content.
        content_filter: option GuardrailChecksContentFilterConfig = "contentFilter",
        /// For attempts to make the model ignore its instructions.
        prompt_attack: option GuardrailChecksPromptAttackConfig = "promptAttack",
        /// For personal data.
        sensitive_information: option GuardrailChecksSensitiveInformationConfig = "sensitiveInformation",
    }

    /// The check for harmful content.
    pub struct GuardrailChecksContentFilterConfig {
        /// The kinds to look for; 1 to 5.
        categories: Vec<GuardrailChecksContentFilterCategoryConfig> = "categories"
            from Blocks<GuardrailChecksContentFilterCategoryConfig>,
    }

    /// A kind of harmful content to look for.
    pub struct GuardrailChecksContentFilterCategoryConfig {
        /// Which kind.
        category: GuardrailChecksContentFilterCategory = "category",
    }

    /// The check for attacks on the prompt.
    pub struct GuardrailChecksPromptAttackConfig {
        /// The kinds to look for; 1 to 3.
        categories: Vec<GuardrailChecksPromptAttackCategoryConfig> = "categories"
            from Blocks<GuardrailChecksPromptAttackCategoryConfig>,
    }

    /// A kind of attack to look for.
    pub struct GuardrailChecksPromptAttackCategoryConfig {
        /// Which kind.
        category: GuardrailChecksPromptAttackCategory = "category",
    }

    /// The check for personal data.
    pub struct GuardrailChecksSensitiveInformationConfig {
        /// The kinds to look for; 1 to 31.
        entities: Vec<GuardrailChecksSensitiveInformationEntityConfig> = "entities"
            from Blocks<GuardrailChecksSensitiveInformationEntityConfig>,
    }

    /// A kind of personal data to look for.
    pub struct GuardrailChecksSensitiveInformationEntityConfig {
        /// Which kind.
        r#type: GuardrailChecksSensitiveInformationEntityType = "type",
    }

    /// What the checks found; those that were not asked for are not here.
    pub struct GuardrailChecksResults {} optional {
        /// Of harmful content.
        content_filter: option GuardrailChecksContentFilterResult = "contentFilter",
        /// Of attacks on the prompt.
        prompt_attack: option GuardrailChecksPromptAttackResult = "promptAttack",
        /// Of personal data.
        sensitive_information: option GuardrailChecksSensitiveInformationResult = "sensitiveInformation",
    }

    /// Harmful content that was found.
    pub struct GuardrailChecksContentFilterResult {
        /// One entry a kind.
        results: Vec<GuardrailChecksContentFilterResultEntry> = "results",
    }

    /// How much of a kind of harmful content there is.
    pub struct GuardrailChecksContentFilterResultEntry {
        /// Which kind.
        category: GuardrailChecksContentFilterCategory = "category",
        /// How severe it is, 0 to 1.
        severity_score: f64 = "severityScore",
    }

    /// Attacks on the prompt that were found.
    pub struct GuardrailChecksPromptAttackResult {
        /// One entry a kind.
        results: Vec<GuardrailChecksPromptAttackResultEntry> = "results",
    }

    /// How much of a kind of attack there is.
    pub struct GuardrailChecksPromptAttackResultEntry {
        /// Which kind.
        category: GuardrailChecksPromptAttackCategory = "category",
        /// How severe it is, 0 to 1.
        severity_score: f64 = "severityScore",
    }

    /// Personal data that was found.
    pub struct GuardrailChecksSensitiveInformationResult {
        /// One entry a place.
        results: Vec<GuardrailChecksSensitiveInformationResultEntry> = "results",
    } optional {
        /// Whether there was more than fits in an answer.
        truncated: option bool = "truncated",
    }

    /// A place that has personal data.
    pub struct GuardrailChecksSensitiveInformationResultEntry {
        /// What kind of data.
        r#type: GuardrailChecksSensitiveInformationEntityType = "type",
        /// How sure that is, 0 to 1.
        confidence_score: f64 = "confidenceScore",
        /// The character of the block that it begins at, from 0.
        begin_offset: i32 = "beginOffset",
        /// The character of the block that it ends at.
        end_offset: i32 = "endOffset",
        /// Which message, from 0.
        message_index: i32 = "messageIndex",
        /// Which block of the message, from 0.
        content_index: i32 = "contentIndex",
    }

    /// What the checks took; those that were not asked for are not here.
    pub struct GuardrailChecksUsageResults {} optional {
        /// The check for harmful content.
        content_filter: option GuardrailChecksContentFilterUsage = "contentFilter",
        /// The check for attacks on the prompt.
        prompt_attack: option GuardrailChecksPromptAttackUsage = "promptAttack",
        /// The check for personal data.
        sensitive_information: option GuardrailChecksSensitiveInformationUsage = "sensitiveInformation",
    }

    /// What the check for harmful content took.
    pub struct GuardrailChecksContentFilterUsage {
        /// Text units.
        text_units: i32 = "textUnits",
    }

    /// What the check for attacks on the prompt took.
    pub struct GuardrailChecksPromptAttackUsage {
        /// Text units.
        text_units: i32 = "textUnits",
    }

    /// What the check for personal data took.
    pub struct GuardrailChecksSensitiveInformationUsage {
        /// Text units.
        text_units: i32 = "textUnits",
    }
}

union! {
    /// What a message to check consists of.
    pub enum GuardrailChecksContentBlock {
        /// Text, at least one character.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    } sensitive true
}

single_block!(
    GuardrailChecksContentBlock,
    GuardrailChecksContentFilterCategoryConfig,
    GuardrailChecksPromptAttackCategoryConfig,
    GuardrailChecksSensitiveInformationEntityConfig
);

/// Lets a kind stand for its configuration, which says nothing else.
macro_rules! from_kind {
    ($($kind:ident => $config:ident),+ $(,)?) => {$(
        impl From<$kind> for $config {
            fn from(kind: $kind) -> Self {
                Self::new(kind)
            }
        }
    )+};
}

from_kind! {
    GuardrailChecksContentFilterCategory => GuardrailChecksContentFilterCategoryConfig,
    GuardrailChecksPromptAttackCategory => GuardrailChecksPromptAttackCategoryConfig,
    GuardrailChecksSensitiveInformationEntityType => GuardrailChecksSensitiveInformationEntityConfig,
}

open_enum! {
    /// Who speaks.
    pub enum GuardrailChecksRole {
        /// The user.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// The instructions.
        System = "system",
    }

    /// Kinds of harmful content.
    pub enum GuardrailChecksContentFilterCategory {
        /// Violence.
        Violence = "VIOLENCE",
        /// Hate.
        Hate = "HATE",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Crime and other misconduct.
        Misconduct = "MISCONDUCT",
        /// Insults.
        Insults = "INSULTS",
    }

    /// Kinds of attacks on the prompt.
    pub enum GuardrailChecksPromptAttackCategory {
        /// To make the model ignore its rules.
        Jailbreak = "JAILBREAK",
        /// To put instructions of somebody else into the prompt.
        PromptInjection = "PROMPT_INJECTION",
        /// To make the model tell its instructions.
        PromptLeakage = "PROMPT_LEAKAGE",
    }
}

pii_entity_types! {
    /// The type of a piece of personally identifiable information (PII).
    GuardrailChecksSensitiveInformationEntityType
}
