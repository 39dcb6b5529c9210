//! Rules of cache points. They occur in tools, system blocks and the content of messages.

use super::Conversation;
use super::problem::{Problems, ValidationProblemKind as Kind};
use crate::runtime::{CachePointBlock, CacheTTL, ContentBlock, DocumentFormat, Message, SystemContentBlock, Tool};

/// The number of cache points that most models accept.
const MOST: usize = 4;

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    let tools = conversation.tool_config.into_iter().flat_map(|config| config.tools.iter().enumerate());
    let tools = tools.filter_map(|(at, tool)| match tool {
        Tool::CachePoint(point) => Some((format!("toolConfig.tools[{at}].cachePoint"), at, point)),
        _ => None,
    });
    let system = conversation.system.iter().enumerate().filter_map(|(at, block)| match block {
        SystemContentBlock::CachePoint(point) => Some((format!("system[{at}].cachePoint"), at, point)),
        _ => None,
    });
    let messages = conversation.messages.iter().enumerate().flat_map(|(message, turn)| {
        turn.content.iter().enumerate().filter_map(move |(at, block)| match block {
            ContentBlock::CachePoint(point) => {
                Some((format!("messages[{message}].content[{at}].cachePoint"), at, point))
            }
            _ => None,
        })
    });
    let mut shortest = u32::MAX;
    // This is the order in which models read a prompt.
    for (nth, (path, at, point)) in tools.chain(system).chain(messages).enumerate() {
        if at == 0 {
            problems.hint(
                &path,
                Kind::CachePointPlace,
                "nothing precedes the cache point, so there is nothing to cache",
            );
        }
        if nth == MOST {
            problems.hint(&path, Kind::TooMany, format_args!("most models accept at most {MOST} cache points"));
        }
        let Some(minutes) = minutes(point) else { continue };
        if minutes > shortest {
            let message = "its lifetime is longer than that of an earlier cache point (order: tools, system, messages)";
            problems.add(format_args!("{path}.ttl"), Kind::CachePointOrder, message);
        }
        shortest = shortest.min(minutes);
    }
}

/// Checks the blocks that directly precede cache points.
pub(super) fn check_place(path: &str, message: &Message, problems: &mut Problems) {
    for (at, pair) in message.content.windows(2).enumerate() {
        let [before, ContentBlock::CachePoint(_)] = pair else { continue };
        let path = format!("{path}[{}].cachePoint", at + 1);
        match before {
            // Observed: "Cache point cannot be inserted after reasoning block. Please remove the
            // invalid cache point and try again."
            ContentBlock::ReasoningContent(_) => {
                problems.add(path, Kind::CachePointPlace, "a cache point cannot directly follow reasoning");
            }
            // Observed with Claude: "messages.0.content.3.type: Field required".
            ContentBlock::Document(document) if document.format != Some(DocumentFormat::Pdf) => {
                let message = "some models refuse a cache point directly after a document that is not a PDF";
                problems.hint(path, Kind::CachePointPlace, message);
            }
            _ => {}
        }
    }
}

/// Returns the lifetime of a cache point in minutes, or `None` if it is an unrecognized variant.
fn minutes(point: &CachePointBlock) -> Option<u32> {
    match point.ttl {
        None | Some(CacheTTL::FiveMinutes) => Some(5),
        Some(CacheTTL::OneHour) => Some(60),
        Some(CacheTTL::Unknown(_)) => None,
    }
}
