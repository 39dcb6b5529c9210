//! The frames of an answer that are events; those that are errors become errors.

use bytes::Bytes;
use http::response::Parts;
use serde_json::Value;

use crate::error::{Error, ServiceError, StreamError, StreamErrorKind};
use crate::eventstream::{Decoder, Frame};
use crate::operation::{is_event_stream, not_an_event_stream};
use crate::shape::Document;

/// Decodes frames and sorts out the errors among them. After an error it stays failed.
#[derive(Debug, Clone)]
pub(super) struct EventFrames {
    head: Parts,
    frames: Decoder,
    failure: Option<StreamErrorKind>,
}

impl EventFrames {
    pub(super) fn from_head(head: Parts) -> Result<Self, Error> {
        if !is_event_stream(&head) {
            return Err(not_an_event_stream(&head, &[]));
        }
        Ok(Self { head, frames: Decoder::new(), failure: None })
    }

    pub(super) fn head(&self) -> &Parts {
        &self.head
    }

    pub(super) fn into_head(self) -> Parts {
        self.head
    }

    pub(super) fn push(&mut self, bytes: Bytes) {
        if self.failure.is_none() {
            self.frames.push(bytes);
        }
    }

    /// The next frame that is an event.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, Error> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        match self.frames.next() {
            Ok(None) => Ok(None),
            Ok(Some(frame)) => self.event(frame).map(Some),
            Err(error) => Err(self.fail(error)),
        }
    }

    fn event(&mut self, frame: Frame) -> Result<Frame, Error> {
        let error = match frame.message_type() {
            Some("event") if frame.event_type().is_some() => return Ok(frame),
            Some("exception") => {
                let exception_type = frame.exception_type().or(frame.event_type()).unwrap_or_default();
                Error::from(ServiceError::from_exception(exception_type, frame.payload()))
            }
            Some("error") => ServiceError::from_error_frame(frame.error_code(), frame.error_message()).into(),
            Some("event") => malformed("an event without an :event-type".to_owned()).into(),
            Some(other) => malformed(format!("the :message-type {other:?} is not known")).into(),
            None => malformed("there is no :message-type".to_owned()).into(),
        };
        self.failure = Some(StreamErrorKind::Failed);
        Err(error.with_head(&self.head))
    }

    /// Ends the stream with an error and hands it out, with the request id.
    pub(super) fn fail(&mut self, error: StreamError) -> Error {
        self.failure = Some(error.kind());
        Error::from(error).with_head(&self.head)
    }

    /// The error that the stream ended with, said again.
    pub(super) fn failure(&self) -> Option<Error> {
        let kind = self.failure?;
        let again = StreamError::new(kind, "the stream ended with this error before");
        Some(Error::from(again).with_head(&self.head))
    }

    pub(super) fn finish(&mut self) -> Result<(), Error> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        self.frames.finish().map_err(|error| self.fail(error))
    }
}

fn malformed(detail: String) -> StreamError {
    StreamError::new(StreamErrorKind::MalformedFrame, detail)
}

/// The payload of an event of a kind to come: JSON as it is, anything else as the text it is.
pub(super) fn unknown_event(payload: &Bytes) -> Document {
    serde_json::from_slice(payload).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(payload)).into())
}
