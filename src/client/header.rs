//! Checks the headers of [`Client::with_header`](super::Client::with_header).

use http::header::{HeaderName, HeaderValue};

use crate::error::{ConfigError, ConfigErrorKind};

/// Headers that the signer or the client sets.
const RESERVED: [&str; 11] = [
    "accept",
    "accept-encoding",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
];

/// Headers of one connection (RFC 9110 section 7.6.1), and those that control the HTTP exchange.
const HOP_BY_HOP: [&str; 10] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Words in the name of a header whose value is secret.
const SECRET: [&str; 7] = ["authorization", "cookie", "credential", "key", "password", "secret", "token"];

/// Returns a header for every request of a client, or an error if a caller must not set it.
pub(super) fn checked(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), ConfigError> {
    let invalid =
        |problem: &str| ConfigError::new(ConfigErrorKind::InvalidHeader, format!("header {name:?} {problem}"));
    let header = HeaderName::try_from(name).map_err(|error| invalid("has an invalid name").with_source(error))?;
    let text = header.as_str();
    if RESERVED.contains(&text) {
        return Err(invalid("cannot be set: the client sets it"));
    }
    if HOP_BY_HOP.contains(&text) {
        return Err(invalid("cannot be set: it belongs to a single connection, which the HTTP client manages"));
    }
    // Many servers drop such a header, or confuse it with the same name with a hyphen.
    if text.contains('_') {
        return Err(invalid("cannot be set: servers drop or rename headers with an underscore, use a hyphen"));
    }
    let mut value = HeaderValue::try_from(value)
        .map_err(|error| invalid("has a value with characters that are invalid in a header").with_source(error))?;
    value.set_sensitive(SECRET.iter().any(|word| text.contains(word)));
    Ok((header, value))
}
