//! Rules of tools: their names and schemas, that there are some, and that calls and results belong together.

use std::collections::HashSet;

use super::problem::{Problems, Quoted, ValidationProblemKind as Kind};
use super::{Conversation, json, messages};
use crate::runtime::{
    ContentBlock, ConversationRole, Message, Tool, ToolChoice, ToolConfiguration, ToolReference, ToolResultBlock,
    ToolResultStatus, ToolUseBlock,
};
use crate::shape::Structure as _;

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    match conversation.tool_config {
        Some(config) => check_config(config, problems),
        None if !conversation.is_prompt() => {
            let mut blocks = conversation.messages.iter().flat_map(|message| &message.content);
            if blocks.any(|block| matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_))) {
                let message = "the conversation has tool calls or tool results, so the request needs the tools";
                problems.add("toolConfig", Kind::MissingToolConfig, message);
            }
        }
        None => {}
    }
    check_pairs(conversation.messages, problems);
    check_ids(conversation.messages, problems);
}

fn check_config(config: &ToolConfiguration, problems: &mut Problems) {
    if config.tools.is_empty() {
        problems.add("toolConfig.tools", Kind::TooFew, "there is no tool");
    }
    let mut names = HashSet::new();
    for (at, tool) in config.tools.iter().enumerate() {
        let (path, name) = match tool {
            Tool::ToolSpec(tool) => {
                let path = format!("toolConfig.tools[{at}].toolSpec");
                check_name(&path, &tool.name, problems);
                if tool.description.as_deref() == Some("") {
                    problems.add(format_args!("{path}.description"), Kind::Text, "the description is empty");
                }
                json::check_input_schema(&format!("{path}.inputSchema"), &tool.input_schema, problems);
                (path, &tool.name)
            }
            Tool::SystemTool(tool) => {
                let path = format!("toolConfig.tools[{at}].systemTool");
                check_name(&path, &tool.name, problems);
                (path, &tool.name)
            }
            Tool::CachePoint(point) => {
                problems.refuse_missing(&format!("toolConfig.tools[{at}].cachePoint"), point);
                continue;
            }
            Tool::Unknown { .. } => {
                problems.refuse_empty(format_args!("toolConfig.tools[{at}]"), tool.is_empty());
                continue;
            }
        };
        if !names.insert(name.as_str()) {
            let message = format_args!("some models refuse two tools with the name {}", Quoted(name));
            problems.hint(format_args!("{path}.name"), Kind::DuplicateToolName, message);
        }
    }
    problems.refuse_empty("toolConfig.toolChoice", config.tool_choice.as_ref().is_some_and(ToolChoice::is_empty));
    if let Some(ToolChoice::Tool(choice)) = &config.tool_choice {
        let path = "toolConfig.toolChoice.tool";
        if check_name(path, &choice.name, problems) && !names.contains(choice.name.as_str()) {
            let message = format_args!("no tool of the request has the name {}", Quoted(&choice.name));
            problems.hint(format_args!("{path}.name"), Kind::ToolName, message);
        }
    }
}

/// A call is answered in the turn after it, and a result answers a call of the turn before it.
fn check_pairs(messages: &[Message], problems: &mut Problems) {
    for (at, message) in messages.iter().enumerate() {
        if message.role != ConversationRole::User {
            continue;
        }
        // Several messages of the user in a row are one turn.
        let before = messages.iter().take(at).rev().find(|message| message.role == ConversationRole::Assistant);
        for (block, result) in message.content.iter().enumerate() {
            let ContentBlock::ToolResult(result) = result else { continue };
            if !before.into_iter().flat_map(calls).any(|call| call.tool_use_id == result.tool_use_id) {
                let path = format!("messages[{at}].content[{block}].toolResult.toolUseId");
                let message = format_args!("the turn before has no call {}", Quoted(&result.tool_use_id));
                problems.add(path, Kind::ToolResultWithoutToolUse, message);
            }
        }
    }
    for (at, message) in messages.iter().enumerate().filter(|(_, message)| message.role == ConversationRole::Assistant)
    {
        let after = messages.get(at + 1..).unwrap_or_default();
        // The last turn waits for its answer. A turn of the model in two messages is not judged.
        if after.first().is_none_or(|next| next.role != ConversationRole::User) {
            continue;
        }
        let turn = after.iter().take_while(|message| message.role != ConversationRole::Assistant);
        let answered: HashSet<_> = turn.chain([message]).flat_map(results).map(|result| &result.tool_use_id).collect();
        for (block, call) in message.content.iter().enumerate() {
            let ContentBlock::ToolUse(call) = call else { continue };
            if !answered.contains(&call.tool_use_id) && !call.is_server_tool_use() {
                let path = format!("messages[{at}].content[{block}].toolUse.toolUseId");
                let message = format_args!("the next turn has no result of the call {}", Quoted(&call.tool_use_id));
                problems.add(path, Kind::ToolUseWithoutToolResult, message);
            }
        }
    }
}

