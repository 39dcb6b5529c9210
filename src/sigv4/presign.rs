//! Presigned URLs: the signature is part of the query. Anyone who has the URL can use it until it
//! expires.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{
    ALGORITHM, CanonicalRequest, PayloadHash, Scope, SignableRequest, Signed, SigningKey, StringToSign, uri_encode,
};
use crate::credentials::Credentials;
use crate::error::{ConfigError, ConfigErrorKind};

/// The maximum lifetime of a presigned URL.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Signs a request by its query. The signature is valid from the time of the scope, for `lifetime`
/// in whole seconds.
///
/// All given headers are signed, and must be sent with the request. One of them must be `host`.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_lite::credentials::Credentials;
/// use bedrock_lite::sigv4::{PayloadHash, Scope, SignableRequest, presign};
/// use chrono::{TimeZone, Utc};
///
/// let time = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
/// let scope = Scope::new(time, "us-east-1", "bedrock");
/// let request = SignableRequest {
///     method: "GET",
///     path: "/guardrails",
///     query: "",
///     headers: &[("host", b"bedrock.us-east-1.amazonaws.com")],
///     payload: PayloadHash::of(b""),
/// };
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let lifetime = Duration::from_secs(60);
/// let presigned = presign(&request, &credentials, &scope, lifetime)?;
/// assert!(presigned.query().starts_with("X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
/// assert!(presigned.query().contains("&X-Amz-Expires=60&"));
/// # Ok::<(), bedrock_lite::ConfigError>(())
/// ```
///
/// # Errors
///
/// Returns
///
/// - [`ConfigErrorKind::InvalidCredentials`] if a credential contains invalid characters;
/// - [`ConfigErrorKind::InvalidHeader`] as [`CanonicalRequest::new`];
/// - [`ConfigErrorKind::InvalidSetting`] if the lifetime is less than 1 s or more than 7 days.
pub fn presign(
    request: &SignableRequest<'_>,
    credentials: &Credentials,
    scope: &Scope<'_>,
    lifetime: Duration,
) -> Result<Presigned, ConfigError> {
    credentials.validate()?;
    if lifetime.as_secs() == 0 || lifetime > LONGEST {
        let message = format!("a presigned URL is valid for 1 s to 7 days, not for {lifetime:?}");
        return Err(ConfigError::new(ConfigErrorKind::InvalidSetting, message));
    }
    // The names of the headers are part of the query, which is signed.
    let headers_alone = SignableRequest { query: "", payload: PayloadHash::UNSIGNED, ..*request };
    let signed_headers = CanonicalRequest::new(&headers_alone)?.signed_headers().to_owned();

    let mut query = Zeroizing::new(request.query.to_owned());
    push(&mut query, "X-Amz-Algorithm", ALGORITHM);
    push(&mut query, "X-Amz-Credential", &format!("{}/{scope}", credentials.access_key_id()));
    push(&mut query, "X-Amz-Date", scope.date_time());
    push(&mut query, "X-Amz-Expires", &lifetime.as_secs().to_string());
    push(&mut query, "X-Amz-SignedHeaders", &signed_headers);
    if let Some(token) = credentials.session_token() {
        push(&mut query, "X-Amz-Security-Token", token);
    }
    let canonical_request = CanonicalRequest::new(&SignableRequest { query: &query, ..*request })?;
    let string_to_sign = StringToSign::new(scope, &canonical_request);
    let signature = SigningKey::derive(credentials.secret_access_key(), scope).sign(&string_to_sign);
    push(&mut query, "X-Amz-Signature", &signature.to_string());
    Ok(Presigned { query, signed: Signed { canonical_request, string_to_sign, signature } })
}

/// A presigned request.
#[derive(Clone)]
pub struct Presigned {
    query: Zeroizing<String>,
    signed: Signed,
}

impl Presigned {
    /// Returns the query, without the `?`: the request's own parameters and those of the signature.
    /// Treat it like a password.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Returns the steps that led to the signature.
    #[must_use]
    pub fn signed(&self) -> &Signed {
        &self.signed
    }
}

/// Prints nothing of the query.
impl fmt::Debug for Presigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Presigned([redacted])")
    }
}

fn push(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    uri_encode::push(query, value);
}
