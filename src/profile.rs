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
    /// `AWS_DEFAULT_PROFILE` names it, and `AWS_PROFILE` is not set. The AWS CLI, botocore and the AWS SDK for Go read it too.
    DefaultEnvironment(String),
    /// Nobody named one: it is `default`.
    Default,
}

impl ProfileName {
    /// The name that code gives, else that of `AWS_PROFILE`, else that of `AWS_DEFAULT_PROFILE`, else `default`.
    pub fn select(code: Option<String>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let environment = || get("AWS_PROFILE").map(Self::Environment);
        let default = || get("AWS_DEFAULT_PROFILE").map(Self::DefaultEnvironment);
        code.map(Self::Code).or_else(environment).or_else(default).unwrap_or(Self::Default)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Code(name) | Self::Environment(name) | Self::DefaultEnvironment(name) => name,
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
            Self::DefaultEnvironment(name) => write!(f, "AWS_DEFAULT_PROFILE={name}"),
            Self::Default => f.write_str("the profile default"),
        }
    }
}

/// What the two shared configuration files say: profiles, SSO sessions, and endpoints of services.
///
/// `Debug` shows the names of properties and no values: secrets are among them.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    by_name: Sections,
    sso_sessions: Sections,
    services: Sections,
    locations: Locations,
    /// The files that are there.
    found: Vec<&'static str>,
    /// The headers of the config file that no tool reads, such as `[work]` for `[profile work]`.
    ignored_config: Vec<String>,
    /// Those of the credentials file, such as `[profile work]` for `[work]`.
    ignored_credentials: Vec<String>,
}

/// The sections of one kind by their names.
#[derive(Debug, Clone, Default)]
struct Sections(BTreeMap<String, Named>);

#[derive(Debug, Clone, Default)]
struct Named {
    section: Section,
    /// Whether every tool of AWS reads the name. Sections with others, such as `[My Corp]` of the credentials file, are found by
    /// their names, and not listed.
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

    /// The names that every tool reads, or the others.
    fn names(&self, is_common: bool) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, named)| named.is_common == is_common).map(|(name, _)| &**name)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.0.iter().filter(|(_, named)| named.is_common).map(|(name, named)| (&**name, &named.section))
    }
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
            let mut parsed = grammar::parse_config(text, whole.locations.config())?;
            whole.ignored_config.append(&mut parsed.ignored);
            whole.merge(parsed);
            whole.found.push("config");
        }
        if let Some(text) = credentials {
            let mut parsed = grammar::parse_credentials(text, whole.locations.credentials())?;
            whole.ignored_credentials.append(&mut parsed.ignored);
            whole.merge(parsed);
            whole.found.push("credentials");
        }
        Ok(whole)
    }

    fn merge(&mut self, parsed: Parsed<'_>) {
        for (kind, name, section) in parsed.sections {
            // A profile of which one half cannot be read is not there: half of its settings would be others than those meant.
            if !name.is_common && self.by_name.get(&name.text).is_none() && self.unread(kind, &name.text).is_some() {
                continue;
            }
            let all = match kind {
                Kind::Profile => &mut self.by_name,
                Kind::SsoSession => &mut self.sso_sessions,
                Kind::Services => &mut self.services,
            };
            all.merge(&name, section);
        }
    }

    /// The header of the config file that is meant to be this section's and that no tool reads.
    fn unread(&self, kind: Kind, name: &str) -> Option<&str> {
        let is_meant = |header: &&String| {
            let rest = header.strip_prefix(kind.keyword()).filter(|rest| rest.starts_with([' ', '\t']));
            rest.is_some_and(|rest| is_same_name(rest, name))
        };
        self.ignored_config.iter().find(is_meant).map(String::as_str)
    }

    /// A profile, where there is one of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Section> {
        self.by_name.get(name)
    }

    /// Every profile and its name, sorted.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.by_name.iter()
    }

    /// An `[sso-session …]`.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }

    /// Every SSO session and its name, sorted.
    pub fn sso_sessions(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.sso_sessions.iter()
    }

    /// A `[services …]`.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// Returns the `[services …]` that a profile names.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidProfile`] if it names one that is not there.
    #[cfg(feature = "client")]
    pub(crate) fn services_of(&self, name: &str, profile: &Section) -> Result<Option<&Section>, ConfigError> {
        let Some(services) = profile.get("services") else { return Ok(None) };
        self.services(services).map(Some).ok_or_else(|| {
            let absent = self.absent(Kind::Services, services);
            ConfigError::new(ConfigErrorKind::InvalidProfile, format!("the profile '{name}' names {absent}"))
        })
    }

    /// `a section [services 'x y'] that ~/.aws/config does not have`, and what is there in its place.
    fn absent(&self, kind: Kind, name: &str) -> String {
        let keyword = kind.keyword();
        let config = self.locations.config();
        format!("a section [{keyword} {}] that {config} does not have{}", Quoted(name), self.hint(kind, name))
    }

    /// What is wrong with a section that was meant to have this name.
    fn hint(&self, kind: Kind, name: &str) -> String {
        let (config, credentials) = (self.locations.config(), self.locations.credentials());
        let right = format!("[{} {}] in {config}", kind.keyword(), Quoted(name));
        if let Some(header) = self.unread(kind, name) {
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
        let hint = self.hint(Kind::Profile, name);
        let all = self.by_name.names(true).chain(self.by_name.names(false));
        let names: Vec<_> = all.take(NAMED).map(|name| Quoted(name).to_string()).collect();
        let others = match (names.join(", "), self.by_name.0.len().saturating_sub(NAMED)) {
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
