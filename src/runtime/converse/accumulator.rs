//! Accumulates the events of a streamed reply to the response that `Converse` would have returned.

mod block;
mod metadata;
mod start;

use std::collections::BTreeMap;
use std::mem::size_of;

use crate::error::{Error, StreamError, StreamErrorKind};
use crate::runtime::{
    Citation, ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseMetrics, ConverseOutput,
    ConverseResponse, ConverseStreamMetadataEvent, ConverseStreamOutput, ConverseTrace, ImageSource, Message,
    MessageStartEvent, MessageStopEvent, ReasoningContentBlockDelta, StopReason, TokenUsage, ToolResultBlockDelta,
    ToolResultContentBlock,
};
use crate::shape::{Document, UnknownMembers};
use block::{Block, Misplaced};

/// The content of a streamed reply that has arrived so far.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PartialResponse {
    /// The message so far. If the input of a tool is not yet valid JSON, it is a JSON string of its
    /// text so far.
    pub message: Message,
    /// Why the model stopped. `None` before `messageStop`.
    pub stop_reason: Option<StopReason>,
    /// The tokens of the request and the response. `None` before `metadata`.
    pub usage: Option<TokenUsage>,
}

impl ConverseResponse {
    /// Accumulates the events of a complete streamed reply to a response.
    ///
    /// [`ConverseStreamDecoder::into_response`](super::ConverseStreamDecoder::into_response) lists
    /// what the response does not contain.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Stream`] if the events contradict each other or end before `messageStop`.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a ConverseStreamOutput>) -> Result<Self, Error> {
        let mut accumulator = ResponseAccumulator::default();
        for event in events {
            accumulator.add(event)?;
        }
        Ok(accumulator.into_response()?)
    }
}

/// The default maximum memory of the reply, in bytes: 256 MiB, as in `Limits`.
const MEMORY: usize = 256 * 1024 * 1024;

/// The state of a reply while its events arrive.
/// How many metadata events after the first one are joined. The service sends one event.
const MAX_METADATA_JOINS: usize = 16;

#[derive(Debug, Clone)]
pub(super) struct ResponseAccumulator {
    start: Option<MessageStartEvent>,
    blocks: BTreeMap<i32, Slot>,
    stop: Option<MessageStopEvent>,
    metadata: Option<Box<ConverseStreamMetadataEvent>>,
    /// How many metadata events followed the first one.
    metadata_joins: usize,
    /// The first contradiction between events. It is an error of the whole reply only, so the
    /// events are still returned.
    contradiction: Option<StreamError>,
    /// The maximum memory of the reply, in bytes.
    memory: usize,
    /// The remaining part of `memory`, in bytes.
    left: usize,
}

/// The content of one index.
#[derive(Debug, Clone, Default)]
struct Slot {
    /// `None` if only the `contentBlockStop` has arrived.
    block: Option<Block>,
    stopped: bool,
    /// Deltas that have no place in the block, as blocks that follow it. Few replies have such
    /// deltas.
    misfits: Vec<Block>,
}

/// The memory of a block without its content, in bytes. The nodes of the tree may be half empty.
const BLOCK: usize = 2 * size_of::<(i32, Slot)>();

/// The maximum memory that one byte of JSON needs after it is read, which is reached with short
/// names and small values.
const MEMBER: usize = 16;

impl Default for ResponseAccumulator {
    fn default() -> Self {
        Self {
            start: None,
            blocks: BTreeMap::new(),
            stop: None,
            metadata: None,
            metadata_joins: 0,
            contradiction: None,
            left: MEMORY,
            memory: MEMORY,
        }
    }
}

