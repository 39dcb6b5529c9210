//! Rules of JSON inside a request.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use super::problem::{Problems, ValidationProblemKind as Kind};
use crate::runtime::{JsonSchemaDefinition, ToolInputSchema};
use crate::shape::Document;

/// Checks a document that must be an object whose strings are Unicode.
///
/// Observed: "The format of the value at messages.2.content.0.toolResult.content.0.json is invalid.
/// Provide a json object for the field and try again."
pub(super) fn check_object(path: &str, document: &Document, problems: &mut Problems) {
    let json = document.as_json();
    if !is_object(json) {
        let message = format_args!("{} is not allowed: it must be a JSON object", type_of(json));
        problems.add(path, Kind::NotAnObject, message);
    } else if has_lone_surrogate(json) {
        // The service refuses such a request with a 400, and every later turn that contains it.
        problems.add(path, Kind::NotJson, "a string contains half of a surrogate pair, which is not valid Unicode");
    }
}

/// Checks the schema of a tool's input. Observed: "The value at
/// toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object."
pub(super) fn check_input_schema(path: &str, schema: &ToolInputSchema, problems: &mut Problems) {
    let ToolInputSchema::Json(document) = schema else { return problems.refuse_empty(path, schema.is_empty()) };
    let path = format!("{path}.json");
    check_object(&path, document, problems);
    if !is_object(document.as_json()) {
        return;
    }
    // A schema that cannot be read is left to the service.
    let Ok(schema) = document.read::<BTreeMap<String, Document>>() else { return };
    match schema.get("type").map(Document::as_json) {
        Some("\"object\"") => {}
        // Nova returns a 200 for such requests.
        None | Some("null") => {
            let message = "the schema has no top-level type, and most models require \"object\"";
            problems.hint(format_args!("{path}.type"), Kind::ToolSchema, message);
        }
        Some(_) => {
            problems.add(format_args!("{path}.type"), Kind::ToolSchema, "the top-level type must be \"object\"");
        }
    }
}

/// Checks the schema of structured output, which is JSON in a string.
pub(super) fn check_output_schema(path: &str, schema: &JsonSchemaDefinition, problems: &mut Problems) {
    let json = schema.schema.trim();
    if let Err(error) = serde_json::from_str::<IgnoredAny>(json) {
        problems.add(path, Kind::NotJson, format_args!("the schema is not JSON: {error}"));
    } else if has_lone_surrogate(json) {
        problems.add(path, Kind::NotJson, "a string contains half of a surrogate pair, which is not valid Unicode");
    } else if matches!(json, "true" | "false") {
        problems.hint(path, Kind::NotAnObject, "a schema that is not an object does not constrain the output");
    } else if !is_object(json) {
        problems.add(path, Kind::NotAnObject, format_args!("{} is not a JSON schema", type_of(json)));
    }
}

/// Returns whether JSON is an object, determined from its first character.
fn is_object(json: &str) -> bool {
    json.trim_start().starts_with('{')
}

fn type_of(json: &str) -> &'static str {
    match json.trim_start().as_bytes().first() {
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Returns whether a string in the JSON contains an unpaired surrogate: `\ud800` to `\udfff`.
fn has_lone_surrogate(json: &str) -> bool {
    let mut rest = json.as_bytes();
    // JSON has backslashes in strings only.
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let escape = rest.get(at..).unwrap_or_default();
        let length = match unit(escape) {
            Some(0xd800..=0xdbff) => {
                let low = escape.get(6..).unwrap_or_default();
                if !matches!(unit(low), Some(0xdc00..=0xdfff)) {
                    return true;
                }
                12
            }
            Some(0xdc00..=0xdfff) => return true,
            Some(_) => 6,
            None => 2,
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    false
}

/// Returns the UTF-16 unit of an escape such as `\u00e9`.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_found() {
        for lone in
            [r#"{"a":"\ud99c x"}"#, r#"{"a":"\udc00"}"#, r#"{"\ud83d":1}"#, r#"["\ud83d\ud83d\ude00"]"#, r#""\ud83d"#]
        {
            assert!(has_lone_surrogate(lone), "{lone}");
        }
        for fine in [r#"{"a":"\ud83d\ude00"}"#, r#"{"a":"\\ud99c"}"#, r#"{"a":"\u00e9\n\""}"#, "{}", r#""\\\\ud83d""#] {
            assert!(!has_lone_surrogate(fine), "{fine}");
        }
    }
}
