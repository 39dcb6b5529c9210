//! Reads credentials from JSON responses of containers, instances and programs, and the text of
//! error responses.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::credentials::Credentials;
use crate::error::{CredentialsError, CredentialsErrorKind, Secrets, json_text, start_of};

/// The maximum length of an error text that is kept, in characters.
const MAX_ERROR_TEXT: usize = 300;

/// A JSON object in a response.
pub(super) struct ProviderResponse {
    /// The name of the sender in errors.
    from: &'static str,
    members: Map<String, Value>,
}

impl ProviderResponse {
    /// Reads a JSON object. Errors name the sender `from`.
    pub(super) fn parse(from: &'static str, text: &[u8]) -> Result<Self, CredentialsError> {
        // PowerShell writes a byte order mark.
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        // The error of the parser contains a position and nothing of the text.
        match json_text(text).and_then(serde_json::from_str) {
            Ok(Value::Object(members)) => Ok(Self { from, members }),
            Ok(_) => Err(failed(format!("{from} returned JSON that is not an object"))),
            Err(error) => Err(failed(format!("{from} returned a response that is not valid JSON")).with_source(error)),
        }
    }

    /// Returns a member by its name, ignoring case, because the services of AWS differ in case.
    fn get(&self, name: &str) -> Option<&Value> {
        let any_case = || self.members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        self.members.get(name).or_else(any_case)
    }

    /// Returns an optional string. An empty string counts as missing.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// Returns an optional integer. Some programs write `"1"` or `1.0` instead of `1`.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        let text = match self.get(name)? {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => return None,
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
    }

    /// Whether a member is present and not `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }

    /// Returns a required object.
    #[cfg(feature = "sso")]
    pub(super) fn object(&self, name: &str) -> Result<Self, CredentialsError> {
        let members = self.get(name).and_then(Value::as_object).cloned();
        members.map(|members| Self { from: self.from, members }).ok_or_else(|| self.missing_field(name))
    }

    /// Returns all members.
    #[cfg(feature = "sso")]
    pub(super) fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Returns a required string.
    pub(super) fn required(&self, name: &str) -> Result<&str, CredentialsError> {
        self.text(name).ok_or_else(|| self.missing_field(name))
    }

    /// Returns the error of a missing member.
    pub(super) fn missing_field(&self, name: &str) -> CredentialsError {
        failed(format!("{} returned JSON without {name}", self.from))
    }

    /// Returns an optional ISO 8601 time. A value in another format is an error.
    pub(super) fn timestamp(&self, name: &str) -> Result<Option<DateTime<Utc>>, CredentialsError> {
        let unreadable = || failed(format!("{} returned a {name} that is not an ISO 8601 time", self.from));
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_str().and_then(timestamp).map(Some).ok_or_else(unreadable),
        }
    }

    /// Reads and validates the credentials. `token_name` is the name of the optional session token.
    pub(super) fn credentials(&self, token_name: &str) -> Result<Credentials, CredentialsError> {
        let mut credentials = Credentials::new(self.required("AccessKeyId")?, self.required("SecretAccessKey")?);
        if let Some(token) = self.text(token_name) {
            credentials = credentials.with_session_token(token);
        }
        if let Some(expires_at) = self.timestamp("Expiration")? {
            credentials = credentials.with_expiry(expires_at);
        }
        if let Some(account_id) = self.text("AccountId") {
            credentials = credentials.with_account_id(account_id);
        }
        checked(self.from, credentials)
    }
}

/// Validates credentials of the sender `from`.
pub(super) fn checked(from: &str, credentials: Credentials) -> Result<Credentials, CredentialsError> {
    match credentials.validate() {
        Ok(()) => Ok(credentials),
        Err(error) => Err(failed(format!("{from} returned invalid credentials")).with_source(error)),
    }
}

/// Reads an ISO 8601 time.
///
/// An offset may lack its colon or its minutes (`+0000`, `+00`). `UTC` and `GMT` count as `Z`,
/// because old versions of the AWS CLI wrote `UTC`. A time without an offset is refused, because
/// its time zone is unknown.
pub(super) fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let text = text.trim();
    if let Some(time) = parse(text) {
        return Some(time);
    }
    if let Some(time) = text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")) {
        return parse(&format!("{}Z", time.trim_end()));
    }
    // After the date, which contains hyphens.
    let sign = text.rfind(['+', '-']).filter(|at| *at > "2026-01-02".len())?;
    let (time, offset) = text.split_at_checked(sign)?;
    let hours = offset.get(..3)?;
    match offset.get(3..)? {
        "" => parse(&format!("{}{hours}:00", time.trim_end())),
        minutes => parse(&format!("{}{hours}:{minutes}", time.trim_end())),
    }
}

