//! Encodes paths and queries.

use crate::error::{ConfigError, ConfigErrorKind};
use crate::sigv4::uri_encode;

/// Fills in the path parameters of a template like `/model/{modelId}/converse`.
///
/// Each value becomes one path segment. The unreserved characters of RFC 3986 stay, and every other
/// byte becomes `%XX`: `/` becomes `%2F`, and `:` becomes `%3A`. The result is sent without further
/// encoding.
///
/// ```
/// use bedrock_lite::endpoint::path_from_template;
///
/// let parameters = [("modelId", "amazon.nova-lite-v1:0")];
/// let path = path_from_template("/model/{modelId}/converse", &parameters)?;
/// assert_eq!(path, "/model/amazon.nova-lite-v1%3A0/converse");
/// # Ok::<(), bedrock_lite::ConfigError>(())
/// ```
///
/// # Errors
///
/// [`ConfigErrorKind::InvalidPathParameter`] in these cases:
///
/// - A value is empty, `.` or `..`, because each of these leads to a different path.
/// - The template does not begin with `/`, has an unclosed brace, or has a character that a path
///   cannot contain.
/// - The path parameters of the template are not exactly the given ones.
pub fn path_from_template(template: &str, parameters: &[(&str, &str)]) -> Result<String, ConfigError> {
    let invalid_template = |problem: &str| invalid(format!("the path template {template:?} {problem}"));
    if !template.starts_with('/') {
        return Err(invalid_template("does not begin with a slash"));
    }
    let values: usize = parameters.iter().map(|(_, value)| value.len() * 3 / 2).sum();
    let mut path = String::with_capacity(template.len() + values);
    let mut used = 0;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| invalid_template("has an unclosed brace"))?;
        let (_, value) = parameters
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .ok_or_else(|| invalid_template(&format!("has a path parameter {name:?} without a value")))?;
        check_value(name, value)?;
        push_literal(&mut path, before).map_err(invalid_template)?;
        uri_encode::push(&mut path, value);
        used += 1;
        rest = after;
    }
    push_literal(&mut path, rest).map_err(invalid_template)?;
    if used != parameters.len() {
        return Err(invalid_template("does not contain each given path parameter exactly once"));
    }
    Ok(path)
}

/// Encodes a query: `name=value` pairs in the given order, joined by `&`.
///
/// The unreserved characters of RFC 3986 stay, and every other byte becomes `%XX`.
///
/// ```
/// use bedrock_lite::endpoint::query_string;
///
/// let query = query_string(&[("byProvider", "Meta & co"), ("nextToken", "a/b==")]);
/// assert_eq!(query, "byProvider=Meta%20%26%20co&nextToken=a%2Fb%3D%3D");
/// assert_eq!(query_string(&[]), "");
/// ```
#[must_use]
pub fn query_string(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        uri_encode::push(&mut query, name);
        query.push('=');
        uri_encode::push(&mut query, value);
    }
    query
}

fn push_literal(path: &mut String, text: &str) -> Result<(), &'static str> {
    if !text.bytes().all(|b| b == b'/' || uri_encode::is_unreserved(b)) {
        return Err("has a character outside its path parameters that a path cannot contain");
    }
    path.push_str(text);
    Ok(())
}

fn check_value(name: &str, value: &str) -> Result<(), ConfigError> {
    match value {
        "" => Err(invalid(format!("{name} is empty, but a path segment cannot be empty"))),
        "." | ".." => Err(invalid(format!("{name} is {value:?}, which HTTP clients resolve to another path"))),
        _ => Ok(()),
    }
}

fn invalid(message: String) -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidPathParameter, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_templates_are_errors() {
        for (template, problem) in [
            ("model", "slash"),
            ("/model/{modelId", "unclosed"),
            ("/model/{other}", "\"other\""),
            ("/model/{modelId+}", "\"modelId+\""),
            ("/model", "each given path parameter"),
            ("/{modelId}/{modelId}", "each given path parameter"),
            ("/a b/{modelId}", "cannot contain"),
            ("/model/{modelId}}", "cannot contain"),
            ("/model/{modelId}?x=y", "cannot contain"),
        ] {
            let error = path_from_template(template, &[("modelId", "x")]).unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::InvalidPathParameter);
            assert!(error.to_string().contains(problem), "{template}: {error}");
        }
    }
}
