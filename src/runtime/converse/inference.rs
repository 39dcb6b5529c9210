//! Parameters of inference: sampling, latency, service tier.

use crate::shape::{open_enum, structure};

structure! {
    /// The inference parameters that are common to all models.
    ///
    /// Model-specific parameters go into `additional_model_request_fields`. The defaults depend on
    /// the model.
    ///
    /// AWS documentation:
    /// [`InferenceConfiguration`](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html).
    pub struct InferenceConfiguration {} optional {
        /// The maximum number of tokens to generate, at least 1.
        max_tokens: exact i32 = "maxTokens",
        /// The randomness of the choice of tokens, 0 to 1. Low values suit facts, high values give
        /// variety.
        temperature: number f64 = "temperature",
        /// The share of the most likely tokens to choose from, 0 to 1.
        top_p: number f64 = "topP",
        /// Texts at which the model stops. At most 2,500, none of them empty.
        stop_sequences: vec String = "stopSequences",
    }

    /// The performance settings of a request. A [`PerformanceConfigLatency`] converts into it.
    pub struct PerformanceConfiguration {} optional {
        /// Whether the model runs optimized for latency. Defaults to `standard`.
        latency: option PerformanceConfigLatency = "latency",
    }

    /// The service tier of a request. A [`ServiceTierType`] converts into it.
    ///
    /// ```
    /// use bedrock_lite::runtime::ServiceTierType;
    /// use bedrock_lite::{ConverseRequest, ConverseResponse};
    /// use serde_json::json;
    ///
    /// let request = ConverseRequest::new("amazon.nova-lite-v1:0")
    ///     .service_tier(ServiceTierType::Flex);
    /// let written = serde_json::to_value(&request)?;
    /// assert_eq!(written["serviceTier"], json!({"type": "flex"}));
    ///
    /// // The response contains the tier that processed the request. A tier
    /// // that this version of the crate does not know is kept.
    /// let reply: ConverseResponse = serde_json::from_value(json!({
    ///     "output": {"message": {
    ///         "role": "assistant",
    ///         "content": [{"text": "Hello"}],
    ///     }},
    ///     "stopReason": "end_turn",
    ///     "serviceTier": {"type": "turbo"},
    /// }))?;
    /// let tier = reply.service_tier.map(|tier| tier.r#type);
    /// assert_eq!(tier, Some(ServiceTierType::from("turbo")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ServiceTier {
        /// The tier.
        r#type: ServiceTierType = "type",
    }
}

open_enum! {
    /// The latency mode of a model.
    pub enum PerformanceConfigLatency {
        /// The model runs with standard latency.
        Standard = "standard",
        /// The model runs optimized for latency. Not all models support this.
        Optimized = "optimized",
    }

    /// The service tiers. They differ in price and in priority.
    pub enum ServiceTierType {
        /// The request is processed before those of the other tiers, at a higher price.
        Priority = "priority",
        /// The request is processed with standard priority and price.
        Default = "default",
        /// The request is processed when capacity is available, at a lower price.
        Flex = "flex",
        /// The request is processed with capacity that is reserved for the account.
        Reserved = "reserved",
    }
}

impl From<PerformanceConfigLatency> for PerformanceConfiguration {
    fn from(latency: PerformanceConfigLatency) -> Self {
        Self::new().latency(latency)
    }
}

impl From<ServiceTierType> for ServiceTier {
    fn from(tier: ServiceTierType) -> Self {
        Self::new(tier)
    }
}
