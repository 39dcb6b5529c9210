//! [`ProfileCredentials`]: credentials of a profile of the shared configuration files.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::ProviderConfig;
use super::container::ContainerCredentials;
use super::environment::EnvironmentCredentials;
use super::instance_metadata::InstanceMetadataCredentials;
use super::process::ProcessCredentials;
use super::response::{failed, invalid};
use super::sts::{Role, Sts};
use super::web_identity::WebIdentityCredentials;
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials};
use crate::error::{ConfigError, ConfigErrorKind, CredentialsError};
use crate::profile::{AssumeRole, Base, CredentialSource, RoleChain, Sso, StaticKeys};

/// A credentials provider that uses a profile of `~/.aws/config` and `~/.aws/credentials`.
///
/// - The profile is the one set with [`profile`](Self::profile), else `AWS_PROFILE`, else
///   `AWS_DEFAULT_PROFILE`, else `default`.
/// - `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` replace the paths of the files.
/// - The files are read for each request for credentials. Wrap the provider in a
///   [`CachedCredentials`](super::CachedCredentials), which reads the files again every minute.
/// - An expiry that some tools write next to the keys is ignored, as in AWS's tools.
///
/// [`Profiles::role_chain`] describes how the profile is resolved.
///
/// See [Shared `config` and `credentials` files][aws].
///
/// [`Profiles::role_chain`]: crate::profile::Profiles::role_chain
/// [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
///
/// ```no_run
/// use bedrock_lite::Client;
/// use bedrock_lite::credentials::{CachedCredentials, ProfileCredentials, ProviderConfig};
///
/// let work = ProfileCredentials::new(&ProviderConfig::new()).profile("work");
/// let client = Client::builder()
///     .region("eu-west-1")
///     .credentials_provider(CachedCredentials::new(work))
///     .build()?;
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProfileCredentials {
    provider_config: ProviderConfig,
    profile: Option<String>,
    region: Option<String>,
}

impl ProfileCredentials {
    /// Creates a provider for the profile of `AWS_PROFILE`, else of `AWS_DEFAULT_PROFILE`, else for
    /// `default`.
    #[must_use]
    pub fn new(provider_config: &ProviderConfig) -> Self {
        Self { provider_config: provider_config.clone(), profile: None, region: None }
    }

    /// Sets the name of the profile.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Sets the region of STS if neither the environment nor the profile has a region. Defaults to
    /// the region of the client.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    async fn find(&self) -> Result<Credentials, CredentialsError> {
        let profiles = self
            .provider_config
            .read_files(ProviderConfig::profiles)
            .await
            .map_err(|error| into_credentials_error(&error))?;
        let name = self
            .provider_config
            .profile_name(self.profile.as_deref())
            .map_err(|error| into_credentials_error(&error))?;
        let Some(section) = profiles.select(&name).map_err(|error| into_credentials_error(&error))? else {
            let locations = profiles.locations();
            return Err(CredentialsError::not_configured(format!(
                "neither {} nor {} has a profile 'default'",
                locations.config(),
                locations.credentials()
            )));
        };
        let chain = profiles.role_chain(name.as_str()).map_err(|error| into_credentials_error(&error))?;
        let services = profiles.services_of(name.as_str(), section).map_err(|error| into_credentials_error(&error))?;
        let provider_config = self.provider_config.with_fallbacks(section, services);
        // Boxed, because this future would make the future of every call as large as those of all
        // providers together.
        Box::pin(resolve(&provider_config, self.region.as_deref(), chain)).await
    }
}

/// Gets the credentials of the base, and assumes each role in turn.
async fn resolve(
    provider_config: &ProviderConfig,
    region: Option<&str>,
    chain: RoleChain,
) -> Result<Credentials, CredentialsError> {
    let region = provider_config.environment.region()?.or_else(|| region.map(ToOwned::to_owned));
    let mut credentials = base(provider_config, region.as_deref(), (&chain.base_profile, chain.base)).await?;
    for role in chain.roles {
        let sts = Sts { provider_config: provider_config.clone(), region: region.clone(), url: None };
        credentials = sts.assume_role(&Role::from(role), &credentials).await?;
    }
    Ok(credentials)
}

