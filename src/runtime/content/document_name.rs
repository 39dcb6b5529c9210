//! [`DocumentName`]: the name of a document.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::error::{ConfigError, ConfigErrorKind, Error};

/// The name of a document: 1 to 200 ASCII letters, digits, underscores, hyphens, parentheses,
/// square brackets and single spaces.
///
/// Bedrock refuses a request with any other document name. Most file names are invalid, because
/// they have a dot. Bedrock also refuses two documents with the same name in one request.
///
/// ```
/// use bedrock_lite::runtime::{DocumentBlock, DocumentName};
///
/// let name = DocumentName::from_file_name("report.pdf");
/// assert_eq!(name.as_str(), "report pdf");
/// let document = DocumentBlock::new(name, b"%PDF-1.7".to_vec());
///
/// let name = DocumentName::sanitize("Q3_report  (final).v2.pdf");
/// assert_eq!(name.as_str(), "Q3_report (final)-v2-pdf");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentName(String);

/// The maximum length of a name, in characters.
const LONGEST: usize = 200;

impl DocumentName {
    /// Creates a name from a text that is already a valid name.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if Bedrock would refuse the name.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        match Self::check(&name) {
            Ok(()) => Ok(Self(name)),
            Err(why) => Err(ConfigError::new(ConfigErrorKind::InvalidRequest, why).into()),
        }
    }

    /// Returns the valid name that is nearest to a text.
    ///
    /// - An invalid character becomes a hyphen.
    /// - A run of white space becomes one space. White space at the beginning and the end is
    ///   removed.
    /// - A name that is too long is truncated.
    /// - A text without a letter or a digit becomes `document`.
    ///
    /// Different texts can become the same name. A text with letters outside ASCII gets a hash of
    /// the text in parentheses, so that two Japanese titles get different names. Use
    /// [`from_file_name`](Self::from_file_name) if different texts must always get different names.
    #[must_use]
    pub fn sanitize(text: &str) -> Self {
        let loses_letters = text.chars().any(|c| c.is_alphanumeric() && !c.is_ascii());
        if loses_letters { Self::with_hash(text, text.as_bytes()) } else { Self(nearest(text, LONGEST)) }
    }

    /// Returns the valid name for a file name. Different file names get different names.
    ///
    /// `report.pdf` becomes `report pdf`, and `report.docx` becomes `report docx`. A file name that
    /// needs other changes gets a hash of the file name in parentheses: `a.b.pdf` becomes `a-b pdf
    /// (5cf42818)`. The result depends only on the file name. It is therefore the same in each
    /// request, and a cached prompt stays valid.
    #[must_use]
    pub fn from_file_name(file_name: &str) -> Self {
        Self::of_file(file_name, file_name.as_bytes())
    }

    /// Does the same as [`from_file_name`](Self::from_file_name) for a file name that may not be
    /// Unicode. `bytes` are the bytes of the original file name.
    pub(super) fn of_file(file_name: &str, bytes: &[u8]) -> Self {
        let (stem, extension) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
        let name = if extension.is_empty() { stem.to_owned() } else { format!("{stem} {extension}") };
        // A name without a hash belongs to one file name only, because its last space is the dot.
        let is_exact = Self::check(&name).is_ok()
            && stem.trim() == stem
            && !stem.is_empty()
            && if extension.is_empty() {
                name == file_name && !name.contains(' ')
            } else {
                extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
        if is_exact { Self(name) } else { Self::with_hash(&name, bytes) }
    }

    /// Returns the nearest valid name, followed by the first 32 bits of the SHA-256 hash of
    /// `hashed`.
    fn with_hash(text: &str, hashed: &[u8]) -> Self {
        let digest = Sha256::digest(hashed);
        let first = digest.first_chunk().copied().map(u32::from_be_bytes).unwrap_or_default();
        let hash = format!(" ({first:08x})");
        Self(nearest(text, LONGEST - hash.len()) + &hash)
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns an error that says what is wrong with an invalid name.
    pub(in crate::runtime) fn check(name: &str) -> Result<(), &'static str> {
        if name.is_empty() || name.chars().count() > LONGEST {
            return Err("invalid document name: it must have 1 to 200 characters");
        }
        if !name.chars().all(may) {
            return Err(
                "invalid document name: it can only have ASCII letters and digits, spaces, hyphens, underscores, \
                 parentheses and square brackets; DocumentName::from_file_name converts a file name",
            );
        }
        if name.contains("  ") {
            return Err("invalid document name: it must not have two spaces in a row");
        }
        Ok(())
    }
}

/// Returns whether a name may have this character.
///
/// Bedrock refused letters outside ASCII, the ideographic space U+3000 and tabs. AWS does not list
/// the underscore, but Bedrock accepts it.
fn may(c: char) -> bool {
    c.is_ascii_alphanumeric() || " -()[]_".contains(c)
}

/// Returns the valid name that is nearest to a text, with at most `longest` characters.
fn nearest(text: &str, longest: usize) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().map(|c| if may(c) { c } else { '-' }));
    }
    name.truncate(longest);
    name.truncate(name.trim_end().len());
    if name.contains(|c: char| c.is_ascii_alphanumeric()) { name } else { "document".to_owned() }
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
