//! Paths and queries, from AWS's templates and people's values.

use crate::error::{ConfigError, ConfigErrorKind};
use crate::sigv4::uri_encode;

/// Fills in the path parameters of a template: `/model/{modelId}/converse`.
///
/// A value is one path segment, whatever it holds: RFC 3986's unreserved characters stay, every other byte becomes `%XX`, so `/`
/// is `%2F` and `:` is `%3A`. The result goes over the wire as it is.
///
/// ```
/// use bedrock_lite::endpoint::path_from_template;
///
/// let path = path_from_template("/model/{modelId}/converse", &[("modelId", "amazon.nova-lite-v1:0")])?;
/// assert_eq!(path, "/model/amazon.nova-lite-v1%3A0/converse");
/// # Ok::<(), bedrock_lite::ConfigError>(())
/// ```
///
/// # Errors
///
/// [`ConfigErrorKind::InvalidLabel`] for a value that is empty, `.` or `..`, which would make it another path, and for a
/// template that does not begin with `/`, has an open brace, or names other path parameters than the given ones.
pub fn path_from_template(template: &str, parameters: &[(&str, &str)]) -> Result<String, ConfigError> {
    let broken = |problem: &str| invalid(format!("the path template {template:?} {problem}"));
    if !template.starts_with('/') {
        return Err(broken("does not begin with a slash"));
    }
    let values: usize = parameters.iter().map(|(_, value)| value.len() * 3 / 2).sum();
    let mut path = String::with_capacity(template.len() + values);
    let mut used = 0;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| broken("has a brace that is not closed"))?;
        let (_, value) = parameters
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .ok_or_else(|| broken(&format!("has a path parameter {name:?} without a value")))?;
        check(name, value)?;
        push_literal(&mut path, before).map_err(broken)?;
        uri_encode::push(&mut path, value);
        used += 1;
        rest = after;
    }
    push_literal(&mut path, rest).map_err(broken)?;
    if used != parameters.len() {
        return Err(broken("does not have each given path parameter exactly once"));
    }
    Ok(path)
}

/// Encodes a query: `name=value` joined by `&`, in the given order, each byte but the unreserved as `%XX`.
///
/// ```
/// use bedrock_lite::endpoint::query_string;
///
/// assert_eq!(query_string(&[("byProvider", "Meta & co"), ("nextToken", "a/b==")]), "byProvider=Meta%20%26%20co&nextToken=a%2Fb%3D%3D");
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
        return Err("has a character outside its path parameters that a path cannot hold");
    }
    path.push_str(text);
    Ok(())
}

fn check(name: &str, value: &str) -> Result<(), ConfigError> {
    match value {
        "" => Err(invalid(format!("{name} is empty: a path cannot hold that"))),
        "." | ".." => Err(invalid(format!("{name} is {value:?}, which would make it another path"))),
        _ => Ok(()),
    }
}

fn invalid(message: String) -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidLabel, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_templates_are_errors() {
        for (template, problem) in [
            ("model", "slash"),
            ("/model/{modelId", "not closed"),
            ("/model/{other}", "\"other\""),
            ("/model/{modelId+}", "\"modelId+\""),
            ("/model", "each given path parameter"),
            ("/{modelId}/{modelId}", "each given path parameter"),
            ("/a b/{modelId}", "cannot hold"),
            ("/model/{modelId}}", "cannot hold"),
            ("/model/{modelId}?x=y", "cannot hold"),
        ] {
            let error = path_from_template(template, &[("modelId", "x")]).unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::InvalidLabel);
            assert!(error.to_string().contains(problem), "{template}: {error}");
        }
    }
}
