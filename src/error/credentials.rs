//! [`CredentialsError`]: why no credentials are available.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::{Cause, Context, Redact, Secrets, causes, line};

/// Why no credentials are available: which credentials providers were tried, in order, and why each
/// of them failed.
///
/// Cheap to clone, because all calls that wait for one refresh get the same error.
#[derive(Debug, Clone)]
pub struct CredentialsError {
    kind: CredentialsErrorKind,
    message: Arc<str>,
    tried: Arc<[ProviderAttempt]>,
    context: Context,
    /// STS rejected the token that the request was signed with.
    #[cfg(feature = "chain")]
    token_refused: bool,
    source: Option<Arc<dyn StdError + Send + Sync + 'static>>,
}

/// The kinds of [`CredentialsError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsErrorKind {
    /// The provider is not configured. A chain continues with the next provider.
    NotConfigured,
    /// The provider is configured incorrectly: a profile that does not exist, a file that cannot be
    /// read, or a host that may not receive the token.
    Invalid,
    /// The provider returned no credentials: no response, an error, or a malformed response.
    Failed,
    /// The provider returned credentials that had already expired.
    Expired,
    /// The provider did not respond in time. The message has its name and the timeout.
    Timeout,
}

/// The credentials providers, as AWS's documentation names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderKind {
    /// The environment variables `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    Environment,
    /// A web identity token, from `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`.
    WebIdentity,
    /// A profile of the shared configuration and credentials files.
    Profile,
    /// The credentials endpoint of an ECS task or an EKS pod.
    Container,
    /// The instance metadata service (IMDS) of an EC2 instance.
    InstanceMetadata,
}

impl fmt::Display for ProviderKind {
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

/// A credentials provider that was tried, and its error.
#[derive(Debug, Clone)]
pub struct ProviderAttempt {
    provider: ProviderKind,
    error: CredentialsError,
}

impl ProviderAttempt {
    #[cfg(feature = "chain")]
    pub(crate) fn new(provider: ProviderKind, error: CredentialsError) -> Self {
        Self { provider, error }
    }

    /// Returns the credentials provider.
    #[must_use]
    pub fn provider(&self) -> ProviderKind {
        self.provider
    }

    /// Returns why the provider returned no credentials.
    #[must_use]
    pub fn error(&self) -> &CredentialsError {
        &self.error
    }
}

/// Prints the provider and its error with the causes, on one line.
impl fmt::Display for ProviderAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = line::Line::of(format_args!("{}: {}", self.provider, self.error.message), line::PART);
        let printed = text.as_str().to_owned();
        causes::append(&mut text, &printed, &self.error);
        line::print(f, text.as_str())
    }
}

impl CredentialsError {
    /// Creates an error of a custom credentials provider that failed. The message must not contain
    /// secrets.
    pub fn new(message: impl Into<String>) -> Self {
        Self::of(CredentialsErrorKind::Failed, message)
    }

    /// Sets the kind. [`new`](Self::new) sets [`Failed`](CredentialsErrorKind::Failed).
    ///
    /// ```
    /// use bedrock_lite::{CredentialsError, CredentialsErrorKind, Error};
    ///
    /// let error = CredentialsError::new("the vault did not respond within 5 s")
    ///     .with_kind(CredentialsErrorKind::Timeout);
    /// assert!(Error::from(error).is_timeout());
    /// ```
    #[must_use]
    pub fn with_kind(mut self, kind: CredentialsErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// Creates an error of a kind.
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

    /// Notes that STS rejected the token that the request was signed with.
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

    /// Creates an error of a custom credentials provider that is not configured. A chain continues
    /// with the next provider. The message must not contain secrets.
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self::of(CredentialsErrorKind::NotConfigured, message)
    }

    /// Creates the error of a chain. Its kind is that of the last provider.
    #[cfg(feature = "chain")]
    pub(crate) fn of_chain(tried: Vec<ProviderAttempt>) -> Self {
        let kind = tried.last().map_or(CredentialsErrorKind::NotConfigured, |tried| tried.error.kind);
        let lines: Vec<_> = tried.iter().map(ToString::to_string).collect();
        Self { tried: tried.into(), ..Self::of(kind, lines.join("; ")) }
    }

    /// Sets the cause.
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

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> CredentialsErrorKind {
        self.kind
    }

    /// Returns the providers of a chain that were tried, in order. Empty if the error does not come
    /// from a chain.
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
                provider: tried.provider,
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
