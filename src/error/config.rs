//! [`ConfigError`]: what is wrong before anything is sent.

use std::error::Error as StdError;
use std::fmt;

use super::Cause;

/// What is wrong with a configuration or a request, found before anything was sent.
#[derive(Debug)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
    pub(super) attempts: u32,
    source: Option<Cause>,
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
    /// A path label (a model id, an ARN) that no path can hold.
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
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), attempts: 0, source: None }
    }

    pub(crate) fn with_source(mut self, source: impl Into<Cause>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What is wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        super::source(self.source.as_ref())
    }
}
