//! Reasoning: what a model thought before it answered.

use crate::shape::{Blob, Payload, structure, union};

union! {
    /// What a model thought before it answered.
    ///
    /// In the next request it goes back as it came, its signature included; a model that thinks may refuse a conversation
    /// without it. How much it may think, it is told in its own words:
    ///
    /// ```
    /// use bedrock_lite::runtime::{ContentBlock, ReasoningContentBlock};
    /// use bedrock_lite::{ConverseRequest, ConverseResponse, Message};
    /// use serde_json::json;
    ///
    /// let mut chat = ConverseRequest::new("us.anthropic.claude-sonnet-4-20250514-v1:0")
    ///     .message(Message::user("Is 221 prime?"))
    ///     // Tokens to think with are tokens of the answer: the budget is smaller than `max_tokens`.
    ///     .max_tokens(3000)
    ///     .additional_model_request_fields(json!({"thinking": {"type": "enabled", "budget_tokens": 2000}}));
    ///
    /// // let reply = client.converse(&chat).await?;
    /// # let reply: ConverseResponse = serde_json::from_value(json!({
    /// #     "output": {"message": {"role": "assistant", "content": [
    /// #         {"reasoningContent": {"reasoningText": {"text": "13 times 17 is 221.", "signature": "c2lnbmVk"}}},
    /// #         {"text": "No: it is 13 × 17."},
    /// #     ]}},
    /// #     "stopReason": "end_turn",
    /// # }))?;
    /// for block in &reply.message().unwrap().content {
    ///     if let ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(thought)) = block {
    ///         assert_eq!(thought.text, "13 times 17 is 221.");
    ///     }
    /// }
    /// assert_eq!(reply.text(), "No: it is 13 × 17.");
    ///
    /// chat.push(reply.into_message());
    /// chat.push(Message::user("And 223?"));
    /// let sent = serde_json::to_value(&chat)?;
    /// let signature = sent.pointer("/messages/1/content/0/reasoningContent/reasoningText/signature");
    /// assert_eq!(signature, Some(&json!("c2lnbmVk")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum ReasoningContentBlock {
        /// In words.
        ReasoningText(ReasoningTextBlock) = "reasoningText",
        /// Encrypted by the model's provider, for safety; the answer is none the worse for it.
        RedactedContent(Blob) = "redactedContent",
    } from {
        ReasoningTextBlock => ReasoningText,
    } sensitive true

    /// Reasoning as it streams.
    pub enum ReasoningContentBlockDelta {
        /// More words.
        Text(Payload<String>) = "text",
        /// More encrypted bytes.
        RedactedContent(Blob) = "redactedContent",
        /// The signature, after the words.
        Signature(Payload<String>) = "signature",
    } sensitive true
}

structure! {
    /// Reasoning in words.
    pub struct ReasoningTextBlock {
        /// The words. They may be empty where there is a signature, and go back even then.
        // A block that is a signature and nothing else may come without text, and is refused without it.
        text: String = "text" default String::new(),
    } optional {
        /// Shows that the model wrote the words; it goes back together with them, both unchanged.
        signature: option String = "signature",
    } sensitive { text, signature }
}
