//! Reads environment variables: credentials, API key, region and endpoints.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use super::{ApiKey, Credentials};
use crate::error::{ConfigError, ConfigErrorKind, CredentialsError, CredentialsErrorKind, Error};

/// Environment variables: those of the process, or a given set.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    given: Option<Arc<BTreeMap<String, OsString>>>,
    /// Values for variables that are not set.
    #[cfg(feature = "chain")]
    fallbacks: Option<Arc<[(&'static str, String)]>>,
}

/// An error: the value of an environment variable is not UTF-8.
///
/// Such a variable does not count as unset, because the client could then use a different identity,
/// for example if `AWS_PROFILE` is not UTF-8. The error contains only the name, because the value
/// may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnreadableVariable(String);

impl Environment {
    /// Returns the variables of this process.
    pub(crate) fn process() -> Self {
        Self::default()
    }

    /// Returns an environment with exactly these variables.
    pub(crate) fn of<K: Into<String>, V: Into<OsString>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables: BTreeMap<_, _> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let mut environment = Self::process();
        environment.given = Some(Arc::new(variables));
        environment
    }

    /// Returns the same variables, with fallback values for variables that are not set.
    #[cfg(feature = "chain")]
    pub(super) fn with_fallbacks(&self, fallbacks: Vec<(&'static str, String)>) -> Self {
        Self { given: self.given.clone(), fallbacks: Some(fallbacks.into()) }
    }

    /// Returns the value of a variable. An empty value counts as unset, as in the AWS CLI.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, UnreadableVariable> {
        let value = self.raw(name).map(OsString::into_string).transpose();
        let value = value.map_err(|_| UnreadableVariable(name.to_owned()))?;
        #[cfg(feature = "chain")]
        let value = value.or_else(|| {
            let (_, value) = self.fallbacks.as_ref()?.iter().find(|(fallback, _)| *fallback == name)?;
            Some(value.clone())
        });
        Ok(value)
    }

    /// Whether a variable is set, even if its value is not UTF-8.
    fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Whether a variable selects a profile, even if its value is not UTF-8.
    pub(crate) fn has_profile(&self) -> bool {
        self.is_set("AWS_PROFILE") || self.is_set("AWS_DEFAULT_PROFILE")
    }

    /// Calls `find` with a function that reads variables. Fails if a variable that it reads is not
    /// UTF-8.
    pub(crate) fn look<T>(
        &self,
        find: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> T,
    ) -> Result<T, UnreadableVariable> {
        let unreadable = RefCell::new(None);
        let read = |name: &str| {
            self.get(name).unwrap_or_else(|error| {
                unreadable.borrow_mut().get_or_insert(error);
                None
            })
        };
        let found = find(&read);
        unreadable.into_inner().map_or(Ok(found), Err)
    }

    /// Returns the raw value of a variable if it is not empty.
    fn raw(&self, name: &str) -> Option<OsString> {
        let value = match &self.given {
            None => read_process(name),
            Some(variables) => variables.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// Whether the value of a variable is `true`, ignoring case.
    #[cfg(feature = "chain")]
    pub(super) fn is_on(&self, name: &str) -> Result<bool, UnreadableVariable> {
        Ok(self.get(name)?.is_some_and(|value| value.eq_ignore_ascii_case("true")))
    }

    /// Reads `AWS_BEARER_TOKEN_BEDROCK`.
    pub(crate) fn api_key(&self) -> Result<Option<ApiKey>, UnreadableVariable> {
        Ok(self.get(API_KEY)?.map(ApiKey::new))
    }

    /// Whether `AWS_BEARER_TOKEN_BEDROCK` is set, even if its value is not UTF-8.
    pub(crate) fn has_api_key(&self) -> bool {
        self.is_set(API_KEY)
    }

    /// Whether the access key ID or the secret access key is set, even if its value is not UTF-8.
    pub(crate) fn has_credentials(&self) -> bool {
        let is_set = |name: &&str| self.get_text(name) != Ok(None);
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().any(is_set)
    }

    /// Returns the value of a variable if it is not blank.
    fn get_text(&self, name: &str) -> Result<Option<String>, UnreadableVariable> {
        Ok(self.get(name)?.filter(|value| !value.trim().is_empty()))
    }

    /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and
    /// `AWS_ACCOUNT_ID`. Blank values count as unset.
    pub(crate) fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let get = |name| self.get_text(name);
        let (id, secret) = match (get("AWS_ACCESS_KEY_ID")?, get("AWS_SECRET_ACCESS_KEY")?) {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => {
                let message = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set";
                return Err(CredentialsError::not_configured(message));
            }
            (Some(_), None) => return Err(incomplete_pair("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")),
            (None, Some(_)) => return Err(incomplete_pair("AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not")),
        };
        let mut credentials = Credentials::new(id, secret);
        if let Some(token) = get("AWS_SESSION_TOKEN")? {
            credentials = credentials.with_session_token(token);
        }
        if let Some(account_id) = get("AWS_ACCOUNT_ID")? {
            credentials = credentials.with_account_id(account_id);
        }
        Ok(credentials)
    }

    /// Reads `AWS_REGION`, or `AWS_DEFAULT_REGION` if it is not set.
    pub(crate) fn region(&self) -> Result<Option<String>, UnreadableVariable> {
        match self.get("AWS_REGION")? {
            None => self.get("AWS_DEFAULT_REGION"),
            region => Ok(region),
        }
    }

    /// Whether a region is set, even if its value is not UTF-8.
    pub(crate) fn has_region(&self) -> bool {
        self.region() != Ok(None)
    }

    /// Reads `AWS_ENDPOINT_URL_…` of a service ID (`BEDROCK_RUNTIME`, `BEDROCK`), or
    /// `AWS_ENDPOINT_URL` if it is not set.
    pub(crate) fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, UnreadableVariable> {
        match self.get(&format!("AWS_ENDPOINT_URL_{service_id}"))? {
            None => self.get("AWS_ENDPOINT_URL"),
            url => Ok(url),
        }
    }
}

const API_KEY: &str = "AWS_BEARER_TOKEN_BEDROCK";

/// Reads a variable of this process. If `HOME` is not set, the home directory is looked up in the
/// user database, because services that an init system starts often run without `HOME`.
fn read_process(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name);
    // An empty `HOME` means that there is no home directory. botocore would read `/.aws` in this
    // case, and the AWS SDK for Rust `.aws` in the working directory. Neither is what the user
    // meant.
    if cfg!(unix) && name == "HOME" && value.is_none() {
        return std::env::home_dir().map(Into::into);
    }
    value
}

