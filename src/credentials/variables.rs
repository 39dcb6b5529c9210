//! Variables: keys, API key, region and endpoints.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use super::{ApiKey, Credentials};
use crate::error::{ConfigError, ConfigErrorKind, CredentialsError, CredentialsErrorKind, Error};

/// Variables: the process's own, or others in their place.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    given: Option<Arc<BTreeMap<String, OsString>>>,
    /// What counts where a variable is not set.
    #[cfg(feature = "chain")]
    below: Option<Arc<[(&'static str, String)]>>,
}

/// A variable is set to bytes that are not UTF-8.
///
/// It is an error and never "not set": without `AWS_PROFILE`, for example, another identity would sign. It holds
/// the name alone, because the value may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnreadableVariable(String);

impl Environment {
    /// The variables of this process.
    pub(crate) fn process() -> Self {
        Self::default()
    }

    /// These variables and no others.
    pub(crate) fn of<K: Into<String>, V: Into<OsString>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables: BTreeMap<_, _> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let mut environment = Self::process();
        environment.given = Some(Arc::new(variables));
        environment
    }

    /// The same variables, with values for those that are not set.
    #[cfg(feature = "chain")]
    pub(super) fn above(&self, below: Vec<(&'static str, String)>) -> Self {
        Self { given: self.given.clone(), below: Some(below.into()) }
    }

    /// A variable's value; one that is empty counts as unset, as it does for the AWS CLI.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, UnreadableVariable> {
        let value = self.raw(name).map(OsString::into_string).transpose();
        let value = value.map_err(|_| UnreadableVariable(name.to_owned()))?;
        #[cfg(feature = "chain")]
        let value = value.or_else(|| {
            let (_, value) = self.below.as_ref()?.iter().find(|(below, _)| *below == name)?;
            Some(value.clone())
        });
        Ok(value)
    }

    /// Whether a variable is set, readable or not. It is for callers that do not need the value yet.
    fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Whether a variable names a profile, readable or not.
    pub(crate) fn has_profile(&self) -> bool {
        self.is_set("AWS_PROFILE") || self.is_set("AWS_DEFAULT_PROFILE")
    }

    /// Calls `find` with a function that reads variables. Fails if a variable that it reads is not UTF-8.
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

    /// A variable's value if it is not empty.
    fn raw(&self, name: &str) -> Option<OsString> {
        let value = match &self.given {
            None => of_process(name),
            Some(variables) => variables.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// Whether a variable says `true`, in any case.
    #[cfg(feature = "chain")]
    pub(super) fn is_on(&self, name: &str) -> Result<bool, UnreadableVariable> {
        Ok(self.get(name)?.is_some_and(|value| value.eq_ignore_ascii_case("true")))
    }

    /// `AWS_BEARER_TOKEN_BEDROCK`.
    pub(crate) fn api_key(&self) -> Result<Option<ApiKey>, UnreadableVariable> {
        Ok(self.get(API_KEY)?.map(ApiKey::new))
    }

    /// Whether there is an API key, readable or not.
    pub(crate) fn has_api_key(&self) -> bool {
        self.is_set(API_KEY)
    }

    /// Whether any half of a pair of keys is there, readable or not.
    pub(crate) fn has_credentials(&self) -> bool {
        let is_there = |name: &&str| self.get_text(name) != Ok(None);
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().any(is_there)
    }

    /// A variable's value that is not blank.
    fn get_text(&self, name: &str) -> Result<Option<String>, UnreadableVariable> {
        Ok(self.get(name)?.filter(|value| !value.trim().is_empty()))
    }

    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; blank ones count as unset.
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

    /// `AWS_REGION`, `AWS_DEFAULT_REGION`.
    pub(crate) fn region(&self) -> Result<Option<String>, UnreadableVariable> {
        match self.get("AWS_REGION")? {
            None => self.get("AWS_DEFAULT_REGION"),
            region => Ok(region),
        }
    }

    /// Whether there is a region, readable or not.
    pub(crate) fn has_region(&self) -> bool {
        self.region() != Ok(None)
    }

    /// `AWS_ENDPOINT_URL_…` of a service by its id (`BEDROCK_RUNTIME`, `BEDROCK`), or `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, UnreadableVariable> {
        match self.get(&format!("AWS_ENDPOINT_URL_{service_id}"))? {
            None => self.get("AWS_ENDPOINT_URL"),
            url => Ok(url),
        }
    }
}

const API_KEY: &str = "AWS_BEARER_TOKEN_BEDROCK";

/// A variable of this process. If `HOME` is not set, the user database says where the home directory is: services
/// that an init system starts often run without `HOME`.
fn of_process(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name);
    // An empty `HOME` stays empty, and so there is no home. botocore would read `/.aws` then, and the AWS SDK for
    // Rust `.aws` in the working directory: files that nobody meant.
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

/// Says nothing of the values: secrets are among them.
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
    fn half_of_a_pair_is_no_credentials() {
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
    fn the_more_specific_variable_wins() {
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
