//! Rules of the conversation: who begins, and what its blocks are.

use super::media::{self, Limits};
use super::problem::{Problems, ValidationProblemKind as Kind};
use super::{Conversation, tools};
use crate::runtime::{ContentBlock, ConversationRole, Message, SystemContentBlock, ToolResultContentBlock};

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    // The service model: at least one character. `Converse` says the same of its messages, of any but white space.
    for (at, block) in conversation.system.iter().enumerate() {
        if matches!(block, SystemContentBlock::Text(text) if text.is_empty()) {
            problems.add(format_args!("system[{at}].text"), Kind::BlankText, "the text is empty");
        }
    }
    match conversation.messages.first() {
        None if !conversation.is_prompt() => problems.add("messages", Kind::Empty, "there is no message"),
        Some(first) if first.role == ConversationRole::Assistant && !conversation.is_prompt() => {
            problems.add("messages[0].role", Kind::FirstRole, "a conversation begins with the user");
        }
        _ => {}
    }
    for (at, message) in conversation.messages.iter().enumerate() {
        let path = format!("messages[{at}].content");
        if message.content.is_empty() {
            problems.add(&path, Kind::Empty, "the message has no content");
        }
        for (at, block) in message.content.iter().enumerate() {
            check_block(&format!("{path}[{at}]"), block, problems);
        }
        check_media(&path, message, problems);
    }
}

fn check_block(path: &str, block: &ContentBlock, problems: &mut Problems) {
    match block {
        ContentBlock::Text(text) if text.trim().is_empty() => {
            problems.add(format_args!("{path}.text"), Kind::BlankText, "the text is blank");
        }
        ContentBlock::Image(image) => media::check_image(&format!("{path}.image"), image, problems),
        ContentBlock::Document(document) => media::check_document(&format!("{path}.document"), document, problems),
        ContentBlock::ToolUse(call) => tools::check_call(&format!("{path}.toolUse"), call, problems),
        ContentBlock::ToolResult(result) => {
            tools::check_id(&format!("{path}.toolResult"), &result.tool_use_id, problems);
            for (at, content) in result.content.iter().enumerate() {
                let path = format!("{path}.toolResult.content[{at}]");
                match content {
                    ToolResultContentBlock::Image(image) => {
                        media::check_image(&format!("{path}.image"), image, problems);
                    }
                    ToolResultContentBlock::Document(document) => {
                        media::check_document(&format!("{path}.document"), document, problems);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Rules of the API reference of `Message` on images and documents side by side.
fn check_media(path: &str, message: &Message, problems: &mut Problems) {
    let images = message.content.iter().filter(|block| matches!(block, ContentBlock::Image(_))).count();
    problems.at_most(path, images, Limits::IMAGES, "images");
    let names: Vec<_> = message
        .content
        .iter()
        .enumerate()
        .filter_map(|(at, block)| match block {
            ContentBlock::Document(document) => Some((at, &document.name)),
            _ => None,
        })
        .collect();
    problems.at_most(path, names.len(), Limits::DOCUMENTS, "documents");
    if !names.is_empty() && !message.content.iter().any(|block| matches!(block, ContentBlock::Text(_))) {
        problems.add(path, Kind::DocumentWithoutText, "a document needs a text block beside it");
    }
    for (nth, (at, name)) in names.iter().enumerate() {
        if names.iter().take(nth).any(|(_, before)| before == name) {
            let path = format!("{path}[{at}].document.name");
            problems.add(path, Kind::DuplicateDocumentName, format_args!("{name:?} is the name of two documents"));
        }
    }
}