impl ResponseAccumulator {
    pub(super) fn set_memory(&mut self, bytes: usize) {
        (self.memory, self.left) = (bytes, bytes);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// Returns whether all parts of a reply have arrived, including the metadata.
    pub(super) fn is_complete(&self) -> bool {
        self.stop.is_some() && self.metadata.is_some()
    }

    /// Adds the next event. An error ends the stream; the content that arrived before stays
    /// available.
    ///
    /// An event that is out of order is an error. A delta that contradicts its block is not an
    /// error here: it is kept next to the block, the event is returned to the caller, and
    /// [`into_response`](Self::into_response) fails.
    pub(super) fn add(&mut self, event: &ConverseStreamOutput) -> Result<(), StreamError> {
        let late = self.stop.is_some();
        match event {
            ConverseStreamOutput::Metadata(event) => {
                self.take(unknown_weight(event.unknown()))?;
                self.add_metadata(event)?;
            }
            ConverseStreamOutput::Unknown { .. } => {}
            _ if late => return Err(unexpected("an event of a message after its messageStop")),
            // An empty start or delta does not determine the kind of its block.
            ConverseStreamOutput::ContentBlockStart(event) if start::is_undetermined(&event.start) => {}
            ConverseStreamOutput::ContentBlockDelta(event) if event.delta.is_empty() => {}
            ConverseStreamOutput::MessageStart(event) => match &self.start {
                None => self.start = Some(event.clone()),
                Some(_) => return Err(unexpected("a second messageStart")),
            },
            ConverseStreamOutput::ContentBlockStart(event) => {
                self.take(BLOCK + start_weight(&event.start) + unknown_weight(event.start.unknown()))?;
                let slot = self.slot(event.content_block_index);
                if slot.block.is_some() || slot.stopped {
                    return Err(unexpected("a second contentBlockStart of one block"));
                }
                let content = start::content(&event.start);
                slot.block = Some(match &content {
                    Some(delta) => Block::first(delta).0,
                    None => Block::start(&event.start),
                });
                if content.is_some() {
                    self.contradiction.get_or_insert_with(|| unexpected("a contentBlockStart with content"));
                }
                self.check_index(event.content_block_index);
            }
            ConverseStreamOutput::ContentBlockDelta(event) => {
                let (index, delta) = (event.content_block_index, &event.delta);
                self.take(delta_weight(delta))?;
                let continued = match self.blocks.get_mut(&index) {
                    Some(Slot { block: Some(block), stopped: false, .. }) if !block.yields_to(delta) => {
                        block.add(delta).is_ok()
                    }
                    _ => false,
                };
                if !continued {
                    self.add_elsewhere(index, delta)?;
                }
            }
            // A block without start and deltas is ignored. As an empty text, Bedrock would refuse
            // it in the next request. A second stop is ignored as well.
            ConverseStreamOutput::ContentBlockStop(event) => {
                let index = event.content_block_index;
                if let Some(slot) = self.blocks.get_mut(&index) {
                    slot.stopped = true;
                } else {
                    self.take(BLOCK)?;
                    self.slot(index).stopped = true;
                    self.check_index(index);
                }
            }
            ConverseStreamOutput::MessageStop(event) => self.stop = Some(event.clone()),
        }
        Ok(())
    }

    /// Adds a delta that does not continue its block.
    fn add_elsewhere(&mut self, index: i32, delta: &ContentBlockDelta) -> Result<(), StreamError> {
        let added = match self.blocks.get_mut(&index) {
            Some(Slot { stopped: true, .. }) => {
                return Err(unexpected("a delta of a block after its contentBlockStop"));
            }
            Some(Slot { block: Some(block), .. }) if !block.yields_to(delta) => match block.add(delta) {
                Ok(()) => Ok(()),
                Err(misplaced) => {
                    self.add_misfit(index, delta)?;
                    match misplaced {
                        Misplaced::Unknown => Ok(()),
                        Misplaced::Contradiction(error) => Err(error),
                    }
                }
            },
            _ => {
                self.take(BLOCK)?;
                let (block, added) = Block::first(delta);
                let slot = self.slot(index);
                let before = slot.block.replace(block);
                if let Some(before) = before.filter(|block| !block.is_only_type()) {
                    slot.misfits.push(before);
                }
                self.check_index(index);
                added
            }
        };
        if let Err(error) = added {
            self.contradiction.get_or_insert(error);
        }
        Ok(())
    }

    /// Keeps a delta that has no place in the block of its index.
    fn add_misfit(&mut self, index: i32, delta: &ContentBlockDelta) -> Result<(), StreamError> {
        let last = self.slot(index).misfits.last_mut();
        if last.is_none_or(|last| last.add(delta).is_err()) {
            self.take(BLOCK)?;
            self.slot(index).misfits.push(Block::first(delta).0);
        }
        Ok(())
    }

    /// Returns the slot of an index, which is created if necessary.
    #[inline(never)]
    fn slot(&mut self, index: i32) -> &mut Slot {
        self.blocks.entry(index).or_default()
    }

    fn check_index(&mut self, index: i32) {
        if index < 0 {
            self.contradiction.get_or_insert_with(|| unexpected(&format!("the contentBlockIndex {index}")));
        }
    }

    /// Subtracts the memory that an event adds to the reply.
    #[inline]
    fn take(&mut self, bytes: usize) -> Result<(), StreamError> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.too_large()),
        }
    }

    #[cold]
    fn too_large(&self) -> StreamError {
        let detail =
            format!("the reply uses more than {} bytes of memory: raise Limits::memory to allow this", self.memory);
        StreamError::new(StreamErrorKind::TooLarge, detail)
    }

    /// Adds a metadata event. Members that an earlier metadata event also has must be equal.
    fn add_metadata(&mut self, event: &ConverseStreamMetadataEvent) -> Result<(), StreamError> {
        let Some(known) = &self.metadata else {
            self.metadata = Some(Box::new(event.clone()));
            return Ok(());
        };
        // Each join reads what is known anew: without a bound, a stream of them would take quadratic time.
        self.metadata_joins += 1;
        if self.metadata_joins > MAX_METADATA_JOINS {
            self.contradiction.get_or_insert_with(|| unexpected("too many metadata events"));
            return Ok(());
        }
        let merged = Document::new(event).and_then(|more| Ok((Document::new(known)?, more)));
        let joined = match merged {
            Ok((known, more)) => {
                // Unknown members inside of known members are kept too.
                self.take(document_weight(&more).saturating_mul(MEMBER))?;
                let (joined, same) = metadata::join(&known, &more);
                joined.read().map(|joined| (joined, same))
            }
            Err(error) => Err(error),
        };
        let same = match joined {
            Ok((joined, same)) => {
                self.metadata = Some(Box::new(joined));
                same
            }
            Err(_) => false,
        };
        if !same {
            self.contradiction.get_or_insert_with(|| unexpected("a second metadata event that contradicts the first"));
        }
        Ok(())
    }

    pub(super) fn partial(&self) -> PartialResponse {
        PartialResponse {
            message: self.message(true),
            stop_reason: self.stop.as_ref().map(|stop| stop.stop_reason.clone()),
            usage: self.metadata.as_ref().and_then(|metadata| metadata.usage.clone()),
        }
    }

    fn message(&self, with_misfits: bool) -> Message {
        let mut content = Vec::new();
        for slot in self.blocks.values() {
            content.extend(slot.block.as_ref().map(Block::build));
            if with_misfits {
                content.extend(slot.misfits.iter().map(Block::build));
            }
        }
        match &self.start {
            Some(start) => Message::new(start.role.clone(), content).with_unknown(start.unknown().clone()),
            None => Message::new(ConversationRole::Assistant, content),
        }
    }

    pub(super) fn into_response(self) -> Result<ConverseResponse, StreamError> {
        if let Some(error) = self.contradiction {
            return Err(error);
        }
        self.blocks.values().filter_map(|slot| slot.block.as_ref()).try_for_each(Block::check)?;
        // Without a contradiction, the misfits are unknown deltas. The response has no place for
        // them.
        let message = self.message(false);
        let Some(stop) = self.stop else { return Err(StreamError::new(StreamErrorKind::MissingMessageStop, "")) };
        let unknown = stop.unknown().clone();
        let mut response = ConverseResponse::new(ConverseOutput::Message(message), stop.stop_reason);
        response.additional_model_response_fields = stop.additional_model_response_fields;
        let Some(metadata) = self.metadata else { return Ok(response.with_unknown(unknown)) };
        let unknown = unknown.and(metadata.unknown().clone());
        response.usage = metadata.usage;
        response.metrics = metadata
            .metrics
            .map(|metrics| ConverseMetrics::new(metrics.latency_ms).with_unknown(metrics.unknown().clone()));
        response.trace = metadata.trace.map(|trace| {
            let mut whole = ConverseTrace::new().with_unknown(trace.unknown().clone());
            whole.guardrail = trace.guardrail;
            whole.prompt_router = trace.prompt_router;
            whole
        });
        response.performance_config = metadata.performance_config;
        response.service_tier = metadata.service_tier;
        Ok(response.with_unknown(unknown))
    }
}

