//! [`ServiceError`]: what Bedrock itself said, in a response or in a frame of a stream.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::Value;

use super::line::{self, Line};
use super::retry_after::retry_after;
use super::service_body::{ErrorBody, bare_code};
use super::{Context, Excerpt, Redact, Secrets, SignatureMismatch, overflow, without_secrets};

/// An error that Bedrock answered with.
///
/// See "Troubleshooting Amazon Bedrock API error codes" in the Amazon Bedrock user guide for what to do about each.
#[derive(Debug, Clone)]
pub struct ServiceError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ServiceErrorKind,
    code: Option<Box<str>>,
    message: Option<Box<str>>,
    status: StatusCode,
    details: Details,
    retry_after: Option<Duration>,
    in_stream: bool,
    clock_skew: Option<TimeDelta>,
    /// How long passed between the signature and its refusal, where it was old on arrival.
    signature_age: Option<TimeDelta>,
    signature: Option<Box<SignatureMismatch>>,
    body: Excerpt,
    context: Context,
}

/// What some exceptions say beside their message.
#[derive(Debug, Clone, Default)]
struct Details {
    original_status: Option<u16>,
    original_message: Option<Box<str>>,
    resource_name: Option<Box<str>>,
}

/// The kinds of [`ServiceError`], by AWS's names without `Exception`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceErrorKind {
    /// The credentials may not do this, or the model is not enabled for the account.
    AccessDenied,
    /// Another request changes the same resource.
    Conflict,
    /// The credentials' time is over.
    ExpiredToken,
    /// Bedrock itself failed.
    InternalServer,
    /// The signature does not match the request, or its time is off.
    InvalidSignature,
    /// The model failed on this request.
    ModelError,
    /// The model is being loaded.
    ModelNotReady,
    /// The model failed inside a stream.
    ModelStreamError,
    /// The model took too long.
    ModelTimeout,
    /// There is no such model or resource in this region.
    ResourceNotFound,
    /// A quota of the account is used up.
    ServiceQuotaExceeded,
    /// Bedrock, or the model's capacity, is not there at the moment.
    ServiceUnavailable,
    /// Too many requests, or too many tokens a minute.
    Throttling,
    /// A resource would have more tags than it may.
    TooManyTags,
    /// AWS knows no operation at this path: the endpoint is not the service's.
    UnknownOperation,
    /// AWS does not know the access key or the session token.
    UnrecognizedClient,
    /// The request breaks a rule of the API or of the model.
    Validation,
    /// Anything else: see [`ServiceError::code`].
    Other,
}

impl ServiceErrorKind {
    /// The kind that a code means: AWS's, else those of the formats of Anthropic and `OpenAI`.
    fn from_code(code: &str) -> Self {
        match code.strip_suffix("Exception").unwrap_or(code) {
            "AccessDenied" | "permission_error" => Self::AccessDenied,
            "Conflict" => Self::Conflict,
            "ExpiredToken" | "RequestExpired" => Self::ExpiredToken,
            "InternalServer"
            | "InternalServerError"
            | "InternalFailure"
            | "InternalError"
            | "api_error"
            | "server_error"
            | "internal_server_error" => Self::InternalServer,
            "InvalidSignature" | "SignatureDoesNotMatch" | "RequestTimeTooSkewed" | "RequestInTheFuture" => {
                Self::InvalidSignature
            }
            "ModelError" => Self::ModelError,
            "ModelNotReady" => Self::ModelNotReady,
            "ModelStreamError" => Self::ModelStreamError,
            "ModelTimeout" | "timeout_error" => Self::ModelTimeout,
            "ResourceNotFound" | "not_found_error" | "model_not_found" => Self::ResourceNotFound,
            "ServiceQuotaExceeded" | "insufficient_quota" | "billing_error" => Self::ServiceQuotaExceeded,
            "ServiceUnavailable" | "overloaded_error" => Self::ServiceUnavailable,
            "Throttling"
            | "Throttled"
            | "RequestThrottled"
            | "TooManyRequests"
            | "RequestLimitExceeded"
            | "BandwidthLimitExceeded"
            | "LimitExceeded"
            | "ProvisionedThroughputExceeded"
            | "TransactionInProgress"
            | "PriorRequestNotComplete"
            | "EC2Throttled"
            | "SlowDown"
            | "rate_limit_error"
            | "rate_limit_exceeded" => Self::Throttling,
            "TooManyTags" => Self::TooManyTags,
            "UnknownOperation" => Self::UnknownOperation,
            "UnrecognizedClient" | "InvalidClientTokenId" | "authentication_error" | "invalid_api_key" => {
                Self::UnrecognizedClient
            }
            "Validation"
            | "ValidationError"
            | "invalid_request_error"
            | "context_length_exceeded"
            | "request_too_large" => Self::Validation,
            _ => Self::Other,
        }
    }

