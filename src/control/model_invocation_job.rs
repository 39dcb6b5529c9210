//! Batch inference jobs: Bedrock runs a model on many prompts from S3, in its own time.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_StopModelInvocationJob.html>

mod data;

pub use data::*;

use super::{SortJobsBy, SortOrder, Tag};
use crate::operation::operation;
use crate::shape::{Timestamp, structure};

operation! {
    CreateModelInvocationJob: Bedrock POST "/model-invocation-job"
        CreateModelInvocationJobRequest -> CreateModelInvocationJobResponse
        body { idempotency_token client_request_token }
        model model_id;

    GetModelInvocationJob: Bedrock GET "/model-invocation-job/{jobIdentifier}"
        GetModelInvocationJobRequest -> GetModelInvocationJobResponse
        path { job_identifier = "jobIdentifier" };

    ListModelInvocationJobs: Bedrock GET "/model-invocation-jobs"
        ListModelInvocationJobsRequest -> ListModelInvocationJobsResponse
        query {
            submit_time_after = "submitTimeAfter",
            submit_time_before = "submitTimeBefore",
            status_equals = "statusEquals",
            name_contains = "nameContains",
            max_results = "maxResults",
            next_token = "nextToken",
            sort_by = "sortBy",
            sort_order = "sortOrder",
        }
        pages invocation_job_summaries: ModelInvocationJobSummary;

    StopModelInvocationJob: Bedrock POST "/model-invocation-job/{jobIdentifier}/stop"
        StopModelInvocationJobRequest -> StopModelInvocationJobResponse
        path { job_identifier = "jobIdentifier" };
}

