//! Imported models: models that were trained elsewhere and imported into Bedrock.
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
    /// The request of `ListImportedModels`. Without a filter, it lists all imported models.
    pub struct ListImportedModelsRequest {} optional {
        /// Lists only models that were imported before this time.
        creation_time_before: option Timestamp = "creationTimeBefore",
        /// Lists only models that were imported after this time.
        creation_time_after: option Timestamp = "creationTimeAfter",
        /// Lists only models with this text in their name. At most 63 characters.
        name_contains: option String = "nameContains",
        /// The maximum number of models per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// The key to sort by.
        sort_by: option SortModelsBy = "sortBy",
        /// The order of the list.
        sort_order: option SortOrder = "sortOrder",
    }

    /// The response of `ListImportedModels`: a page of imported models.
    pub struct ListImportedModelsResponse {} optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
        /// The summaries, one per model.
        model_summaries: vec ImportedModelSummary = "modelSummaries",
    } with metadata

    /// The request of `GetImportedModel`.
    pub struct GetImportedModelRequest path {
        /// The imported model: a name or an ARN. 1 to 1,011 characters.
        model_identifier = "modelIdentifier",
    } {}

    /// The response of `GetImportedModel`: an imported model.
    pub struct GetImportedModelResponse {} optional {
        /// The ARN of the model, which requests use to invoke it.
        model_arn: option String = "modelArn",
        /// The name of the model. At most 63 characters.
        model_name: option String = "modelName",
        /// The name of the import job.
        job_name: option String = "jobName",
        /// The ARN of the import job.
        job_arn: option String = "jobArn",
        /// The source of the model.
        model_data_source: option ModelDataSource = "modelDataSource",
        /// The time when the model was imported.
        creation_time: option Timestamp = "creationTime",
        /// The architecture of the model, such as `llama3`.
        model_architecture: option String = "modelArchitecture",
        /// The ARN of the KMS key that encrypts the model.
        model_kms_key_arn: option String = "modelKmsKeyArn",
        /// Whether the model supports `Converse`.
        instruct_supported: option bool = "instructSupported",
        /// The hardware that one copy of the model needs.
        custom_model_units: option CustomModelUnits = "customModelUnits",
    } with metadata

    /// A summary of an imported model.
    pub struct ImportedModelSummary {
        /// The ARN of the model, which requests use to invoke it.
        model_arn: String = "modelArn",
        /// The name of the model. At most 63 characters.
        model_name: String = "modelName",
        /// The time when the model was imported.
        creation_time: Timestamp = "creationTime",
    } optional {
        /// Whether the model supports `Converse`.
        instruct_supported: option bool = "instructSupported",
        /// The architecture of the model, such as `llama3`.
        model_architecture: option String = "modelArchitecture",
    }

    /// The hardware that one copy of an imported model needs, in custom model units.
    pub struct CustomModelUnits {} optional {
        /// The number of custom model units per copy.
        custom_model_units_per_model_copy: number i32 = "customModelUnitsPerModelCopy",
        /// The version of the custom model unit, such as `v1.0`. The price of a unit depends on it.
        custom_model_units_version: option String = "customModelUnitsVersion",
    }

    /// A folder in Amazon S3 that a model was imported from.
    pub struct S3DataSource {
        /// The URI of the folder. At most 1,024 characters.
        s3_uri: String = "s3Uri",
    }
}

union! {
    /// The source of an imported model.
    pub enum ModelDataSource {
        /// A folder in Amazon S3.
        S3DataSource(S3DataSource) = "s3DataSource",
    } from {
        S3DataSource => S3DataSource,
    }
}
