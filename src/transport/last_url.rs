//! [`LastUrl`]: a cache of the last URL, parsed as reqwest needs it.

use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use url::Url;

use crate::error::{ConfigError, ConfigErrorKind};

/// The last URI and its parsed URL. Most clients call one model, and parsing its URL for each call
/// would take longer than signing the call.
#[derive(Debug, Clone, Default)]
pub(super) struct LastUrl(Arc<Mutex<Option<(Uri, Url)>>>);

impl LastUrl {
    /// Parses a URI as a URL. A URI that reqwest would send in another form is an error.
    pub(super) fn read(&self, uri: &Uri) -> Result<Url, ConfigError> {
        // An entry is replaced as a whole, so a poisoned lock still has a valid one.
        let last = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, url)) = last().as_ref().filter(|(last, _)| last == uri) {
            return Ok(url.clone());
        }
        let url = Url::parse(&uri.to_string()).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidEndpoint, "the endpoint is not a valid URL for requests")
                .with_source(error)
        })?;
        refuse_rewritten(uri, &url)?;
        *last() = Some((uri.clone(), url.clone()));
        Ok(url)
    }
}

/// Refuses a URL that the parser changed. It removes dot segments and encodes characters, so that
/// the signature would not match.
fn refuse_rewritten(signed: &Uri, url: &Url) -> Result<(), ConfigError> {
    if (signed.path(), signed.query()) == (url.path(), url.query()) {
        return Ok(());
    }
    let signed = signed.path_and_query().map_or("", |signed| signed.as_str());
    let message = format!("the path {signed} would be sent as {}, and the signature would not match", url.path());
    Err(ConfigError::new(ConfigErrorKind::InvalidEndpoint, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_uri_is_sent_unchanged() {
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
    fn uri_that_the_parser_changes_is_refused_each_time() {
        let last = LastUrl::default();
        for text in ["http://localhost/model/%2e%2E/converse", "http://localhost/a/../b", "http://localhost/a?b='"] {
            for _ in 0..2 {
                let error = last.read(&text.parse().unwrap()).unwrap_err();
                assert_eq!(error.kind(), ConfigErrorKind::InvalidEndpoint, "{text}");
            }
        }
    }
}
