//! The shared configuration files of AWS's tools, `~/.aws/config` and `~/.aws/credentials`.
//!
//! [`Profiles`] parses the files. [`Profiles::role_chain`] resolves a profile into a [`RoleChain`]: the steps by which its
//! credentials are obtained. It does not perform them. Only [`Files`] accesses the disk.
//!
//! See [Shared `config` and `credentials` files][aws].
//!
//! ```
//! use bedrock_lite::profile::{Base, Profiles};
//!
//! let config = "
//! [profile work]
//! role_arn = arn:aws:iam::123456789012:role/Work
//! source_profile = default
//! region = eu-west-1";
//! let credentials = "
//! [default]
//! aws_access_key_id = AKIDEXAMPLE
//! aws_secret_access_key = secret";
//! let profiles = Profiles::parse(config, credentials)?;
//!
//! let work = profiles.profile("work").expect("it is in the config file");
//! assert_eq!(work.get("region"), Some("eu-west-1"));
//!
//! let chain = profiles.role_chain("work")?;
//! let Base::StaticKeys(keys) = &chain.base else { unreachable!() };
//! assert_eq!(keys.access_key_id, "AKIDEXAMPLE");
//! assert_eq!(chain.roles[0].role_arn, "arn:aws:iam::123456789012:role/Work");
//! # Ok::<(), bedrock_lite::ConfigError>(())
//! ```
//!
//! [aws]: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html

mod files;
mod grammar;
mod names;
mod role_chain;
mod role_plan;
mod section;

use std::collections::BTreeMap;
use std::fmt;

pub use files::{Files, Location, Locations, Platform};
pub use role_plan::{AssumeRole, Base, CredentialProcess, CredentialSource, RoleChain, Sso, StaticKeys, WebIdentity};
pub use section::Section;

pub(crate) use names::Quoted;

use grammar::{Kind, Parsed};
use names::is_same_name;

use crate::error::{ConfigError, ConfigErrorKind};

/// The maximum size of a file that is read, in bytes.
pub(crate) const MAX_FILE: u64 = 1024 * 1024;

/// The maximum number of profiles that an error message lists.
const MAX_LISTED: usize = 20;

/// The name of the selected profile, and the setting that selected it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileName {
    /// The profile was set in code.
    Code(String),
    /// The profile was set with `AWS_PROFILE`.
    Environment(String),
    /// The profile was set with `AWS_DEFAULT_PROFILE`, and `AWS_PROFILE` is not set.
    ///
    /// The AWS CLI, botocore and the AWS SDK for Go read this variable too.
    DefaultEnvironment(String),
    /// No profile was set, so `default` is used.
    Default,
}

impl ProfileName {
    /// Selects the profile: from code, else `AWS_PROFILE`, else `AWS_DEFAULT_PROFILE`, else
    /// `default`.
    ///
    /// `variable` reads an environment variable. An empty value counts as unset.
    pub fn select(code: Option<String>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let environment = || get("AWS_PROFILE").map(Self::Environment);
        let default = || get("AWS_DEFAULT_PROFILE").map(Self::DefaultEnvironment);
        code.map(Self::Code).or_else(environment).or_else(default).unwrap_or(Self::Default)
    }

    /// Returns the name of the profile.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Code(name) | Self::Environment(name) | Self::DefaultEnvironment(name) => name,
            Self::Default => "default",
        }
    }
}

/// Shows the setting as a user would write it, like `AWS_PROFILE=work`.
impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(name) => write!(f, "profile({name:?})"),
            Self::Environment(name) => write!(f, "AWS_PROFILE={name}"),
            Self::DefaultEnvironment(name) => write!(f, "AWS_DEFAULT_PROFILE={name}"),
            Self::Default => f.write_str("the profile default"),
        }
    }
}

/// The content of the shared configuration files: profiles, SSO sessions and `services` sections.
///
/// `Debug` shows the names of properties but no values, because they may be secrets.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    by_name: Sections,
    sso_sessions: Sections,
    services: Sections,
    locations: Locations,
    /// The files that exist.
    found: Vec<&'static str>,
    /// The section headers of the config file that AWS's tools ignore, such as `[work]` instead of
    /// `[profile work]`.
    ignored_config: Vec<String>,
    /// The section headers of the credentials file that AWS's tools ignore, such as `[profile
    /// work]` instead of `[work]`.
    ignored_credentials: Vec<String>,
}

/// The sections of one kind, by name.
#[derive(Debug, Clone, Default)]
struct Sections(BTreeMap<String, Named>);

