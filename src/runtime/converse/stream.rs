//! `ConverseStream`: the request, the operation and the decoder of the response.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html>

use std::collections::VecDeque;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::response::Parts;
use http::{Method, Request, Response};
use serde_json::Value;

use super::accumulator::ResponseAccumulator;
use super::request::converse_request;
use super::stream_output::split_delta;
use super::surrogate_pairs::SurrogatePairs;
use crate::endpoint::{Endpoint, Service};
use crate::error::{Error, StreamError, StreamErrorKind};
use crate::eventstream::{Frame, encode};
use crate::metadata::{ResponseMetadata, ResponseTiming, SetMetadata};
use crate::operation::{HttpRequest, Operation, StreamDecoder};
use crate::runtime::event_frames::{EventFrames, EventMemory};
use crate::runtime::{
    ConverseRequest, ConverseResponse, ConverseStreamOutput, GuardrailStreamConfiguration, InferenceConfiguration,
    Message, OutputConfig, PartialResponse, PerformanceConfiguration, PromptVariableValues, ServiceTier,
    SystemContentBlock, Tool, ToolChoice, ToolConfiguration,
};
use crate::shape::{Document, Structure, structure};

converse_request! {
    /// A conversation, and how the model should continue it, for a response in events.
    ///
    /// It differs from a [`ConverseRequest`] only in the `stream_processing_mode` of its guardrail.
    /// If you do not need this mode, use a `ConverseRequest`, which can be streamed as well.
    ///
    /// AWS documentation:
    /// [`ConverseStream`](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html).
    ConverseStreamRequest, GuardrailStreamConfiguration
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ConverseRequest {}
    impl Sealed for super::ConverseStreamRequest {}
}

/// A request that can be sent as `ConverseStream`: a [`ConverseRequest`] or a
/// [`ConverseStreamRequest`].
#[expect(private_bounds, reason = "the trait is sealed: only this crate knows how a request is written")]
pub trait ToConverseStream: sealed::Sealed + Structure + Sync {
    #[doc(hidden)]
    fn model_id(&self) -> &str;
}

impl ToConverseStream for ConverseRequest {
    fn model_id(&self) -> &str {
        &self.model_id
    }
}

impl ToConverseStream for ConverseStreamRequest {
    fn model_id(&self) -> &str {
        &self.model_id
    }
}

/// A request as the operation `ConverseStream`.
///
/// [`Client::converse_stream`] does this conversion itself. Programs that drive the operation
/// without a client use it to stream a [`ConverseRequest`].
///
/// [`Client::converse_stream`]: https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.Client.html#method.converse_stream
#[derive(Debug)]
pub struct StreamedConverse<'a, R>(&'a R);

impl<'a, R: ToConverseStream> StreamedConverse<'a, R> {
    /// Creates the operation that streams the reply to a request.
    #[must_use]
    pub fn new(request: &'a R) -> Self {
        Self(request)
    }
}

impl<R: ToConverseStream> Operation for StreamedConverse<'_, R> {
    type Output = ConverseStreamDecoder;

    fn name(&self) -> &'static str {
        "ConverseStream"
    }

    fn service(&self) -> Service {
        Service::BedrockRuntime
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        HttpRequest::new(Method::POST, "/model/{modelId}/converse-stream")
            .path_parameter("modelId", self.0.model_id())
            .shape(self.0)
            .build(endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(self.0.model_id())
    }
}

impl Operation for ConverseStreamRequest {
    type Output = ConverseStreamDecoder;

    fn name(&self) -> &'static str {
        "ConverseStream"
    }

    fn service(&self) -> Service {
        Service::BedrockRuntime
    }

    #[inline]
    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        StreamedConverse::new(self).http_request(endpoint)
    }

    fn model_id(&self) -> Option<&str> {
        Some(&self.model_id)
    }
}

