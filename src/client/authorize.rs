//! [`Auth`]: what proves who is asking, put into each attempt afresh.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use http::header::{AUTHORIZATION, HeaderValue};
use zeroize::Zeroizing;

use crate::credentials::{ApiKey, ClientContext, Credentials, ProvideCredentials, within};
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::sigv4::{Signed, Signer};

/// What proves who is asking.
#[derive(Debug)]
pub(crate) enum Auth {
    /// Credentials that do not change.
    Static(Signer, Credentials),
    /// Credentials that are asked for before every attempt.
    Provided(Signer, Provider),
    /// A key that is sent as it is.
    ApiKey(ApiKey),
}

/// A credentials provider, and what it is told of the client.
#[derive(Debug)]
pub(crate) struct Provider {
    provider: Arc<dyn ProvideCredentials>,
    region: Arc<str>,
}

impl Provider {
    pub(crate) fn new(provider: Arc<dyn ProvideCredentials>, region: &str) -> Self {
        Self { provider, region: region.into() }
    }

    async fn credentials(&self, asking: Asking) -> Result<Credentials, Error> {
        if let Some(renewed) = asking.renewed {
            return Ok(renewed);
        }
        let client = ClientContext::new(Arc::clone(&self.region)).clock_skew(asking.skew);
        Ok(within(asking.timeout, &*self.provider, self.provider.credentials_for(&client)).await?)
    }
}

/// How a provider is asked.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) timeout: Duration,
    pub(super) skew: TimeDelta,
    /// Credentials that the provider has just given in place of refused ones: it is not asked again.
    pub(super) renewed: Option<Credentials>,
}

/// A proof that was put into a request.
pub(super) struct Proof {
    pub(super) signed: Signed,
    /// The credentials that a provider gave for it.
    pub(super) provided: Option<Credentials>,
}

impl Auth {
    /// Signs a request afresh at the time that `now` gives once there are credentials, or puts the API key in.
    pub(super) async fn authorize(
        &self,
        request: &mut Request<Bytes>,
        asking: Asking,
        now: impl FnOnce() -> DateTime<Utc>,
    ) -> Result<Option<Proof>, Error> {
        Ok(match self {
            Self::Static(signer, credentials) => {
                Some(Proof { signed: signer.sign(request, credentials, now())?, provided: None })
            }
            Self::Provided(signer, provider) => {
                let credentials = provider.credentials(asking).await?;
                Some(Proof { signed: signer.sign(request, &credentials, now())?, provided: Some(credentials) })
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

    /// Tells the provider that its credentials were refused.
    pub(super) fn invalidate(&self, refused: &Credentials) {
        if let Self::Provided(_, provider) = self {
            provider.provider.invalidate(refused);
        }
    }

    /// The credentials that the provider has now, if they are other ones than those that were refused.
    pub(super) async fn other_than(&self, refused: &Credentials, asking: Asking) -> Option<Credentials> {
        let Self::Provided(_, provider) = self else { return None };
        provider.credentials(asking).await.ok().filter(|credentials| !credentials.signs_like(refused))
    }
}
