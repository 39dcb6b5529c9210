//! The shared configuration that all of AWS's tools read: `~/.aws/config` and `~/.aws/credentials`.
//!
//! Text in, [`Profiles`] out; a profile's name in, a [`RoleChain`] out: the plan of how to come by its credentials, without
//! doing any of it. [`Files`] alone touches the disk.
//!
//! ```
//! use bedrock_lite::profile::{Base, Profiles};
//!
//! let config = "[profile work]\nrole_arn = arn:aws:iam::123456789012:role/Work\nsource_profile = default\nregion = eu-west-1";
//! let credentials = "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret";
//! let profiles = Profiles::parse(config, credentials)?;
//!
//! assert_eq!(profiles.profile("work").and_then(|work| work.get("region")), Some("eu-west-1"));
//! let plan = profiles.role_chain("work")?;
//! assert!(matches!(plan.base, Base::StaticKeys(keys) if keys.access_key_id == "AKIDEXAMPLE"));
//! assert_eq!(plan.roles[0].role_arn, "arn:aws:iam::123456789012:role/Work");
//! # Ok::<(), bedrock_lite::ConfigError>(())
//! ```

mod files;
mod grammar;
mod role_chain;
mod role_plan;
mod section;

use std::collections::BTreeMap;
use std::fmt;

pub use files::{Files, Location, Locations, Platform};
pub use role_plan::{AssumeRole, Base, CredentialProcess, CredentialSource, RoleChain, Sso, StaticKeys, WebIdentity};
pub use section::Section;

use grammar::{Kind, Parsed};

use crate::error::{ConfigError, ConfigErrorKind};

/// The longest shared configuration file that is read, in bytes.
pub const MAX_FILE: u64 = 1024 * 1024;

/// How many profiles an error names.
const NAMED: usize = 20;

/// Which profile is used, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileName {
    /// A program named it.
    Code(String),
    /// `AWS_PROFILE` names it.
    Environment(String),
    /// Nobody named one: it is `default`.
    Default,
}

impl ProfileName {
    /// The name that code gives, else that of `AWS_PROFILE`, else `default`.
    pub fn select(code: Option<String>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let environment = || variable("AWS_PROFILE").filter(|name| !name.is_empty()).map(Self::Environment);
        code.map(Self::Code).or_else(environment).unwrap_or(Self::Default)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Code(name) | Self::Environment(name) => name,
            Self::Default => "default",
        }
    }
}

/// Who says so, as a person would write it: `AWS_PROFILE=work`.
impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(name) => write!(f, "profile({name:?})"),
            Self::Environment(name) => write!(f, "AWS_PROFILE={name}"),
            Self::Default => f.write_str("the profile default"),
        }
    }
}

/// What the two shared configuration files say: profiles, SSO sessions, and endpoints of services.
///
/// `Debug` shows the names of properties and no values: secrets are among them.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    by_name: BTreeMap<String, Section>,
    sso_sessions: BTreeMap<String, Section>,
    services: BTreeMap<String, Section>,
    locations: Locations,
    /// The files that are there.
    found: Vec<&'static str>,
    /// The headers of the config file that no tool reads, such as `[work]` for `[profile work]`.
    ignored: Vec<String>,
}

impl Profiles {
    /// Reads the text of a config file and of a credentials file; what the second says of a profile wins.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidFile`], with the [line](ConfigError::line), where the grammar is broken: a property outside of a
    /// section or without `=` or a name, a header without `]`, a continuation of nothing.
    pub fn parse(config: &str, credentials: &str) -> Result<Self, ConfigError> {
        Self::of(Locations::default(), Some(config), Some(credentials))
    }

    /// Reads the two files; one that is not there is empty.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and [`ConfigErrorKind::UnreadableFile`] for a file that is there and cannot be read, or has more
    /// than [`MAX_FILE`] bytes.
    pub fn load(locations: &Locations, files: &Files) -> Result<Self, ConfigError> {
        let config = locations.config().read(files, MAX_FILE)?;
        let credentials = locations.credentials().read(files, MAX_FILE)?;
        Self::of(locations.clone(), config.as_ref().map(|t| t.as_str()), credentials.as_ref().map(|t| t.as_str()))
    }

