//! The requests of `InvokeModel` and `InvokeModelWithResponseStream`.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html>

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use http::{Method, Request};
use serde::Serialize;

use super::headers::{
    GUARDRAIL_IDENTIFIER, GUARDRAIL_VERSION, LATENCY, PROJECT_IDENTIFIER, REQUEST_METADATA, SERVICE_TIER,
    STREAM_ACCEPT, TRACE,
};
use crate::endpoint::{Endpoint, Service};
use crate::error::{ConfigError, ConfigErrorKind, Error};
use crate::operation::{HttpRequest, Operation};
use crate::runtime::{
    InvokeModelResponse, InvokeModelWithResponseStreamDecoder, PerformanceConfigLatency, ServiceTierType, Trace,
};
use crate::shape::{Blob, structure};

/// Declares one of the two requests. Their members are the same.
macro_rules! invoke_model_request {
    ($(#[$meta:meta])* $name:ident) => {
        structure! {
            $(#[$meta])*
            pub struct $name path {
                /// The model: a model ID, the ID of an inference profile, or an ARN. 1 to 2,048
                /// characters.
                model_id = "modelId",
            } {
                /// The request in the model's native format. At most 25,000,000 bytes. It is sent
                /// as it is, without base64.
                body: Blob = "body",
            } optional {
                /// The media type of the body. Defaults to `application/json`.
                content_type: option String = "contentType",
                /// The media type that the response should have. Defaults to `application/json`.
                accept: option String = "accept",
                /// Whether the response contains the trace of the guardrail. Defaults to no trace.
                trace: option Trace = "trace",
                /// The guardrail that checks the request and the response: an ID or an ARN.
                /// Requires `guardrail_version`.
                guardrail_identifier: option String = "guardrailIdentifier",
                /// The version of the guardrail: a number or `DRAFT`.
                guardrail_version: option String = "guardrailVersion",
                /// Whether the model runs optimized for latency.
                performance_config_latency: option PerformanceConfigLatency = "performanceConfigLatency",
                /// The service tier that processes the request.
                service_tier: option ServiceTierType = "serviceTier",
                /// Key-value pairs for the invocation log, as the text of a JSON object.
                request_metadata: option String = "requestMetadata",
                /// The project that the request is billed to: an ID or an ARN, 1 to 2,048
                /// characters.
                project_identifier: option String = "projectIdentifier",
            } sensitive { request_metadata }
        }

        impl $name {
            /// Creates a request whose body is `body` serialized as JSON.
            ///
            /// # Errors
            ///
            /// Returns [`Error::Config`] if the value cannot be serialized as JSON.
            pub fn json<T: Serialize + ?Sized>(model_id: impl Into<String>, body: &T) -> Result<Self, Error> {
                let body = serde_json::to_vec(body).map_err(|error| {
                    ConfigError::new(ConfigErrorKind::InvalidBody, "the body cannot be written as JSON").with_source(error)
                })?;
                Ok(Self::new(model_id, body))
            }

            fn to_http(&self, template: &str, accept: HeaderName, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
                let json = Some("application/json");
                HttpRequest::new(Method::POST, template)
                    .path_parameter("modelId", &self.model_id)
                    .header(CONTENT_TYPE, self.content_type.as_deref().or(json))
                    .header(accept, self.accept.as_deref().or(json))
                    .header(TRACE, self.trace.as_ref().map(Trace::as_str))
                    .header(GUARDRAIL_IDENTIFIER, self.guardrail_identifier.as_deref())
                    .header(GUARDRAIL_VERSION, self.guardrail_version.as_deref())
                    .header(LATENCY, self.performance_config_latency.as_ref().map(PerformanceConfigLatency::as_str))
                    .header(SERVICE_TIER, self.service_tier.as_ref().map(ServiceTierType::as_str))
                    .header(REQUEST_METADATA, self.request_metadata.as_deref())
                    .header(PROJECT_IDENTIFIER, self.project_identifier.as_deref())
                    .body(self.body.clone().into_bytes())
                    .build(endpoint)
            }
        }
    };
}

invoke_model_request! {
    /// A request in the native format of a model.
    ///
    /// [`new`](Self::new) takes the body as bytes, [`json`](Self::json) takes a value that
    /// serializes as JSON.
    ///
    /// ```
    /// use bedrock_lite::InvokeModelRequest;
    /// use serde_json::json;
    ///
    /// let body = json!({
    ///     "inputText": "Hello",
    ///     "textGenerationConfig": {"maxTokenCount": 100},
    /// });
    /// let request =
    ///     InvokeModelRequest::json("amazon.titan-text-express-v1", &body)?;
    ///
    /// let bytes = body.to_string().into_bytes();
    /// assert_eq!(
    ///     InvokeModelRequest::new("amazon.titan-text-express-v1", bytes),
    ///     request
    /// );
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    InvokeModelRequest
}

invoke_model_request! {
    /// A request in the native format of a model, for a response in chunks.
    ///
    /// It has the same members as an [`InvokeModelRequest`], which can be streamed as well.
    InvokeModelWithResponseStreamRequest
}

impl Operation for InvokeModelRequest {
    type Output = InvokeModelResponse;

    fn name(&self) -> &'static str {
        "InvokeModel"
    }

    fn service(&self) -> Service {
        Service::BedrockRuntime
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        self.to_http("/model/{modelId}/invoke", ACCEPT, endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(&self.model_id)
    }
}

mod sealed {
    use bytes::Bytes;
    use http::Request;

    use crate::endpoint::Endpoint;
    use crate::error::Error;

    pub trait Sealed {
        /// Writes the request of `InvokeModelWithResponseStream`.
        fn to_streamed(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error>;
    }
}

/// A request that can be sent as `InvokeModelWithResponseStream`: an [`InvokeModelRequest`] or an
/// [`InvokeModelWithResponseStreamRequest`].
pub trait ToInvokeModelWithResponseStream: sealed::Sealed + Sync {
    #[doc(hidden)]
    fn model_id(&self) -> &str;
}

/// Makes a request one that can be streamed.
macro_rules! to_stream {
    ($($name:ident)+) => {$(
        impl sealed::Sealed for $name {
            fn to_streamed(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
                self.to_http("/model/{modelId}/invoke-with-response-stream", STREAM_ACCEPT, endpoint)
            }
        }

        impl ToInvokeModelWithResponseStream for $name {
            fn model_id(&self) -> &str {
                &self.model_id
            }
        }
    )+};
}

to_stream!(InvokeModelRequest InvokeModelWithResponseStreamRequest);

/// A request as the operation `InvokeModelWithResponseStream`.
///
/// [`Client::invoke_model_with_response_stream`] does this conversion itself. Programs that drive
/// the operation without a client use it to stream an [`InvokeModelRequest`].
///
/// [`Client::invoke_model_with_response_stream`]: https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.Client.html#method.invoke_model_with_response_stream
#[derive(Debug)]
pub struct StreamedInvokeModel<'a, R>(&'a R);

impl<'a, R: ToInvokeModelWithResponseStream> StreamedInvokeModel<'a, R> {
    /// Creates the operation that streams the response to a request.
    #[must_use]
    pub fn new(request: &'a R) -> Self {
        Self(request)
    }
}

impl<R: ToInvokeModelWithResponseStream> Operation for StreamedInvokeModel<'_, R> {
    type Output = InvokeModelWithResponseStreamDecoder;

    fn name(&self) -> &'static str {
        "InvokeModelWithResponseStream"
    }

    fn service(&self) -> Service {
        Service::BedrockRuntime
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        self.0.to_streamed(endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(self.0.model_id())
    }
}

impl Operation for InvokeModelWithResponseStreamRequest {
    type Output = InvokeModelWithResponseStreamDecoder;

    fn name(&self) -> &'static str {
        "InvokeModelWithResponseStream"
    }

    fn service(&self) -> Service {
        Service::BedrockRuntime
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        StreamedInvokeModel::new(self).http_request(endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(&self.model_id)
    }
}
