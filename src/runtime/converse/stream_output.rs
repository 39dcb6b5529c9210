//! The events of `ConverseStream`.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::value::{RawValue, to_raw_value};

use super::text_delta;
use crate::error::StreamError;
use crate::runtime::event_frames::{EventMemory, unknown_event};
use crate::runtime::{
    ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent,
    ConverseStreamMetadataEvent, MessageStartEvent, MessageStopEvent, ReasoningContentBlockDelta,
};
use crate::shape::{Union as _, from_json, union};

union! {
    /// One event of a streamed reply.
    ///
    /// AWS's service model also lists exceptions as variants. This crate returns them as
    /// [`Error::Service`](crate::Error::Service).
    pub enum ConverseStreamOutput {
        /// The message begins.
        MessageStart(MessageStartEvent) = "messageStart",
        /// A content block begins. Blocks of text, reasoning and citations have no such event.
        ContentBlockStart(Box<ContentBlockStartEvent>) = "contentBlockStart",
        /// The next part of a content block.
        ContentBlockDelta(ContentBlockDeltaEvent) = "contentBlockDelta",
        /// A content block is complete.
        ContentBlockStop(ContentBlockStopEvent) = "contentBlockStop",
        /// The message is complete.
        MessageStop(MessageStopEvent) = "messageStop",
        /// Tokens and latency. This event follows `MessageStop`.
        Metadata(Box<ConverseStreamMetadataEvent>) = "metadata",
    }
}

impl ConverseStreamOutput {
    /// Returns the text of a text delta. Returns `None` for all other events.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::ContentBlockDelta(ContentBlockDeltaEvent { delta: ContentBlockDelta::Text(text), .. }) => Some(text),
            _ => None,
        }
    }

    /// Reads the payload of a frame as the event of the given type.
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

type Members = BTreeMap<String, Box<RawValue>>;

/// Splits the payload of a `contentBlockDelta` that has several variants into payloads of one
/// variant each.
///
/// The service model allows one variant. Returns `None` if there are not several: then the payload
/// is malformed in another way.
pub(super) fn split_delta(payload: &[u8]) -> Option<Vec<Bytes>> {
    let mut event: Members = serde_json::from_str(str::from_utf8(payload).ok()?).ok()?;
    let delta: Members = serde_json::from_str(event.get("delta")?.get()).ok()?;
    let deltas = split(&delta, ContentBlockDelta::VARIANTS).or_else(|| {
        let reasoning: Members = serde_json::from_str(delta.get("reasoningContent")?.get()).ok()?;
        let with_reasoning = |part: &Members| {
            let mut delta = delta.clone();
            delta.insert("reasoningContent".to_owned(), to_raw_value(part).ok()?);
            Some(delta)
        };
        split(&reasoning, ReasoningContentBlockDelta::VARIANTS)?.iter().map(with_reasoning).collect()
    })?;
    let mut payload = |delta: &Members| {
        event.insert("delta".to_owned(), to_raw_value(delta).ok()?);
        serde_json::to_vec(&event).ok().map(Bytes::from)
    };
    deltas.iter().map(&mut payload).collect()
}

/// Splits a union that has several of the known variants. The first part keeps the unknown members.
fn split(union: &Members, variants: &[&str]) -> Option<Vec<Members>> {
    let is_given = |name: &str| union.get(name).is_some_and(|value| value.get() != "null");
    let given: Vec<_> = variants.iter().copied().filter(|name| is_given(name)).collect();
    if given.len() < 2 {
        return None;
    }
    let mut parts = vec![Members::new(); given.len()];
    for (name, value) in union {
        let at = given.iter().position(|given| given == name).unwrap_or(0);
        if let Some(part) = parts.get_mut(at) {
            part.insert(name.clone(), value.clone());
        }
    }
    Some(parts)
}
