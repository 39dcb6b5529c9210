//! `CountTokens`: counts the tokens of a request without running the model.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html>

use crate::operation::operation;
use crate::runtime::{
    ConverseRequest, ConverseStreamRequest, InvokeModelRequest, Message, SystemContentBlock, ToolConfiguration,
};
use crate::shape::{Blob, Document, structure, union};

structure! {
    /// The request of `CountTokens`.
    ///
    /// AWS documentation:
    /// [`CountTokens`](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html).
    ///
    /// ```
    /// use bedrock_lite::runtime::CountTokensRequest;
    /// use bedrock_lite::{ConverseRequest, Message};
    ///
    /// let chat =
    ///     ConverseRequest::new("anthropic.claude-haiku-4-5-20251001-v1:0")
    ///         .message(Message::user("Hello"));
    /// let request = CountTokensRequest::new(&*chat.model_id, &chat);
    /// ```
    pub struct CountTokensRequest path {
        /// The model: the ID or the ARN of a foundation model, at most 256 characters. Models count
        /// differently.
        model_id = "modelId",
    } {
        /// The request whose tokens are counted.
        input: CountTokensInput = "input",
    }

    /// The response of `CountTokens`.
    pub struct CountTokensResponse {
        /// The tokens of the prompt.
        input_tokens: i32 = "inputTokens",
    } with metadata

    /// The parts of a `Converse` request that consist of tokens.
    pub struct ConverseTokensRequest {} optional {
        /// The messages of the conversation.
        messages: vec Message = "messages",
        /// System prompts: instructions and context for the whole conversation.
        system: blocks SystemContentBlock = "system",
        /// The tools that the model may request.
        tool_config: option ToolConfiguration = "toolConfig",
        /// Model-specific parameters.
        additional_model_request_fields: option Document = "additionalModelRequestFields",
    }

    /// The part of an `InvokeModel` request that consists of tokens.
    pub struct InvokeModelTokensRequest {
        /// The request in the model's native format. At most 25,000,000 bytes.
        body: Blob = "body",
    }
}

union! {
    /// A request whose tokens are counted. `&ConverseRequest`, `&ConverseStreamRequest` and
    /// `&InvokeModelRequest` convert into it.
    pub enum CountTokensInput {
        /// A request in the model's native format.
        InvokeModel(InvokeModelTokensRequest) = "invokeModel",
        /// A `Converse` request.
        Converse(ConverseTokensRequest) = "converse",
    } from {
        InvokeModelTokensRequest => InvokeModel,
        &InvokeModelRequest => InvokeModel,
        ConverseTokensRequest => Converse,
        &ConverseRequest => Converse,
        &ConverseStreamRequest => Converse,
    }
}

impl From<&InvokeModelRequest> for InvokeModelTokensRequest {
    fn from(request: &InvokeModelRequest) -> Self {
        Self::new(request.body.clone())
    }
}

/// Implements the conversion of a conversation to the parts that are counted.
macro_rules! from_conversation {
    ($($request:ty),+) => {$(
        impl From<&$request> for ConverseTokensRequest {
            fn from(request: &$request) -> Self {
                let mut counted = Self::new();
                counted.messages.clone_from(&request.messages);
                counted.system.clone_from(&request.system);
                counted.tool_config.clone_from(&request.tool_config);
                counted.additional_model_request_fields.clone_from(&request.additional_model_request_fields);
                counted
            }
        }
    )+};
}

from_conversation!(ConverseRequest, ConverseStreamRequest);

operation! {
    CountTokens: BedrockRuntime POST "/model/{modelId}/count-tokens"
        CountTokensRequest -> CountTokensResponse
        path { model_id = "modelId" }
        body {}
        model model_id;
}
