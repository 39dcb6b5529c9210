//! All steps, on an HTTP request.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::{HeaderMap, Request, Uri};

use super::canonical_request::SortedHeaders;
use super::{ALGORITHM, CanonicalRequest, PayloadHash, Scope, SignableRequest, Signature, SigningKey, StringToSign};
use crate::credentials::Credentials;
use crate::error::{ConfigError, ConfigErrorKind};

pub(super) const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(super) const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
pub(super) const X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// Signs the requests to one service in one region.
///
/// It caches the signing key of the last credentials and day, so that a signature costs two hashes
/// and an HMAC. It is `Sync`, so that threads can share it.
///
/// ```
/// use bedrock_lite::credentials::Credentials;
/// use bedrock_lite::sigv4::Signer;
/// use bytes::Bytes;
/// use chrono::{TimeZone, Utc};
///
/// let signer = Signer::new("us-east-1", "bedrock");
/// let host = "https://bedrock-runtime.us-east-1.amazonaws.com";
/// let mut request = http::Request::post(format!("{host}/model/a%3A0/converse"))
///     .header("content-type", "application/json")
///     .body(Bytes::from_static(b"{}"))?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let time = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
/// let signed = signer.sign(&mut request, &credentials, time)?;
///
/// assert_eq!(request.headers()["x-amz-date"], "20260102T030405Z");
/// assert!(request.headers().contains_key("authorization"));
/// let canonical_request = signed.canonical_request().to_string();
/// assert!(canonical_request.starts_with("POST\n/model/a%253A0/converse\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Signer {
    region: Box<str>,
    service: Box<str>,
    last: Mutex<Option<Arc<Prepared>>>,
}

/// The signing key and headers of credentials, valid for one day.
struct Prepared {
    credentials: Credentials,
    date: Box<str>,
    key: SigningKey,
    token: Option<HeaderValue>,
}

impl Prepared {
    fn new(credentials: &Credentials, scope: &Scope<'_>) -> Result<Self, ConfigError> {
        credentials.validate()?;
        let token = credentials.session_token().map(|token| sensitive(token.into())).transpose()?;
        let key = SigningKey::derive(credentials.secret_access_key(), scope);
        Ok(Self { credentials: credentials.clone(), date: scope.date().into(), key, token })
    }
}

impl Signer {
    /// Creates a signer for a region and a signing name. The signing name of `bedrock` and
    /// `bedrock-runtime` is `bedrock`.
    pub fn new(region: impl Into<Box<str>>, service: impl Into<Box<str>>) -> Self {
        Self { region: region.into(), service: service.into(), last: Mutex::new(None) }
    }

    /// Returns the region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns the signing name.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Signs a request: sets `x-amz-date`, `x-amz-security-token` and `authorization`, and replaces
    /// earlier values.
    ///
    /// The signature covers the method, the path, the query, the body and these headers: `host`,
    /// `content-type`, `x-amz-*` and `x-amzn-bedrock-*`. If there is no `host` header, the host of
    /// the URI is signed, with its port unless it is the default port. A value of
    /// `x-amz-content-sha256` replaces the hash of the body.
    ///
    /// # Errors
    ///
    /// Returns
    ///
    /// - [`ConfigErrorKind::InvalidCredentials`] if a credential contains invalid characters;
    /// - [`ConfigErrorKind::InvalidEndpoint`] if the request has no host;
    /// - [`ConfigErrorKind::InvalidRegion`] if the region or the signing name contains invalid
    ///   characters.
    ///
    /// After an error the request is unchanged, or has no signature.
    pub fn sign<B: AsRef<[u8]>>(
        &self,
        request: &mut Request<B>,
        credentials: &Credentials,
        time: DateTime<Utc>,
    ) -> Result<Signed, ConfigError> {
        let scope = Scope::new(time, &self.region, &self.service);
        let prepared = self.prepare(credentials, &scope)?;
        set_headers(request.headers_mut(), &scope, prepared.token.as_ref())?;

        let host = host_of(request.uri());
        let headers = headers_to_sign(request.headers(), host.as_deref())?;
        let canonical_request = CanonicalRequest::with_headers(&signable(request)?, &headers);
        let string_to_sign = StringToSign::new(&scope, &canonical_request);
        let signature = prepared.key.sign(&string_to_sign);
        let signed = Signed { canonical_request, string_to_sign, signature };
        let authorization = sensitive(signed.authorization(credentials.access_key_id(), &scope))?;
        request.headers_mut().insert(AUTHORIZATION, authorization);
        Ok(signed)
    }

    /// Returns the cached key, or derives and caches a new one.
    fn prepare(&self, credentials: &Credentials, scope: &Scope<'_>) -> Result<Arc<Prepared>, ConfigError> {
        let fits = |kept: &&Arc<Prepared>| *kept.date == *scope.date() && kept.credentials.signs_like(credentials);
        // A panic while the lock is held leaves a complete entry, the old or the new one.
        let kept = self.last.lock().unwrap_or_else(PoisonError::into_inner).as_ref().filter(fits).cloned();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let prepared = Arc::new(Prepared::new(credentials, scope)?);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&prepared));
        Ok(prepared)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).field("service", &self.service).finish_non_exhaustive()
    }
}

/// A signature with the steps that led to it, for diagnostics.
///
/// `Display` prints all three steps, without the session token.
#[derive(Debug, Clone)]
pub struct Signed {
    pub(super) canonical_request: CanonicalRequest,
    pub(super) string_to_sign: StringToSign,
    pub(super) signature: Signature,
}

impl Signed {
    /// Returns step 1.
    #[must_use]
    pub fn canonical_request(&self) -> &CanonicalRequest {
        &self.canonical_request
    }

