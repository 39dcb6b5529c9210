//! [`KnownSecrets`]: the secrets that are removed from the errors of a call.

use std::sync::Arc;

use base64_simd::STANDARD as BASE64;
use http::header::HeaderValue;
use http::{HeaderMap, Request};
use zeroize::Zeroizing;

use super::authorize::Auth;
use super::{Client, Shared};
use crate::credentials::Credentials;
use crate::error::{Error, KnowsSecrets, Redact, Secrets, redact_request_ids};

/// The secrets of a call, which are removed from its errors: credentials, sensitive headers, and
/// the passwords of proxies.
///
/// A call only keeps handles of them. [`secrets`](KnowsSecrets::secrets) collects the values when
/// an error occurs.
#[derive(Clone)]
pub(super) struct KnownSecrets {
    shared: Arc<Shared>,
    /// The credentials that the provider returned last.
    provided: Option<Credentials>,
    /// Credentials that the provider returned before.
    earlier: Vec<Credentials>,
    headers: Vec<HeaderValue>,
}

impl KnownSecrets {
    pub(super) fn of(client: &Client) -> Self {
        Self { shared: Arc::clone(&client.shared), provided: None, earlier: Vec::new(), headers: Vec::new() }
    }

    /// Adds the headers of a request that are marked as sensitive.
    pub(super) fn add_headers_of<T>(&mut self, request: &Request<T>) {
        self.headers.extend(request.headers().values().filter(|value| value.is_sensitive()).cloned());
    }

    /// Adds credentials that the provider returned.
    pub(super) fn add_provided(&mut self, provided: Option<&Credentials>) {
        let Some(provided) = provided else { return };
        if let Some(before) = self.provided.replace(provided.clone()).filter(|before| !before.signs_like(provided)) {
            self.earlier.push(before);
        }
    }

    /// Removes the secrets from an error.
    pub(super) fn clean(&self, error: Error) -> Error {
        error.without(&self.secrets())
    }

    /// Removes the secrets from the request IDs of a response, because they are printed and traced.
    pub(super) fn clean_request_ids(&self, headers: &mut HeaderMap) {
        redact_request_ids(headers, || self.secrets());
    }
}

impl KnowsSecrets for KnownSecrets {
    fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        match &self.shared.auth {
            Auth::Static(_, credentials) => credentials.add_to(&mut secrets),
            Auth::Provided(..) | Auth::None => {}
            Auth::ApiKey(key) => key.add_to(&mut secrets),
        }
        for credentials in self.provided.iter().chain(&self.earlier) {
            credentials.add_to(&mut secrets);
        }
        for header in &self.headers {
            add_header(&mut secrets, header);
        }
        super::proxy::add_secrets(&mut secrets);
        secrets
    }
}

/// Adds the value of a header, and the part after the scheme of an authorization such as
/// `Basic …`.
fn add_header(secrets: &mut Secrets, value: &HeaderValue) {
    let Ok(value) = std::str::from_utf8(value.as_bytes()) else { return };
    secrets.add(value);
    let Some((scheme, proof)) = value.trim().split_once(' ') else { return };
    secrets.add(proof);
    if scheme.eq_ignore_ascii_case("basic")
        && let Ok(decoded) = BASE64.decode_to_vec(proof.trim())
        && let Ok(decoded) = String::from_utf8(decoded).map(Zeroizing::new)
    {
        secrets.add(&decoded);
        secrets.add(decoded.split_once(':').map_or("", |(_, password)| password));
    }
}