/// Decodes the response of `ConverseStream` from bytes to events, and accumulates the events to a
/// [`ConverseResponse`].
///
/// ```
/// use bedrock_lite::eventstream::{Frame, encode};
/// use bedrock_lite::operation::StreamDecoder;
/// use bedrock_lite::runtime::ConverseStreamDecoder;
///
/// let head = http::Response::builder()
///     .header("content-type", "application/vnd.amazon.eventstream")
///     .body(())?
///     .into_parts()
///     .0;
/// let mut decoder = ConverseStreamDecoder::from_head(head)?;
/// for (event_type, payload) in [
///     ("messageStart", r#"{"role": "assistant"}"#),
///     (
///         "contentBlockDelta",
///         r#"{"contentBlockIndex": 0, "delta": {"text": "Hi"}}"#,
///     ),
///     ("contentBlockStop", r#"{"contentBlockIndex": 0}"#),
///     ("messageStop", r#"{"stopReason": "end_turn"}"#),
/// ] {
///     let frame = Frame::event(event_type, "application/json", payload);
///     decoder.push(encode(&frame)?);
///     while let Some(event) = decoder.recv()? {
///         print!("{}", event.text().unwrap_or_default());
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(decoder.into_response()?.text(), "Hi");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// For tests, [`from_events`](Self::from_events) creates a decoder from JSON.
#[derive(Debug, Clone)]
pub struct ConverseStreamDecoder {
    frames: EventFrames,
    accumulator: ResponseAccumulator,
    surrogates: SurrogatePairs,
    /// The payloads that were split from a `contentBlockDelta` with several variants.
    split: VecDeque<Bytes>,
    memory: EventMemory,
    /// Whether the input ended, and may end there.
    complete: bool,
    /// Whether all of the input was pushed at once, so that its end follows the last frame.
    ends_after_frames: bool,
}

impl StreamDecoder for ConverseStreamDecoder {
    type Event = ConverseStreamOutput;

    fn from_head(head: Parts) -> Result<Self, Error> {
        EventFrames::from_head(head).map(Self::of_frames)
    }

    /// Adds bytes. Pushing more bytes after [`finish`](Self::finish) reopens the stream.
    fn push(&mut self, bytes: Bytes) {
        self.complete &= bytes.is_empty();
        self.ends_after_frames &= bytes.is_empty();
        self.frames.push(bytes);
    }

    fn recv(&mut self) -> Result<Option<ConverseStreamOutput>, Error> {
        if let Some(event) = self.surrogates.pop() {
            return self.accumulate(event);
        }
        if !self.split.is_empty()
            && self.frames.failure().is_none()
            && let Some(payload) = self.split.pop_front()
        {
            return self.read(DELTA, &payload);
        }
        let Some(frame) = self.frames.recv()? else {
            return if self.ends_after_frames { self.finish().map(|()| None) } else { Ok(None) };
        };
        self.read(frame.event_type().unwrap_or_default(), frame.payload())
    }

    fn head(&self) -> &Parts {
        self.frames.head()
    }

    fn fail(&mut self, error: StreamError) -> Error {
        self.frames.fail(error)
    }

    /// Returns whether `messageStop` and `metadata` have arrived, without a part of another frame
    /// after them.
    fn is_complete(&self) -> bool {
        self.accumulator.is_complete() && self.frames.is_between_frames()
    }

    /// Ends the input. Fails if it ends before `messageStop` or inside a frame. The `metadata`
    /// event, which follows `messageStop`, may be missing.
    fn finish(&mut self) -> Result<(), Error> {
        self.frames.finish()?;
        if !self.accumulator.is_stopped() {
            let error = StreamError::new(StreamErrorKind::MissingMessageStop, "");
            return Err(self.frames.fail(error));
        }
        self.complete = true;
        Ok(())
    }
}

/// The event type of a delta.
const DELTA: &str = "contentBlockDelta";