    fn of(locations: Locations, config: Option<&str>, credentials: Option<&str>) -> Result<Self, ConfigError> {
        let mut whole = Self { locations, ..Self::default() };
        if let Some(text) = config {
            let parsed = grammar::parse_config(text, whole.locations.config())?;
            whole.merge(parsed);
            whole.found.push("config");
        }
        if let Some(text) = credentials {
            let parsed = grammar::parse_credentials(text, whole.locations.credentials())?;
            whole.merge(parsed);
            whole.found.push("credentials");
        }
        Ok(whole)
    }

    fn merge(&mut self, parsed: Parsed) {
        for (kind, name, section) in parsed.sections {
            let all = match kind {
                Kind::Profile => &mut self.by_name,
                Kind::SsoSession => &mut self.sso_sessions,
                Kind::Services => &mut self.services,
            };
            all.entry(name).or_default().merge(section);
        }
        self.ignored.extend(parsed.ignored);
    }

    /// A profile, where there is one of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Section> {
        self.by_name.get(name)
    }

    /// Every profile and its name, sorted.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.by_name.iter().map(|(name, section)| (&**name, section))
    }

    /// An `[sso-session …]`.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }

    /// Every SSO session and its name, sorted.
    pub fn sso_sessions(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.sso_sessions.iter().map(|(name, section)| (&**name, section))
    }

    /// A `[services …]`.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// The files that this came from.
    #[must_use]
    pub fn locations(&self) -> &Locations {
        &self.locations
    }

    /// The selected profile; `None` where that is `default` and there is none.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::MissingProfile`] for a profile that somebody named and that is not there.
    pub fn select(&self, name: &ProfileName) -> Result<Option<&Section>, ConfigError> {
        match self.profile(name.as_str()) {
            None if name.as_str() != "default" => Err(self.missing(&name.to_string(), name.as_str())),
            found => Ok(found),
        }
    }

    /// `AWS_PROFILE=work: ~/.aws/config has no profile 'work'; it has default, dev`.
    fn missing(&self, who: &str, name: &str) -> ConfigError {
        let (config, credentials) = (self.locations.config(), self.locations.credentials());
        let place = match *self.found {
            [] => format!("there is neither {config} nor {credentials}, and so"),
            ["config"] => format!("{config} has"),
            [_] => format!("{credentials} has"),
            _ => format!("{config} (with {credentials}) has"),
        };
        let hint = if self.ignored.iter().any(|header| header == name) {
            format!(", but a section [{name}], which must be [profile {name}] in {config}")
        } else {
            String::new()
        };
        let names: Vec<_> = self.by_name.keys().take(NAMED).map(String::as_str).collect();
        let others = match (names.join(", "), self.by_name.len().saturating_sub(NAMED)) {
            (names, _) if names.is_empty() => names,
            (names, 0) => format!("; it has {names}"),
            (names, more) => format!("; it has {names} and {more} more"),
        };
        let text = format!("{who}: {place} no profile '{name}'{hint}{others}");
        ConfigError::new(ConfigErrorKind::MissingProfile, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(config: &str, credentials: &str) -> String {
        let profiles = Profiles::parse(config, credentials).unwrap();
        let error = profiles.select(&ProfileName::Environment("work".into())).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::MissingProfile);
        error.to_string()
    }

    #[test]
    fn a_missing_profile_is_explained() {
        let profiles = Profiles::of(Locations::default(), Some("[default]\n[profile dev]"), None).unwrap();
        assert_eq!(
            profiles.select(&ProfileName::Environment("work".into())).unwrap_err().to_string(),
            "AWS_PROFILE=work: ~/.aws/config has no profile 'work'; it has default, dev"
        );
        let nothing = Profiles::of(Locations::default(), None, None).unwrap();
        assert_eq!(
            nothing.select(&ProfileName::Code("work".into())).unwrap_err().to_string(),
            "profile(\"work\"): there is neither ~/.aws/config nor ~/.aws/credentials, and so no profile 'work'"
        );
        assert!(nothing.select(&ProfileName::Default).unwrap().is_none());
        assert_eq!(
            missing("[work]\nregion=x", "[dev]"),
            "AWS_PROFILE=work: ~/.aws/config (with ~/.aws/credentials) has no profile 'work', but a section [work], \
             which must be [profile work] in ~/.aws/config; it has dev"
        );
    }
}
