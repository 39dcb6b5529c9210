//! [`Auth`]: what proves who is asking, put into each attempt afresh.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use http::header::{AUTHORIZATION, HeaderValue};
use zeroize::Zeroizing;

use crate::credentials::{ApiKey, Credentials, ProvideCredentials};
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::sigv4::{Signed, Signer};

/// What proves who is asking.
#[derive(Debug)]
pub(crate) enum Auth {
    /// Credentials that do not change.
    Static(Signer, Credentials),
    /// Credentials that are asked for before every attempt.
    Provided(Signer, Arc<dyn ProvideCredentials>),
    /// A key that is sent as it is.
    ApiKey(ApiKey),
}

impl Auth {
    /// Signs a request afresh at the time that `now` gives once there are credentials, or puts the API key in.
    pub(super) async fn authorize(
        &self,
        request: &mut Request<Bytes>,
        now: impl FnOnce() -> DateTime<Utc>,
    ) -> Result<Option<Signed>, Error> {
        Ok(match self {
            Self::Static(signer, credentials) => Some(signer.sign(request, credentials, now())?),
            Self::Provided(signer, provider) => {
                let credentials = provider.credentials().await?;
                Some(signer.sign(request, &credentials, now())?)
            }
            Self::ApiKey(key) => {
                let bearer = Zeroizing::new(format!("Bearer {}", key.expose()));
                let mut value = HeaderValue::from_str(&bearer).map_err(|_| {
                    ConfigError::new(
                        ConfigErrorKind::InvalidCredentials,
                        "the API key has characters that no header can carry",
                    )
                })?;
                value.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, value);
                None
            }
        })
    }
}
