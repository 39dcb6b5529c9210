//! What a guardrail found: the assessment, and the trace that has it for each side of a conversation.

use crate::runtime::{
    GuardrailAutomatedReasoningPolicyAssessment, GuardrailContentPolicyAssessment,
    GuardrailContextualGroundingPolicyAssessment, GuardrailInvocationMetrics,
    GuardrailSensitiveInformationPolicyAssessment, GuardrailTopicPolicyAssessment, GuardrailWordPolicyAssessment,
};
use crate::shape::{open_enum, structure};

structure! {
    /// What a guardrail found in a conversation: the `guardrail` member of a trace, typed.
    pub struct GuardrailTraceAssessment {} optional {
        /// What the model answered before the guardrail changed it.
        model_output: vec String = "modelOutput",
        /// What was found in the input, by the guardrail's id.
        input_assessment: map GuardrailAssessment = "inputAssessment",
        /// What was found in the output, by the guardrail's id.
        output_assessments: map Vec<GuardrailAssessment> = "outputAssessments",
        /// Why the guardrail did what it did.
        action_reason: option String = "actionReason",
    }

    /// What each policy of a guardrail found; a policy that the guardrail does not have is not here.
    pub struct GuardrailAssessment {} optional {
        /// Topics that are not to be talked of.
        topic_policy: boxed GuardrailTopicPolicyAssessment = "topicPolicy",
        /// Harmful content and attacks on the prompt.
        content_policy: boxed GuardrailContentPolicyAssessment = "contentPolicy",
        /// Words that are not to be used.
        word_policy: boxed GuardrailWordPolicyAssessment = "wordPolicy",
        /// Personal data.
        sensitive_information_policy: boxed GuardrailSensitiveInformationPolicyAssessment = "sensitiveInformationPolicy",
        /// Whether an answer rests on its sources and on what was asked.
        contextual_grounding_policy: boxed GuardrailContextualGroundingPolicyAssessment = "contextualGroundingPolicy",
        /// Whether an answer follows from the rules of a policy.
        automated_reasoning_policy: boxed GuardrailAutomatedReasoningPolicyAssessment = "automatedReasoningPolicy",
        /// What the assessment took.
        invocation_metrics: boxed GuardrailInvocationMetrics = "invocationMetrics",
        /// Which guardrail it was.
        applied_guardrail_details: boxed AppliedGuardrailDetails = "appliedGuardrailDetails",
    }

    /// Which guardrail was applied, and on whose behalf.
    pub struct AppliedGuardrailDetails {} optional {
        /// The guardrail's id; at most 2,048 characters.
        guardrail_id: option String = "guardrailId",
        /// The guardrail's version: a number, or `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
        /// The guardrail's ARN; at most 2,048 characters.
        guardrail_arn: option String = "guardrailArn",
        /// Who asked for it: the request, the account, the organization.
        guardrail_origin: vec GuardrailOrigin = "guardrailOrigin",
        /// Whether it is the account's own.
        guardrail_ownership: option GuardrailOwnership = "guardrailOwnership",
    }
}

open_enum! {
    /// Who asked for a guardrail.
    pub enum GuardrailOrigin {
        /// The request.
        Request = "REQUEST",
        /// The account, for every request.
        AccountEnforced = "ACCOUNT_ENFORCED",
        /// The organization, for every request of every account.
        OrganizationEnforced = "ORGANIZATION_ENFORCED",
    }

    /// Whose guardrail it is.
    pub enum GuardrailOwnership {
        /// The account's own.
        SelfOwned = "SELF",
        /// Another account's, shared with this one.
        CrossAccount = "CROSS_ACCOUNT",
    }
}
