//! Foundation models: the models that Bedrock offers, their capabilities, and their availability
//! for the account.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html>

use crate::operation::operation;
use crate::shape::{Timestamp, open_enum, structure};

operation! {
    ListFoundationModels: Bedrock GET "/foundation-models"
        ListFoundationModelsRequest -> ListFoundationModelsResponse
        query {
            by_provider = "byProvider",
            by_customization_type = "byCustomizationType",
            by_output_modality = "byOutputModality",
            by_inference_type = "byInferenceType",
            project_identifier = "projectIdentifier",
        };

    GetFoundationModel: Bedrock GET "/foundation-models/{modelIdentifier}"
        GetFoundationModelRequest -> GetFoundationModelResponse
        path { model_identifier = "modelIdentifier" }
        query { project_identifier = "projectIdentifier" }
        model model_identifier;

    GetFoundationModelAvailability: Bedrock GET "/foundation-model-availability/{modelId}"
        GetFoundationModelAvailabilityRequest -> GetFoundationModelAvailabilityResponse
        path { model_id = "modelId" }
        model model_id;
}

structure! {
    /// The request of `ListFoundationModels`. Without a filter, it lists all foundation models.
    ///
    /// ```
    /// use bedrock_lite::ListFoundationModelsRequest;
    /// use bedrock_lite::control::ModelModality;
    ///
    /// let request = ListFoundationModelsRequest::new()
    ///     .by_provider("Amazon")
    ///     .by_output_modality(ModelModality::Text);
    /// ```
    pub struct ListFoundationModelsRequest {} optional {
        /// Lists only models of this provider, such as `Anthropic`. At most 63 letters, digits,
        /// spaces and hyphens.
        by_provider: option String = "byProvider",
        /// Lists only models that support this type of customization.
        by_customization_type: option ModelCustomization = "byCustomizationType",
        /// Lists only models with this output modality.
        by_output_modality: option ModelModality = "byOutputModality",
        /// Lists only models that support this inference type.
        by_inference_type: option InferenceType = "byInferenceType",
        /// The project of the request: an ID or an ARN. 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// The response of `ListFoundationModels`.
    pub struct ListFoundationModelsResponse {} optional {
        /// The summaries, one per model. The response has all models: the list has no pages.
        model_summaries: vec FoundationModelSummary = "modelSummaries",
    } with metadata

    /// The request of `GetFoundationModel`.
    pub struct GetFoundationModelRequest path {
        /// The model: an ID or an ARN. 1 to 2,048 characters.
        model_identifier = "modelIdentifier",
    } {} optional {
        /// The project of the request: an ID or an ARN. 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// The response of `GetFoundationModel`.
    pub struct GetFoundationModelResponse {} optional {
        /// The details of the model.
        model_details: option FoundationModelDetails = "modelDetails",
    } with metadata

    /// The request of `GetFoundationModelAvailability`.
    pub struct GetFoundationModelAvailabilityRequest path {
        /// The ID of the model. At most 140 characters.
        model_id = "modelId",
    } {}

    /// The response of `GetFoundationModelAvailability`. The account can invoke the model if all
    /// four members allow it.
    pub struct GetFoundationModelAvailabilityResponse {
        /// The ID of the model.
        model_id: String = "modelId",
        /// Whether the account has accepted the agreement of the model.
        agreement_availability: AgreementAvailability = "agreementAvailability",
        /// Whether the account is authorized for the model.
        authorization_status: AuthorizationStatus = "authorizationStatus",
        /// Whether the account is entitled to the model.
        entitlement_availability: EntitlementAvailability = "entitlementAvailability",
        /// Whether the model is available in the region.
        region_availability: RegionAvailability = "regionAvailability",
    } with metadata

    /// A summary of a foundation model.
    pub struct FoundationModelSummary {
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The ID of the model, which requests use to invoke it. At most 140 characters.
        model_id: String = "modelId",
    } optional {
        /// The display name of the model.
        model_name: option String = "modelName",
        /// The name of the provider.
        provider_name: option String = "providerName",
        /// The input modalities of the model.
        input_modalities: vec ModelModality = "inputModalities",
        /// The output modalities of the model.
        output_modalities: vec ModelModality = "outputModalities",
        /// Whether the model supports streaming.
        response_streaming_supported: option bool = "responseStreamingSupported",
        /// The types of customization that the model supports.
        customizations_supported: vec ModelCustomization = "customizationsSupported",
        /// The inference types that the model supports.
        inference_types_supported: vec InferenceType = "inferenceTypesSupported",
        /// The lifecycle of the model: its status, and the dates of its withdrawal.
        model_lifecycle: option FoundationModelLifecycle = "modelLifecycle",
    }

    /// The details of a foundation model.
    pub struct FoundationModelDetails {
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The ID of the model, which requests use to invoke it. At most 140 characters.
        model_id: String = "modelId",
    } optional {
        /// The display name of the model.
        model_name: option String = "modelName",
        /// The name of the provider.
        provider_name: option String = "providerName",
        /// The input modalities of the model.
        input_modalities: vec ModelModality = "inputModalities",
        /// The output modalities of the model.
        output_modalities: vec ModelModality = "outputModalities",
        /// Whether the model supports streaming.
        response_streaming_supported: option bool = "responseStreamingSupported",
        /// The types of customization that the model supports.
        customizations_supported: vec ModelCustomization = "customizationsSupported",
        /// The inference types that the model supports.
        inference_types_supported: vec InferenceType = "inferenceTypesSupported",
        /// The lifecycle of the model: its status, and the dates of its withdrawal.
        model_lifecycle: option FoundationModelLifecycle = "modelLifecycle",
    }

    /// The lifecycle of a model: its status, and the dates of its withdrawal.
    pub struct FoundationModelLifecycle {
        /// The status of the model.
        status: FoundationModelLifecycleStatus = "status",
    } optional {
        /// The time when the model became available.
        start_of_life_time: option Timestamp = "startOfLifeTime",
        /// The time when the model reaches its end of life. It cannot be invoked after this time.
        end_of_life_time: option Timestamp = "endOfLifeTime",
        /// The time when the model enters the legacy status. It still works, but users should
        /// migrate to another model.
        legacy_time: option Timestamp = "legacyTime",
        /// The time when public extended access begins. The price of the legacy model may be higher
        /// from then on.
        public_extended_access_time: option Timestamp = "publicExtendedAccessTime",
    }

    /// The state of the agreement of a model.
    pub struct AgreementAvailability {
        /// The status of the agreement.
        status: AgreementStatus = "status",
    } optional {
        /// The error, if the agreement failed.
        error_message: option String = "errorMessage",
    }
}

open_enum! {
    /// The lifecycle status of a model.
    pub enum FoundationModelLifecycleStatus {
        /// The model is active.
        Active = "ACTIVE",
        /// The model is deprecated. It still works until its end of life.
        Legacy = "LEGACY",
    }

    /// An input or output modality of a model.
    pub enum ModelModality {
        /// Text.
        Text = "TEXT",
        /// Images.
        Image = "IMAGE",
        /// Embeddings.
        Embedding = "EMBEDDING",
    }

    /// A type of customization that a model supports.
    pub enum ModelCustomization {
        /// Training with labeled examples of prompts and responses.
        FineTuning = "FINE_TUNING",
        /// Training with unlabeled text.
        ContinuedPreTraining = "CONTINUED_PRE_TRAINING",
        /// Training with the responses of a larger model.
        Distillation = "DISTILLATION",
    }

    /// An inference type that a model supports.
    pub enum InferenceType {
        /// On-demand inference, billed per token.
        OnDemand = "ON_DEMAND",
        /// Inference with Provisioned Throughput.
        Provisioned = "PROVISIONED",
    }

    /// The status of the agreement of a model.
    pub enum AgreementStatus {
        /// The agreement is in force.
        Available = "AVAILABLE",
        /// The agreement is pending.
        Pending = "PENDING",
        /// The account has not accepted the agreement.
        NotAvailable = "NOT_AVAILABLE",
        /// The agreement failed.
        Error = "ERROR",
    }

    /// Whether an account is authorized for a model.
    pub enum AuthorizationStatus {
        /// The account is authorized.
        Authorized = "AUTHORIZED",
        /// The account is not authorized.
        NotAuthorized = "NOT_AUTHORIZED",
    }

    /// Whether an account is entitled to a model.
    pub enum EntitlementAvailability {
        /// The account is entitled to the model.
        Available = "AVAILABLE",
        /// The account is not entitled to the model.
        NotAvailable = "NOT_AVAILABLE",
    }

    /// Whether a model is available in a region.
    pub enum RegionAvailability {
        /// The model is available in the region.
        Available = "AVAILABLE",
        /// The model is not available in the region.
        NotAvailable = "NOT_AVAILABLE",
    }
}
