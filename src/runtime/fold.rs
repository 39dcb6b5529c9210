//! The fold: events of a streamed reply → the response that `Converse` would have given.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use super::{
    Citation, CitationGeneratedContent, CitationsContentBlock, CitationsDelta, ContentBlock, ContentBlockDelta,
    ContentBlockStart, ConversationRole, ConverseMetrics, ConverseOutput, ConverseResponse,
    ConverseStreamMetadataEvent, ConverseStreamOutput, ConverseTrace, ErrorBlock, ImageBlock, ImageBlockDelta,
    ImageBlockStart, ImageSource, Message, MessageStartEvent, MessageStopEvent, ReasoningContentBlock,
    ReasoningContentBlockDelta, ReasoningTextBlock, StopReason, TokenUsage, ToolResultBlock, ToolResultBlockDelta,
    ToolResultBlockStart, ToolResultContentBlock, ToolUseBlock, ToolUseBlockStart,
};
use crate::error::{Error, StreamError, StreamErrorKind};
use crate::shape::{Blob, Document, UnknownMembers};

/// What has arrived of a streamed reply, put together, complete or not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PartialResponse {
    /// The message as far as it goes. The input of a tool that is not JSON yet is a JSON string of what there is.
    pub message: Message,
    /// Why the model stopped, once it did.
    pub stop_reason: Option<StopReason>,
    /// How many tokens it took, once it is known.
    pub usage: Option<TokenUsage>,
}

impl ConverseResponse {
    /// Puts the events of a whole streamed reply together.
    ///
    /// See [`ConverseStreamDecoder::into_response`](super::ConverseStreamDecoder::into_response) for what is not in it.
    ///
    /// # Errors
    ///
    /// [`Error::Stream`] where the events build no message, or end before `messageStop`.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a ConverseStreamOutput>) -> Result<Self, Error> {
        let mut fold = Fold::default();
        for event in events {
            fold.add(event)?;
        }
        Ok(fold.into_response()?)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Fold {
    start: Option<MessageStartEvent>,
    blocks: BTreeMap<i32, Block>,
    stop: Option<MessageStopEvent>,
    metadata: Option<Box<ConverseStreamMetadataEvent>>,
}

/// A content block in the making. Its kind is told by its start, or where there is none by its first piece.
#[derive(Debug, Clone)]
enum Block {
    Text(String),
    Reasoning {
        text: String,
        signature: Option<String>,
        unknown: Pieces,
    },
    /// Reasoning that has had pieces of kinds to come only.
    UnknownReasoning(Pieces),
    Redacted(Vec<u8>),
    Citations {
        text: Option<String>,
        citations: Vec<Citation>,
    },
    ToolUse {
        start: ToolUseBlockStart,
        input: String,
    },
    ToolResult {
        start: ToolResultBlockStart,
        content: Vec<ToolResultContentBlock>,
    },
    Image {
        start: ImageBlockStart,
        source: PartialSource,
        error: Option<ErrorBlock>,
    },
    Unknown {
        name: String,
        pieces: Vec<Document>,
    },
}

/// Pieces of kinds to come, each with the name of its kind.
type Pieces = Vec<(String, Document)>;

/// Where the bytes of an image come from, as far as it is known.
#[derive(Debug, Clone)]
enum PartialSource {
    /// Bytes that grow: to join the pieces one by one would copy all of them each time.
    Bytes(Vec<u8>),
    Whole(ImageSource),
}

impl Fold {
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// Takes the next event.
    pub(super) fn add(&mut self, event: &ConverseStreamOutput) -> Result<(), StreamError> {
        let late = self.stop.is_some();
        match event {
            ConverseStreamOutput::Metadata(event) => self.metadata = Some(event.clone()),
            ConverseStreamOutput::Unknown { .. } => {}
            _ if late => return Err(unexpected("an event of a message after its messageStop")),
            // A start or a delta with nothing in it says nothing of its block.
            ConverseStreamOutput::ContentBlockStart(event) if event.start.is_empty() => {}
            ConverseStreamOutput::ContentBlockDelta(event) if event.delta.is_empty() => {}
            ConverseStreamOutput::MessageStart(event) => match &self.start {
                None => self.start = Some(event.clone()),
                Some(_) => return Err(unexpected("a second messageStart")),
            },
            ConverseStreamOutput::ContentBlockStart(event) => match self.blocks.entry(event.content_block_index) {
                Entry::Vacant(place) => {
                    place.insert(Block::start(&event.start));
                }
                // What there is of the block stays available.
                Entry::Occupied(_) => return Err(unexpected("a second contentBlockStart of one block")),
            },
            ConverseStreamOutput::ContentBlockDelta(event) => match self.blocks.get_mut(&event.content_block_index) {
                Some(block) => block.add(&event.delta)?,
                None => {
                    self.blocks.insert(event.content_block_index, Block::first(&event.delta)?);
                }
            },
            // A block without start and pieces is no block: as an empty text, Bedrock would refuse it when it goes back.
            ConverseStreamOutput::ContentBlockStop(_) => {}
            ConverseStreamOutput::MessageStop(event) => self.stop = Some(event.clone()),
        }
        Ok(())
    }

