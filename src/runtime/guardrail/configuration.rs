//! Guardrails: which one a request uses, and which content it looks at.

use bytes::Bytes;

use crate::shape::{Blob, open_enum, structure, union};

structure! {
    /// The guardrail that a `Converse` request uses.
    ///
    /// It looks at the `guardContent` blocks of the messages, or at all of the messages where there is no such block.
    ///
    /// ```
    /// use bedrock_lite::runtime::{
    ///     GuardrailConfiguration, GuardrailConverseContentBlock, GuardrailConverseTextBlock, GuardrailTrace,
    /// };
    /// use bedrock_lite::{ConverseRequest, ConverseResponse, Message, StopReason};
    /// use serde_json::json;
    ///
    /// let guardrail = GuardrailConfiguration::new()
    ///     .guardrail_identifier("gr1a2b3c4d5e")
    ///     .guardrail_version("2")
    ///     .trace(GuardrailTrace::Enabled);
    /// let looked_at = GuardrailConverseTextBlock::new("Which shares shall I buy?");
    /// let request = ConverseRequest::new("amazon.nova-lite-v1:0")
    ///     .guardrail_config(guardrail)
    ///     .message(Message::user("Answer the customer:").block(GuardrailConverseContentBlock::from(looked_at)));
    /// let sent = serde_json::to_value(&request)?;
    /// assert_eq!(
    ///     sent["guardrailConfig"],
    ///     json!({"guardrailIdentifier": "gr1a2b3c4d5e", "guardrailVersion": "2", "trace": "enabled"})
    /// );
    /// assert_eq!(
    ///     sent["messages"][0]["content"][1],
    ///     json!({"guardContent": {"text": {"text": "Which shares shall I buy?"}}})
    /// );
    ///
    /// // let reply = client.converse(&request).await?;
    /// # let reply: ConverseResponse = serde_json::from_value(json!({
    /// #     "output": {"message": {"role": "assistant", "content": [{"text": "I give no advice on shares."}]}},
    /// #     "stopReason": "guardrail_intervened",
    /// #     "trace": {"guardrail": {"inputAssessment": {"gr1a2b3c4d5e": {"topicPolicy": {"topics": [
    /// #         {"name": "Investments", "type": "DENY", "action": "BLOCKED"},
    /// #     ]}}}}},
    /// # }))?;
    /// assert_eq!(reply.stop_reason, StopReason::GuardrailIntervened);
    /// let trace = reply.trace.and_then(|trace| trace.guardrail).unwrap().to_value().unwrap();
    /// let topic = trace.pointer("/inputAssessment/gr1a2b3c4d5e/topicPolicy/topics/0/name");
    /// assert_eq!(topic, Some(&json!("Investments")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct GuardrailConfiguration {} optional {
        /// The guardrail's id or ARN; at most 2,048 characters.
        guardrail_identifier: option String = "guardrailIdentifier",
        /// The guardrail's version: a number, or `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
        /// Whether the answer says what the guardrail found.
        trace: option GuardrailTrace = "trace",
    }

    /// The guardrail that a `ConverseStream` request uses.
    ///
    /// It looks at the `guardContent` blocks of the messages, or at all of the messages where there is no such block.
    pub struct GuardrailStreamConfiguration {} optional {
        /// The guardrail's id or ARN; at most 2,048 characters.
        guardrail_identifier: option String = "guardrailIdentifier",
        /// The guardrail's version: a number, or `DRAFT`.
        guardrail_version: option String = "guardrailVersion",
        /// Whether the answer says what the guardrail found.
        trace: option GuardrailTrace = "trace",
        /// Whether text waits for the guardrail.
        stream_processing_mode: option GuardrailStreamProcessingMode = "streamProcessingMode",
    }

    /// Text for the guardrail to look at.
    pub struct GuardrailConverseTextBlock {
        /// The text.
        text: String = "text",
    } optional {
        /// What the text is to the guardrail's check of grounding.
        qualifiers: vec GuardrailConverseContentQualifier = "qualifiers",
    }

    /// An image for the guardrail to look at.
    pub struct GuardrailConverseImageBlock {
        /// How it is encoded.
        format: GuardrailConverseImageFormat = "format",
        /// Its bytes.
        source: GuardrailConverseImageSource = "source",
    } sensitive { format, source }
}

union! {
    /// Content for the guardrail to look at.
    pub enum GuardrailConverseContentBlock {
        /// Text.
        Text(GuardrailConverseTextBlock) = "text",
        /// An image.
        Image(GuardrailConverseImageBlock) = "image",
    } from {
        GuardrailConverseTextBlock => Text,
        GuardrailConverseImageBlock => Image,
    }

    /// Where the bytes of an image for the guardrail come from. Bytes of any kind convert into it.
    pub enum GuardrailConverseImageSource {
        /// The bytes themselves.
        Bytes(Blob) = "bytes",
    } from {
        Blob => Bytes,
        Bytes => Bytes,
        Vec<u8> => Bytes,
        &'static [u8] => Bytes,
    } sensitive true
}

open_enum! {
    /// Whether the answer says what the guardrail found.
    pub enum GuardrailTrace {
        /// It does.
        Enabled = "enabled",
        /// It does not.
        Disabled = "disabled",
        /// It does, and says also what was looked at and let through.
        EnabledFull = "enabled_full",
    }

    /// Whether streamed text waits for the guardrail.
    pub enum GuardrailStreamProcessingMode {
        /// Text is held back until the guardrail has looked at it.
        Sync = "sync",
        /// Text comes as it is made; what the guardrail refuses may have been handed out by then.
        Async = "async",
    }

    /// What text is to a guardrail's check of grounding.
    pub enum GuardrailConverseContentQualifier {
        /// What the answer has to rest on.
        GroundingSource = "grounding_source",
        /// What was asked.
        Query = "query",
        /// What to look at.
        GuardContent = "guard_content",
    }

    /// How an image for the guardrail is encoded.
    pub enum GuardrailConverseImageFormat {
        /// PNG.
        Png = "png",
        /// JPEG.
        Jpeg = "jpeg",
    }
}
