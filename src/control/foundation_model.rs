//! Foundation models: the ones that Bedrock offers, what each of them can do, and whether you may run it.
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
    /// Which models to list; without a filter, all of them.
    ///
    /// ```
    /// use bedrock_lite::ListFoundationModelsRequest;
    /// use bedrock_lite::control::ModelModality;
    ///
    /// let request = ListFoundationModelsRequest::new().by_provider("Amazon").by_output_modality(ModelModality::Text);
    /// ```
    pub struct ListFoundationModelsRequest {} optional {
        /// Models of this provider only, such as `Anthropic`; at most 63 letters, digits, spaces and hyphens.
        by_provider: option String = "byProvider",
        /// Models that can be customized this way only.
        by_customization_type: option ModelCustomization = "byCustomizationType",
        /// Models that give this only.
        by_output_modality: option ModelModality = "byOutputModality",
        /// Models that can be used this way only.
        by_inference_type: option InferenceType = "byInferenceType",
        /// The project on whose behalf the models are listed: an ID or an ARN, 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// The models.
    pub struct ListFoundationModelsResponse {} optional {
        /// One summary a model. There are no pages.
        model_summaries: vec FoundationModelSummary = "modelSummaries",
    } with metadata

    /// Which model to tell about.
    pub struct GetFoundationModelRequest path {
        /// The model: an id or an ARN; 1 to 2,048 characters.
        model_identifier = "modelIdentifier",
    } {} optional {
        /// The project on whose behalf the model is read: an ID or an ARN, 1 to 2,048 characters.
        project_identifier: option String = "projectIdentifier",
    }

    /// The model.
    pub struct GetFoundationModelResponse {} optional {
        /// What there is to know of it.
        model_details: option FoundationModelDetails = "modelDetails",
    } with metadata

    /// Which model to tell about.
    pub struct GetFoundationModelAvailabilityRequest path {
        /// The model's id; at most 140 characters.
        model_id = "modelId",
    } {}

    /// Whether the account may run a model. It may where all four say so.
    pub struct GetFoundationModelAvailabilityResponse {
        /// The model's id.
        model_id: String = "modelId",
        /// Whether the account has agreed to the model's terms.
        agreement_availability: AgreementAvailability = "agreementAvailability",
        /// Whether the account is authorized for the model.
        authorization_status: AuthorizationStatus = "authorizationStatus",
        /// Whether the account is entitled to the model.
        entitlement_availability: EntitlementAvailability = "entitlementAvailability",
        /// Whether the model is offered in the region.
        region_availability: RegionAvailability = "regionAvailability",
    } with metadata

    /// A foundation model, in a list of them.
    pub struct FoundationModelSummary {
        /// Its ARN.
        model_arn: String = "modelArn",
        /// Its id, which requests to run it name; at most 140 characters.
        model_id: String = "modelId",
    } optional {
        /// Its name, for people.
        model_name: option String = "modelName",
        /// Who made it.
        provider_name: option String = "providerName",
        /// What it reads.
        input_modalities: vec ModelModality = "inputModalities",
        /// What it makes.
        output_modalities: vec ModelModality = "outputModalities",
        /// Whether it can stream its answers.
        response_streaming_supported: option bool = "responseStreamingSupported",
        /// How it can be customized.
        customizations_supported: vec ModelCustomization = "customizationsSupported",
        /// How it can be run.
        inference_types_supported: vec InferenceType = "inferenceTypesSupported",
        /// Whether it is going to be withdrawn, and when.
        model_lifecycle: option FoundationModelLifecycle = "modelLifecycle",
    }

    /// A foundation model.
    pub struct FoundationModelDetails {
        /// Its ARN.
        model_arn: String = "modelArn",
        /// Its id, which requests to run it name; at most 140 characters.
        model_id: String = "modelId",
    } optional {
        /// Its name, for people.
        model_name: option String = "modelName",
        /// Who made it.
        provider_name: option String = "providerName",
        /// What it reads.
        input_modalities: vec ModelModality = "inputModalities",
        /// What it makes.
        output_modalities: vec ModelModality = "outputModalities",
        /// Whether it can stream its answers.
        response_streaming_supported: option bool = "responseStreamingSupported",
        /// How it can be customized.
        customizations_supported: vec ModelCustomization = "customizationsSupported",
        /// How it can be run.
        inference_types_supported: vec InferenceType = "inferenceTypesSupported",
        /// Whether it is going to be withdrawn, and when.
        model_lifecycle: option FoundationModelLifecycle = "modelLifecycle",
    }

    /// Whether a model is going to be withdrawn, and when.
    pub struct FoundationModelLifecycle {
        /// Where it stands.
        status: FoundationModelLifecycleStatus = "status",
    } optional {
        /// When it came.
        start_of_life_time: option Timestamp = "startOfLifeTime",
        /// When it goes.
        end_of_life_time: option Timestamp = "endOfLifeTime",
        /// When it becomes a legacy model: it still runs, but it is time to look for another.
        legacy_time: option Timestamp = "legacyTime",
        /// When, as a legacy model, it is going to cost more.
        public_extended_access_time: option Timestamp = "publicExtendedAccessTime",
    }

    /// Whether an account has agreed to a model's terms.
    pub struct AgreementAvailability {
        /// Where the agreement stands.
        status: AgreementStatus = "status",
    } optional {
        /// What went wrong with it, where something did.
        error_message: option String = "errorMessage",
    }
}

open_enum! {
    /// Where a model stands in its life.
    pub enum FoundationModelLifecycleStatus {
        /// It is offered.
        Active = "ACTIVE",
        /// It still runs, and is going to be withdrawn.
        Legacy = "LEGACY",
    }

    /// What a model reads or makes.
    pub enum ModelModality {
        /// Text.
        Text = "TEXT",
        /// Images.
        Image = "IMAGE",
        /// Embeddings.
        Embedding = "EMBEDDING",
    }

    /// How a model can be customized.
    pub enum ModelCustomization {
        /// With examples of questions and answers.
        FineTuning = "FINE_TUNING",
        /// With more text to learn from.
        ContinuedPreTraining = "CONTINUED_PRE_TRAINING",
        /// With the answers of a larger model.
        Distillation = "DISTILLATION",
    }

    /// How a model can be run.
    pub enum InferenceType {
        /// By the token.
        OnDemand = "ON_DEMAND",
        /// With throughput that was bought beforehand.
        Provisioned = "PROVISIONED",
    }

    /// Where the agreement to a model's terms stands.
    pub enum AgreementStatus {
        /// It is in force.
        Available = "AVAILABLE",
        /// It is under way.
        Pending = "PENDING",
        /// There is none.
        NotAvailable = "NOT_AVAILABLE",
        /// It failed.
        Error = "ERROR",
    }

    /// Whether an account is authorized for a model.
    pub enum AuthorizationStatus {
        /// It is.
        Authorized = "AUTHORIZED",
        /// It is not.
        NotAuthorized = "NOT_AUTHORIZED",
    }

    /// Whether an account is entitled to a model.
    pub enum EntitlementAvailability {
        /// It is.
        Available = "AVAILABLE",
        /// It is not.
        NotAvailable = "NOT_AVAILABLE",
    }

    /// Whether a model is offered in a region.
    pub enum RegionAvailability {
        /// It is.
        Available = "AVAILABLE",
        /// It is not.
        NotAvailable = "NOT_AVAILABLE",
    }
}
