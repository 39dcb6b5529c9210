//! `CountTokens`: how many tokens a request would take, without its being run.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html>

use crate::operation::operation;
use crate::runtime::{
    ConverseRequest, ConverseStreamRequest, InvokeModelRequest, Message, SystemContentBlock, ToolConfiguration,
};
use crate::shape::{Blob, Document, structure, union};

structure! {
    /// A request to count the tokens of.
    ///
    /// ```
    /// use bedrock_lite::runtime::CountTokensRequest;
    /// use bedrock_lite::{ConverseRequest, Message};
    ///
    /// let chat = ConverseRequest::new("anthropic.claude-haiku-4-5-20251001-v1:0").message(Message::user("Hello"));
    /// let request = CountTokensRequest::new(&*chat.model_id, &chat);
    /// ```
    pub struct CountTokensRequest path {
        /// The model: an id or an ARN of a foundation model, at most 256 characters; each model counts its own way.
        model_id = "modelId",
    } {
        /// The request.
        input: CountTokensInput = "input",
    }

    /// How many tokens a request would take.
    pub struct CountTokensResponse {
        /// Tokens of the prompt.
        input_tokens: i32 = "inputTokens",
    } with metadata

    /// The parts of a `Converse` request that take tokens.
    pub struct ConverseTokensRequest {} optional {
        /// The conversation.
        messages: vec Message = "messages",
        /// Instructions and context that hold for the whole conversation.
        system: blocks SystemContentBlock = "system",
        /// The tools that the model may ask you to use.
        tool_config: option ToolConfiguration = "toolConfig",
        /// Parameters that only this model has.
        additional_model_request_fields: option Document = "additionalModelRequestFields",
    }

    /// The part of an `InvokeModel` request that takes tokens.
    pub struct InvokeModelTokensRequest {
        /// The body that the model's own API takes. At most 25,000,000 bytes.
        body: Blob = "body",
    }
}

union! {
    /// A request to count the tokens of. The requests themselves convert into it.
    pub enum CountTokensInput {
        /// A request in the form of the model's own API.
        InvokeModel(InvokeModelTokensRequest) = "invokeModel",
        /// A conversation.
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

/// Takes the parts that count out of a conversation.
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
