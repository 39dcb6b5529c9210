//! What is wrong with a request, and where.

use std::fmt;

use crate::error::{ConfigError, ConfigErrorKind, Error, line};
use crate::shape::Structure;

/// The reasons why Bedrock would refuse a request: at least one problem, each a
/// [refusal](ValidationSeverity::Refusal).
///
/// It converts into [`Error`], as an [`Error::Config`] of the kind [`ConfigErrorKind::InvalidRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError(Vec<ValidationProblem>);

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationProblem {
    path: String,
    kind: ValidationProblemKind,
    severity: ValidationSeverity,
    message: String,
}

/// How certain it is that Bedrock refuses a request for a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValidationSeverity {
    /// Bedrock refuses the request.
    Refusal,
    /// Some models refuse the request, others answer it.
    Hint,
}

/// The kinds of [`ValidationProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValidationProblemKind {
    /// A text that is empty (a refusal, except for models that take it) or only white space (a hint).
    BlankText,
    /// A member that the service model requires and that is not in the JSON that the request was read from.
    Missing,
    /// A message without a block, a request without a message, a tool result without content, or a union without a
    /// member.
    Empty,
    /// The first message is not the user's. A hint: some models answer such a conversation.
    FirstRole,
    /// Two messages in a row have the same role. A hint: some models answer such a conversation.
    RoleOrder,
    /// The last message is the assistant's. A hint: some models continue it, others refuse it.
    LastRole,
    /// A block in a message whose role does not fit. A hint.
    BlockRole,
    /// A message with a document and without text.
    DocumentWithoutText,
    /// A document's name that has a wrong length, a character that is not allowed, or two spaces in a row.
    DocumentName,
    /// Two documents of the request with one name.
    DuplicateDocumentName,
    /// An image whose bytes have another format than its `format` says. A hint.
    ImageFormat,
    /// Bytes that are base64 already and would be encoded a second time.
    DoubleBase64,
    /// A value that the service model does not list: a format, a role, a status.
    Value,
    /// A tool call or a tool result in a request without tools.
    MissingToolConfig,
    /// A tool result that answers no call of the turn before.
    ToolResultWithoutToolUse,
    /// A tool call that the next turn does not answer.
    ToolUseWithoutToolResult,
    /// A tool's name that has a wrong length, a character that is not allowed, or that names no tool of the request.
    ToolName,
    /// Two tools with one name. A hint.
    DuplicateToolName,
    /// An input schema whose `type` is not `object`.
    ToolSchema,
    /// The ID of a tool call that has a wrong length or a character that is not allowed.
    ToolUseId,
    /// Two tool calls, or two tool results, with one ID.
    DuplicateToolUseId,
    /// JSON that has to be an object and is not.
    NotAnObject,
    /// Text that has to be JSON and is not, or JSON with text that is not Unicode.
    NotJson,
    /// A cache point that lives longer than one before it: tools come first, then the system blocks, then the messages.
    CachePointOrder,
    /// A cache point where Bedrock takes none, such as directly after reasoning.
    CachePointPlace,
    /// A model ID that has a wrong length or form.
    ModelId,
    /// A member that a request for a prompt of Prompt management cannot have, or that only such a request can have. A
    /// hint.
    Prompt,
    /// Reasoning is on and the last turn of the assistant does not begin with reasoning. A hint.
    MissingReasoning,
    /// More of something than the service takes.
    TooMany,
    /// Less of something than the service needs.
    TooFew,
    /// More bytes than the service takes.
    TooLarge,
    /// A text that has a wrong length or a character that is not allowed.
    Text,
    /// A number outside its range.
    OutOfRange,
}

impl ValidationError {
    pub(super) fn of(mut problems: Vec<ValidationProblem>) -> Result<(), Self> {
        problems.retain(|problem| problem.severity == ValidationSeverity::Refusal);
        if problems.is_empty() { Ok(()) } else { Err(Self(problems)) }
    }

    /// Returns every refusal, by the parts of the request.
    #[must_use]
    pub fn problems(&self) -> &[ValidationProblem] {
        &self.0
    }
}

impl ValidationProblem {
    /// Returns the place in the names of the wire: `messages[1].content[0].text`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the kind of the problem, to match on.
    #[must_use]
    pub fn kind(&self) -> ValidationProblemKind {
        self.kind
    }

    /// Returns how certain it is that Bedrock refuses the request.
    #[must_use]
    pub fn severity(&self) -> ValidationSeverity {
        self.severity
    }

    /// Returns what is wrong, in words, without the place.
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

/// Prints each problem with its place, on one line; after 50 problems, the number of the rest.
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

/// The problems so far.
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

    /// Adds a refusal if a count is above its upper bound.
    pub(super) fn at_most(&mut self, path: impl fmt::Display, count: usize, most: usize, what: &str) {
        if count > most {
            self.add(path, ValidationProblemKind::TooMany, format_args!("{count} {what}, at most {most} are allowed"));
        }
    }

    /// Adds a refusal if a union has no member. The service model requires exactly one.
    ///
    /// Lenient reading accepts such a union in a response, and a conversation sends the response back.
    pub(super) fn refuse_empty(&mut self, path: impl fmt::Display, is_empty: bool) {
        if is_empty {
            self.add(path, ValidationProblemKind::Empty, "the object is empty: it needs exactly one member");
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

/// The beginning of a text, quoted and on one line: a message stays short whatever the request holds.
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
