//! Provisioned Throughput: reserved capacity of a model.
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
    /// The request of `ListProvisionedModelThroughputs`. Without a filter, it lists all Provisioned
    /// Throughputs.
    pub struct ListProvisionedModelThroughputsRequest {} optional {
        /// Lists only Provisioned Throughputs that were created after this time.
        creation_time_after: option Timestamp = "creationTimeAfter",
        /// Lists only Provisioned Throughputs that were created before this time.
        creation_time_before: option Timestamp = "creationTimeBefore",
        /// Lists only Provisioned Throughputs with this status.
        status_equals: option ProvisionedModelStatus = "statusEquals",
        /// Lists only Provisioned Throughputs of this model: an ARN.
        model_arn_equals: option String = "modelArnEquals",
        /// Lists only Provisioned Throughputs with this text in their name. At most 63 characters.
        name_contains: option String = "nameContains",
        /// The maximum number of Provisioned Throughputs per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// The key to sort by.
        sort_by: option SortByProvisionedModels = "sortBy",
        /// The order of the list.
        sort_order: option SortOrder = "sortOrder",
    }

    /// The response of `ListProvisionedModelThroughputs`: a page of Provisioned Throughputs.
    pub struct ListProvisionedModelThroughputsResponse {} optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
        /// The summaries, one per Provisioned Throughput.
        provisioned_model_summaries: vec ProvisionedModelSummary = "provisionedModelSummaries",
    } with metadata

    /// The request of `GetProvisionedModelThroughput`.
    pub struct GetProvisionedModelThroughputRequest path {
        /// The Provisioned Throughput: a name or an ARN.
        provisioned_model_id = "provisionedModelId",
    } {}

    /// The response of `GetProvisionedModelThroughput`: a Provisioned Throughput.
    pub struct GetProvisionedModelThroughputResponse {
        /// The allocated number of model units.
        model_units: i32 = "modelUnits",
        /// The requested number of model units.
        desired_model_units: i32 = "desiredModelUnits",
        /// The name of the Provisioned Throughput. At most 63 characters.
        provisioned_model_name: String = "provisionedModelName",
        /// The ARN of the Provisioned Throughput, which requests use as the model ID.
        provisioned_model_arn: String = "provisionedModelArn",
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The ARN of the requested model. It differs from the ARN of the model during an update.
        desired_model_arn: String = "desiredModelArn",
        /// The ARN of the foundation model that the model is based on.
        foundation_model_arn: String = "foundationModelArn",
        /// The status of the Provisioned Throughput.
        status: ProvisionedModelStatus = "status",
        /// The time when the Provisioned Throughput was created.
        creation_time: Timestamp = "creationTime",
        /// The time when the Provisioned Throughput was last modified.
        last_modified_time: Timestamp = "lastModifiedTime",
    } optional {
        /// The reason why the creation or the update failed. At most 2,048 characters.
        failure_message: option String = "failureMessage",
        /// The duration of the commitment. Not set if it is billed by the hour, without commitment.
        commitment_duration: option CommitmentDuration = "commitmentDuration",
        /// The time when the commitment expires.
        commitment_expiration_time: option Timestamp = "commitmentExpirationTime",
    } with metadata

    /// A summary of a Provisioned Throughput.
    pub struct ProvisionedModelSummary {
        /// The name of the Provisioned Throughput. At most 63 characters.
        provisioned_model_name: String = "provisionedModelName",
        /// The ARN of the Provisioned Throughput, which requests use as the model ID.
        provisioned_model_arn: String = "provisionedModelArn",
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The ARN of the requested model. It differs from the ARN of the model during an update.
        desired_model_arn: String = "desiredModelArn",
        /// The ARN of the foundation model that the model is based on.
        foundation_model_arn: String = "foundationModelArn",
        /// The allocated number of model units.
        model_units: i32 = "modelUnits",
        /// The requested number of model units.
        desired_model_units: i32 = "desiredModelUnits",
        /// The status of the Provisioned Throughput.
        status: ProvisionedModelStatus = "status",
        /// The time when the Provisioned Throughput was created.
        creation_time: Timestamp = "creationTime",
        /// The time when the Provisioned Throughput was last modified.
        last_modified_time: Timestamp = "lastModifiedTime",
    } optional {
        /// The duration of the commitment. Not set if it is billed by the hour, without commitment.
        commitment_duration: option CommitmentDuration = "commitmentDuration",
        /// The time when the commitment expires.
        commitment_expiration_time: option Timestamp = "commitmentExpirationTime",
    }
}

open_enum! {
    /// The status of a Provisioned Throughput.
    pub enum ProvisionedModelStatus {
        /// The Provisioned Throughput is being created.
        Creating = "Creating",
        /// The Provisioned Throughput is ready to use.
        InService = "InService",
        /// The Provisioned Throughput is being updated.
        Updating = "Updating",
        /// The creation or the update failed. The failure message has the reason.
        Failed = "Failed",
    }

    /// The duration of the commitment of a Provisioned Throughput.
    pub enum CommitmentDuration {
        /// The commitment lasts one month.
        OneMonth = "OneMonth",
        /// The commitment lasts six months.
        SixMonths = "SixMonths",
    }
}
