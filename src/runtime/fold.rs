//! The fold: events of a streamed reply → the response that `Converse` would have given.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Citation, CitationGeneratedContent, CitationsContentBlock, CitationsDelta, ContentBlock, ContentBlockDelta,
    ContentBlockStart, ConversationRole, ConverseMetrics, ConverseOutput, ConverseResponse,
    ConverseStreamMetadataEvent, ConverseStreamOutput, ConverseTrace, ErrorBlock, ImageBlock, ImageBlockDelta,
    ImageBlockStart, ImageSource, Message, MessageStopEvent, ReasoningContentBlock, ReasoningContentBlockDelta,
    ReasoningTextBlock, StopReason, TokenUsage, ToolResultBlock, ToolResultBlockDelta, ToolResultBlockStart,
    ToolResultContentBlock, ToolUseBlock, ToolUseBlockStart,
};
use crate::error::{Error, StreamError, StreamErrorKind};
use crate::shape::{Blob, Document};

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
    role: Option<ConversationRole>,
    blocks: BTreeMap<i32, Block>,
    stop: Option<MessageStopEvent>,
    metadata: Option<Box<ConverseStreamMetadataEvent>>,
}

/// A content block in the making. Its kind is told by its start, or where there is none by its first piece.
#[derive(Debug, Clone)]
enum Block {
    Text(String),
    Reasoning { text: String, signature: Option<String> },
    Redacted(Vec<u8>),
    Citations { text: Option<String>, citations: Vec<Citation> },
    ToolUse { start: ToolUseBlockStart, input: String },
    ToolResult { start: ToolResultBlockStart, content: Vec<ToolResultContentBlock> },
    Image { start: ImageBlockStart, source: Option<ImageSource>, error: Option<ErrorBlock> },
    Unknown { name: String, pieces: Vec<Document> },
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
            ConverseStreamOutput::MessageStart(event) => match &self.role {
                None => self.role = Some(event.role.clone()),
                Some(_) => return Err(unexpected("a second messageStart")),
            },
            ConverseStreamOutput::ContentBlockStart(event) => {
                let begun = self.blocks.insert(event.content_block_index, Block::start(&event.start));
                if begun.is_some() {
                    return Err(unexpected("a second contentBlockStart of one block"));
                }
            }
            ConverseStreamOutput::ContentBlockDelta(event) => match self.blocks.get_mut(&event.content_block_index) {
                Some(block) => block.add(&event.delta)?,
                None => {
                    self.blocks.insert(event.content_block_index, Block::first(&event.delta)?);
                }
            },
            ConverseStreamOutput::ContentBlockStop(event) => {
                // A block without a piece: an empty text.
                self.blocks.entry(event.content_block_index).or_insert_with(|| Block::Text(String::new()));
            }
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
        Message::new(self.role.clone().unwrap_or(ConversationRole::Assistant), content)
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
            ContentBlockStart::Image(start) => Self::Image { start, source: None, error: None },
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
            ContentBlockDelta::ReasoningContent(_) => Self::Reasoning { text: String::new(), signature: None },
            ContentBlockDelta::Citation(_) => Self::Citations { text: None, citations: Vec::new() },
            ContentBlockDelta::Unknown { name, .. } => Self::Unknown { name: name.clone(), pieces: Vec::new() },
            ContentBlockDelta::ToolUse(_) | ContentBlockDelta::ToolResult(_) | ContentBlockDelta::Image(_) => {
                return Err(unexpected("a piece of a block that has had no contentBlockStart"));
            }
        };
        block.add(delta)?;
        Ok(block)
    }

    fn add(&mut self, delta: &ContentBlockDelta) -> Result<(), StreamError> {
        use ReasoningContentBlockDelta as Reasoning;
        match (&mut *self, delta) {
            (Self::Text(text), ContentBlockDelta::Text(piece)) => text.push_str(piece),
            (Self::Text(text), ContentBlockDelta::Citation(delta)) => {
                let text = Some(std::mem::take(text));
                *self = Self::Citations { text, citations: vec![citation(delta)?] };
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
            (Self::Redacted(bytes), ContentBlockDelta::ReasoningContent(Reasoning::RedactedContent(piece))) => {
                bytes.extend_from_slice(piece.as_ref());
            }
            (Self::ToolUse { input, .. }, ContentBlockDelta::ToolUse(piece)) => input.push_str(&piece.input),
            (Self::ToolResult { content, .. }, ContentBlockDelta::ToolResult(pieces)) => {
                content.extend(pieces.iter().map(tool_result_content));
            }
            (Self::Image { source, error, .. }, ContentBlockDelta::Image(piece)) => add_image(source, error, piece),
            (Self::Unknown { pieces, .. }, ContentBlockDelta::Unknown { value, .. }) => pieces.push(value.clone()),
            // A piece of a kind to come, in a block of a kind that is known: the event has been handed out.
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
            Self::Text(text) => ContentBlock::Text(text.clone()),
            Self::Reasoning { text, signature } => {
                let mut block = ReasoningTextBlock::new(text.clone());
                block.signature.clone_from(signature);
                block.into()
            }
            Self::Redacted(bytes) => ReasoningContentBlock::RedactedContent(Blob::from(bytes.clone())).into(),
            Self::Citations { text, citations } => {
                let mut block = CitationsContentBlock::new();
                block.content = text.iter().cloned().map(CitationGeneratedContent::Text).collect();
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
                let source = source.clone().unwrap_or_else(|| ImageSource::Bytes(Blob::default()));
                let mut block = ImageBlock::new(start.format.clone(), source);
                block.error.clone_from(error);
                block.with_unknown(start.unknown().clone()).into()
            }
            Self::Unknown { name, pieces } => {
                let value = match pieces.as_slice() {
                    [one] => one.clone(),
                    many => many.iter().map(Document::to_value).collect::<Value>().into(),
                };
                ContentBlock::Unknown { name: name.clone(), value }
            }
        }
    }
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

fn add_image(source: &mut Option<ImageSource>, error: &mut Option<ErrorBlock>, piece: &ImageBlockDelta) {
    match (source.as_mut(), &piece.source) {
        (Some(ImageSource::Bytes(bytes)), Some(ImageSource::Bytes(more))) => {
            *bytes = [bytes.as_ref(), more.as_ref()].concat().into();
        }
        (_, Some(whole)) => *source = Some(whole.clone()),
        (_, None) => {}
    }
    if piece.error.is_some() {
        error.clone_from(&piece.error);
    }
}

fn unexpected(detail: &str) -> StreamError {
    StreamError::new(StreamErrorKind::UnexpectedEvent, detail)
}
