//! [`SignatureMismatch`]: what the client signed, and what the service expected.

use std::fmt;

use super::line::Line;
use super::{Redact, Secrets};

/// What the client signed and what the service expected, for a signature that was refused.
///
/// `Display` prints the first difference, and then all of the texts. The session token is redacted
/// from them. They contain no other secrets, except those in custom headers.
///
/// See [Troubleshoot Signature Version 4 signing for AWS API requests][guide].
///
/// [guide]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
///
/// ```no_run
/// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) {
/// use bedrock_lite::Error;
///
/// if let Err(Error::Service(error)) = client.converse(&request).await
///     && let Some(mismatch) = error.signature_mismatch()
/// {
///     eprintln!("{mismatch}");
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureMismatch {
    canonical_request: String,
    string_to_sign: String,
    expected_canonical_request: Option<String>,
    expected_string_to_sign: Option<String>,
}

/// The first difference between what was signed and what the service expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureDifference<'a> {
    /// The text that differs: `canonical request` or `string to sign`.
    pub text: &'static str,
    /// The line number in the text, counted from 1.
    pub line: usize,
    /// The line that was signed. `None` if there is no such line.
    pub signed: Option<&'a str>,
    /// The line that the service expected. `None` if there is no such line.
    pub expected: Option<&'a str>,
}

const CANONICAL_REQUEST: &str = "The Canonical String for this request should have been\n'";
const STRING_TO_SIGN: &str = "The String-to-Sign should have been\n'";

impl SignatureMismatch {
    /// Reads what the service expected from its message.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client signs requests"))]
    pub(super) fn new(canonical_request: String, string_to_sign: String, message: &str) -> Self {
        let quoted = |start: &str, end: &str| {
            let (_, text) = message.split_once(start)?;
            Some(text.split_once(end).map_or_else(|| text.trim_end_matches('\''), |(text, _)| text).to_owned())
        };
        Self {
            canonical_request,
            string_to_sign,
            expected_canonical_request: quoted(CANONICAL_REQUEST, "'\n\nThe String-to-Sign"),
            expected_string_to_sign: quoted(STRING_TO_SIGN, "'\n"),
        }
    }

    /// Returns the canonical request that was signed, without the session token.
    #[must_use]
    pub fn canonical_request(&self) -> &str {
        &self.canonical_request
    }

    /// Returns the string to sign that was signed.
    #[must_use]
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Returns the canonical request that the service expected, without the session token. Returns
    /// `None` if the message does not have it.
    #[must_use]
    pub fn expected_canonical_request(&self) -> Option<&str> {
        self.expected_canonical_request.as_deref()
    }

    /// Returns the string to sign that the service expected. Returns `None` if the message does not
    /// have it.
    #[must_use]
    pub fn expected_string_to_sign(&self) -> Option<&str> {
        self.expected_string_to_sign.as_deref()
    }

    /// Returns one line that says why the signature was refused. Returns `None` if the message does
    /// not have what the service expected.
    #[must_use]
    pub fn verdict(&self) -> Option<String> {
        /// The maximum length of a line that is printed, in bytes.
        const SHOWN: usize = 100;
        let shown = |text: Option<&str>| match text {
            Some(text) => format!("\"{}\"", Line::of(text, SHOWN).as_str()),
            None => "no such line".to_owned(),
        };
        match self.first_difference() {
            Some(SignatureDifference { text, line, signed, expected }) => Some(format!(
                "the {text} differs in line {line}: the client signed {}, the service expected {}",
                shown(signed),
                shown(expected)
            )),
            None if self.expected_canonical_request.is_some() || self.expected_string_to_sign.is_some() => Some(
                "both sides signed the same text: the secret access key does not belong to the access key ID"
                    .to_owned(),
            ),
            None => None,
        }
    }

    /// Returns the first difference. Returns `None` if there is none, or if the message does not
    /// have what the service expected.
    #[must_use]
    pub fn first_difference(&self) -> Option<SignatureDifference<'_>> {
        let pairs = [
            ("canonical request", &self.canonical_request, &self.expected_canonical_request),
            ("string to sign", &self.string_to_sign, &self.expected_string_to_sign),
        ];
        pairs.into_iter().find_map(|(text, signed, expected)| difference(text, signed, expected.as_deref()?))
    }
}

