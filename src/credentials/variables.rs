//! Variables: keys, API key, region and endpoints.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{ApiKey, Credentials};
use crate::error::{CredentialsError, CredentialsErrorKind};

/// Variables: the process's own, or others in their place.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    given: Option<Arc<BTreeMap<String, String>>>,
    /// What counts where a variable is not set.
    #[cfg(feature = "chain")]
    below: Option<Arc<BTreeMap<&'static str, String>>>,
}

impl Environment {
    /// The variables of this process.
    pub(crate) fn process() -> Self {
        Self::default()
    }

    /// These variables and no others.
    pub(crate) fn of(variables: BTreeMap<String, String>) -> Self {
        let mut environment = Self::process();
        environment.given = Some(Arc::new(variables));
        environment
    }

    /// The same variables, with values for those that are not set.
    #[cfg(feature = "chain")]
    pub(super) fn above(&self, below: BTreeMap<&'static str, String>) -> Self {
        Self { given: self.given.clone(), below: Some(Arc::new(below)) }
    }

    /// A variable's value; one that is empty counts as unset, as it does for the AWS CLI.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = match &self.given {
            None => std::env::var(name).ok(),
            Some(variables) => variables.get(name).cloned(),
        };
        let value = value.filter(|value| !value.is_empty());
        #[cfg(feature = "chain")]
        let value = value.or_else(|| self.below.as_ref()?.get(name).cloned());
        value
    }

    /// Whether a variable says `true`, in any case.
    #[cfg(feature = "chain")]
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// `AWS_BEARER_TOKEN_BEDROCK`.
    pub(crate) fn api_key(&self) -> Option<ApiKey> {
        self.get("AWS_BEARER_TOKEN_BEDROCK").map(ApiKey::new)
    }

    /// Whether any half of a pair of keys is there.
    pub(crate) fn has_credentials(&self) -> bool {
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().any(|name| self.get_text(name).is_some())
    }

    /// A variable's value that is not blank.
    fn get_text(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }

    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; blank ones count as unset.
    pub(crate) fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let get = |name| self.get_text(name);
        let (id, secret) = match (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => {
                let message = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set";
                return Err(CredentialsError::not_configured(message));
            }
            (Some(_), None) => return Err(halved("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")),
            (None, Some(_)) => return Err(halved("AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not")),
        };
        let mut credentials = Credentials::new(id, secret);
        if let Some(token) = get("AWS_SESSION_TOKEN") {
            credentials = credentials.with_session_token(token);
        }
        if let Some(account_id) = get("AWS_ACCOUNT_ID") {
            credentials = credentials.with_account_id(account_id);
        }
        Ok(credentials)
    }

    /// `AWS_REGION`, `AWS_DEFAULT_REGION`.
    pub(crate) fn region(&self) -> Option<String> {
        self.get("AWS_REGION").or_else(|| self.get("AWS_DEFAULT_REGION"))
    }

    /// `AWS_ENDPOINT_URL_…` of a service by its id (`BEDROCK_RUNTIME`, `BEDROCK`), or `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint_url(&self, service_id: &str) -> Option<String> {
        self.get(&format!("AWS_ENDPOINT_URL_{service_id}")).or_else(|| self.get("AWS_ENDPOINT_URL"))
    }
}

fn halved(message: &str) -> CredentialsError {
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
        Environment::of(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
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
        assert_eq!(variables.region().as_deref(), Some("eu-west-1"));
        assert_eq!(variables.endpoint_url("BEDROCK_RUNTIME").as_deref(), Some("http://runtime"));
        assert_eq!(variables.endpoint_url("BEDROCK").as_deref(), Some("http://all"));
    }
}
