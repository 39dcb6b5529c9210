//! Credentials as JSON: what containers, instances and programs answer with.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::credentials::Credentials;
use crate::error::{CredentialsError, CredentialsErrorKind, Secrets, json_text, start_of};

/// How much of what a service says of an error is kept, in characters.
const KEPT: usize = 300;

/// A JSON object that somebody answered with.
pub(super) struct ProviderResponse {
    from: &'static str,
    members: Map<String, Value>,
}

impl ProviderResponse {
    /// Reads an object; `from` says in errors who sent it.
    pub(super) fn parse(from: &'static str, text: &[u8]) -> Result<Self, CredentialsError> {
        // What PowerShell writes begins with a byte order mark.
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        // The parser's own error says where it stopped, and nothing of what it read.
        match json_text(text).and_then(serde_json::from_str) {
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

    /// A whole number; some programs write `"1"` or `1.0` for `1`.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        let text = match self.get(name)? {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => return None,
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
    }

    /// Whether there is a member of this name that is not `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }

    /// An object inside.
    #[cfg(feature = "sso")]
    pub(super) fn object(&self, name: &str) -> Result<Self, CredentialsError> {
        let members = self.get(name).and_then(Value::as_object).cloned();
        members.map(|members| Self { from: self.from, members }).ok_or_else(|| self.missing_field(name))
    }

    /// All of it.
    #[cfg(feature = "sso")]
    pub(super) fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, CredentialsError> {
        self.text(name).ok_or_else(|| self.missing_field(name))
    }

    pub(super) fn missing_field(&self, name: &str) -> CredentialsError {
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

/// A moment in ISO 8601. Offsets may lack their colon or their minutes (`+0000`, `+00`), and the AWS CLI once wrote `UTC` for `Z`.
///
/// A time without an offset is not read: whose time it is, only its writer knows.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    let text = text.trim();
    if let Some(moment) = parse(text) {
        return Some(moment);
    }
    if let Some(time) = text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")) {
        return parse(&format!("{}Z", time.trim_end()));
    }
    // Behind the date, whose hyphens are no signs.
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

/// The secrets that a peer was sent.
pub(super) fn known(secrets: &[&str]) -> Secrets {
    let mut known = Secrets::default();
    for secret in secrets {
        known.add(secret);
    }
    known
}

/// Returns the text of a peer's error, fit for one of ours: short, on one line, and without the secrets that were sent to the peer.
pub(super) fn redact(text: &str, secrets: &[&str]) -> String {
    /// How much is searched for secrets, in bytes: far more than what is kept.
    const SEARCHED: usize = 16 * 1024;
    let text = start_of(text, SEARCHED);
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    known(secrets).remove_str(text).trim().chars().map(|c| if breaks(c) { ' ' } else { c }).take(KEPT).collect()
}

/// The same of a body that is no JSON: the plain text of an agent, the HTML of a gateway. What else JSON holds may be secret.
///
/// `None` if there is no such text.
pub(super) fn redact_text(body: &[u8], secrets: &[&str]) -> Option<String> {
    /// Far more than is kept, so that a secret is found before it is cut.
    const SEARCHED: usize = 64 * 1024;
    if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) {
        return None;
    }
    let text = crate::error::without_secrets(body.get(..SEARCHED).unwrap_or(body));
    let said = redact(&String::from_utf8_lossy(&text), secrets);
    (!said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_the_forms_that_programs_write() {
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
            assert_eq!(moment(text), Some(noon), "{text}");
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
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_read_as_programs_write_it() {
        let number = |json: &str| ProviderResponse::parse("it", json.as_bytes()).unwrap().number("n");
        for json in [r#"{"n":1}"#, r#"{"n":"1"}"#, r#"{"N":" 1 "}"#, r#"{"n":1.0}"#, "\u{feff}{\"n\":1}"] {
            assert_eq!(number(json), Some(1), "{json}");
        }
        for json in [r#"{"n":1.5}"#, r#"{"n":"one"}"#, r#"{"n":""}"#, r#"{"n":[1]}"#, r#"{"n":null}"#, "{}"] {
            assert_eq!(number(json), None, "{json}");
        }
    }

    #[test]
    fn what_a_service_says_is_short_on_one_line_and_without_secrets() {
        assert_eq!(redact_text(b" not\r\nready \xff\n", &[]).unwrap(), "not  ready \u{fffd}");
        assert_eq!(redact_text("a\u{2028}b\u{85}c\u{1b}d".as_bytes(), &[]).unwrap(), "a b c d");
        assert_eq!(redact_text(&[b'x'; 10_000], &[]).unwrap().len(), KEPT);
        assert_eq!(redact_text(b"you sent kept-token", &["kept-token"]).unwrap(), "you sent [redacted]");
        for body in ["", " \n", r#" {"secret":"s"}"#, "[1]"] {
            assert_eq!(redact_text(body.as_bytes(), &[]), None, "{body}");
        }
    }
}
