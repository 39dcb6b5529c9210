//! Starts of blocks that do not say a known kind.

use serde_json::Value;

use crate::runtime::{ContentBlockDelta, ContentBlockStart};
use crate::shape::Document;

/// Names of deltas and blocks that begin without a `contentBlockStart`.
const WITHOUT_START: [&str; 4] = ["text", "reasoningContent", "citation", "citationsContent"];

/// Returns whether a start says nothing of its block: the first delta decides its kind.
///
/// Some gateways send a start such as `{"text": {}}` or `{"text": ""}` before the deltas of a text.
pub(super) fn says_nothing(start: &ContentBlockStart) -> bool {
    match start {
        ContentBlockStart::Unknown { name, value } if WITHOUT_START.contains(&name.as_str()) => is_empty(value),
        start => start.is_empty(),
    }
}

/// Returns the content of a start that has some, as in `{"text": "Hi"}`.
pub(super) fn content(start: &ContentBlockStart) -> Option<ContentBlockDelta> {
    let ContentBlockStart::Unknown { name, .. } = start else { return None };
    if !WITHOUT_START.contains(&name.as_str()) {
        return None;
    }
    let delta: ContentBlockDelta = Document::new(start).and_then(|document| document.read()).ok()?;
    if matches!(delta, ContentBlockDelta::Unknown { .. }) { None } else { Some(delta) }
}

fn is_empty(value: &Document) -> bool {
    value.to_value().is_ok_and(|value| says_only_type(&value))
}

/// Returns whether a value has nothing but empty values and types in it.
fn says_only_type(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.iter().all(says_only_type),
        Value::Object(members) => members.iter().all(|(name, value)| name == "type" || says_only_type(value)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
