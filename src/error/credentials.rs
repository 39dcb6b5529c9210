//! [`CredentialsError`]: why nobody says who is asking.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::{Cause, Context, Redact, Secrets, causes, line};

/// Why there are no credentials: what was tried, in order, and why each source gave nothing.
///
/// Cheap to clone: one failed refresh answers every call that waited for it.
#[derive(Debug, Clone)]
pub struct CredentialsError {
    kind: CredentialsErrorKind,
    message: Arc<str>,
    tried: Arc<[ProviderAttempt]>,
    context: Context,
    /// STS refused the token that the request was signed with.
    #[cfg(feature = "chain")]
    token_refused: bool,
    source: Option<Arc<dyn StdError + Send + Sync + 'static>>,
}

/// The kinds of [`CredentialsError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsErrorKind {
    /// The source is not set up: a chain asks the next.
    NotConfigured,
    /// The source is set up in a way that cannot work: a profile that does not exist, a file that cannot be read, a host that
    /// may not see the token.
    Invalid,
    /// The source was asked and gave none: no answer, an error, or something else than credentials.
    Failed,
    /// What the source gave had expired before it arrived.
    Expired,
    /// The credentials provider did not answer in time. The message names the provider and the time.
    Timeout,
}

/// The sources of credentials, as AWS's documentation names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsSource {
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    Environment,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`.
    WebIdentity,
    /// A profile of the shared config and credentials files.
    Profile,
    /// The credentials endpoint of an ECS task or an EKS pod.
    Container,
    /// The metadata service of an EC2 instance, IMDS.
    InstanceMetadata,
}

impl fmt::Display for CredentialsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "environment",
            Self::WebIdentity => "web identity",
            Self::Profile => "profile",
            Self::Container => "container",
            Self::InstanceMetadata => "instance metadata",
        })
    }
}

/// A source that was tried and gave nothing.
#[derive(Debug, Clone)]
pub struct ProviderAttempt {
    source: CredentialsSource,
    error: CredentialsError,
}

impl ProviderAttempt {
    #[cfg(feature = "chain")]
    pub(crate) fn new(source: CredentialsSource, error: CredentialsError) -> Self {
        Self { source, error }
    }

    /// Which source.
    #[must_use]
    pub fn source(&self) -> CredentialsSource {
        self.source
    }

    /// Why it gave nothing.
    #[must_use]
    pub fn error(&self) -> &CredentialsError {
        &self.error
    }
}

/// The source and, in one line, the reason with its causes.
impl fmt::Display for ProviderAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = line::Line::of(format_args!("{}: {}", self.source, self.error.message), line::PART);
        let said = text.as_str().to_owned();
        causes::say(&mut text, &said, &self.error);
        line::print(f, text.as_str())
    }
}

impl CredentialsError {
    /// An error of a credentials source of your own: it was asked and failed. The message must hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self::of(CredentialsErrorKind::Failed, message)
    }

    /// An error of a kind.
    pub(crate) fn of(kind: CredentialsErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: line::Line::of(message.into(), line::LONG).as_str().into(),
            tried: Arc::new([]),
            context: Context::default(),
            #[cfg(feature = "chain")]
            token_refused: false,
            source: None,
        }
    }

    /// The same error, knowing that the token that the request was signed with was refused.
    #[cfg(feature = "chain")]
    #[must_use]
    pub(crate) fn token_refused(mut self) -> Self {
        self.token_refused = true;
        self
    }

    #[cfg(feature = "chain")]
    pub(crate) fn is_token_refused(&self) -> bool {
        self.token_refused
    }

    /// A source of your own is not set up: a chain asks the next. The message must hold no secret.
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self::of(CredentialsErrorKind::NotConfigured, message)
    }

    /// What a chain tried; its kind is that of the last.
    #[cfg(feature = "chain")]
    pub(crate) fn of_chain(tried: Vec<ProviderAttempt>) -> Self {
        let kind = tried.last().map_or(CredentialsErrorKind::NotConfigured, |tried| tried.error.kind);
        let lines: Vec<_> = tried.iter().map(ToString::to_string).collect();
        Self { tried: tried.into(), ..Self::of(kind, lines.join("; ")) }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> Self {
        let source: Cause = line::kept_cause(source.into());
        self.source = Some(source.into());
        self
    }

    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    /// What is wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> CredentialsErrorKind {
        self.kind
    }

    /// The sources of a chain that were tried, in order; empty where one source was asked alone.
    #[must_use]
    pub fn tried(&self) -> &[ProviderAttempt] {
        &self.tried
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(line::Line::of(format_args!("no credentials: {}", self.message), line::LONG).as_str())
    }
}

impl Redact for CredentialsError {
    fn redact(&mut self, secrets: &Secrets) {
        self.message.redact(secrets);
        self.context.redact(secrets);
        self.source.redact(secrets);
        if !self.tried.is_empty() {
            let without = |tried: &ProviderAttempt| ProviderAttempt {
                source: tried.source,
                error: tried.error.clone().without(secrets),
            };
            self.tried = self.tried.iter().map(without).collect();
        }
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|cause| &**cause as &(dyn StdError + 'static))
    }
}
