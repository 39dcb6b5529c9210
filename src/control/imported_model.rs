//! Imported models: models that were trained elsewhere.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListImportedModels.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetImportedModel.html>

use super::{SortModelsBy, SortOrder};
use crate::operation::operation;
use crate::shape::{Timestamp, structure, union};

operation! {
    ListImportedModels: Bedrock GET "/imported-models"
        ListImportedModelsRequest -> ListImportedModelsResponse
        query {
            creation_time_before = "creationTimeBefore",
            creation_time_after = "creationTimeAfter",
            name_contains = "nameContains",
            max_results = "maxResults",
            next_token = "nextToken",
            sort_by = "sortBy",
            sort_order = "sortOrder",
        }
        pages model_summaries: ImportedModelSummary;

    GetImportedModel: Bedrock GET "/imported-models/{modelIdentifier}"
        GetImportedModelRequest -> GetImportedModelResponse
        path { model_identifier = "modelIdentifier" };
}

structure! {
    /// Which imported models to list; without a filter, all of them.
    pub struct ListImportedModelsRequest {} optional {
        /// Models that were imported before this time only.
        creation_time_before: option Timestamp = "creationTimeBefore",
        /// Models that were imported after this time only.
        creation_time_after: option Timestamp = "creationTimeAfter",
        /// Models whose name has this in it only; at most 63 characters.
        name_contains: option String = "nameContains",
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
        /// What to sort by.
        sort_by: option SortModelsBy = "sortBy",
        /// Which end first.
        sort_order: option SortOrder = "sortOrder",
    }

    /// A page of imported models.
    pub struct ListImportedModelsResponse {} optional {
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
        /// One summary a model.
        model_summaries: vec ImportedModelSummary = "modelSummaries",
    } with metadata

    /// Which imported model to tell about.
    pub struct GetImportedModelRequest path {
        /// The model: a name or an ARN; 1 to 1,011 characters.
        model_identifier = "modelIdentifier",
    } {}

    /// An imported model.
    pub struct GetImportedModelResponse {} optional {
        /// Its ARN, which requests to run it name.
        model_arn: option String = "modelArn",
        /// Its name; at most 63 characters.
        model_name: option String = "modelName",
        /// The name of the job that imported it.
        job_name: option String = "jobName",
        /// The ARN of the job that imported it.
        job_arn: option String = "jobArn",
        /// Where it came from.
        model_data_source: option ModelDataSource = "modelDataSource",
        /// When it was imported.
        creation_time: option Timestamp = "creationTime",
        /// Its architecture, such as `llama3`.
        model_architecture: option String = "modelArchitecture",
        /// The ARN of the key that encrypts it.
        model_kms_key_arn: option String = "modelKmsKeyArn",
        /// Whether it can be run by `Converse`.
        instruct_supported: option bool = "instructSupported",
        /// How much hardware one copy of it takes.
        custom_model_units: option CustomModelUnits = "customModelUnits",
    } with metadata

    /// An imported model, in a list of them.
    pub struct ImportedModelSummary {
        /// Its ARN, which requests to run it name.
        model_arn: String = "modelArn",
        /// Its name; at most 63 characters.
        model_name: String = "modelName",
        /// When it was imported.
        creation_time: Timestamp = "creationTime",
    } optional {
        /// Whether it can be run by `Converse`.
        instruct_supported: option bool = "instructSupported",
        /// Its architecture, such as `llama3`.
        model_architecture: option String = "modelArchitecture",
    }

    /// How much hardware one copy of an imported model takes.
    pub struct CustomModelUnits {} optional {
        /// How many units.
        custom_model_units_per_model_copy: number i32 = "customModelUnitsPerModelCopy",
        /// Which version of the unit, which its price depends on, such as `v1.0`.
        custom_model_units_version: option String = "customModelUnitsVersion",
    }

    /// A folder in S3 that a model was imported from.
    pub struct S3DataSource {
        /// Its URI; at most 1,024 characters.
        s3_uri: String = "s3Uri",
    }
}

union! {
    /// Where an imported model came from.
    pub enum ModelDataSource {
        /// From S3.
        S3DataSource(S3DataSource) = "s3DataSource",
    } from {
        S3DataSource => S3DataSource,
    }
}
