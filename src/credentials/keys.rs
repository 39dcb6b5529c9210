//! Who signs: an access key or an API key, checked, shown by no formatter and wiped from memory.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::error::{ConfigError, ConfigErrorKind, Secrets};

/// A text that is wiped from memory with its last owner, and that no formatter shows.
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

/// An access key: its id, its secret and, where it is temporary, its session token and its end.
///
/// Cheap to clone; the secrets are shared, shown by no formatter and wiped from memory with the last clone.
///
/// ```
/// use bedrock_lite::credentials::Credentials;
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// assert!(credentials.validate().is_ok());
/// assert!(!format!("{credentials:?}").contains("wJalr"));
///
/// let read_from_a_file = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n");
/// assert_eq!(
///     read_from_a_file.validate().unwrap_err().to_string(),
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
    /// Whether another program may change them where they were read.
    #[cfg(feature = "chain")]
    from_file: bool,
}

impl Credentials {
    /// Long-lived credentials. Nothing is checked here: [`validate`](Self::validate) does, and so does the signer.
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

    /// The same, read from a file that another program may write anew.
    #[cfg(feature = "chain")]
    pub(crate) fn of_file(mut self) -> Self {
        self.from_file = true;
        self
    }

    #[cfg(feature = "chain")]
    pub(crate) fn is_from_file(&self) -> bool {
        self.from_file
    }

    /// The same, with the session token that temporary credentials are sent with.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<String>) -> Self {
        self.session_token = Some(Secret::new(token));
        self
    }

    /// The same, knowing when AWS stops accepting them.
    #[must_use]
    pub fn with_expiry(mut self, expires_at: DateTime<Utc>) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// The same, knowing which AWS account they belong to.
    #[must_use]
    pub fn with_account_id(mut self, account_id: impl Into<Arc<str>>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// The access key id, which is no secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret access key, in the clear.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        self.secret_access_key.expose()
    }

    /// The session token, in the clear; temporary credentials have one.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_ref().map(Secret::expose)
    }

    /// When AWS stops accepting them, where that is known.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// The AWS account that they belong to, where their source says it.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// Whether a request can carry them; it says nothing about whether AWS knows them.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidCredentials`] naming the part that is empty, not ASCII, or has white space or control
    /// characters where none can be. The message holds nothing of the value.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check("access key id", self.access_key_id())?;
        if self.access_key_id.contains(['/', ',', ' ']) {
            return Err(invalid("access key id", "holds a '/', a ',' or a space, which no access key id has"));
        }
        check("secret access key", self.secret_access_key())?;
        self.session_token().map_or(Ok(()), |token| check("session token", token))
    }

    /// Adds what no error may repeat. The access key ID is not a secret.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client has errors that a peer wrote"))]
    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        secrets.add(self.secret_access_key());
        if let Some(token) = self.session_token() {
            secrets.add(token);
        }
    }

    /// Whether a signature made with one is a signature made with the other.
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
    expect(clippy::missing_fields_in_debug, reason = "whether they are from a file is the cache's affair")
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

/// A Bedrock API key: sent as a bearer token instead of a signature.
///
/// Cheap to clone; shown by no formatter and wiped from memory with the last clone.
#[derive(Debug, Clone)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// An API key. Nothing is checked here: [`validate`](Self::validate) does.
    pub fn new(key: impl Into<String>) -> Self {
        Self(Secret::new(key))
    }

    /// Whether a request can carry it.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidCredentials`], as [`Credentials::validate`] gives it.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check("API key", self.expose())
    }

    /// The key, in the clear.
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
    // The whole value in one pass without a branch: this runs before every signature with new credentials.
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
        "holds a control character"
    } else if !value.is_ascii() {
        "holds a character that is not ASCII"
    } else {
        // What is left is a space inside. Nothing breaks over it, and AWS may say what is wrong.
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
    fn each_part_is_checked_and_none_is_printed() {
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
                ("access key id", Credentials::new(value, "s")),
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
    fn no_formatter_shows_a_secret() {
        let credentials =
            Credentials::new("AKID", "hidden").with_session_token("hidden").with_expiry(DateTime::UNIX_EPOCH);
        let shown = format!("{credentials:?}{credentials:#?}{:?}", ApiKey::new("hidden"));
        assert!(shown.contains("AKID") && shown.contains("1970") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn signing_alike_is_by_value() {
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
