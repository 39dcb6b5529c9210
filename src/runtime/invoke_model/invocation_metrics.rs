//! What Bedrock says of an invocation beside the model's own answer: in headers, or in the last chunk of a stream.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::runtime::{InvokeModelResponse, PayloadPart};
use crate::shape::{Document, from_json, structure};

structure! {
    /// What an invocation took, as Bedrock puts it into the last chunk of a stream: `amazon-bedrock-invocationMetrics`.
    ///
    /// No published model names this shape; recorded streams have it.
    pub struct InvocationMetrics {} optional {
        /// Tokens of the prompt; for most models without those that the cache gave or took.
        input_token_count: number i64 = "inputTokenCount",
        /// Tokens of the answer.
        output_token_count: number i64 = "outputTokenCount",
        /// Tokens of the prompt that came from the cache.
        cache_read_input_token_count: number i64 = "cacheReadInputTokenCount",
        /// Tokens of the prompt that were written to the cache.
        cache_write_input_token_count: number i64 = "cacheWriteInputTokenCount",
        /// Milliseconds to the end of the answer.
        invocation_latency: number i64 = "invocationLatency",
        /// Milliseconds to its first byte.
        first_byte_latency: number i64 = "firstByteLatency",
    }
}

const MEMBER: &str = "amazon-bedrock-invocationMetrics";

impl InvocationMetrics {
    /// The metrics in a chunk; `None` where it has none, or none that can be read: the chunk itself is the model's affair.
    pub(super) fn of_chunk(chunk: &PayloadPart) -> Option<Self> {
        let bytes = chunk.bytes.as_ref()?.as_bytes();
        // Every chunk comes by here and one of them has it: only that one is parsed.
        if !bytes.windows(MEMBER.len()).any(|window| window == MEMBER.as_bytes()) {
            return None;
        }
        let chunk: BTreeMap<String, Document> = from_json(bytes).ok()?;
        chunk.get(MEMBER)?.read().ok()
    }
}

/// What Bedrock counted, in headers that no published model names; each of them may be missing.
impl InvokeModelResponse {
    /// Tokens of the prompt (`x-amzn-bedrock-input-token-count`); for most models without those that the cache gave or
    /// took.
    #[must_use]
    pub fn input_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-input-token-count")
    }

    /// Tokens of the answer (`x-amzn-bedrock-output-token-count`).
    #[must_use]
    pub fn output_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-output-token-count")
    }

    /// Tokens of the prompt that came from the cache (`x-amzn-bedrock-cache-read-input-token-count`).
    #[must_use]
    pub fn cache_read_input_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-cache-read-input-token-count")
    }

    /// Tokens of the prompt that were written to the cache (`x-amzn-bedrock-cache-write-input-token-count`).
    #[must_use]
    pub fn cache_write_input_token_count(&self) -> Option<i64> {
        self.count("x-amzn-bedrock-cache-write-input-token-count")
    }

    /// How long the model took (`x-amzn-bedrock-invocation-latency`), to the millisecond.
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
    fn the_last_chunk_has_them() {
        let last = br#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":4,"outputTokenCount":9,"invocationLatency":17,"firstByteLatency":5,"new":[]}}"#;
        let metrics = of(last);
        assert_eq!(metrics.as_ref().and_then(|metrics| metrics.output_token_count), Some(9));
        assert!(metrics.is_some_and(|metrics| metrics.unknown().get("new").is_some()));
    }

    #[test]
    fn text_that_speaks_of_them_has_none() {
        assert_eq!(of(br#"{"text":"\"amazon-bedrock-invocationMetrics\""}"#), None);
        assert_eq!(of(br#"{"text":"a"}"#), None);
        assert_eq!(of(br#"{"amazon-bedrock-invocationMetrics":"none"}"#), None);
        assert_eq!(of(b"\"amazon-bedrock-invocationMetrics\""), None);
        assert_eq!(InvocationMetrics::of_chunk(&PayloadPart::new()), None);
    }
}
