//! Resolves a profile into a [`RoleChain`], following `source_profile`.

use std::time::Duration;

use zeroize::Zeroizing;

use super::grammar::Kind;
use super::role_plan::{
    AssumeRole, Base, CredentialProcess, CredentialSource, RoleChain, Sso, StaticKeys, WebIdentity,
};
use super::{Profiles, Quoted, Section};
use crate::error::{ConfigError, ConfigErrorKind};

/// The session durations that STS allows, in seconds.
const DURATION: std::ops::RangeInclusive<u64> = 900..=43_200;

impl Profiles {
    /// Resolves the steps by which the credentials of a profile are obtained. Performs no I/O.
    ///
    /// - A profile with `role_arn` and `web_identity_token_file` assumes a role with the token.
    /// - Any other profile with `role_arn` assumes a role with the credentials of its
    ///   `source_profile` or `credential_source`.
    /// - A profile without `role_arn` is the base of the chain. SSO takes precedence over
    ///   `credential_process`, which takes precedence over keys.
    /// - If a `source_profile` has both keys and a role, its keys are used. A profile that is its
    ///   own source uses its keys for its role.
    ///
    /// A profile that configures credentials in an incomplete or unsupported way is an error, so
    /// that a caller never falls back to a different identity.
    ///
    /// # Errors
    ///
    /// - [`ConfigErrorKind::MissingProfile`] if the profile does not exist.
    /// - [`ConfigErrorKind::MissingCredentials`] if the profile has no property about credentials.
    /// - [`ConfigErrorKind::InvalidProfile`] if the profile, or a profile that it refers to, cannot
    ///   provide credentials:
    ///   - A `source_profile` does not exist, has no credentials, forms a loop, or is used without
    ///     `role_arn`.
    ///   - One key of a pair is missing.
    ///   - A role requires MFA.
    ///   - The `credential_source` is unknown.
    ///   - The profile uses `login_session`, which is not supported.
    pub fn role_chain(&self, name: &str) -> Result<RoleChain, ConfigError> {
        let mut profile = match self.profile(name) {
            Some(section) => Profile { all: self, name, section },
            None => return Err(self.missing(&format!("the profile '{name}'"), name)),
        };
        let mut visited = vec![name];
        let mut roles = Vec::new();
        let base = loop {
            if visited.len() > 1
                && let Some(keys) = profile.static_keys()?
            {
                break Base::StaticKeys(keys);
            }
            let Some(role_arn) = profile.assumed_role() else { break profile.base(visited.len() > 1)? };
            roles.push(profile.role(role_arn)?);
            let Some(source) = profile.source()? else { break profile.base(true)? };
            if visited.contains(&source) {
                visited.push(source);
                return Err(profile.invalid("source_profile", &format!("forms a loop: {}", visited.join(" → "))));
            }
            profile = self.source_of(&profile, source)?;
            visited.push(source);
        };
        roles.reverse();
        Ok(RoleChain { base, base_profile: profile.name.to_owned(), roles })
    }

    fn source_of<'a>(&'a self, profile: &Profile<'_>, source: &'a str) -> Result<Profile<'a>, ConfigError> {
        let section = self.profile(source).ok_or_else(|| {
            let hint = self.hint(Kind::Profile, source);
            profile.invalid("source_profile", &format!("names a profile '{source}' that does not exist{hint}"))
        })?;
        Ok(Profile { all: self, name: source, section })
    }
}

/// A profile of the chain.
#[derive(Clone, Copy)]
struct Profile<'a> {
    all: &'a Profiles,
    name: &'a str,
    section: &'a Section,
}

