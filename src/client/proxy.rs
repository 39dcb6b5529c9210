//! Variables that name a proxy and are not the URL of one.
//!
//! The HTTP client ignores them and connects directly, which a network that has a proxy rarely allows, and which whoever set the
//! variable did not mean.

use std::ffi::OsString;

use http::Uri;

use crate::endpoint::Endpoint;
use crate::error::{ConfigError, ConfigErrorKind, Secrets};
use crate::transport::{is_proxied, is_readable_proxy};

/// Refuses variables of the process that the HTTP client would ignore on the way to an endpoint.
///
/// They are those of the process whatever the client's own environment is, because that is where the HTTP client looks.
pub(super) fn refuse_ignored(endpoint: &Endpoint) -> Result<(), ConfigError> {
    check(endpoint, |name| std::env::var_os(name))
}

/// Adds the users and passwords of the proxies that the variables of the process name.
pub(super) fn add_secrets(secrets: &mut Secrets) {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        if let Some(url) = std::env::var_os(name) {
            add_secrets_of(&url.to_string_lossy(), secrets);
        }
    }
}

/// Adds the user and the password of a URL, as they are written and as they are meant.
fn add_secrets_of(url: &str, secrets: &mut Secrets) {
    /// A user with a password is searched for only if it is as long as this: `proxy` or `admin` would be found in texts that are no secret.
    const LONG_USER: usize = 12;
    let Some((given, _)) = url.rsplit_once('@') else { return };
    let given = given.split_once("://").map_or(given, |(_, given)| given);
    // A `+` is one here.
    let meant = |text: &str| percent_decoded(text);
    let mut add = |text: &str| {
        secrets.add(text);
        secrets.add(&meant(text));
    };
    match given.split_once(':') {
        Some((user, password)) if !password.is_empty() => {
            add(given);
            add(password);
            if user.len() >= LONG_USER {
                add(user);
            }
        }
        // A user alone is a token.
        _ => add(given.trim_end_matches(':')),
    }
}

fn percent_decoded(text: &str) -> String {
    let plus = text.replace('+', "%2B");
    url::form_urlencoded::parse(plus.replace('&', "%26").replace('=', "%3D").as_bytes())
        .map(|(decoded, _)| decoded.into_owned())
        .collect()
}

fn check(endpoint: &Endpoint, variable: impl Fn(&str) -> Option<OsString>) -> Result<(), ConfigError> {
    // What goes to this machine goes there directly. In a CGI program, HTTP_PROXY is a header of whoever asks.
    if endpoint.is_loopback() || variable("REQUEST_METHOD").is_some() {
        return Ok(());
    }
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, variable(name)?)));
    let no_proxy = first(["NO_PROXY", "no_proxy"]).map(|(_, hosts)| hosts.to_string_lossy().into_owned());
    let uri: Option<Uri> = endpoint.as_str().parse().ok();
    if uri.is_some_and(|uri| !is_proxied(&uri, no_proxy.as_deref().unwrap_or_default())) {
        return Ok(());
    }
    let of_scheme = if endpoint.is_https() { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    for names in [of_scheme, ["ALL_PROXY", "all_proxy"]] {
        let Some((name, value)) = first(names) else { continue };
        match value.to_str() {
            Some("") => {}
            Some(url) if is_readable_proxy(url) => return Ok(()),
            Some(url) => {
                // What stands before an @ may be a password.
                let shown = url.rsplit('@').next().unwrap_or_default();
                return Err(invalid(&format!("{name}={shown:?} is not the URL of a proxy")));
            }
            None => return Err(invalid(&format!("{name} is not UTF-8"))),
        }
    }
    Ok(())
}

fn invalid(problem: &str) -> ConfigError {
    let message = format!("{problem}: use one like http://proxy.example.com:8080, or unset it");
    ConfigError::new(ConfigErrorKind::InvalidSetting, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::{EndpointConfig, Service};

    fn said(region_or_url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let config = EndpointConfig::new().region("eu-west-1");
        let config = if region_or_url.contains("://") { config.url(region_or_url) } else { config };
        let endpoint = Endpoint::resolve(Service::BedrockRuntime, &config).unwrap();
        let variable = |name: &str| variables.iter().find(|(given, _)| *given == name).map(|(_, value)| value.into());
        check(&endpoint, variable).err().map(|error| error.to_string())
    }

    #[test]
    fn the_password_of_a_proxy_is_a_secret() {
        for (url, text, expected) in [
            ("http://user:hidden@proxy:1", "user hidden aGlkZGVu", "user [redacted] [redacted]"),
            ("user:p%40ss+word@proxy", "p@ss+word p%40ss+word", "[redacted] [redacted]"),
            ("http://token-of-a-proxy@proxy", "token-of-a-proxy", "[redacted]"),
            ("http://proxy:3128", "proxy:3128", "proxy:3128"),
        ] {
            let mut secrets = Secrets::default();
            add_secrets_of(url, &mut secrets);
            assert_eq!(secrets.remove_str(text), expected, "{url}");
        }
    }

    #[test]
    fn a_variable_that_the_http_client_ignores_is_named() {
        for (name, bad) in [
            ("HTTPS_PROXY", "::bad"),
            ("https_proxy", "ftp://proxy:1"),
            ("HTTPS_PROXY", "http://"),
            ("ALL_PROXY", "proxy host:3128"),
            ("all_proxy", "http://proxy:99999"),
        ] {
            let text = said("eu-west-1", &[(name, bad)]).unwrap_or_else(|| panic!("{name}={bad} is ignored"));
            assert!(text.starts_with(&format!("{name}={bad:?} is not the URL of a proxy: ")), "{text}");
        }
        let text = said("eu-west-1", &[("HTTPS_PROXY", "nothing://user:hidden@proxy")]).unwrap();
        assert!(text.contains("proxy") && !text.contains("hidden"), "{text}");
    }

    #[test]
    fn a_variable_that_is_read_or_does_not_matter_is_fine() {
        for (place, variables) in [
            ("eu-west-1", &[("HTTPS_PROXY", "http://user:password@proxy:3128")][..]),
            ("eu-west-1", &[("HTTPS_PROXY", "proxy:3128")]),
            ("eu-west-1", &[("HTTPS_PROXY", "http://[::1]:3128/")]),
            ("eu-west-1", &[("HTTPS_PROXY", "")]),
            ("eu-west-1", &[("HTTPS_PROXY", "http://proxy"), ("ALL_PROXY", "::bad")]),
            ("eu-west-1", &[("HTTP_PROXY", "::bad")]),
            ("eu-west-1", &[("HTTPS_PROXY", "::bad"), ("NO_PROXY", "example.com,.amazonaws.com")]),
            ("eu-west-1", &[("HTTPS_PROXY", "::bad"), ("REQUEST_METHOD", "GET")]),
            ("http://127.0.0.1:1", &[("HTTP_PROXY", "::bad")]),
            ("http://localhost:1", &[("ALL_PROXY", "::bad")]),
        ] {
            assert_eq!(said(place, variables), None, "{variables:?}");
        }
        assert!(said("http://vpce.internal", &[("HTTP_PROXY", "::bad")]).is_some());
    }
}
