//! The response of `InvokeModel`.

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::headers::{LATENCY, SERVICE_TIER, text};
use crate::error::{DecodeError, Error};
use crate::metadata::{ResponseMetadata, detached};
use crate::operation::FromResponse;
use crate::runtime::{PerformanceConfigLatency, ServiceTierType};
use crate::shape::{Blob, from_json};

/// The response of `InvokeModel`, in the native format of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct InvokeModelResponse {
    /// The body of the response, in the model's native format.
    pub body: Blob,
    /// The media type of the body. Empty if the response has no `Content-Type`.
    pub content_type: String,
    /// Whether the model ran optimized for latency.
    pub performance_config_latency: Option<PerformanceConfigLatency>,
    /// The service tier that processed the request.
    pub service_tier: Option<ServiceTierType>,
    metadata: ResponseMetadata,
}

impl InvokeModelResponse {
    /// Returns the metadata of the response: request ID, headers, attempts, latency.
    #[must_use]
    pub fn metadata(&self) -> &ResponseMetadata {
        &self.metadata
    }

    /// Reads the body as JSON into a custom type, or into a [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body is not JSON or does not fit the type. The error
    /// contains the path of the member that does not fit, the request ID and the status.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let call = &self.metadata;
        read_json(&self.body)
            .map_err(|error| call.clean(error.with_call(call.status(), call.request_id(), call.attempts()).into()))
    }
}

impl FromResponse for InvokeModelResponse {
    fn from_response(response: Response<Bytes>) -> Result<Self, Error> {
        let (head, body) = response.into_parts();
        Ok(Self {
            body: detached(body).into(),
            content_type: text(&head.headers, &CONTENT_TYPE).unwrap_or_default().to_owned(),
            performance_config_latency: text(&head.headers, &LATENCY).map(Into::into),
            service_tier: text(&head.headers, &SERVICE_TIER).map(Into::into),
            metadata: ResponseMetadata::knowing(head),
        })
    }
}

/// Reads JSON in the native format of a model.
pub(super) fn read_json<T: DeserializeOwned>(body: impl AsRef<[u8]>) -> Result<T, DecodeError> {
    let body = body.as_ref();
    from_json(body).map_err(|error| DecodeError::new("body of the model", body, error))
}
