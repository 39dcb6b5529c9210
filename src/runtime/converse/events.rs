//! The events of a `ConverseStream` answer.

use crate::runtime::{
    ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseStreamMetrics, ConverseStreamTrace,
    PerformanceConfiguration, ServiceTier, StopReason, TokenUsage,
};
use crate::shape::{Document, structure};

structure! {
    /// The message begins.
    pub struct MessageStartEvent {
        /// Who speaks.
        role: ConversationRole = "role",
    } skip "p"

    /// A block begins. Blocks of text, reasoning and citations begin without this event, with their first delta.
    pub struct ContentBlockStartEvent {
        /// What is known of the block before its content.
        start: ContentBlockStart = "start",
        /// Which block of the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } skip "p"

    /// A block goes on.
    pub struct ContentBlockDeltaEvent {
        /// More of its content.
        delta: ContentBlockDelta = "delta",
        /// Which block of the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } skip "p"

    /// A block ends.
    pub struct ContentBlockStopEvent {
        /// Which block of the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } skip "p"

    /// The message ends. Without this event the answer was cut.
    pub struct MessageStopEvent {
        /// Why the model stopped.
        stop_reason: StopReason = "stopReason",
    } optional {
        /// What was asked for with `additionalModelResponseFieldPaths`.
        additional_model_response_fields: option Document = "additionalModelResponseFields",
    } skip "p"

    /// What the answer took; it comes after the end of the message.
    pub struct ConverseStreamMetadataEvent {} optional {
        /// The tokens. The service model requires them; a reply that is complete but for them is no less complete.
        usage: option TokenUsage = "usage",
        /// The time. The service model requires it.
        metrics: option ConverseStreamMetrics = "metrics",
        /// What went on while the request was served.
        trace: option ConverseStreamTrace = "trace",
        /// How fast it was served.
        performance_config: option PerformanceConfiguration = "performanceConfig",
        /// In which tier it was served.
        service_tier: option ServiceTier = "serviceTier",
    } skip "p"
}
