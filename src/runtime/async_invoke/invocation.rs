//! Asynchronous invocations: the destination of the output, the status, and tags.

use crate::shape::{Timestamp, open_enum, structure, union};

structure! {
    /// The destination of the output of an invocation in Amazon S3.
    pub struct AsyncInvokeS3OutputDataConfig {
        /// The URI of the destination, such as `s3://bucket/folder`. At most 1,024 characters.
        s3_uri: String = "s3Uri",
    } optional {
        /// The ARN of the KMS key that encrypts the output. At most 2,048 characters.
        kms_key_id: option String = "kmsKeyId",
        /// The ID of the account that owns the bucket, 12 digits. Required if the bucket belongs to
        /// another account.
        bucket_owner: option String = "bucketOwner",
    }

    /// A summary of an asynchronous invocation.
    pub struct AsyncInvokeSummary {
        /// The ARN of the invocation. At most 2,048 characters.
        invocation_arn: String = "invocationArn",
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The time when the invocation was submitted.
        submit_time: Timestamp = "submitTime",
        /// The destination of the output.
        output_data_config: AsyncInvokeOutputDataConfig = "outputDataConfig",
    } optional {
        /// The idempotency token that the invocation was started with.
        client_request_token: option String = "clientRequestToken",
        /// The status of the invocation.
        status: option AsyncInvokeStatus = "status",
        /// The reason why the invocation failed. At most 2,048 characters.
        failure_message: option String = "failureMessage",
        /// The time when the invocation was last modified.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// The time when the invocation ended.
        end_time: option Timestamp = "endTime",
    } sensitive { failure_message }

    /// A tag of a resource: a name and a value. Tags group resources for billing and management.
    pub struct Tag {
        /// The name: 1 to 128 letters, digits, spaces and `._:/=+@-`.
        key: String = "key",
        /// The value: at most 256 letters, digits, spaces and `._:/=+@-`.
        value: String = "value",
    }
}

/// Converts a pair of name and value, such as `("team", "search")`, to a tag.
impl<K: Into<String>, V: Into<String>> From<(K, V)> for Tag {
    fn from((key, value): (K, V)) -> Self {
        Self::new(key, value)
    }
}

union! {
    /// The destination of the output of an invocation.
    pub enum AsyncInvokeOutputDataConfig {
        /// A location in Amazon S3.
        S3OutputDataConfig(AsyncInvokeS3OutputDataConfig) = "s3OutputDataConfig",
    } from {
        AsyncInvokeS3OutputDataConfig => S3OutputDataConfig,
    }
}

open_enum! {
    /// The status of an asynchronous invocation.
    pub enum AsyncInvokeStatus {
        /// The invocation is queued or running.
        InProgress = "InProgress",
        /// The invocation is complete, and its output is available.
        Completed = "Completed",
        /// The invocation failed.
        Failed = "Failed",
    }

    /// The key that a list of invocations is sorted by.
    pub enum SortAsyncInvocationBy {
        /// Sorts by the time when the invocations were submitted.
        SubmissionTime = "SubmissionTime",
    }

    /// The order of a sorted list.
    pub enum SortOrder {
        /// The oldest item is first.
        Ascending = "Ascending",
        /// The newest item is first.
        Descending = "Descending",
    }
}
