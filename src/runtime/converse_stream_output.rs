//! The events of `ConverseStream`.

use bytes::Bytes;

use super::event_frames::{EventMemory, unknown_event};
use super::text_delta;
use super::{
    ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent,
    ConverseStreamMetadataEvent, MessageStartEvent, MessageStopEvent,
};
use crate::error::StreamError;
use crate::shape::{from_json, union};

union! {
    /// One event of a streamed reply.
    ///
    /// The exceptions that AWS's model lists beside these are no events here: they come as [`Error::Service`](crate::Error).
    pub enum ConverseStreamOutput {
        /// A message begins.
        MessageStart(MessageStartEvent) = "messageStart",
        /// A block begins. Blocks of text, reasoning and citations have no such event.
        ContentBlockStart(Box<ContentBlockStartEvent>) = "contentBlockStart",
        /// A piece of a block.
        ContentBlockDelta(ContentBlockDeltaEvent) = "contentBlockDelta",
        /// A block is complete.
        ContentBlockStop(ContentBlockStopEvent) = "contentBlockStop",
        /// The message is complete.
        MessageStop(MessageStopEvent) = "messageStop",
        /// What it took; comes after `MessageStop`.
        Metadata(Box<ConverseStreamMetadataEvent>) = "metadata",
    }
}

impl ConverseStreamOutput {
    /// The piece of text that this event brings.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::ContentBlockDelta(ContentBlockDeltaEvent { delta: ContentBlockDelta::Text(text), .. }) => Some(text),
            _ => None,
        }
    }

    /// Reads the payload of a frame by its `:event-type`.
    #[inline]
    pub(super) fn read(event_type: &str, payload: &Bytes, memory: &mut EventMemory) -> Result<Self, StreamError> {
        memory.read(event_type, payload, || Self::from_payload(event_type, payload))
    }

    fn from_payload(event_type: &str, payload: &Bytes) -> serde_json::Result<Self> {
        Ok(match event_type {
            "messageStart" => Self::MessageStart(from_json(payload)?),
            "contentBlockStart" => Self::ContentBlockStart(from_json(payload)?),
            "contentBlockDelta" => Self::ContentBlockDelta(match text_delta::read(payload) {
                Some(event) => event,
                None => from_json(payload)?,
            }),
            "contentBlockStop" => Self::ContentBlockStop(from_json(payload)?),
            "messageStop" => Self::MessageStop(from_json(payload)?),
            "metadata" => Self::Metadata(from_json(payload)?),
            unknown => Self::Unknown { name: unknown.to_owned(), value: unknown_event(payload) },
        })
    }
}
