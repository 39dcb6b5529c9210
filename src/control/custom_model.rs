//! Custom models: foundation models with further training, and models that were imported as custom
//! models.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListCustomModels.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetCustomModel.html>

mod training;

pub use training::*;

use super::{SortModelsBy, SortOrder};
use crate::operation::operation;
use crate::shape::{Timestamp, open_enum, structure};

operation! {
    ListCustomModels: Bedrock GET "/custom-models"
        ListCustomModelsRequest -> ListCustomModelsResponse
        query {
            creation_time_before = "creationTimeBefore",
            creation_time_after = "creationTimeAfter",
            name_contains = "nameContains",
            base_model_arn_equals = "baseModelArnEquals",
            foundation_model_arn_equals = "foundationModelArnEquals",
            max_results = "maxResults",
            next_token = "nextToken",
            sort_by = "sortBy",
            sort_order = "sortOrder",
            is_owned = "isOwned",
            model_status = "modelStatus",
        }
        pages model_summaries: CustomModelSummary;

    GetCustomModel: Bedrock GET "/custom-models/{modelIdentifier}"
        GetCustomModelRequest -> GetCustomModelResponse
        path { model_identifier = "modelIdentifier" };
}

structure! {
    /// The request of `ListCustomModels`. Without a filter, it lists all custom models.
    pub struct ListCustomModelsRequest {} optional {
        /// Lists only models that were created before this time.
        creation_time_before: option Timestamp = "creationTimeBefore",
        /// Lists only models that were created after this time.
        creation_time_after: option Timestamp = "creationTimeAfter",
        /// Lists only models with this text in their name. At most 63 characters.
        name_contains: option String = "nameContains",
        /// Lists only models with this base model: an ARN.
        base_model_arn_equals: option String = "baseModelArnEquals",
        /// Lists only models that are based on this foundation model: an ARN.
        foundation_model_arn_equals: option String = "foundationModelArnEquals",
        /// The maximum number of models per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// The key to sort by.
        sort_by: option SortModelsBy = "sortBy",
        /// The order of the list.
        sort_order: option SortOrder = "sortOrder",
        /// Lists only the models of the account (`true`), or only the models that other accounts
        /// share with it (`false`).
        is_owned: option bool = "isOwned",
        /// Lists only models with this status.
        model_status: option ModelStatus = "modelStatus",
    }

    /// The response of `ListCustomModels`: a page of custom models.
    pub struct ListCustomModelsResponse {} optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
        /// The summaries, one per model.
        model_summaries: vec CustomModelSummary = "modelSummaries",
    } with metadata

    /// The request of `GetCustomModel`.
    pub struct GetCustomModelRequest path {
        /// The custom model: a name or an ARN. 1 to 2,048 characters.
        model_identifier = "modelIdentifier",
    } {}

    /// The response of `GetCustomModel`: a custom model.
    pub struct GetCustomModelResponse {
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The name of the model. At most 63 characters.
        model_name: String = "modelName",
        /// The time when the model was created.
        creation_time: Timestamp = "creationTime",
    } optional {
        /// The name of the customization job.
        job_name: option String = "jobName",
        /// The ARN of the customization job. Not set for a model that was imported.
        job_arn: option String = "jobArn",
        /// The ARN of the base model.
        base_model_arn: option String = "baseModelArn",
        /// The type of customization.
        customization_type: option CustomizationType = "customizationType",
        /// The ARN of the KMS key that encrypts the model.
        model_kms_key_arn: option String = "modelKmsKeyArn",
        /// The hyperparameters of the training. The base model defines their names.
        hyper_parameters: map String = "hyperParameters",
        /// The training data.
        training_data_config: option TrainingDataConfig = "trainingDataConfig",
        /// The validation data.
        validation_data_config: option ValidationDataConfig = "validationDataConfig",
        /// The destination of the output of the training.
        output_data_config: option OutputDataConfig = "outputDataConfig",
        /// The metrics of the training.
        training_metrics: option TrainingMetrics = "trainingMetrics",
        /// The metrics of each validation, in the order of the validators.
        validation_metrics: vec ValidatorMetric = "validationMetrics",
        /// The settings that depend on the type of customization.
        customization_config: option CustomizationConfig = "customizationConfig",
        /// The status of the model.
        model_status: option ModelStatus = "modelStatus",
        /// The reason why the creation of the model failed. At most 2,048 characters.
        failure_message: option String = "failureMessage",
    } with metadata

    /// A summary of a custom model.
    pub struct CustomModelSummary {
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The name of the model. At most 63 characters.
        model_name: String = "modelName",
        /// The time when the model was created.
        creation_time: Timestamp = "creationTime",
        /// The ARN of the base model.
        base_model_arn: String = "baseModelArn",
        /// The name of the base model.
        base_model_name: String = "baseModelName",
    } optional {
        /// The type of customization.
        customization_type: option CustomizationType = "customizationType",
        /// The ID of the account that owns the model, 12 digits.
        owner_account_id: option String = "ownerAccountId",
        /// The status of the model.
        model_status: option ModelStatus = "modelStatus",
    }
}

open_enum! {
    /// The type of customization of a model.
    pub enum CustomizationType {
        /// The model was trained with labeled examples of prompts and responses.
        FineTuning = "FINE_TUNING",
        /// The model was trained with unlabeled text.
        ContinuedPreTraining = "CONTINUED_PRE_TRAINING",
        /// The model was trained with the responses of a larger model.
        Distillation = "DISTILLATION",
        /// The model was trained with its own responses, graded by a reward function.
        ReinforcementFineTuning = "REINFORCEMENT_FINE_TUNING",
        /// The model was trained elsewhere and imported.
        Imported = "IMPORTED",
    }

    /// The status of a custom model.
    pub enum ModelStatus {
        /// The model is ready to use.
        Active = "Active",
        /// The model is being created.
        Creating = "Creating",
        /// The creation of the model failed. The failure message has the reason.
        Failed = "Failed",
    }
}
