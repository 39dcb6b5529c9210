//! Reading a base URL.

use http::uri::{Authority, Scheme};
use url::{Host, Url};

use super::{Endpoint, is_dot_segment};
use crate::error::{ConfigError, ConfigErrorKind};

/// Reads a URL that somebody typed, and refuses what requests cannot be sent to as it says.
pub(super) fn parse(text: &str) -> Result<Endpoint, ConfigError> {
    let refuse = |problem: &str| invalid(text, problem);
    // `Url` drops tabs and line breaks, reads `\` as `/` and takes `http:host` for `http://host`: we do not.
    if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return Err(refuse(
            "holds white space, a backslash or a character that is not ASCII: remove or percent-encode it",
        ));
    }
    let (scheme, after) =
        text.split_once("://").ok_or_else(|| refuse("is no URL: use one like https://host:8443/prefix"))?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => Scheme::HTTP,
        "https" => Scheme::HTTPS,
        _ => return Err(refuse("is neither http:// nor https://")),
    };
    if after.is_empty() || after.starts_with(['/', '?', '#', ':']) {
        return Err(refuse("has no host"));
    }
    let url =
        Url::parse(text).map_err(|e| refuse("is no URL: use one like https://host:8443/prefix").with_source(e))?;
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(refuse("holds a user or a password: remove what is before the @"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a query or a fragment: remove what follows the path"));
    }
    let path = after.find('/').and_then(|at| after.get(at..)).unwrap_or_default();
    if path.split('/').any(is_dot_segment) || (url.path() != path && !path.is_empty()) {
        return Err(refuse(
            "has a path that is not sent as it is: remove dot segments, percent-encode other characters",
        ));
    }
    let host = url.host().ok_or_else(|| refuse("has no host"))?;
    let loopback = match &host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    };
    let authority =
        Authority::try_from(authority).map_err(|e| refuse("has no host that can be sent to").with_source(e))?;

    let base = format!("{scheme}://{authority}");
    let prefix_at = base.len();
    let base = (base + path.trim_end_matches('/')).into();
    Ok(Endpoint { base, prefix_at, scheme, authority, loopback })
}

fn invalid(text: &str, problem: &str) -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidEndpoint, format!("the endpoint URL {:?} {problem}", shown(text)))
}

/// Returns a URL as errors and formatters show it: without user, password, query and fragment.
///
/// The text may be malformed. A password can contain any character, so everything before the last `@` is taken for one.
pub(super) fn shown(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let (user, rest) = rest.rsplit_once('@').map_or((false, rest), |(_, rest)| (true, rest));
    // A scheme with an `@` is no scheme.
    let scheme = if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) { scheme } else { "" };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let colon = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{colon}{}{rest}", if user { "[redacted]@" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_url_that_may_be_a_secret_is_shown() {
        for (text, expected) in [
            ("https://host:8443/prefix", "https://host:8443/prefix"),
            ("https://user:password@host/p", "https://[redacted]@host/p"),
            ("https://user:pass#word@host", "https://[redacted]@host"),
            ("https://user:pass?wo/rd@host", "https://[redacted]@host"),
            ("https://user:p@ss@host", "https://[redacted]@host"),
            ("user:password@host", "[redacted]@host"),
            ("https://host/p?token=secret#secret", "https://host/p"),
            ("a@secret://host", "host"),
            ("host", "host"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
