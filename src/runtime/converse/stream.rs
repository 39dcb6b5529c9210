//! `ConverseStream`: a conversation in, the model's reply out as it is generated.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html>

use std::collections::VecDeque;

use bytes::Bytes;
use http::response::Parts;
use http::{Method, Request};

use super::accumulator::ResponseAccumulator;
use super::request::converse_request;
use super::stream_output::split_delta;
use super::surrogate_pairs::SurrogatePairs;
use crate::endpoint::{Endpoint, Service};
use crate::error::{Error, StreamError, StreamErrorKind};
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
    /// A conversation and how the model shall continue it, event by event.
    ///
    /// What it has and a [`ConverseRequest`] has not is the guardrail's `stream_processing_mode`; where that is not needed,
    /// a `ConverseRequest` can be streamed just as well.
    ConverseStreamRequest, GuardrailStreamConfiguration
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ConverseRequest {}
    impl Sealed for super::ConverseStreamRequest {}
}

/// What can be sent as `ConverseStream`: [`ConverseStreamRequest`], and [`ConverseRequest`], whose body is one too.
#[expect(private_bounds, reason = "sealed: how a request is written is this crate's affair")]
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
#[derive(Debug)]
pub struct StreamedConverse<'a, R>(&'a R);

impl<'a, R: ToConverseStream> StreamedConverse<'a, R> {
    /// Streams the reply to a request.
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

/// Reads the answer of `ConverseStream`: bytes in; typed events out, which it puts together on the way.
///
/// ```
/// use bedrock_lite::eventstream::{Frame, encode};
/// use bedrock_lite::operation::StreamDecoder;
/// use bedrock_lite::runtime::ConverseStreamDecoder;
///
/// let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream").body(())?.into_parts().0;
/// let mut decoder = ConverseStreamDecoder::from_head(head)?;
/// for (event_type, payload) in [
///     ("messageStart", r#"{"role": "assistant"}"#),
///     ("contentBlockDelta", r#"{"contentBlockIndex": 0, "delta": {"text": "Hi"}}"#),
///     ("contentBlockStop", r#"{"contentBlockIndex": 0}"#),
///     ("messageStop", r#"{"stopReason": "end_turn"}"#),
/// ] {
///     decoder.push(encode(&Frame::event(event_type, "application/json", payload))?.into());
///     while let Some(event) = decoder.recv()? {
///         print!("{}", event.text().unwrap_or_default());
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(decoder.into_response()?.text(), "Hi");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ConverseStreamDecoder {
    frames: EventFrames,
    fold: ResponseAccumulator,
    halves: SurrogatePairs,
    /// Payloads of the variants of one `contentBlockDelta` that had several.
    split: VecDeque<Bytes>,
    memory: EventMemory,
    /// Whether the input ended where it may.
    complete: bool,
}

impl StreamDecoder for ConverseStreamDecoder {
    type Event = ConverseStreamOutput;

    fn from_head(head: Parts) -> Result<Self, Error> {
        let memory = EventMemory::of(&head);
        let mut fold = ResponseAccumulator::default();
        if let Some(bytes) = ResponseTiming::of(&head).memory() {
            fold.set_memory(bytes);
        }
        let frames = EventFrames::from_head(head)?;
        Ok(Self { frames, fold, halves: SurrogatePairs::default(), split: VecDeque::new(), memory, complete: false })
    }

    /// It takes back a [`finish`](Self::finish).
    fn push(&mut self, bytes: Bytes) {
        self.complete &= bytes.is_empty();
        self.frames.push(bytes);
    }

    fn recv(&mut self) -> Result<Option<ConverseStreamOutput>, Error> {
        if let Some(event) = self.halves.pop() {
            return self.hand_out(event);
        }
        if !self.split.is_empty()
            && self.frames.failure().is_none()
            && let Some(payload) = self.split.pop_front()
        {
            return self.read(DELTA, &payload);
        }
        let Some(frame) = self.frames.recv()? else { return Ok(None) };
        self.read(frame.event_type().unwrap_or_default(), frame.payload())
    }

    fn head(&self) -> &Parts {
        self.frames.head()
    }

    fn fail(&mut self, error: StreamError) -> Error {
        self.frames.fail(error)
    }

