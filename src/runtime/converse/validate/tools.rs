//! Rules of tools: their configuration, and the pairs of tool calls and tool results.

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
                let message =
                    "the conversation contains tool calls or tool results, so the request must contain the tools";
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
        problems.add("toolConfig.tools", Kind::TooFew, "the configuration has no tool");
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

/// Checks that each call has a result in the next turn, and that each result has a call in the
/// previous turn.
fn check_pairs(messages: &[Message], problems: &mut Problems) {
    for (at, message) in messages.iter().enumerate() {
        if message.role != ConversationRole::User {
            continue;
        }
        // Consecutive user messages are one turn.
        let previous = messages.iter().take(at).rev().find(|message| message.role == ConversationRole::Assistant);
        for (block, result) in message.content.iter().enumerate() {
            let ContentBlock::ToolResult(result) = result else { continue };
            if !previous.into_iter().flat_map(calls).any(|call| call.tool_use_id == result.tool_use_id) {
                let path = format!("messages[{at}].content[{block}].toolResult.toolUseId");
                let message = format_args!("the previous turn has no tool call {}", Quoted(&result.tool_use_id));
                problems.add(path, Kind::ToolResultWithoutToolUse, message);
            }
        }
    }
    for (at, message) in messages.iter().enumerate().filter(|(_, message)| message.role == ConversationRole::Assistant)
    {
        let after = messages.get(at + 1..).unwrap_or_default();
        // The last turn has no results yet. A turn of the model that consists of two messages is
        // not checked.
        if after.first().is_none_or(|next| next.role != ConversationRole::User) {
            continue;
        }
        let turn = after.iter().take_while(|message| message.role != ConversationRole::Assistant);
        let with_result: HashSet<_> =
            turn.chain([message]).flat_map(results).map(|result| &result.tool_use_id).collect();
        for (block, call) in message.content.iter().enumerate() {
            let ContentBlock::ToolUse(call) = call else { continue };
            if !with_result.contains(&call.tool_use_id) && !call.is_server_tool_use() {
                let path = format!("messages[{at}].content[{block}].toolUse.toolUseId");
                let message =
                    format_args!("the next turn has no result for the tool call {}", Quoted(&call.tool_use_id));
                problems.add(path, Kind::ToolUseWithoutToolResult, message);
            }
        }
    }
}

/// Checks that the IDs of calls and results are unique in each message.
///
/// Observed: "The toolResult blocks at messages.2.content contain duplicate Ids: …", and the same
/// for `toolUse`. Claude requires that the IDs of calls are unique in the whole conversation, which
/// gives a hint.
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
                        let message = format_args!("another call in the same message has the ID {}", Quoted(id));
                        problems.add(path, Kind::DuplicateToolUseId, message);
                    } else if called.contains(id) {
                        let message = format_args!("an earlier call has the ID {}", Quoted(id));
                        problems.hint(path, Kind::DuplicateToolUseId, message);
                    }
                }
                ContentBlock::ToolResult(result) if !results.insert(result.tool_use_id.as_str()) => {
                    let id = Quoted(&result.tool_use_id);
                    let message = format_args!("another result in the same message has the ID {id}");
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

/// Checks a tool result, but not the blocks of its content.
pub(super) fn check_result(path: &str, result: &ToolResultBlock, problems: &mut Problems) {
    check_id(path, &result.tool_use_id, problems);
    if result.missing().contains(&"content") {
        problems.add(format_args!("{path}.content"), Kind::Missing, "the member is required");
    } else if result.content.is_empty() {
        let path = format!("{path}.content");
        // Observed: "The content field at messages.2.content.0.toolResult cannot be empty when
        // status value is error."
        if result.status == Some(ToolResultStatus::Error) {
            problems.add(path, Kind::Empty, "the result of a failed tool requires content");
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

/// Checks the lengths of a reference: 1 to 64 characters for the type, 1 to 128 for the names.
pub(super) fn check_reference(path: &str, tool: &ToolReference, problems: &mut Problems) {
    for (name, text, most) in
        [("type", &tool.r#type, 64), ("name", &tool.name, 128), ("serverName", &tool.server_name, 128)]
    {
        if text.as_ref().is_some_and(|text| !(1..=most).contains(&text.chars().count())) {
            problems.add(format_args!("{path}.{name}"), Kind::Text, format_args!("must have 1 to {most} characters"));
        }
    }
}

/// Checks the ID of a call: 1 to 64 of `[a-zA-Z0-9_.:-]`.
fn check_id(path: &str, id: &str, problems: &mut Problems) {
    if !is_made_of(id, b"_.:-") {
        let message = format_args!("{} is not 1 to 64 letters, digits and _ . : -", Quoted(id));
        problems.add(format_args!("{path}.toolUseId"), Kind::ToolUseId, message);
    }
}

/// Checks the name of a tool: 1 to 64 of `[a-zA-Z0-9_-]`. Returns whether it is valid.
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
