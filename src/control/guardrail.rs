//! Guardrails of the account: their policies and their versions.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListGuardrails.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetGuardrail.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateGuardrailVersion.html>

mod content_policy;
mod grounding_policy;
mod sensitive_information_policy;
mod topic_policy;
mod word_policy;

pub use content_policy::*;
pub use grounding_policy::*;
pub use sensitive_information_policy::*;
pub use topic_policy::*;
pub use word_policy::*;

use crate::operation::operation;
use crate::shape::{Timestamp, open_enum, structure};

operation! {
    ListGuardrails: Bedrock GET "/guardrails"
        ListGuardrailsRequest -> ListGuardrailsResponse
        query { guardrail_identifier = "guardrailIdentifier", max_results = "maxResults", next_token = "nextToken" }
        pages guardrails: GuardrailSummary;

    GetGuardrail: Bedrock GET "/guardrails/{guardrailIdentifier}"
        GetGuardrailRequest -> GetGuardrailResponse
        path { guardrail_identifier = "guardrailIdentifier" }
        query { guardrail_version = "guardrailVersion" };

    CreateGuardrailVersion: Bedrock POST "/guardrails/{guardrailIdentifier}"
        CreateGuardrailVersionRequest -> CreateGuardrailVersionResponse
        path { guardrail_identifier = "guardrailIdentifier" }
        body { idempotency_token client_request_token };
}

structure! {
    /// The request of `ListGuardrails`. It lists the drafts of all guardrails, or all versions of
    /// one guardrail.
    pub struct ListGuardrailsRequest {} optional {
        /// The guardrail whose versions are listed: an ID or an ARN. At most 2,048 characters. If
        /// it is not set, the drafts of all guardrails are listed.
        guardrail_identifier: option String = "guardrailIdentifier",
        /// The maximum number of guardrails per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
    }

    /// The response of `ListGuardrails`: a page of guardrails.
    pub struct ListGuardrailsResponse {
        /// The summaries, one per guardrail or version. At most 1,000.
        guardrails: Vec<GuardrailSummary> = "guardrails",
    } optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
    } with metadata

    /// The request of `GetGuardrail`.
    pub struct GetGuardrailRequest path {
        /// The guardrail: an ID or an ARN. At most 2,048 characters.
        guardrail_identifier = "guardrailIdentifier",
    } {} optional {
        /// The version of the guardrail: a number, or `DRAFT`. Defaults to `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
    }

    /// The response of `GetGuardrail`: a guardrail.
    pub struct GetGuardrailResponse {
        /// The name of the guardrail. At most 50 characters.
        name: String = "name",
        /// The ID of the guardrail.
        guardrail_id: String = "guardrailId",
        /// The ARN of the guardrail.
        guardrail_arn: String = "guardrailArn",
        /// The version of the guardrail: a number, or `DRAFT`.
        version: String = "version",
        /// The status of the guardrail.
        status: GuardrailStatus = "status",
        /// The time when the guardrail was created.
        created_at: Timestamp = "createdAt",
        /// The time when the guardrail was last updated.
        updated_at: Timestamp = "updatedAt",
        /// The message that the guardrail returns when it blocks a prompt. At most 500 characters.
        blocked_input_messaging: String = "blockedInputMessaging",
        /// The message that the guardrail returns when it blocks a response. At most 500
        /// characters.
        blocked_outputs_messaging: String = "blockedOutputsMessaging",
    } optional {
        /// The description of the guardrail. At most 200 characters.
        description: option String = "description",
        /// The topic policy: the denied topics.
        topic_policy: option GuardrailTopicPolicy = "topicPolicy",
        /// The content policy: the filters for harmful content.
        content_policy: option GuardrailContentPolicy = "contentPolicy",
        /// The word policy: the filtered words.
        word_policy: option GuardrailWordPolicy = "wordPolicy",
        /// The sensitive information policy: the filtered personal and other sensitive information.
        sensitive_information_policy: option GuardrailSensitiveInformationPolicy = "sensitiveInformationPolicy",
        /// The contextual grounding policy: the checks of responses against their sources.
        contextual_grounding_policy: option GuardrailContextualGroundingPolicy = "contextualGroundingPolicy",
        /// The automated reasoning policy: the logical rules that responses are checked against.
        automated_reasoning_policy: option GuardrailAutomatedReasoningPolicy = "automatedReasoningPolicy",
        /// The guardrail profile for cross-region inference.
        cross_region_details: option GuardrailCrossRegionDetails = "crossRegionDetails",
        /// The reasons why the last operation failed. At most 100 reasons of 200 characters each.
        status_reasons: vec String = "statusReasons",
        /// Recommendations to follow before the operation is retried. At most 100 recommendations
        /// of 200 characters each.
        failure_recommendations: vec String = "failureRecommendations",
        /// The ARN of the KMS key that encrypts the guardrail.
        kms_key_arn: option String = "kmsKeyArn",
    } sensitive {
        name,
        blocked_input_messaging,
        blocked_outputs_messaging,
        description,
        status_reasons,
        failure_recommendations,
    } with metadata

    /// The request of `CreateGuardrailVersion`: the guardrail whose draft becomes a version.
    pub struct CreateGuardrailVersionRequest path {
        /// The guardrail: an ID or an ARN. At most 2,048 characters.
        guardrail_identifier = "guardrailIdentifier",
    } {} optional {
        /// The description of the version. At most 200 characters.
        description: option String = "description",
        /// The idempotency token: at most 256 letters, digits and hyphens. If it is not set, the
        /// client generates a token per call and sends it with every attempt.
        client_request_token: option String = "clientRequestToken",
    } sensitive { description }

    /// The response of `CreateGuardrailVersion`: the new version.
    pub struct CreateGuardrailVersionResponse {
        /// The ID of the guardrail.
        guardrail_id: String = "guardrailId",
        /// The number of the version.
        version: String = "version",
    } with metadata

    /// A summary of a guardrail or of a version of a guardrail.
    pub struct GuardrailSummary {
        /// The ID of the guardrail.
        id: String = "id",
        /// The ARN of the guardrail.
        arn: String = "arn",
        /// The status of the guardrail.
        status: GuardrailStatus = "status",
        /// The name of the guardrail. At most 50 characters.
        name: String = "name",
        /// The version of the guardrail: a number, or `DRAFT`.
        version: String = "version",
        /// The time when the guardrail was created.
        created_at: Timestamp = "createdAt",
        /// The time when the guardrail was last updated.
        updated_at: Timestamp = "updatedAt",
    } optional {
        /// The description of the guardrail. At most 200 characters.
        description: option String = "description",
        /// The guardrail profile for cross-region inference.
        cross_region_details: option GuardrailCrossRegionDetails = "crossRegionDetails",
    } sensitive { name, description }

    /// The guardrail profile that a guardrail uses for cross-region inference.
    pub struct GuardrailCrossRegionDetails {} optional {
        /// The ID of the guardrail profile, 15 to 30 characters.
        guardrail_profile_id: option String = "guardrailProfileId",
        /// The ARN of the guardrail profile.
        guardrail_profile_arn: option String = "guardrailProfileArn",
    }
}

open_enum! {
    /// The status of a guardrail.
    pub enum GuardrailStatus {
        /// The guardrail is being created.
        Creating = "CREATING",
        /// The guardrail is being updated.
        Updating = "UPDATING",
        /// A version of the guardrail is being created.
        Versioning = "VERSIONING",
        /// The guardrail is ready to use.
        Ready = "READY",
        /// The last operation failed. The status reasons say why.
        Failed = "FAILED",
        /// The guardrail is being deleted.
        Deleting = "DELETING",
    }
}
