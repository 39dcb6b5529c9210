//! Rules of what stands beside the conversation, from the service model; and of cache points, which stand everywhere.

use super::Conversation;
use super::problem::{Problems, ValidationProblemKind as Kind};
use crate::runtime::{CachePointBlock, CacheTTL, ContentBlock, InferenceConfiguration, SystemContentBlock, Tool};

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    if let Some(config) = conversation.inference_config {
        check_inference(config, problems);
    }
    let paths = conversation.response_field_paths;
    problems.at_most("additionalModelResponseFieldPaths", paths.len(), 10, "paths");
    for (at, path) in paths.iter().enumerate() {
        if !(1..=256).contains(&path.chars().count()) {
            let place = format!("additionalModelResponseFieldPaths[{at}]");
            problems.add(place, Kind::Text, "a path has 1 to 256 characters");
        }
    }
    let metadata = conversation.request_metadata;
    problems.at_most("requestMetadata", metadata.len(), 16, "pairs");
    for (key, value) in metadata {
        if key.is_empty() || !is_metadata(key) || !is_metadata(value) {
            let message = "up to 256 letters, digits, spaces and :_@$#=/+,-. and no empty key";
            problems.add(format_args!("requestMetadata.{key}"), Kind::Text, message);
        }
    }
    check_cache_points(conversation, problems);
}

fn is_metadata(text: &str) -> bool {
    let may = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || ":_@$#=/+,-.".contains(c);
    text.chars().count() <= 256 && text.chars().all(may)
}

fn check_inference(config: &InferenceConfiguration, problems: &mut Problems) {
    if config.max_tokens.is_some_and(|tokens| tokens < 1) {
        problems.add("inferenceConfig.maxTokens", Kind::OutOfRange, "at least 1");
    }
    for (name, share) in [("temperature", config.temperature), ("topP", config.top_p)] {
        if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            problems.add(format_args!("inferenceConfig.{name}"), Kind::OutOfRange, "0 to 1");
        }
    }
    problems.at_most("inferenceConfig.stopSequences", config.stop_sequences.len(), 2500, "stop sequences");
    for (at, stop) in config.stop_sequences.iter().enumerate() {
        if stop.is_empty() {
            problems.add(format_args!("inferenceConfig.stopSequences[{at}]"), Kind::Text, "the text is empty");
        }
    }
}

/// No cache point may live longer than one before it: tools come first, then the system blocks, then the messages.
fn check_cache_points(conversation: &Conversation, problems: &mut Problems) {
    let tools = conversation.tool_config.into_iter().flat_map(|config| config.tools.iter().enumerate());
    let tools = tools.filter_map(|(at, tool)| match tool {
        Tool::CachePoint(point) => Some((format!("toolConfig.tools[{at}]"), point)),
        _ => None,
    });
    let system = conversation.system.iter().enumerate().filter_map(|(at, block)| match block {
        SystemContentBlock::CachePoint(point) => Some((format!("system[{at}]"), point)),
        _ => None,
    });
    let messages = conversation.messages.iter().enumerate().flat_map(|(message, turn)| {
        turn.content.iter().enumerate().filter_map(move |(at, block)| match block {
            ContentBlock::CachePoint(point) => Some((format!("messages[{message}].content[{at}]"), point)),
            _ => None,
        })
    });
    let mut shortest = u32::MAX;
    for (path, point) in tools.chain(system).chain(messages) {
        let Some(minutes) = minutes(point) else { continue };
        if minutes > shortest {
            let message = "it lives longer than a cache point before it (tools, then system, then messages)";
            problems.add(format_args!("{path}.cachePoint.ttl"), Kind::CachePointOrder, message);
        }
        shortest = shortest.min(minutes);
    }
}

/// How long a cache point lives; `None` for a lifetime to come.
fn minutes(point: &CachePointBlock) -> Option<u32> {
    match point.ttl {
        None | Some(CacheTTL::FiveMinutes) => Some(5),
        Some(CacheTTL::OneHour) => Some(60),
        Some(CacheTTL::Unknown(_)) => None,
    }
}
