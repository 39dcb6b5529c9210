//! Rules of the settings of a request: inference parameters, output, metadata, prompts.

use serde_json::Value;

use super::problem::{Problems, ValidationProblemKind as Kind};
use super::{Conversation, json};
use crate::runtime::{
    ContentBlock, ConversationRole, InferenceConfiguration, OutputConfig, OutputFormatStructure, OutputFormatType,
};

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    if let Some(config) = conversation.inference_config {
        check_inference(config, problems);
    }
    // `null` counts as absent.
    if let Some(fields) = conversation.request_fields.filter(|fields| fields.as_json() != "null") {
        json::check_object("additionalModelRequestFields", fields, problems);
    }
    let paths = conversation.response_field_paths;
    problems.at_most("additionalModelResponseFieldPaths", paths.len(), 10, "paths");
    for (at, path) in paths.iter().enumerate() {
        if !(1..=256).contains(&path.chars().count()) {
            let place = format!("additionalModelResponseFieldPaths[{at}]");
            problems.add(place, Kind::Text, "the path must have 1 to 256 characters");
        }
    }
    check_metadata(conversation, problems);
    if let Some(tier) = conversation.service_tier {
        problems.refuse_missing("serviceTier", tier);
    }
    if let Some(config) = conversation.output_config {
        check_output(config, problems);
    }
    check_prompt(conversation, problems);
    check_reasoning(conversation, problems);
}

fn check_metadata(conversation: &Conversation, problems: &mut Problems) {
    let metadata = conversation.request_metadata;
    problems.at_most("requestMetadata", metadata.len(), 16, "pairs");
    for (key, value) in metadata {
        if key.is_empty() || !is_metadata(key) || !is_metadata(value) {
            let message =
                "up to 256 letters, digits, spaces and :_@$#=/+,-. are allowed, and the key must not be empty";
            problems.add(format_args!("requestMetadata.{}", shown(key)), Kind::Text, message);
        }
    }
}

/// Returns the beginning of a key, which limits the length of a path.
fn shown(key: &str) -> String {
    const SHOWN: usize = 64;
    key.chars().take(SHOWN).flat_map(char::escape_debug).collect()
}

fn is_metadata(text: &str) -> bool {
    // The service's pattern also matches the vertical tab as white space.
    let may =
        |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || c == '\u{b}' || ":_@$#=/+,-.".contains(c);
    text.chars().count() <= 256 && text.chars().all(may)
}

fn check_inference(config: &InferenceConfiguration, problems: &mut Problems) {
    if config.max_tokens.is_some_and(|tokens| tokens < 1) {
        problems.add("inferenceConfig.maxTokens", Kind::OutOfRange, "must be at least 1");
    }
    for (name, share) in [("temperature", config.temperature), ("topP", config.top_p)] {
        if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            problems.add(format_args!("inferenceConfig.{name}"), Kind::OutOfRange, "must be 0 to 1");
        }
    }
    problems.at_most("inferenceConfig.stopSequences", config.stop_sequences.len(), 2500, "stop sequences");
    for (at, stop) in config.stop_sequences.iter().enumerate() {
        let path = format!("inferenceConfig.stopSequences[{at}]");
        if stop.is_empty() {
            problems.add(path, Kind::Text, "the text is empty");
        } else if stop.trim().is_empty() {
            problems.hint(path, Kind::Text, "some models require a visible character in a stop sequence");
        }
    }
}

fn check_output(config: &OutputConfig, problems: &mut Problems) {
    if config.effort.as_ref().is_some_and(|effort| effort.chars().count() > 16) {
        problems.add("outputConfig.effort", Kind::Text, "the effort must have at most 16 characters");
    }
    let Some(format) = &config.text_format else { return };
    if matches!(OutputFormatType::from(format.r#type.as_str()), OutputFormatType::Unknown(_)) {
        let path = "outputConfig.textFormat.type";
        super::messages::check_value(path, format.r#type.as_str(), "json_schema", problems);
    }
    if let OutputFormatStructure::JsonSchema(schema) = &format.structure {
        json::check_output_schema("outputConfig.textFormat.structure.jsonSchema.schema", schema, problems);
    }
    problems.refuse_empty("outputConfig.textFormat.structure", format.structure.is_empty());
}

/// Checks the members that depend on whether the model is a prompt of Prompt management.
///
/// According to the API reference of `Converse`, such a prompt contains the system prompt, the
/// inference parameters and the tools. Only such a prompt has variables.
fn check_prompt(conversation: &Conversation, problems: &mut Problems) {
    for (name, value) in conversation.prompt_variables {
        problems.refuse_empty(format_args!("promptVariables.{}", shown(name)), value.is_empty());
    }
    if !conversation.is_prompt() {
        if !conversation.prompt_variables.is_empty() {
            let message = "only a prompt of Prompt management has variables";
            problems.hint("promptVariables", Kind::Prompt, message);
        }
        return;
    }
    let set = [
        ("system", !conversation.system.is_empty()),
        ("inferenceConfig", conversation.inference_config.is_some()),
        ("toolConfig", conversation.tool_config.is_some()),
        ("additionalModelRequestFields", conversation.request_fields.is_some()),
    ];
    for (path, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
        problems.hint(path, Kind::Prompt, "it is not allowed in a request for a prompt of Prompt management");
    }
}

/// Checks that the last assistant message begins with reasoning if extended thinking is enabled and
/// it calls a tool.
///
/// Observed with Claude: "When `thinking` is enabled, a final `assistant` message must start with a
/// thinking block".
fn check_reasoning(conversation: &Conversation, problems: &mut Problems) {
    let Some(fields) = conversation.request_fields.and_then(|fields| fields.read::<Value>().ok()) else { return };
    if fields.pointer("/thinking/type").and_then(Value::as_str) != Some("enabled") {
        return;
    }
    let last = conversation.messages.iter().rposition(|message| message.role == ConversationRole::Assistant);
    let Some((at, message)) = last.and_then(|at| Some((at, conversation.messages.get(at)?))) else { return };
    let calls = message.content.iter().any(|block| matches!(block, ContentBlock::ToolUse(_)));
    if calls && !matches!(message.content.first(), Some(ContentBlock::ReasoningContent(_))) {
        let message = "with extended thinking, a message that calls tools must begin with reasoning";
        problems.hint(format_args!("messages[{at}].content[0]"), Kind::MissingReasoning, message);
    }
}