impl ConverseStreamDecoder {
    /// Creates a decoder of the given events, for tests of code that reads a stream.
    ///
    /// Each event is a pair: the event type, as AWS names it, and its JSON. An event type that ends
    /// in `Exception`, such as `throttlingException`, is an exception:
    /// [`recv`](StreamDecoder::recv) returns it as [`Error::Service`].
    ///
    /// The events are encoded as frames, so the decoder behaves as with the bytes of Bedrock. The
    /// stream ends after the last event. If this is not after `messageStop`, `recv` returns the
    /// error of a truncated stream.
    ///
    /// ```
    /// use bedrock_lite::Error;
    /// use bedrock_lite::operation::StreamDecoder;
    /// use bedrock_lite::runtime::ConverseStreamDecoder;
    /// use serde_json::json;
    ///
    /// // The code under test.
    /// fn shout(
    ///     mut stream: ConverseStreamDecoder,
    /// ) -> Result<String, Error> {
    ///     while let Some(event) = stream.recv()? {
    ///         print!("{}", event.text().unwrap_or_default());
    ///     }
    ///     Ok(stream.into_response()?.text().to_uppercase())
    /// }
    ///
    /// let delta = |text| {
    ///     let delta = json!({"text": text});
    ///     json!({"contentBlockIndex": 0, "delta": delta})
    /// };
    /// let events = [
    ///     ("messageStart", json!({"role": "assistant"})),
    ///     ("contentBlockDelta", delta("Hel")),
    ///     ("contentBlockDelta", delta("lo")),
    ///     ("contentBlockStop", json!({"contentBlockIndex": 0})),
    ///     ("messageStop", json!({"stopReason": "end_turn"})),
    /// ];
    /// let stream = ConverseStreamDecoder::from_events(events.clone());
    /// assert_eq!(shout(stream)?, "HELLO");
    ///
    /// let truncated = events.into_iter().take(2);
    /// let stream = ConverseStreamDecoder::from_events(truncated);
    /// assert!(matches!(shout(stream), Err(Error::Stream(_))));
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn from_events<E: AsRef<str>>(events: impl IntoIterator<Item = (E, Value)>) -> Self {
        let mut head = Response::new(()).into_parts().0;
        head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.amazon.eventstream"));
        let mut decoder = Self::of_frames(EventFrames::new(head));
        for (event_type, payload) in events {
            let (event_type, payload) = (event_type.as_ref(), payload.to_string());
            let frame = if event_type.ends_with("Exception") {
                Frame::exception(event_type, payload)
            } else {
                Frame::event(event_type, "application/json", payload)
            };
            match encode(&frame) {
                Ok(bytes) => decoder.push(bytes),
                Err(error) => {
                    let detail = "an event of from_events does not fit into a frame";
                    decoder.fail(StreamError::new(StreamErrorKind::FrameTooLarge, detail).with_source(error));
                }
            }
        }
        decoder.ends_after_frames = true;
        decoder
    }

    fn of_frames(frames: EventFrames) -> Self {
        let memory = EventMemory::of(frames.head());
        let mut accumulator = ResponseAccumulator::default();
        if let Some(bytes) = ResponseTiming::of(frames.head()).memory() {
            accumulator.set_memory(bytes);
        }
        Self {
            frames,
            accumulator,
            surrogates: SurrogatePairs::default(),
            split: VecDeque::new(),
            memory,
            complete: false,
            ends_after_frames: false,
        }
    }

    #[inline]
    fn read(&mut self, event_type: &str, payload: &Bytes) -> Result<Option<ConverseStreamOutput>, Error> {
        match ConverseStreamOutput::read(event_type, payload, &mut self.memory) {
            Ok(event) if self.surrogates.concern(&event) => {
                let event = self.surrogates.complete(event, payload);
                self.accumulate(event)
            }
            Ok(event) => self.accumulate(event),
            Err(error) => self.read_parts(event_type, payload, error),
        }
    }

    /// Reads a delta that has several variants as several deltas. Any other event that cannot be
    /// read is an error.
    #[cold]
    fn read_parts(
        &mut self,
        event_type: &str,
        payload: &Bytes,
        error: StreamError,
    ) -> Result<Option<ConverseStreamOutput>, Error> {
        let is_delta = event_type == DELTA && error.kind() == StreamErrorKind::MalformedEvent;
        let parts = if is_delta { split_delta(payload) } else { None };
        let mut parts = parts.unwrap_or_default().into_iter();
        let Some(first) = parts.next() else { return Err(self.frames.fail(error)) };
        for part in parts.rev() {
            self.split.push_front(part);
        }
        self.read(DELTA, &first)
    }

    /// Adds an event to the response and returns it.
    fn accumulate(&mut self, event: ConverseStreamOutput) -> Result<Option<ConverseStreamOutput>, Error> {
        match self.accumulator.add(&event) {
            Ok(()) => Ok(Some(event)),
            Err(error) => Err(self.frames.fail(error)),
        }
    }

    /// Returns what has arrived so far, whether or not the stream is complete.
    #[must_use]
    pub fn partial(&self) -> PartialResponse {
        let mut rest = self.surrogates.rest().peekable();
        if rest.peek().is_none() {
            return self.accumulator.partial();
        }
        let mut accumulator = self.accumulator.clone();
        for event in rest {
            // Fails if the block of the surrogate has already ended. Then the surrogate is dropped.
            let _ = accumulator.add(&event);
        }
        accumulator.partial()
    }

