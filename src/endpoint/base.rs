//! Reading a base URL.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::uri::{Authority, Scheme};

use super::{Endpoint, is_dot_segment, is_of_uri};
use crate::error::{ConfigError, ConfigErrorKind};

/// Reads a URL that a person wrote, and refuses one that requests cannot be sent to as written.
pub(super) fn parse(text: &str) -> Result<Endpoint, ConfigError> {
    let refuse = |problem: &str| invalid(text, problem);
    if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return Err(refuse(
            "holds white space, a backslash or a character that is not ASCII: remove or percent-encode it",
        ));
    }
    let (scheme, after) =
        text.split_once("://").ok_or_else(|| refuse("is not a URL: use one like https://host:8443/prefix"))?;
    let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
        "http" => (Scheme::HTTP, 80),
        "https" => (Scheme::HTTPS, 443),
        _ => return Err(refuse("is neither http:// nor https://")),
    };
    if after.is_empty() || after.starts_with(['/', '?', '#', ':']) {
        return Err(refuse("has no host"));
    }
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(refuse("holds a user or a password: remove what is before the @"));
    }
    if after.contains(['?', '#']) {
        return Err(refuse("has a query or a fragment: remove what follows the path"));
    }
    let path = after.get(authority.len()..).unwrap_or_default();
    if path.split('/').any(is_dot_segment) || !path.bytes().all(is_of_uri) {
        return Err(refuse(
            "has a path that is not sent as it is: remove dot segments, percent-encode other characters",
        ));
    }
    let (host, port) =
        split_port(authority).ok_or_else(|| refuse("has a port that is not a number from 0 to 65535"))?;
    let (host, loopback) =
        read_host(host).ok_or_else(|| refuse("is not a URL: use one like https://host:8443/prefix"))?;
    let authority = match port.filter(|port| *port != default_port) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    let authority =
        Authority::try_from(authority).map_err(|e| refuse("has no host that can be sent to").with_source(e))?;

    let base = format!("{scheme}://{authority}");
    let prefix_at = base.len();
    let base = (base + path.trim_end_matches('/')).into();
    Ok(Endpoint { base, prefix_at, scheme, authority, loopback })
}

/// Splits the port off an authority. `None` if it is not a port.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    // The colons of an IPv6 address are inside its brackets.
    match authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        None => Some((authority, None)),
        Some((host, "")) => Some((host, None)),
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some((host, Some(port.parse().ok()?))),
        Some(_) => None,
    }
}

/// Returns a host in the form that HTTP clients send, and whether it is this machine. `None` if it is not a host.
fn read_host(host: &str) -> Option<(String, bool)> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some((format!("[{address}]"), address.is_loopback()));
    }
    let name = host.to_ascii_lowercase();
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return None;
    }
    // A name that ends in a number is an IPv4 address, in any notation.
    let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    if number(last).is_some() || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit())) {
        let address = read_ipv4(&name)?;
        return Some((address.to_string(), address.is_loopback()));
    }
    let has_empty_label = name.strip_suffix('.').unwrap_or(&name).split('.').any(str::is_empty);
    let loopback = name == "localhost";
    (!has_empty_label).then_some((name, loopback))
}

/// Reads an IPv4 address as the WHATWG URL standard does: `127.0.0.1`, `127.1`, `0x7f.1` and `2130706433` are the same.
fn read_ipv4(name: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u32> = name.strip_suffix('.').unwrap_or(name).split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) {
        return None;
    }
    let bits_of_last = 32 - 8 * u32::try_from(first.len()).ok()?;
    if bits_of_last < 32 && *last >> bits_of_last != 0 {
        return None;
    }
    let high = first.iter().zip([24, 16, 8]).fold(0, |bits, (part, shift)| bits | part << shift);
    Some(Ipv4Addr::from_bits(high | last))
}

/// Reads a number in decimal, in octal after `0`, or in hexadecimal after `0x`.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some("") => Some(0),
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if text.len() > 1 && text.starts_with('0') => u32::from_str_radix(text, 8).ok(),
        // `parse` takes a sign.
        None => text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())),
    }
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