impl Redact for SignatureMismatch {
    fn redact(&mut self, secrets: &Secrets) {
        self.canonical_request.redact(secrets);
        self.string_to_sign.redact(secrets);
        self.expected_canonical_request.redact(secrets);
        self.expected_string_to_sign.redact(secrets);
    }
}

fn difference<'a>(text: &'static str, signed: &'a str, expected: &'a str) -> Option<SignatureDifference<'a>> {
    let (mut signed, mut expected) = (signed.split('\n'), expected.split('\n'));
    let mut line = 0;
    loop {
        line += 1;
        match (signed.next(), expected.next()) {
            (None, None) => return None,
            (ours, theirs) if ours == theirs => {}
            (signed, expected) => return Some(SignatureDifference { text, line, signed, expected }),
        }
    }
}

impl fmt::Display for SignatureMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = [&self.expected_canonical_request, &self.expected_string_to_sign];
        match self.first_difference() {
            Some(SignatureDifference { text, line, signed, expected }) => {
                writeln!(f, "first difference: line {line} of the {text}")?;
                writeln!(f, "  signed:   {}", signed.unwrap_or("(no such line)"))?;
                writeln!(f, "  expected: {}\n", expected.unwrap_or("(no such line)"))?;
            }
            None if texts.iter().any(|text| text.is_some()) => f.write_str(
                "both sides signed the same text: the secret access key does not belong to the access key ID\n\n",
            )?,
            None => f.write_str("the response does not say what the service expected\n\n")?,
        }
        let mut write = |title: &str, text: &str| writeln!(f, "{title}:\n{text}\n");
        write("canonical request, as signed", &self.canonical_request)?;
        if let Some(text) = &self.expected_canonical_request {
            write("canonical request, as expected by the service", text)?;
        }
        write("string to sign, as signed", &self.string_to_sign)?;
        if let Some(text) = &self.expected_string_to_sign {
            write("string to sign, as expected by the service", text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(canonical_request: &str, string_to_sign: &str) -> String {
        format!(
            "The request signature we calculated does not match the signature you provided.\n\n\
             {CANONICAL_REQUEST}{canonical_request}'\n\n{STRING_TO_SIGN}{string_to_sign}'\n"
        )
    }

    #[test]
    fn first_line_that_differs_is_named() {
        let mismatch = SignatureMismatch::new(
            "POST\n/a%253A0\n\nhost:x".into(),
            "AWS4\nT".into(),
            &message("POST\n/a%3A0\n\nhost:x", "AWS4\nT"),
        );
        let difference = mismatch.first_difference().unwrap();
        assert_eq!((difference.text, difference.line), ("canonical request", 2));
        assert_eq!((difference.signed, difference.expected), (Some("/a%253A0"), Some("/a%3A0")));
        assert_eq!(mismatch.expected_canonical_request(), Some("POST\n/a%3A0\n\nhost:x"));
        assert_eq!(mismatch.expected_string_to_sign(), Some("AWS4\nT"));
        let text = mismatch.to_string();
        assert!(
            text.starts_with(
                "first difference: line 2 of the canonical request\n  signed:   /a%253A0\n  expected: /a%3A0\n"
            ),
            "{text}"
        );

        let mismatch = SignatureMismatch::new("POST\nx".into(), "AWS4\nT".into(), &message("POST", "AWS4\nT"));
        let difference = mismatch.first_difference().unwrap();
        assert_eq!((difference.line, difference.signed, difference.expected), (2, Some("x"), None));
    }

    #[test]
    fn equal_texts_mean_a_wrong_secret_access_key() {
        let same = SignatureMismatch::new("POST".into(), "AWS4".into(), &message("POST", "AWS4"));
        assert_eq!(same.first_difference(), None);
        assert!(same.to_string().contains("the secret access key does not belong"), "{same}");
        let silent = SignatureMismatch::new("POST".into(), "AWS4".into(), "no");
        assert_eq!((silent.first_difference(), silent.expected_string_to_sign()), (None, None));
        assert!(silent.to_string().starts_with("the response does not say"), "{silent}");
    }
}
