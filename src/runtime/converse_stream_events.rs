//! The events of a `ConverseStream` answer.

use super::{
    ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseStreamMetrics, ConverseStreamTrace,
    PerformanceConfiguration, ServiceTier, StopReason, TokenUsage,
};
use crate::shape::{Document, structure};

structure! {
    /// The message begins.
    pub struct MessageStartEvent {
        /// Who speaks.
        role: ConversationRole = "role",
    } ignored "p"

    /// A block begins. Blocks of text, reasoning and citations begin without this event, with their first delta.
    pub struct ContentBlockStartEvent {
        /// What is known of the block before its content.
        start: ContentBlockStart = "start",
        /// Which block of the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } ignored "p"

    /// A block goes on.
    pub struct ContentBlockDeltaEvent {
        /// More of its content.
        delta: ContentBlockDelta = "delta",
        /// Which block of the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } ignored "p"

    /// A block ends.
    pub struct ContentBlockStopEvent {
        /// Which block of the message, from 0.
        content_block_index: i32 = "contentBlockIndex" read exact,
    } ignored "p"

    /// The message ends. Without this event the answer was cut.
    pub struct MessageStopEvent {
        /// Why the model stopped.
        stop_reason: StopReason = "stopReason",
    } optional {
        /// What was asked for with `additionalModelResponseFieldPaths`.
        additional_model_response_fields: one Document = "additionalModelResponseFields",
    } ignored "p"

    /// What the answer took; it comes after the end of the message.
    pub struct ConverseStreamMetadataEvent {} optional {
        /// The tokens. The service model requires them; a reply that is complete but for them is no less complete.
        usage: one TokenUsage = "usage",
        /// The time. The service model requires it.
        metrics: one ConverseStreamMetrics = "metrics",
        /// What went on while the request was served.
        trace: one ConverseStreamTrace = "trace",
        /// How fast it was served.
        performance_config: one PerformanceConfiguration = "performanceConfig",
        /// In which tier it was served.
        service_tier: one ServiceTier = "serviceTier",
    } ignored "p"
}
