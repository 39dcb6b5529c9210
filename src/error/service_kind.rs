//! [`ServiceErrorKind`]: the kinds of errors that Bedrock returns.

use http::StatusCode;

/// The kinds of [`ServiceError`](super::ServiceError). The names are those of AWS, without
/// `Exception`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceErrorKind {
    /// The credentials do not allow the action, or the model is not enabled for the account.
    AccessDenied,
    /// Another request is changing the same resource.
    Conflict,
    /// The credentials have expired.
    ExpiredToken,
    /// Bedrock had an internal error.
    InternalServer,
    /// The signature does not match the request, or its time is wrong.
    InvalidSignature,
    /// The model failed to process this request.
    ModelError,
    /// The model is still being loaded.
    ModelNotReady,
    /// The model failed during a stream.
    ModelStreamError,
    /// The model did not respond in time.
    ModelTimeout,
    /// The model or the resource does not exist in this region.
    ResourceNotFound,
    /// A quota of the account is exhausted.
    ServiceQuotaExceeded,
    /// Bedrock, or capacity for the model, is temporarily unavailable.
    ServiceUnavailable,
    /// Too many requests, or too many tokens per minute.
    Throttling,
    /// The resource would exceed its maximum number of tags.
    TooManyTags,
    /// AWS has no operation at this path. The endpoint probably belongs to a different service.
    UnknownOperation,
    /// AWS does not recognize the access key ID or the session token.
    UnrecognizedClient,
    /// The request violates a constraint of the API or of the model.
    Validation,
    /// The code is not one of the other kinds: see
    /// [`ServiceError::code`](super::ServiceError::code).
    Other,
}

impl ServiceErrorKind {
    /// Returns the kind of a code of AWS, Anthropic or `OpenAI`.
    pub(super) fn from_code(code: &str) -> Self {
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

    /// Returns the kind of a status, for a response without a code.
    pub(super) fn from_status(status: StatusCode) -> Self {
        match status {
            // Bedrock rejects an unknown API key with 403 and no code.
            StatusCode::FORBIDDEN => Self::AccessDenied,
            StatusCode::TOO_MANY_REQUESTS => Self::Throttling,
            StatusCode::INTERNAL_SERVER_ERROR => Self::InternalServer,
            StatusCode::SERVICE_UNAVAILABLE => Self::ServiceUnavailable,
            _ => Self::Other,
        }
    }

    /// Returns the status of an exception in the service model. Exceptions in a stream have no
    /// status of their own.
    pub(super) fn modelled_status(self) -> StatusCode {
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
