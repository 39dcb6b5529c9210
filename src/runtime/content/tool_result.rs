//! Results of tools.

use serde_json::Value;

use crate::runtime::{DocumentBlock, ImageBlock, SearchResultBlock, VideoBlock};
use crate::shape::{Blocks, Document, Payload, open_enum, single_block, structure, union};

open_enum! {
    /// Whether a tool succeeded. Only models of Anthropic and Amazon support it.
    pub enum ToolResultStatus {
        /// The tool succeeded.
        Success = "success",
        /// The tool failed.
        Error = "error",
    }
}

union! {
    /// A content block of a tool result.
    pub enum ToolResultContentBlock {
        /// A JSON value.
        Json(Document) = "json" default Document::null(),
        /// Text.
        Text(Payload<String>) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// A search result that the response can cite.
        SearchResult(SearchResultBlock) = "searchResult",
    } from {
        Document => Json,
        Value => Json,
        &Value => Json,
        &str => Text,
        &String => Text,
        String => Text,
        ImageBlock => Image,
        DocumentBlock => Document,
        VideoBlock => Video,
        SearchResultBlock => SearchResult,
    }
}

single_block!(ToolResultContentBlock);

structure! {
    /// The result of a tool, in a message of the user.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultBlock.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{Message, ToolResultBlock};
    /// use serde_json::json;
    ///
    /// let message = Message::user([
    ///     ToolResultBlock::success("tooluse_1", json!({"celsius": 21})),
    ///     ToolResultBlock::error("tooluse_2", "the city is unknown"),
    /// ]);
    /// ```
    pub struct ToolResultBlock {
        /// The ID of the tool call that this is the result of: the `tool_use_id` of its
        /// [`ToolUseBlock`](super::ToolUseBlock).
        tool_use_id: String = "toolUseId",
        /// The content of the result.
        content: Vec<ToolResultContentBlock> = "content" from Blocks<ToolResultContentBlock>,
    } optional {
        /// Whether the tool succeeded.
        status: option ToolResultStatus = "status",
        /// The type of the tool, if the service ran it.
        r#type: option String = "type",
    }
}

impl ToolResultBlock {
    /// Creates the result of a tool that succeeded: text, a JSON object, another block, or several
    /// blocks. Bedrock refuses JSON that is not an object: wrap a list, as in `{"rows": […]}`.
    #[must_use]
    pub fn success(tool_use_id: impl Into<String>, content: impl Into<Blocks<ToolResultContentBlock>>) -> Self {
        Self::new(tool_use_id, content).status(ToolResultStatus::Success)
    }

    /// Creates the result of a tool that failed. The content tells the model what went wrong.
    #[must_use]
    pub fn error(tool_use_id: impl Into<String>, content: impl Into<Blocks<ToolResultContentBlock>>) -> Self {
        Self::new(tool_use_id, content).status(ToolResultStatus::Error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn content_accepts_one_block_or_several() -> serde_json::Result<()> {
        let one = ToolResultBlock::success("1", json!([1]));
        assert_eq!(
            serde_json::to_value(&one)?,
            json!({"toolUseId": "1", "content": [{"json": [1]}], "status": "success"})
        );
        let several = ToolResultBlock::error("2", ["no", "and no again"]);
        assert_eq!(
            serde_json::to_value(&several)?,
            json!({"toolUseId": "2", "content": [{"text": "no"}, {"text": "and no again"}], "status": "error"})
        );
        Ok(())
    }
}