    /// What a status means where the answer names no code.
    fn from_status(status: StatusCode) -> Self {
        match status {
            // An API key that is not known is answered so, without a code.
            StatusCode::FORBIDDEN => Self::AccessDenied,
            StatusCode::TOO_MANY_REQUESTS => Self::Throttling,
            StatusCode::INTERNAL_SERVER_ERROR => Self::InternalServer,
            StatusCode::SERVICE_UNAVAILABLE => Self::ServiceUnavailable,
            _ => Self::Other,
        }
    }

    /// The status that the service model gives an exception; inside a stream none travels with it.
    fn modelled_status(self) -> StatusCode {
        match self {
            Self::AccessDenied | Self::ExpiredToken | Self::InvalidSignature | Self::UnrecognizedClient => {
                StatusCode::FORBIDDEN
            }
            Self::InternalServer => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ModelError | Self::ModelStreamError => StatusCode::FAILED_DEPENDENCY,
            Self::ModelNotReady | Self::Throttling => StatusCode::TOO_MANY_REQUESTS,
            Self::ModelTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::ResourceNotFound | Self::UnknownOperation => StatusCode::NOT_FOUND,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Conflict | Self::ServiceQuotaExceeded | Self::TooManyTags | Self::Validation => {
                StatusCode::BAD_REQUEST
            }
            Self::Other => StatusCode::OK,
        }
    }
}

impl ServiceError {
    /// Reads the error that a response is: any response whose status is not 2xx.
    ///
    /// The code decides, not the status. It is the first of these that is there:
    ///
    /// 1. the header `x-amzn-errortype`;
    /// 2. in a body in JSON, `__type`, `code`, `error.code` or `error.type`;
    /// 3. in a body in XML, `Code`, or an element that is named like the code: `<UnknownOperationException/>`.
    #[must_use]
    pub fn from_response(head: &http::response::Parts, body: &[u8]) -> Self {
        let said = ErrorBody::read(body);
        let code = head
            .headers
            .get("x-amzn-errortype")
            .and_then(|v| v.to_str().ok())
            .and_then(bare_code)
            .or_else(|| said.code());
        let kind = code.map_or_else(|| ServiceErrorKind::from_status(head.status), ServiceErrorKind::from_code);
        let mut error = Self::new(kind, code, &said, head.status, body);
        error.0.retry_after = retry_after(head);
        error.0.context.request_id = said.request_id().map(Into::into);
        error.0.context.note(head);
        error
    }

    /// Reads the error that a frame is: `exception_type` is its `:exception-type`, in lowerCamel.
    pub(crate) fn from_exception(exception_type: &str, payload: &[u8]) -> Self {
        let said = ErrorBody::read(payload);
        let code = bare_code(exception_type).map(|code| {
            let mut chars = code.chars();
            chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
        });
        let kind = code.as_deref().map_or(ServiceErrorKind::Other, ServiceErrorKind::from_code);
        let mut error = Self::new(kind, code.as_deref(), &said, kind.modelled_status(), payload);
        error.0.in_stream = true;
        error
    }

    /// Reads the error that a frame with `:message-type: error` is.
    pub(crate) fn from_error_frame(code: Option<&str>, message: Option<&str>) -> Self {
        let code = code.and_then(bare_code);
        let kind = code.map_or(ServiceErrorKind::Other, ServiceErrorKind::from_code);
        let mut error = Self::new(kind, code, &ErrorBody::read(&[]), kind.modelled_status(), &[]);
        error.0.message = message.map(discreet);
        error.0.in_stream = true;
        error
    }

    fn new(kind: ServiceErrorKind, code: Option<&str>, said: &ErrorBody, status: StatusCode, body: &[u8]) -> Self {
        Self(Box::new(Inner {
            kind,
            code: code.map(Into::into),
            message: said.message().map(discreet),
            status,
            details: Details {
                original_status: said
                    .member("originalStatusCode")
                    .and_then(Value::as_u64)
                    .and_then(|status| u16::try_from(status).ok()),
                original_message: said.text("originalMessage").map(discreet),
                resource_name: said.text("resourceName").map(discreet),
            },
            retry_after: None,
            in_stream: false,
            clock_skew: None,
            signature_age: None,
            signature: None,
            body: Excerpt::of(body),
            context: Context::default(),
        }))
    }

    pub(super) fn context(&self) -> &Context {
        &self.0.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.0.context
    }

