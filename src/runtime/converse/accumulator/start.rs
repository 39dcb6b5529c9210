//! Starts of blocks that do not determine a known kind of block.

use serde_json::Value;

use crate::runtime::{ContentBlockDelta, ContentBlockStart};
use crate::shape::Document;

/// The names of the blocks, and of their deltas, that begin without a `contentBlockStart`.
const WITHOUT_START: [&str; 4] = ["text", "reasoningContent", "citation", "citationsContent"];

/// Returns whether a start does not determine the kind of its block. The first delta then
/// determines it.
///
/// Some gateways send a start such as `{"text": {}}` or `{"text": ""}` before the deltas of a text.
pub(super) fn is_undetermined(start: &ContentBlockStart) -> bool {
    match start {
        ContentBlockStart::Unknown { name, value } if WITHOUT_START.contains(&name.as_str()) => is_empty(value),
        start => start.is_empty(),
    }
}

/// Returns the content of a start such as `{"text": "Hi"}`. Most starts have no content.
pub(super) fn content(start: &ContentBlockStart) -> Option<ContentBlockDelta> {
    let ContentBlockStart::Unknown { name, .. } = start else { return None };
    if !WITHOUT_START.contains(&name.as_str()) {
        return None;
    }
    let delta: ContentBlockDelta = Document::new(start).and_then(|document| document.read()).ok()?;
    if matches!(delta, ContentBlockDelta::Unknown { .. }) { None } else { Some(delta) }
}

fn is_empty(value: &Document) -> bool {
    value.to_value().is_ok_and(|value| has_only_types(&value))
}

/// Returns whether a value consists of empty values and types only.
fn has_only_types(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.iter().all(has_only_types),
        Value::Object(members) => members.iter().all(|(name, value)| name == "type" || has_only_types(value)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
