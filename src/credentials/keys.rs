//! [`Credentials`] and [`ApiKey`]. Both are redacted by formatters and wiped from memory.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::error::{ConfigError, ConfigErrorKind, Secrets};

/// A text that formatters redact, and that is wiped from memory when its last owner is dropped.
#[derive(Clone, PartialEq, Eq)]
struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(text.into())))
    }

    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// AWS credentials: an access key ID, a secret access key and, for temporary credentials, a session
/// token and an expiry.
///
/// Clones are cheap and share the secrets. `Debug` redacts the secrets. They are wiped from memory
/// when the last clone is dropped.
///
/// The setters are named `with_…`, because the bare names are the getters: [`with_session_token`]
/// sets what
/// [`session_token`] returns.
///
/// [`with_session_token`]: Self::with_session_token
/// [`session_token`]: Self::session_token
///
/// ```
/// use bedrock_lite::credentials::Credentials;
///
/// let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// let credentials = Credentials::new("AKIDEXAMPLE", secret)
///     .with_session_token("IQoJb3JpZ2luX2VjEJr");
/// assert!(credentials.validate().is_ok());
/// assert_eq!(credentials.session_token(), Some("IQoJb3JpZ2luX2VjEJr"));
/// assert!(!format!("{credentials:?}").contains("wJalr"));
///
/// // As read from a file with a line break at its end.
/// let invalid = Credentials::new("AKIDEXAMPLE", format!("{secret}\n"));
/// assert_eq!(
///     invalid.validate().unwrap_err().to_string(),
///     "the secret access key ends in a line break: remove it",
/// );
/// ```
#[derive(Clone)]
pub struct Credentials {
    access_key_id: Arc<str>,
    secret_access_key: Secret,
    session_token: Option<Secret>,
    expires_at: Option<DateTime<Utc>>,
    account_id: Option<Arc<str>>,
    /// Whether they were read from a file, which another program may rewrite.
    #[cfg(feature = "chain")]
    from_file: bool,
}

impl Credentials {
    /// Creates long-lived credentials without validating them.
    ///
    /// The signer validates them, and so does [`validate`](Self::validate).
    pub fn new(access_key_id: impl Into<Arc<str>>, secret_access_key: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: Secret::new(secret_access_key),
            session_token: None,
            expires_at: None,
            account_id: None,
            #[cfg(feature = "chain")]
            from_file: false,
        }
    }

    /// Marks credentials as read from a file, which another program may rewrite.
    #[cfg(feature = "chain")]
    pub(crate) fn of_file(mut self) -> Self {
        self.from_file = true;
        self
    }

    #[cfg(feature = "chain")]
    pub(crate) fn is_from_file(&self) -> bool {
        self.from_file
    }

    /// Sets the session token of temporary credentials.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<String>) -> Self {
        self.session_token = Some(Secret::new(token));
        self
    }

    /// Sets the time at which the credentials expire. By default they do not expire.
    #[must_use]
    pub fn with_expiry(mut self, expires_at: DateTime<Utc>) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Sets the ID of the AWS account that the credentials belong to.
    #[must_use]
    pub fn with_account_id(mut self, account_id: impl Into<Arc<str>>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// Returns the access key ID, which is not a secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Returns the secret access key in plain text.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        self.secret_access_key.expose()
    }

    /// Returns the session token in plain text. Only temporary credentials have one.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_ref().map(Secret::expose)
    }

    /// Returns the time at which the credentials expire, if it is known.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// Returns the ID of the AWS account that the credentials belong to, if it is known.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// Checks that a request can be signed with the credentials. It does not check whether AWS
    /// accepts them.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidCredentials`] if a part is empty, is not ASCII, has white space around it, or contains a
    /// control character. The message names the part and contains nothing of its value.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check("access key ID", self.access_key_id())?;
        if self.access_key_id.contains(['/', ',', ' ']) {
            return Err(invalid(
                "access key ID",
                "contains a '/', a ',' or a space, which an access key ID cannot contain",
            ));
        }
        check("secret access key", self.secret_access_key())?;
        self.session_token().map_or(Ok(()), |token| check("session token", token))
    }

    /// Adds the secrets that errors must not contain. The access key ID is not a secret.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only the client receives error messages of peers"))]
    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        secrets.add(self.secret_access_key());
        if let Some(token) = self.session_token() {
            secrets.add(token);
        }
    }

    /// Whether both credentials produce the same signature.
    pub(crate) fn signs_like(&self, other: &Self) -> bool {
        let same = |a: &Secret, b: &Secret| Arc::ptr_eq(&a.0, &b.0) || a == b;
        let same_token = match (&self.session_token, &other.session_token) {
            (Some(a), Some(b)) => same(a, b),
            (None, None) => true,
            _ => false,
        };
        same_token
            && self.access_key_id == other.access_key_id
            && same(&self.secret_access_key, &other.secret_access_key)
    }
}

