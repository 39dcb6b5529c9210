//! The request of `Converse`.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>

use crate::operation::operation;
use crate::runtime::{
    ConverseResponse, GuardrailConfiguration, InferenceConfiguration, Message, OutputConfig, PerformanceConfiguration,
    PromptVariableValues, ServiceTier, SystemContentBlock, Tool, ToolChoice, ToolConfiguration,
};
use crate::shape::{Document, structure};

/// Declares one of the two requests. They differ only in the type of their guardrail configuration.
macro_rules! converse_request {
    ($(#[$meta:meta])* $name:ident, $guardrail:ty) => {
        structure! {
            $(#[$meta])*
            pub struct $name path {
                /// The model: a model ID, the ID of an inference profile, or an ARN. 1 to 2,048
                /// characters.
                model_id = "modelId",
            } {
            } optional {
                /// The messages of the conversation, with the roles user and assistant in turn.
                /// Most models require that the user begins.
                messages: vec Message = "messages",
                /// System prompts: instructions and context for the whole conversation.
                system: blocks SystemContentBlock = "system",
                /// Inference parameters: maximum tokens, temperature, top-p, stop sequences.
                ///
                /// The setter also replaces what `max_tokens`, `temperature`, `top_p` and
                /// `stop_sequence` have set.
                inference_config: option InferenceConfiguration = "inferenceConfig",
                /// The tools that the model may request, and its choice of them.
                ///
                /// The setter also replaces what `tool` and `tool_choice` have set.
                tool_config: option ToolConfiguration = "toolConfig",
                /// The guardrail that checks the conversation.
                guardrail_config: option $guardrail = "guardrailConfig",
                /// The project that the request is billed to: an ID or an ARN, 1 to 2,048
                /// characters.
                project_identifier: option String = "projectIdentifier",
                /// Model-specific parameters, as a JSON object.
                ///
                /// The setter also replaces what `additional_model_request_field` has set.
                additional_model_request_fields: option Document = "additionalModelRequestFields",
                /// The variables of a prompt from Prompt management. The ARN of the prompt is then
                /// the model ID.
                prompt_variables: map PromptVariableValues = "promptVariables",
                /// JSON Pointers to fields of the model's native response that Bedrock adds to the
                /// response. At most 10.
                additional_model_response_field_paths: vec String = "additionalModelResponseFieldPaths",
                /// Key-value pairs for the invocation log. At most 16, with keys and values of at
                /// most 256 characters.
                request_metadata: map String = "requestMetadata",
                /// Whether the model runs optimized for latency.
                performance_config: option PerformanceConfiguration = "performanceConfig",
                /// The service tier that processes the request.
                service_tier: option ServiceTier = "serviceTier",
                /// The format of the reply, such as JSON that fits a schema, and the effort of the
                /// model.
                output_config: option OutputConfig = "outputConfig",
            } sensitive { prompt_variables, request_metadata }
        }

        impl $name {
            /// Adds a message to the conversation, such as `Message::user("Hello")`.
            #[must_use]
            pub fn message(mut self, message: impl Into<Message>) -> Self {
                self.messages.push(message.into());
                self
            }

            /// Adds a message to the conversation in place, such as the reply of the model.
            pub fn push(&mut self, message: impl Into<Message>) {
                self.messages.push(message.into());
            }

            /// Sets the maximum number of tokens to generate, at least 1, in
            /// [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn max_tokens(mut self, max_tokens: impl $crate::shape::Number<i32>) -> Self {
                self.inference().max_tokens = Some(max_tokens.into_number());
                self
            }

            /// Sets the temperature, 0 to 1, in
            /// [`inference_config`](Self#structfield.inference_config). Low values suit facts, high
            /// values give variety.
            #[must_use]
            pub fn temperature(mut self, temperature: impl $crate::shape::Number<f64>) -> Self {
                self.inference().temperature = Some(temperature.into_number());
                self
            }

            /// Sets the share of the most likely tokens to choose from, 0 to 1, in
            /// [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn top_p(mut self, top_p: impl $crate::shape::Number<f64>) -> Self {
                self.inference().top_p = Some(top_p.into_number());
                self
            }

            /// Adds a text at which the model stops, to
            /// [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn stop_sequence(mut self, stop_sequence: impl Into<String>) -> Self {
                self.inference().stop_sequences.push(stop_sequence.into());
                self
            }

            /// Replaces the texts at which the model stops, in
            /// [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn stop_sequences<I: IntoIterator<Item: Into<String>>>(mut self, stop_sequences: I) -> Self {
                self.inference().stop_sequences = stop_sequences.into_iter().map(Into::into).collect();
                self
            }

            /// Adds a tool that the model may request, to
            /// [`tool_config`](Self#structfield.tool_config).
            #[must_use]
            pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
                self.tools().tools.push(tool.into());
                self
            }

            /// Sets whether the model may use a tool, must use one, or must use a certain one, in
            /// [`tool_config`](Self#structfield.tool_config).
            #[must_use]
            pub fn tool_choice(mut self, tool_choice: impl Into<ToolChoice>) -> Self {
                self.tools().tool_choice = Some(tool_choice.into());
                self
            }

            /// Sets one model-specific parameter, in
            /// [`additional_model_request_fields`](Self#structfield.additional_model_request_fields).
            ///
            /// Keeps the other parameters. If the current document is not a JSON object, it is
            /// replaced.
            ///
            /// ```
            /// use bedrock_lite::ConverseRequest;
            /// use serde_json::json;
            ///
            /// let thinking = json!({"type": "enabled", "budget_tokens": 2048});
            /// let chat =
            ///     ConverseRequest::new("us.anthropic.claude-sonnet-4-20250514-v1:0")
            ///         .additional_model_request_field("top_k", 200)
            ///         .additional_model_request_field("thinking", thinking);
            /// ```
            #[must_use]
            pub fn additional_model_request_field(
                mut self,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                let fields = self.additional_model_request_fields.take().and_then(|fields| fields.to_value().ok());
                let mut fields = match fields {
                    Some(serde_json::Value::Object(fields)) => fields,
                    _ => serde_json::Map::new(),
                };
                fields.insert(name.into(), value.into());
                self.additional_model_request_fields = Some(serde_json::Value::Object(fields).into());
                self
            }

            /// Checks the request for problems that Bedrock refuses with a 400, for every model.
            ///
            /// Performs no I/O and does not change the request. [`problems`](Self::problems) also
            /// returns hints, which apply to some models only. A request that passes can still be
            /// refused, because models have additional limits.
            ///
            /// # Errors
            ///
            /// Returns a [`ValidationError`](crate::runtime::ValidationError) with all refusals.
            pub fn validate(&self) -> Result<(), $crate::runtime::ValidationError> {
                self.conversation().validate()
            }

            /// Returns all problems of the request: the refusals of [`validate`](Self::validate),
            /// and hints.
            ///
            /// A hint is a problem for some models and not for others. An example is two
            /// consecutive user messages: Claude and Titan accept them, other models refuse them.
            /// [`ValidationProblem::severity`](crate::runtime::ValidationProblem::severity)
            /// distinguishes refusals and hints.
            #[must_use]
            pub fn problems(&self) -> Vec<$crate::runtime::ValidationProblem> {
                self.conversation().problems()
            }

            fn conversation(&self) -> $crate::runtime::converse::validate::Conversation<'_> {
                let guardrail = self.guardrail_config.as_ref();
                $crate::runtime::converse::validate::Conversation {
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
    /// A conversation, and how the model should continue it.
    ///
    /// The request is also the state of the conversation. To continue, push the message of the
    /// reply and the next message of the user, and send the request again.
    ///
    /// A request can be stored as JSON and read back. The JSON is the body that is sent, with the
    /// additional member `modelId`. Use `serde_json`, and do not put the request into
    /// `#[serde(flatten)]` or an untagged enum (see [`Document`](crate::Document)). To store it
    /// there or in another format, store the JSON text.
    ///
    /// AWS documentation:
    /// [`Converse`](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).
    ///
    /// ```
    /// use bedrock_lite::{ConverseRequest, Message};
    ///
    /// let mut chat = ConverseRequest::new("amazon.nova-lite-v1:0")
    ///     .system("Answer in one sentence.")
    ///     .max_tokens(200);
    /// chat.push(Message::user("What is Python?"));
    ///
    /// let stored = serde_json::to_string(&chat)?;
    /// assert_eq!(serde_json::from_str::<ConverseRequest>(&stored)?, chat);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ConverseRequest, GuardrailConfiguration
}

operation! {
    Converse: BedrockRuntime POST "/model/{modelId}/converse"
        ConverseRequest -> ConverseResponse
        path { model_id = "modelId" }
        body {}
        model model_id;
}
