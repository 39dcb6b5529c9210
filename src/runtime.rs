//! The operations and shapes of `bedrock-runtime`, under AWS's names.
//!
//! Every shape has a function `new` that takes the required members, and one setter per optional
//! member. Its documentation contains the wire names and values, so that a search for a name from
//! the AWS documentation finds it.
//!
//! AWS documentation:
//! [Amazon Bedrock Runtime](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html).
//!
//! # Operations
//!
//! | operation | request | response |
//! |---|---|---|
//! | `Converse` | [`ConverseRequest`] | [`ConverseResponse`] |
//! | `ConverseStream` | [`ConverseStreamRequest`], or a `ConverseRequest` | events: [`ConverseStreamOutput`] |
//! | `InvokeModel` | [`InvokeModelRequest`] | [`InvokeModelResponse`] |
//! | `InvokeModelWithResponseStream` | [`InvokeModelWithResponseStreamRequest`], or an `InvokeModelRequest` | events: [`ResponseStream`] |
//! | `CountTokens` | [`CountTokensRequest`] | [`CountTokensResponse`] |
//! | `ApplyGuardrail` | [`ApplyGuardrailRequest`] | [`ApplyGuardrailResponse`] |
//! | `InvokeGuardrailChecks` | [`InvokeGuardrailChecksRequest`] | [`InvokeGuardrailChecksResponse`] |
//! | `StartAsyncInvoke` | [`StartAsyncInvokeRequest`] | [`StartAsyncInvokeResponse`] |
//! | `GetAsyncInvoke` | [`GetAsyncInvokeRequest`] | [`GetAsyncInvokeResponse`] |
//! | `ListAsyncInvokes` | [`ListAsyncInvokesRequest`] | [`ListAsyncInvokesResponse`] |
//!
//! # Conversations
//!
//! A conversation is a list of messages with alternating roles: [`Message`], [`ConversationRole`],
//! [`SystemContentBlock`]. A request also has [`InferenceConfiguration`], [`ToolConfiguration`],
//! [`GuardrailConfiguration`], [`OutputConfig`] for structured output, [`PerformanceConfiguration`]
//! and [`ServiceTier`]. A response has a [`StopReason`], [`TokenUsage`], [`ConverseMetrics`] and a
//! [`ConverseTrace`]. [`ValidationError`] and [`ValidationProblem`] contain the problems for which
//! Bedrock would refuse a request.
//!
//! # Content blocks
//!
//! A message consists of [`ContentBlock`]s: text, [`ImageBlock`], [`DocumentBlock`],
//! [`VideoBlock`], [`AudioBlock`], [`ToolUseBlock`], [`ToolResultBlock`],
//! [`ReasoningContentBlock`], [`CitationsContentBlock`], [`SearchResultBlock`] and
//! [`CachePointBlock`]. Large files can be in Amazon S3: [`S3Location`].
//!
//! # Tools
//!
//! A request describes tools ([`Tool`], [`ToolSpecification`], [`ToolInputSchema`],
//! [`ToolChoice`]). The model requests one with a [`ToolUseBlock`]. The next message of the user
//! contains the [`ToolResultBlock`].
//!
//! # Streams
//!
//! [`ConverseStreamDecoder`] reads events from bytes without I/O and accumulates them to a
//! [`ConverseResponse`]. An event is a [`ConverseStreamOutput`]. Text and tool input arrive as
//! [`ContentBlockDelta`]s. A [`PartialResponse`] is the content that arrived before an error. For
//! tests, [`ConverseStreamDecoder::from_events`] creates a stream from JSON.
//!
//! # Guardrails
//!
//! [`GuardrailAssessment`] and its parts are the findings of a guardrail: topics, content filters,
//! words, sensitive information, contextual grounding and automated reasoning. The names of the
//! shapes of `InvokeGuardrailChecks` begin with `GuardrailChecks`.

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
