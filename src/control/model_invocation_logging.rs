//! Model invocation logging: where Bedrock keeps the prompts and the answers of the account.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationLoggingConfiguration.html>

use crate::operation::operation;
use crate::shape::structure;

operation! {
    GetModelInvocationLoggingConfiguration: Bedrock GET "/logging/modelinvocations"
        GetModelInvocationLoggingConfigurationRequest -> GetModelInvocationLoggingConfigurationResponse;
}

structure! {
    /// Asks where invocations are logged.
    pub struct GetModelInvocationLoggingConfigurationRequest {}

    /// Where invocations are logged.
    pub struct GetModelInvocationLoggingConfigurationResponse {} optional {
        /// The configuration; none where nothing is logged.
        logging_config: option LoggingConfig = "loggingConfig",
    } with metadata

    /// Where invocations are logged, and what of them.
    pub struct LoggingConfig {} optional {
        /// The log group they go to.
        cloud_watch_config: option CloudWatchConfig = "cloudWatchConfig",
        /// The bucket they go to.
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

    /// A log group of `CloudWatch` Logs.
    pub struct CloudWatchConfig {
        /// Its name; at most 512 characters.
        log_group_name: String = "logGroupName",
        /// The ARN of the role that writes to it; at most 2,048 characters.
        role_arn: String = "roleArn",
    } optional {
        /// The bucket for what is too large for it.
        large_data_delivery_s3_config: option S3Config = "largeDataDeliveryS3Config",
    }

    /// A place in S3.
    pub struct S3Config {
        /// The bucket's name, 3 to 63 characters.
        bucket_name: String = "bucketName",
    } optional {
        /// What the keys begin with; at most 1,024 characters.
        key_prefix: option String = "keyPrefix",
    }
}
