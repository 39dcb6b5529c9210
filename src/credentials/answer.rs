//! Credentials as JSON: what containers, instances and programs answer with.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::error::{CredentialsError, CredentialsErrorKind, Secrets};
use crate::identity::Credentials;

/// How much of what a service says of an error is kept, in characters.
const KEPT: usize = 300;

/// A JSON object that somebody answered with.
pub(super) struct Answer {
    from: &'static str,
    members: Map<String, Value>,
}

impl Answer {
    /// Reads an object; `from` says in errors who sent it.
    pub(super) fn parse(from: &'static str, text: &[u8]) -> Result<Self, CredentialsError> {
        // The parser's own error says where it stopped, and nothing of what it read.
        match serde_json::from_slice(text) {
            Ok(Value::Object(members)) => Ok(Self { from, members }),
            Ok(_) => Err(failed(format!("{from} gave JSON that is no object"))),
            Err(error) => Err(failed(format!("{from} gave something that is no JSON")).with_source(error)),
        }
    }

    /// A member by its name, in any case: AWS's own answers differ.
    fn get(&self, name: &str) -> Option<&Value> {
        let any_case = || self.members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        self.members.get(name).or_else(any_case)
    }

    /// A text that may be missing.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// An object inside.
    #[cfg(feature = "sso")]
    pub(super) fn object(&self, name: &str) -> Result<Self, CredentialsError> {
        let members = self.get(name).and_then(Value::as_object).cloned();
        members.map(|members| Self { from: self.from, members }).ok_or_else(|| self.lacks(name))
    }

    /// All of it.
    #[cfg(feature = "sso")]
    pub(super) fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, CredentialsError> {
        self.text(name).ok_or_else(|| self.lacks(name))
    }

    pub(super) fn lacks(&self, name: &str) -> CredentialsError {
        failed(format!("{} gave JSON without {name}", self.from))
    }

    /// A moment in ISO 8601 that may be missing, but not be anything else.
    pub(super) fn moment(&self, name: &str) -> Result<Option<DateTime<Utc>>, CredentialsError> {
        let unreadable = || failed(format!("{} gave a {name} that is no moment in ISO 8601", self.from));
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_str().and_then(moment).map(Some).ok_or_else(unreadable),
        }
    }

    /// The credentials, checked; `token` is the name of the session token, if there is one.
    pub(super) fn credentials(&self, token: &str) -> Result<Credentials, CredentialsError> {
        let mut credentials = Credentials::new(self.required("AccessKeyId")?, self.required("SecretAccessKey")?);
        if let Some(token) = self.text(token) {
            credentials = credentials.with_session_token(token);
        }
        if let Some(expires_at) = self.moment("Expiration")? {
            credentials = credentials.with_expiry(expires_at);
        }
        if let Some(account_id) = self.text("AccountId") {
            credentials = credentials.with_account_id(account_id);
        }
        checked(self.from, credentials)
    }
}

/// Credentials that a request can carry.
pub(super) fn checked(from: &str, credentials: Credentials) -> Result<Credentials, CredentialsError> {
    match credentials.validate() {
        Ok(()) => Ok(credentials),
        Err(error) => Err(failed(format!("{from} gave credentials that no request can carry")).with_source(error)),
    }
}

/// A moment in ISO 8601; the AWS CLI once wrote `UTC` for `Z`.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    parse(text).or_else(|| parse(&format!("{}Z", text.strip_suffix("UTC")?)))
}

pub(super) fn failed(message: impl Into<String>) -> CredentialsError {
    CredentialsError::of(CredentialsErrorKind::Failed, message)
}

pub(super) fn invalid(message: impl Into<String>) -> CredentialsError {
    CredentialsError::of(CredentialsErrorKind::Invalid, message)
}

/// Returns the text of a peer's error, fit for one of ours: short, on one line, and without the secrets that were sent to the peer.
pub(super) fn said(text: &str, secrets: &[&str]) -> String {
    /// How much is searched for secrets, in bytes: far more than what is kept.
    const SEARCHED: usize = 16 * 1024;
    let text = text.get(..text.floor_char_boundary(SEARCHED)).unwrap_or(text);
    let mut known = Secrets::default();
    for secret in secrets {
        known.add(secret);
    }
    known.remove_str(text).trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(KEPT).collect()
}