async fn base(
    provider_config: &ProviderConfig,
    region: Option<&str>,
    (profile, base): (&str, Base),
) -> Result<Credentials, CredentialsError> {
    match base {
        Base::StaticKeys(keys) => Ok(keys.into()),
        Base::Process(process) => {
            let credentials = ProcessCredentials::new(provider_config, process.command.as_str()).credentials().await?;
            Ok(match process.account_id {
                Some(account_id) if credentials.account_id().is_none() => credentials.with_account_id(account_id),
                _ => credentials,
            })
        }
        Base::WebIdentity(web) => {
            let mut provider = WebIdentityCredentials::of_role(provider_config, web.role_arn, web.token_file);
            if let Some(name) = web.session_name {
                provider = provider.session_name(name);
            }
            if let Some(duration) = web.duration {
                provider = provider.duration(duration);
            }
            if let Some(region) = region {
                provider = provider.region(region);
            }
            provider.credentials().await
        }
        Base::Sso(sso) => sso_credentials(provider_config, profile, sso).await,
        Base::Source(source) => source_credentials(provider_config, source).await,
    }
}

/// Returns the credentials of a `credential_source`. There is no fallback, because the profile
/// names this provider.
async fn source_credentials(
    provider_config: &ProviderConfig,
    source: CredentialSource,
) -> Result<Credentials, CredentialsError> {
    let outcome = match source {
        CredentialSource::Environment => EnvironmentCredentials::new(provider_config).credentials().await,
        CredentialSource::Ec2InstanceMetadata => InstanceMetadataCredentials::new(provider_config).credentials().await,
        CredentialSource::EcsContainer => ContainerCredentials::new(provider_config).credentials().await,
    };
    outcome.map_err(|error| {
        failed(format!("credential_source = {} has no credentials", source.as_str())).with_source(error)
    })
}

#[cfg(feature = "sso")]
async fn sso_credentials(provider_config: &ProviderConfig, _: &str, sso: Sso) -> Result<Credentials, CredentialsError> {
    let mut provider =
        super::SsoCredentials::new(provider_config, sso.start_url, sso.region).role(sso.account_id, sso.role_name);
    if let Some(session) = sso.session {
        provider = provider.session(session);
    }
    provider.credentials().await
}

#[cfg(not(feature = "sso"))]
async fn sso_credentials(_: &ProviderConfig, profile: &str, _: Sso) -> Result<Credentials, CredentialsError> {
    let message = format!(
        "sso_account_id and sso_role_name of the profile '{profile}' require IAM Identity Center, which this build \
         does not support: build bedrock-lite with the feature sso"
    );
    std::future::ready(Err(invalid(message))).await
}

/// Converts an error of the shared configuration files. A chain continues only if the profile has
/// no credentials.
fn into_credentials_error(error: &ConfigError) -> CredentialsError {
    if error.kind() == ConfigErrorKind::MissingCredentials {
        return CredentialsError::not_configured(error.to_string());
    }
    invalid(error.to_string())
}

impl From<StaticKeys> for Credentials {
    fn from(keys: StaticKeys) -> Self {
        let text = |mut secret: Zeroizing<String>| std::mem::take(&mut *secret);
        let mut credentials = Self::new(keys.access_key_id, text(keys.secret_access_key)).of_file();
        if let Some(token) = keys.session_token {
            credentials = credentials.with_session_token(text(token));
        }
        if let Some(account_id) = keys.account_id {
            credentials = credentials.with_account_id(account_id);
        }
        credentials
    }
}

impl From<AssumeRole> for Role {
    fn from(role: AssumeRole) -> Self {
        Self {
            arn: role.role_arn,
            session_name: role.session_name,
            external_id: role.external_id,
            duration: role.duration,
        }
    }
}

impl ProfileCredentials {
    /// Returns the same provider with the region and the clock of a client.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        let region = self.region.clone().or_else(|| Some((*client.region).to_owned()));
        Self { provider_config: self.provider_config.skewed(client.clock_skew), region, ..self.clone() }
    }
}

impl ProvideCredentials for ProfileCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.find())
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(async move { self.for_client(client).find().await })
    }

    fn name(&self) -> Cow<'_, str> {
        self.profile.as_ref().map_or("the profile".into(), |name| format!("the profile '{name}'").into())
    }
}