impl<'a> Profile<'a> {
    fn get(&self, property: &str) -> Option<&'a str> {
        self.section.get(property)
    }

    fn owned(&self, property: &str) -> Option<String> {
        self.get(property).map(ToOwned::to_owned)
    }

    /// Returns the role that is assumed with other credentials. A web identity role does not need
    /// any.
    fn assumed_role(&self) -> Option<&'a str> {
        if self.get("web_identity_token_file").is_some() { None } else { self.get("role_arn") }
    }

    fn role(&self, role_arn: &str) -> Result<AssumeRole, ConfigError> {
        if self.get("mfa_serial").is_some() {
            return Err(self.invalid("mfa_serial", "requires an MFA code, which a library cannot prompt for"));
        }
        Ok(AssumeRole {
            profile: self.name.to_owned(),
            role_arn: role_arn.to_owned(),
            session_name: self.owned("role_session_name"),
            external_id: self.owned("external_id"),
            duration: self.duration()?,
        })
    }

    fn duration(&self) -> Result<Option<Duration>, ConfigError> {
        let Some(text) = self.get("duration_seconds") else { return Ok(None) };
        let seconds = text.parse().ok().filter(|seconds| DURATION.contains(seconds));
        let seconds = seconds.ok_or_else(|| self.invalid("duration_seconds", "is not a number from 900 to 43200"))?;
        Ok(Some(Duration::from_secs(seconds)))
    }

    /// Returns the source profile of a role, or `None` if this profile provides the credentials
    /// itself.
    fn source(&self) -> Result<Option<&'a str>, ConfigError> {
        match (self.get("source_profile"), self.get("credential_source")) {
            (Some(_), Some(_)) => {
                Err(self.invalid("role_arn", "has both a source_profile and a credential_source: keep one"))
            }
            (None, None) => {
                Err(self.invalid("role_arn", "has neither a source_profile nor a credential_source: add one"))
            }
            (Some(source), None) => Ok((source != self.name).then_some(source)),
            (None, Some(_)) => Ok(None),
        }
    }

    /// Returns the base of a profile that does not assume a role with other credentials.
    fn base(&self, is_source: bool) -> Result<Base, ConfigError> {
        if let Some(identity) = self.web_identity()? {
            return Ok(Base::WebIdentity(identity));
        }
        if let Some(source) = self.get("credential_source") {
            self.check_lone_source()?;
            return self.credential_source(source).map(Base::Source);
        }
        if let Some(sso) = self.sso()? {
            return Ok(Base::Sso(sso));
        }
        if self.get("login_session").is_some() {
            return self.keys_before_login().map(Base::StaticKeys);
        }
        if let Some(command) = self.get("credential_process") {
            let command = Zeroizing::new(command.to_owned());
            return Ok(Base::Process(CredentialProcess { command, account_id: self.owned("aws_account_id") }));
        }
        if let Some(keys) = self.static_keys()? {
            return Ok(Base::StaticKeys(keys));
        }
        self.check_incomplete()?;
        let kind = if is_source { ConfigErrorKind::InvalidProfile } else { ConfigErrorKind::MissingCredentials };
        Err(self.error(kind, None, "has no credentials"))
    }

    /// Checks a `credential_source` without a role.
    ///
    /// The AWS SDK for Rust uses it without a role, as this crate does, but botocore ignores it. If
    /// the profile also configures other credentials, the intended identity is ambiguous, which is
    /// an error.
    fn check_lone_source(&self) -> Result<(), ConfigError> {
        const OTHERS: [&str; 12] = [
            "external_id",
            "mfa_serial",
            "role_session_name",
            "duration_seconds",
            "sso_session",
            "sso_account_id",
            "sso_role_name",
            "sso_start_url",
            "login_session",
            "credential_process",
            "aws_access_key_id",
            "aws_secret_access_key",
        ];
        if self.get("role_arn").is_some() {
            return Ok(());
        }
        match OTHERS.into_iter().find(|property| self.get(property).is_some()) {
            Some(other) => Err(self.invalid(
                "credential_source",
                &format!("has no role_arn next to it, but {other}: add the role_arn, or keep one of the two"),
            )),
            None => Ok(()),
        }
    }

    /// Returns the keys that take precedence over a `login_session`. As in botocore, these are keys
    /// of the credentials file.
    fn keys_before_login(&self) -> Result<StaticKeys, ConfigError> {
        let in_credentials = self.section.place("aws_access_key_id").is_some_and(|place| place.in_credentials);
        match self.static_keys()? {
            Some(keys) if in_credentials => Ok(keys),
            _ => Err(self.invalid(
                "login_session",
                &format!(
                    "is a sign-in of 'aws login', which is not supported: use a profile with credential_process = aws configure \
                     export-credentials --profile {} --format process",
                    Quoted(self.name)
                ),
            )),
        }
    }

    /// Checks for properties that are incomplete without others.
    fn check_incomplete(&self) -> Result<(), ConfigError> {
        const PARTS: [(&str, &str); 3] = [
            ("source_profile", "role_arn"),
            ("aws_session_token", "aws_access_key_id and aws_secret_access_key"),
            ("aws_security_token", "aws_access_key_id and aws_secret_access_key"),
        ];
        match PARTS.into_iter().find(|(part, _)| self.get(part).is_some()) {
            Some((part, rest)) => Err(self.invalid(part, &format!("has no {rest} next to it"))),
            None => Ok(()),
        }
    }

    fn credential_source(&self, text: &str) -> Result<CredentialSource, ConfigError> {
        use CredentialSource::{Ec2InstanceMetadata, EcsContainer, Environment};
        let known = [Environment, Ec2InstanceMetadata, EcsContainer];
        known.into_iter().find(|source| source.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            let problem = format!("is {text:?}, which is not one of Environment, Ec2InstanceMetadata and EcsContainer");
            self.invalid("credential_source", &problem)
        })
    }

    fn web_identity(&self) -> Result<Option<WebIdentity>, ConfigError> {
        let Some(token_file) = self.owned("web_identity_token_file") else { return Ok(None) };
        let role_arn = self
            .owned("role_arn")
            .ok_or_else(|| self.invalid("web_identity_token_file", "has no role_arn next to it"))?;
        let session_name = self.owned("role_session_name");
        Ok(Some(WebIdentity { role_arn, token_file, session_name, duration: self.duration()? }))
    }

    fn static_keys(&self) -> Result<Option<StaticKeys>, ConfigError> {
        let (id, secret) = match (self.get("aws_access_key_id"), self.get("aws_secret_access_key")) {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(self.invalid("aws_access_key_id", "has no aws_secret_access_key next to it")),
            (None, Some(_)) => return Err(self.invalid("aws_secret_access_key", "has no aws_access_key_id next to it")),
        };
        let secret_text = |text: &str| Zeroizing::new(text.to_owned());
        Ok(Some(StaticKeys {
            access_key_id: id.to_owned(),
            secret_access_key: secret_text(secret),
            session_token: self.get("aws_session_token").map(secret_text),
            account_id: self.owned("aws_account_id"),
        }))
    }

    fn sso(&self) -> Result<Option<Sso>, ConfigError> {
        const ALL: [&str; 5] = ["sso_session", "sso_account_id", "sso_role_name", "sso_start_url", "sso_region"];
        let Some(first) = ALL.into_iter().find(|property| self.get(property).is_some()) else { return Ok(None) };
        let session = match self.get("sso_session") {
            Some(session) => Some(self.all.sso_session(session).ok_or_else(|| {
                self.invalid("sso_session", &format!("names {}", self.all.absent(Kind::SsoSession, session)))
            })?),
            None => None,
        };
        let of_session = |property: &str| match (session, self.get(property)) {
            (None, Some(own)) => Ok(own.to_owned()),
            (None, None) => Err(self.invalid(first, &format!("has no {property} next to it"))),
            (Some(session), own) => match session.get(property) {
                Some(value) if own.is_none_or(|own| own == value) => Ok(value.to_owned()),
                Some(_) => Err(self.invalid(property, "differs from the value in the sso-session")),
                None => Err(self.invalid("sso_session", &format!("names a section without {property}: add it there"))),
            },
        };
        let of_profile = |property: &str| {
            self.owned(property).ok_or_else(|| {
                self.invalid(first, &format!("is a sign-in without {property}, which AWS credentials require"))
            })
        };
        Ok(Some(Sso {
            session: self.owned("sso_session"),
            start_url: of_session("sso_start_url")?,
            region: of_session("sso_region")?,
            account_id: of_profile("sso_account_id")?,
            role_name: of_profile("sso_role_name")?,
        }))
    }

    fn invalid(&self, property: &str, problem: &str) -> ConfigError {
        self.error(ConfigErrorKind::InvalidProfile, Some(property), problem)
    }

    /// Returns an error with the profile, the property, the file and the line. It never contains a
    /// value.
    fn error(&self, kind: ConfigErrorKind, property: Option<&str>, problem: &str) -> ConfigError {
        let locations = self.all.locations();
        let Some((property, place)) = property.and_then(|property| Some((property, self.section.place(property)?)))
        else {
            return ConfigError::new(kind, format!("the profile '{}' {problem}", self.name));
        };
        let file = if place.in_credentials { locations.credentials() } else { locations.config() };
        let line = place.line;
        let message = format!("{file}, line {line}: {property} of the profile '{}' {problem}", self.name);
        ConfigError::new(kind, message).at(file.shown_path(), Some(line))
    }
}