#[derive(Debug, Clone, Default)]
struct Named {
    section: Section,
    /// Whether all of AWS's tools read the name. Other sections, such as `[My Corp]` in the
    /// credentials file, are found by name, but not listed.
    is_common: bool,
}

impl Sections {
    fn get(&self, name: &str) -> Option<&Section> {
        self.0.get(name).map(|named| &named.section)
    }

    fn merge(&mut self, name: &grammar::Name<'_>, section: Section) {
        let named = self.0.entry(name.text.clone().into_owned()).or_default();
        named.is_common |= name.is_common;
        named.section.merge(section);
    }

    /// Returns the names that all of AWS's tools read, or all other names.
    fn names(&self, is_common: bool) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, named)| named.is_common == is_common).map(|(name, _)| &**name)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.0.iter().filter(|(_, named)| named.is_common).map(|(name, named)| (&**name, &named.section))
    }
}

impl Profiles {
    /// Parses the text of a config file and of a credentials file. Properties in the credentials
    /// file take precedence.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidFile`] with the [line](ConfigError::line) of the first syntax error:
    ///
    /// - A property is outside of a section, or has no `=` or no name.
    /// - A section header has no `]`.
    /// - An indented line does not follow a property.
    pub fn parse(config: &str, credentials: &str) -> Result<Self, ConfigError> {
        Self::of(Locations::default(), Some(config), Some(credentials))
    }

    /// Reads and parses the two files. A file that does not exist counts as empty.
    ///
    /// # Errors
    ///
    /// - The errors of [`parse`](Self::parse).
    /// - [`ConfigErrorKind::UnreadableFile`] if a file exists but cannot be read, or is larger than
    ///   1 MiB.
    pub fn load(locations: &Locations, files: &Files) -> Result<Self, ConfigError> {
        let config = locations.config().read(files, MAX_FILE)?;
        let credentials = locations.credentials().read(files, MAX_FILE)?;
        Self::of(locations.clone(), config.as_ref().map(|t| t.as_str()), credentials.as_ref().map(|t| t.as_str()))
    }

    fn of(locations: Locations, config: Option<&str>, credentials: Option<&str>) -> Result<Self, ConfigError> {
        let mut all = Self { locations, ..Self::default() };
        if let Some(text) = config {
            let mut parsed = grammar::parse_config(text, all.locations.config())?;
            all.ignored_config.append(&mut parsed.ignored);
            all.merge(parsed);
            all.found.push("config");
        }
        if let Some(text) = credentials {
            let mut parsed = grammar::parse_credentials(text, all.locations.credentials())?;
            all.ignored_credentials.append(&mut parsed.ignored);
            all.merge(parsed);
            all.found.push("credentials");
        }
        Ok(all)
    }

    fn merge(&mut self, parsed: Parsed<'_>) {
        for (kind, name, section) in parsed.sections {
            // If the section of the config file is ignored, the profile is ignored too. Half of its
            // settings could select a different identity.
            if !name.is_common
                && self.by_name.get(&name.text).is_none()
                && self.ignored_header(kind, &name.text).is_some()
            {
                continue;
            }
            let sections = match kind {
                Kind::Profile => &mut self.by_name,
                Kind::SsoSession => &mut self.sso_sessions,
                Kind::Services => &mut self.services,
            };
            sections.merge(&name, section);
        }
    }

    /// Returns an ignored header of the config file that was probably meant for this section.
    fn ignored_header(&self, kind: Kind, name: &str) -> Option<&str> {
        let is_similar = |header: &&String| {
            let rest = header.strip_prefix(kind.keyword()).filter(|rest| rest.starts_with([' ', '\t']));
            rest.is_some_and(|rest| is_same_name(rest, name))
        };
        self.ignored_config.iter().find(is_similar).map(String::as_str)
    }

