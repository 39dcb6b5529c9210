//! What is wrong with a request, and where.

use std::fmt;

use crate::error::{ConfigError, ConfigErrorKind, Error};

/// What is wrong with a request: every problem that was found, at least one.
///
/// It converts into [`Error`], as an [`Error::Config`] of the kind [`ConfigErrorKind::InvalidRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError(Vec<ValidationProblem>);

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationProblem {
    path: String,
    kind: ValidationProblemKind,
    message: String,
}

/// The kinds of [`ValidationProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValidationProblemKind {
    /// A text block without a visible character.
    BlankText,
    /// A message without a block, or a request without a message.
    Empty,
    /// The conversation does not begin with the user.
    FirstRole,
    /// A message with a document and without text.
    DocumentWithoutText,
    /// A document's name that has other characters than it may have, spaces in a row, or another length.
    DocumentName,
    /// Two documents of a message with one name.
    DuplicateDocumentName,
    /// An image whose bytes are of another format than it says.
    ImageFormat,
    /// Bytes that are base64 already and would be encoded a second time.
    DoubleBase64,
    /// A tool's call or result in a conversation whose request has no tools.
    MissingToolConfig,
    /// A tool's result that answers no call of the turn before.
    ToolResultWithoutToolUse,
    /// A tool's call that the turn after it does not answer.
    ToolUseWithoutToolResult,
    /// A tool's name that has other characters than it may have, or another length.
    ToolName,
    /// The id of a tool's call that has other characters than it may have, or another length.
    ToolUseId,
    /// A cache point that lives longer than one before it, tools first, then the system blocks, then the messages.
    CachePointOrder,
    /// More of something than there may be.
    TooMany,
    /// Fewer of something than there have to be.
    TooFew,
    /// More bytes than there may be.
    TooLarge,
    /// A text of another length or of other characters than it may have.
    Text,
    /// A number outside its range.
    OutOfRange,
}

impl ValidationError {
    /// The problems, in the order of the request.
    #[must_use]
    pub fn problems(&self) -> &[ValidationProblem] {
        &self.0
    }
}

impl ValidationProblem {
    /// Where it is: `messages[1].content[0].text`, in the names of the wire.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it is, to match on.
    #[must_use]
    pub fn kind(&self) -> ValidationProblemKind {
        self.kind
    }
}

impl fmt::Display for ValidationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            let between = if at == 0 { "" } else { "; " };
            write!(f, "{between}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ValidationError {}

impl From<ValidationError> for Error {
    fn from(error: ValidationError) -> Self {
        ConfigError::new(ConfigErrorKind::InvalidRequest, "Bedrock would refuse the request").with_source(error).into()
    }
}

/// The problems so far.
#[derive(Default)]
pub(super) struct Problems(Vec<ValidationProblem>);

impl Problems {
    pub(super) fn add(&mut self, path: impl fmt::Display, kind: ValidationProblemKind, message: impl fmt::Display) {
        self.0.push(ValidationProblem { path: path.to_string(), kind, message: message.to_string() });
    }

    /// A count that has an upper bound.
    pub(super) fn at_most(&mut self, path: impl fmt::Display, count: usize, most: usize, what: &str) {
        if count > most {
            self.add(path, ValidationProblemKind::TooMany, format_args!("{count} {what}, at most {most} may be"));
        }
    }

    pub(super) fn into_result(self) -> Result<(), ValidationError> {
        if self.0.is_empty() { Ok(()) } else { Err(ValidationError(self.0)) }
    }
}