fn unexpected(detail: &str) -> StreamError {
    StreamError::new(StreamErrorKind::UnexpectedEvent, detail)
}

/// Returns the memory of the start of a block, in bytes.
fn start_weight(start: &ContentBlockStart) -> usize {
    match start {
        ContentBlockStart::ToolUse(start) => {
            start.tool_use_id.len() + start.name.len() + unknown_weight(start.unknown())
        }
        ContentBlockStart::ToolResult(start) => {
            start.tool_use_id.len() + start.r#type.as_ref().map_or(0, String::len) + unknown_weight(start.unknown())
        }
        ContentBlockStart::Image(start) => start.format.as_str().len() + unknown_weight(start.unknown()),
        ContentBlockStart::Unknown { name, value } => name.len() + document_weight(value),
    }
}

/// Returns the memory that a delta adds to its block, in bytes.
fn delta_weight(delta: &ContentBlockDelta) -> usize {
    match delta {
        ContentBlockDelta::Text(text) => text.len(),
        ContentBlockDelta::ToolUse(delta) => delta.input.len(),
        ContentBlockDelta::ToolResult(parts) => parts.iter().map(part_weight).sum(),
        ContentBlockDelta::ReasoningContent(delta) => match delta {
            ReasoningContentBlockDelta::Text(text) | ReasoningContentBlockDelta::Signature(text) => text.len(),
            ReasoningContentBlockDelta::RedactedContent(bytes) => bytes.as_ref().len(),
            ReasoningContentBlockDelta::Unknown { name, value } => unknown_variant_weight(name, value),
        },
        ContentBlockDelta::Citation(citation) => {
            let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            let parts = citation.source_content.iter();
            // A part is a text, or the name and the document of an unknown variant.
            let parts = parts.map(|part| 2 * size_of::<String>() + text(&part.text) + unknown_weight(part.unknown()));
            let location = citation.location.as_ref().map_or(0, |_| size_of::<Citation>());
            let texts = text(&citation.title) + text(&citation.source);
            2 * size_of::<Citation>() + location + texts + parts.sum::<usize>() + unknown_weight(citation.unknown())
        }
        ContentBlockDelta::Image(image) => match &image.source {
            Some(ImageSource::Bytes(bytes)) => bytes.as_ref().len(),
            Some(ImageSource::Unknown { name, value }) => unknown_variant_weight(name, value),
            _ => size_of::<ImageSource>(),
        },
        ContentBlockDelta::Unknown { name, value } => unknown_variant_weight(name, value),
    }
}

/// Returns the memory of a part of a tool's result, in bytes.
fn part_weight(part: &ToolResultBlockDelta) -> usize {
    size_of::<ToolResultContentBlock>()
        + match part {
            ToolResultBlockDelta::Text(text) => text.len(),
            ToolResultBlockDelta::Json(json) => document_weight(json),
            ToolResultBlockDelta::Unknown { name, value } => unknown_variant_weight(name, value),
        }
}

/// Returns the memory of an unknown variant, in bytes.
fn unknown_variant_weight(name: &str, value: &Document) -> usize {
    2 * size_of::<(String, Document)>() + name.len() + document_weight(value)
}

/// Returns the memory of a document, in bytes. An allocation needs at least 16.
fn document_weight(document: &Document) -> usize {
    document.as_json().len().max(16)
}

/// Returns the memory of unknown members, in bytes. The nodes of their tree may be half empty.
fn unknown_weight(members: &UnknownMembers) -> usize {
    members.iter().map(|(name, value)| unknown_variant_weight(name, value) + 16).sum()
}
