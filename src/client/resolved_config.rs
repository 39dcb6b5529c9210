//! [`ResolvedConfig`]: settings from the environment and the profile, for what code leaves open.

use std::path::Path;
use std::sync::Arc;

use crate::credentials::Environment;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::profile::{Files, Location, Locations, MAX_FILE, Platform, ProfileName, Profiles, Section};
use crate::transport::{ca_bundle, unfit_ca_bundle};

/// The longest app ID that AWS allows, in characters.
const APP_ID: usize = 50;

/// The environment, and the selected profile if one was loaded.
#[derive(Debug)]
pub(crate) struct ResolvedConfig<'a> {
    environment: &'a Environment,
    files: &'a Files,
    profile: Section,
    services: Section,
}

impl<'a> ResolvedConfig<'a> {
    /// Uses the environment only. Reads no files.
    pub(crate) fn of_environment(environment: &'a Environment, files: &'a Files) -> Self {
        Self { environment, files, profile: Section::default(), services: Section::default() }
    }

    /// Uses the environment, then a profile: `name`, else the one of `AWS_PROFILE`, else `default`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Profiles::load`] and [`Profiles::select`].
    pub(crate) fn with_profile(
        environment: &'a Environment,
        files: &'a Files,
        name: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let locations = environment.look(|variable| Locations::find(Platform::current(), variable))?;
        let profiles = Profiles::load(&locations, files)?;
        let name = environment.look(|variable| ProfileName::select(name.map(ToOwned::to_owned), variable))?;
        let profile = profiles.select(&name)?.cloned().unwrap_or_default();
        let services = profiles.services_of(name.as_str(), &profile)?.cloned().unwrap_or_default();
        Ok(Self { environment, files, profile, services })
    }

    /// Returns the value of a variable, else of a property of the profile, with its name.
    fn find(
        &self,
        variable: &'static str,
        property: &'static str,
    ) -> Result<Option<(&'static str, String)>, ConfigError> {
        let of_profile = || self.profile.get(property).map(|value| (property, value.to_owned()));
        Ok(self.environment.get(variable)?.map(|value| (variable, value)).or_else(of_profile))
    }

    /// Returns the region: `AWS_REGION`, `AWS_DEFAULT_REGION`, `region`.
    pub(crate) fn region(&self) -> Result<Option<String>, ConfigError> {
        Ok(self.environment.region()?.or_else(|| self.profile.get("region").map(ToOwned::to_owned)))
    }

    /// Returns the endpoint URL of a service ID such as `BEDROCK_RUNTIME`.
    ///
    /// Looks at the variable of the service, the variable for all services, the `services` section
    /// of the profile, and `endpoint_url` of the profile, in this order.
    pub(crate) fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, ConfigError> {
        if self.is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")? {
            return Ok(None);
        }
        let of_profile = || {
            let of_service = self.services.nested(&service_id.to_ascii_lowercase(), "endpoint_url");
            of_service.or_else(|| self.profile.get("endpoint_url")).map(ToOwned::to_owned)
        };
        Ok(self.environment.endpoint_url(service_id)?.or_else(of_profile))
    }

    /// Returns whether to use FIPS endpoints: `AWS_USE_FIPS_ENDPOINT`, `use_fips_endpoint`.
    pub(crate) fn fips(&self) -> Result<bool, ConfigError> {
        self.is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    }

    /// Returns whether to use dual-stack endpoints: `AWS_USE_DUALSTACK_ENDPOINT`,
    /// `use_dualstack_endpoint`.
    pub(crate) fn dual_stack(&self) -> Result<bool, ConfigError> {
        self.is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    }

    fn is_on(&self, variable: &'static str, property: &'static str) -> Result<bool, ConfigError> {
        match self.find(variable, property)? {
            None => Ok(false),
            Some((_, value)) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some((_, value)) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some((name, value)) => Err(invalid(name, &value, "is neither true nor false")),
        }
    }

    /// Returns the number of attempts, at least 1: `AWS_MAX_ATTEMPTS`, `max_attempts`.
    pub(crate) fn max_attempts(&self) -> Result<Option<u32>, ConfigError> {
        let Some((name, value)) = self.find("AWS_MAX_ATTEMPTS", "max_attempts")? else { return Ok(None) };
        let attempts = value.trim().parse().ok().filter(|attempts| *attempts > 0);
        attempts.map(Some).ok_or_else(|| invalid(name, &value, "is invalid: use a whole number of at least 1"))
    }

    /// Returns the app ID for the user agent: `AWS_SDK_UA_APP_ID`, `sdk_ua_app_id`.
    ///
    /// Replaces each character that is invalid in a user agent by a hyphen, as AWS's SDKs do.
    pub(crate) fn app_id(&self) -> Result<Option<String>, ConfigError> {
        let Some((name, value)) = self.find("AWS_SDK_UA_APP_ID", "sdk_ua_app_id")? else { return Ok(None) };
        if value.chars().count() > APP_ID {
            return Err(invalid(name, &value, "is longer than 50 characters"));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~".contains(c);
        Ok(Some(value.chars().map(|c| if fits(c) { c } else { '-' }).collect()))
    }

    /// Returns the content of the CA bundle: the file of `AWS_CA_BUNDLE`, `ca_bundle`.
    pub(crate) fn ca_bundle(&self) -> Result<Option<Arc<[u8]>>, ConfigError> {
        let Some((name, path)) = self.find("AWS_CA_BUNDLE", "ca_bundle")? else { return Ok(None) };
        let location = self.environment.look(|variable| Location::of(&path, Platform::current(), variable))?;
        match location.read(self.files, MAX_FILE)? {
            Some(text) => ca_bundle(name, &path, &text).map(Some),
            None => Err(invalid(name, &path, "is the path of a file that does not exist").at(Path::new(&path), None)),
        }
    }

    /// Adds the path of the CA bundle to an error about invalid certificates.
    pub(crate) fn name_ca_bundle(&self, error: ConfigError) -> ConfigError {
        match self.find("AWS_CA_BUNDLE", "ca_bundle") {
            Ok(Some((name, path))) if error.kind() == ConfigErrorKind::InvalidSetting => {
                unfit_ca_bundle(name, &path, "has an invalid certificate").with_source(error)
            }
            _ => error,
        }
    }
}

fn invalid(name: &str, value: &str, problem: &str) -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidSetting, format!("{name}={value:?} {problem}"))
}
