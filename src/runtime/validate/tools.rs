//! Rules of tools: their names, that there are some, and that calls and results belong together.

use super::Conversation;
use super::problem::{Problems, ValidationProblemKind as Kind};
use crate::runtime::{ContentBlock, ConversationRole, Message, Tool, ToolChoice, ToolUseBlock};

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    match conversation.tool_config {
        Some(config) => {
            if config.tools.is_empty() {
                problems.add("toolConfig.tools", Kind::TooFew, "there is no tool");
            }
            for (at, tool) in config.tools.iter().enumerate() {
                let path = format!("toolConfig.tools[{at}].toolSpec");
                if let Tool::ToolSpec(tool) = tool {
                    check_name(&path, &tool.name, problems);
                    if tool.description.as_deref() == Some("") {
                        problems.add(format_args!("{path}.description"), Kind::Text, "the description is empty");
                    }
                }
            }
            if let Some(ToolChoice::Tool(choice)) = &config.tool_choice {
                check_name("toolConfig.toolChoice.tool", &choice.name, problems);
            }
        }
        None if !conversation.is_prompt() => {
            let mut blocks = conversation.messages.iter().flat_map(|message| &message.content);
            if blocks.any(|block| matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_))) {
                let message = "the conversation has calls or results of tools, so that it needs the tools";
                problems.add("toolConfig", Kind::MissingToolConfig, message);
            }
        }
        None => {}
    }
    check_pairs(conversation.messages, problems);
}

/// A call is answered in the turn after it, and a result answers a call of the turn before it.
fn check_pairs(messages: &[Message], problems: &mut Problems) {
    for (at, message) in messages.iter().enumerate() {
        if message.role != ConversationRole::User {
            continue;
        }
        // What the user says in several messages on end is one turn; what comes before the first is not known to us.
        let turn = |message: &&Message| message.role != ConversationRole::Assistant;
        let before = messages.iter().take(at).rev().find(|message| !turn(message));
        for (block, result) in message.content.iter().enumerate() {
            let ContentBlock::ToolResult(result) = result else { continue };
            if !before.into_iter().flat_map(calls).any(|call| call.tool_use_id == result.tool_use_id) {
                let path = format!("messages[{at}].content[{block}].toolResult.toolUseId");
                let message = format_args!("the turn before has no call {:?}", result.tool_use_id);
                problems.add(path, Kind::ToolResultWithoutToolUse, message);
            }
        }
    }
    for (at, message) in messages.iter().enumerate().filter(|(_, message)| message.role == ConversationRole::Assistant)
    {
        let after = messages.get(at + 1..).unwrap_or_default();
        // The last turn waits for its answer, and a turn of the model in two messages is not judged.
        if after.first().is_none_or(|next| next.role != ConversationRole::User) {
            continue;
        }
        let turn = || after.iter().take_while(|message| message.role != ConversationRole::Assistant);
        for (block, call) in message.content.iter().enumerate() {
            let ContentBlock::ToolUse(call) = call else { continue };
            let answers = |block: &ContentBlock| matches!(block, ContentBlock::ToolResult(result) if result.tool_use_id == call.tool_use_id);
            let answered = turn().chain([message]).flat_map(|message| &message.content).any(answers);
            if !answered && !call.is_server_tool_use() {
                let path = format!("messages[{at}].content[{block}].toolUse.toolUseId");
                let message = format_args!("the turn after has no result of the call {:?}", call.tool_use_id);
                problems.add(path, Kind::ToolUseWithoutToolResult, message);
            }
        }
    }
}

fn calls(message: &Message) -> impl Iterator<Item = &ToolUseBlock> {
    message.content.iter().filter_map(|block| match block {
        ContentBlock::ToolUse(call) => Some(call),
        _ => None,
    })
}

pub(super) fn check_call(path: &str, call: &ToolUseBlock, problems: &mut Problems) {
    check_id(path, &call.tool_use_id, problems);
    check_name(path, &call.name, problems);
}

/// The service model: `[a-zA-Z0-9_.:-]`, 1 to 64.
pub(super) fn check_id(path: &str, id: &str, problems: &mut Problems) {
    if !is_made_of(id, b"_.:-") {
        let message = format_args!("{id:?} is not 1 to 64 letters, digits and _ . : -");
        problems.add(format_args!("{path}.toolUseId"), Kind::ToolUseId, message);
    }
}

/// The service model: `[a-zA-Z0-9_-]`, 1 to 64.
fn check_name(path: &str, name: &str, problems: &mut Problems) {
    if !is_made_of(name, b"_-") {
        let message = format_args!("{name:?} is not 1 to 64 letters, digits, underscores and hyphens");
        problems.add(format_args!("{path}.name"), Kind::ToolName, message);
    }
}

fn is_made_of(text: &str, others: &[u8]) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}
