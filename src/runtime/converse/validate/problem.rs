//! [`ValidationProblem`]: a problem of a request, with its path.

use std::fmt;

use crate::error::{ConfigError, ConfigErrorKind, Error, line};
use crate::shape::Structure;

/// The problems for which Bedrock would refuse a request.
///
/// It contains at least one problem. Each is a [refusal](ValidationSeverity::Refusal). It converts
/// into [`Error::Config`] of the kind [`ConfigErrorKind::InvalidRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError(Vec<ValidationProblem>);

/// A problem of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationProblem {
    path: String,
    kind: ValidationProblemKind,
    severity: ValidationSeverity,
    message: String,
}

/// Whether a problem is refused by Bedrock for every model, or only by some models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValidationSeverity {
    /// Bedrock refuses the request for every model.
    Refusal,
    /// Some models refuse the request, others accept it.
    Hint,
}

/// The kinds of [`ValidationProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValidationProblemKind {
    /// A text is empty or only white space. Empty is a refusal, except for models that accept it.
    /// White space is a hint.
    BlankText,
    /// A required member is missing in the JSON that the request was read from.
    Missing,
    /// A request has no message, a message or tool result has no content, or a union has no member.
    Empty,
    /// The first message does not have the role `user`. A hint, because some models accept it.
    FirstRole,
    /// Two consecutive messages have the same role. A hint, because some models accept it.
    RoleOrder,
    /// The last message has the role `assistant`. A hint: some models continue the message, others
    /// refuse it.
    LastRole,
    /// A content block is not allowed in a message with this role. A hint.
    BlockRole,
    /// A message has a document and no text.
    DocumentWithoutText,
    /// The name of a document has an invalid length, an invalid character, or two consecutive
    /// spaces.
    DocumentName,
    /// Two documents of the request have the same name.
    DuplicateDocumentName,
    /// The bytes of an image have another format than its `format`. A hint.
    ImageFormat,
    /// Bytes are already base64 and would be encoded twice.
    DoubleBase64,
    /// A format, role or status is not in the service model.
    Value,
    /// The request has tool calls or tool results, but no tools.
    MissingToolConfig,
    /// A tool result has no tool call in the previous turn.
    ToolResultWithoutToolUse,
    /// A tool call has no tool result in the next turn.
    ToolUseWithoutToolResult,
    /// The name of a tool has an invalid length or an invalid character, or is not the name of a
    /// tool of the request.
    ToolName,
    /// Two tools have the same name. A hint.
    DuplicateToolName,
    /// The top-level `type` of an input schema is not `object`.
    ToolSchema,
    /// The ID of a tool call has an invalid length or an invalid character.
    ToolUseId,
    /// Two tool calls, or two tool results, have the same ID.
    DuplicateToolUseId,
    /// A JSON value is not an object.
    NotAnObject,
    /// A text is not JSON, or a JSON string is not valid Unicode.
    NotJson,
    /// A cache point has a longer lifetime than an earlier one. The order is tools, system blocks,
    /// messages.
    CachePointOrder,
    /// A cache point is not allowed at its place, such as directly after reasoning.
    CachePointPlace,
    /// The model ID has an invalid length or format.
    ModelId,
    /// A member is not allowed in a request for a prompt of Prompt management, or is allowed only
    /// in such a request. A hint.
    Prompt,
    /// Extended thinking is enabled, and the last assistant message does not begin with reasoning.
    /// A hint.
    MissingReasoning,
    /// A list has more elements than allowed.
    TooMany,
    /// A list or a value has fewer elements or bytes than required.
    TooFew,
    /// A value has more bytes than allowed.
    TooLarge,
    /// A text has an invalid length or an invalid character.
    Text,
    /// A number is outside its range.
    OutOfRange,
}

impl ValidationError {
    pub(super) fn of(mut problems: Vec<ValidationProblem>) -> Result<(), Self> {
        problems.retain(|problem| problem.severity == ValidationSeverity::Refusal);
        if problems.is_empty() { Ok(()) } else { Err(Self(problems)) }
    }

    /// Returns the refusals.
    #[must_use]
    pub fn problems(&self) -> &[ValidationProblem] {
        &self.0
    }
}

impl ValidationProblem {
    /// Returns the path of the problem in wire names, such as `messages[1].content[0].text`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the kind of the problem, to match on.
    #[must_use]
    pub fn kind(&self) -> ValidationProblemKind {
        self.kind
    }

    /// Returns whether the problem is a refusal or a hint.
    #[must_use]
    pub fn severity(&self) -> ValidationSeverity {
        self.severity
    }

    /// Returns the description of the problem, without its path.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ValidationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::print(f, format_args!("{}: {}", self.path, self.message))
    }
}

/// Prints all problems with their paths on one line. After 50 problems, prints the number of the
/// remaining ones.
impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::print_list(f, &self.0)
    }
}

impl std::error::Error for ValidationError {}

impl From<ValidationError> for Error {
    fn from(error: ValidationError) -> Self {
        ConfigError::new(ConfigErrorKind::InvalidRequest, "Bedrock would refuse the request").with_source(error).into()
    }
}

/// The problems that were found so far.
#[derive(Default)]
pub(super) struct Problems(Vec<ValidationProblem>);

impl Problems {
    /// Adds a refusal.
    pub(super) fn add(&mut self, path: impl fmt::Display, kind: ValidationProblemKind, message: impl fmt::Display) {
        self.push(ValidationSeverity::Refusal, path.to_string(), (kind, message.to_string()));
    }

    /// Adds a hint.
    pub(super) fn hint(&mut self, path: impl fmt::Display, kind: ValidationProblemKind, message: impl fmt::Display) {
        self.push(ValidationSeverity::Hint, path.to_string(), (kind, message.to_string()));
    }

    fn push(&mut self, severity: ValidationSeverity, path: String, what: (ValidationProblemKind, String)) {
        let (kind, message) = what;
        self.0.push(ValidationProblem { path, kind, severity, message });
    }

    /// Adds a refusal if a count exceeds its maximum.
    pub(super) fn at_most(&mut self, path: impl fmt::Display, count: usize, most: usize, what: &str) {
        if count > most {
            self.add(path, ValidationProblemKind::TooMany, format_args!("{count} {what}, at most {most} are allowed"));
        }
    }

    /// Adds a refusal if a union has no member. The service model requires exactly one.
    ///
    /// Responses are read leniently, so a response can contain such a union. The next request
    /// contains the response.
    pub(super) fn refuse_empty(&mut self, path: impl fmt::Display, is_empty: bool) {
        if is_empty {
            self.add(path, ValidationProblemKind::Empty, "the object is empty: it must have exactly one member");
        }
    }

    /// Adds a refusal for each required member of a structure that is missing.
    pub(super) fn refuse_missing(&mut self, path: &str, structure: &impl Structure) {
        for name in structure.missing() {
            self.add(format_args!("{path}.{name}"), ValidationProblemKind::Missing, "the member is required");
        }
    }

    pub(super) fn into_vec(self) -> Vec<ValidationProblem> {
        self.0
    }
}

/// Prints the beginning of a text, quoted and on one line, which limits the length of a message.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 80;
        match self.0.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(f, "{:?}…", self.0.get(..end).unwrap_or_default()),
            None => write!(f, "{:?}", self.0),
        }
    }
}
