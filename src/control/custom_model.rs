//! Custom models: foundation models that were trained further.
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
    /// Which custom models to list; without a filter, all of them.
    pub struct ListCustomModelsRequest {} optional {
        /// Models that were made before this time only.
        creation_time_before: option Timestamp = "creationTimeBefore",
        /// Models that were made after this time only.
        creation_time_after: option Timestamp = "creationTimeAfter",
        /// Models whose name has this in it only; at most 63 characters.
        name_contains: option String = "nameContains",
        /// Models that were trained from this one only; an ARN.
        base_model_arn_equals: option String = "baseModelArnEquals",
        /// Models that stem from this foundation model only; an ARN.
        foundation_model_arn_equals: option String = "foundationModelArnEquals",
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
        /// What to sort by.
        sort_by: option SortModelsBy = "sortBy",
        /// Which end first.
        sort_order: option SortOrder = "sortOrder",
        /// Models of the account only (`true`), or those only that others share with it (`false`).
        is_owned: option bool = "isOwned",
        /// Models that stand like this only.
        model_status: option ModelStatus = "modelStatus",
    }

    /// A page of custom models.
    pub struct ListCustomModelsResponse {} optional {
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
        /// One summary a model.
        model_summaries: vec CustomModelSummary = "modelSummaries",
    } with metadata

    /// Which custom model to tell about.
    pub struct GetCustomModelRequest path {
        /// The model: a name or an ARN; 1 to 2,048 characters.
        model_identifier = "modelIdentifier",
    } {}

    /// A custom model.
    pub struct GetCustomModelResponse {
        /// Its ARN.
        model_arn: String = "modelArn",
        /// Its name; at most 63 characters.
        model_name: String = "modelName",
        /// When it was made.
        creation_time: Timestamp = "creationTime",
    } optional {
        /// The name of the job that trained it.
        job_name: option String = "jobName",
        /// The ARN of the job that trained it; none for a model that was brought along.
        job_arn: option String = "jobArn",
        /// The ARN of the model that it was trained from.
        base_model_arn: option String = "baseModelArn",
        /// How it was trained.
        customization_type: option CustomizationType = "customizationType",
        /// The ARN of the key that encrypts it.
        model_kms_key_arn: option String = "modelKmsKeyArn",
        /// The settings of the training, by the names that the base model's training gives them.
        hyper_parameters: map String = "hyperParameters",
        /// What it was trained with.
        training_data_config: option TrainingDataConfig = "trainingDataConfig",
        /// What it was validated with.
        validation_data_config: option ValidationDataConfig = "validationDataConfig",
        /// Where the training wrote its results.
        output_data_config: option OutputDataConfig = "outputDataConfig",
        /// How well the training went.
        training_metrics: option TrainingMetrics = "trainingMetrics",
        /// How well each validation went.
        validation_metrics: vec ValidatorMetric = "validationMetrics",
        /// The settings that only some kinds of training have.
        customization_config: option CustomizationConfig = "customizationConfig",
        /// How it stands.
        model_status: option ModelStatus = "modelStatus",
        /// Why it failed, where it did; at most 2,048 characters.
        failure_message: option String = "failureMessage",
    } with metadata

    /// A custom model, in a list of them.
    pub struct CustomModelSummary {
        /// Its ARN.
        model_arn: String = "modelArn",
        /// Its name; at most 63 characters.
        model_name: String = "modelName",
        /// When it was made.
        creation_time: Timestamp = "creationTime",
        /// The ARN of the model that it was trained from.
        base_model_arn: String = "baseModelArn",
        /// The name of the model that it was trained from.
        base_model_name: String = "baseModelName",
    } optional {
        /// How it was trained.
        customization_type: option CustomizationType = "customizationType",
        /// The account that owns it, 12 digits.
        owner_account_id: option String = "ownerAccountId",
        /// How it stands.
        model_status: option ModelStatus = "modelStatus",
    }
}

open_enum! {
    /// How a model was trained.
    pub enum CustomizationType {
        /// With examples of questions and answers.
        FineTuning = "FINE_TUNING",
        /// With more text to learn from.
        ContinuedPreTraining = "CONTINUED_PRE_TRAINING",
        /// With the answers of a larger model.
        Distillation = "DISTILLATION",
        /// With answers of its own that were graded.
        ReinforcementFineTuning = "REINFORCEMENT_FINE_TUNING",
        /// Elsewhere: it was brought along.
        Imported = "IMPORTED",
    }

    /// How a custom model stands.
    pub enum ModelStatus {
        /// It can be used.
        Active = "Active",
        /// It is being made.
        Creating = "Creating",
        /// It could not be made: its message says why.
        Failed = "Failed",
    }
}
