//! The latency, the billed units and the coverage of a guardrail.

use crate::shape::structure;

structure! {
    /// The latency, the billed units and the coverage of an assessment.
    pub struct GuardrailInvocationMetrics {} optional {
        /// The time that the guardrail took, in milliseconds.
        guardrail_processing_latency: number i64 = "guardrailProcessingLatency",
        /// The units that the assessment is billed for.
        usage: option GuardrailUsage = "usage",
        /// The share of the content that the guardrail assessed.
        guardrail_coverage: option GuardrailCoverage = "guardrailCoverage",
    }

    /// The units that a guardrail is billed for, by policy. A text unit has up to 1,000 characters.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailUsage.html>
    pub struct GuardrailUsage {
        /// The text units of the topic policy.
        topic_policy_units: i32 = "topicPolicyUnits",
        /// The text units of the content policy.
        content_policy_units: i32 = "contentPolicyUnits",
        /// The text units of the word policy.
        word_policy_units: i32 = "wordPolicyUnits",
        /// The billed text units of the policy on sensitive information.
        sensitive_information_policy_units: i32 = "sensitiveInformationPolicyUnits",
        /// The free text units of the policy on sensitive information: those of regular
        /// expressions.
        sensitive_information_policy_free_units: i32 = "sensitiveInformationPolicyFreeUnits",
        /// The text units of the contextual grounding policy.
        contextual_grounding_policy_units: i32 = "contextualGroundingPolicyUnits",
    } optional {
        /// The images that the content policy assessed.
        content_policy_image_units: number i32 = "contentPolicyImageUnits",
        /// The text units of the automated reasoning policies.
        automated_reasoning_policy_units: number i32 = "automatedReasoningPolicyUnits",
        /// The number of automated reasoning policies.
        automated_reasoning_policies: number i32 = "automatedReasoningPolicies",
    }

    /// The share of the content that a guardrail assessed.
    pub struct GuardrailCoverage {} optional {
        /// The coverage of the text.
        text_characters: option GuardrailTextCharactersCoverage = "textCharacters",
        /// The coverage of the images.
        images: option GuardrailImageCoverage = "images",
    }

    /// The share of the text that a guardrail assessed.
    pub struct GuardrailTextCharactersCoverage {} optional {
        /// The number of characters that were assessed.
        guarded: number i32 = "guarded",
        /// The total number of characters.
        total: number i32 = "total",
    }

    /// The share of the images that a guardrail assessed.
    pub struct GuardrailImageCoverage {} optional {
        /// The number of images that were assessed.
        guarded: number i32 = "guarded",
        /// The total number of images.
        total: number i32 = "total",
    }
}
