//! The data and the status of batch inference jobs.

use crate::shape::{open_enum, structure, union};

structure! {
    /// The location of the prompts in Amazon S3.
    pub struct ModelInvocationJobS3InputDataConfig {
        /// The URI of a file, or of a folder of files. At most 1,024 characters.
        s3_uri: String = "s3Uri",
    } optional {
        /// The format of the prompts.
        s3_input_format: option S3InputFormat = "s3InputFormat",
        /// The ID of the account that owns the bucket, 12 digits. Required if the bucket belongs to
        /// another account than the job.
        s3_bucket_owner: option String = "s3BucketOwner",
    }

    /// The destination of the responses in Amazon S3.
    pub struct ModelInvocationJobS3OutputDataConfig {
        /// The URI of a folder. At most 1,024 characters.
        s3_uri: String = "s3Uri",
    } optional {
        /// The KMS key that encrypts the responses: an ID, an ARN or an alias. At most 2,048
        /// characters.
        s3_encryption_key_id: option String = "s3EncryptionKeyId",
        /// The ID of the account that owns the bucket, 12 digits. Required if the bucket belongs to
        /// another account than the job.
        s3_bucket_owner: option String = "s3BucketOwner",
    }

    /// The configuration of a VPC: a private network of the account.
    pub struct VpcConfig {
        /// The IDs of the subnets, 1 to 16. At most 32 characters each.
        subnet_ids: Vec<String> = "subnetIds",
        /// The IDs of the security groups, 1 to 5. At most 32 characters each.
        security_group_ids: Vec<String> = "securityGroupIds",
    }
}

union! {
    /// The location of the prompts of a batch inference job.
    pub enum ModelInvocationJobInputDataConfig {
        /// A location in Amazon S3.
        S3InputDataConfig(ModelInvocationJobS3InputDataConfig) = "s3InputDataConfig",
    } from {
        ModelInvocationJobS3InputDataConfig => S3InputDataConfig,
    }

    /// The destination of the responses of a batch inference job.
    pub enum ModelInvocationJobOutputDataConfig {
        /// A location in Amazon S3.
        S3OutputDataConfig(ModelInvocationJobS3OutputDataConfig) = "s3OutputDataConfig",
    } from {
        ModelInvocationJobS3OutputDataConfig => S3OutputDataConfig,
    }
}

open_enum! {
    /// The format of prompts in Amazon S3.
    pub enum S3InputFormat {
        /// JSON Lines: one JSON object per line, with the `recordId` and the request body as
        /// `modelInput`.
        Jsonl = "JSONL",
    }

    /// The status of a batch inference job.
    pub enum ModelInvocationJobStatus {
        /// The job waits for validation.
        Submitted = "Submitted",
        /// The job is running.
        InProgress = "InProgress",
        /// The job is complete. All prompts were processed.
        Completed = "Completed",
        /// The job failed. The message has the reason.
        Failed = "Failed",
        /// The job is stopping.
        Stopping = "Stopping",
        /// The job was stopped.
        Stopped = "Stopped",
        /// The job ended after it processed only some of the prompts.
        PartiallyCompleted = "PartiallyCompleted",
        /// The job timed out.
        Expired = "Expired",
        /// Bedrock validates the prompts of the job.
        Validating = "Validating",
        /// The job is validated and waits in the queue.
        Scheduled = "Scheduled",
    }

    /// The operation whose request format the prompts of a batch inference job have.
    pub enum ModelInvocationType {
        /// The prompts have the format of `InvokeModel`: the native format of the model.
        InvokeModel = "InvokeModel",
        /// The prompts have the format of `Converse`.
        Converse = "Converse",
    }
}
