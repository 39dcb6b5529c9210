//! Inference profiles: models across regions, and models whose use is counted apart.
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
    /// Which inference profiles to list; without a filter, all of them.
    pub struct ListInferenceProfilesRequest {} optional {
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
        /// Profiles of this kind only.
        type_equals: option InferenceProfileType = "typeEquals",
        /// The project on whose behalf the profiles are listed: an ID or an ARN, 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// A page of inference profiles.
    pub struct ListInferenceProfilesResponse {} optional {
        /// One summary a profile.
        inference_profile_summaries: vec InferenceProfileSummary = "inferenceProfileSummaries",
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
    } with metadata

    /// Which inference profile to tell about.
    pub struct GetInferenceProfileRequest path {
        /// The profile: an id or an ARN; 1 to 2,048 characters.
        inference_profile_identifier = "inferenceProfileIdentifier",
    } {} optional {
        /// The project on whose behalf the profile is read: an ID or an ARN, 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// An inference profile.
    pub struct GetInferenceProfileResponse {
        /// Its name, for people; at most 64 characters.
        inference_profile_name: String = "inferenceProfileName",
        /// Its ARN.
        inference_profile_arn: String = "inferenceProfileArn",
        /// The models it runs, 1 to 5: one model, once for each region.
        models: Vec<InferenceProfileModel> = "models",
        /// Its id, which requests to run it name as the model; at most 64 characters.
        inference_profile_id: String = "inferenceProfileId",
        /// Whether it is ready.
        status: InferenceProfileStatus = "status",
        /// Whose it is.
        r#type: InferenceProfileType = "type",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// When it was made.
        created_at: option Timestamp = "createdAt",
        /// When it was last changed.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description } with metadata

    /// An inference profile to make.
    pub struct CreateInferenceProfileRequest {
        /// Its name; at most 64 letters and digits, with single spaces, `_` or `-` between them.
        inference_profile_name: String = "inferenceProfileName",
        /// What it runs: the ARN of a model (for this region) or of a system-defined profile (across regions).
        model_source: InferenceProfileModelSource = "modelSource",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// A token by which Bedrock knows the request when it comes again; at most 256 letters, digits and hyphens.
        /// Where it is not set, each call gets a random one.
        client_request_token: option String = "clientRequestToken",
        /// Tags of the profile, to tell costs by; at most 200.
        tags: vec Tag = "tags",
    } sensitive { description }

    /// The inference profile that was made.
    pub struct CreateInferenceProfileResponse {
        /// Its ARN, which requests to run it name as the model.
        inference_profile_arn: String = "inferenceProfileArn",
    } optional {
        /// Whether it is ready.
        status: option InferenceProfileStatus = "status",
    } with metadata

    /// Which inference profile to remove: one of your own.
    pub struct DeleteInferenceProfileRequest path {
        /// The profile: an id or an ARN; 1 to 2,048 characters.
        inference_profile_identifier = "inferenceProfileIdentifier",
    } {}

    /// The inference profile is removed. There is nothing to tell about it.
    pub struct DeleteInferenceProfileResponse {} with metadata

    /// An inference profile, in a list of them.
    pub struct InferenceProfileSummary {
        /// Its name, for people; at most 64 characters.
        inference_profile_name: String = "inferenceProfileName",
        /// Its ARN.
        inference_profile_arn: String = "inferenceProfileArn",
        /// The models it runs, 1 to 5: one model, once for each region.
        models: Vec<InferenceProfileModel> = "models",
        /// Its id, which requests to run it name as the model; at most 64 characters.
        inference_profile_id: String = "inferenceProfileId",
        /// Whether it is ready.
        status: InferenceProfileStatus = "status",
        /// Whose it is.
        r#type: InferenceProfileType = "type",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// When it was made.
        created_at: option Timestamp = "createdAt",
        /// When it was last changed.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description }

    /// A model that an inference profile runs.
    pub struct InferenceProfileModel {} optional {
        /// Its ARN, which names its region too.
        model_arn: option String = "modelArn",
    }
}

union! {
    /// What an inference profile runs. An ARN converts into it.
    pub enum InferenceProfileModelSource {
        /// The same as a model or a system-defined profile: its ARN, 1 to 2,048 characters.
        CopyFrom(Payload<String>) = "copyFrom",
    } from {
        &str => CopyFrom,
        String => CopyFrom,
    }
}

open_enum! {
    /// Whether an inference profile is ready.
    pub enum InferenceProfileStatus {
        /// It is.
        Active = "ACTIVE",
    }

    /// Whose an inference profile is.
    pub enum InferenceProfileType {
        /// Bedrock's: it sends requests to several regions.
        SystemDefined = "SYSTEM_DEFINED",
        /// Yours: it counts the use of a model apart.
        Application = "APPLICATION",
    }
}
