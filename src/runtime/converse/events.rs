//! The events of a `ConverseStream` response.

use crate::runtime::{
    ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseStreamMetrics, ConverseStreamTrace,
    PerformanceConfiguration, ServiceTier, StopReason, TokenUsage,
};
use crate::shape::{Document, structure};

structure! {
    /// The event `messageStart`: the message begins.
    pub struct MessageStartEvent {
        /// The role of the message, usually `assistant`.
        role: ConversationRole = "role",
    } skip "p"

    /// The event `contentBlockStart`: a content block begins.
    ///
    /// Blocks of text, reasoning and citations have no such event. They begin with their first
    /// delta.
    pub struct ContentBlockStartEvent {
        /// What is known of the block before its content.
        start: ContentBlockStart = "start",
        /// The index of the block in the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } skip "p"

    /// The event `contentBlockDelta`: the next part of a content block.
    pub struct ContentBlockDeltaEvent {
        /// The next part of the content.
        delta: ContentBlockDelta = "delta",
        /// The index of the block in the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } skip "p"

    /// The event `contentBlockStop`: a content block is complete.
    pub struct ContentBlockStopEvent {
        /// The index of the block in the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } skip "p"

    /// The event `messageStop`: the message is complete. A stream without this event is truncated.
    pub struct MessageStopEvent {
        /// Why the model stopped.
        stop_reason: StopReason = "stopReason",
    } optional {
        /// Fields of the model's native response, as requested with
        /// `additional_model_response_field_paths`.
        additional_model_response_fields: option Document = "additionalModelResponseFields",
    } skip "p"

    /// The event `metadata`: tokens and latency. It follows `messageStop`.
    pub struct ConverseStreamMetadataEvent {} optional {
        /// The tokens of the request and the response. Required in the service model. Optional
        /// here, because a reply is complete without them.
        usage: option TokenUsage = "usage",
        /// The latency. Required in the service model.
        metrics: option ConverseStreamMetrics = "metrics",
        /// The trace of the guardrail and of the prompt router.
        trace: option ConverseStreamTrace = "trace",
        /// Whether the model ran optimized for latency.
        performance_config: option PerformanceConfiguration = "performanceConfig",
        /// The service tier that processed the request.
        service_tier: option ServiceTier = "serviceTier",
    } skip "p"
}
