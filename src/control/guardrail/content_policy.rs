//! The content policy of a guardrail: filters for harmful content and prompt attacks.

use crate::shape::{open_enum, structure};

structure! {
    /// The content policy of a guardrail.
    pub struct GuardrailContentPolicy {} optional {
        /// The filters, one per type of content, 1 to 6.
        filters: vec GuardrailContentFilter = "filters",
        /// The tier of the filters.
        tier: option GuardrailContentFiltersTier = "tier",
    }

    /// A filter for one type of harmful content.
    pub struct GuardrailContentFilter {
        /// The type of content.
        r#type: GuardrailContentFilterType = "type",
        /// The strength of the filter for prompts.
        input_strength: GuardrailFilterStrength = "inputStrength",
        /// The strength of the filter for responses. Must be `NONE` for prompt attacks.
        output_strength: GuardrailFilterStrength = "outputStrength",
    } optional {
        /// The modalities that are filtered in prompts.
        input_modalities: vec GuardrailModality = "inputModalities",
        /// The modalities that are filtered in responses.
        output_modalities: vec GuardrailModality = "outputModalities",
        /// The action for a prompt with this type of content.
        input_action: option GuardrailContentFilterAction = "inputAction",
        /// The action for a response with this type of content.
        output_action: option GuardrailContentFilterAction = "outputAction",
        /// Whether prompts are evaluated. A disabled evaluation is not billed and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { input_modalities, output_modalities, input_action, output_action }

    /// The tier of the content filters.
    pub struct GuardrailContentFiltersTier {
        /// The name of the tier.
        tier_name: GuardrailContentFiltersTierName = "tierName",
    } sensitive { tier_name }
}

open_enum! {
    /// The type of harmful content.
    pub enum GuardrailContentFilterType {
        /// Sexual interest or activity.
        Sexual = "SEXUAL",
        /// Violence against people or things, or threats of violence.
        Violence = "VIOLENCE",
        /// Hate against people because of their identity.
        Hate = "HATE",
        /// Insults and bullying.
        Insults = "INSULTS",
        /// Crime and fraud.
        Misconduct = "MISCONDUCT",
        /// Prompts that try to bypass the instructions of the model.
        PromptAttack = "PROMPT_ATTACK",
    }

    /// The strength of a filter.
    pub enum GuardrailFilterStrength {
        /// The filter is off.
        None = "NONE",
        /// The filter acts on content that is harmful with high confidence.
        Low = "LOW",
        /// The filter acts on content that is harmful with high or medium confidence.
        Medium = "MEDIUM",
        /// The filter acts on content that is harmful with any confidence.
        High = "HIGH",
    }

    /// A modality that a filter evaluates.
    pub enum GuardrailModality {
        /// Text.
        Text = "TEXT",
        /// Images.
        Image = "IMAGE",
    }

    /// The action of a guardrail for harmful content.
    pub enum GuardrailContentFilterAction {
        /// The guardrail blocks the content and returns its blocked message.
        Block = "BLOCK",
        /// The guardrail takes no action. The trace reports the finding.
        None = "NONE",
    }

    /// The name of a tier of the content filters.
    pub enum GuardrailContentFiltersTierName {
        /// The classic tier. It supports English, French and Spanish.
        Classic = "CLASSIC",
        /// The standard tier. It supports many more languages, is more robust, and requires
        /// cross-region inference.
        Standard = "STANDARD",
    }
}
