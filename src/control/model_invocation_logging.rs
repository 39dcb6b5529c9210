//! Model invocation logging: the destinations where Bedrock logs requests and responses.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationLoggingConfiguration.html>

use crate::operation::operation;
use crate::shape::structure;

operation! {
    GetModelInvocationLoggingConfiguration: Bedrock GET "/logging/modelinvocations"
        GetModelInvocationLoggingConfigurationRequest -> GetModelInvocationLoggingConfigurationResponse;
}

structure! {
    /// The request of `GetModelInvocationLoggingConfiguration`.
    pub struct GetModelInvocationLoggingConfigurationRequest {}

    /// The response of `GetModelInvocationLoggingConfiguration`.
    pub struct GetModelInvocationLoggingConfigurationResponse {} optional {
        /// The logging configuration. Not set if logging is off.
        logging_config: option LoggingConfig = "loggingConfig",
    } with metadata

    /// The configuration of invocation logging: the destinations, and the data to log.
    pub struct LoggingConfig {} optional {
        /// The log group in Amazon `CloudWatch` Logs.
        cloud_watch_config: option CloudWatchConfig = "cloudWatchConfig",
        /// The location in Amazon S3.
        s3_config: option S3Config = "s3Config",
        /// Whether text is logged.
        text_data_delivery_enabled: option bool = "textDataDeliveryEnabled",
        /// Whether images are logged.
        image_data_delivery_enabled: option bool = "imageDataDeliveryEnabled",
        /// Whether embeddings are logged.
        embedding_data_delivery_enabled: option bool = "embeddingDataDeliveryEnabled",
        /// Whether videos are logged.
        video_data_delivery_enabled: option bool = "videoDataDeliveryEnabled",
        /// Whether audio is logged.
        audio_data_delivery_enabled: option bool = "audioDataDeliveryEnabled",
    }

    /// A log group in Amazon `CloudWatch` Logs.
    pub struct CloudWatchConfig {
        /// The name of the log group. At most 512 characters.
        log_group_name: String = "logGroupName",
        /// The ARN of the IAM role that writes to the log group. At most 2,048 characters.
        role_arn: String = "roleArn",
    } optional {
        /// The location in Amazon S3 for data that is too large for the log group.
        large_data_delivery_s3_config: option S3Config = "largeDataDeliveryS3Config",
    }

    /// A location in Amazon S3.
    pub struct S3Config {
        /// The name of the bucket, 3 to 63 characters.
        bucket_name: String = "bucketName",
    } optional {
        /// The prefix of the object keys. At most 1,024 characters.
        key_prefix: option String = "keyPrefix",
    }
}
