//! `Converse`: a conversation in, the model's whole reply out.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>

use super::{
    ContentBlock, ConversationRole, ConverseMetrics, ConverseOutput, ConverseTrace, GuardrailConfiguration,
    InferenceConfiguration, Message, OutputConfig, PerformanceConfiguration, PromptVariableValues, ServiceTier,
    StopReason, SystemContentBlock, TokenUsage, Tool, ToolChoice, ToolConfiguration, ToolUseBlock,
};
use crate::operation::operation;
use crate::shape::{Document, structure};

/// Declares the two requests that differ in their guardrail alone.
macro_rules! converse_request {
    ($(#[$meta:meta])* $name:ident, $guardrail:ty) => {
        structure! {
            $(#[$meta])*
            pub struct $name label {
                /// The model: an id, an inference profile's id, or an ARN.
                model_id = "modelId",
            } {
            } optional {
                /// The conversation, user and assistant in turn, beginning with the user.
                messages: list Message = "messages",
                /// Instructions and context that hold for the whole conversation.
                system: blocks SystemContentBlock = "system",
                /// How the model generates: length, temperature, top-p, stop sequences.
                inference_config: one InferenceConfiguration = "inferenceConfig",
                /// The tools that the model may ask you to use.
                tool_config: one ToolConfiguration = "toolConfig",
                /// The guardrail that watches the conversation.
                guardrail_config: one $guardrail = "guardrailConfig",
                /// The project that the request is counted and billed to: an ID or an ARN, 1 to 2,048 characters.
                project_identifier: one String = "projectIdentifier",
                /// Parameters that only this model has.
                additional_model_request_fields: one Document = "additionalModelRequestFields",
                /// The values of the variables of a prompt from Prompt management, whose ARN is then the model id.
                prompt_variables: map PromptVariableValues = "promptVariables",
                /// JSON Pointers to the fields of the model's own answer that the response shall have too. At most 10.
                additional_model_response_field_paths: list String = "additionalModelResponseFieldPaths",
                /// Key-value pairs for the invocation log. At most 16.
                request_metadata: map String = "requestMetadata",
                /// Whether the model runs optimized for latency.
                performance_config: one PerformanceConfiguration = "performanceConfig",
                /// The service tier that processes the request.
                service_tier: one ServiceTier = "serviceTier",
                /// The form of the answer, such as JSON by a schema.
                output_config: one OutputConfig = "outputConfig",
            } sensitive { prompt_variables, request_metadata }
        }

        impl $name {
            /// Adds a turn to the conversation.
            #[must_use]
            pub fn message(mut self, message: impl Into<Message>) -> Self {
                self.messages.push(message.into());
                self
            }

            /// Adds a turn to the conversation in place: the request is the conversation.
            pub fn push(&mut self, message: impl Into<Message>) {
                self.messages.push(message.into());
            }

            /// The most tokens that the model may generate.
            #[must_use]
            pub fn max_tokens(mut self, max_tokens: i32) -> Self {
                self.inference().max_tokens = Some(max_tokens);
                self
            }

            /// How freely the model chooses, 0 to 1: low for facts, high for variety.
            #[must_use]
            pub fn temperature(mut self, temperature: f64) -> Self {
                self.inference().temperature = Some(temperature);
                self
            }

            /// The share of the most likely tokens that the model chooses from, 0 to 1.
            #[must_use]
            pub fn top_p(mut self, top_p: f64) -> Self {
                self.inference().top_p = Some(top_p);
                self
            }

            /// Adds a text at which the model stops.
            #[must_use]
            pub fn stop_sequence(mut self, stop_sequence: impl Into<String>) -> Self {
                self.inference().stop_sequences.push(stop_sequence.into());
                self
            }

            /// Adds a tool that the model may ask you to use.
            #[must_use]
            pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
                self.tools().tools.push(tool.into());
                self
            }

            /// Whether the model may, must, or must by name use a tool.
            #[must_use]
            pub fn tool_choice(mut self, tool_choice: impl Into<ToolChoice>) -> Self {
                self.tools().tool_choice = Some(tool_choice.into());
                self
            }

            /// Checks the request for everything that Bedrock refuses with a 400.
            ///
            /// Nothing is sent and nothing is changed. Every rule is the service's own: hints, which hold for some
            /// models only, are in [`problems`](Self::problems). A request that passes may still be refused, because
            /// models have limits of their own.
            ///
            /// # Errors
            ///
            /// [`ValidationError`](crate::runtime::ValidationError) with every refusal.
            pub fn validate(&self) -> Result<(), $crate::runtime::ValidationError> {
                self.conversation().validate()
            }

            /// Returns everything that Bedrock or a model may refuse: the refusals of [`validate`](Self::validate), and
            /// hints.
            ///
            /// A hint holds for some models and not for others, such as two turns of the user in a row: recorded
            /// requests of that form got a 200 from Claude and Titan, and other models refuse them.
            /// [`ValidationProblem::severity`](crate::runtime::ValidationProblem::severity) says which of the two a
            /// problem is.
            #[must_use]
            pub fn problems(&self) -> Vec<$crate::runtime::ValidationProblem> {
                self.conversation().problems()
            }

            fn conversation(&self) -> $crate::runtime::validate::Conversation<'_> {
                let guardrail = self.guardrail_config.as_ref();
                $crate::runtime::validate::Conversation {
                    model_id: &self.model_id,
                    messages: &self.messages,
                    system: &self.system,
                    inference_config: self.inference_config.as_ref(),
                    tool_config: self.tool_config.as_ref(),
                    guardrail_identifier: guardrail.and_then(|guardrail| guardrail.guardrail_identifier.as_deref()),
                    guardrail_version: guardrail.and_then(|guardrail| guardrail.guardrail_version.as_deref()),
                    project_identifier: self.project_identifier.as_deref(),
                    request_fields: self.additional_model_request_fields.as_ref(),
                    prompt_variables: &self.prompt_variables,
                    response_field_paths: &self.additional_model_response_field_paths,
                    request_metadata: &self.request_metadata,
                    service_tier: self.service_tier.as_ref(),
                    output_config: self.output_config.as_ref(),
                }
            }

            fn inference(&mut self) -> &mut InferenceConfiguration {
                self.inference_config.get_or_insert_with(InferenceConfiguration::new)
            }

            fn tools(&mut self) -> &mut ToolConfiguration {
                self.tool_config.get_or_insert_with(|| ToolConfiguration::new(Vec::<Tool>::new()))
            }
        }
    };
}

