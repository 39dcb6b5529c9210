//! Comparison of two JSON texts by value.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Document;

/// The maximum depth of a comparison by value. Deeper values are compared as text. `serde_json` has
/// the same limit.
const DEEPEST: usize = 128;

/// Returns whether two JSON texts have the same value. The order of members is ignored, and numbers
/// are compared exactly.
///
/// A [`serde_json::Value`] cannot hold every value: numbers lose digits, and `1e400` is out of
/// range.
pub(super) fn same_json(left: &str, right: &str) -> bool {
    same(left, right, DEEPEST)
}

fn same(left: &str, right: &str, depth: usize) -> bool {
    if left == right {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (left.as_bytes().first(), right.as_bytes().first()) {
        (Some(b'{'), Some(b'{')) => {
            let members = |json| read::<BTreeMap<String, Document>>(json);
            let (Some(left), Some(right)) = (members(left), members(right)) else { return false };
            left.len() == right.len()
                && left.iter().zip(&right).all(|((name, value), (other, other_value))| {
                    name == other && same(value.as_json(), other_value.as_json(), depth)
                })
        }
        (Some(b'['), Some(b'[')) => {
            let elements = |json| read::<Vec<&RawValue>>(json);
            let (Some(left), Some(right)) = (elements(left), elements(right)) else { return false };
            left.len() == right.len() && left.iter().zip(&right).all(|(a, b)| same(a.get(), b.get(), depth))
        }
        (Some(b'"'), Some(b'"')) => {
            matches!((read::<String>(left), read::<String>(right)), (Some(a), Some(b)) if a == b)
        }
        (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => {
            matches!((decimal(left), decimal(right)), (Some(a), Some(b)) if a == b)
        }
        _ => false,
    }
}

fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// Returns a number as its sign, its significant digits, and the power of ten of the last digit.
fn decimal(number: &str) -> Option<(bool, String, i64)> {
    let (negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let short = digits.trim_end_matches('0');
    let zeros = digits.len() - short.len();
    let short = short.trim_start_matches('0');
    if short.is_empty() {
        return Some((false, String::new(), 0));
    }
    let power = i64::try_from(zeros).ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    Some((negative, short.to_owned(), exponent.parse::<i64>().ok()?.checked_add(power)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_notations_of_a_value_are_equal() {
        for (left, right) in [
            (r#"{"a": 1, "b": [true, null]}"#, r#"{"b":[true,null],"a":1}"#),
            ("1", "1.0"),
            ("100", "1e2"),
            ("100", "1E+2"),
            ("-0.010", "-1e-2"),
            ("0", "-0.0"),
            ("0e5", "0"),
            ("1e400", "10e399"),
            ("[ 1e400 ]", "[1e400]"),
            ("123456789012345678901234567890", "123456789012345678901234567890.0"),
            (r#""\u0041""#, r#""A""#),
            (r#"{"\u0061":1}"#, r#"{"a":1}"#),
        ] {
            assert!(same_json(left, right), "{left} and {right}");
        }
    }

    #[test]
    fn different_values_are_not_equal() {
        for (left, right) in [
            ("1e400", r#""1e400""#),
            ("1e400", "1e401"),
            ("123456789012345678901234567890", "123456789012345678901234567891"),
            (r#""\ud800""#, r#""\"\\ud800\"""#),
            ("1", r#""1""#),
            ("null", r#""null""#),
            ("{}", "[]"),
            ("[]", "[null]"),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            ("1", "-1"),
            ("10", "1"),
            ("true", "false"),
        ] {
            assert!(!same_json(left, right), "{left} and {right}");
        }
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let deep = |space: &str| format!("{}{space}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(same_json(&deep(""), &deep("")));
        assert!(!same_json(&deep(""), &deep(" ")));
    }
}
