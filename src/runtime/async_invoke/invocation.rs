//! Asynchronous invocations: where their output goes, and how they stand.

use crate::shape::{Timestamp, open_enum, structure, union};

structure! {
    /// Where in Amazon S3 an invocation writes its output.
    pub struct AsyncInvokeS3OutputDataConfig {
        /// The place, such as `s3://bucket/folder`; at most 1,024 characters.
        s3_uri: String = "s3Uri",
    } optional {
        /// The ARN of the KMS key that encrypts the output; at most 2,048 characters.
        kms_key_id: option String = "kmsKeyId",
        /// The account that owns the bucket, where it is not yours: 12 digits.
        bucket_owner: option String = "bucketOwner",
    }

    /// An invocation, in a list of them.
    pub struct AsyncInvokeSummary {
        /// Its ARN; at most 2,048 characters.
        invocation_arn: String = "invocationArn",
        /// The ARN of the model that it runs.
        model_arn: String = "modelArn",
        /// When it was submitted.
        submit_time: Timestamp = "submitTime",
        /// Where its output goes.
        output_data_config: AsyncInvokeOutputDataConfig = "outputDataConfig",
    } optional {
        /// The token that it was started with.
        client_request_token: option String = "clientRequestToken",
        /// How it stands.
        status: option AsyncInvokeStatus = "status",
        /// What went wrong; at most 2,048 characters.
        failure_message: option String = "failureMessage",
        /// When it changed last.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// When it ended.
        end_time: option Timestamp = "endTime",
    } sensitive { failure_message }

    /// A name and a value that you give to what is charged or managed together.
    pub struct Tag {
        /// The name: 1 to 128 letters, digits, spaces and `._:/=+@-`.
        key: String = "key",
        /// The value: at most 256 of the same characters.
        value: String = "value",
    }
}

/// `("team", "search")` is a tag.
impl<K: Into<String>, V: Into<String>> From<(K, V)> for Tag {
    fn from((key, value): (K, V)) -> Self {
        Self::new(key, value)
    }
}

union! {
    /// Where an invocation writes its output.
    pub enum AsyncInvokeOutputDataConfig {
        /// To Amazon S3.
        S3OutputDataConfig(AsyncInvokeS3OutputDataConfig) = "s3OutputDataConfig",
    } from {
        AsyncInvokeS3OutputDataConfig => S3OutputDataConfig,
    }
}

open_enum! {
    /// How an invocation stands.
    pub enum AsyncInvokeStatus {
        /// It runs, or waits to.
        InProgress = "InProgress",
        /// Its output is there.
        Completed = "Completed",
        /// It came to nothing.
        Failed = "Failed",
    }

    /// What a list of invocations is sorted by.
    pub enum SortAsyncInvocationBy {
        /// When they were submitted.
        SubmissionTime = "SubmissionTime",
    }

    /// Which way a list is sorted.
    pub enum SortOrder {
        /// The oldest first.
        Ascending = "Ascending",
        /// The newest first.
        Descending = "Descending",
    }
}
