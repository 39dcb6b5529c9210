//! The response of `InvokeModelWithResponseStream`.

use bytes::Bytes;
use http::response::Parts;
use serde::de::DeserializeOwned;

use super::headers::{LATENCY, SERVICE_TIER, STREAM_CONTENT_TYPE, text};
use super::response::read_json;
use crate::error::{Error, StreamError, StreamErrorKind};
use crate::operation::StreamDecoder;
use crate::runtime::event_frames::{EventFrames, EventMemory, unknown_event};
use crate::runtime::{InvocationMetrics, PayloadPart, PerformanceConfigLatency, ServiceTierType};
use crate::shape::{Blob, from_json, union};

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

    fn recv(&mut self) -> Result<Option<ResponseStream>, Error> {
        let Some(frame) = self.frames.recv()? else { return Ok(None) };
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