    /// Whether the signature was refused, be it for the time it names.
    #[cfg(feature = "client")]
    pub(crate) fn is_signature_refused(&self) -> bool {
        const CODES: [&str; 5] = [
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "RequestTimeTooSkewed",
            "RequestExpired",
            "RequestInTheFuture",
        ];
        self.code().is_some_and(|code| CODES.contains(&code))
    }

    /// Returns whether the service says that the signature's time is wrong.
    #[cfg(feature = "client")]
    pub(crate) fn is_about_time(&self) -> bool {
        const CODES: [&str; 3] = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];
        self.code().is_some_and(|code| CODES.contains(&code))
            || self.message().is_some_and(|message| {
                message.starts_with("Signature expired") || message.starts_with("Signature not yet current")
            })
    }

    /// Whether the session token was refused, as expired or unknown. Such a request does nothing, and is not billed.
    #[cfg(feature = "client")]
    pub(crate) fn is_token_refused(&self) -> bool {
        const CODES: [&str; 6] = [
            "ExpiredToken",
            "ExpiredTokenException",
            "UnrecognizedClient",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidClientTokenIdException",
        ];
        const MESSAGE: &str = "security token included in the request is ";
        let says_so = |text: &str| {
            let rest = text.split_once(MESSAGE).map_or("", |(_, rest)| rest);
            rest.starts_with("expired") || rest.starts_with("invalid")
        };
        self.code().is_some_and(|code| CODES.contains(&code))
            || (self.status().is_client_error() && self.message().is_some_and(says_so))
    }

    /// The same error, knowing that the clock was wrong by this much; zero if a wrong correction of the clock was dropped.
    #[cfg(any(feature = "client", test))]
    #[must_use]
    pub(crate) fn with_clock_skew(mut self, skew: TimeDelta) -> Self {
        self.0.clock_skew = Some(skew);
        self
    }

    /// The same error, knowing that the signature was so old when it was looked at.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_signature_age(mut self, age: TimeDelta) -> Self {
        self.0.signature_age = Some(age);
        self
    }

    /// Whether the signature was refused for its time, and a new one may not be.
    pub(crate) fn is_refused_for_time(&self) -> bool {
        self.0.clock_skew.is_some() || self.0.signature_age.is_some()
    }

    /// The same error, knowing what was signed; the texts hold no secret.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_signed(mut self, canonical_request: String, string_to_sign: String) -> Self {
        let message = self.0.message.as_deref().unwrap_or_default();
        self.0.signature = Some(Box::new(SignatureMismatch::new(canonical_request, string_to_sign, message)));
        self
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ServiceErrorKind {
        self.0.kind
    }

    /// AWS's own word for it, such as `ThrottlingException`; `None` where the answer names none.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// AWS's sentence about it, where there is one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The HTTP status; for an exception inside a stream the one its kind has as a response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The request id (`x-amzn-requestid`): quote it when you ask AWS for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.context.request_id.as_deref()
    }

    /// Returns how long the service asks to wait.
    ///
    /// The wait is that of the header `x-amz-retry-after`, in milliseconds, or else of `retry-after`, in seconds or as an HTTP date.
    /// A date is compared with the response's `Date`; without one, with the time at which the client received the response. A date
    /// in the past is zero.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The status that the model behind Bedrock gave (`originalStatusCode` of model errors).
    #[must_use]
    pub fn original_status(&self) -> Option<u16> {
        self.0.details.original_status
    }

    /// What the model behind Bedrock said (`originalMessage` of stream errors).
    #[must_use]
    pub fn original_message(&self) -> Option<&str> {
        self.0.details.original_message.as_deref()
    }

    /// The resource that failed (`resourceName` of model errors).
    #[must_use]
    pub fn resource_name(&self) -> Option<&str> {
        self.0.details.resource_name.as_deref()
    }

    /// Whether it came as a frame of a stream, after a 200.
    #[must_use]
    pub fn in_stream(&self) -> bool {
        self.0.in_stream
    }

    /// How far the service's clock is ahead of this machine's, where that is why the signature was refused.
    ///
    /// The client has taken note of it, and signs by the service's clock from now on. Zero if the signature was made with a skew
    /// that turned out to be wrong: the client has dropped it, and signs by this machine's clock again.
    #[must_use]
    pub fn clock_skew(&self) -> Option<TimeDelta> {
        self.0.clock_skew
    }

    /// What was signed, and what the service says should have been, where it refused the signature (`InvalidSignatureException`,
    /// `SignatureDoesNotMatch` and those about its time). Only a client knows what it signed.
    #[must_use]
    pub fn signature_mismatch(&self) -> Option<&SignatureMismatch> {
        self.0.signature.as_deref()
    }

    /// The first 4,096 bytes of the body, as they came but for a session token.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Whether the conversation is too long for the model: what was sent, or that and the tokens that were asked for, do not fit into its
    /// context window. A shorter conversation may succeed.
    ///
    /// There is no code for it. The wordings of Bedrock and of the models' families are known; "Too many tokens, please wait" is
    /// throttling and is not among them.
    #[must_use]
    pub fn is_context_overflow(&self) -> bool {
        let texts = [self.code(), self.message(), self.original_message()];
        !self.is_throttling() && texts.into_iter().flatten().any(overflow::is_said)
    }

    /// Whether the service asks to slow down.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        self.0.kind == ServiceErrorKind::Throttling
            || (self.0.kind == ServiceErrorKind::Other && self.0.status == StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the same request may succeed when it is sent again.
    ///
    /// `ModelStreamError` is retryable, as AWS's service model says. The client retries it only if it is the first frame
    /// of a stream: after an event, what was generated is billed, and retrying is the caller's decision.
    /// `ModelTimeout` is not among them: what was generated until then is paid for, and paid again when it is sent again.
    /// A refused signature is, where the clock was wrong and has been put right, or where it had grown old on the way.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ServiceErrorKind::{
            InternalServer, ModelNotReady, ModelStreamError, Other, ServiceUnavailable, Throttling,
        };
        match self.0.kind {
            Throttling | ModelNotReady | ModelStreamError | InternalServer | ServiceUnavailable => true,
            Other => {
                matches!(self.0.status.as_u16(), 429 | 500 | 502 | 503 | 504)
                    || matches!(self.code(), Some("RequestTimeout" | "RequestTimeoutException"))
            }
            _ => self.is_refused_for_time(),
        }
    }
}

