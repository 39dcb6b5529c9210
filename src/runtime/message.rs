//! Messages and the blocks they are made of.

use crate::shape::{open_enum, structure, union};

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
    /// One block.
    pub enum ContentBlock {
        /// Text.
        Text(String) = "text",
    }
}

structure! {
    /// One turn of a conversation.
    pub struct Message {
        /// Who speaks.
        role: ConversationRole = "role",
        /// What is said, in blocks.
        content: Vec<ContentBlock> = "content",
    }
}