    /// Whether `messageStop` and `metadata` have arrived, and no part of another frame.
    fn is_complete(&self) -> bool {
        self.fold.is_complete() && self.frames.is_between_frames()
    }

    /// The stream may end only after `messageStop`; `metadata`, which comes after it, may be missing.
    fn finish(&mut self) -> Result<(), Error> {
        self.frames.finish()?;
        if !self.fold.is_stopped() {
            let error = StreamError::new(StreamErrorKind::MissingMessageStop, "");
            return Err(self.frames.fail(error));
        }
        self.complete = true;
        Ok(())
    }
}

/// The `:event-type` of a delta.
const DELTA: &str = "contentBlockDelta";

impl ConverseStreamDecoder {
    #[inline]
    fn read(&mut self, event_type: &str, payload: &Bytes) -> Result<Option<ConverseStreamOutput>, Error> {
        match ConverseStreamOutput::read(event_type, payload, &mut self.memory) {
            Ok(event) if self.halves.concern(&event) => {
                let event = self.halves.complete(event, payload);
                self.hand_out(event)
            }
            Ok(event) => self.hand_out(event),
            Err(error) => self.read_parts(event_type, payload, error),
        }
    }

    /// Reads a delta that has several variants as several deltas; any other event that cannot be read is an error.
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

    fn hand_out(&mut self, event: ConverseStreamOutput) -> Result<Option<ConverseStreamOutput>, Error> {
        match self.fold.add(&event) {
            Ok(()) => Ok(Some(event)),
            Err(error) => Err(self.frames.fail(error)),
        }
    }

    /// What the events make so far, whether or not the stream is complete.
    #[must_use]
    pub fn partial(&self) -> PartialResponse {
        let mut rest = self.halves.rest().peekable();
        if rest.peek().is_none() {
            return self.fold.partial();
        }
        let mut fold = self.fold.clone();
        for event in rest {
            // After the end of its block there is no place for it.
            let _ = fold.add(&event);
        }
        fold.partial()
    }

    /// Sets the most memory that the reply may take as it is put together, in bytes. Defaults to 256 MiB.
    ///
    /// A client sets it to [`Limits::memory`](https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.Limits.html). Beyond
    /// it the stream ends with an error of the kind [`TooLarge`](StreamErrorKind::TooLarge).
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.fold.set_memory(bytes);
        self
    }

    /// The response that `Converse` would have given.
    ///
    /// The response contains what no published model names if it has a place for it. It has no place for these, and
    /// [`next`](StreamDecoder::next) has returned them:
    ///
    /// - unknown events;
    /// - unknown deltas in a block of a known kind: [`partial`](Self::partial) has them as blocks after that block. But
    ///   unknown deltas next to reasoning text are unknown members of its
    ///   [`ReasoningTextBlock`](super::ReasoningTextBlock);
    /// - unknown members of the events of a block, and of the pieces of a tool's input and of an image.
    ///
    /// # Errors
    ///
    /// [`Error::Service`] again where the stream ended with an exception. [`Error::Stream`] again where it ended with
    /// one; of the kind [`Unfinished`](StreamErrorKind::Unfinished) where it has not ended, be it after `messageStop`;
    /// of the kind [`ToolInput`](StreamErrorKind::ToolInput) where the input of a tool is not JSON; of the kind
    /// [`UnexpectedEvent`](StreamErrorKind::UnexpectedEvent) where events that were handed out contradict each other, such
    /// as a delta of another kind than its block, or a known delta in a block of an unknown kind.
    /// [`partial`](Self::partial) has the content of all of them.
    pub fn into_response(mut self) -> Result<ConverseResponse, Error> {
        // What was not taken belongs to the reply too, and may be cut.
        while self.recv()?.is_some() {}
        let response = if self.complete {
            self.fold.into_response()
        } else {
            Err(StreamError::new(StreamErrorKind::Unfinished, ""))
        };
        let head = self.frames.into_head();
        match response {
            Ok(mut response) => {
                response.set_metadata(ResponseMetadata::from_head(head));
                Ok(response)
            }
            Err(error) => Err(Error::from(error).with_head(&head)),
        }
    }
}
