//! The starts and the deltas of streamed content blocks.

use crate::runtime::{
    CitationsDelta, ErrorBlock, ImageFormat, ImageSource, ReasoningContentBlockDelta, ToolResultStatus, ToolUseType,
};
use crate::shape::{Document, Payload, structure, union};

union! {
    /// The start of a content block: what is known before its content.
    pub enum ContentBlockStart {
        /// The start of a tool call.
        ToolUse(ToolUseBlockStart) = "toolUse",
        /// The start of the result of a tool that Bedrock or the model provider ran.
        ToolResult(ToolResultBlockStart) = "toolResult",
        /// The start of an image.
        Image(ImageBlockStart) = "image",
    }

    /// A delta: the next part of the content of a block.
    pub enum ContentBlockDelta {
        /// The next part of the text.
        Text(Payload<String>) = "text",
        /// The next part of the input of a tool call.
        ToolUse(ToolUseBlockDelta) = "toolUse",
        /// The next parts of the result of a tool.
        ToolResult(Payload<Vec<ToolResultBlockDelta>>) = "toolResult",
        /// The next part of the reasoning.
        ReasoningContent(ReasoningContentBlockDelta) = "reasoningContent",
        /// A citation: a source of the text of the block.
        Citation(Box<CitationsDelta>) = "citation",
        /// The next part of an image.
        Image(Box<ImageBlockDelta>) = "image",
    }

    /// The next part of the result of a tool.
    pub enum ToolResultBlockDelta {
        /// Text.
        Text(Payload<String>) = "text",
        /// JSON.
        Json(Document) = "json" default Document::null(),
    }
}

structure! {
    /// The start of a tool call.
    pub struct ToolUseBlockStart {
        /// The ID of the call. The tool result refers to it.
        tool_use_id: String = "toolUseId",
        /// The name of the tool.
        name: String = "name",
    } optional {
        /// The component that runs the tool. Not set if the caller runs it.
        r#type: option ToolUseType = "type",
    }

    /// The next part of the input of a tool call.
    pub struct ToolUseBlockDelta {
        /// A part of the JSON text of the input. The parts can be split anywhere, even inside a
        /// string. All parts together are the input. If they are empty, the input is `{}`.
        // A tool call without arguments has an empty delta or no delta.
        input: String = "input" default String::new(),
    }

    /// The start of a tool result.
    pub struct ToolResultBlockStart {
        /// The ID of the tool call.
        tool_use_id: String = "toolUseId",
    } optional {
        /// The type of the tool.
        r#type: option String = "type",
        /// Whether the tool succeeded.
        status: option ToolResultStatus = "status",
    }

    /// The start of an image.
    pub struct ImageBlockStart {
        /// The format of the image.
        format: ImageFormat = "format",
    }

    /// The next part of an image.
    pub struct ImageBlockDelta {} optional {
        /// The next bytes of the image, or its location.
        source: option ImageSource = "source",
        /// The error that occurred while the image was generated.
        error: option ErrorBlock = "error",
    }
}

impl ContentBlockDelta {
    /// Returns the text of a [`Text`](Self::Text) delta. Returns `None` for reasoning and all other
    /// deltas.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}
