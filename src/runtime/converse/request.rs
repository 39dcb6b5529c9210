//! The request of `Converse`.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>

use crate::operation::operation;
use crate::runtime::{
    ConverseResponse, GuardrailConfiguration, InferenceConfiguration, Message, OutputConfig, PerformanceConfiguration,
    PromptVariableValues, ServiceTier, SystemContentBlock, Tool, ToolChoice, ToolConfiguration,
};
use crate::shape::{Document, structure};

/// Declares the two requests that differ in their guardrail alone.
macro_rules! converse_request {
    ($(#[$meta:meta])* $name:ident, $guardrail:ty) => {
        structure! {
            $(#[$meta])*
            pub struct $name path {
                /// The model: an id, an inference profile's id, or an ARN.
                model_id = "modelId",
            } {
            } optional {
                /// The conversation, user and assistant in turn, beginning with the user.
                messages: vec Message = "messages",
                /// Instructions and context that hold for the whole conversation.
                system: blocks SystemContentBlock = "system",
                /// How the model generates: length, temperature, top-p, stop sequences.
                inference_config: option InferenceConfiguration = "inferenceConfig",
                /// The tools that the model may ask you to use.
                tool_config: option ToolConfiguration = "toolConfig",
                /// The guardrail that watches the conversation.
                guardrail_config: option $guardrail = "guardrailConfig",
                /// The project that the request is counted and billed to: an ID or an ARN, 1 to 2,048 characters.
                project_identifier: option String = "projectIdentifier",
                /// Parameters that only this model has.
                additional_model_request_fields: option Document = "additionalModelRequestFields",
                /// The values of the variables of a prompt from Prompt management, whose ARN is then the model id.
                prompt_variables: map PromptVariableValues = "promptVariables",
                /// JSON Pointers to the fields of the model's own answer that the response shall have too. At most 10.
                additional_model_response_field_paths: vec String = "additionalModelResponseFieldPaths",
                /// Key-value pairs for the invocation log. At most 16.
                request_metadata: map String = "requestMetadata",
                /// Whether the model runs optimized for latency.
                performance_config: option PerformanceConfiguration = "performanceConfig",
                /// The service tier that processes the request.
                service_tier: option ServiceTier = "serviceTier",
                /// The form of the answer, such as JSON by a schema.
                output_config: option OutputConfig = "outputConfig",
            } sensitive { prompt_variables, request_metadata }
        }

        impl $name {
            /// Adds a message to the conversation.
            #[must_use]
            pub fn message(mut self, message: impl Into<Message>) -> Self {
                self.messages.push(message.into());
                self
            }

            /// Adds a message to the conversation in place, such as the reply of the model.
            pub fn push(&mut self, message: impl Into<Message>) {
                self.messages.push(message.into());
            }

            /// Sets the maximum number of tokens to generate, in [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn max_tokens(mut self, max_tokens: impl $crate::shape::Number<i32>) -> Self {
                self.inference().max_tokens = Some(max_tokens.into_number());
                self
            }

            /// Sets the temperature, 0 to 1, in [`inference_config`](Self#structfield.inference_config). Low values suit
            /// facts, high values give variety.
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

            /// Adds a text at which the model stops, to [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn stop_sequence(mut self, stop_sequence: impl Into<String>) -> Self {
                self.inference().stop_sequences.push(stop_sequence.into());
                self
            }

            /// Replaces the texts at which the model stops, in [`inference_config`](Self#structfield.inference_config).
            #[must_use]
            pub fn stop_sequences<I: IntoIterator<Item: Into<String>>>(mut self, stop_sequences: I) -> Self {
                self.inference().stop_sequences = stop_sequences.into_iter().map(Into::into).collect();
                self
            }

            /// Adds a tool that the model may request, to [`tool_config`](Self#structfield.tool_config).
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
            /// Keeps the other parameters, unless the document that is there is not a JSON object.
            ///
            /// ```
            /// use bedrock_lite::ConverseRequest;
            /// use serde_json::json;
            ///
            /// let chat = ConverseRequest::new("us.anthropic.claude-sonnet-4-20250514-v1:0")
            ///     .additional_model_request_field("top_k", json!(200))
            ///     .additional_model_request_field(
            ///         "thinking",
            ///         json!({"type": "enabled", "budget_tokens": 2048}),
            ///     );
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
        path { model_id = "modelId" }
        body {}
        model model_id;
}
