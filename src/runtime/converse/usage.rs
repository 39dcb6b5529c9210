//! What an answer took: tokens and time.

use crate::runtime::CacheDetail;
use crate::shape::structure;

structure! {
    /// The tokens that a request took.
    ///
    /// With a cache the prompt is counted in three parts, and `input_tokens` is only what the cache had nothing to do with:
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
    ///     "cacheDetails": [{"ttl": "1h", "inputTokens": 300}, {"ttl": "5m", "inputTokens": 50}],
    /// }))?;
    /// assert_eq!(usage.total_input(), 12 + 4000 + 350);
    /// assert_eq!(usage.total_input() + i64::from(usage.output_tokens), i64::from(usage.total_tokens));
    /// let written: i32 = usage.cache_details.iter().map(|detail| detail.input_tokens).sum();
    /// assert_eq!(usage.cache_write_input_tokens, Some(written));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct TokenUsage {
        /// Tokens of the prompt; for most models without those that the cache gave or took, see
        /// [`total_input`](Self::total_input).
        input_tokens: i32 = "inputTokens",
        /// Tokens of the answer.
        output_tokens: i32 = "outputTokens",
        /// All tokens, as Bedrock counts them. 0 if the response does not say: the sum is not made up, because models differ in what they
        /// count as input.
        total_tokens: i32 = "totalTokens",
    } optional {
        /// Tokens of the prompt that came from the cache.
        cache_read_input_tokens: number i32 = "cacheReadInputTokens",
        /// Tokens of the prompt that were written to the cache.
        cache_write_input_tokens: number i32 = "cacheWriteInputTokens",
        /// The tokens that were written to the cache, by how long they live, longest first.
        cache_details: vec CacheDetail = "cacheDetails",
    }

    /// The time that an answer took.
    pub struct ConverseMetrics {
        /// Milliseconds.
        latency_ms: i64 = "latencyMs",
    }

    /// The time that a streamed answer took.
    pub struct ConverseStreamMetrics {
        /// Milliseconds.
        latency_ms: i64 = "latencyMs",
    }
}

impl TokenUsage {
    /// The tokens of the whole prompt: those of `input_tokens`, those read from the cache and those written to it.
    ///
    /// For most models `input_tokens` is only what the cache had nothing to do with. Streams of some models that are
    /// neither Anthropic's nor Amazon's have been seen to count cached tokens in `input_tokens` as well; there this number
    /// is too high, and nothing in the answer says so.
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
    fn the_whole_prompt_is_what_the_cache_had_and_what_it_had_not() {
        let usage = TokenUsage::new(3, 5, 8);
        assert_eq!(usage.total_input(), 3);
        assert_eq!(usage.cache_read_input_tokens(4000).cache_write_input_tokens(20).total_input(), 4023);
    }
}
