//! How a model is to be run: sampling, latency, tier.

use crate::shape::{open_enum, structure};

structure! {
    /// The inference parameters that all models share; the others go into `additionalModelRequestFields`.
    ///
    /// What is not set is what the model makes it.
    pub struct InferenceConfiguration {} optional {
        /// The most tokens to generate, at least 1.
        max_tokens: exact i32 = "maxTokens",
        /// How much chance there is in the choice of a token, 0 to 1.
        temperature: number f64 = "temperature",
        /// How much of the probability the candidates for a token share, most likely first, 0 to 1.
        top_p: number f64 = "topP",
        /// Texts that end the answer as soon as the model writes one of them; at most 2,500, none empty.
        stop_sequences: vec String = "stopSequences",
    }

    /// How fast a request is served. A [`PerformanceConfigLatency`] converts into it.
    pub struct PerformanceConfiguration {} optional {
        /// How fast.
        latency: option PerformanceConfigLatency = "latency",
    }

    /// In which tier a request is served. A [`ServiceTierType`] converts into it.
    ///
    /// ```
    /// use bedrock_lite::runtime::ServiceTierType;
    /// use bedrock_lite::{ConverseRequest, ConverseResponse};
    /// use serde_json::json;
    ///
    /// let request = ConverseRequest::new("amazon.nova-lite-v1:0").service_tier(ServiceTierType::Flex);
    /// assert_eq!(serde_json::to_value(&request)?["serviceTier"], json!({"type": "flex"}));
    ///
    /// // The answer says in which it was served. A tier that is newer than this crate is read, and written, all the same.
    /// let reply: ConverseResponse = serde_json::from_value(json!({
    ///     "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    ///     "stopReason": "end_turn",
    ///     "serviceTier": {"type": "turbo"},
    /// }))?;
    /// assert_eq!(reply.service_tier.map(|tier| tier.r#type), Some(ServiceTierType::from("turbo")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ServiceTier {
        /// Which tier.
        r#type: ServiceTierType = "type",
    }
}

open_enum! {
    /// How fast a request is served.
    pub enum PerformanceConfigLatency {
        /// As usual.
        Standard = "standard",
        /// Faster, for the models that have such a version.
        Optimized = "optimized",
    }

    /// In which tier a request is served; tiers differ in price and in who goes first.
    pub enum ServiceTierType {
        /// Before the others.
        Priority = "priority",
        /// As usual.
        Default = "default",
        /// When there is room.
        Flex = "flex",
        /// In capacity set aside for you.
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
