//! The canonical path: normalized (RFC 3986 section 5.2.4), without repeated slashes, and
//! percent-encoded again.
//!
//! S3 does neither. Every other service does both.

use crate::sigv4::uri_encode;

/// Appends the canonical form of a path.
pub(super) fn push(out: &mut String, path: &str) {
    if is_normal(path) {
        uri_encode::push_path(out, path);
    } else {
        push_normalised(out, path);
    }
}

/// Returns whether the path is already normalized, as nearly every path is.
fn is_normal(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.starts_with(b"/") && !bytes.windows(2).any(|pair| matches!(pair, b"//" | b"/."))
}

fn push_normalised(out: &mut String, path: &str) {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    for segment in &kept {
        out.push('/');
        uri_encode::push(out, segment);
    }
    let is_directory = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    if kept.is_empty() || is_directory {
        out.push('/');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_normalized_and_encoded_again() {
        for (path, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("foo", "/foo"),
            ("/foo/bar/", "/foo/bar/"),
            ("/a/./b/../../c", "/c"),
            ("/a/b/..", "/a/"),
            ("/../../a/.", "/a/"),
            ("/.hidden/...", "/.hidden/..."),
            ("/model/a%3A0/converse", "/model/a%253A0/converse"),
            ("/a%2F..%2Fb", "/a%252F..%252Fb"),
            ("/%2e%2e/b", "/%252e%252e/b"),
            ("/@!'()*", "/%40%21%27%28%29%2A"),
            ("/ሴ", "/%E1%88%B4"),
        ] {
            let mut out = String::new();
            push(&mut out, path);
            assert_eq!(out, expected, "{path:?}");
        }
    }
}
