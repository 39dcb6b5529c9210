//! [`LastUrl`]: the URL that requests went to last, read once as reqwest wants it.

use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use url::Url;

use crate::error::{ConfigError, ConfigErrorKind};

/// A client mostly asks one model: to read its URL anew for every call would cost more than to sign the call.
#[derive(Debug, Clone, Default)]
pub(super) struct LastUrl(Arc<Mutex<Option<(Uri, Url)>>>);

impl LastUrl {
    /// The URL that a URI is; one that would be sent as another is refused.
    pub(super) fn read(&self, uri: &Uri) -> Result<Url, ConfigError> {
        // Whoever panicked while holding it left a whole entry behind, or the one before.
        let last = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, url)) = last().as_ref().filter(|(last, _)| last == uri) {
            return Ok(url.clone());
        }
        let url = Url::parse(&uri.to_string()).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidEndpoint, "the endpoint is no URL that requests can be sent to")
                .with_source(error)
        })?;
        refuse_rewritten(uri, &url)?;
        *last() = Some((uri.clone(), url.clone()));
        Ok(url)
    }
}

/// A URL parser drops dot segments and re-encodes: what is sent must be what was signed.
fn refuse_rewritten(signed: &Uri, url: &Url) -> Result<(), ConfigError> {
    if (signed.path(), signed.query()) == (url.path(), url.query()) {
        return Ok(());
    }
    let signed = signed.path_and_query().map_or("", |signed| signed.as_str());
    let message = format!("the path {signed} would be sent as {}: its signature would not match", url.path());
    Err(ConfigError::new(ConfigErrorKind::InvalidEndpoint, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_uri_is_its_own_url() {
        let last = LastUrl::default();
        for text in [
            "http://localhost:8080/model/a%3A0/converse",
            "http://localhost:8080/model/a%3A0/converse",
            "http://localhost:8080/model/A%3A0/converse",
            "http://localhost:8081/model/a%3A0/converse",
            "https://localhost:8081/model/a%3A0/converse",
            "http://localhost/guardrails?nextToken=a%2Fb",
            "http://localhost/guardrails?nextToken=a%2fb",
            "http://localhost/guardrails",
            "http://localhost/",
        ] {
            assert_eq!(last.read(&text.parse().unwrap()).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_would_be_sent_otherwise_is_refused_each_time() {
        let last = LastUrl::default();
        for text in ["http://localhost/model/%2e%2E/converse", "http://localhost/a/../b", "http://localhost/a?b='"] {
            for _ in 0..2 {
                let error = last.read(&text.parse().unwrap()).unwrap_err();
                assert_eq!(error.kind(), ConfigErrorKind::InvalidEndpoint, "{text}");
            }
        }
    }
}
