//! Inference profiles: they route requests across regions, or track the use and cost of a model.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateInferenceProfile.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteInferenceProfile.html>

use super::Tag;
use crate::operation::operation;
use crate::shape::{Payload, Timestamp, open_enum, structure, union};

operation! {
    ListInferenceProfiles: Bedrock GET "/inference-profiles"
        ListInferenceProfilesRequest -> ListInferenceProfilesResponse
        query {
            max_results = "maxResults",
            next_token = "nextToken",
            type_equals = "type",
            project_identifier = "projectIdentifier",
        }
        pages inference_profile_summaries: InferenceProfileSummary;

    GetInferenceProfile: Bedrock GET "/inference-profiles/{inferenceProfileIdentifier}"
        GetInferenceProfileRequest -> GetInferenceProfileResponse
        path { inference_profile_identifier = "inferenceProfileIdentifier" }
        query { project_identifier = "projectIdentifier" };

    CreateInferenceProfile: Bedrock POST "/inference-profiles"
        CreateInferenceProfileRequest -> CreateInferenceProfileResponse
        body { idempotency_token client_request_token };

    DeleteInferenceProfile: Bedrock DELETE "/inference-profiles/{inferenceProfileIdentifier}"
        DeleteInferenceProfileRequest -> DeleteInferenceProfileResponse
        path { inference_profile_identifier = "inferenceProfileIdentifier" };
}

structure! {
    /// The request of `ListInferenceProfiles`. Without a filter, it lists all inference profiles.
    pub struct ListInferenceProfilesRequest {} optional {
        /// The maximum number of profiles per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// Lists only profiles of this type.
        type_equals: option InferenceProfileType = "typeEquals",
        /// The project of the request: an ID or an ARN. 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// The response of `ListInferenceProfiles`: a page of inference profiles.
    pub struct ListInferenceProfilesResponse {} optional {
        /// The summaries, one per profile.
        inference_profile_summaries: vec InferenceProfileSummary = "inferenceProfileSummaries",
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
    } with metadata

    /// The request of `GetInferenceProfile`.
    pub struct GetInferenceProfileRequest path {
        /// The inference profile: an ID or an ARN. 1 to 2,048 characters.
        inference_profile_identifier = "inferenceProfileIdentifier",
    } {} optional {
        /// The project of the request: an ID or an ARN. 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// The response of `GetInferenceProfile`: an inference profile.
    pub struct GetInferenceProfileResponse {
        /// The display name of the profile. At most 64 characters.
        inference_profile_name: String = "inferenceProfileName",
        /// The ARN of the profile.
        inference_profile_arn: String = "inferenceProfileArn",
        /// The models of the profile, 1 to 5: one model, with one entry per region.
        models: Vec<InferenceProfileModel> = "models",
        /// The ID of the profile, which requests use as the model ID. At most 64 characters.
        inference_profile_id: String = "inferenceProfileId",
        /// The status of the profile.
        status: InferenceProfileStatus = "status",
        /// The type of the profile.
        r#type: InferenceProfileType = "type",
    } optional {
        /// The description of the profile. At most 200 characters.
        description: option String = "description",
        /// The time when the profile was created.
        created_at: option Timestamp = "createdAt",
        /// The time when the profile was last updated.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description } with metadata

    /// The request of `CreateInferenceProfile`.
    pub struct CreateInferenceProfileRequest {
        /// The name of the profile. At most 64 letters and digits, with single spaces, `_` or `-`
        /// between them.
        inference_profile_name: String = "inferenceProfileName",
        /// The model of the profile: the ARN of a foundation model (for this region) or of a
        /// system-defined profile (across regions).
        model_source: InferenceProfileModelSource = "modelSource",
    } optional {
        /// The description of the profile. At most 200 characters.
        description: option String = "description",
        /// The idempotency token: at most 256 letters, digits and hyphens. If it is not set, the
        /// client generates a token per call and sends it with every attempt.
        client_request_token: option String = "clientRequestToken",
        /// The tags of the profile, for cost allocation. At most 200.
        tags: vec Tag = "tags",
    } sensitive { description }

    /// The response of `CreateInferenceProfile`: the new profile.
    pub struct CreateInferenceProfileResponse {
        /// The ARN of the profile, which requests use as the model ID.
        inference_profile_arn: String = "inferenceProfileArn",
    } optional {
        /// The status of the profile.
        status: option InferenceProfileStatus = "status",
    } with metadata

    /// The request of `DeleteInferenceProfile`. Only profiles that the account created can be
    /// deleted.
    pub struct DeleteInferenceProfileRequest path {
        /// The inference profile: an ID or an ARN. 1 to 2,048 characters.
        inference_profile_identifier = "inferenceProfileIdentifier",
    } {}

    /// The response of `DeleteInferenceProfile`. It has no members.
    pub struct DeleteInferenceProfileResponse {} with metadata

    /// A summary of an inference profile.
    pub struct InferenceProfileSummary {
        /// The display name of the profile. At most 64 characters.
        inference_profile_name: String = "inferenceProfileName",
        /// The ARN of the profile.
        inference_profile_arn: String = "inferenceProfileArn",
        /// The models of the profile, 1 to 5: one model, with one entry per region.
        models: Vec<InferenceProfileModel> = "models",
        /// The ID of the profile, which requests use as the model ID. At most 64 characters.
        inference_profile_id: String = "inferenceProfileId",
        /// The status of the profile.
        status: InferenceProfileStatus = "status",
        /// The type of the profile.
        r#type: InferenceProfileType = "type",
    } optional {
        /// The description of the profile. At most 200 characters.
        description: option String = "description",
        /// The time when the profile was created.
        created_at: option Timestamp = "createdAt",
        /// The time when the profile was last updated.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description }

    /// A model of an inference profile.
    pub struct InferenceProfileModel {} optional {
        /// The ARN of the model, which includes its region.
        model_arn: option String = "modelArn",
    }
}

union! {
    /// The source of a new inference profile. An ARN converts into it.
    pub enum InferenceProfileModelSource {
        /// The ARN of the foundation model or system-defined profile to copy. 1 to 2,048
        /// characters.
        CopyFrom(Payload<String>) = "copyFrom",
    } from {
        &str => CopyFrom,
        String => CopyFrom,
    }
}

open_enum! {
    /// The status of an inference profile.
    pub enum InferenceProfileStatus {
        /// The profile is ready to use.
        Active = "ACTIVE",
    }

    /// The type of an inference profile.
    pub enum InferenceProfileType {
        /// Bedrock defines the profile. It routes requests to several regions.
        SystemDefined = "SYSTEM_DEFINED",
        /// A user created the profile to track the use and cost of a model.
        Application = "APPLICATION",
    }
}
