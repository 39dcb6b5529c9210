//! Blocks as they stream: how they begin, and what is added to them.

use crate::runtime::{
    CitationsDelta, ErrorBlock, ImageFormat, ImageSource, ReasoningContentBlockDelta, ToolResultStatus, ToolUseType,
};
use crate::shape::{Document, Payload, structure, union};

union! {
    /// What is known of a block before its content.
    pub enum ContentBlockStart {
        /// A call of a tool.
        ToolUse(ToolUseBlockStart) = "toolUse",
        /// What a tool answered that somebody else ran.
        ToolResult(ToolResultBlockStart) = "toolResult",
        /// An image.
        Image(ImageBlockStart) = "image",
    }

    /// More of a block's content.
    pub enum ContentBlockDelta {
        /// More text.
        Text(Payload<String>) = "text",
        /// More of a tool's input.
        ToolUse(ToolUseBlockDelta) = "toolUse",
        /// More of what a tool answered.
        ToolResult(Payload<Vec<ToolResultBlockDelta>>) = "toolResult",
        /// More reasoning.
        ReasoningContent(ReasoningContentBlockDelta) = "reasoningContent",
        /// More of what the block's text rests on.
        Citation(Box<CitationsDelta>) = "citation",
        /// More of an image.
        Image(Box<ImageBlockDelta>) = "image",
    }

    /// More of what a tool answered.
    pub enum ToolResultBlockDelta {
        /// More text.
        Text(Payload<String>) = "text",
        /// JSON.
        Json(Document) = "json" default Document::null(),
    }
}

structure! {
    /// A call of a tool begins.
    pub struct ToolUseBlockStart {
        /// What the result refers to.
        tool_use_id: String = "toolUseId",
        /// The tool's name.
        name: String = "name",
    } optional {
        /// Who runs the tool; nothing where you do.
        r#type: option ToolUseType = "type",
    }

    /// More of a tool's input.
    pub struct ToolUseBlockDelta {
        /// A piece of JSON text, cut anywhere; all pieces together are the input, and `{}` where they are empty.
        // A tool without arguments streams an empty piece, and may stream none.
        input: String = "input" default String::new(),
    }

    /// What a tool answered begins.
    pub struct ToolResultBlockStart {
        /// The call that it answers.
        tool_use_id: String = "toolUseId",
    } optional {
        /// What kind of tool it was.
        r#type: option String = "type",
        /// Whether the tool did what it was called for.
        status: option ToolResultStatus = "status",
    }

    /// An image begins.
    pub struct ImageBlockStart {
        /// How it is encoded.
        format: ImageFormat = "format",
    }

    /// More of an image.
    pub struct ImageBlockDelta {} optional {
        /// Its bytes, or where they come from.
        source: option ImageSource = "source",
        /// What went wrong with it.
        error: option ErrorBlock = "error",
    }
}

impl ContentBlockDelta {
    /// The text, where it is text of the answer.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}
