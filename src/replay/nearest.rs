//! Finds the fixture of a request, or the most similar one and the differences.

use http::{HeaderMap, Method};
use serde_json::Value;

use super::fixture::{Fixture, FixtureRequest};

/// A received request.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) query: Vec<String>,
    pub(super) headers: &'a HeaderMap,
    /// `None` for an empty body. A string for a body that is not JSON.
    pub(super) body: Option<Value>,
}

/// Returns the index of the fixture of a request, or a message with the most similar one.
pub(super) fn find(fixtures: &[Fixture], asked: &Asked<'_>) -> Result<usize, String> {
    let mut nearest: Option<(u32, &Fixture, String)> = None;
    for (at, fixture) in fixtures.iter().enumerate() {
        let Some((distance, difference)) = difference(&fixture.request, asked) else { return Ok(at) };
        if nearest.as_ref().is_none_or(|(least, ..)| distance < *least) {
            nearest = Some((distance, fixture, difference));
        }
    }
    let message = format!("no fixture for {} {}", asked.method, asked.path);
    Err(match nearest {
        Some((_, fixture, difference)) => format!("{message}; the most similar is {}: {difference}", fixture.name),
        None => message,
    })
}

/// Returns how different a request is from a fixture, and a description. Returns `None` if the
/// fixture matches.
fn difference(fixture: &FixtureRequest, asked: &Asked<'_>) -> Option<(u32, String)> {
    const OTHER_METHOD: u32 = 1_000_000;
    const OTHER_PATH: u32 = 1_000;
    const OTHER_QUERY: u32 = 500;
    let mut distance = 0;
    let mut differences = Vec::new();
    if fixture.method != *asked.method {
        distance += OTHER_METHOD;
        differences.push(format!("its method is {}", fixture.method));
    }
    if fixture.path != asked.path {
        let common = fixture.path.bytes().zip(asked.path.bytes()).take_while(|(a, b)| a == b).count();
        let apart = fixture.path.len().max(asked.path.len()) - common;
        distance += OTHER_PATH + u32::try_from(apart).unwrap_or(u32::MAX / 4);
        differences.push(format!("its path is {}", fixture.path));
    }
    if fixture.query != asked.query {
        distance += OTHER_QUERY;
        differences.push(format!("its query is {:?}, not {:?}", fixture.query.join("&"), asked.query.join("&")));
    }
    for (name, value) in &fixture.headers {
        if asked.headers.get(name) != Some(value) {
            distance += 1;
            differences.push(format!("its header {name} is {value:?}, not {:?}", asked.headers.get(name)));
        }
    }
    match (&fixture.body, &asked.body) {
        (Some(expected), Some(body)) => {
            let mut parts = Vec::new();
            compare(expected, body, "", &mut parts);
            distance += u32::try_from(parts.len()).unwrap_or(u32::MAX / 4);
            differences.extend(parts.into_iter().next());
        }
        (None, None) => {}
        (Some(_), None) => differences.push("it has a body".to_owned()),
        (None, Some(_)) => differences.push("it has no body".to_owned()),
    }
    (!differences.is_empty()).then(|| (distance, differences.join(", ")))
}

/// Compares two JSON values, and describes the differences with JSON pointers.
fn compare(expected: &Value, body: &Value, pointer: &str, differences: &mut Vec<String>) {
    match (expected, body) {
        (Value::Object(expected), Value::Object(body)) => {
            for (name, value) in expected {
                match body.get(name) {
                    Some(other) => compare(value, other, &format!("{pointer}/{name}"), differences),
                    None => differences.push(format!("{pointer}/{name} is missing")),
                }
            }
            let more = body.keys().filter(|name| !expected.contains_key(*name));
            differences.extend(more.map(|name| format!("{pointer}/{name} is not in the fixture")));
        }
        (Value::Array(expected), Value::Array(body)) => {
            if expected.len() != body.len() {
                differences.push(format!("{pointer} has {} elements, not {}", expected.len(), body.len()));
            }
            for (at, (value, other)) in expected.iter().zip(body).enumerate() {
                compare(value, other, &format!("{pointer}/{at}"), differences);
            }
        }
        // 1 and 1.0 are the same number.
        (Value::Number(expected), Value::Number(body)) if expected.as_f64() == body.as_f64() => {}
        _ if expected == body => {}
        _ => differences.push(format!("{pointer} is {}, not {}", short(expected), short(body))),
    }
}

fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differences(expected: &Value, body: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        compare(expected, body, "", &mut differences);
        differences
    }

    #[test]
    fn differences_are_described_with_json_pointers() {
        assert!(differences(&json!({"a": [1, {"b": 2}]}), &json!({"a": [1.0, {"b": 2}]})).is_empty());
        assert_eq!(differences(&json!({"a": [1, {"b": 2}]}), &json!({"a": [1, {"b": 3}]})), ["/a/1/b is 2, not 3"]);
        assert_eq!(differences(&json!({"a": 1}), &json!({"b": 1})), ["/a is missing", "/b is not in the fixture"]);
        assert_eq!(differences(&json!([1, 2]), &json!([1])), [" has 2 elements, not 1"]);
    }
}
