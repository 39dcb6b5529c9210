//! A signature in the query: whoever has the URL can use it, until it ends.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{
    ALGORITHM, CanonicalRequest, PayloadHash, Scope, SignableRequest, Signed, SigningKey, StringToSign, uri_encode,
};
use crate::credentials::Credentials;
use crate::error::{ConfigError, ConfigErrorKind};

/// The longest that AWS lets a signature in a query hold.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Signs a request by its query: from the scope's time on, for `lifetime` in whole seconds.
///
/// Signed are all headers that are given: whoever sends the request must send them. One of them has to be `host`.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_lite::credentials::Credentials;
/// use bedrock_lite::sigv4::{PayloadHash, Scope, SignableRequest, presign};
/// use chrono::{TimeZone, Utc};
///
/// let scope = Scope::new(Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap(), "us-east-1", "bedrock");
/// let headers = [("host", &b"bedrock.us-east-1.amazonaws.com"[..])];
/// let request = SignableRequest { method: "GET", path: "/guardrails", query: "", headers: &headers, payload: PayloadHash::of(b"") };
/// let presigned = presign(&request, &Credentials::new("AKIDEXAMPLE", "secret"), &scope, Duration::from_secs(60))?;
/// assert!(presigned.query().starts_with("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2F"));
/// # Ok::<(), bedrock_lite::ConfigError>(())
/// ```
///
/// # Errors
///
/// [`ConfigErrorKind::InvalidCredentials`] for credentials that no request can carry, [`ConfigErrorKind::InvalidHeader`] as for
/// [`CanonicalRequest::new`], [`ConfigErrorKind::InvalidSetting`] for a lifetime of less than 1 s or more than 7 days.
pub fn presign(
    request: &SignableRequest<'_>,
    credentials: &Credentials,
    scope: &Scope<'_>,
    lifetime: Duration,
) -> Result<Presigned, ConfigError> {
    credentials.validate()?;
    if lifetime.as_secs() == 0 || lifetime > LONGEST {
        let message = format!("a signature in a query holds from 1 s to 7 days, not {lifetime:?}");
        return Err(ConfigError::new(ConfigErrorKind::InvalidSetting, message));
    }
    // The names of the headers are part of the query, which is part of what is signed.
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

/// A request signed by its query.
#[derive(Clone)]
pub struct Presigned {
    query: Zeroizing<String>,
    signed: Signed,
}

impl Presigned {
    /// What follows the `?`: the request's own query, and the signature's parameters. Keep it as you would a password.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The steps that led to the signature.
    #[must_use]
    pub fn signed(&self) -> &Signed {
        &self.signed
    }
}

/// Leaves the query out.
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
