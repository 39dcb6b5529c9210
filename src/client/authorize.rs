//! [`Auth`]: how a client authenticates. Each attempt is signed separately.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use http::header::{AUTHORIZATION, HeaderValue};
use zeroize::Zeroizing;

use crate::credentials::{ApiKey, ClientContext, Credentials, ProvideCredentials, within};
use crate::endpoint::Service;
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::sigv4::{Signed, Signer};

/// How a client authenticates.
#[derive(Debug)]
pub(crate) enum Auth {
    /// Signs with credentials that do not change.
    Static(Signer, Credentials),
    /// Signs with credentials that a provider returns before each attempt.
    Provided(Signer, Provider),
    /// Sends a Bedrock API key as a bearer token.
    ApiKey(ApiKey),
    /// Sends neither signature nor key.
    None,
}

/// A credentials provider, and the region that it is called with.
#[derive(Debug)]
pub(crate) struct Provider {
    provider: Arc<dyn ProvideCredentials>,
    region: Arc<str>,
}

impl Provider {
    pub(crate) fn new(provider: Arc<dyn ProvideCredentials>, region: &str) -> Self {
        Self { provider, region: region.into() }
    }

    async fn credentials(&self, lookup: Lookup) -> Result<Credentials, Error> {
        if let Some(renewed) = lookup.renewed {
            return Ok(renewed);
        }
        let client = ClientContext::new(Arc::clone(&self.region)).clock_skew(lookup.skew);
        Ok(within(lookup.timeout, &*self.provider, self.provider.credentials_for(&client)).await?)
    }
}

/// The parameters of one call of a credentials provider.
#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) timeout: Duration,
    pub(super) skew: TimeDelta,
    /// Credentials that the provider has just returned in place of refused ones. If set, the
    /// provider is not called.
    pub(super) renewed: Option<Credentials>,
}

/// The signature of a request.
pub(super) struct Proof {
    pub(super) signed: Signed,
    /// The credentials that a provider returned for the signature.
    pub(super) provided: Option<Credentials>,
}

impl Auth {
    /// Signs a request, or adds the API key.
    ///
    /// `now` is called after the provider has returned credentials, which can take a while.
    pub(super) async fn authorize(
        &self,
        request: &mut Request<Bytes>,
        lookup: Lookup,
        now: impl FnOnce() -> DateTime<Utc>,
    ) -> Result<Option<Proof>, Error> {
        Ok(match self {
            Self::Static(signer, credentials) => {
                Some(Proof { signed: signer.sign(request, credentials, now())?, provided: None })
            }
            Self::Provided(signer, provider) => {
                let credentials = provider.credentials(lookup).await?;
                Some(Proof { signed: signer.sign(request, &credentials, now())?, provided: Some(credentials) })
            }
            Self::ApiKey(key) => {
                let bearer = Zeroizing::new(format!("Bearer {}", key.expose()));
                let mut value = HeaderValue::from_str(&bearer).map_err(|_| {
                    ConfigError::new(
                        ConfigErrorKind::InvalidCredentials,
                        "the API key has characters that are invalid in a header: check that it was copied completely",
                    )
                })?;
                value.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, value);
                None
            }
            Self::None => None,
        })
    }

    /// Returns the same authentication for another region.
    pub(super) fn in_region(&self, region: &str) -> Self {
        let signer = || Signer::new(region, Service::BedrockRuntime.signing_name());
        match self {
            Self::Static(_, credentials) => Self::Static(signer(), credentials.clone()),
            Self::Provided(_, Provider { provider, .. }) => {
                Self::Provided(signer(), Provider::new(Arc::clone(provider), region))
            }
            Self::ApiKey(key) => Self::ApiKey(key.clone()),
            Self::None => Self::None,
        }
    }

    /// Tells the provider that its credentials were refused.
    pub(super) fn invalidate(&self, refused: &Credentials) {
        if let Self::Provided(_, provider) = self {
            provider.provider.invalidate(refused);
        }
    }

    /// Calls the provider, and returns its credentials if they differ from the refused ones.
    pub(super) async fn other_than(&self, refused: &Credentials, lookup: Lookup) -> Option<Credentials> {
        let Self::Provided(_, provider) = self else { return None };
        provider.credentials(lookup).await.ok().filter(|credentials| !credentials.signs_like(refused))
    }
}
