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
    /// One event of a streamed response in the native format of a model.
    ///
    /// AWS's service model also lists exceptions as variants. This crate returns them as
    /// [`Error::Service`].
    pub enum ResponseStream {
        /// A chunk of the response, in the model's native format.
        Chunk(PayloadPart) = "chunk",
    }
}

impl ResponseStream {
    /// Returns the bytes of a chunk. Returns `None` for an unknown event and for a chunk without
    /// bytes.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Chunk(part) => part.bytes.as_ref().map(Blob::as_bytes),
            Self::Unknown { .. } => None,
        }
    }

    /// Reads the chunk as JSON into a custom type, or into a [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the chunk is not JSON or does not fit the type. The error has
    /// no request ID, because an event is not connected to its stream. The stream has the request
    /// ID in its metadata.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(read_json(self.bytes().map_or(&[][..], AsRef::as_ref))?)
    }
}

/// The headers of a streamed response. Its `body` is the stream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InvokeModelWithResponseStreamResponse {
    /// The media type of the chunks. Empty if the response does not contain it.
    pub content_type: String,
    /// Whether the model runs optimized for latency.
    pub performance_config_latency: Option<PerformanceConfigLatency>,
    /// The service tier that processes the request.
    pub service_tier: Option<ServiceTierType>,
}

/// Decodes the response of `InvokeModelWithResponseStream` from bytes to chunks.
///
/// A stream is complete after any frame, and an error without one. Only the model's native format
/// defines its last chunk, so a stream that was truncated between two frames is not detected. If
/// the model marks its end, such as with `message_stop`, check that the last chunk has this mark.
#[derive(Debug, Clone)]
pub struct InvokeModelWithResponseStreamDecoder {
    frames: EventFrames,
    response: InvokeModelWithResponseStreamResponse,
    metrics: Option<InvocationMetrics>,
    memory: EventMemory,
}

impl InvokeModelWithResponseStreamDecoder {
    /// Returns the headers of the response.
    #[must_use]
    pub fn response(&self) -> &InvokeModelWithResponseStreamResponse {
        &self.response
    }

    /// Returns token counts and latencies. They are available after the last chunk was returned.
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

    /// Ends the input. Fails if it ends inside a frame, or if there was no frame.
    fn finish(&mut self) -> Result<(), Error> {
        self.frames.finish()?;
        if self.frames.is_empty() {
            return Err(self.frames.fail(StreamError::new(StreamErrorKind::Empty, "")));
        }
        Ok(())
    }
}
