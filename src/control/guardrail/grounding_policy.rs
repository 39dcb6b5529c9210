//! How a guardrail checks answers: against their sources, and against rules.

use crate::shape::{open_enum, structure};

structure! {
    /// How a guardrail checks that answers rest on their sources and on the question.
    pub struct GuardrailContextualGroundingPolicy {
        /// One filter a check.
        filters: Vec<GuardrailContextualGroundingFilter> = "filters",
    } optional {
        /// The filters' tier.
        tier: option GuardrailContextualGroundingTier = "tier",
    }

    /// One check of answers against their sources or the question.
    pub struct GuardrailContextualGroundingFilter {
        /// The check.
        r#type: GuardrailContextualGroundingFilterType = "type",
        /// The score, 0 to below 1, under which an answer fails.
        threshold: f64 = "threshold",
    } optional {
        /// What happens to an answer that fails.
        action: option GuardrailContextualGroundingAction = "action",
        /// Whether answers are checked. What is not checked is not paid for, and not in the trace.
        enabled: option bool = "enabled",
    } sensitive { action }

    /// The tier of the checks of grounding.
    pub struct GuardrailContextualGroundingTier {
        /// Its name.
        tier_name: GuardrailContextualGroundingTierName = "tierName",
    } sensitive { tier_name }

    /// The rules of logic that a guardrail checks answers against.
    pub struct GuardrailAutomatedReasoningPolicy {
        /// The ARNs of the policies with the rules; 1 or 2.
        policies: Vec<String> = "policies",
    } optional {
        /// How sure, 0 to 1, a finding has to be to count.
        confidence_threshold: number f64 = "confidenceThreshold",
    }
}

open_enum! {
    /// The checks of answers against their sources and the question.
    pub enum GuardrailContextualGroundingFilterType {
        /// Whether the answer rests on the sources.
        Grounding = "GROUNDING",
        /// Whether the answer is about the question.
        Relevance = "RELEVANCE",
    }

    /// What happens to an answer that fails the check.
    pub enum GuardrailContextualGroundingAction {
        /// It is replaced by the guardrail's message.
        Block = "BLOCK",
        /// Nothing: it is only told in the trace.
        None = "NONE",
    }

    /// The tiers of the checks of grounding.
    pub enum GuardrailContextualGroundingTierName {
        /// For English, French and Spanish.
        Classic = "CLASSIC",
        /// For many more languages; runs across regions.
        Standard = "STANDARD",
    }
}
