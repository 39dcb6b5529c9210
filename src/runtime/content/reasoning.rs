//! Reasoning content of a model.

use crate::shape::{Blob, Payload, structure, union};

union! {
    /// The reasoning of a model before it generates its response.
    ///
    /// Send it back unchanged in the next request, with its signature. Some models refuse a
    /// conversation without it. The settings for reasoning differ between models:
    ///
    /// ```
    /// use bedrock_lite::runtime::{ContentBlock, ReasoningContentBlock};
    /// use bedrock_lite::{ConverseRequest, ConverseResponse, Message};
    /// use serde_json::json;
    ///
    /// let model = "us.anthropic.claude-sonnet-4-20250514-v1:0";
    /// // The budget must be smaller than `max_tokens`, because the tokens of
    /// // the reasoning count as output tokens.
    /// let thinking = json!({"type": "enabled", "budget_tokens": 2000});
    /// let mut chat = ConverseRequest::new(model)
    ///     .message(Message::user("Is 221 prime?"))
    ///     .max_tokens(3000)
    ///     .additional_model_request_fields(json!({"thinking": thinking}));
    ///
    /// // let reply = client.converse(&chat).await?;
    /// # let reply: ConverseResponse = serde_json::from_value(json!({
    /// #     "output": {"message": {"role": "assistant", "content": [
    /// #         {"reasoningContent": {"reasoningText": {
    /// #             "text": "13 times 17 is 221.",
    /// #             "signature": "c2lnbmVk",
    /// #         }}},
    /// #         {"text": "No: it is 13 × 17."},
    /// #     ]}},
    /// #     "stopReason": "end_turn",
    /// # }))?;
    /// for block in &reply.message().unwrap().content {
    ///     let ContentBlock::ReasoningContent(reasoning) = block else { continue };
    ///     if let ReasoningContentBlock::ReasoningText(block) = reasoning {
    ///         assert_eq!(block.text, "13 times 17 is 221.");
    ///     }
    /// }
    /// assert_eq!(reply.text(), "No: it is 13 × 17.");
    ///
    /// chat.push(reply.into_message());
    /// chat.push(Message::user("And 223?"));
    /// let sent = serde_json::to_value(&chat)?;
    /// let reasoning = &sent["messages"][1]["content"][0]["reasoningContent"];
    /// assert_eq!(reasoning["reasoningText"]["signature"], "c2lnbmVk");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum ReasoningContentBlock {
        /// Reasoning as text.
        ReasoningText(ReasoningTextBlock) = "reasoningText",
        /// Reasoning that the provider of the model encrypted for safety reasons. The encryption
        /// does not affect the quality of the response.
        RedactedContent(Blob) = "redactedContent",
    } from {
        ReasoningTextBlock => ReasoningText,
    } sensitive true

    /// A delta of reasoning content in a stream.
    pub enum ReasoningContentBlockDelta {
        /// Text to append to the reasoning.
        Text(Payload<String>) = "text",
        /// Encrypted bytes to append to the reasoning.
        RedactedContent(Blob) = "redactedContent",
        /// The signature of the reasoning. It comes after the text.
        Signature(Payload<String>) = "signature",
    } sensitive true
}

structure! {
    /// Reasoning as text, with its signature.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningTextBlock.html>
    pub struct ReasoningTextBlock {
        /// The text of the reasoning. It can be empty if there is a signature. Bedrock needs it in
        /// the next request even then.
        // A response may omit an empty text. A request without the member is refused.
        text: String = "text" default String::new(),
    } optional {
        /// A token that verifies that the model generated the text. Send the text and the signature
        /// back unmodified.
        signature: option String = "signature",
    } sensitive { text, signature }
}
