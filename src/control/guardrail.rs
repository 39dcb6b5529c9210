//! Guardrails: the ones of the account, what each of them watches for, and versions of them.
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
    /// Which guardrails to list: the drafts of all, or all versions of one.
    pub struct ListGuardrailsRequest {} optional {
        /// The guardrail whose versions to list: an id or an ARN; at most 2,048 characters. Without it, the drafts of
        /// all guardrails.
        guardrail_identifier: option String = "guardrailIdentifier",
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
    }

    /// A page of guardrails.
    pub struct ListGuardrailsResponse {
        /// One summary a guardrail or version; at most 1,000.
        guardrails: Vec<GuardrailSummary> = "guardrails",
    } optional {
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
    } with metadata

    /// Which guardrail to tell about.
    pub struct GetGuardrailRequest path {
        /// The guardrail: an id or an ARN; at most 2,048 characters.
        guardrail_identifier = "guardrailIdentifier",
    } {} optional {
        /// The version: a number, or `DRAFT`. Default `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
    }

    /// A guardrail.
    pub struct GetGuardrailResponse {
        /// Its name; at most 50 characters.
        name: String = "name",
        /// Its id.
        guardrail_id: String = "guardrailId",
        /// Its ARN.
        guardrail_arn: String = "guardrailArn",
        /// The version: a number, or `DRAFT`.
        version: String = "version",
        /// How it stands.
        status: GuardrailStatus = "status",
        /// When it was made.
        created_at: Timestamp = "createdAt",
        /// When it was last changed.
        updated_at: Timestamp = "updatedAt",
        /// The answer in place of one to a prompt that it blocks; at most 500 characters.
        blocked_input_messaging: String = "blockedInputMessaging",
        /// The answer in place of one that it blocks; at most 500 characters.
        blocked_outputs_messaging: String = "blockedOutputsMessaging",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// The topics it denies.
        topic_policy: option GuardrailTopicPolicy = "topicPolicy",
        /// The kinds of harmful content it filters.
        content_policy: option GuardrailContentPolicy = "contentPolicy",
        /// The words it filters.
        word_policy: option GuardrailWordPolicy = "wordPolicy",
        /// The personal and other sensitive information it filters.
        sensitive_information_policy: option GuardrailSensitiveInformationPolicy = "sensitiveInformationPolicy",
        /// How it checks that answers rest on their sources.
        contextual_grounding_policy: option GuardrailContextualGroundingPolicy = "contextualGroundingPolicy",
        /// The rules of logic it checks answers against.
        automated_reasoning_policy: option GuardrailAutomatedReasoningPolicy = "automatedReasoningPolicy",
        /// The profile by which it runs in several regions.
        cross_region_details: option GuardrailCrossRegionDetails = "crossRegionDetails",
        /// Why it failed, where it did; at most 100 reasons of 200 characters.
        status_reasons: vec String = "statusReasons",
        /// What to do about it before trying again; at most 100 recommendations of 200 characters.
        failure_recommendations: vec String = "failureRecommendations",
        /// The ARN of the key that encrypts it.
        kms_key_arn: option String = "kmsKeyArn",
    } sensitive {
        name,
        blocked_input_messaging,
        blocked_outputs_messaging,
        description,
        status_reasons,
        failure_recommendations,
    } with metadata

    /// A guardrail whose draft to keep as a version.
    pub struct CreateGuardrailVersionRequest path {
        /// The guardrail: an id or an ARN; at most 2,048 characters.
        guardrail_identifier = "guardrailIdentifier",
    } {} optional {
        /// What the version is for; at most 200 characters.
        description: option String = "description",
        /// A token by which Bedrock knows the request when it comes again; at most 256 letters, digits and hyphens.
        /// Where it is not set, each call gets a random one.
        client_request_token: option String = "clientRequestToken",
    } sensitive { description }

    /// The version that was made.
    pub struct CreateGuardrailVersionResponse {
        /// The guardrail's id.
        guardrail_id: String = "guardrailId",
        /// The version's number.
        version: String = "version",
    } with metadata

    /// A guardrail, or a version of one, in a list of them.
    pub struct GuardrailSummary {
        /// Its id.
        id: String = "id",
        /// Its ARN.
        arn: String = "arn",
        /// How it stands.
        status: GuardrailStatus = "status",
        /// Its name; at most 50 characters.
        name: String = "name",
        /// The version: a number, or `DRAFT`.
        version: String = "version",
        /// When it was made.
        created_at: Timestamp = "createdAt",
        /// When it was last changed.
        updated_at: Timestamp = "updatedAt",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// The profile by which it runs in several regions.
        cross_region_details: option GuardrailCrossRegionDetails = "crossRegionDetails",
    } sensitive { name, description }

    /// The profile by which a guardrail runs in several regions.
    pub struct GuardrailCrossRegionDetails {} optional {
        /// The profile's id, 15 to 30 characters.
        guardrail_profile_id: option String = "guardrailProfileId",
        /// The profile's ARN.
        guardrail_profile_arn: option String = "guardrailProfileArn",
    }
}

open_enum! {
    /// How a guardrail stands.
    pub enum GuardrailStatus {
        /// It is being made.
        Creating = "CREATING",
        /// It is being changed.
        Updating = "UPDATING",
        /// A version of it is being made.
        Versioning = "VERSIONING",
        /// It can be used.
        Ready = "READY",
        /// The last change failed: its reasons say why.
        Failed = "FAILED",
        /// It is being removed.
        Deleting = "DELETING",
    }
}
