//! How a custom model was trained: the data, the settings, the results.

use std::collections::BTreeMap;

use crate::shape::{Payload, open_enum, structure, union};

structure! {
    /// What a model was trained with.
    pub struct TrainingDataConfig {} optional {
        /// Where the data is: a URI of S3, at most 1,024 characters.
        s3_uri: option String = "s3Uri",
        /// The invocation logs that were data too.
        invocation_logs_config: option InvocationLogsConfig = "invocationLogsConfig",
    }

    /// Invocation logs as data to train with.
    pub struct InvocationLogsConfig {
        /// Where the logs are.
        invocation_log_source: InvocationLogSource = "invocationLogSource",
    } optional {
        /// Whether the logged answers were used, beside the prompts. Default `false`.
        use_prompt_response: option bool = "usePromptResponse",
        /// Which requests of the logs were used.
        request_metadata_filters: option RequestMetadataFilters = "requestMetadataFilters",
    }

    /// One condition on the metadata of a logged request.
    pub struct RequestMetadataBaseFilters {} optional {
        /// A key that has this value; one pair, a key of at most 256 characters and a value of at most 256.
        equals: map String = "equals",
        /// A key that has another value; one pair, a key of at most 256 characters and a value of at most 256.
        not_equals: map String = "notEquals",
    } sensitive { equals, not_equals }

    /// What a model was validated with.
    pub struct ValidationDataConfig {
        /// One validation a data set; at most 10.
        validators: Vec<Validator> = "validators",
    }

    /// A data set to validate with.
    pub struct Validator {
        /// Where it is: a URI of S3, at most 1,024 characters.
        s3_uri: String = "s3Uri",
    }

    /// Where a training wrote its results.
    pub struct OutputDataConfig {
        /// The URI of a folder in S3, at most 1,024 characters.
        s3_uri: String = "s3Uri",
    }

    /// How well a training went.
    pub struct TrainingMetrics {} optional {
        /// The loss at its end.
        training_loss: number f64 = "trainingLoss",
    }

    /// How well a validation went.
    pub struct ValidatorMetric {} optional {
        /// The loss on its data.
        validation_loss: number f64 = "validationLoss",
    }

    /// How a model was distilled from a larger one.
    pub struct DistillationConfig {
        /// The larger model.
        teacher_model_config: TeacherModelConfig = "teacherModelConfig",
    }

    /// The larger model that another one was distilled from.
    pub struct TeacherModelConfig {
        /// The model: an id or an ARN.
        teacher_model_identifier: String = "teacherModelIdentifier",
    } optional {
        /// How many tokens its answers could have.
        max_response_length_for_inference: number i32 = "maxResponseLengthForInference",
    }

    /// How a model was trained by graded answers.
    pub struct RFTConfig {} optional {
        /// Who graded.
        grader_config: option GraderConfig = "graderConfig",
        /// The settings of the training.
        hyper_parameters: option RFTHyperParameters = "hyperParameters",
    }

    /// A Lambda function that graded answers.
    pub struct LambdaGraderConfig {
        /// Its ARN; at most 512 characters.
        lambda_arn: String = "lambdaArn",
    }

    /// The settings of a training by graded answers.
    pub struct RFTHyperParameters {} optional {
        /// How often it went through the data, 1 to 50 times.
        epoch_count: number i32 = "epochCount",
        /// How many samples a step had, 16 to 512.
        batch_size: number i32 = "batchSize",
        /// How far a step went, 0.0000001 to 0.001.
        learning_rate: number f64 = "learningRate",
        /// How many tokens a prompt could have.
        max_prompt_length: number i32 = "maxPromptLength",
        /// How many answers were graded for each prompt, 2 to 16.
        training_sample_per_prompt: number i32 = "trainingSamplePerPrompt",
        /// How many tokens an answer could have.
        inference_max_tokens: number i32 = "inferenceMaxTokens",
        /// How much the model reasoned before it answered.
        reasoning_effort: option ReasoningEffort = "reasoningEffort",
        /// How many steps were between two evaluations, 1 to 100.
        eval_interval: number i32 = "evalInterval",
    }
}

union! {
    /// Where invocation logs are.
    pub enum InvocationLogSource {
        /// In S3: a URI, at most 1,024 characters.
        S3Uri(Payload<String>) = "s3Uri",
    }

    /// Which requests of the logs were used, by their metadata.
    pub enum RequestMetadataFilters {
        /// Those where a key has this value; one pair.
        Equals(Payload<BTreeMap<String, String>>) = "equals",
        /// Those where a key has another value; one pair.
        NotEquals(Payload<BTreeMap<String, String>>) = "notEquals",
        /// Those that meet each of these conditions; at most 16.
        AndAll(Payload<Vec<RequestMetadataBaseFilters>>) = "andAll",
        /// Those that meet one of these conditions; at most 16.
        OrAll(Payload<Vec<RequestMetadataBaseFilters>>) = "orAll",
    } sensitive true

    /// The settings that only some kinds of training have.
    pub enum CustomizationConfig {
        /// Those of a distillation.
        DistillationConfig(DistillationConfig) = "distillationConfig",
        /// Those of a training by graded answers.
        RftConfig(RFTConfig) = "rftConfig",
    } from {
        DistillationConfig => DistillationConfig,
        RFTConfig => RftConfig,
    }

    /// Who grades answers in a training.
    pub enum GraderConfig {
        /// A Lambda function.
        LambdaGrader(LambdaGraderConfig) = "lambdaGrader",
    } from {
        LambdaGraderConfig => LambdaGrader,
    }
}

open_enum! {
    /// How much a model reasons before it answers.
    pub enum ReasoningEffort {
        /// A little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
    }
}