/// One line of at most 1 KiB: code, status and message. Of a response without a message it has the first bytes of the body.
/// [`message`](ServiceError::message) has the whole message.
impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The longest code that is printed, in bytes.
        const CODE: usize = 128;
        /// The longest message that is printed, in bytes.
        const MESSAGE: usize = 640;
        let mut text = Line::new(line::PART);
        let status = self.0.status.as_u16();
        match (self.code(), self.0.in_stream) {
            (Some(code), true) => {
                text.say_at_most(CODE, code);
                text.say(" (in the stream)");
            }
            (Some(code), false) => {
                text.say_at_most(CODE, code);
                text.say(format_args!(" ({status})"));
            }
            (None, true) => text.say("an error in the stream"),
            (None, false) => text.say(format_args!("HTTP {status}")),
        }
        if let Some(message) = self.message() {
            // The service repeats what it signed, line by line: the verdict says where it differs.
            let message = match &self.0.signature {
                Some(_) => message.lines().next().unwrap_or_default().trim_end_matches('.'),
                None => message,
            };
            text.say(": ");
            text.say_at_most(MESSAGE, message);
        } else if let Some(start) = self.start_of_body() {
            text.say(format_args!(": the response begins with {start}"));
        }
        if let Some(verdict) = self.0.signature.as_ref().and_then(|signature| signature.verdict()) {
            text.say(format_args!("; {verdict}"));
        }
        match (self.0.clock_skew, self.0.signature_age) {
            (Some(skew), _) if skew.is_zero() => text.say("; signed with a clock correction that is dropped now"),
            (Some(skew), _) => text.say(format_args!("; this machine's clock is {} s off", skew.num_seconds().abs())),
            (None, Some(age)) => {
                text.say(format_args!("; it was answered {} s after the signature", age.num_seconds()));
            }
            (None, None) => {}
        }
        line::print(f, text.as_str())
    }
}

impl ServiceError {
    /// The first bytes of a body that has no message, unless they say nothing.
    fn start_of_body(&self) -> Option<String> {
        const SHOWN: usize = 200;
        let body = String::from_utf8_lossy(&self.0.body);
        // An element that is named like the code has been said.
        let said_by_code = ErrorBody::read(&self.0.body).is_xml();
        let start = Line::of(body.trim(), SHOWN);
        let says_nothing = matches!(start.as_str(), "" | "{}" | "null" | "[]");
        (!says_nothing && !said_by_code).then(|| start.as_str().to_owned())
    }
}

impl Redact for ServiceError {
    fn redact(&mut self, secrets: &Secrets) {
        let inner = &mut *self.0;
        inner.code.redact(secrets);
        inner.message.redact(secrets);
        inner.details.original_message.redact(secrets);
        inner.details.resource_name.redact(secrets);
        inner.body.redact(secrets);
        inner.context.redact(secrets);
        if let Some(signature) = &mut inner.signature {
            signature.redact(secrets);
        }
    }
}

impl StdError for ServiceError {}

/// What is kept of a text.
fn discreet(text: &str) -> Box<str> {
    String::from_utf8_lossy(&without_secrets(text.as_bytes())).into()
}