#[cfg_attr(
    feature = "chain",
    expect(clippy::missing_fields_in_debug, reason = "the origin of the credentials is a detail of the cache")
)]
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &self.secret_access_key)
            .field("session_token", &self.session_token)
            .field("expires_at", &self.expires_at)
            .field("account_id", &self.account_id)
            .finish()
    }
}

/// A Bedrock API key, which is sent as a bearer token instead of a signature.
///
/// Clones are cheap. `Debug` redacts the key. It is wiped from memory when the last clone is
/// dropped.
///
/// See [Amazon Bedrock API
/// keys](https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html).
#[derive(Debug, Clone)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// Creates an API key without validating it. The client validates it, and so does
    /// [`validate`](Self::validate).
    pub fn new(key: impl Into<String>) -> Self {
        Self(Secret::new(key))
    }

    /// Checks that a request can carry the key.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidCredentials`] in the same cases as [`Credentials::validate`].
    pub fn validate(&self) -> Result<(), ConfigError> {
        check("API key", self.expose())
    }

    /// Returns the key in plain text.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

fn check(part: &str, value: &str) -> Result<(), ConfigError> {
    // One pass without branches, because this runs before every signature with new credentials.
    if !value.is_empty() && value.bytes().fold(true, |ok, byte| ok & byte.is_ascii_graphic()) {
        return Ok(());
    }
    let problem = if value.is_empty() {
        "is empty"
    } else if value.ends_with(['\n', '\r']) {
        "ends in a line break: remove it"
    } else if value.trim().len() < value.len() {
        "has white space around it: remove it"
    } else if value.contains(char::is_control) {
        "contains a control character"
    } else if !value.is_ascii() {
        "contains a character that is not ASCII"
    } else {
        // A space inside breaks nothing. If it is wrong, AWS refuses the credentials.
        return Ok(());
    };
    Err(invalid(part, problem))
}

fn invalid(part: &str, problem: &str) -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidCredentials, format!("the {part} {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_parts_are_named_but_not_printed() {
        for (value, problem) in [
            ("", "is empty"),
            ("hidden\n", "line break"),
            ("hidden\r\n", "line break"),
            (" hidden", "white space"),
            ("hidden\t", "white space"),
            ("hid\nden", "control"),
            ("hid\u{7f}den", "control"),
            ("hidd\u{e9}n", "not ASCII"),
        ] {
            for (part, credentials) in [
                ("access key ID", Credentials::new(value, "s")),
                ("secret access key", Credentials::new("a", value)),
                ("session token", Credentials::new("a", "s").with_session_token(value)),
            ] {
                let error = credentials.validate().unwrap_err();
                assert_eq!(error.kind(), ConfigErrorKind::InvalidCredentials);
                let text = error.to_string();
                assert!(text.contains(part) && text.contains(problem) && !text.contains("hid"), "{text}");
            }
            assert!(ApiKey::new(value).validate().unwrap_err().to_string().contains("API key"));
        }
        assert!(Credentials::new("a/b", "s").validate().is_err());
        assert!(Credentials::new("a", "s/+= s").with_session_token("t/+==").validate().is_ok());
        assert_eq!(ApiKey::new("key").expose(), "key");
    }

    #[test]
    fn formatters_redact_secrets() {
        let credentials =
            Credentials::new("AKID", "hidden").with_session_token("hidden").with_expiry(DateTime::UNIX_EPOCH);
        let shown = format!("{credentials:?}{credentials:#?}{:?}", ApiKey::new("hidden"));
        assert!(shown.contains("AKID") && shown.contains("1970") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn credentials_are_compared_by_value() {
        let one = Credentials::new("a", "s").with_session_token("t");
        assert!(one.signs_like(&one.clone().with_expiry(DateTime::UNIX_EPOCH)));
        assert!(one.signs_like(&Credentials::new("a", "s").with_session_token("t")));
        for other in [
            Credentials::new("a", "s"),
            Credentials::new("b", "s").with_session_token("t"),
            Credentials::new("a", "r").with_session_token("t"),
            Credentials::new("a", "s").with_session_token("u"),
        ] {
            assert!(!one.signs_like(&other), "{other:?}");
        }
    }
}
