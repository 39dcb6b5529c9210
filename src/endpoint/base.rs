//! Reads base URLs.
//!
//! The core does not depend on the crate `url`. This file reads the part of the [WHATWG URL
//! standard] that base URLs need, and a test compares it with that crate. Hosts must come out
//! exactly as HTTP clients send them, because the `host` header is signed.
//!
//! [WHATWG URL standard]: https://url.spec.whatwg.org

use std::net::{Ipv4Addr, Ipv6Addr};

use http::uri::{Authority, Scheme};

use super::{Endpoint, is_dot_segment, is_uri_byte};
use crate::error::{ConfigError, ConfigErrorKind};

const NOT_A_URL: &str = "is not a URL: use one like https://host:8443/prefix";

/// Reads a base URL. Refuses a URL that an HTTP client would change before it sends a request.
pub(super) fn parse(text: &str) -> Result<Endpoint, ConfigError> {
    let refuse = |problem: &str| invalid(text, problem);
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err(refuse(
            "contains white space, a backslash or a character that is not ASCII: remove or percent-encode it",
        ));
    }
    let (scheme, after) = text.split_once("://").ok_or_else(|| refuse(NOT_A_URL))?;
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
        return Err(refuse("contains a user or a password: remove what is before the @"));
    }
    if after.contains(['?', '#']) {
        return Err(refuse("has a query or a fragment: remove what follows the path"));
    }
    let path = after.get(authority.len()..).unwrap_or_default();
    if path.split('/').any(is_dot_segment) || !path.bytes().all(is_uri_byte) {
        return Err(refuse(
            "has a path that HTTP clients would change: remove dot segments, percent-encode other characters",
        ));
    }
    let (host, port) =
        split_port(authority).ok_or_else(|| refuse("has a port that is not a number from 0 to 65535"))?;
    let (host, loopback) = read_host(host).ok_or_else(|| refuse(NOT_A_URL))?;
    let authority = match port.filter(|port| *port != default_port) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    let authority = Authority::try_from(authority).map_err(|e| refuse("has an invalid host").with_source(e))?;

    let base = format!("{scheme}://{authority}");
    let prefix_at = base.len();
    let base = (base + path.trim_end_matches('/')).into();
    Ok(Endpoint { base, prefix_at, scheme, authority, loopback })
}

/// Splits an authority into host and port. Returns `None` if the port is invalid.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    // The colons of an IPv6 address are inside its brackets.
    match authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        None => Some((authority, None)),
        Some((host, "")) => Some((host, None)),
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some((host, Some(port.parse().ok()?))),
        Some(_) => None,
    }
}

/// Returns a host in the form that HTTP clients send, and whether it is a loopback host. Returns
/// `None` if it is invalid.
fn read_host(host: &str) -> Option<(String, bool)> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some((write_ipv6(address), address.is_loopback()));
    }
    let name = host.to_ascii_lowercase();
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return None;
    }
    if ends_in_a_number(&name) {
        let address = read_ipv4(&name)?;
        return Some((address.to_string(), address.is_loopback()));
    }
    let has_empty_label = name.strip_suffix('.').unwrap_or(&name).split('.').any(str::is_empty);
    let loopback = name == "localhost";
    (!has_empty_label).then_some((name, loopback))
}

/// Writes an IPv6 address as the URL standard does: `[::ffff:7f00:1]`, where Rust writes
/// `::ffff:127.0.0.1`.
fn write_ipv6(address: Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => format!("[::ffff:{high:x}:{low:x}]"),
        _ => format!("[{address}]"),
    }
}

/// Whether a name must be an IPv4 address, in any notation: its last label is a number, however
/// large.
fn ends_in_a_number(name: &str) -> bool {
    let last = name.strip_suffix('.').unwrap_or(name).rsplit('.').next().unwrap_or_default();
    match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Reads an IPv4 address as the URL standard does: `127.0.0.1`, `127.1`, `0x7f.1` and `2130706433`
/// are the same address.
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

/// Reads a number: decimal, octal after `0`, or hexadecimal after `0x`.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some("") => Some(0),
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if text.len() > 1 && text.starts_with('0') => u32::from_str_radix(text, 8).ok(),
        None => text.parse().ok(),
    }
}

