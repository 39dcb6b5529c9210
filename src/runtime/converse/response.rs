//! The response of `Converse`.

use serde::de::DeserializeOwned;

use crate::error::{DecodeError, Error};
use crate::runtime::{
    ContentBlock, ConversationRole, ConverseMetrics, ConverseOutput, ConverseTrace, Message, PerformanceConfiguration,
    ServiceTier, StopReason, TokenUsage, ToolUseBlock,
};
use crate::shape::{Document, from_json, structure};

structure! {
    /// The response of a model to a conversation.
    ///
    /// AWS documentation:
    /// [`Converse`](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).
    pub struct ConverseResponse {
        /// The reply of the model. If the response has no reply, it is [`ConverseOutput::Unknown`]
        /// with an empty name.
        output: ConverseOutput = "output",
        /// Why the model stopped. Empty if the response does not contain it.
        stop_reason: StopReason = "stopReason",
    } optional {
        /// The tokens of the request and the response. Missing only if a stream ended after
        /// `messageStop` without `metadata`.
        usage: option TokenUsage = "usage",
        /// The latency of the call. Missing only if a stream ended after `messageStop` without
        /// `metadata`.
        metrics: option ConverseMetrics = "metrics",
        /// Fields of the model's native response, as requested with
        /// `additional_model_response_field_paths`.
        additional_model_response_fields: option Document = "additionalModelResponseFields",
        /// The trace of the guardrail and of the prompt router.
        trace: option ConverseTrace = "trace",
        /// Whether the model ran optimized for latency.
        performance_config: option PerformanceConfiguration = "performanceConfig",
        /// The service tier that processed the request.
        service_tier: option ServiceTier = "serviceTier",
    } with metadata
}

impl ConverseResponse {
    /// Returns the message of the reply.
    ///
    /// Returns `None` if the response has no message, such as after the intervention of a
    /// guardrail, or if the output is an unrecognized variant.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match &self.output {
            ConverseOutput::Message(message) => Some(message),
            ConverseOutput::Unknown { .. } => None,
        }
    }

    /// Returns the message of the reply, to be pushed to the conversation.
    ///
    /// If there is no [`message`](Self::message), this is an assistant message without content.
    /// Bedrock refuses a request that contains such a message. If a guardrail can block the reply,
    /// check `stop_reason` or `message` first.
    #[must_use]
    pub fn into_message(self) -> Message {
        match self.output {
            ConverseOutput::Message(message) => message,
            ConverseOutput::Unknown { .. } => Message::new(ConversationRole::Assistant, Vec::<ContentBlock>::new()),
        }
    }

    /// Returns the text blocks of the reply, joined. Empty if there is no message.
    #[must_use]
    pub fn text(&self) -> String {
        self.message().map(Message::text).unwrap_or_default()
    }

    /// Reads the [`text`](Self::text) of the reply as JSON into a custom type, or into a
    /// [`serde_json::Value`].
    ///
    /// Use it for structured output, which a request asks for with
    /// [`output_config`](super::ConverseRequest::output_config).
    ///
    /// - The text must be JSON and nothing else, apart from white space around it. A Markdown code
    ///   fence (` ```json `) is not removed: models write one if they are only asked for JSON in
    ///   the prompt.
    /// - The JSON is truncated if `stop_reason` is [`StopReason::MaxTokens`].
    ///
    /// ```
    /// use bedrock_lite::ConverseResponse;
    /// use serde::Deserialize;
    /// use serde_json::json;
    ///
    /// #[derive(Deserialize)]
    /// struct City {
    ///     city: String,
    /// }
    ///
    /// # let reply: ConverseResponse = serde_json::from_value(json!({
    /// #     "output": {"message": {
    /// #         "role": "assistant",
    /// #         "content": [{"text": "{\"city\": \"Paris\"}"}],
    /// #     }},
    /// #     "stopReason": "end_turn",
    /// # }))?;
    /// // let reply = client.converse(&request).await?;
    /// let city: City = reply.json()?;
    /// assert_eq!(city.city, "Paris");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the text is not JSON or does not fit the type. The error
    /// contains the path of the member that does not fit, the request ID and the status.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let (text, call) = (self.text(), self.metadata());
        from_json(text.as_bytes()).map_err(|error| {
            let error = DecodeError::new("JSON reply", text.as_bytes(), error);
            call.clean(error.with_call(call.status(), call.request_id(), call.attempts()).into())
        })
    }

    /// Returns the tool calls that need a result.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUseBlock> {
        self.message().into_iter().flat_map(Message::tool_uses)
    }
}

#[cfg(test)]
mod tests {
    use http::Response;
    use serde_json::{Value, json};

    use super::*;
    use crate::operation::FromResponse as _;

    fn reply(text: &str) -> Result<ConverseResponse, Error> {
        let body = json!({
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
        });
        let mut response = Response::new(body.to_string().into());
        response.headers_mut().insert("x-amzn-requestid", http::HeaderValue::from_static("rid-1"));
        ConverseResponse::from_response(response)
    }

    #[test]
    fn text_of_the_reply_is_read_as_json() -> Result<(), Error> {
        assert_eq!(reply(" {\"stars\": [4]}\n")?.json::<Value>()?, json!({"stars": [4]}));
        Ok(())
    }

    #[test]
    fn reply_of_another_type_is_an_error_with_path_and_request_id() -> Result<(), Error> {
        let Err(error) = reply("{\"stars\": [4, \"five\"]}")?.json::<std::collections::HashMap<String, Vec<u8>>>()
        else {
            panic!("no error")
        };
        let Error::Decode(decode) = &error else { panic!("{error}") };
        assert_eq!((decode.path(), decode.what()), ("stars[1]", "JSON reply"));
        assert_eq!(error.request_id(), Some("rid-1"));
        Ok(())
    }

    #[test]
    fn code_fence_around_json_is_not_removed() -> Result<(), Error> {
        let error = reply("```json\n{\"stars\": 4}\n```")?.json::<Value>();
        assert!(matches!(error, Err(Error::Decode(_))), "{error:?}");
        Ok(())
    }
}
