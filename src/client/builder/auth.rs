//! How a client authenticates: set by code, or found in the environment and the profile.

use std::sync::Arc;

use super::{AuthScheme, ClientBuilder, GivenCredentials, missing_region};
use crate::client::authorize::{Auth, Provider};
#[cfg(feature = "chain")]
use crate::clock::SystemClock;
use crate::credentials::{ApiKey, Credentials};
#[cfg(feature = "chain")]
use crate::credentials::{CachedCredentials, DefaultChain, EnvironmentCredentials, ProfileCredentials, ProviderConfig};
use crate::endpoint::{Endpoint, Service};
use crate::error::{ConfigError, ConfigErrorKind, Error};
#[cfg(not(feature = "chain"))]
use crate::error::{CredentialsError, CredentialsErrorKind};
use crate::sigv4::Signer;

impl ClientBuilder {
    fn prefers_signatures(&self) -> bool {
        self.auth_schemes.first() == Some(&AuthScheme::SigV4)
    }

    /// Returns the authentication: set by code, else an API key in the environment, else
    /// credentials from the environment or the default chain.
    pub(super) fn auth(&self, region: Option<String>) -> Result<Auth, Error> {
        if self.no_auth {
            if self.credentials.is_none() && self.api_key.is_none() {
                return Ok(Auth::None);
            }
            let message = "both no_auth and credentials or an API key are set: set one of them";
            return Err(ConfigError::new(ConfigErrorKind::Conflict, message).into());
        }
        let given = match (&self.credentials, &self.api_key) {
            (Some(_), Some(_)) => {
                let message = "both credentials and an API key are set: set one of them";
                return Err(ConfigError::new(ConfigErrorKind::Conflict, message).into());
            }
            (None, Some(_)) if self.prefers_signatures() => {
                let message = "both an API key and a preference for SigV4 are set: set one of them";
                return Err(ConfigError::new(ConfigErrorKind::Conflict, message).into());
            }
            (None, Some(key)) => return api_key(key.clone()),
            (Some(given), None) => Some(given),
            (None, None) => None,
        };
        if given.is_none()
            && !self.prefers_signatures()
            && let Some(key) = self.environment.api_key()?
        {
            return api_key(key);
        }
        let signer = Signer::new(region.ok_or_else(missing_region)?, Service::BedrockRuntime.signing_name());
        Ok(match given {
            Some(GivenCredentials::Provider(provider)) => {
                let provider = Provider::new(Arc::clone(provider), signer.region());
                Auth::Provided(signer, provider)
            }
            Some(GivenCredentials::Static(credentials)) => static_credentials(signer, credentials.clone())?,
            None => self.default_auth(signer)?,
        })
    }

    /// Returns the credentials of the environment. Other providers need the feature `chain`.
    #[cfg(not(feature = "chain"))]
    fn default_auth(&self, signer: Signer) -> Result<Auth, Error> {
        // With the feature `chain`, a profile named in code takes precedence over keys in the
        // environment. Using these keys instead would silently change the identity.
        if let Some(name) = &self.profile {
            let message = format!(
                "the credentials of the profile {name:?} are not read, because this build lacks the feature chain: build \
                 bedrock-lite with it, or pass .credentials(…)"
            );
            return Err(CredentialsError::of(CredentialsErrorKind::Invalid, message).into());
        }
        if !self.environment.has_credentials() {
            let message = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and this build lacks the feature chain, \
                           which reads profiles and queries containers and instances";
            return Err(CredentialsError::not_configured(message).into());
        }
        static_credentials(signer, self.environment.credentials()?)
    }

    /// Returns the provider of the profile named in code, else keys in the environment, else the
    /// default chain.
    ///
    /// A profile named in code is the only provider, as with `--profile` of the AWS CLI. Providers
    /// perform I/O at the first call only.
    #[cfg(feature = "chain")]
    fn default_auth(&self, signer: Signer) -> Result<Auth, Error> {
        if self.profile.is_none() && self.environment.has_credentials() {
            let credentials = self.environment.credentials()?;
            credentials.validate()?;
            if credentials.session_token().is_none() {
                return Ok(Auth::Static(signer, credentials));
            }
        }
        let clock = self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let provider_config = ProviderConfig::of(self.environment.clone(), self.files.clone(), Arc::clone(&clock));
        let provider = if let Some(name) = &self.profile {
            let profile = ProfileCredentials::new(&provider_config).profile(name);
            CachedCredentials::with_shared_clock(profile, clock)
        } else if self.environment.has_credentials() {
            // Temporary credentials expire, and the program may set new ones in its environment.
            CachedCredentials::with_shared_clock(EnvironmentCredentials::new(&provider_config), clock)
        } else {
            CachedCredentials::with_shared_clock(DefaultChain::new(&provider_config), clock)
        };
        let provider = Provider::new(Arc::new(provider.timeout(self.timeouts.credentials)), signer.region());
        Ok(Auth::Provided(signer, provider))
    }
}

fn api_key(key: ApiKey) -> Result<Auth, Error> {
    key.validate()?;
    Ok(Auth::ApiKey(key))
}

fn static_credentials(signer: Signer, credentials: Credentials) -> Result<Auth, Error> {
    credentials.validate()?;
    Ok(Auth::Static(signer, credentials))
}

/// Refuses an unencrypted endpoint for an API key, because anyone who reads the key can use it.
pub(super) fn refuse_insecure(endpoint: &Endpoint) -> Result<(), ConfigError> {
    if endpoint.is_https() || endpoint.is_loopback() {
        return Ok(());
    }
    let message = format!(
        "an API key is not sent unencrypted to {endpoint}: use https://, or sign with credentials, whose secret is not sent"
    );
    Err(ConfigError::new(ConfigErrorKind::Insecure, message))
}
