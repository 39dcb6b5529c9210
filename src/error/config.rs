//! [`ConfigError`]: errors that are found before a request is sent.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use super::{Cause, Context, Redact, Secrets, line};

/// An invalid configuration or request, found before anything was sent.
#[derive(Debug)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
    context: Context,
    place: Option<Box<Place>>,
    source: Option<Cause>,
}

/// The location of the error in the shared configuration files.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    line: Option<usize>,
}

/// The kinds of [`ConfigError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// No region was found.
    MissingRegion,
    /// The region is malformed.
    InvalidRegion,
    /// The endpoint override is not a URL that requests can be sent to.
    InvalidEndpoint,
    /// A setting has an invalid value.
    InvalidSetting,
    /// Two settings exclude each other.
    Conflict,
    /// A secret would be sent unencrypted.
    Insecure,
    /// A path parameter, such as a model ID or an ARN, cannot be part of a path.
    InvalidPathParameter,
    /// A header value contains characters that are not allowed.
    InvalidHeader,
    /// A credential contains characters that are not allowed in a header.
    InvalidCredentials,
    /// The request cannot be written as JSON.
    InvalidBody,
    /// Bedrock would refuse the request, or a part of it.
    InvalidRequest,
    /// The HTTP client could not be created.
    HttpClient,
    /// A file exists but cannot be read: no permission, a directory, not UTF-8, or too large.
    UnreadableFile,
    /// A shared configuration file is malformed.
    InvalidFile,
    /// The shared configuration has no profile, or no section, of this name.
    MissingProfile,
    /// The profile exists but does not configure credentials.
    MissingCredentials,
    /// The settings of a profile contradict each other, are incomplete, or ask for something that
    /// is not supported.
    InvalidProfile,
}

impl ConfigError {
    /// Creates an error of a kind. Tests, and implementations of
    /// [`Operation`](crate::Operation), can use it. The message must not contain secrets.
    ///
    /// ```
    /// use bedrock_lite::{ConfigError, ConfigErrorKind};
    ///
    /// let error = ConfigError::new(ConfigErrorKind::InvalidBody, "not JSON");
    /// assert_eq!(error.to_string(), "not JSON");
    /// ```
    pub fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: line::kept(message.into()), context: Context::default(), place: None, source: None }
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> Self {
        self.source = Some(line::kept_cause(source.into()));
        self
    }

    #[must_use]
    pub(crate) fn at(mut self, path: &Path, line: Option<usize>) -> Self {
        self.place = Some(Box::new(Place { path: path.to_owned(), line }));
        self
    }

    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    /// Returns the path of the file that is invalid, if the error is about a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| &*place.path)
    }

    /// Returns the line of [`path`](Self::path) that is invalid, counted from 1, if the error is
    /// about one line.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref()?.line
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::print(f, &self.message)
    }
}

impl Redact for ConfigError {
    fn redact(&mut self, secrets: &Secrets) {
        self.message.redact(secrets);
        self.context.redact(secrets);
        self.source.redact(secrets);
        if let Some(place) = &mut self.place
            && let Some(clean) = secrets.removed(&place.path.to_string_lossy())
        {
            place.path = clean.into();
        }
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        super::source(self.source.as_ref())
    }
}