fn invalid(text: &str, problem: &str) -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidEndpoint, format!("the endpoint URL {:?} {problem}", shown(text)))
}

/// Returns a URL as errors and formatters show it: without user, password, query and fragment.
///
/// The text may be malformed. A password can contain any character, so everything before the last
/// `@` is treated as one.
pub(super) fn shown(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let (user, rest) = rest.rsplit_once('@').map_or((false, rest), |(_, rest)| (true, rest));
    // Text with an `@` before `://` is not a scheme, and may be a password.
    let scheme = if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) { scheme } else { "" };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let colon = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{colon}{}{rest}", if user { "[redacted]@" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_passwords_and_queries_are_not_shown() {
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

    #[test]
    fn hosts_come_out_as_http_clients_send_them() {
        for (host, expected) in [
            ("127.1", Some("127.0.0.1")),
            ("0x7f.0.0.1.", Some("127.0.0.1")),
            ("017700000001", Some("127.0.0.1")),
            ("0X", Some("0.0.0.0")),
            ("1.2.3.256", None),
            ("4294967296", None),
            ("0x100000000", None),
            ("a.0x100000000", None),
            ("1.2.3.4.5", None),
            ("08.1", None),
            ("a.1", None),
            ("a.1.", None),
            ("[::FFFF:127.0.0.1]", Some("[::ffff:7f00:1]")),
            ("[::127.0.0.1]", Some("[::7f00:1]")),
            ("[0:0:1:0:0:0:0:1]", Some("[0:0:1::1]")),
            ("[fe80::1%25eth0]", None),
            ("[fe80::1%eth0]", None),
            ("[::1]a", None),
            ("::1", None),
            ("Example.COM.", Some("example.com.")),
            ("a_b.example", Some("a_b.example")),
            ("a..b", None),
            (".a", None),
            (".", None),
            ("", None),
            ("%31.example", None),
            ("a,b", None),
        ] {
            assert_eq!(read_host(host).map(|(host, _)| host).as_deref(), expected, "{host}");
        }
    }

    #[test]
    fn ports_are_numbers_from_0_to_65535() {
        for (url, expected) in [
            ("http://a:0", Some("http://a:0")),
            ("http://a:80", Some("http://a")),
            ("http://a:0080", Some("http://a")),
            ("https://a:80", Some("https://a:80")),
            ("https://a:443", Some("https://a")),
            ("https://a:", Some("https://a")),
            ("https://[::1]:", Some("https://[::1]")),
            ("https://a:65535", Some("https://a:65535")),
            ("https://a:65536", None),
            ("https://a:+1", None),
            ("https://a:-1", None),
            ("https://a:0x50", None),
            ("https://a:1:2", None),
            ("https://[::1]:x", None),
        ] {
            let base = parse(url).ok().map(|endpoint| endpoint.as_str().to_owned());
            assert_eq!(base.as_deref(), expected, "{url}");
        }
    }

    /// Reasons for which this file refuses URLs that the crate `url` accepts. Each one would change
    /// the URL.
    #[cfg(feature = "client")]
    fn refusal_is_expected(text: &str) -> bool {
        let Some((_, after)) = text.split_once("://") else { return true };
        let authority = after.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let path = after.get(authority.len()..).unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let labels = host.strip_suffix('.').unwrap_or(host);
        !text.bytes().all(|byte| byte.is_ascii_graphic())
            || text.contains(['\\', '@', '?', '#'])
            || authority.is_empty()
            || labels.split('.').any(str::is_empty)
            || labels.contains(['%', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=', '~', '"', '{', '}', '`'])
            || path.split('/').any(is_dot_segment)
            || !path.bytes().all(is_uri_byte)
    }

    /// The host becomes part of the signature, and loopback hosts bypass proxies: both must be as
    /// the HTTP client reads them.
    #[cfg(feature = "client")]
    #[test]
    #[expect(clippy::too_many_lines, reason = "the generator of URLs is a list of parts")]
    fn urls_are_read_as_the_url_crate_reads_them() {
        const SCHEMES: [&str; 8] = ["http://", "https://", "HTTPS://", "http:", "https:/", "http:///", "ftp://", ""];
        const HOST_PARTS: [&str; 64] = [
            "a",
            "B",
            "example",
            "localhost",
            "LocalHost",
            "com",
            ".",
            ".",
            ".",
            ".",
            "-",
            "_",
            "xn--",
            "xn--bcher-kva",
            "127",
            "0",
            "1",
            "255",
            "256",
            "0x7f",
            "0X",
            "0xg",
            "0xffffffffff",
            "017",
            "08",
            "2130706433",
            "4294967295",
            "4294967296",
            "99999999999999999999",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[",
            "]",
            "::",
            ":",
            "1:2",
            "fe80::1",
            "%25eth0",
            "%65",
            "%",
            "%00",
            "@",
            "user@",
            "user:password@",
            "\u{e9}",
            "\u{ad}",
            "\u{ff0e}",
            "\u{2488}",
            " ",
            "\t",
            "\n",
            "\\",
            "/",
            "?",
            "#",
            "!",
            "$",
            ",",
            "*",
            "~",
            "\"",
            "{",
        ];
        const HOSTS: [&str; 16] = [
            "localhost",
            "localhost.",
            "a.localhost",
            "127.0.0.1",
            "127.1",
            "127.0.0.1.",
            "127.0.0.1..",
            "0x7f000001",
            "0.0.0.0",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:7f00:1]",
            "[1::2:0:0:3:4]",
            "[1:0:0:2:0:0:0:3]",
            "[::1.2.3.4]",
            "[1:2:3:4:5:6:7::]",
        ];
        const PORTS: [&str; 14] =
            ["", "", "", "", ":", ":0", ":80", ":443", ":00443", ":8443", ":65535", ":65536", ":a", ":80:80"];
        const PATHS: [&str; 20] = [
            "",
            "",
            "",
            "/",
            "//",
            "/a",
            "/a/",
            "/a//b",
            "/.",
            "/..",
            "/a/%2E",
            "/%2e./",
            "/a%2Fb",
            "/%zz",
            "/a'b",
            "/a[b]",
            "/a|b",
            "/a^b",
            "/?",
            "/a;b=c,d@e",
        ];
        let mut random = fastrand::Rng::with_seed(1);
        let (mut accepted, mut refused) = (0, 0);
        for round in 0..20_000 {
            let mut text = (*random.choice(&SCHEMES[..if round % 4 == 0 { 8 } else { 2 }]).unwrap()).to_owned();
            if round % 3 == 0 {
                text.push_str(random.choice(HOSTS).unwrap());
            } else if round % 3 == 1 {
                let parts: Vec<_> =
                    (0..random.usize(1..5)).map(|_| *random.choice(&HOST_PARTS[14..29]).unwrap()).collect();
                text.push_str(&parts.join("."));
            } else {
                (0..random.usize(1..6)).for_each(|_| text.push_str(random.choice(HOST_PARTS).unwrap()));
            }
            text.push_str(random.choice(PORTS).unwrap());
            text.push_str(random.choice(PATHS).unwrap());

            let theirs = url::Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            match (parse(&text), theirs) {
                (Ok(ours), Some(theirs)) => {
                    accepted += 1;
                    assert_eq!(ours.as_str(), theirs.as_str().trim_end_matches('/'), "{text:?}");
                    let loopback = match theirs.host().unwrap() {
                        url::Host::Domain(name) => name == "localhost",
                        url::Host::Ipv4(address) => address.is_loopback(),
                        url::Host::Ipv6(address) => address.is_loopback(),
                    };
                    assert_eq!(ours.is_loopback(), loopback, "{text:?}");
                    let uri = ours.uri("/model/a%3A0/converse?b=c").unwrap().to_string();
                    assert_eq!(url::Url::parse(&uri).unwrap().as_str(), uri, "{text:?}");
                }
                // The transport refuses invalid Punycode when the first request is sent.
                (Ok(ours), None) => assert!(ours.as_str().contains("xn--"), "only the crate url refuses {text:?}"),
                (Err(error), Some(_)) => {
                    refused += 1;
                    assert!(refusal_is_expected(&text), "only this crate refuses {text:?}: {error}");
                }
                (Err(_), None) => {}
            }
        }
        assert!(accepted > 4_000 && refused > 1_000, "accepted: {accepted}, refused: {refused}");
    }
}
