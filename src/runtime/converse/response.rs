//! The response of `Converse`.

use crate::runtime::{
    ContentBlock, ConversationRole, ConverseMetrics, ConverseOutput, ConverseTrace, Message, PerformanceConfiguration,
    ServiceTier, StopReason, TokenUsage, ToolUseBlock,
};
use crate::shape::{Document, structure};

structure! {
    /// What a model replied.
    pub struct ConverseResponse {
        /// The reply. A response without one has [`ConverseOutput::Unknown`] with an empty name.
        output: ConverseOutput = "output",
        /// Why the model stopped. Empty if the response does not say.
        stop_reason: StopReason = "stopReason",
    } optional {
        /// How many tokens it took. Always there, but where a stream ended after `messageStop` without saying.
        usage: option TokenUsage = "usage",
        /// How long it took. There when `usage` is.
        metrics: option ConverseMetrics = "metrics",
        /// The fields of the model's own answer that were asked for.
        additional_model_response_fields: option Document = "additionalModelResponseFields",
        /// What the guardrail and the prompt router did.
        trace: option ConverseTrace = "trace",
        /// Whether the model ran optimized for latency.
        performance_config: option PerformanceConfiguration = "performanceConfig",
        /// The service tier that processed the request.
        service_tier: option ServiceTier = "serviceTier",
    } with metadata
}

impl ConverseResponse {
    /// Returns the reply's message; `None` if the response has none, as when a guardrail stopped it, or if its output is of a kind
    /// that this crate does not know.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match &self.output {
            ConverseOutput::Message(message) => Some(message),
            ConverseOutput::Unknown { .. } => None,
        }
    }

    /// Returns the reply's message, to be pushed to the conversation.
    ///
    /// If there is no [`message`](Self::message), it is an assistant's message without content. Bedrock refuses a request that has such a
    /// message: where a guardrail can stop a reply, look at `stop_reason` or `message` first.
    #[must_use]
    pub fn into_message(self) -> Message {
        match self.output {
            ConverseOutput::Message(message) => message,
            ConverseOutput::Unknown { .. } => Message::new(ConversationRole::Assistant, Vec::<ContentBlock>::new()),
        }
    }

    /// Returns the text of the reply, its blocks joined; empty if there is no message.
    #[must_use]
    pub fn text(&self) -> String {
        self.message().map(Message::text).unwrap_or_default()
    }

    /// The tools that the model asks you to use.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUseBlock> {
        self.message().into_iter().flat_map(Message::tool_uses)
    }
}