    /// Returns the profile of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Section> {
        self.by_name.get(name)
    }

    /// Returns all profiles with their names, sorted by name.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.by_name.iter()
    }

    /// Returns the section `[sso-session …]` of this name.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }

    /// Returns all `sso-session` sections with their names, sorted by name.
    pub fn sso_sessions(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.sso_sessions.iter()
    }

    /// Returns the section `[services …]` of this name.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// Returns the `services` section that a profile refers to.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidProfile`] if that section does not exist.
    #[cfg(feature = "client")]
    pub(crate) fn services_of(&self, name: &str, profile: &Section) -> Result<Option<&Section>, ConfigError> {
        let Some(services) = profile.get("services") else { return Ok(None) };
        self.services(services).map(Some).ok_or_else(|| {
            let absent = self.absent(Kind::Services, services);
            ConfigError::new(ConfigErrorKind::InvalidProfile, format!("the profile '{name}' names {absent}"))
        })
    }

    /// Describes a missing section: `a section [services 'x y'] that ~/.aws/config does not have`,
    /// and a hint.
    fn absent(&self, kind: Kind, name: &str) -> String {
        let keyword = kind.keyword();
        let config = self.locations.config();
        format!("a section [{keyword} {}] that {config} does not have{}", Quoted(name), self.hint(kind, name))
    }

    /// Returns a hint if a section was probably meant to have this name. Returns an empty string
    /// otherwise.
    fn hint(&self, kind: Kind, name: &str) -> String {
        let (config, credentials) = (self.locations.config(), self.locations.credentials());
        let right = format!("[{} {}] in {config}", kind.keyword(), Quoted(name));
        if let Some(header) = self.ignored_header(kind, name) {
            let why =
                if name.contains([' ', '\t']) { ": names with spaces need quotes in the config file" } else { "" };
            return format!(", but a section [{header}], which must be {right}{why}");
        }
        if let Some(header) = self.ignored_config.iter().find(|header| is_same_name(header, name)) {
            return format!(", but a section [{header}], which must be {right}");
        }
        if kind != Kind::Profile {
            return String::new();
        }
        let quoted = self.by_name.names(false).find(|other| is_same_name(other, name));
        if let Some(header) = quoted.filter(|header| header.contains(['\'', '"'])) {
            return format!(", but a section [{header}], which must be [{name}] without quotes in {credentials}");
        }
        let prefixed =
            |header: &&String| header.split_once([' ', '\t']).is_some_and(|(_, rest)| is_same_name(rest, name));
        match self.ignored_credentials.iter().find(prefixed) {
            Some(header) => format!(", but a section [{header}], which must be [{name}] in {credentials}"),
            None => String::new(),
        }
    }

    /// Returns the locations of the files.
    #[must_use]
    pub fn locations(&self) -> &Locations {
        &self.locations
    }

    /// Returns the selected profile, or `None` if the profile `default` does not exist.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::MissingProfile`] if any other profile does not exist.
    pub fn select(&self, name: &ProfileName) -> Result<Option<&Section>, ConfigError> {
        match self.profile(name.as_str()) {
            None if name.as_str() != "default" => Err(self.missing(&name.to_string(), name.as_str())),
            found => Ok(found),
        }
    }

    /// Returns the error of a missing profile:
    /// `AWS_PROFILE=work: ~/.aws/config has no profile 'work'; it has default, dev`.
    fn missing(&self, setting: &str, name: &str) -> ConfigError {
        let (config, credentials) = (self.locations.config(), self.locations.credentials());
        let place = match *self.found {
            [] => format!("neither {config} nor {credentials} exists, so there is"),
            ["config"] => format!("{config} has"),
            [_] => format!("{credentials} has"),
            _ => format!("{config} (with {credentials}) has"),
        };
        let hint = self.hint(Kind::Profile, name);
        let all = self.by_name.names(true).chain(self.by_name.names(false));
        let names: Vec<_> = all.take(MAX_LISTED).map(|name| Quoted(name).to_string()).collect();
        let others = match (names.join(", "), self.by_name.0.len().saturating_sub(MAX_LISTED)) {
            (names, _) if names.is_empty() => names,
            (names, 0) => format!("; it has {names}"),
            (names, more) => format!("; it has {names} and {more} more"),
        };
        let text = format!("{setting}: {place} no profile '{name}'{hint}{others}");
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
    fn missing_profiles_are_errors_with_a_hint() {
        let profiles = Profiles::of(Locations::default(), Some("[default]\n[profile dev]"), None).unwrap();
        assert_eq!(
            profiles.select(&ProfileName::Environment("work".into())).unwrap_err().to_string(),
            "AWS_PROFILE=work: ~/.aws/config has no profile 'work'; it has default, dev"
        );
        let nothing = Profiles::of(Locations::default(), None, None).unwrap();
        assert_eq!(
            nothing.select(&ProfileName::Code("work".into())).unwrap_err().to_string(),
            "profile(\"work\"): neither ~/.aws/config nor ~/.aws/credentials exists, so there is no profile 'work'"
        );
        assert!(nothing.select(&ProfileName::Default).unwrap().is_none());
        assert_eq!(
            missing("[work]\nregion=x", "[dev]"),
            "AWS_PROFILE=work: ~/.aws/config (with ~/.aws/credentials) has no profile 'work', but a section [work], \
             which must be [profile work] in ~/.aws/config; it has dev"
        );
    }
}
