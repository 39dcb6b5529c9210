//! [`DocumentName`]: the name of a document.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::error::{ConfigError, ConfigErrorKind, Error};

/// The name of a document: 1 to 200 ASCII letters, digits, underscores, hyphens, parentheses, square brackets and single
/// spaces.
///
/// Bedrock refuses a request whose documents have other names, and most file names are other names: they have a dot.
/// It also refuses two documents of one name, anywhere in a request.
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

    /// Returns the name that is nearest to a text.
    ///
    /// - A character that a name cannot have becomes a hyphen.
    /// - White space becomes one space, or nothing at the beginning and the end.
    /// - A name that is too long is truncated.
    /// - A text without a letter or a digit becomes `document`.
    ///
    /// Different texts can become the same name. A text with letters beyond ASCII gets a hash of itself in parentheses,
    /// so that two Japanese titles do not become one name. [`from_file_name`](Self::from_file_name) keeps all names apart.
    #[must_use]
    pub fn sanitize(text: &str) -> Self {
        let loses_letters = text.chars().any(|c| c.is_alphanumeric() && !c.is_ascii());
        if loses_letters { Self::with_hash(text, text.as_bytes()) } else { Self(nearest(text, LONGEST)) }
    }

    /// Returns the name for a file name, a different one for each.
    ///
    /// `report.pdf` becomes `report pdf`, and `report.docx` becomes `report docx`. A file name that has to be changed
    /// otherwise gets a hash of itself in parentheses: `a.b.pdf` becomes `a-b pdf (5cf42818)`. The name depends on the file
    /// name alone, so that it is the same in each request and a cached prompt stays valid.
    #[must_use]
    pub fn from_file_name(file_name: &str) -> Self {
        Self::of_file(file_name, file_name.as_bytes())
    }

    /// As [`from_file_name`](Self::from_file_name), with the bytes of a file name that may not be Unicode.
    pub(super) fn of_file(file_name: &str, bytes: &[u8]) -> Self {
        let (stem, extension) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
        let name = if extension.is_empty() { stem.to_owned() } else { format!("{stem} {extension}") };
        // A name without a hash stands for one file name only: its last space is the dot.
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

    /// The nearest name with the beginning of a SHA-256 hash.
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

    /// Says what is wrong with a name.
    pub(in crate::runtime) fn check(name: &str) -> Result<(), &'static str> {
        if name.is_empty() || name.chars().count() > LONGEST {
            return Err("a document's name has 1 to 200 characters");
        }
        if !name.chars().all(may) {
            return Err(
                "a document's name has only ASCII letters and digits, spaces, hyphens, underscores, parentheses and \
                 square brackets: see DocumentName::from_file_name",
            );
        }
        if name.contains("  ") { Err("a document's name has no two spaces on end") } else { Ok(()) }
    }
}

/// Bedrock takes ASCII only: it refused letters beyond ASCII, the ideographic space U+3000 and tabs. The underscore is not
/// in the list that AWS gives; Bedrock was seen to take it.
fn may(c: char) -> bool {
    c.is_ascii_alphanumeric() || " -()[]_".contains(c)
}

/// The name that is nearest to a text, in at most so many characters.
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