structure! {
    /// A batch inference job to start.
    ///
    /// ```
    /// use bedrock_lite::control::{
    ///     CreateModelInvocationJobRequest, ModelInvocationJobS3InputDataConfig, ModelInvocationJobS3OutputDataConfig,
    /// };
    ///
    /// let request = CreateModelInvocationJobRequest::new(
    ///     "reviews-2026-01",
    ///     "arn:aws:iam::123456789012:role/batch",
    ///     "amazon.nova-lite-v1:0",
    ///     ModelInvocationJobS3InputDataConfig::new("s3://bucket/prompts.jsonl"),
    ///     ModelInvocationJobS3OutputDataConfig::new("s3://bucket/answers/"),
    /// )
    /// .timeout_duration_in_hours(48);
    /// ```
    pub struct CreateModelInvocationJobRequest {
        /// Its name; at most 63 letters, digits, `+`, `-` and `.`.
        job_name: String = "jobName",
        /// The ARN of the role that reads and writes the buckets and runs the model; at most 2,048 characters.
        role_arn: String = "roleArn",
        /// The model: an id, an inference profile's id, or an ARN; 1 to 2,048 characters.
        model_id: String = "modelId",
        /// Where the prompts are.
        input_data_config: ModelInvocationJobInputDataConfig = "inputDataConfig",
        /// Where the answers go.
        output_data_config: ModelInvocationJobOutputDataConfig = "outputDataConfig",
    } optional {
        /// A token by which Bedrock knows the request when it comes again; at most 256 letters, digits and hyphens.
        /// Where it is not set, each call gets a random one.
        client_request_token: option String = "clientRequestToken",
        /// The private network by which the job reaches the buckets.
        vpc_config: option VpcConfig = "vpcConfig",
        /// How long it may take, 24 to 168 hours.
        timeout_duration_in_hours: exact i32 = "timeoutDurationInHours",
        /// Tags of the job; at most 200.
        tags: vec Tag = "tags",
        /// Which API's bodies the prompts are.
        model_invocation_type: option ModelInvocationType = "modelInvocationType",
    }

    /// The batch inference job that was started.
    pub struct CreateModelInvocationJobResponse {
        /// Its ARN, to ask for it by.
        job_arn: String = "jobArn",
    } with metadata

    /// Which batch inference job to tell about.
    pub struct GetModelInvocationJobRequest path {
        /// The job: its ARN, or the id that the ARN ends with; at most 1,011 characters.
        job_identifier = "jobIdentifier",
    } {}

    /// A batch inference job.
    pub struct GetModelInvocationJobResponse {
        /// Its ARN.
        job_arn: String = "jobArn",
        /// The model that it runs.
        model_id: String = "modelId",
        /// The ARN of the role that it runs as.
        role_arn: String = "roleArn",
        /// When it was submitted.
        submit_time: Timestamp = "submitTime",
        /// Where the prompts are.
        input_data_config: ModelInvocationJobInputDataConfig = "inputDataConfig",
        /// Where the answers go.
        output_data_config: ModelInvocationJobOutputDataConfig = "outputDataConfig",
    } optional {
        /// Its name; at most 63 characters.
        job_name: option String = "jobName",
        /// The token it was requested with.
        client_request_token: option String = "clientRequestToken",
        /// How it stands.
        status: option ModelInvocationJobStatus = "status",
        /// Why it failed, where it did; at most 2,048 characters.
        message: option String = "message",
        /// When it last changed.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// When it ended.
        end_time: option Timestamp = "endTime",
        /// The private network by which the job reaches the buckets.
        vpc_config: option VpcConfig = "vpcConfig",
        /// How long it may take, 24 to 168 hours.
        timeout_duration_in_hours: number i32 = "timeoutDurationInHours",
        /// When its time is over.
        job_expiration_time: option Timestamp = "jobExpirationTime",
        /// Which API's bodies the prompts are.
        model_invocation_type: option ModelInvocationType = "modelInvocationType",
        /// How many prompts there are.
        total_record_count: number i64 = "totalRecordCount",
        /// How many have been processed, well or not.
        processed_record_count: number i64 = "processedRecordCount",
        /// How many were answered.
        success_record_count: number i64 = "successRecordCount",
        /// How many failed.
        error_record_count: number i64 = "errorRecordCount",
    } sensitive { message } with metadata

    /// Which batch inference jobs to list; without a filter, all of them.
    pub struct ListModelInvocationJobsRequest {} optional {
        /// Jobs that were submitted after this time only.
        submit_time_after: option Timestamp = "submitTimeAfter",
        /// Jobs that were submitted before this time only.
        submit_time_before: option Timestamp = "submitTimeBefore",
        /// Jobs that stand like this only.
        status_equals: option ModelInvocationJobStatus = "statusEquals",
        /// Jobs whose name has this in it only; at most 63 characters.
        name_contains: option String = "nameContains",
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
        /// What to sort by.
        sort_by: option SortJobsBy = "sortBy",
        /// Which end first.
        sort_order: option SortOrder = "sortOrder",
    }

    /// A page of batch inference jobs.
    pub struct ListModelInvocationJobsResponse {} optional {
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
        /// One summary a job.
        invocation_job_summaries: vec ModelInvocationJobSummary = "invocationJobSummaries",
    } with metadata

    /// Which batch inference job to stop.
    pub struct StopModelInvocationJobRequest path {
        /// The job: its ARN, or the id that the ARN ends with; at most 1,011 characters.
        job_identifier = "jobIdentifier",
    } {}

    /// The batch inference job is being stopped. There is nothing more to tell.
    pub struct StopModelInvocationJobResponse {} with metadata

    /// A batch inference job, in a list of them.
    pub struct ModelInvocationJobSummary {
        /// Its ARN.
        job_arn: String = "jobArn",
        /// Its name; at most 63 characters.
        job_name: String = "jobName",
        /// The model that it runs.
        model_id: String = "modelId",
        /// The ARN of the role that it runs as.
        role_arn: String = "roleArn",
        /// When it was submitted.
        submit_time: Timestamp = "submitTime",
        /// Where the prompts are.
        input_data_config: ModelInvocationJobInputDataConfig = "inputDataConfig",
        /// Where the answers go.
        output_data_config: ModelInvocationJobOutputDataConfig = "outputDataConfig",
    } optional {
        /// The token it was requested with.
        client_request_token: option String = "clientRequestToken",
        /// How it stands.
        status: option ModelInvocationJobStatus = "status",
        /// Why it failed, where it did; at most 2,048 characters.
        message: option String = "message",
        /// When it last changed.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// When it ended.
        end_time: option Timestamp = "endTime",
        /// The private network by which the job reaches the buckets.
        vpc_config: option VpcConfig = "vpcConfig",
        /// How long it may take, 24 to 168 hours.
        timeout_duration_in_hours: number i32 = "timeoutDurationInHours",
        /// When its time is over.
        job_expiration_time: option Timestamp = "jobExpirationTime",
        /// Which API's bodies the prompts are.
        model_invocation_type: option ModelInvocationType = "modelInvocationType",
        /// How many prompts there are.
        total_record_count: number i64 = "totalRecordCount",
        /// How many have been processed, well or not.
        processed_record_count: number i64 = "processedRecordCount",
        /// How many were answered.
        success_record_count: number i64 = "successRecordCount",
        /// How many failed.
        error_record_count: number i64 = "errorRecordCount",
    } sensitive { message }
}
