//! Messages and their content blocks.

use crate::runtime::{
    AudioBlock, CachePointBlock, CitationGeneratedContent, CitationsContentBlock, DocumentBlock,
    GuardrailConverseContentBlock, ImageBlock, ReasoningContentBlock, ReasoningTextBlock, SearchResultBlock,
    ToolAdditionBlock, ToolRemovalBlock, ToolResultBlock, ToolUseBlock, VideoBlock,
};
use crate::shape::{Blocks, Payload, open_enum, single_block, structure, union};

open_enum! {
    /// The role of the author of a message.
    pub enum ConversationRole {
        /// The user: your program or a person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions inside the conversation. Only some models take them.
        System = "system",
    }
}

union! {
    /// A content block of a message.
    ///
    /// Text and every block type convert into it, so you rarely have to name it.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html>
    pub enum ContentBlock {
        /// Text. Most models refuse empty text.
        Text(Payload<String>) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// Audio.
        Audio(AudioBlock) = "audio",
        /// A request of the model to run a tool.
        ToolUse(ToolUseBlock) = "toolUse",
        /// The result of a tool.
        ToolResult(ToolResultBlock) = "toolResult",
        /// Content for the guardrail. If a message has such a block, the guardrail assesses only
        /// these blocks.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// A cache point: the part of the prompt before it is cached.
        CachePoint(CachePointBlock) = "cachePoint",
        /// The reasoning of the model.
        ReasoningContent(ReasoningContentBlock) = "reasoningContent",
        /// Generated text with the citations that it is based on.
        CitationsContent(CitationsContentBlock) = "citationsContent",
        /// A search result that the response can cite.
        SearchResult(SearchResultBlock) = "searchResult",
        /// Allows the model to call a tool from here on.
        ToolAddition(ToolAdditionBlock) = "toolAddition",
        /// Forbids the model to call a tool from here on.
        ToolRemoval(ToolRemovalBlock) = "toolRemoval",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
        ImageBlock => Image,
        DocumentBlock => Document,
        VideoBlock => Video,
        AudioBlock => Audio,
        ToolUseBlock => ToolUse,
        ToolResultBlock => ToolResult,
        GuardrailConverseContentBlock => GuardContent,
        CachePointBlock => CachePoint,
        ReasoningContentBlock => ReasoningContent,
        ReasoningTextBlock => ReasoningContent,
        CitationsContentBlock => CitationsContent,
        SearchResultBlock => SearchResult,
        ToolAdditionBlock => ToolAddition,
        ToolRemovalBlock => ToolRemoval,
    }

    /// A content block of the system prompt.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_SystemContentBlock.html>
    pub enum SystemContentBlock {
        /// Text. Bedrock refuses empty text.
        Text(Payload<String>) = "text",
        /// Content for the guardrail.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// A cache point: the part of the prompt before it is cached.
        CachePoint(CachePointBlock) = "cachePoint",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
        GuardrailConverseContentBlock => GuardContent,
        CachePointBlock => CachePoint,
    }

    /// The output of a `Converse` call.
    pub enum ConverseOutput {
        /// The message that the model generated.
        Message(Message) = "message",
    } from {
        Message => Message,
    }
}

single_block!(ContentBlock, SystemContentBlock);

structure! {
    /// A message of a conversation.
    ///
    /// A conversation begins with a message of the user, and the roles `user` and `assistant`
    /// alternate. Some models accept other sequences.
    /// [`ConverseRequest::problems`](crate::runtime::ConverseRequest::problems) reports likely
    /// mistakes.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{ImageBlock, ImageFormat, Message};
    ///
    /// let question = Message::user("What is Python?");
    /// let prefill = Message::assistant("Python is");
    /// let image = ImageBlock::new(ImageFormat::Jpeg, vec![0xff, 0xd8, 0xff]);
    /// let message = Message::user("And this?").block(image);
    /// assert_eq!(message.text(), "And this?");
    /// ```
    pub struct Message {
        /// The role of the author.
        role: ConversationRole = "role",
        /// The content blocks.
        content: Vec<ContentBlock> = "content" from Blocks<ContentBlock>,
    }
}

impl Message {
    /// Creates a message of the user from text, from another block, or from several blocks.
    #[must_use]
    pub fn user(content: impl Into<Blocks<ContentBlock>>) -> Self {
        Self::new(ConversationRole::User, content)
    }

    /// Creates a message of the model from text, from another block, or from several blocks.
    ///
    /// Use it for earlier responses, or for the beginning of the next response (prefill).
    #[must_use]
    pub fn assistant(content: impl Into<Blocks<ContentBlock>>) -> Self {
        Self::new(ConversationRole::Assistant, content)
    }

    /// Adds one block and returns the message.
    #[must_use]
    pub fn block(mut self, block: impl Into<ContentBlock>) -> Self {
        self.push(block);
        self
    }

    /// Adds one block.
    pub fn push(&mut self, block: impl Into<ContentBlock>) {
        self.content.push(block.into());
    }

    /// Returns the text of all blocks, joined without a separator.
    ///
    /// The result includes text with citations (`citationsContent`). It does not include reasoning.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.content {
            match block {
                ContentBlock::Text(block) => text.push_str(block),
                ContentBlock::CitationsContent(cited) => {
                    for content in &cited.content {
                        if let CitationGeneratedContent::Text(generated) = content {
                            text.push_str(generated);
                        }
                    }
                }
                _ => {}
            }
        }
        text
    }

    /// Returns the tool calls that need a result, in their order.
    ///
    /// The result does not include calls that Bedrock runs itself
    /// ([`ToolUseBlock::is_server_tool_use`]). Their results are in the same message.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUseBlock> {
        self.content.iter().filter_map(|block| match block {
            ContentBlock::ToolUse(call) if !call.is_server_tool_use() => Some(call),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::{CachePointBlock, ImageFormat};

    #[test]
    fn content_accepts_one_block_or_several() {
        let hello = ContentBlock::Text("Hello".to_owned().into());
        let owned = "Hello".to_owned();
        for message in [
            Message::user("Hello"),
            Message::user(&owned),
            Message::user(hello.clone()),
            Message::user(vec!["Hello"]),
            Message::new("user", ["Hello"]),
        ] {
            assert_eq!(message, Message::new(ConversationRole::User, vec![hello.clone()]));
        }

        let image = ImageBlock::new(ImageFormat::Png, b"\x89PNG".as_slice());
        let mut message = Message::user([hello, image.clone().into()]).block(CachePointBlock::default());
        message.push("and");
        assert_eq!(message.content.get(1), Some(&ContentBlock::Image(image)));
        assert_eq!(message.content.len(), 4);
    }

    #[test]
    fn text_joins_all_text_blocks_without_reasoning() {
        let message = Message::assistant([
            ContentBlock::from(ReasoningTextBlock::new("They want the colour.")),
            "The sky ".into(),
            CitationsContentBlock::new().content(["is ", "blue"]).into(),
            ".".into(),
        ]);
        assert_eq!(message.text(), "The sky is blue.");
        assert_eq!(Message::assistant(Vec::<ContentBlock>::new()).text(), "");
    }

    #[test]
    fn tool_uses_excludes_server_tool_uses() {
        let message = Message::assistant([
            ToolUseBlock::new("1", "search", json!({})).r#type("server_tool_use"),
            ToolUseBlock::new("2", "weather", json!({})),
            ToolUseBlock::new("3", "weather", json!({})).r#type("tool_use"),
        ]);
        let ids: Vec<_> = message.tool_uses().map(|call| call.tool_use_id.as_str()).collect();
        assert_eq!(ids, ["2", "3"]);
    }
}
