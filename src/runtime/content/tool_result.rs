//! What a tool answered.

use serde_json::Value;

use crate::runtime::{DocumentBlock, ImageBlock, SearchResultBlock, VideoBlock};
use crate::shape::{Blocks, Document, Payload, open_enum, single_block, structure, union};

open_enum! {
    /// Whether a tool did what it was called for; for Anthropic's and Amazon's models.
    pub enum ToolResultStatus {
        /// It did.
        Success = "success",
        /// It did not.
        Error = "error",
    }
}

union! {
    /// A piece of what a tool answered.
    pub enum ToolResultContentBlock {
        /// JSON.
        Json(Document) = "json" default Document::null(),
        /// Text.
        Text(Payload<String>) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// A search result, for answers that cite it.
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
    /// What a tool answered; in a message of the user.
    ///
    /// ```
    /// use bedrock_lite::runtime::{Message, ToolResultBlock};
    /// use serde_json::json;
    ///
    /// let message = Message::user([
    ///     ToolResultBlock::success("tooluse_1", json!({"celsius": 21})),
    ///     ToolResultBlock::error("tooluse_2", "there is no such city"),
    /// ]);
    /// ```
    pub struct ToolResultBlock {
        /// The call that it answers, by its `tool_use_id`.
        tool_use_id: String = "toolUseId",
        /// The answer.
        content: Vec<ToolResultContentBlock> = "content" from Blocks<ToolResultContentBlock>,
    } optional {
        /// Whether the tool did what it was called for.
        status: option ToolResultStatus = "status",
        /// What kind of tool it was, where somebody else ran it.
        r#type: option String = "type",
    }
}

impl ToolResultBlock {
    /// What a tool answered that did what it was called for: text, JSON, another block, or several.
    #[must_use]
    pub fn success(tool_use_id: impl Into<String>, content: impl Into<Blocks<ToolResultContentBlock>>) -> Self {
        Self::new(tool_use_id, content).status(ToolResultStatus::Success)
    }

    /// What there is to say of a tool that failed, for the model to make the best of.
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
    fn content_is_one_block_or_several_of_any_kind() -> serde_json::Result<()> {
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
