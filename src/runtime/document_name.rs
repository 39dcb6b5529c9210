//! [`DocumentName`]: what a document may be called.

use std::fmt;

use crate::error::{ConfigError, ConfigErrorKind, Error};

/// What a document may be called: 1 to 200 letters, digits, hyphens, parentheses, square brackets and single spaces.
///
/// Bedrock refuses a request whose documents are called anything else, and most file names are: they have a dot.
///
/// ```
/// use bedrock_lite::runtime::{DocumentBlock, DocumentName};
///
/// let name = DocumentName::sanitize("Q3_report  (final).v2.pdf");
/// assert_eq!(name.as_str(), "Q3-report (final)-v2-pdf");
/// let document = DocumentBlock::new(name, b"%PDF-1.7".to_vec());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentName(String);

/// The longest name, in characters.
const LONGEST: usize = 200;

impl DocumentName {
    /// A name that Bedrock takes, as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where Bedrock would refuse it.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        match Self::check(&name) {
            Ok(()) => Ok(Self(name)),
            Err(why) => Err(ConfigError::new(ConfigErrorKind::InvalidRequest, why).into()),
        }
    }

    /// The name that is nearest to a text: a hyphen for each character that it may not have, one space for white space on
    /// end, cut where it is too long, `document` where nothing is left.
    #[must_use]
    pub fn sanitize(text: &str) -> Self {
        let mut name = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !name.is_empty() {
                name.push(' ');
            }
            name.extend(word.chars().map(|c| if c != '_' && may(c) { c } else { '-' }));
        }
        let name: String = name.chars().take(LONGEST).collect();
        let name = name.trim_end();
        if name.chars().any(char::is_alphanumeric) { Self(name.to_owned()) } else { Self("document".to_owned()) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says what is wrong with a name.
    pub(super) fn check(name: &str) -> Result<(), &'static str> {
        if name.is_empty() || name.chars().count() > LONGEST {
            return Err("a document's name has 1 to 200 characters");
        }
        if !name.chars().all(may) {
            return Err(
                "a document's name has only letters, digits, spaces, hyphens, parentheses and square brackets: \
                        see DocumentName::sanitize",
            );
        }
        if name.contains("  ") { Err("a document's name has no two spaces on end") } else { Ok(()) }
    }
}

/// The underscore is not in the list that AWS gives; Bedrock has been seen to take it.
fn may(c: char) -> bool {
    c.is_alphanumeric() || " -()[]_".contains(c)
}

impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<DocumentName> for String {
    fn from(name: DocumentName) -> Self {
        name.0
    }
}