    /// Returns step 2.
    #[must_use]
    pub fn string_to_sign(&self) -> &StringToSign {
        &self.string_to_sign
    }

    /// Returns step 3. If the body is a stream of signed events, this is the seed signature.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    fn authorization(&self, access_key_id: &str, scope: &Scope<'_>) -> String {
        let signed_headers = self.canonical_request.signed_headers();
        let length = ALGORITHM.len() + access_key_id.len() + scope.len() + signed_headers.len() + 64 + 40;
        let mut text = String::with_capacity(length);
        text.push_str(ALGORITHM);
        text.push_str(" Credential=");
        text.push_str(access_key_id);
        text.push('/');
        scope.push_to(&mut text);
        text.push_str(", SignedHeaders=");
        text.push_str(signed_headers);
        text.push_str(", Signature=");
        self.signature.push_to(&mut text);
        text
    }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}\n\n{}", self.canonical_request, self.string_to_sign, self.signature)
    }
}

/// Sets the headers and replaces those of an earlier signature. A retry has a new time, and can
/// have other credentials.
fn set_headers(headers: &mut HeaderMap, scope: &Scope<'_>, token: Option<&HeaderValue>) -> Result<(), ConfigError> {
    headers.remove(AUTHORIZATION);
    let date = HeaderValue::from_str(scope.date_time()).map_err(|e| unwritable(e.into()))?;
    headers.insert(X_AMZ_DATE, date);
    match token {
        Some(token) => headers.insert(X_AMZ_SECURITY_TOKEN, token.clone()),
        None => headers.remove(X_AMZ_SECURITY_TOKEN),
    };
    Ok(())
}

/// Creates a header value that `http` and the layers above print as `Sensitive`.
fn sensitive(text: String) -> Result<HeaderValue, ConfigError> {
    let mut value = HeaderValue::try_from(text).map_err(|e| unwritable(e.into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns the error of an invalid header. The credentials are valid, so it is the scope.
fn unwritable(source: http::Error) -> ConfigError {
    let message = "the region or the signing name contains a control character";
    ConfigError::new(ConfigErrorKind::InvalidRegion, message).with_source(source)
}

/// Returns the request without its headers.
pub(super) fn signable<B: AsRef<[u8]>>(request: &Request<B>) -> Result<SignableRequest<'_>, ConfigError> {
    let payload = match request.headers().get(X_AMZ_CONTENT_SHA256) {
        Some(said) => PayloadHash::Literal(said.to_str().map_err(|e| {
            let message = "the header x-amz-content-sha256 is not ASCII text";
            ConfigError::new(ConfigErrorKind::InvalidHeader, message).with_source(e)
        })?),
        None => PayloadHash::of(request.body().as_ref()),
    };
    Ok(SignableRequest {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: &[],
        payload,
    })
}

/// Selects the headers to sign. Intermediaries may change or add other headers.
fn headers_to_sign<'a>(headers: &'a HeaderMap, host: Option<&'a str>) -> Result<SortedHeaders<'a>, ConfigError> {
    let mut signed = SortedHeaders::with_capacity(headers.len() + 1);
    if !headers.contains_key(HOST) {
        let host = host.ok_or_else(|| {
            let message = "a request without a host cannot be signed: give it an absolute URI or a Host header";
            ConfigError::new(ConfigErrorKind::InvalidEndpoint, message)
        })?;
        signed.insert(HOST.as_str(), host.as_bytes());
    }
    let ours = |name: &HeaderName| {
        let text = name.as_str();
        name == CONTENT_TYPE || name == HOST || text.starts_with("x-amz-") || text.starts_with("x-amzn-bedrock-")
    };
    for (name, value) in headers.iter().filter(|(name, _)| ours(name)) {
        signed.insert(name.as_str(), value.as_bytes());
    }
    Ok(signed)
}

/// Returns the `host` header that an HTTP client sends for a URI, with the port unless it is the
/// default port.
pub(super) fn host_of(uri: &Uri) -> Option<Cow<'_, str>> {
    let host = uri.host()?;
    let default = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    Some(match uri.port_u16() {
        Some(port) if Some(port) != default => Cow::Owned(format!("{host}:{port}")),
        _ => Cow::Borrowed(host),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    fn kept_date(signer: &Signer) -> Option<Box<str>> {
        signer.last.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|kept| kept.date.clone())
    }

    #[test]
    fn poisoned_lock_still_signs() {
        let signer = Signer::new("us-east-1", "bedrock");
        let _ = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _held = signer.last.lock();
                    panic!("on purpose, to poison the lock");
                })
                .join()
        });
        assert!(signer.last.is_poisoned());
        let mut request = Request::get("https://example.com/").body([]).unwrap();
        let time = Utc.with_ymd_and_hms(2026, 1, 2, 23, 59, 59).unwrap();
        signer.sign(&mut request, &Credentials::new("a", "s"), time).unwrap();
        assert_eq!(kept_date(&signer).as_deref(), Some("20260102"));
        signer.sign(&mut request, &Credentials::new("a", "s"), time + TimeDelta::seconds(1)).unwrap();
        assert_eq!(kept_date(&signer).as_deref(), Some("20260103"));
    }

    #[test]
    fn invalid_credentials_are_not_cached() {
        let signer = Signer::new("us-east-1", "bedrock");
        let mut request = Request::get("https://example.com/").body([]).unwrap();
        signer.sign(&mut request, &Credentials::new("a", "s\n"), DateTime::UNIX_EPOCH).unwrap_err();
        assert!(request.headers().is_empty());
        assert_eq!(kept_date(&signer), None);
    }
}
