//! [`ServiceError`]: an error that Bedrock returned, in a response or in a frame of a stream.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::Value;

use super::line::{self, Line};
use super::retry_after::retry_after;
use super::service_body::{ErrorBody, bare_code};
use super::{Context, Excerpt, Redact, Secrets, ServiceErrorKind, SignatureMismatch, overflow, without_secrets};

/// An error that Bedrock returned.
///
/// [Troubleshooting Amazon Bedrock API error codes][codes] describes each code and what to do about
/// it.
///
/// [codes]:
/// https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
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
    /// The time between the signature and its refusal, if the signature was too old on arrival.
    signature_age: Option<TimeDelta>,
    signature: Option<Box<SignatureMismatch>>,
    body: Excerpt,
    context: Context,
}

/// Members of some exceptions in addition to the message.
#[derive(Debug, Clone, Default)]
struct Details {
    original_status: Option<u16>,
    original_message: Option<Box<str>>,
    resource_name: Option<Box<str>>,
}

impl ServiceError {
    /// Reads the error from any response whose status is not 2xx. Tests can create errors with it.
    ///
    /// The code decides the kind, not the status. It is the first of these that is present:
    ///
    /// 1. the header `x-amzn-errortype`;
    /// 2. in a JSON body, `__type`, `code`, `error.code` or `error.type`;
    /// 3. in an XML body, `Code`, or an element that is named like the code:
    ///    `<UnknownOperationException/>`.
    ///
    /// ```
    /// use bedrock_lite::{ServiceError, ServiceErrorKind};
    ///
    /// let (head, ()) = http::Response::builder()
    ///     .status(429)
    ///     .header("x-amzn-errortype", "ThrottlingException")
    ///     .body(())?
    ///     .into_parts();
    /// let error = ServiceError::from_response(&head, br#"{"message":"slow down"}"#);
    /// assert_eq!(error.kind(), ServiceErrorKind::Throttling);
    /// assert_eq!(error.message(), Some("slow down"));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn from_response(head: &http::response::Parts, body: &[u8]) -> Self {
        let parsed = ErrorBody::read(body);
        let code = head
            .headers
            .get("x-amzn-errortype")
            .and_then(|v| v.to_str().ok())
            .and_then(bare_code)
            .or_else(|| parsed.code());
        let kind = code.map_or_else(|| ServiceErrorKind::from_status(head.status), ServiceErrorKind::from_code);
        let mut error = Self::new(kind, code, &parsed, head.status, body);
        error.0.retry_after = retry_after(head);
        error.0.context.request_id = parsed.request_id().map(Into::into);
        error.0.context.note(head);
        error
    }

    /// Reads the error from an exception frame. `exception_type` is its `:exception-type`, in
    /// lowerCamel.
    ///
    /// Tests can create the error of an exception in a stream with it.
    ///
    /// ```
    /// use bedrock_lite::{ServiceError, ServiceErrorKind};
    ///
    /// let payload = br#"{"message":"slow down"}"#;
    /// let error = ServiceError::from_exception("throttlingException", payload);
    /// assert_eq!(error.kind(), ServiceErrorKind::Throttling);
    /// assert!(error.in_stream());
    /// ```
    #[must_use]
    pub fn from_exception(exception_type: &str, payload: &[u8]) -> Self {
        let parsed = ErrorBody::read(payload);
        let code = bare_code(exception_type).map(|code| {
            let mut chars = code.chars();
            chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
        });
        let kind = code.as_deref().map_or(ServiceErrorKind::Other, ServiceErrorKind::from_code);
        let mut error = Self::new(kind, code.as_deref(), &parsed, kind.modelled_status(), payload);
        error.0.in_stream = true;
        error
    }

    /// Reads the error from a frame with `:message-type: error`.
    pub(crate) fn from_error_frame(code: Option<&str>, message: Option<&str>) -> Self {
        let code = code.and_then(bare_code);
        let kind = code.map_or(ServiceErrorKind::Other, ServiceErrorKind::from_code);
        let mut error = Self::new(kind, code, &ErrorBody::read(&[]), kind.modelled_status(), &[]);
        error.0.message = message.map(stored);
        error.0.in_stream = true;
        error
    }

    fn new(kind: ServiceErrorKind, code: Option<&str>, parsed: &ErrorBody, status: StatusCode, body: &[u8]) -> Self {
        Self(Box::new(Inner {
            kind,
            code: code.map(Into::into),
            message: parsed.message().map(stored),
            status,
            details: Details {
                original_status: parsed
                    .member("originalStatusCode")
                    .and_then(Value::as_u64)
                    .and_then(|status| u16::try_from(status).ok()),
                original_message: parsed.text("originalMessage").map(stored),
                resource_name: parsed.text("resourceName").map(stored),
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

    /// Returns whether the signature was refused, for any reason.
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

    /// Returns whether the service says that the time of the signature is wrong.
    #[cfg(feature = "client")]
    pub(crate) fn is_about_time(&self) -> bool {
        const CODES: [&str; 3] = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];
        self.code().is_some_and(|code| CODES.contains(&code))
            || self.message().is_some_and(|message| {
                message.starts_with("Signature expired") || message.starts_with("Signature not yet current")
            })
    }

    /// Returns whether the session token was refused, as expired or unknown. Such a request has no
    /// effect and is not billed.
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

    /// Sets the clock skew: how far the clock was off, or zero if a wrong correction was dropped.
    #[cfg(any(feature = "client", test))]
    #[must_use]
    pub(crate) fn with_clock_skew(mut self, skew: TimeDelta) -> Self {
        self.0.clock_skew = Some(skew);
        self
    }

    /// Sets the age that the signature had when the service checked it.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_signature_age(mut self, age: TimeDelta) -> Self {
        self.0.signature_age = Some(age);
        self
    }

    /// Returns whether the signature was refused for its time, and a new one may be accepted.
    pub(crate) fn is_refused_for_time(&self) -> bool {
        self.0.clock_skew.is_some() || self.0.signature_age.is_some()
    }

    /// Sets what was signed. The texts must not contain secrets.
    #[cfg(feature = "client")]
    #[must_use]
    pub(crate) fn with_signed(mut self, canonical_request: String, string_to_sign: String) -> Self {
        let message = self.0.message.as_deref().unwrap_or_default();
        self.0.signature = Some(Box::new(SignatureMismatch::new(canonical_request, string_to_sign, message)));
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ServiceErrorKind {
        self.0.kind
    }

    /// Returns the code of the service, such as `ThrottlingException`. Returns `None` if the
    /// response has none.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the message of the service, if the response has one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Returns the HTTP status. For an exception in a stream, this is the status that the service
    /// model gives it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the request ID (`x-amzn-requestid`), if the response has one. AWS support asks for
    /// it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.context.request_id.as_deref()
    }

    /// Returns how long the service asks the client to wait, if it does.
    ///
    /// This is the header `x-amz-retry-after` in milliseconds, else `retry-after` in seconds or as
    /// an HTTP date. A date is compared with the response's `Date` header. Without one, it is
    /// compared with the time at which the client received the response. A date in the past is
    /// zero.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the status of the model behind Bedrock (`originalStatusCode` of model errors).
    #[must_use]
    pub fn original_status(&self) -> Option<u16> {
        self.0.details.original_status
    }

    /// Returns the message of the model behind Bedrock (`originalMessage` of stream errors).
    #[must_use]
    pub fn original_message(&self) -> Option<&str> {
        self.0.details.original_message.as_deref()
    }

    /// Returns the resource that failed (`resourceName` of model errors).
    #[must_use]
    pub fn resource_name(&self) -> Option<&str> {
        self.0.details.resource_name.as_deref()
    }

    /// Returns whether the error is an exception in a stream, after a status of 200.
    #[must_use]
    pub fn in_stream(&self) -> bool {
        self.0.in_stream
    }

    /// Returns how far the service's clock is ahead of this machine's, if the signature was refused
    /// for that reason.
    ///
    /// The client signs by the service's clock from then on. Zero means that the signature was made
    /// with a wrong correction. The client has dropped the correction and signs by this machine's
    /// clock again.
    #[must_use]
    pub fn clock_skew(&self) -> Option<TimeDelta> {
        self.0.clock_skew
    }

    /// Returns what was signed and what the service expected, if a client sent the request and its
    /// signature was refused.
    ///
    /// The codes are `InvalidSignatureException`, `SignatureDoesNotMatch` and those about the time
    /// of the signature.
    #[must_use]
    pub fn signature_mismatch(&self) -> Option<&SignatureMismatch> {
        self.0.signature.as_deref()
    }

    /// Returns the first 4,096 bytes of the body. Session tokens and API keys are redacted.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns whether the conversation is too long for the model: the input, or the input plus
    /// `max_tokens`, exceeds its context window. A shorter conversation may succeed.
    ///
    /// There is no error code for it. It is recognized by the known messages of Bedrock and of the
    /// model families. "Too many tokens, please wait" is throttling, not an overflow.
    #[must_use]
    pub fn is_context_overflow(&self) -> bool {
        let texts = [self.code(), self.message(), self.original_message()];
        !self.is_throttling() && texts.into_iter().flatten().any(overflow::is_overflow)
    }

    /// Returns whether the service throttled the request.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        self.0.kind == ServiceErrorKind::Throttling
            || (self.0.kind == ServiceErrorKind::Other && self.0.status == StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether a retry of the same request may succeed.
    ///
    /// - `ModelStreamError` is retryable, as in AWS's service model. The client retries it only if
    ///   it is the first frame of a stream. After an event, the generated tokens are billed, and
    ///   the caller decides.
    /// - `ModelTimeout` is not retryable, because the tokens generated so far would be billed
    ///   twice.
    /// - A refused signature is retryable if the clock skew was corrected, or if the signature had
    ///   become too old before it arrived.
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

/// Prints one line of at most 1 KiB: code, status and message, or the first bytes of the body if
/// there is no message. [`message`](ServiceError::message) returns the whole message.
impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The maximum length of the code, in bytes.
        const CODE: usize = 128;
        /// The maximum length of the message, in bytes.
        const MESSAGE: usize = 640;
        let mut text = Line::new(line::PART);
        let status = self.0.status.as_u16();
        match (self.code(), self.0.in_stream) {
            (Some(code), true) => {
                text.append_at_most(CODE, code);
                text.append(" (in the stream)");
            }
            (Some(code), false) => {
                text.append_at_most(CODE, code);
                text.append(format_args!(" ({status})"));
            }
            (None, true) => text.append("an error in the stream"),
            (None, false) => text.append(format_args!("HTTP {status}")),
        }
        if let Some(message) = self.message() {
            // The message repeats every line that was signed. The verdict names the line that
            // differs.
            let message = match &self.0.signature {
                Some(_) => message.lines().next().unwrap_or_default().trim_end_matches('.'),
                None => message,
            };
            text.append(": ");
            text.append_at_most(MESSAGE, message);
        } else if let Some(start) = self.start_of_body() {
            text.append(format_args!(": the response starts with {start}"));
        }
        if let Some(verdict) = self.0.signature.as_ref().and_then(|signature| signature.verdict()) {
            text.append(format_args!("; {verdict}"));
        }
        match (self.0.clock_skew, self.0.signature_age) {
            (Some(skew), _) if skew.is_zero() => {
                text.append("; the request was signed with a wrong clock correction, which is now dropped");
            }
            (Some(skew), _) => {
                text.append(format_args!("; this machine's clock is {} s off", skew.num_seconds().abs()));
            }
            (None, Some(age)) => {
                text.append(format_args!("; the response arrived {} s after the signature", age.num_seconds()));
            }
            (None, None) => {}
        }
        line::print(f, text.as_str())
    }
}

impl ServiceError {
    /// Returns the first bytes of a body without a message, unless they have no information.
    fn start_of_body(&self) -> Option<String> {
        const SHOWN: usize = 200;
        let body = String::from_utf8_lossy(&self.0.body);
        // The code is already printed if the body is an XML element that is named like it.
        let printed_as_code = ErrorBody::read(&self.0.body).is_xml();
        let start = Line::of(body.trim(), SHOWN);
        let is_empty = matches!(start.as_str(), "" | "{}" | "null" | "[]");
        (!is_empty && !printed_as_code).then(|| start.as_str().to_owned())
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

/// Returns the text to store.
fn stored(text: &str) -> Box<str> {
    String::from_utf8_lossy(&without_secrets(text.as_bytes())).into()
}
