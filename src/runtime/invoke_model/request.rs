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

/// Declares the two requests that differ in their path and in the name of one header.
macro_rules! invoke_model_request {
    ($(#[$meta:meta])* $name:ident) => {
        structure! {
            $(#[$meta])*
            pub struct $name path {
                /// The model: an id, an inference profile's id, or an ARN.
                model_id = "modelId",
            } {
            } optional {
                /// The body that the model's own API takes. At most 25,000,000 bytes.
                body: option Blob = "body",
                /// What the body is. Default `application/json`.
                content_type: option String = "contentType",
                /// What the answer shall be. Default `application/json`.
                accept: option String = "accept",
                /// Whether the guardrail's trace comes with the answer.
                trace: option Trace = "trace",
                /// The guardrail: an id or an ARN.
                guardrail_identifier: option String = "guardrailIdentifier",
                /// The guardrail's version: a number, or `DRAFT`.
                guardrail_version: option String = "guardrailVersion",
                /// Whether the model runs optimized for latency.
                performance_config_latency: option PerformanceConfigLatency = "performanceConfigLatency",
                /// The service tier that processes the request.
                service_tier: option ServiceTierType = "serviceTier",
                /// Key-value pairs for the invocation log, as a JSON object.
                request_metadata: option String = "requestMetadata",
                /// The project that the request is counted and billed to: an ID or an ARN, 1 to 2,048 characters.
                project_identifier: option String = "projectIdentifier",
            } sensitive { request_metadata }
        }

        impl $name {
            /// A request whose body is a value written as JSON.
            ///
            /// # Errors
            ///
            /// [`Error::Config`] where the value has no JSON form.
            pub fn json<T: Serialize + ?Sized>(model_id: impl Into<String>, body: &T) -> Result<Self, Error> {
                let body = serde_json::to_vec(body).map_err(|error| {
                    ConfigError::new(ConfigErrorKind::InvalidBody, "the body cannot be written as JSON").with_source(error)
                })?;
                Ok(Self::new(model_id).body(body))
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
                    .body(self.body.clone().unwrap_or_default().into_bytes())
                    .build(endpoint)
            }
        }
    };
}

invoke_model_request! {
    /// The body of a model's own API, and how to run it.
    ///
    /// ```
    /// use bedrock_lite::InvokeModelRequest;
    /// use serde_json::json;
    ///
    /// let body = json!({"inputText": "Hello", "textGenerationConfig": {"maxTokenCount": 100}});
    /// let request = InvokeModelRequest::json("amazon.titan-text-express-v1", &body)?;
    /// # Ok::<(), bedrock_lite::Error>(())
    /// ```
    InvokeModelRequest
}

invoke_model_request! {
    /// The body of a model's own API, and how to run it, for an answer in chunks.
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

impl Operation for InvokeModelWithResponseStreamRequest {
    type Output = InvokeModelWithResponseStreamDecoder;

    fn name(&self) -> &'static str {
        "InvokeModelWithResponseStream"
    }

    fn service(&self) -> Service {
        Service::BedrockRuntime
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        self.to_http("/model/{modelId}/invoke-with-response-stream", STREAM_ACCEPT, endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(&self.model_id)
    }
}
