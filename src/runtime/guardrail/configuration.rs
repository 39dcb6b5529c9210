//! The configuration of guardrails in a request, and the content that they assess.

use bytes::Bytes;

use crate::shape::{Blob, open_enum, structure, union};

structure! {
    /// The guardrail of a `Converse` request.
    ///
    /// The guardrail assesses the `guardContent` blocks of the messages. Without such a block, it
    /// assesses all messages.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailConfiguration.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{
    ///     GuardrailConfiguration, GuardrailConverseContentBlock,
    ///     GuardrailConverseTextBlock, GuardrailTrace,
    /// };
    /// use bedrock_lite::{ConverseRequest, ConverseResponse, Message, StopReason};
    /// use serde_json::json;
    ///
    /// let guardrail = GuardrailConfiguration::new()
    ///     .guardrail_identifier("gr1a2b3c4d5e")
    ///     .guardrail_version("2")
    ///     .trace(GuardrailTrace::Enabled);
    /// let question = GuardrailConverseTextBlock::new("Which shares shall I buy?");
    /// let message = Message::user("Answer the customer:")
    ///     .block(GuardrailConverseContentBlock::from(question));
    /// let request = ConverseRequest::new("amazon.nova-lite-v1:0")
    ///     .guardrail_config(guardrail)
    ///     .message(message);
    /// let sent = serde_json::to_value(&request)?;
    /// assert_eq!(
    ///     sent["guardrailConfig"],
    ///     json!({
    ///         "guardrailIdentifier": "gr1a2b3c4d5e",
    ///         "guardrailVersion": "2",
    ///         "trace": "enabled",
    ///     })
    /// );
    /// assert_eq!(
    ///     sent["messages"][0]["content"][1],
    ///     json!({"guardContent": {"text": {"text": "Which shares shall I buy?"}}})
    /// );
    ///
    /// // let reply = client.converse(&request).await?;
    /// # let reply: ConverseResponse = serde_json::from_value(json!({
    /// #     "output": {"message": {
    /// #         "role": "assistant",
    /// #         "content": [{"text": "I give no advice on shares."}],
    /// #     }},
    /// #     "stopReason": "guardrail_intervened",
    /// #     "trace": {"guardrail": {"inputAssessment": {"gr1a2b3c4d5e": {
    /// #         "topicPolicy": {"topics": [
    /// #             {"name": "Investments", "type": "DENY", "action": "BLOCKED"},
    /// #         ]},
    /// #     }}}},
    /// # }))?;
    /// assert_eq!(reply.stop_reason, StopReason::GuardrailIntervened);
    /// let trace = reply.trace.unwrap().guardrail.unwrap();
    /// let trace = trace.to_value().unwrap();
    /// let topics =
    ///     &trace["inputAssessment"]["gr1a2b3c4d5e"]["topicPolicy"]["topics"];
    /// assert_eq!(topics[0]["name"], "Investments");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct GuardrailConfiguration {} optional {
        /// The guardrail: an ID or an ARN. At most 2,048 characters.
        guardrail_identifier: option String = "guardrailIdentifier",
        /// The version of the guardrail: a number, or `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
        /// Whether the response has the trace of the guardrail.
        trace: option GuardrailTrace = "trace",
    }

    /// The guardrail of a `ConverseStream` request.
    ///
    /// The guardrail assesses the `guardContent` blocks of the messages. Without such a block, it
    /// assesses all messages.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailStreamConfiguration.html>
    pub struct GuardrailStreamConfiguration {} optional {
        /// The guardrail: an ID or an ARN. At most 2,048 characters.
        guardrail_identifier: option String = "guardrailIdentifier",
        /// The version of the guardrail: a number, or `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
        /// Whether the stream has the trace of the guardrail.
        trace: option GuardrailTrace = "trace",
        /// Whether the stream waits for the guardrail.
        stream_processing_mode: option GuardrailStreamProcessingMode = "streamProcessingMode",
    }

    /// Text in a message for the guardrail to assess.
    pub struct GuardrailConverseTextBlock {
        /// The text to assess.
        text: String = "text",
    } optional {
        /// The role of the text in the contextual grounding check.
        qualifiers: vec GuardrailConverseContentQualifier = "qualifiers",
    }

    /// An image in a message for the guardrail to assess.
    pub struct GuardrailConverseImageBlock {
        /// The format of the image.
        format: GuardrailConverseImageFormat = "format",
        /// The source of the image.
        source: GuardrailConverseImageSource = "source",
    } sensitive { format, source }
}

union! {
    /// Content in a message for the guardrail to assess.
    pub enum GuardrailConverseContentBlock {
        /// Text to assess.
        Text(GuardrailConverseTextBlock) = "text",
        /// An image to assess.
        Image(GuardrailConverseImageBlock) = "image",
    } from {
        GuardrailConverseTextBlock => Text,
        GuardrailConverseImageBlock => Image,
    }

    /// The source of an image to assess. `Vec<u8>`, [`Bytes`] and [`Blob`] convert into it.
    pub enum GuardrailConverseImageSource {
        /// The bytes of the image.
        Bytes(Blob) = "bytes",
    } from {
        Blob => Bytes,
        Bytes => Bytes,
        Vec<u8> => Bytes,
        &'static [u8] => Bytes,
    } sensitive true
}

open_enum! {
    /// Whether a response has the trace of the guardrail.
    pub enum GuardrailTrace {
        /// The response has the trace.
        Enabled = "enabled",
        /// The response has no trace.
        Disabled = "disabled",
        /// The response has the trace, including the content that was assessed without a finding.
        EnabledFull = "enabled_full",
    }

    /// Whether streamed text waits for the guardrail.
    pub enum GuardrailStreamProcessingMode {
        /// Bedrock buffers text until the guardrail has assessed it.
        Sync = "sync",
        /// Bedrock sends text at once. The client may receive content before the guardrail blocks
        /// it.
        Async = "async",
    }

    /// The role of text in the contextual grounding check of a guardrail.
    pub enum GuardrailConverseContentQualifier {
        /// The text is a source that the response must be based on.
        GroundingSource = "grounding_source",
        /// The text is the question of the user.
        Query = "query",
        /// The text is the content to check.
        GuardContent = "guard_content",
    }

    /// The format of an image to assess.
    pub enum GuardrailConverseImageFormat {
        /// A PNG image.
        Png = "png",
        /// A JPEG image.
        Jpeg = "jpeg",
    }
}
