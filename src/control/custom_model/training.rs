//! The training of a custom model: its data, its settings and its metrics.

use std::collections::BTreeMap;

use crate::shape::{Payload, open_enum, structure, union};

structure! {
    /// The training data of a model.
    pub struct TrainingDataConfig {} optional {
        /// The URI of the training data in Amazon S3. At most 1,024 characters.
        s3_uri: option String = "s3Uri",
        /// The invocation logs that are used as training data.
        invocation_logs_config: option InvocationLogsConfig = "invocationLogsConfig",
    }

    /// Invocation logs that are used as training data.
    pub struct InvocationLogsConfig {
        /// The location of the logs.
        invocation_log_source: InvocationLogSource = "invocationLogSource",
    } optional {
        /// Whether the logged responses are used in addition to the prompts. Defaults to `false`.
        use_prompt_response: option bool = "usePromptResponse",
        /// The filter that selects the logged requests.
        request_metadata_filters: option RequestMetadataFilters = "requestMetadataFilters",
    }

    /// A condition on the metadata of a logged request.
    pub struct RequestMetadataBaseFilters {} optional {
        /// The key has this value. One pair, with a key and a value of at most 256 characters each.
        equals: map String = "equals",
        /// The key has another value. One pair, with a key and a value of at most 256 characters
        /// each.
        not_equals: map String = "notEquals",
    } sensitive { equals, not_equals }

    /// The validation data of a model.
    pub struct ValidationDataConfig {
        /// The validators, one per data set. At most 10.
        validators: Vec<Validator> = "validators",
    }

    /// A data set for validation.
    pub struct Validator {
        /// The URI of the data set in Amazon S3. At most 1,024 characters.
        s3_uri: String = "s3Uri",
    }

    /// The destination of the output of a training.
    pub struct OutputDataConfig {
        /// The URI of a folder in Amazon S3. At most 1,024 characters.
        s3_uri: String = "s3Uri",
    }

    /// The metrics of a training.
    pub struct TrainingMetrics {} optional {
        /// The training loss.
        training_loss: number f64 = "trainingLoss",
    }

    /// The metrics of a validation.
    pub struct ValidatorMetric {} optional {
        /// The validation loss.
        validation_loss: number f64 = "validationLoss",
    }

    /// The settings of a distillation.
    pub struct DistillationConfig {
        /// The teacher model.
        teacher_model_config: TeacherModelConfig = "teacherModelConfig",
    }

    /// The teacher model of a distillation.
    pub struct TeacherModelConfig {
        /// The teacher model: an ID or an ARN.
        teacher_model_identifier: String = "teacherModelIdentifier",
    } optional {
        /// The maximum number of tokens in a response of the teacher model.
        max_response_length_for_inference: number i32 = "maxResponseLengthForInference",
    }

    /// The settings of a reinforcement fine-tuning.
    pub struct RFTConfig {} optional {
        /// The grader of the responses.
        grader_config: option GraderConfig = "graderConfig",
        /// The hyperparameters of the training.
        hyper_parameters: option RFTHyperParameters = "hyperParameters",
    }

    /// A Lambda function that grades responses.
    pub struct LambdaGraderConfig {
        /// The ARN of the Lambda function. At most 512 characters.
        lambda_arn: String = "lambdaArn",
    }

    /// The hyperparameters of a reinforcement fine-tuning.
    pub struct RFTHyperParameters {} optional {
        /// The number of passes over the training data, 1 to 50.
        epoch_count: number i32 = "epochCount",
        /// The number of samples per training step, 16 to 512.
        batch_size: number i32 = "batchSize",
        /// The learning rate, 0.0000001 to 0.001.
        learning_rate: number f64 = "learningRate",
        /// The maximum number of tokens in a prompt.
        max_prompt_length: number i32 = "maxPromptLength",
        /// The number of responses that are graded per prompt, 2 to 16.
        training_sample_per_prompt: number i32 = "trainingSamplePerPrompt",
        /// The maximum number of tokens in a response.
        inference_max_tokens: number i32 = "inferenceMaxTokens",
        /// The reasoning effort of the model.
        reasoning_effort: option ReasoningEffort = "reasoningEffort",
        /// The number of training steps between two evaluations, 1 to 100.
        eval_interval: number i32 = "evalInterval",
    }
}

union! {
    /// The location of invocation logs.
    pub enum InvocationLogSource {
        /// A URI in Amazon S3. At most 1,024 characters.
        S3Uri(Payload<String>) = "s3Uri",
    }

    /// A filter on the metadata of logged requests.
    pub enum RequestMetadataFilters {
        /// Selects requests whose metadata has this value for the key. One pair.
        Equals(Payload<BTreeMap<String, String>>) = "equals",
        /// Selects requests whose metadata has another value for the key. One pair.
        NotEquals(Payload<BTreeMap<String, String>>) = "notEquals",
        /// Selects requests that meet all conditions. At most 16 conditions.
        AndAll(Payload<Vec<RequestMetadataBaseFilters>>) = "andAll",
        /// Selects requests that meet at least one condition. At most 16 conditions.
        OrAll(Payload<Vec<RequestMetadataBaseFilters>>) = "orAll",
    } sensitive true

    /// The settings that depend on the type of customization.
    pub enum CustomizationConfig {
        /// The settings of a distillation.
        DistillationConfig(DistillationConfig) = "distillationConfig",
        /// The settings of a reinforcement fine-tuning.
        RftConfig(RFTConfig) = "rftConfig",
    } from {
        DistillationConfig => DistillationConfig,
        RFTConfig => RftConfig,
    }

    /// The grader of responses in a reinforcement fine-tuning.
    pub enum GraderConfig {
        /// A Lambda function grades the responses.
        LambdaGrader(LambdaGraderConfig) = "lambdaGrader",
    } from {
        LambdaGraderConfig => LambdaGrader,
    }
}

open_enum! {
    /// The reasoning effort of a model.
    pub enum ReasoningEffort {
        /// The model reasons little before it responds.
        Low = "low",
        /// The model reasons moderately before it responds.
        Medium = "medium",
        /// The model reasons much before it responds.
        High = "high",
    }
}
