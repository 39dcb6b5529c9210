//! Provisioned Throughput: capacity of a model that was bought beforehand.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListProvisionedModelThroughputs.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetProvisionedModelThroughput.html>

use super::{SortByProvisionedModels, SortOrder};
use crate::operation::operation;
use crate::shape::{Timestamp, open_enum, structure};

operation! {
    ListProvisionedModelThroughputs: Bedrock GET "/provisioned-model-throughputs"
        ListProvisionedModelThroughputsRequest -> ListProvisionedModelThroughputsResponse
        query {
            creation_time_after = "creationTimeAfter",
            creation_time_before = "creationTimeBefore",
            status_equals = "statusEquals",
            model_arn_equals = "modelArnEquals",
            name_contains = "nameContains",
            max_results = "maxResults",
            next_token = "nextToken",
            sort_by = "sortBy",
            sort_order = "sortOrder",
        }
        pages provisioned_model_summaries: ProvisionedModelSummary;

    GetProvisionedModelThroughput: Bedrock GET "/provisioned-model-throughput/{provisionedModelId}"
        GetProvisionedModelThroughputRequest -> GetProvisionedModelThroughputResponse
        path { provisioned_model_id = "provisionedModelId" };
}

structure! {
    /// Which Provisioned Throughputs to list; without a filter, all of them.
    pub struct ListProvisionedModelThroughputsRequest {} optional {
        /// Those that were made after this time only.
        creation_time_after: option Timestamp = "creationTimeAfter",
        /// Those that were made before this time only.
        creation_time_before: option Timestamp = "creationTimeBefore",
        /// Those that stand like this only.
        status_equals: option ProvisionedModelStatus = "statusEquals",
        /// Those of this model only; an ARN.
        model_arn_equals: option String = "modelArnEquals",
        /// Those whose name has this in it only; at most 63 characters.
        name_contains: option String = "nameContains",
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
        /// What to sort by.
        sort_by: option SortByProvisionedModels = "sortBy",
        /// Which end first.
        sort_order: option SortOrder = "sortOrder",
    }

    /// A page of Provisioned Throughputs.
    pub struct ListProvisionedModelThroughputsResponse {} optional {
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
        /// One summary a Provisioned Throughput.
        provisioned_model_summaries: vec ProvisionedModelSummary = "provisionedModelSummaries",
    } with metadata

    /// Which Provisioned Throughput to tell about.
    pub struct GetProvisionedModelThroughputRequest path {
        /// The Provisioned Throughput: a name or an ARN.
        provisioned_model_id = "provisionedModelId",
    } {}

    /// A Provisioned Throughput.
    pub struct GetProvisionedModelThroughputResponse {
        /// How many model units it has.
        model_units: i32 = "modelUnits",
        /// How many model units it was asked to have.
        desired_model_units: i32 = "desiredModelUnits",
        /// Its name; at most 63 characters.
        provisioned_model_name: String = "provisionedModelName",
        /// Its ARN, which requests to run it name as the model.
        provisioned_model_arn: String = "provisionedModelArn",
        /// The ARN of its model.
        model_arn: String = "modelArn",
        /// The ARN of the model it was asked to have; another than its model while it is changing.
        desired_model_arn: String = "desiredModelArn",
        /// The ARN of the foundation model that its model is or stems from.
        foundation_model_arn: String = "foundationModelArn",
        /// How it stands.
        status: ProvisionedModelStatus = "status",
        /// When it was made.
        creation_time: Timestamp = "creationTime",
        /// When it last changed.
        last_modified_time: Timestamp = "lastModifiedTime",
    } optional {
        /// What went wrong with it, where something did; at most 2,048 characters.
        failure_message: option String = "failureMessage",
        /// How long it was bought for; by the hour where it does not say.
        commitment_duration: option CommitmentDuration = "commitmentDuration",
        /// When what it was bought for is over.
        commitment_expiration_time: option Timestamp = "commitmentExpirationTime",
    } with metadata

    /// A Provisioned Throughput, in a list of them.
    pub struct ProvisionedModelSummary {
        /// Its name; at most 63 characters.
        provisioned_model_name: String = "provisionedModelName",
        /// Its ARN, which requests to run it name as the model.
        provisioned_model_arn: String = "provisionedModelArn",
        /// The ARN of its model.
        model_arn: String = "modelArn",
        /// The ARN of the model it was asked to have; another than its model while it is changing.
        desired_model_arn: String = "desiredModelArn",
        /// The ARN of the foundation model that its model is or stems from.
        foundation_model_arn: String = "foundationModelArn",
        /// How many model units it has.
        model_units: i32 = "modelUnits",
        /// How many model units it was asked to have.
        desired_model_units: i32 = "desiredModelUnits",
        /// How it stands.
        status: ProvisionedModelStatus = "status",
        /// When it was made.
        creation_time: Timestamp = "creationTime",
        /// When it last changed.
        last_modified_time: Timestamp = "lastModifiedTime",
    } optional {
        /// How long it was bought for; by the hour where it does not say.
        commitment_duration: option CommitmentDuration = "commitmentDuration",
        /// When what it was bought for is over.
        commitment_expiration_time: option Timestamp = "commitmentExpirationTime",
    }
}

open_enum! {
    /// How a Provisioned Throughput stands.
    pub enum ProvisionedModelStatus {
        /// It is being made.
        Creating = "Creating",
        /// It can be used.
        InService = "InService",
        /// It is being changed.
        Updating = "Updating",
        /// It failed: its message says why.
        Failed = "Failed",
    }

    /// How long a Provisioned Throughput was bought for.
    pub enum CommitmentDuration {
        /// A month.
        OneMonth = "OneMonth",
        /// Six months.
        SixMonths = "SixMonths",
    }
}
