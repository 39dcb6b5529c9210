//! Compares JSON by meaning: numbers are compared by value, in any notation.

use serde_json::{Number, Value};

/// Returns where two values differ.
pub(crate) fn alike(left: &Value, right: &Value) -> Result<(), String> {
    compare(left, right, "", &mut |_, _| false)
}

/// Compares as [`alike`], and calls `may_drop` for each member that only the left value has, with
/// its path and its value. In the path, `[]` is any element of a list.
pub(crate) fn alike_but(
    left: &Value,
    right: &Value,
    mut may_drop: impl FnMut(&str, &Value) -> bool,
) -> Result<(), String> {
    compare(left, right, "", &mut may_drop)
}

fn compare(
    left: &Value,
    right: &Value,
    path: &str,
    may_drop: &mut dyn FnMut(&str, &Value) -> bool,
) -> Result<(), String> {
    match (left, right) {
        (Value::Object(lefts), Value::Object(rights)) => {
            for (name, left) in lefts {
                let path = format!("{path}.{name}");
                match rights.get(name) {
                    Some(right) => compare(left, right, &path, may_drop)?,
                    None if may_drop(&path, left) => {}
                    None => return Err(format!("{path}: {left} is missing on the right")),
                }
            }
            match rights.iter().find(|(name, _)| !lefts.contains_key(*name)) {
                Some((name, right)) => Err(format!("{path}.{name}: {right} is missing on the left")),
                None => Ok(()),
            }
        }
        (Value::Array(lefts), Value::Array(rights)) => {
            if lefts.len() != rights.len() {
                return Err(format!("{path}: {} elements and {}", lefts.len(), rights.len()));
            }
            let path = format!("{path}[]");
            lefts.iter().zip(rights).try_for_each(|(left, right)| compare(left, right, &path, may_drop))
        }
        (Value::Number(a), Value::Number(b)) if same_number(a, b) => Ok(()),
        _ if left == right => Ok(()),
        _ => Err(format!("{path}: {left} and {right}")),
    }
}

/// Integers are compared as such, because two integers beyond 2^53 can be the same `f64`.
fn same_number(a: &Number, b: &Number) -> bool {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a == b,
        _ => a.as_f64() == b.as_f64(),
    }
}
