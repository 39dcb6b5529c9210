//! The canonical query: names and values are percent-encoded and sorted. A name without a value
//! gets a `=`.

use std::collections::BinaryHeap;

use crate::sigv4::uri_encode;

/// Appends the canonical form of a query string.
pub(super) fn push(out: &mut String, query: &str) {
    if query.is_empty() {
        return;
    }
    let pairs: BinaryHeap<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (recode(name), recode(value)))
        .collect();
    for (index, (name, value)) in pairs.into_sorted_vec().iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
}

/// Decodes and encodes text, so that `%7e` and `~` have the same signature. A `+` is a space, as
/// servers read it.
fn recode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = next(rest) {
        uri_encode::push_byte(&mut out, byte);
        rest = after;
    }
    out
}

/// Returns the first decoded byte, and the rest of the text. A `%` without two digits is kept.
fn next(text: &[u8]) -> Option<(u8, &[u8])> {
    if let [b'%', high, low, rest @ ..] = text
        && let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low))
    {
        return Some((high << 4 | low, rest));
    }
    let (first, rest) = text.split_first()?;
    Some((if *first == b'+' { b' ' } else { *first }, rest))
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_is_encoded_and_sorted() {
        for (query, expected) in [
            ("", ""),
            ("sync", "sync="),
            ("foo=bar&baz=", "baz=&foo=bar"),
            ("Param-3=3&Param=2", "Param=2&Param-3=3"),
            ("a=2&a=1&a", "a=&a=1&a=2"),
            ("[=1&A=2", "%5B=1&A=2"),
            ("a=b=c&&", "a=b%3Dc"),
            ("a=%7e%2f%2F+%20", "a=~%2F%2F%20%20"),
            ("a=%&b=%4&c=%zz", "a=%25&b=%254&c=%25zz"),
            ("ሴ=x", "%E1%88%B4=x"),
        ] {
            let mut out = String::new();
            push(&mut out, query);
            assert_eq!(out, expected, "{query:?}");
        }
    }
}