    /// Sets the maximum memory of the accumulated response, in bytes. Defaults to 256 MiB.
    ///
    /// Beyond it the stream ends with an error of the kind [`TooLarge`](StreamErrorKind::TooLarge).
    /// A client sets it to
    /// [`Limits::memory`](https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.Limits.html).
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.accumulator.set_memory(bytes);
        self
    }

    /// Returns the response that `Converse` would have returned.
    ///
    /// Unknown members and variants are kept if the response has a place for them. It has no place
    /// for these, which [`recv`](StreamDecoder::recv) has returned:
    ///
    /// - unknown events;
    /// - unknown deltas in a block of a known variant. [`partial`](Self::partial) has them as
    ///   blocks after that block. Unknown deltas next to reasoning text are kept as unknown members
    ///   of its [`ReasoningTextBlock`](crate::runtime::ReasoningTextBlock);
    /// - unknown members of the events of a block, and of the deltas of a tool's input and of an
    ///   image.
    ///
    /// # Errors
    ///
    /// [`partial`](Self::partial) returns the content that arrived before any of these errors.
    ///
    /// - Returns the error that the stream ended with: [`Error::Service`] or [`Error::Stream`].
    /// - Returns [`Error::Stream`] of the kind [`Unfinished`](StreamErrorKind::Unfinished) if the
    ///   stream has not ended, even after `messageStop`.
    /// - Returns [`Error::Stream`] of the kind [`ToolInput`](StreamErrorKind::ToolInput) if the
    ///   input of a tool is not JSON.
    /// - Returns [`Error::Stream`] of the kind
    ///   [`UnexpectedEvent`](StreamErrorKind::UnexpectedEvent) if events contradict each other,
    ///   such as a delta of another variant than its block, or a known delta in an unknown block.
    pub fn into_response(mut self) -> Result<ConverseResponse, Error> {
        // Events that the caller did not receive belong to the response too. They may be truncated.
        while self.recv()?.is_some() {}
        let response = if self.complete {
            self.accumulator.into_response()
        } else {
            Err(StreamError::new(StreamErrorKind::Unfinished, ""))
        };
        let head = self.frames.into_head();
        match response {
            Ok(mut response) => {
                response.set_metadata(ResponseMetadata::knowing(head));
                Ok(response)
            }
            Err(error) => Err(Error::from(error).with_head(&head)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply() -> [(&'static str, Value); 4] {
        [
            ("messageStart", json!({"role": "assistant"})),
            ("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {"text": "Hi"}})),
            ("contentBlockStop", json!({"contentBlockIndex": 0})),
            ("messageStop", json!({"stopReason": "end_turn"})),
        ]
    }

    #[test]
    fn decoder_from_events_returns_the_events_and_the_response() -> Result<(), Error> {
        let mut decoder = ConverseStreamDecoder::from_events(reply());
        let mut events = Vec::new();
        while let Some(event) = decoder.recv()? {
            events.push(event);
        }
        assert_eq!(events.len(), 4);
        assert!(decoder.recv()?.is_none());
        assert_eq!(decoder.into_response()?.text(), "Hi");
        // The events need not be received first.
        let response = ConverseStreamDecoder::from_events(reply()).into_response()?;
        assert_eq!(response, ConverseResponse::from_events(&events)?);
        Ok(())
    }

    #[test]
    fn decoder_from_events_without_message_stop_is_truncated() {
        let mut decoder = ConverseStreamDecoder::from_events(reply().into_iter().take(2));
        assert!(matches!(decoder.recv(), Ok(Some(_))));
        assert!(matches!(decoder.recv(), Ok(Some(_))));
        let Err(Error::Stream(error)) = decoder.recv() else { panic!("no error") };
        assert_eq!(error.kind(), StreamErrorKind::MissingMessageStop);
        assert_eq!(decoder.partial().message.text(), "Hi");
        assert!(decoder.into_response().is_err());
        assert!(ConverseStreamDecoder::from_events([("", Value::Null); 0]).into_response().is_err());
    }

    #[test]
    fn decoder_from_events_returns_exceptions_as_service_errors() {
        let [start, ..] = reply();
        let exception = ("throttlingException", json!({"message": "slow down"}));
        let mut decoder = ConverseStreamDecoder::from_events([start, exception]);
        assert!(matches!(decoder.recv(), Ok(Some(_))));
        let Err(Error::Service(error)) = decoder.recv() else { panic!("no error") };
        assert_eq!((error.code(), error.message()), (Some("ThrottlingException"), Some("slow down")));
    }

    #[test]
    fn event_that_does_not_fit_into_a_frame_is_an_error() {
        let long = "e".repeat(1 << 16);
        let mut decoder = ConverseStreamDecoder::from_events([(&long, json!({}))]);
        let Err(Error::Stream(error)) = decoder.recv() else { panic!("no error") };
        assert_eq!(error.kind(), StreamErrorKind::FrameTooLarge);
    }
}