pub(super) use converse_request;

converse_request! {
    /// A conversation and how the model shall continue it.
    ///
    /// The request *is* the conversation: push the reply's message and your next one, and send it again. It can be stored
    /// and read back as JSON: the body as it travels, and `modelId`. That is `serde_json`'s to do, and not from inside
    /// `#[serde(flatten)]` or an untagged enum (see [`Document`](crate::Document)); in another format, or there, store the
    /// JSON text.
    ///
    /// ```
    /// use bedrock_lite::{ConverseRequest, Message};
    ///
    /// let mut chat = ConverseRequest::new("amazon.nova-lite-v1:0").system("Answer in one sentence.").max_tokens(200);
    /// chat.push(Message::user("What is Python?"));
    /// let stored = serde_json::to_string(&chat)?;
    /// assert_eq!(serde_json::from_str::<ConverseRequest>(&stored)?, chat);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ConverseRequest, GuardrailConfiguration
}

operation! {
    Converse: BedrockRuntime POST "/model/{modelId}/converse"
        ConverseRequest -> ConverseResponse
        label { model_id = "modelId" }
        body {}
        model model_id;
}

structure! {
    /// What a model replied.
    pub struct ConverseResponse {
        /// The reply. A response without one has [`ConverseOutput::Unknown`] with an empty name.
        output: ConverseOutput = "output",
        /// Why the model stopped. Empty if the response does not say.
        stop_reason: StopReason = "stopReason",
    } optional {
        /// How many tokens it took. Always there, but where a stream ended after `messageStop` without saying.
        usage: one TokenUsage = "usage",
        /// How long it took. There when `usage` is.
        metrics: one ConverseMetrics = "metrics",
        /// The fields of the model's own answer that were asked for.
        additional_model_response_fields: one Document = "additionalModelResponseFields",
        /// What the guardrail and the prompt router did.
        trace: one ConverseTrace = "trace",
        /// Whether the model ran optimized for latency.
        performance_config: one PerformanceConfiguration = "performanceConfig",
        /// The service tier that processed the request.
        service_tier: one ServiceTier = "serviceTier",
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
