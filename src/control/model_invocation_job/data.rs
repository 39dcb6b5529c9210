//! Where a batch inference job reads and writes, and how it stands.

use crate::shape::{open_enum, structure, union};

structure! {
    /// Prompts in S3.
    pub struct ModelInvocationJobS3InputDataConfig {
        /// Where they are: the URI of a file or of a folder of files; at most 1,024 characters.
        s3_uri: String = "s3Uri",
    } optional {
        /// Their format.
        s3_input_format: option S3InputFormat = "s3InputFormat",
        /// The account that owns the bucket, 12 digits: where it is another than the job's.
        s3_bucket_owner: option String = "s3BucketOwner",
    }

    /// A place in S3 for the answers.
    pub struct ModelInvocationJobS3OutputDataConfig {
        /// Where they go: the URI of a folder; at most 1,024 characters.
        s3_uri: String = "s3Uri",
    } optional {
        /// The key that encrypts them: an id, an ARN or an alias; at most 2,048 characters.
        s3_encryption_key_id: option String = "s3EncryptionKeyId",
        /// The account that owns the bucket, 12 digits: where it is another than the job's.
        s3_bucket_owner: option String = "s3BucketOwner",
    }

    /// A private network of the account.
    pub struct VpcConfig {
        /// The ids of its subnets; 1 to 16, each at most 32 characters.
        subnet_ids: Vec<String> = "subnetIds",
        /// The ids of the security groups; 1 to 5, each at most 32 characters.
        security_group_ids: Vec<String> = "securityGroupIds",
    }
}

union! {
    /// Where the prompts of a batch inference job are.
    pub enum ModelInvocationJobInputDataConfig {
        /// In S3.
        S3InputDataConfig(ModelInvocationJobS3InputDataConfig) = "s3InputDataConfig",
    } from {
        ModelInvocationJobS3InputDataConfig => S3InputDataConfig,
    }

    /// Where the answers of a batch inference job go.
    pub enum ModelInvocationJobOutputDataConfig {
        /// To S3.
        S3OutputDataConfig(ModelInvocationJobS3OutputDataConfig) = "s3OutputDataConfig",
    } from {
        ModelInvocationJobS3OutputDataConfig => S3OutputDataConfig,
    }
}

open_enum! {
    /// The format of prompts in S3.
    pub enum S3InputFormat {
        /// A JSON object a line: `recordId`, and the body as `modelInput`.
        Jsonl = "JSONL",
    }

    /// How a batch inference job stands.
    pub enum ModelInvocationJobStatus {
        /// It waits to be validated.
        Submitted = "Submitted",
        /// It is running.
        InProgress = "InProgress",
        /// Every prompt has been processed.
        Completed = "Completed",
        /// It failed: its message says why.
        Failed = "Failed",
        /// It is being stopped.
        Stopping = "Stopping",
        /// It was stopped.
        Stopped = "Stopped",
        /// Some prompts have been processed, and the rest will not be.
        PartiallyCompleted = "PartiallyCompleted",
        /// Its time was over before it ended.
        Expired = "Expired",
        /// Its prompts are being looked through.
        Validating = "Validating",
        /// It has been validated, and waits for its turn.
        Scheduled = "Scheduled",
    }

    /// Which API's bodies the prompts of a batch inference job are.
    pub enum ModelInvocationType {
        /// The model's own.
        InvokeModel = "InvokeModel",
        /// Those of `Converse`.
        Converse = "Converse",
    }
}