    pub(super) fn partial(&self) -> PartialResponse {
        PartialResponse {
            message: self.message(),
            stop_reason: self.stop.as_ref().map(|stop| stop.stop_reason.clone()),
            usage: self.metadata.as_ref().map(|metadata| metadata.usage.clone()),
        }
    }

    fn message(&self) -> Message {
        let content: Vec<_> = self.blocks.values().map(Block::build).collect();
        match &self.start {
            Some(start) => Message::new(start.role.clone(), content).with_unknown(start.unknown().clone()),
            None => Message::new(ConversationRole::Assistant, content),
        }
    }

    pub(super) fn into_response(self) -> Result<ConverseResponse, StreamError> {
        self.blocks.values().try_for_each(Block::check)?;
        let message = self.message();
        let Some(stop) = self.stop else { return Err(StreamError::new(StreamErrorKind::MissingMessageStop, "")) };
        let unknown = stop.unknown().clone();
        let mut response = ConverseResponse::new(ConverseOutput::Message(message), stop.stop_reason);
        response.additional_model_response_fields = stop.additional_model_response_fields;
        let Some(metadata) = self.metadata else { return Ok(response.with_unknown(unknown)) };
        let unknown = unknown.and(metadata.unknown().clone());
        response.usage = Some(metadata.usage);
        response.metrics =
            Some(ConverseMetrics::new(metadata.metrics.latency_ms).with_unknown(metadata.metrics.unknown().clone()));
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

impl Block {
    fn start(start: &ContentBlockStart) -> Self {
        match start.clone() {
            ContentBlockStart::ToolUse(start) => Self::ToolUse { start, input: String::new() },
            ContentBlockStart::ToolResult(start) => Self::ToolResult { start, content: Vec::new() },
            ContentBlockStart::Image(start) => {
                Self::Image { start, source: PartialSource::Bytes(Vec::new()), error: None }
            }
            ContentBlockStart::Unknown { name, value } => Self::Unknown { name, pieces: vec![value] },
        }
    }

    /// A block that begins with a piece, as blocks without a `contentBlockStart` do.
    fn first(delta: &ContentBlockDelta) -> Result<Self, StreamError> {
        let mut block = match delta {
            ContentBlockDelta::Text(_) => Self::Text(String::new()),
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::RedactedContent(_)) => {
                Self::Redacted(Vec::new())
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Unknown { .. }) => {
                Self::UnknownReasoning(Vec::new())
            }
            ContentBlockDelta::ReasoningContent(_) => Self::reasoning(Vec::new()),
            ContentBlockDelta::Citation(_) => Self::Citations { text: None, citations: Vec::new() },
            ContentBlockDelta::Unknown { name, .. } => Self::Unknown { name: name.clone(), pieces: Vec::new() },
            ContentBlockDelta::ToolUse(_) | ContentBlockDelta::ToolResult(_) | ContentBlockDelta::Image(_) => {
                return Err(unexpected("a piece of a block that has had no contentBlockStart"));
            }
        };
        block.add(delta)?;
        Ok(block)
    }

    /// Reasoning in words, with nothing yet but pieces of kinds to come.
    fn reasoning(unknown: Pieces) -> Self {
        Self::Reasoning { text: String::new(), signature: None, unknown }
    }

    fn add(&mut self, delta: &ContentBlockDelta) -> Result<(), StreamError> {
        use ReasoningContentBlockDelta as Reasoning;
        if let (Self::UnknownReasoning(pieces), ContentBlockDelta::ReasoningContent(known)) = (&mut *self, delta) {
            match known {
                Reasoning::Text(_) | Reasoning::Signature(_) => *self = Self::reasoning(std::mem::take(pieces)),
                Reasoning::RedactedContent(_) => *self = Self::Redacted(Vec::new()),
                Reasoning::Unknown { .. } => {}
            }
        }
        match (&mut *self, delta) {
            (Self::Text(text), ContentBlockDelta::Text(piece)) => text.push_str(piece),
            (Self::Text(text), ContentBlockDelta::Citation(delta)) => {
                let citations = vec![citation(delta)?];
                *self = Self::Citations { text: Some(std::mem::take(text)), citations };
            }
            (Self::Citations { text, .. }, ContentBlockDelta::Text(piece)) => {
                text.get_or_insert_default().push_str(piece);
            }
            (Self::Citations { citations, .. }, ContentBlockDelta::Citation(delta)) => citations.push(citation(delta)?),
            (Self::Reasoning { text, .. }, ContentBlockDelta::ReasoningContent(Reasoning::Text(piece))) => {
                text.push_str(piece);
            }
            (Self::Reasoning { signature, .. }, ContentBlockDelta::ReasoningContent(Reasoning::Signature(piece))) => {
                signature.get_or_insert_default().push_str(piece);
            }
            // Beside words it is something like their signature: a member of the same structure.
            (
                Self::Reasoning { unknown, .. } | Self::UnknownReasoning(unknown),
                ContentBlockDelta::ReasoningContent(Reasoning::Unknown { name, value }),
            ) => unknown.push((name.clone(), value.clone())),
            (Self::Redacted(bytes), ContentBlockDelta::ReasoningContent(Reasoning::RedactedContent(piece))) => {
                bytes.extend_from_slice(piece.as_ref());
            }
            (Self::ToolUse { input, .. }, ContentBlockDelta::ToolUse(piece)) => input.push_str(&piece.input),
            (Self::ToolResult { content, .. }, ContentBlockDelta::ToolResult(pieces)) => {
                content.extend(pieces.iter().map(tool_result_content));
            }
            (Self::Image { source, error, .. }, ContentBlockDelta::Image(piece)) => add_image(source, error, piece),
            (Self::Unknown { pieces, .. }, ContentBlockDelta::Unknown { value, .. }) => pieces.push(value.clone()),
            // What a block of a kind to come is made of is its own affair.
            (Self::Unknown { pieces, .. }, known) => pieces.push(Document::new(known).map_err(|error| {
                StreamError::new(StreamErrorKind::MalformedEvent, "contentBlockDelta").with_source(error)
            })?),
            // A piece of a kind to come, in a block that has no place for it: the event has been handed out.
            (_, ContentBlockDelta::Unknown { .. } | ContentBlockDelta::ReasoningContent(Reasoning::Unknown { .. })) => {
            }
            _ => return Err(unexpected("a piece of another kind than its block")),
        }
        Ok(())
    }

    /// Says what keeps the block from being whole.
    fn check(&self) -> Result<(), StreamError> {
        let Self::ToolUse { start, input } = self else { return Ok(()) };
        tool_input(input).map(|_| ()).map_err(|error| {
            let detail = format!("the tool {:?} was given {input:?}", start.name);
            StreamError::new(StreamErrorKind::ToolInput, detail).with_source(error)
        })
    }

    /// The block as far as it goes; the input of a tool that is no JSON (yet) is a string of what there is.
    fn build(&self) -> ContentBlock {
        match self {
            Self::Text(text) => ContentBlock::from(text),
            Self::Reasoning { text, signature, unknown } => {
                let mut block = ReasoningTextBlock::new(text.clone());
                block.signature.clone_from(signature);
                block.with_unknown(unknown_members(unknown)).into()
            }
            Self::UnknownReasoning(pieces) => {
                let name = pieces.first().map(|(name, _)| name.clone()).unwrap_or_default();
                let value = joined(pieces.iter().map(|(_, value)| value));
                ReasoningContentBlock::Unknown { name, value }.into()
            }
            Self::Redacted(bytes) => ReasoningContentBlock::RedactedContent(Blob::from(bytes.clone())).into(),
            Self::Citations { text, citations } => {
                let mut block = CitationsContentBlock::new();
                block.content = text.iter().cloned().map(CitationGeneratedContent::from).collect();
                block.citations.clone_from(citations);
                block.into()
            }
            Self::ToolUse { start, input } => {
                let input = tool_input(input).unwrap_or_else(|_| Value::from(input.as_str()).into());
                let mut block = ToolUseBlock::new(start.tool_use_id.clone(), start.name.clone(), input);
                block.r#type.clone_from(&start.r#type);
                block.with_unknown(start.unknown().clone()).into()
            }
            Self::ToolResult { start, content } => {
                let mut block = ToolResultBlock::new(start.tool_use_id.clone(), content.clone());
                block.status.clone_from(&start.status);
                block.r#type.clone_from(&start.r#type);
                block.with_unknown(start.unknown().clone()).into()
            }
            Self::Image { start, source, error } => {
                let source = match source {
                    PartialSource::Bytes(bytes) => ImageSource::Bytes(bytes.clone().into()),
                    PartialSource::Whole(source) => source.clone(),
                };
                let mut block = ImageBlock::new(start.format.clone(), source);
                block.error.clone_from(error);
                block.with_unknown(start.unknown().clone()).into()
            }
            Self::Unknown { name, pieces } => ContentBlock::Unknown { name: name.clone(), value: joined(pieces) },
        }
    }
}

/// What pieces of a kind to come make: how they are put together nobody knows yet, so several are a list.
fn joined<'a>(pieces: impl IntoIterator<Item = &'a Document>) -> Document {
    let pieces: Vec<_> = pieces.into_iter().collect();
    match pieces.as_slice() {
        [one] => (*one).clone(),
        many => Document::list(many.iter().copied()),
    }
}

/// Pieces of kinds to come as members, a kind each.
fn unknown_members(pieces: &Pieces) -> UnknownMembers {
    let mut kinds = BTreeMap::<&str, Vec<&Document>>::new();
    for (name, value) in pieces {
        kinds.entry(name).or_default().push(value);
    }
    let mut members = UnknownMembers::default();
    for (name, values) in kinds {
        members.insert(name.to_owned(), joined(values));
    }
    members
}

/// The input of a tool, its pieces joined; a tool without arguments streams `""`, which is `{}`, as `null` is in a whole
/// answer.
fn tool_input(input: &str) -> Result<Document, Error> {
    if matches!(input.trim(), "" | "null") { Ok(Document::default()) } else { Document::from_json(input) }
}

/// A citation's delta is a whole citation under another name.
fn citation(delta: &CitationsDelta) -> Result<Citation, StreamError> {
    Document::new(delta)
        .and_then(|document| document.read())
        .map_err(|error| StreamError::new(StreamErrorKind::MalformedEvent, "a citation").with_source(error))
}

fn tool_result_content(piece: &ToolResultBlockDelta) -> ToolResultContentBlock {
    match piece.clone() {
        ToolResultBlockDelta::Text(text) => ToolResultContentBlock::Text(text),
        ToolResultBlockDelta::Json(json) => ToolResultContentBlock::Json(json),
        ToolResultBlockDelta::Unknown { name, value } => ToolResultContentBlock::Unknown { name, value },
    }
}

fn add_image(source: &mut PartialSource, error: &mut Option<ErrorBlock>, piece: &ImageBlockDelta) {
    match (&mut *source, &piece.source) {
        (_, None) => {}
        (PartialSource::Bytes(bytes), Some(ImageSource::Bytes(more))) => bytes.extend_from_slice(more.as_ref()),
        (PartialSource::Whole(_), Some(ImageSource::Bytes(first))) => {
            *source = PartialSource::Bytes(first.as_ref().to_vec());
        }
        (_, Some(whole)) => *source = PartialSource::Whole(whole.clone()),
    }
    if piece.error.is_some() {
        error.clone_from(&piece.error);
    }
}

fn unexpected(detail: &str) -> StreamError {
    StreamError::new(StreamErrorKind::UnexpectedEvent, detail)
}