impl fmt::Display for UnreadableVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the environment variable {} is not valid UTF-8: set it to UTF-8 text or unset it", self.0)
    }
}

impl From<UnreadableVariable> for ConfigError {
    fn from(error: UnreadableVariable) -> Self {
        Self::new(ConfigErrorKind::InvalidSetting, error.to_string())
    }
}

impl From<UnreadableVariable> for CredentialsError {
    fn from(error: UnreadableVariable) -> Self {
        Self::of(CredentialsErrorKind::Invalid, error.to_string())
    }
}

impl From<UnreadableVariable> for Error {
    fn from(error: UnreadableVariable) -> Self {
        ConfigError::from(error).into()
    }
}

fn incomplete_pair(message: &str) -> CredentialsError {
    CredentialsError::of(CredentialsErrorKind::Invalid, message)
}

/// Shows no values, because they may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.given.is_some() { "Environment(given)" } else { "Environment(process)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(variables.iter().copied())
    }

    #[test]
    fn incomplete_key_pairs_are_errors() {
        let error = environment(&[("AWS_ACCESS_KEY_ID", "AKID")]).credentials().unwrap_err();
        assert!(error.to_string().contains("AWS_SECRET_ACCESS_KEY is not"), "{error}");
        let error = environment(&[("AWS_SECRET_ACCESS_KEY", "hidden")]).credentials().unwrap_err();
        assert!(
            error.to_string().contains("AWS_ACCESS_KEY_ID is not") && !error.to_string().contains("hidden"),
            "{error}"
        );
        assert!(environment(&[("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "s")]).credentials().is_err());
    }

    #[test]
    fn more_specific_variables_win() {
        let variables = environment(&[
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", "http://all"),
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://runtime"),
        ]);
        assert_eq!(variables.region().unwrap().as_deref(), Some("eu-west-1"));
        assert_eq!(variables.endpoint_url("BEDROCK_RUNTIME").unwrap().as_deref(), Some("http://runtime"));
        assert_eq!(variables.endpoint_url("BEDROCK").unwrap().as_deref(), Some("http://all"));
    }
}
