//! The topic policy of a guardrail.

use crate::shape::{open_enum, structure};

structure! {
    /// The topic policy of a guardrail: the denied topics.
    pub struct GuardrailTopicPolicy {
        /// The topics, 1 to 30.
        topics: Vec<GuardrailTopic> = "topics",
    } optional {
        /// The tier of the filters.
        tier: option GuardrailTopicsTier = "tier",
    }

    /// A topic of a guardrail.
    pub struct GuardrailTopic {
        /// The name of the topic. At most 100 characters.
        name: String = "name",
        /// The definition of the topic. At most 200 characters.
        definition: String = "definition",
    } optional {
        /// Example prompts about the topic. At most 5 prompts of 100 characters each.
        examples: vec String = "examples",
        /// The type of the topic.
        r#type: option GuardrailTopicType = "type",
        /// The action for a prompt about the topic.
        input_action: option GuardrailTopicAction = "inputAction",
        /// The action for a response about the topic.
        output_action: option GuardrailTopicAction = "outputAction",
        /// Whether prompts are evaluated. A disabled evaluation is not billed and not in the trace.
        input_enabled: option bool = "inputEnabled",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        output_enabled: option bool = "outputEnabled",
    } sensitive { name, definition, examples, input_action, output_action }

    /// The tier of the topic filters.
    pub struct GuardrailTopicsTier {
        /// The name of the tier.
        tier_name: GuardrailTopicsTierName = "tierName",
    } sensitive { tier_name }
}

open_enum! {
    /// The type of a topic.
    pub enum GuardrailTopicType {
        /// The topic is denied.
        Deny = "DENY",
    }

    /// The action of a guardrail for content about a topic.
    pub enum GuardrailTopicAction {
        /// The guardrail blocks the content and returns its blocked message.
        Block = "BLOCK",
        /// The guardrail takes no action. The trace reports the finding.
        None = "NONE",
    }

    /// The name of a tier of the topic filters.
    pub enum GuardrailTopicsTierName {
        /// The classic tier. It supports English, French and Spanish.
        Classic = "CLASSIC",
        /// The standard tier. It supports many more languages, is more robust, and requires
        /// cross-region inference.
        Standard = "STANDARD",
    }
}
