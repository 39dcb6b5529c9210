//! The assessments of a guardrail, and the trace that contains them.

use crate::runtime::{
    GuardrailAutomatedReasoningPolicyAssessment, GuardrailContentPolicyAssessment,
    GuardrailContextualGroundingPolicyAssessment, GuardrailInvocationMetrics,
    GuardrailSensitiveInformationPolicyAssessment, GuardrailTopicPolicyAssessment, GuardrailWordPolicyAssessment,
};
use crate::shape::{open_enum, structure};

structure! {
    /// The trace of a guardrail. It is the typed form of the member `guardrail` of a trace.
    pub struct GuardrailTraceAssessment {} optional {
        /// The output of the model before the guardrail changed it.
        model_output: vec String = "modelOutput",
        /// The assessment of the input, by the ID of the guardrail.
        input_assessment: map GuardrailAssessment = "inputAssessment",
        /// The assessments of the output, by the ID of the guardrail.
        output_assessments: map Vec<GuardrailAssessment> = "outputAssessments",
        /// The reason for the action of the guardrail.
        action_reason: option String = "actionReason",
    }

    /// The findings of each policy of a guardrail. A policy is absent if the guardrail does not
    /// have it.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html>
    pub struct GuardrailAssessment {} optional {
        /// The findings about denied topics.
        topic_policy: boxed GuardrailTopicPolicyAssessment = "topicPolicy",
        /// The findings about harmful content and prompt attacks.
        content_policy: boxed GuardrailContentPolicyAssessment = "contentPolicy",
        /// The findings about filtered words.
        word_policy: boxed GuardrailWordPolicyAssessment = "wordPolicy",
        /// The findings about sensitive information.
        sensitive_information_policy: boxed GuardrailSensitiveInformationPolicyAssessment = "sensitiveInformationPolicy",
        /// The result of the contextual grounding check.
        contextual_grounding_policy: boxed GuardrailContextualGroundingPolicyAssessment = "contextualGroundingPolicy",
        /// The findings of automated reasoning.
        automated_reasoning_policy: boxed GuardrailAutomatedReasoningPolicyAssessment = "automatedReasoningPolicy",
        /// The latency, the billed units and the coverage of the assessment.
        invocation_metrics: boxed GuardrailInvocationMetrics = "invocationMetrics",
        /// The guardrail that was applied.
        applied_guardrail_details: boxed AppliedGuardrailDetails = "appliedGuardrailDetails",
    }

    /// The guardrail that was applied, and the reason why it was applied.
    pub struct AppliedGuardrailDetails {} optional {
        /// The ID of the guardrail. At most 2,048 characters.
        guardrail_id: option String = "guardrailId",
        /// The version of the guardrail: a number, or `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
        /// The ARN of the guardrail. At most 2,048 characters.
        guardrail_arn: option String = "guardrailArn",
        /// The origin of the guardrail: the request, the account or the organization.
        guardrail_origin: vec GuardrailOrigin = "guardrailOrigin",
        /// Whether the guardrail belongs to the account.
        guardrail_ownership: option GuardrailOwnership = "guardrailOwnership",
    }
}

open_enum! {
    /// The reason why a guardrail was applied.
    pub enum GuardrailOrigin {
        /// The request named the guardrail.
        Request = "REQUEST",
        /// The account enforces the guardrail for every request.
        AccountEnforced = "ACCOUNT_ENFORCED",
        /// The organization enforces the guardrail for every request of its accounts.
        OrganizationEnforced = "ORGANIZATION_ENFORCED",
    }

    /// The owner of a guardrail.
    pub enum GuardrailOwnership {
        /// The account of the caller owns the guardrail.
        SelfOwned = "SELF",
        /// Another account owns the guardrail and shares it.
        CrossAccount = "CROSS_ACCOUNT",
    }
}
