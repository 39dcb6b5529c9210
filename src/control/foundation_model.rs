//! Foundation models: the ones that Bedrock offers, and what each of them can do.

use crate::shape::{Timestamp, open_enum, structure};

structure! {
    /// A foundation model, in a list of them.
    pub struct FoundationModelSummary {
        /// Its ARN.
        model_arn: String = "modelArn",
        /// Its id, which requests to run it name.
        model_id: String = "modelId",
    } optional {
        /// Its name, for people.
        model_name: one String = "modelName",
        /// Who made it.
        provider_name: one String = "providerName",
        /// What it reads.
        input_modalities: list ModelModality = "inputModalities",
        /// What it makes.
        output_modalities: list ModelModality = "outputModalities",
        /// Whether it can stream its answers.
        response_streaming_supported: one bool = "responseStreamingSupported",
        /// How it can be customized.
        customizations_supported: list ModelCustomization = "customizationsSupported",
        /// How it can be run.
        inference_types_supported: list InferenceType = "inferenceTypesSupported",
        /// Whether it is going to be withdrawn, and when.
        model_lifecycle: one FoundationModelLifecycle = "modelLifecycle",
    }

    /// A foundation model.
    pub struct FoundationModelDetails {
        /// Its ARN.
        model_arn: String = "modelArn",
        /// Its id, which requests to run it name.
        model_id: String = "modelId",
    } optional {
        /// Its name, for people.
        model_name: one String = "modelName",
        /// Who made it.
        provider_name: one String = "providerName",
        /// What it reads.
        input_modalities: list ModelModality = "inputModalities",
        /// What it makes.
        output_modalities: list ModelModality = "outputModalities",
        /// Whether it can stream its answers.
        response_streaming_supported: one bool = "responseStreamingSupported",
        /// How it can be customized.
        customizations_supported: list ModelCustomization = "customizationsSupported",
        /// How it can be run.
        inference_types_supported: list InferenceType = "inferenceTypesSupported",
        /// Whether it is going to be withdrawn, and when.
        model_lifecycle: one FoundationModelLifecycle = "modelLifecycle",
    }

    /// Whether a model is going to be withdrawn, and when.
    pub struct FoundationModelLifecycle {
        /// Where it stands.
        status: FoundationModelLifecycleStatus = "status",
    } optional {
        /// When it came.
        start_of_life_time: one Timestamp = "startOfLifeTime",
        /// When it goes.
        end_of_life_time: one Timestamp = "endOfLifeTime",
        /// When it becomes a legacy model: it still runs, but it is time to look for another.
        legacy_time: one Timestamp = "legacyTime",
        /// When, as a legacy model, it is going to cost more.
        public_extended_access_time: one Timestamp = "publicExtendedAccessTime",
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
}