/// "The toolResult blocks at messages.2.content contain duplicate Ids: …", and the same of `toolUse`: inside one message.
/// Claude needs the IDs of calls to be unique in the whole conversation.
fn check_ids(messages: &[Message], problems: &mut Problems) {
    let mut called = HashSet::new();
    for (at, message) in messages.iter().enumerate() {
        let (mut calls, mut results) = (HashSet::new(), HashSet::new());
        for (block, content) in message.content.iter().enumerate() {
            let path = format!("messages[{at}].content[{block}]");
            match content {
                ContentBlock::ToolUse(call) => {
                    let (path, id) = (format!("{path}.toolUse.toolUseId"), call.tool_use_id.as_str());
                    if !calls.insert(id) {
                        let message = format_args!("a call of the same message has the ID {}", Quoted(id));
                        problems.add(path, Kind::DuplicateToolUseId, message);
                    } else if called.contains(id) {
                        let message = format_args!("a call before it has the ID {}", Quoted(id));
                        problems.hint(path, Kind::DuplicateToolUseId, message);
                    }
                }
                ContentBlock::ToolResult(result) if !results.insert(result.tool_use_id.as_str()) => {
                    let id = Quoted(&result.tool_use_id);
                    let message = format_args!("a result of the same message has the ID {id}");
                    problems.add(format_args!("{path}.toolResult.toolUseId"), Kind::DuplicateToolUseId, message);
                }
                _ => {}
            }
        }
        called.extend(calls);
    }
}

fn calls(message: &Message) -> impl Iterator<Item = &ToolUseBlock> {
    message.content.iter().filter_map(|block| match block {
        ContentBlock::ToolUse(call) => Some(call),
        _ => None,
    })
}

fn results(message: &Message) -> impl Iterator<Item = &ToolResultBlock> {
    message.content.iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result),
        _ => None,
    })
}

pub(super) fn check_call(path: &str, call: &ToolUseBlock, problems: &mut Problems) {
    check_id(path, &call.tool_use_id, problems);
    check_name(path, &call.name, problems);
    json::check_object(&format!("{path}.input"), &call.input, problems);
}

/// Checks a tool result, without what its content is.
pub(super) fn check_result(path: &str, result: &ToolResultBlock, problems: &mut Problems) {
    check_id(path, &result.tool_use_id, problems);
    if result.missing().contains(&"content") {
        problems.add(format_args!("{path}.content"), Kind::Missing, "the member is required");
    } else if result.content.is_empty() {
        let path = format!("{path}.content");
        // "The content field at messages.2.content.0.toolResult cannot be empty when status value is error."
        if result.status == Some(ToolResultStatus::Error) {
            problems.add(path, Kind::Empty, "the result of a tool that failed needs content");
        } else {
            problems.hint(path, Kind::Empty, "the tool result has no content, which some models refuse");
        }
    }
    if let Some(status) = &result.status
        && matches!(ToolResultStatus::from(status.as_str()), ToolResultStatus::Unknown(_))
    {
        messages::check_value(&format!("{path}.status"), status.as_str(), "success and error", problems);
    }
}

/// The service model: at most 64 characters of the type, and 128 of the other two, none of them empty.
pub(super) fn check_reference(path: &str, tool: &ToolReference, problems: &mut Problems) {
    for (name, text, most) in
        [("type", &tool.r#type, 64), ("name", &tool.name, 128), ("serverName", &tool.server_name, 128)]
    {
        if text.as_ref().is_some_and(|text| !(1..=most).contains(&text.chars().count())) {
            problems.add(format_args!("{path}.{name}"), Kind::Text, format_args!("it has 1 to {most} characters"));
        }
    }
}

/// The service model: `[a-zA-Z0-9_.:-]`, 1 to 64.
fn check_id(path: &str, id: &str, problems: &mut Problems) {
    if !is_made_of(id, b"_.:-") {
        let message = format_args!("{} is not 1 to 64 letters, digits and _ . : -", Quoted(id));
        problems.add(format_args!("{path}.toolUseId"), Kind::ToolUseId, message);
    }
}

/// The service model: `[a-zA-Z0-9_-]`, 1 to 64. Returns whether the name is one.
fn check_name(path: &str, name: &str, problems: &mut Problems) -> bool {
    let is_name = is_made_of(name, b"_-");
    if !is_name {
        let message = format_args!("{} is not 1 to 64 letters, digits, underscores and hyphens", Quoted(name));
        problems.add(format_args!("{path}.name"), Kind::ToolName, message);
    }
    is_name
}

fn is_made_of(text: &str, others: &[u8]) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}