pub(super) fn failed(message: impl Into<String>) -> CredentialsError {
    CredentialsError::of(CredentialsErrorKind::Failed, message)
}

pub(super) fn invalid(message: impl Into<String>) -> CredentialsError {
    CredentialsError::of(CredentialsErrorKind::Invalid, message)
}

/// Returns a set of the secrets that were sent to a peer.
pub(super) fn known(secrets: &[&str]) -> Secrets {
    let mut known = Secrets::default();
    for secret in secrets {
        known.add(secret);
    }
    known
}

/// Returns the error text of a peer: shortened, on one line, and without the secrets that were sent
/// to the peer.
pub(super) fn redact(text: &str, secrets: &[&str]) -> String {
    /// How many bytes are searched for secrets. This is more than what is kept, so that no
    /// truncated secret remains.
    const SEARCHED: usize = 16 * 1024;
    let text = start_of(text, SEARCHED);
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    known(secrets)
        .remove_str(text)
        .trim()
        .chars()
        .map(|c| if breaks(c) { ' ' } else { c })
        .take(MAX_ERROR_TEXT)
        .collect()
}

/// Returns the error text of a body that is not JSON, such as the plain text of an agent or the
/// HTML of a gateway.
///
/// Returns `None` for JSON, because its members may be secrets, and for an empty body.
pub(super) fn redact_text(body: &[u8], secrets: &[&str]) -> Option<String> {
    /// How many bytes are searched for secrets. This is more than what is kept, so that no
    /// truncated secret remains.
    const SEARCHED: usize = 64 * 1024;
    if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) {
        return None;
    }
    let text = crate::error::without_secrets(body.get(..SEARCHED).unwrap_or(body));
    let text = redact(&String::from_utf8_lossy(&text), secrets);
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_read_in_all_formats_that_programs_write() {
        let noon = "2026-01-02T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
        for text in [
            "2026-01-02T12:00:00Z",
            "2026-01-02T12:00:00.000Z",
            "2026-01-02T12:00:00+00:00",
            "2026-01-02T12:00:00+0000",
            "2026-01-02T12:00:00-0000",
            "2026-01-02T12:00:00+00",
            "2026-01-02T13:30:00+0130",
            "2026-01-02T04:00:00-08",
            "2026-01-02 12:00:00 +0000",
            "2026-01-02T12:00:00UTC",
            "2026-01-02 12:00:00 UTC",
            " 2026-01-02T12:00:00Z\n",
        ] {
            assert_eq!(timestamp(text), Some(noon), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-01-02",
            "2026-01-02T12:00:00",
            "2026-01-02T12:00:00+0",
            "2026-01-02T12:00:00+000",
            "2026-01-02T12:00:00+00000",
            "2026-01-02T12:00:00+9999",
            "1767355200",
            "+0000",
            "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}+\u{e9}\u{e9}",
        ] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_in_all_formats_that_programs_write() {
        let number = |json: &str| ProviderResponse::parse("it", json.as_bytes()).unwrap().number("n");
        for json in [r#"{"n":1}"#, r#"{"n":"1"}"#, r#"{"N":" 1 "}"#, r#"{"n":1.0}"#, "\u{feff}{\"n\":1}"] {
            assert_eq!(number(json), Some(1), "{json}");
        }
        for json in [r#"{"n":1.5}"#, r#"{"n":"one"}"#, r#"{"n":""}"#, r#"{"n":[1]}"#, r#"{"n":null}"#, "{}"] {
            assert_eq!(number(json), None, "{json}");
        }
    }

    #[test]
    fn error_texts_are_short_on_one_line_and_without_secrets() {
        assert_eq!(redact_text(b" not\r\nready \xff\n", &[]).unwrap(), "not  ready \u{fffd}");
        assert_eq!(redact_text("a\u{2028}b\u{85}c\u{1b}d".as_bytes(), &[]).unwrap(), "a b c d");
        assert_eq!(redact_text(&[b'x'; 10_000], &[]).unwrap().len(), MAX_ERROR_TEXT);
        assert_eq!(redact_text(b"you sent kept-token", &["kept-token"]).unwrap(), "you sent [redacted]");
        for body in ["", " \n", r#" {"secret":"s"}"#, "[1]"] {
            assert_eq!(redact_text(body.as_bytes(), &[]), None, "{body}");
        }
    }
}
