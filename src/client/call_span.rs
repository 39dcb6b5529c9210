//! [`CallSpan`]: the tracing span of a call (feature `tracing`). Does nothing without the feature.
//!
//! The span records operation, model, attempt, status and request ID. It never records headers or
//! bodies.

use std::future::Future;

use http::response::Parts;

use crate::error::Error;
use crate::operation::Operation;

#[cfg(feature = "tracing")]
pub(super) struct CallSpan(tracing::Span);

#[cfg(not(feature = "tracing"))]
pub(super) struct CallSpan;

#[cfg(feature = "tracing")]
impl CallSpan {
    pub(super) fn new<O: Operation>(operation: &O) -> Self {
        use tracing::field::Empty;
        Self(tracing::info_span!(
            "bedrock",
            operation = operation.name(),
            model = operation.model_id(),
            attempt = Empty,
            status = Empty,
            request_id = Empty,
        ))
    }

    pub(super) fn attempt(&self, attempt: u32) {
        self.0.record("attempt", attempt);
    }

    pub(super) fn head(&self, head: &Parts) {
        self.0.record("status", head.status.as_u16());
        if let Some(id) = crate::error::request_id(&head.headers) {
            self.0.record("request_id", id);
        }
    }

    /// Records the kind of failure only. The text of an error can repeat a part of the request.
    pub(super) fn failed(&self, error: &Error) {
        let code = match error {
            Error::Service(error) => error.code().unwrap_or("a service error"),
            Error::Transport(_) => "a transport error",
            Error::Stream(_) => "a stream error",
            _ => "an error",
        };
        tracing::debug!(parent: &self.0, code, retryable = error.is_retryable(), "the attempt failed");
    }

    pub(super) fn around<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(call, self.0.clone())
    }
}

#[cfg(not(feature = "tracing"))]
#[expect(clippy::unused_self, reason = "same signatures as with the feature tracing")]
impl CallSpan {
    pub(super) fn new<O: Operation>(_operation: &O) -> Self {
        Self
    }

    pub(super) fn attempt(&self, _attempt: u32) {}

    pub(super) fn head(&self, _head: &Parts) {}

    pub(super) fn failed(&self, _error: &Error) {}

    pub(super) fn around<F: Future>(&self, call: F) -> F {
        call
    }
}
