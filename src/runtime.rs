//! The operations and shapes of `bedrock-runtime`, under AWS's names.
//!
//! Every shape has its required members in `new` and a setter for each optional member. Its documentation shows the wire
//! names and values, so that a name from AWS's pages can be searched for.
//!
//! # Operations
//!
//! | operation | request | response |
//! |---|---|---|
//! | `Converse` | [`ConverseRequest`] | [`ConverseResponse`] |
//! | `ConverseStream` | [`ConverseStreamRequest`], or a `ConverseRequest` | events: [`ConverseStreamOutput`] |
//! | `InvokeModel` | [`InvokeModelRequest`] | [`InvokeModelResponse`] |
//! | `InvokeModelWithResponseStream` | [`InvokeModelWithResponseStreamRequest`] | events: [`ResponseStream`] |
//! | `CountTokens` | [`CountTokensRequest`] | [`CountTokensResponse`] |
//! | `ApplyGuardrail` | [`ApplyGuardrailRequest`] | [`ApplyGuardrailResponse`] |
//! | `InvokeGuardrailChecks` | [`InvokeGuardrailChecksRequest`] | [`InvokeGuardrailChecksResponse`] |
//! | `StartAsyncInvoke` | [`StartAsyncInvokeRequest`] | [`StartAsyncInvokeResponse`] |
//! | `GetAsyncInvoke` | [`GetAsyncInvokeRequest`] | [`GetAsyncInvokeResponse`] |
//! | `ListAsyncInvokes` | [`ListAsyncInvokesRequest`] | [`ListAsyncInvokesResponse`] |
//!
//! # Conversations
//!
//! A conversation is a list of messages with alternating roles: [`Message`], [`ConversationRole`], [`SystemContentBlock`].
//! A request also has [`InferenceConfiguration`], [`ToolConfiguration`], [`GuardrailConfiguration`], [`OutputConfig`] for
//! structured output, [`PerformanceConfiguration`] and [`ServiceTier`]. A response has a [`StopReason`], [`TokenUsage`],
//! [`ConverseMetrics`] and a [`ConverseTrace`]. [`ValidationError`] and [`ValidationProblem`] say what Bedrock would refuse.
//!
//! # Content blocks
//!
//! A message consists of [`ContentBlock`]s: text, [`ImageBlock`], [`DocumentBlock`], [`VideoBlock`], [`AudioBlock`],
//! [`ToolUseBlock`], [`ToolResultBlock`], [`ReasoningContentBlock`], [`CitationsContentBlock`], [`SearchResultBlock`] and
//! [`CachePointBlock`]. Large files can be in Amazon S3: [`S3Location`].
//!
//! # Tools
//!
//! A request describes tools ([`Tool`], [`ToolSpecification`], [`ToolInputSchema`], [`ToolChoice`]). The model requests one
//! with a [`ToolUseBlock`]. The next message of the user answers with a [`ToolResultBlock`].
//!
//! # Streams
//!
//! [`ConverseStreamDecoder`] reads events from bytes without I/O and accumulates them to a [`ConverseResponse`]. An event is a
//! [`ConverseStreamOutput`]; text and tool input arrive as [`ContentBlockDelta`]s. [`PartialResponse`] is what arrived before
//! an error.
//!
//! # Guardrails
//!
//! [`GuardrailAssessment`] and its parts say what a guardrail found: topics, content filters, words, sensitive information,
//! contextual grounding and automated reasoning. `InvokeGuardrailChecks` has shapes of its own, which begin with
//! `GuardrailChecks`.

mod async_invoke;
mod content;
mod converse;
mod event_frames;
mod guardrail;
mod guardrail_checks;
mod invoke_model;

pub use async_invoke::*;
pub use content::*;
pub use converse::*;
pub use guardrail::*;
pub use guardrail_checks::*;
pub use invoke_model::*;
