//! Checks the variables that name a proxy.
//!
//! The HTTP client ignores a variable whose value is not the URL of a proxy, and connects directly.
//! A network that requires a proxy rarely allows this, so such a value is an error here.

use std::ffi::OsString;

use http::Uri;

use crate::endpoint::Endpoint;
use crate::error::{ConfigError, ConfigErrorKind, Secrets};
use crate::transport::{is_proxied, is_readable_proxy};

/// Refuses proxy variables that the HTTP client would ignore for requests to an endpoint.
///
/// Reads the environment of the process, even if the client has a custom environment, because the
/// HTTP client reads it.
pub(super) fn refuse_ignored(endpoint: &Endpoint) -> Result<(), ConfigError> {
    check(endpoint, |name| std::env::var_os(name))
}

/// Adds the users and passwords in the proxy variables of the process.
pub(super) fn add_secrets(secrets: &mut Secrets) {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        if let Some(url) = std::env::var_os(name) {
            add_secrets_of(&url.to_string_lossy(), secrets);
        }
    }
}

/// Adds the user and the password of a URL, percent-encoded and decoded.
fn add_secrets_of(url: &str, secrets: &mut Secrets) {
    /// The shortest user name that is redacted if there is a password. A short one such as `proxy`
    /// or `admin` would be redacted in texts that are not secret.
    const LONG_USER: usize = 12;
    let Some((given, _)) = url.rsplit_once('@') else { return };
    let given = given.split_once("://").map_or(given, |(_, given)| given);
    let mut add = |text: &str| {
        secrets.add(text);
        secrets.add(&percent_decoded(text));
    };
    match given.split_once(':') {
        Some((user, password)) if !password.is_empty() => {
            add(given);
            add(password);
            if user.len() >= LONG_USER {
                add(user);
            }
        }
        // A user without a password is a token.
        _ => add(given.trim_end_matches(':')),
    }
}

/// Decodes percent-encoding. Unlike in a form, a `+` stays as it is.
fn percent_decoded(text: &str) -> String {
    let plus = text.replace('+', "%2B");
    url::form_urlencoded::parse(plus.replace('&', "%26").replace('=', "%3D").as_bytes())
        .map(|(decoded, _)| decoded.into_owned())
        .collect()
}

fn check(endpoint: &Endpoint, variable: impl Fn(&str) -> Option<OsString>) -> Result<(), ConfigError> {
    // Requests to loopback never use a proxy. In a CGI program (REQUEST_METHOD is set), HTTP_PROXY
    // comes from a request header, and the HTTP client ignores it.
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
                // The part before an @ may be a password.
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

    fn error_text(region_or_url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let config = EndpointConfig::new().region("eu-west-1");
        let config = if region_or_url.contains("://") { config.url(region_or_url) } else { config };
        let endpoint = Endpoint::resolve(Service::BedrockRuntime, &config).unwrap();
        let variable = |name: &str| variables.iter().find(|(given, _)| *given == name).map(|(_, value)| value.into());
        check(&endpoint, variable).err().map(|error| error.to_string())
    }

    #[test]
    fn proxy_password_is_a_secret() {
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
    fn proxy_variable_that_the_http_client_ignores_is_an_error() {
        for (name, bad) in [
            ("HTTPS_PROXY", "::bad"),
            ("https_proxy", "ftp://proxy:1"),
            ("HTTPS_PROXY", "http://"),
            ("ALL_PROXY", "proxy host:3128"),
            ("all_proxy", "http://proxy:99999"),
        ] {
            let text = error_text("eu-west-1", &[(name, bad)]).unwrap_or_else(|| panic!("{name}={bad} is ignored"));
            assert!(text.starts_with(&format!("{name}={bad:?} is not the URL of a proxy: ")), "{text}");
        }
        let text = error_text("eu-west-1", &[("HTTPS_PROXY", "nothing://user:hidden@proxy")]).unwrap();
        assert!(text.contains("proxy") && !text.contains("hidden"), "{text}");
    }

    #[test]
    fn proxy_variable_that_is_valid_or_unused_is_accepted() {
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
            assert_eq!(error_text(place, variables), None, "{variables:?}");
        }
        assert!(error_text("http://vpce.internal", &[("HTTP_PROXY", "::bad")]).is_some());
    }
}
