//! [`SignatureMismatch`]: what was signed beside what the service says should have been.

use std::fmt;

use super::line::Line;
use super::{Redact, Secrets};

/// What was signed, beside what the service says should have been, for a signature that it refused.
///
/// `Display` writes where the two first part, and then all of them. The session token is in none of them, and nothing else
/// that is signed is a secret but what you put into a header of your own.
///
/// See "Troubleshoot Signature Version 4 signing for AWS API requests" in the AWS IAM user guide.
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

/// Where what was signed first parts from what should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureDifference<'a> {
    /// Which text: `canonical request` or `string to sign`.
    pub text: &'static str,
    /// The line of it, from 1.
    pub line: usize,
    /// The line as it was signed; `None` where there is no such line.
    pub signed: Option<&'a str>,
    /// The line as the service has it.
    pub expected: Option<&'a str>,
}

const CANONICAL_REQUEST: &str = "The Canonical String for this request should have been\n'";
const STRING_TO_SIGN: &str = "The String-to-Sign should have been\n'";

impl SignatureMismatch {
    /// What was signed, and the message of the service, which may repeat what it expected.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client knows what it signed"))]
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

    /// The canonical request that was signed, without the session token.
    #[must_use]
    pub fn canonical_request(&self) -> &str {
        &self.canonical_request
    }

    /// The string that was signed.
    #[must_use]
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// The canonical request as the service has it, where it says so, without the session token.
    #[must_use]
    pub fn expected_canonical_request(&self) -> Option<&str> {
        self.expected_canonical_request.as_deref()
    }

    /// The string to sign as the service has it, where it says so.
    #[must_use]
    pub fn expected_string_to_sign(&self) -> Option<&str> {
        self.expected_string_to_sign.as_deref()
    }

    /// Returns in one line why the signature was refused, as far as the service says what it expected.
    #[must_use]
    pub fn verdict(&self) -> Option<String> {
        /// The longest part of a line that is shown, in bytes.
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
                "the service expected what was signed: the secret access key does not belong to the access key ID"
                    .to_owned(),
            ),
            None => None,
        }
    }

    /// Where the two first part; `None` where they do not, or the service does not say.
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
                writeln!(f, "They part in line {line} of the {text}:")?;
                writeln!(f, "  signed:   {}", signed.unwrap_or("(no such line)"))?;
                writeln!(f, "  expected: {}\n", expected.unwrap_or("(no such line)"))?;
            }
            None if texts.iter().any(|text| text.is_some()) => f.write_str(
                "What was signed is what the service expected: the secret access key is not the one of this access key id.\n\n",
            )?,
            None => f.write_str("The service does not say what it expected.\n\n")?,
        }
        let mut write = |title: &str, text: &str| writeln!(f, "{title}:\n{text}\n");
        write("The canonical request that was signed", &self.canonical_request)?;
        if let Some(text) = &self.expected_canonical_request {
            write("The canonical request that the service expected", text)?;
        }
        write("The string that was signed", &self.string_to_sign)?;
        if let Some(text) = &self.expected_string_to_sign {
            write("The string to sign that the service expected", text)?;
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
    fn the_first_line_that_differs_is_named() {
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
                "They part in line 2 of the canonical request:\n  signed:   /a%253A0\n  expected: /a%3A0\n"
            ),
            "{text}"
        );

        let mismatch = SignatureMismatch::new("POST\nx".into(), "AWS4\nT".into(), &message("POST", "AWS4\nT"));
        let difference = mismatch.first_difference().unwrap();
        assert_eq!((difference.line, difference.signed, difference.expected), (2, Some("x"), None));
    }

    #[test]
    fn the_same_on_both_sides_means_another_secret() {
        let same = SignatureMismatch::new("POST".into(), "AWS4".into(), &message("POST", "AWS4"));
        assert_eq!(same.first_difference(), None);
        assert!(same.to_string().contains("the secret access key is not the one"), "{same}");
        let silent = SignatureMismatch::new("POST".into(), "AWS4".into(), "no");
        assert_eq!((silent.first_difference(), silent.expected_string_to_sign()), (None, None));
        assert!(silent.to_string().starts_with("The service does not say"), "{silent}");
    }
}
