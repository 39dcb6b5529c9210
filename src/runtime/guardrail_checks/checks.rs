//! The configuration and the results of the checks of `InvokeGuardrailChecks`.

use crate::shape::{Payload, open_enum, pii_entity_types, single_block, structure, union};

structure! {
    /// A message to check.
    pub struct GuardrailChecksMessage {
        /// The role of the author of the message.
        role: GuardrailChecksRole = "role",
        /// The content of the message. At least one block.
        content: Vec<GuardrailChecksContentBlock> = "content" from Blocks<GuardrailChecksContentBlock>,
    }

    /// The checks to run. At least one. A check that is not set is not run.
    pub struct GuardrailChecksConfig {} optional {
        /// The check for harmful content.
        content_filter: option GuardrailChecksContentFilterConfig = "contentFilter",
        /// The check for prompt attacks.
        prompt_attack: option GuardrailChecksPromptAttackConfig = "promptAttack",
        /// The check for sensitive information.
        sensitive_information: option GuardrailChecksSensitiveInformationConfig = "sensitiveInformation",
    }

    /// The configuration of the check for harmful content.
    pub struct GuardrailChecksContentFilterConfig {
        /// The categories to look for, 1 to 5.
        categories: Vec<GuardrailChecksContentFilterCategoryConfig> = "categories"
            from Blocks<GuardrailChecksContentFilterCategoryConfig>,
    }

    /// A category of harmful content to look for.
    pub struct GuardrailChecksContentFilterCategoryConfig {
        /// The category.
        category: GuardrailChecksContentFilterCategory = "category",
    }

    /// The configuration of the check for prompt attacks.
    pub struct GuardrailChecksPromptAttackConfig {
        /// The categories to look for, 1 to 3.
        categories: Vec<GuardrailChecksPromptAttackCategoryConfig> = "categories"
            from Blocks<GuardrailChecksPromptAttackCategoryConfig>,
    }

    /// A category of prompt attacks to look for.
    pub struct GuardrailChecksPromptAttackCategoryConfig {
        /// The category.
        category: GuardrailChecksPromptAttackCategory = "category",
    }

    /// The configuration of the check for sensitive information.
    pub struct GuardrailChecksSensitiveInformationConfig {
        /// The types of information to look for, 1 to 31.
        entities: Vec<GuardrailChecksSensitiveInformationEntityConfig> = "entities"
            from Blocks<GuardrailChecksSensitiveInformationEntityConfig>,
    }

    /// A type of sensitive information to look for.
    pub struct GuardrailChecksSensitiveInformationEntityConfig {
        /// The type of information.
        r#type: GuardrailChecksSensitiveInformationEntityType = "type",
    }

    /// The results of the checks. A check is absent if the request did not ask for it.
    pub struct GuardrailChecksResults {} optional {
        /// The result of the check for harmful content.
        content_filter: option GuardrailChecksContentFilterResult = "contentFilter",
        /// The result of the check for prompt attacks.
        prompt_attack: option GuardrailChecksPromptAttackResult = "promptAttack",
        /// The result of the check for sensitive information.
        sensitive_information: option GuardrailChecksSensitiveInformationResult = "sensitiveInformation",
    }

    /// The result of the check for harmful content.
    pub struct GuardrailChecksContentFilterResult {
        /// The results, one per category.
        results: Vec<GuardrailChecksContentFilterResultEntry> = "results",
    }

    /// The result for one category of harmful content.
    pub struct GuardrailChecksContentFilterResultEntry {
        /// The category.
        category: GuardrailChecksContentFilterCategory = "category",
        /// The severity of the content, 0 to 1.
        severity_score: f64 = "severityScore",
    }

    /// The result of the check for prompt attacks.
    pub struct GuardrailChecksPromptAttackResult {
        /// The results, one per category.
        results: Vec<GuardrailChecksPromptAttackResultEntry> = "results",
    }

    /// The result for one category of prompt attacks.
    pub struct GuardrailChecksPromptAttackResultEntry {
        /// The category.
        category: GuardrailChecksPromptAttackCategory = "category",
        /// The severity of the content, 0 to 1.
        severity_score: f64 = "severityScore",
    }

    /// The result of the check for sensitive information.
    pub struct GuardrailChecksSensitiveInformationResult {
        /// The matches, one per place in the content.
        results: Vec<GuardrailChecksSensitiveInformationResultEntry> = "results",
    } optional {
        /// Whether matches are missing because there were more than a response can have.
        truncated: option bool = "truncated",
    }

    /// A place in the content that has sensitive information.
    pub struct GuardrailChecksSensitiveInformationResultEntry {
        /// The type of the information.
        r#type: GuardrailChecksSensitiveInformationEntityType = "type",
        /// The confidence that the match is correct, 0 to 1.
        confidence_score: f64 = "confidenceScore",
        /// The offset in the block where the match begins, in characters, from 0.
        begin_offset: i32 = "beginOffset",
        /// The offset in the block where the match ends, in characters.
        end_offset: i32 = "endOffset",
        /// The index of the message, from 0.
        message_index: i32 = "messageIndex",
        /// The index of the block in the message, from 0.
        content_index: i32 = "contentIndex",
    }

    /// The billed units of the checks. A check is absent if the request did not ask for it.
    pub struct GuardrailChecksUsageResults {} optional {
        /// The units of the check for harmful content.
        content_filter: option GuardrailChecksContentFilterUsage = "contentFilter",
        /// The units of the check for prompt attacks.
        prompt_attack: option GuardrailChecksPromptAttackUsage = "promptAttack",
        /// The units of the check for sensitive information.
        sensitive_information: option GuardrailChecksSensitiveInformationUsage = "sensitiveInformation",
    }

    /// The billed units of the check for harmful content.
    pub struct GuardrailChecksContentFilterUsage {
        /// The number of text units.
        text_units: i32 = "textUnits",
    }

    /// The billed units of the check for prompt attacks.
    pub struct GuardrailChecksPromptAttackUsage {
        /// The number of text units.
        text_units: i32 = "textUnits",
    }

    /// The billed units of the check for sensitive information.
    pub struct GuardrailChecksSensitiveInformationUsage {
        /// The number of text units.
        text_units: i32 = "textUnits",
    }
}

union! {
    /// A content block of a message to check. Text converts into it.
    pub enum GuardrailChecksContentBlock {
        /// Text to check. At least one character.
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

/// Converts a category into its configuration, which has no other member.
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
    /// The role of the author of a message to check.
    pub enum GuardrailChecksRole {
        /// The user.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// The system prompt.
        System = "system",
    }

    /// The category of harmful content.
    pub enum GuardrailChecksContentFilterCategory {
        /// Violence, or threats of violence.
        Violence = "VIOLENCE",
        /// Hate against a group of people.
        Hate = "HATE",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Crime and other misconduct.
        Misconduct = "MISCONDUCT",
        /// Insults and bullying.
        Insults = "INSULTS",
    }

    /// The category of prompt attacks.
    pub enum GuardrailChecksPromptAttackCategory {
        /// Attempts to make the model ignore its rules.
        Jailbreak = "JAILBREAK",
        /// Attempts to inject instructions of a third party into the prompt.
        PromptInjection = "PROMPT_INJECTION",
        /// Attempts to make the model reveal its instructions.
        PromptLeakage = "PROMPT_LEAKAGE",
    }
}

pii_entity_types! {
    /// The type of personally identifiable information (PII).
    GuardrailChecksSensitiveInformationEntityType
}
