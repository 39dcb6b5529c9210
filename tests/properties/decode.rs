//! Responses with a wrong value in a random place, and truncated responses.

use bedrock_lite::{ConverseRequest, ConverseResponse, Error, Operation};
use proptest::prelude::*;
use serde_json::{Value, json};

fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"toolUse": {"toolUseId": "t", "name": "weather", "input": {"city": "Oslo"}}},
            {"image": {"format": "png", "source": {"bytes": "iVBORw=="}}},
            {"text": "Hi"},
        ]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
        "metrics": {"latencyMs": 4},
        "performanceConfig": {"latency": "standard"},
    })
}

fn read(body: String) -> Result<ConverseResponse, Error> {
    ConverseRequest::http_response(http::Response::new(body.into()))
}

/// Collects the paths of all places in a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(list) => {
            for (nth, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{nth}"), found);
            }
        }
        _ => {}
    }
}

proptest! {
    /// The result is a response or an error. The path of the error leads to the wrong value, or to
    /// the value that contains or lacks it.
    #[test]
    fn any_value_in_any_place_is_a_response_or_an_error(at in any::<prop::sample::Index>(), wrong in prop_oneof![
        Just(json!(null)), Just(json!(-1)), Just(json!(1e300)), Just(json!("")), Just(json!([])), Just(json!({})),
        Just(json!([{}])), Just(json!({"a": {}})), any::<i64>().prop_map(Value::from), ".{0,5}".prop_map(Value::from),
    ]) {
        let mut body = reply();
        let mut found = Vec::new();
        places(&body, "", &mut found);
        let place = at.get(&found);
        *body.pointer_mut(place).unwrap() = wrong;
        match read(body.to_string()) {
            Ok(_) => {}
            Err(Error::Decode(error)) => {
                let pointer = error.path().replace('[', ".").replace(']', "");
                let place = place.trim_start_matches('/').replace('/', ".");
                prop_assert!(pointer.starts_with(&place) || place.starts_with(&pointer), "{} for {}", error.path(), body);
            }
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn truncated_body_is_an_error(cut in any::<prop::sample::Index>()) {
        let body = reply().to_string();
        let cut = cut.index(body.len());
        prop_assert!(matches!(read(body[..cut].to_owned()), Err(Error::Decode(_))));
    }
}
