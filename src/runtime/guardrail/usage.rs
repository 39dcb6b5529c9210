//! What a guardrail took, and how much of the content it looked at.

use crate::shape::structure;

structure! {
    /// What an assessment took.
    pub struct GuardrailInvocationMetrics {} optional {
        /// Milliseconds.
        guardrail_processing_latency: number i64 = "guardrailProcessingLatency",
        /// The units that are charged.
        usage: option GuardrailUsage = "usage",
        /// How much of the content was looked at.
        guardrail_coverage: option GuardrailCoverage = "guardrailCoverage",
    }

    /// What a guardrail charges: text units of up to 1,000 characters, by the policy that looked at them.
    pub struct GuardrailUsage {
        /// Text units of the topic policy.
        topic_policy_units: i32 = "topicPolicyUnits",
        /// Text units of the content policy.
        content_policy_units: i32 = "contentPolicyUnits",
        /// Text units of the word policy.
        word_policy_units: i32 = "wordPolicyUnits",
        /// Text units of the policy on personal data that are charged.
        sensitive_information_policy_units: i32 = "sensitiveInformationPolicyUnits",
        /// Text units of the policy on personal data that are free: those of regular expressions.
        sensitive_information_policy_free_units: i32 = "sensitiveInformationPolicyFreeUnits",
        /// Text units of the policy on grounding.
        contextual_grounding_policy_units: i32 = "contextualGroundingPolicyUnits",
    } optional {
        /// Images that the content policy looked at.
        content_policy_image_units: number i32 = "contentPolicyImageUnits",
        /// Text units of the policy of automated reasoning.
        automated_reasoning_policy_units: number i32 = "automatedReasoningPolicyUnits",
        /// How many policies of automated reasoning there were.
        automated_reasoning_policies: number i32 = "automatedReasoningPolicies",
    }

    /// How much of the content a guardrail looked at.
    pub struct GuardrailCoverage {} optional {
        /// The text.
        text_characters: option GuardrailTextCharactersCoverage = "textCharacters",
        /// The images.
        images: option GuardrailImageCoverage = "images",
    }

    /// How much text a guardrail looked at.
    pub struct GuardrailTextCharactersCoverage {} optional {
        /// Characters looked at.
        guarded: number i32 = "guarded",
        /// Characters there are.
        total: number i32 = "total",
    }

    /// How many images a guardrail looked at.
    pub struct GuardrailImageCoverage {} optional {
        /// Images looked at.
        guarded: number i32 = "guarded",
        /// Images there are.
        total: number i32 = "total",
    }
}
