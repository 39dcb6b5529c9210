//! Tokens and latency of a response.

use crate::runtime::CacheDetail;
use crate::shape::structure;

structure! {
    /// The tokens of a request and its response.
    ///
    /// With prompt caching the prompt is counted in three parts. `input_tokens` is then only the
    /// part that was neither read from nor written to the cache:
    ///
    /// ```
    /// use bedrock_lite::TokenUsage;
    /// use serde_json::json;
    ///
    /// let usage: TokenUsage = serde_json::from_value(json!({
    ///     "inputTokens": 12,
    ///     "cacheReadInputTokens": 4000,
    ///     "cacheWriteInputTokens": 350,
    ///     "outputTokens": 90,
    ///     "totalTokens": 4452,
    ///     "cacheDetails": [
    ///         {"ttl": "1h", "inputTokens": 300},
    ///         {"ttl": "5m", "inputTokens": 50},
    ///     ],
    /// }))?;
    /// assert_eq!(usage.total_input(), 12 + 4000 + 350);
    /// assert_eq!(
    ///     usage.total_input() + i64::from(usage.output_tokens),
    ///     i64::from(usage.total_tokens)
    /// );
    /// let written: i32 =
    ///     usage.cache_details.iter().map(|detail| detail.input_tokens).sum();
    /// assert_eq!(usage.cache_write_input_tokens, Some(written));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct TokenUsage {
        /// The tokens of the prompt. For most models without the tokens that were read from or
        /// written to the cache: see [`total_input`](Self::total_input).
        input_tokens: i32 = "inputTokens",
        /// The tokens of the response.
        output_tokens: i32 = "outputTokens",
        /// All tokens, as counted by Bedrock. 0 if the response does not contain it. It is not
        /// computed as a sum, because models count the input differently.
        total_tokens: i32 = "totalTokens",
    } optional {
        /// The tokens of the prompt that were read from the cache.
        cache_read_input_tokens: number i32 = "cacheReadInputTokens",
        /// The tokens of the prompt that were written to the cache.
        cache_write_input_tokens: number i32 = "cacheWriteInputTokens",
        /// The tokens that were written to the cache, one entry per lifetime, longest first.
        cache_details: vec CacheDetail = "cacheDetails",
    }

    /// The latency of a response.
    pub struct ConverseMetrics {
        /// The latency of the call, in milliseconds.
        latency_ms: i64 = "latencyMs",
    }

    /// The latency of a streamed response.
    pub struct ConverseStreamMetrics {
        /// The latency of the call, in milliseconds.
        latency_ms: i64 = "latencyMs",
    }
}

impl TokenUsage {
    /// Returns the tokens of the whole prompt: the sum of `input_tokens`, `cache_read_input_tokens`
    /// and `cache_write_input_tokens`.
    ///
    /// The sum is too high for models that also count cached tokens in `input_tokens`. Some models
    /// that are neither Anthropic's nor Amazon's do this in streams. The response does not contain
    /// which of the two counts it uses.
    #[must_use]
    pub fn total_input(&self) -> i64 {
        [Some(self.input_tokens), self.cache_read_input_tokens, self.cache_write_input_tokens]
            .into_iter()
            .flatten()
            .map(i64::from)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_input_includes_cached_tokens() {
        let usage = TokenUsage::new(3, 5, 8);
        assert_eq!(usage.total_input(), 3);
        assert_eq!(usage.cache_read_input_tokens(4000).cache_write_input_tokens(20).total_input(), 4023);
    }
}
