//! The policies of a guardrail that check responses: contextual grounding and automated reasoning.

use crate::shape::{open_enum, structure};

structure! {
    /// The contextual grounding policy of a guardrail.
    pub struct GuardrailContextualGroundingPolicy {
        /// The filters, one per type of check.
        filters: Vec<GuardrailContextualGroundingFilter> = "filters",
    } optional {
        /// The tier of the filters.
        tier: option GuardrailContextualGroundingTier = "tier",
    }

    /// A contextual grounding filter.
    pub struct GuardrailContextualGroundingFilter {
        /// The type of the check.
        r#type: GuardrailContextualGroundingFilterType = "type",
        /// The threshold, from 0 to less than 1. A response with a lower score fails.
        threshold: f64 = "threshold",
    } optional {
        /// The action for a response that fails the check.
        action: option GuardrailContextualGroundingAction = "action",
        /// Whether responses are evaluated. A disabled evaluation is not billed and not in the
        /// trace.
        enabled: option bool = "enabled",
    } sensitive { action }

    /// The tier of the contextual grounding filters.
    pub struct GuardrailContextualGroundingTier {
        /// The name of the tier.
        tier_name: GuardrailContextualGroundingTierName = "tierName",
    } sensitive { tier_name }

    /// The automated reasoning policy of a guardrail.
    pub struct GuardrailAutomatedReasoningPolicy {
        /// The ARNs of the automated reasoning policies, 1 or 2.
        policies: Vec<String> = "policies",
    } optional {
        /// The confidence threshold, 0 to 1. A finding with a lower confidence does not count.
        confidence_threshold: number f64 = "confidenceThreshold",
    }
}

open_enum! {
    /// The type of a contextual grounding check.
    pub enum GuardrailContextualGroundingFilterType {
        /// Whether the response is based on the sources.
        Grounding = "GROUNDING",
        /// Whether the response is relevant to the question.
        Relevance = "RELEVANCE",
    }

    /// The action of a guardrail for a response that fails a check.
    pub enum GuardrailContextualGroundingAction {
        /// The guardrail blocks the response and returns its blocked message.
        Block = "BLOCK",
        /// The guardrail takes no action. The trace reports the finding.
        None = "NONE",
    }

    /// The name of a tier of the contextual grounding filters.
    pub enum GuardrailContextualGroundingTierName {
        /// The classic tier. It supports English, French and Spanish.
        Classic = "CLASSIC",
        /// The standard tier. It supports many more languages, and requires cross-region inference.
        Standard = "STANDARD",
    }
}
