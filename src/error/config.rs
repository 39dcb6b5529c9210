//! [`ConfigError`]: what is wrong before anything is sent.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use super::{Cause, Context, Redact, Secrets, line};

/// What is wrong with a configuration or a request, found before anything was sent.
#[derive(Debug)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
    context: Context,
    place: Option<Box<Place>>,
    source: Option<Cause>,
}

/// Where in the shared configuration the fault is.
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
    /// The region is no region.
    InvalidRegion,
    /// An endpoint override is no URL that requests can be sent to.
    InvalidEndpoint,
    /// A setting whose value is none that it can have.
    InvalidSetting,
    /// Settings that exclude each other.
    Conflict,
    /// A secret would travel unencrypted.
    Insecure,
    /// A path parameter, such as a model ID or an ARN, that no path can hold.
    InvalidLabel,
    /// A header value that no request can carry.
    InvalidHeader,
    /// A credential that no request can carry.
    InvalidCredentials,
    /// A request that cannot be written as JSON.
    InvalidBody,
    /// A request, or a part of one, that Bedrock would refuse.
    InvalidRequest,
    /// The HTTP client could not be set up.
    HttpClient,
    /// A file that is there and cannot be read: no permission, a directory, no text, too large.
    UnreadableFile,
    /// A shared configuration file that breaks its grammar.
    InvalidFile,
    /// The shared configuration has no profile, or no section, of this name.
    MissingProfile,
    /// The profile is there and says nothing of credentials.
    MissingCredentials,
    /// A profile whose settings do not go together, are not complete, or ask for what cannot be done.
    InvalidProfile,
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: line::kept(message.into()), context: Context::default(), place: None, source: None }
    }

    pub(crate) fn with_source(mut self, source: impl Into<Cause>) -> Self {
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

    /// The file that is wrong, where a file is.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| &*place.path)
    }

    /// The line of [`path`](Self::path) that is wrong, from 1, where it is one line.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref()?.line
    }

    /// What is wrong, to match on.
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
