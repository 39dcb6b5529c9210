//! What a guardrail filters by its kind: violence, hate, attacks on the prompt.

use crate::shape::{open_enum, structure};

structure! {
    /// The kinds of harmful content that a guardrail filters.
    pub struct GuardrailContentPolicy {} optional {
        /// One filter a kind; 1 to 6.
        filters: vec GuardrailContentFilter = "filters",
        /// The filters' tier.
        tier: option GuardrailContentFiltersTier = "tier",
    }

    /// How strictly a guardrail filters one kind of harmful content.
    pub struct GuardrailContentFilter {
        /// The kind.
        r#type: GuardrailContentFilterType = "type",
        /// How strictly it filters prompts.
        input_strength: GuardrailFilterStrength = "inputStrength",
        /// How strictly it filters answers. `NONE` for attacks on the prompt, which answers do not have.
        output_strength: GuardrailFilterStrength = "outputStrength",
    } optional {
        /// What it looks at in prompts.
        input_modalities: vec GuardrailModality = "inputModalities",
        /// What it looks at in answers.
        output_modalities: vec GuardrailModality = "outputModalities",
        /// What happens to a prompt that has it.
        input_action: option GuardrailContentFilterAction = "inputAction",
        /// What happens to an answer that has it.
        output_action: option GuardrailContentFilterAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { input_modalities, output_modalities, input_action, output_action }

    /// The tier of the filters for harmful content.
    pub struct GuardrailContentFiltersTier {
        /// Its name.
        tier_name: GuardrailContentFiltersTierName = "tierName",
    } sensitive { tier_name }
}

open_enum! {
    /// A kind of harmful content.
    pub enum GuardrailContentFilterType {
        /// Sexual interest or activity.
        Sexual = "SEXUAL",
        /// Harm done to people or things, or threats of it.
        Violence = "VIOLENCE",
        /// Contempt of people for what they are.
        Hate = "HATE",
        /// Insults and bullying.
        Insults = "INSULTS",
        /// Crime and fraud.
        Misconduct = "MISCONDUCT",
        /// Text that would talk the model out of its instructions.
        PromptAttack = "PROMPT_ATTACK",
    }

    /// How strictly a filter filters.
    pub enum GuardrailFilterStrength {
        /// Not at all.
        None = "NONE",
        /// What is harmful for certain.
        Low = "LOW",
        /// What is likely to be harmful.
        Medium = "MEDIUM",
        /// What may be harmful.
        High = "HIGH",
    }

    /// What a filter looks at.
    pub enum GuardrailModality {
        /// Text.
        Text = "TEXT",
        /// Images.
        Image = "IMAGE",
    }

    /// What happens to harmful content.
    pub enum GuardrailContentFilterAction {
        /// It is replaced by the guardrail's message.
        Block = "BLOCK",
        /// Nothing: it is only told in the trace.
        None = "NONE",
    }

    /// The tiers of the filters for harmful content.
    pub enum GuardrailContentFiltersTierName {
        /// For English, French and Spanish.
        Classic = "CLASSIC",
        /// For many more languages, and harder to get around; runs across regions.
        Standard = "STANDARD",
    }
}
