//! Batch inference jobs: they run a model on many prompts from Amazon S3.
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
    /// The request of `CreateModelInvocationJob`: a batch inference job to start.
    ///
    /// ```
    /// use bedrock_lite::control::{
    ///     CreateModelInvocationJobRequest, ModelInvocationJobS3InputDataConfig,
    ///     ModelInvocationJobS3OutputDataConfig,
    /// };
    ///
    /// let request = CreateModelInvocationJobRequest::new(
    ///     "reviews-2026-01",
    ///     "arn:aws:iam::123456789012:role/batch",
    ///     "amazon.nova-lite-v1:0",
    ///     ModelInvocationJobS3InputDataConfig::new("s3://bucket/prompts.jsonl"),
    ///     ModelInvocationJobS3OutputDataConfig::new("s3://bucket/responses/"),
    /// )
    /// .timeout_duration_in_hours(48);
    /// ```
    pub struct CreateModelInvocationJobRequest {
        /// The name of the job. At most 63 letters, digits, `+`, `-` and `.`.
        job_name: String = "jobName",
        /// The ARN of the IAM role that reads and writes the buckets and invokes the model. At most
        /// 2,048 characters.
        role_arn: String = "roleArn",
        /// The model: an ID, the ID of an inference profile, or an ARN. 1 to 2,048 characters.
        model_id: String = "modelId",
        /// The location of the prompts.
        input_data_config: ModelInvocationJobInputDataConfig = "inputDataConfig",
        /// The destination of the responses.
        output_data_config: ModelInvocationJobOutputDataConfig = "outputDataConfig",
    } optional {
        /// The idempotency token: at most 256 letters, digits and hyphens. If it is not set, the
        /// client generates a token per call and sends it with every attempt.
        client_request_token: option String = "clientRequestToken",
        /// The VPC that the job uses to access the buckets.
        vpc_config: option VpcConfig = "vpcConfig",
        /// The timeout of the job, 24 to 168 hours.
        timeout_duration_in_hours: exact i32 = "timeoutDurationInHours",
        /// The tags of the job. At most 200.
        tags: vec Tag = "tags",
        /// The operation whose request format the prompts have.
        model_invocation_type: option ModelInvocationType = "modelInvocationType",
    } public new

    /// The response of `CreateModelInvocationJob`: the job that was started.
    pub struct CreateModelInvocationJobResponse {
        /// The ARN of the job.
        job_arn: String = "jobArn",
    } with metadata

    /// The request of `GetModelInvocationJob`.
    pub struct GetModelInvocationJobRequest path {
        /// The job: the ARN, or the ID at the end of the ARN. At most 1,011 characters.
        job_identifier = "jobIdentifier",
    } {}

    /// The response of `GetModelInvocationJob`: a batch inference job.
    pub struct GetModelInvocationJobResponse {
        /// The ARN of the job.
        job_arn: String = "jobArn",
        /// The ID of the model.
        model_id: String = "modelId",
        /// The ARN of the IAM role of the job.
        role_arn: String = "roleArn",
        /// The time when the job was submitted.
        submit_time: Timestamp = "submitTime",
        /// The location of the prompts.
        input_data_config: ModelInvocationJobInputDataConfig = "inputDataConfig",
        /// The destination of the responses.
        output_data_config: ModelInvocationJobOutputDataConfig = "outputDataConfig",
    } optional {
        /// The name of the job. At most 63 characters.
        job_name: option String = "jobName",
        /// The idempotency token that the job was created with.
        client_request_token: option String = "clientRequestToken",
        /// The status of the job.
        status: option ModelInvocationJobStatus = "status",
        /// The reason why the job failed. At most 2,048 characters.
        message: option String = "message",
        /// The time when the job was last modified.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// The time when the job ended.
        end_time: option Timestamp = "endTime",
        /// The VPC that the job uses to access the buckets.
        vpc_config: option VpcConfig = "vpcConfig",
        /// The timeout of the job, 24 to 168 hours.
        timeout_duration_in_hours: number i32 = "timeoutDurationInHours",
        /// The time when the job times out.
        job_expiration_time: option Timestamp = "jobExpirationTime",
        /// The operation whose request format the prompts have.
        model_invocation_type: option ModelInvocationType = "modelInvocationType",
        /// The total number of prompts.
        total_record_count: number i64 = "totalRecordCount",
        /// The number of prompts that were processed, with or without success.
        processed_record_count: number i64 = "processedRecordCount",
        /// The number of prompts that were processed successfully.
        success_record_count: number i64 = "successRecordCount",
        /// The number of prompts that failed.
        error_record_count: number i64 = "errorRecordCount",
    } sensitive { message } with metadata

    /// The request of `ListModelInvocationJobs`. Without a filter, it lists all batch inference
    /// jobs.
    pub struct ListModelInvocationJobsRequest {} optional {
        /// Lists only jobs that were submitted after this time.
        submit_time_after: option Timestamp = "submitTimeAfter",
        /// Lists only jobs that were submitted before this time.
        submit_time_before: option Timestamp = "submitTimeBefore",
        /// Lists only jobs with this status.
        status_equals: option ModelInvocationJobStatus = "statusEquals",
        /// Lists only jobs with this text in their name. At most 63 characters.
        name_contains: option String = "nameContains",
        /// The maximum number of jobs per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// The key to sort by.
        sort_by: option SortJobsBy = "sortBy",
        /// The order of the list.
        sort_order: option SortOrder = "sortOrder",
    }

    /// The response of `ListModelInvocationJobs`: a page of batch inference jobs.
    pub struct ListModelInvocationJobsResponse {} optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
        /// The summaries, one per job.
        invocation_job_summaries: vec ModelInvocationJobSummary = "invocationJobSummaries",
    } with metadata

    /// The request of `StopModelInvocationJob`.
    pub struct StopModelInvocationJobRequest path {
        /// The job: the ARN, or the ID at the end of the ARN. At most 1,011 characters.
        job_identifier = "jobIdentifier",
    } {}

    /// The response of `StopModelInvocationJob`. It has no members. The job is stopping when it
    /// arrives.
    pub struct StopModelInvocationJobResponse {} with metadata

    /// A summary of a batch inference job.
    pub struct ModelInvocationJobSummary {
        /// The ARN of the job.
        job_arn: String = "jobArn",
        /// The name of the job. At most 63 characters.
        job_name: String = "jobName",
        /// The ID of the model.
        model_id: String = "modelId",
        /// The ARN of the IAM role of the job.
        role_arn: String = "roleArn",
        /// The time when the job was submitted.
        submit_time: Timestamp = "submitTime",
        /// The location of the prompts.
        input_data_config: ModelInvocationJobInputDataConfig = "inputDataConfig",
        /// The destination of the responses.
        output_data_config: ModelInvocationJobOutputDataConfig = "outputDataConfig",
    } optional {
        /// The idempotency token that the job was created with.
        client_request_token: option String = "clientRequestToken",
        /// The status of the job.
        status: option ModelInvocationJobStatus = "status",
        /// The reason why the job failed. At most 2,048 characters.
        message: option String = "message",
        /// The time when the job was last modified.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// The time when the job ended.
        end_time: option Timestamp = "endTime",
        /// The VPC that the job uses to access the buckets.
        vpc_config: option VpcConfig = "vpcConfig",
        /// The timeout of the job, 24 to 168 hours.
        timeout_duration_in_hours: number i32 = "timeoutDurationInHours",
        /// The time when the job times out.
        job_expiration_time: option Timestamp = "jobExpirationTime",
        /// The operation whose request format the prompts have.
        model_invocation_type: option ModelInvocationType = "modelInvocationType",
        /// The total number of prompts.
        total_record_count: number i64 = "totalRecordCount",
        /// The number of prompts that were processed, with or without success.
        processed_record_count: number i64 = "processedRecordCount",
        /// The number of prompts that were processed successfully.
        success_record_count: number i64 = "successRecordCount",
        /// The number of prompts that failed.
        error_record_count: number i64 = "errorRecordCount",
    } sensitive { message }
}
