//! Token counts and latencies of an invocation, which Bedrock adds to the model's response: in
//! headers, or in the last chunk of a stream.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::runtime::{InvokeModelResponse, PayloadPart};
use crate::shape::{Document, from_json, structure};

structure! {
    /// Token counts and latencies of a streamed invocation.
    ///
    /// Bedrock adds them to the last chunk of the stream as the member
    /// `amazon-bedrock-invocationMetrics`. The published service models do not contain this shape;
    /// recorded streams do.
    pub struct InvocationMetrics {} optional {
        /// The tokens of the prompt. For most models without the tokens that were read from or
        /// written to the cache.
        input_token_count: number i64 = "inputTokenCount",
        /// The tokens of the response.
        output_token_count: number i64 = "outputTokenCount",
        /// The tokens of the prompt that were read from the cache.
        cache_read_input_token_count: number i64 = "cacheReadInputTokenCount",
        /// The tokens of the prompt that were written to the cache.
        cache_write_input_token_count: number i64 = "cacheWriteInputTokenCount",
        /// The time to the end of the response, in milliseconds.
        invocation_latency: number i64 = "invocationLatency",
        /// The time to the first byte of the response, in milliseconds.
        first_byte_latency: number i64 = "firstByteLatency",
    }
}

const MEMBER: &str = "amazon-bedrock-invocationMetrics";

impl InvocationMetrics {
    /// Returns the metrics in a chunk, or `None` if it has no readable metrics.
    ///
    /// A chunk that cannot be read is not an error, because its format is defined by the model.
    pub(super) fn of_chunk(chunk: &PayloadPart) -> Option<Self> {
        let bytes = chunk.bytes.as_ref()?.as_bytes();
        // Only the last chunk has metrics. The search avoids parsing all the others.
        if !bytes.windows(MEMBER.len()).any(|window| window == MEMBER.as_bytes()) {
            return None;
        }
        let chunk: BTreeMap<String, Document> = from_json(bytes).ok()?;
        chunk.get(MEMBER)?.read().ok()
    }
}

/// Token counts and latency, from headers that the published service models do not list. Each of
/// them may be missing.
impl InvokeModelResponse {
    /// Returns the tokens of the prompt (`x-amzn-bedrock-input-token-count`).
    ///
    /// For most models without the tokens that were read from or written to the cache.
    #[must_use]
    pub fn input_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-input-token-count")
    }

    /// Returns the tokens of the response (`x-amzn-bedrock-output-token-count`).
    #[must_use]
    pub fn output_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-output-token-count")
    }

    /// Returns the tokens of the prompt that were read from the cache
    /// (`x-amzn-bedrock-cache-read-input-token-count`).
    #[must_use]
    pub fn cache_read_input_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-cache-read-input-token-count")
    }

    /// Returns the tokens of the prompt that were written to the cache
    /// (`x-amzn-bedrock-cache-write-input-token-count`).
    #[must_use]
    pub fn cache_write_input_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-cache-write-input-token-count")
    }

    /// Returns the time that the model took (`x-amzn-bedrock-invocation-latency`), with a
    /// resolution of 1 ms.
    #[must_use]
    pub fn invocation_latency(&self) -> Option<Duration> {
        let milliseconds = self.metadata().header("x-amzn-bedrock-invocation-latency")?;
        milliseconds.trim().parse().ok().map(Duration::from_millis)
    }

    fn count(&self, header: &str) -> Option<i64> {
        self.metadata().header(header)?.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(chunk: &'static [u8]) -> Option<InvocationMetrics> {
        InvocationMetrics::of_chunk(&PayloadPart::new().bytes(chunk))
    }

    #[test]
    fn metrics_are_read_from_the_last_chunk() {
        let last = br#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":4,"outputTokenCount":9,"invocationLatency":17,"firstByteLatency":5,"new":[]}}"#;
        let metrics = of(last);
        assert_eq!(metrics.as_ref().and_then(|metrics| metrics.output_token_count), Some(9));
        assert!(metrics.is_some_and(|metrics| metrics.unknown().get("new").is_some()));
    }

    #[test]
    fn chunk_without_readable_metrics_has_none() {
        assert_eq!(of(br#"{"text":"\"amazon-bedrock-invocationMetrics\""}"#), None);
        assert_eq!(of(br#"{"text":"a"}"#), None);
        assert_eq!(of(br#"{"amazon-bedrock-invocationMetrics":"none"}"#), None);
        assert_eq!(of(b"\"amazon-bedrock-invocationMetrics\""), None);
        assert_eq!(InvocationMetrics::of_chunk(&PayloadPart::new()), None);
    }
}
