//! `InvokeModel` and `InvokeModelWithResponseStream`: the body of the model's own API in, its own answer out.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html>

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use http::response::Parts;
use http::{HeaderMap, Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::event_frames::{EventFrames, EventMemory, unknown_event};
use super::{InvocationMetrics, PayloadPart, PerformanceConfigLatency, ServiceTierType, Trace};
use crate::endpoint::{Endpoint, Service};
use crate::error::{ConfigError, ConfigErrorKind, DecodeError, Error, StreamError, StreamErrorKind};
use crate::metadata::{ResponseMetadata, detached};
use crate::operation::{FromResponse, HttpRequest, Operation, StreamDecoder};
use crate::shape::{Blob, from_json, structure, union};

const TRACE: HeaderName = HeaderName::from_static("x-amzn-bedrock-trace");
const GUARDRAIL_IDENTIFIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-guardrailidentifier");
const GUARDRAIL_VERSION: HeaderName = HeaderName::from_static("x-amzn-bedrock-guardrailversion");
const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-performanceconfig-latency");
const SERVICE_TIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-service-tier");
const REQUEST_METADATA: HeaderName = HeaderName::from_static("x-amzn-bedrock-request-metadata");
const PROJECT_IDENTIFIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-projectidentifier");
/// What `Accept` is for the streaming form, whose own `Accept` is the event stream.
const STREAM_ACCEPT: HeaderName = HeaderName::from_static("x-amzn-bedrock-accept");
/// What `Content-Type` is for the streaming form.
const STREAM_CONTENT_TYPE: HeaderName = HeaderName::from_static("x-amzn-bedrock-content-type");

/// Declares the two requests that differ in their path and in the name of one header.
macro_rules! invoke_model_request {
    ($(#[$meta:meta])* $name:ident) => {
        structure! {
            $(#[$meta])*
            pub struct $name label {
                /// The model: an id, an inference profile's id, or an ARN.
                model_id = "modelId",
            } {
            } optional {
                /// The body that the model's own API takes. At most 25,000,000 bytes.
                body: one Blob = "body",
                /// What the body is. Default `application/json`.
                content_type: one String = "contentType",
                /// What the answer shall be. Default `application/json`.
                accept: one String = "accept",
                /// Whether the guardrail's trace comes with the answer.
                trace: one Trace = "trace",
                /// The guardrail: an id or an ARN.
                guardrail_identifier: one String = "guardrailIdentifier",
                /// The guardrail's version: a number, or `DRAFT`.
                guardrail_version: one String = "guardrailVersion",
                /// Whether the model runs optimized for latency.
                performance_config_latency: one PerformanceConfigLatency = "performanceConfigLatency",
                /// The service tier that processes the request.
                service_tier: one ServiceTierType = "serviceTier",
                /// Key-value pairs for the invocation log, as a JSON object.
                request_metadata: one String = "requestMetadata",
                /// The project that the request is counted and billed to: an ID or an ARN, 1 to 2,048 characters.
                project_identifier: one String = "projectIdentifier",
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
                    .label("modelId", &self.model_id)
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

/// What a model's own API answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InvokeModelResponse {
    /// The answer.
    pub body: Blob,
    /// What the answer is.
    pub content_type: String,
    /// Whether the model ran optimized for latency.
    pub performance_config_latency: Option<PerformanceConfigLatency>,
    /// The service tier that processed the request.
    pub service_tier: Option<ServiceTierType>,
    metadata: ResponseMetadata,
}

impl InvokeModelResponse {
    /// What there is to know of the answer beside what it says: request id, attempts, headers.
    #[must_use]
    pub fn metadata(&self) -> &ResponseMetadata {
        &self.metadata
    }

    /// The answer as a type of your own, or as [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where the answer is not JSON of that form; it knows the request id and the status.
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

union! {
    /// One event of a model's own answer.
    ///
    /// The exceptions that AWS's model lists beside it are no events here: they come as [`Error::Service`].
    pub enum ResponseStream {
        /// A piece of the answer, in the form of the model's own API.
        Chunk(PayloadPart) = "chunk",
    }
}

impl ResponseStream {
    /// The bytes of a chunk.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Chunk(part) => part.bytes.as_ref().map(Blob::as_bytes),
            Self::Unknown { .. } => None,
        }
    }

    /// The chunk as a type of your own, or as [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where it is not JSON of that form. An event does not know its call: the request id is the
    /// stream's to say.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(read_json(self.bytes().map_or(&[][..], AsRef::as_ref))?)
    }
}

/// What the head of a streamed answer says; its `body` is the stream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InvokeModelWithResponseStreamResponse {
    /// What the chunks are.
    pub content_type: String,
    /// Whether the model runs optimized for latency.
    pub performance_config_latency: Option<PerformanceConfigLatency>,
    /// The service tier that processes the request.
    pub service_tier: Option<ServiceTierType>,
}

/// Reads the answer of `InvokeModelWithResponseStream`: bytes in, chunks out.
///
/// How a model's own stream ends is the model's affair: this one ends well after any of its frames, and not without one.
/// Where your model says how it ends (`message_stop`, say), look for it.
#[derive(Debug, Clone)]
pub struct InvokeModelWithResponseStreamDecoder {
    frames: EventFrames,
    response: InvokeModelWithResponseStreamResponse,
    metrics: Option<InvocationMetrics>,
    memory: EventMemory,
}

impl InvokeModelWithResponseStreamDecoder {
    /// What the head of the answer says.
    #[must_use]
    pub fn response(&self) -> &InvokeModelWithResponseStreamResponse {
        &self.response
    }

    /// What the invocation took; there once the chunk that has it was handed out, which is the last one.
    #[must_use]
    pub fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.metrics.as_ref()
    }
}

impl StreamDecoder for InvokeModelWithResponseStreamDecoder {
    type Event = ResponseStream;

    fn from_head(head: Parts) -> Result<Self, Error> {
        let response = InvokeModelWithResponseStreamResponse {
            content_type: text(&head.headers, &STREAM_CONTENT_TYPE).unwrap_or_default().to_owned(),
            performance_config_latency: text(&head.headers, &LATENCY).map(Into::into),
            service_tier: text(&head.headers, &SERVICE_TIER).map(Into::into),
        };
        let memory = EventMemory::of(&head);
        Ok(Self { frames: EventFrames::from_head(head)?, response, metrics: None, memory })
    }

    fn push(&mut self, bytes: Bytes) {
        self.frames.push(bytes);
    }

    fn next(&mut self) -> Result<Option<ResponseStream>, Error> {
        let Some(frame) = self.frames.next()? else { return Ok(None) };
        let event_type = frame.event_type().unwrap_or_default();
        let event = self.memory.read(event_type, frame.payload(), || {
            if event_type == "chunk" {
                return from_json(frame.payload()).map(ResponseStream::Chunk);
            }
            Ok(ResponseStream::Unknown { name: event_type.to_owned(), value: unknown_event(frame.payload()) })
        });
        let event = event.map_err(|error| self.frames.fail(error))?;
        if let ResponseStream::Chunk(chunk) = &event
            && let Some(metrics) = InvocationMetrics::of_chunk(chunk)
        {
            self.metrics = Some(metrics);
        }
        Ok(Some(event))
    }

    fn head(&self) -> &Parts {
        self.frames.head()
    }

    fn fail(&mut self, error: StreamError) -> Error {
        self.frames.fail(error)
    }

    /// The stream may end after any frame, for only the model's own format can tell; without a frame it was cut.
    fn finish(&mut self) -> Result<(), Error> {
        self.frames.finish()?;
        if self.frames.is_empty() {
            return Err(self.frames.fail(StreamError::new(StreamErrorKind::Empty, "")));
        }
        Ok(())
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn read_json<T: DeserializeOwned>(body: impl AsRef<[u8]>) -> Result<T, DecodeError> {
    let body = body.as_ref();
    from_json(body).map_err(|error| DecodeError::new("body of the model", body, error))
}
