//! The topics that a guardrail denies.

use crate::shape::{open_enum, structure};

structure! {
    /// The topics that a guardrail denies.
    pub struct GuardrailTopicPolicy {
        /// The topics; 1 to 30.
        topics: Vec<GuardrailTopic> = "topics",
    } optional {
        /// The filters' tier.
        tier: option GuardrailTopicsTier = "tier",
    }

    /// A topic that a guardrail denies.
    pub struct GuardrailTopic {
        /// Its name; at most 100 characters.
        name: String = "name",
        /// What it is, in a sentence or two; at most 200 characters.
        definition: String = "definition",
    } optional {
        /// Prompts that are about it; at most 5 of 100 characters.
        examples: vec String = "examples",
        /// What the guardrail does about the topic.
        r#type: option GuardrailTopicType = "type",
        /// What happens to a prompt about it.
        input_action: option GuardrailTopicAction = "inputAction",
        /// What happens to an answer about it.
        output_action: option GuardrailTopicAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { name, definition, examples, input_action, output_action }

    /// The tier of the filters for topics.
    pub struct GuardrailTopicsTier {
        /// Its name.
        tier_name: GuardrailTopicsTierName = "tierName",
    } sensitive { tier_name }
}

open_enum! {
    /// What a guardrail does about a topic.
    pub enum GuardrailTopicType {
        /// It denies it.
        Deny = "DENY",
    }

    /// What happens to text about a topic.
    pub enum GuardrailTopicAction {
        /// It is replaced by the guardrail's message.
        Block = "BLOCK",
        /// Nothing: it is only told in the trace.
        None = "NONE",
    }

    /// The tiers of the filters for topics.
    pub enum GuardrailTopicsTierName {
        /// For English, French and Spanish.
        Classic = "CLASSIC",
        /// For many more languages, and harder to get around; runs across regions.
        Standard = "STANDARD",
    }
}
