//! Messages and the blocks they are made of.

use crate::runtime::{
    AudioBlock, CachePointBlock, CitationGeneratedContent, CitationsContentBlock, DocumentBlock,
    GuardrailConverseContentBlock, ImageBlock, ReasoningContentBlock, ReasoningTextBlock, SearchResultBlock,
    ToolAdditionBlock, ToolRemovalBlock, ToolResultBlock, ToolUseBlock, VideoBlock,
};
use crate::shape::{Blocks, Payload, open_enum, single_block, structure, union};

open_enum! {
    /// Who speaks.
    pub enum ConversationRole {
        /// You.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions inside the conversation, for the models that take them there.
        System = "system",
    }
}

union! {
    /// What a message consists of.
    ///
    /// Text and the blocks convert into it, so that one seldom has to name it.
    pub enum ContentBlock {
        /// Text; most models refuse text that is empty.
        Text(Payload<String>) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A video.
        Video(VideoBlock) = "video",
        /// Sound.
        Audio(AudioBlock) = "audio",
        /// A model's call of a tool.
        ToolUse(ToolUseBlock) = "toolUse",
        /// What a tool answered.
        ToolResult(ToolResultBlock) = "toolResult",
        /// Content for the guardrail to look at, and where there is such a block, at nothing else.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// The end of a part of the prompt that is to be kept in the cache.
        CachePoint(CachePointBlock) = "cachePoint",
        /// What a model thought before it answered.
        ReasoningContent(ReasoningContentBlock) = "reasoningContent",
        /// Text of an answer together with what it rests on.
        CitationsContent(CitationsContentBlock) = "citationsContent",
        /// A search result, for answers that cite it.
        SearchResult(SearchResultBlock) = "searchResult",
        /// From here on the model may call this tool.
        ToolAddition(ToolAdditionBlock) = "toolAddition",
        /// From here on the model may no longer call this tool.
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

    /// What the instructions to a model consist of.
    pub enum SystemContentBlock {
        /// Text; Bedrock refuses text that is empty.
        Text(Payload<String>) = "text",
        /// Content for the guardrail to look at.
        GuardContent(GuardrailConverseContentBlock) = "guardContent",
        /// The end of a part of the prompt that is to be kept in the cache.
        CachePoint(CachePointBlock) = "cachePoint",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
        GuardrailConverseContentBlock => GuardContent,
        CachePointBlock => CachePoint,
    }

    /// What a model made.
    pub enum ConverseOutput {
        /// The message it answers with.
        Message(Message) = "message",
    } from {
        Message => Message,
    }
}

single_block!(ContentBlock, SystemContentBlock);

structure! {
    /// One turn of a conversation.
    ///
    /// A conversation begins with the user, and user and assistant take turns. Some models answer others, too:
    /// [`ConverseRequest::problems`](super::ConverseRequest::problems) has hints.
    ///
    /// ```
    /// use bedrock_lite::runtime::{ImageBlock, ImageFormat, Message};
    ///
    /// let question = Message::user("What is Python?");
    /// let prefill = Message::assistant("Python is");
    /// let image = Message::user("And this?").block(ImageBlock::new(ImageFormat::Jpeg, vec![0xff, 0xd8, 0xff]));
    /// assert_eq!(image.text(), "And this?");
    /// ```
    pub struct Message {
        /// Who speaks.
        role: ConversationRole = "role",
        /// What is said, in blocks.
        content: Vec<ContentBlock> = "content" from Blocks<ContentBlock>,
    }
}

impl Message {
    /// What you say: text, another block, or several.
    #[must_use]
    pub fn user(content: impl Into<Blocks<ContentBlock>>) -> Self {
        Self::new(ConversationRole::User, content)
    }

    /// What the model said, or how its answer is to begin: text, another block, or several.
    #[must_use]
    pub fn assistant(content: impl Into<Blocks<ContentBlock>>) -> Self {
        Self::new(ConversationRole::Assistant, content)
    }

    /// One block more.
    #[must_use]
    pub fn block(mut self, block: impl Into<ContentBlock>) -> Self {
        self.push(block);
        self
    }

    /// Adds a block.
    pub fn push(&mut self, block: impl Into<ContentBlock>) {
        self.content.push(block.into());
    }

    /// All of the text, without anything between the blocks.
    ///
    /// Text that cites its sources (`citationsContent`) is part of it, reasoning is not.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.content {
            match block {
                ContentBlock::Text(piece) => text.push_str(piece),
                ContentBlock::CitationsContent(cited) => {
                    for content in &cited.content {
                        if let CitationGeneratedContent::Text(piece) = content {
                            text.push_str(piece);
                        }
                    }
                }
                _ => {}
            }
        }
        text
    }

    /// The calls of tools that wait for your answer, in their order.
    ///
    /// Calls that Bedrock ran itself ([`ToolUseBlock::is_server_tool_use`]) are not among them: their results are in the
    /// same message.
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
    fn content_is_one_block_or_several_of_any_kind() {
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
    fn text_is_all_text_of_the_answer() {
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
    fn tool_uses_are_those_to_answer() {
        let message = Message::assistant([
            ToolUseBlock::new("1", "search", json!({})).r#type("server_tool_use"),
            ToolUseBlock::new("2", "weather", json!({})),
            ToolUseBlock::new("3", "weather", json!({})).r#type("tool_use"),
        ]);
        let ids: Vec<_> = message.tool_uses().map(|call| call.tool_use_id.as_str()).collect();
        assert_eq!(ids, ["2", "3"]);
    }
}
