//! One content block in the making: its deltas joined, complete or not.

use std::collections::BTreeMap;

use serde_json::Value;

use super::unexpected;
use crate::error::{Error, StreamError, StreamErrorKind};
use crate::runtime::{
    Citation, CitationGeneratedContent, CitationSourceContent, CitationSourceContentDelta, CitationsContentBlock,
    CitationsDelta, ContentBlock, ContentBlockDelta, ContentBlockStart, ErrorBlock, ImageBlock, ImageBlockDelta,
    ImageBlockStart, ImageFormat, ImageSource, ReasoningContentBlock, ReasoningContentBlockDelta, ReasoningTextBlock,
    ToolResultBlock, ToolResultBlockDelta, ToolResultBlockStart, ToolResultContentBlock, ToolUseBlock,
    ToolUseBlockStart,
};
use crate::shape::{Blob, Document, Keeps, Union as _, UnknownMembers};

/// A content block in the making. Its kind is told by its start, or where there is none by its first piece.
#[derive(Debug, Clone)]
pub(super) enum Block {
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
pub(super) enum PartialSource {
    /// Bytes that grow: to join the pieces one by one would copy all of them each time.
    Bytes(Vec<u8>),
    Whole(ImageSource),
}

/// Why a delta has no place in a block.
#[derive(Debug)]
pub(super) enum Misplaced {
    /// The delta is of an unknown kind, and the block is of a known one. This is not an error.
    Unknown,
    /// The delta contradicts the block.
    Contradiction(StreamError),
}

impl From<StreamError> for Misplaced {
    fn from(error: StreamError) -> Self {
        Self::Contradiction(error)
    }
}

impl Block {
    pub(super) fn start(start: &ContentBlockStart) -> Self {
        match start.clone() {
            ContentBlockStart::ToolUse(start) => Self::ToolUse { start, input: String::new() },
            ContentBlockStart::ToolResult(start) => Self::ToolResult { start, content: Vec::new() },
            ContentBlockStart::Image(start) => {
                Self::Image { start, source: PartialSource::Bytes(Vec::new()), error: None }
            }
            ContentBlockStart::Unknown { name, value } => Self::Unknown { name, pieces: vec![value] },
        }
    }

    /// Returns the block that begins with a delta, as blocks without a `contentBlockStart` do.
    ///
    /// A block that must have one is made all the same, so that [`partial`](super::ResponseAccumulator::partial) has its content; then
    /// the second value says what is wrong with it.
    pub(super) fn first(delta: &ContentBlockDelta) -> (Self, Result<(), StreamError>) {
        let (mut block, has_start) = match delta {
            ContentBlockDelta::Text(_) => (Self::Text(String::new()), true),
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::RedactedContent(_)) => {
                (Self::Redacted(Vec::new()), true)
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Unknown { .. }) => {
                (Self::UnknownReasoning(Vec::new()), true)
            }
            ContentBlockDelta::ReasoningContent(_) => (Self::reasoning(Vec::new()), true),
            ContentBlockDelta::Citation(_) => (Self::Citations { text: None, citations: Vec::new() }, true),
            ContentBlockDelta::Unknown { name, .. } => (Self::Unknown { name: name.clone(), pieces: Vec::new() }, true),
            ContentBlockDelta::ToolUse(_) => {
                (Self::ToolUse { start: ToolUseBlockStart::new("", ""), input: String::new() }, false)
            }
            ContentBlockDelta::ToolResult(_) => {
                (Self::ToolResult { start: ToolResultBlockStart::new(""), content: Vec::new() }, false)
            }
            ContentBlockDelta::Image(_) => {
                let start = ImageBlockStart::new(ImageFormat::from(""));
                (Self::Image { start, source: PartialSource::Bytes(Vec::new()), error: None }, false)
            }
        };
        let added = match block.add(delta) {
            Err(Misplaced::Contradiction(error)) => Err(error),
            Ok(()) | Err(Misplaced::Unknown) => Ok(()),
        };
        let started =
            if has_start { Ok(()) } else { Err(unexpected("a delta of a block without a contentBlockStart")) };
        (block, started.and(added))
    }

    /// Reasoning in words, with nothing yet but pieces of kinds to come.
    fn reasoning(unknown: Pieces) -> Self {
        Self::Reasoning { text: String::new(), signature: None, unknown }
    }

    /// Returns whether a delta begins the block anew.
    ///
    /// A block of which only a `type` is known has no kind yet. Redacted reasoning has no place for unknown reasoning.
    pub(super) fn yields_to(&self, delta: &ContentBlockDelta) -> bool {
        match (self, delta) {
            (Self::Unknown { .. }, _) => self.is_only_type(),
            (
                Self::UnknownReasoning(_),
                ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::RedactedContent(_)),
            ) => true,
            _ => false,
        }
    }

    /// Returns whether all that is known of the block is a `type`, as in `"start": {"type": "text"}`.
    pub(super) fn is_only_type(&self) -> bool {
        matches!(self, Self::Unknown { name, pieces } if pieces.iter().all(|piece| is_type(name, piece)))
    }

    /// Adds a delta. An error says why it has no place in this block, which then stays as it was.
    pub(super) fn add(&mut self, delta: &ContentBlockDelta) -> Result<(), Misplaced> {
        use ReasoningContentBlockDelta as Reasoning;
        if let (Self::UnknownReasoning(pieces), ContentBlockDelta::ReasoningContent(known)) = (&mut *self, delta) {
            match known {
                Reasoning::Text(_) | Reasoning::Signature(_) => *self = Self::reasoning(std::mem::take(pieces)),
                Reasoning::RedactedContent(_) | Reasoning::Unknown { .. } => {}
            }
        }
        match (&mut *self, delta) {
            (Self::Text(text), ContentBlockDelta::Text(piece)) => text.push_str(piece),
            (Self::Text(text), ContentBlockDelta::Citation(delta)) => {
                let citations = vec![citation(delta)];
                *self = Self::Citations { text: Some(std::mem::take(text)), citations };
            }
            (Self::Citations { text, .. }, ContentBlockDelta::Text(piece)) => {
                text.get_or_insert_default().push_str(piece);
            }
            (Self::Citations { citations, .. }, ContentBlockDelta::Citation(delta)) => citations.push(citation(delta)),
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
            (Self::Unknown { name, pieces }, ContentBlockDelta::Unknown { name: kind, value }) => {
                pieces.push(if kind == name { value.clone() } else { named(kind, value) });
            }
            // A type has no content to keep.
            (_, ContentBlockDelta::Unknown { name, value }) if is_type(name, value) => {}
            (_, ContentBlockDelta::Unknown { .. } | ContentBlockDelta::ReasoningContent(Reasoning::Unknown { .. })) => {
                return Err(Misplaced::Unknown);
            }
            _ => return Err(unexpected("a delta of another kind than its block").into()),
        }
        Ok(())
    }

    /// Says what keeps the block from being whole.
    pub(super) fn check(&self) -> Result<(), StreamError> {
        let Self::ToolUse { start, input } = self else { return Ok(()) };
        tool_input(input).map(|_| ()).map_err(|error| {
            let detail = format!("the tool {:?} was given {input:?}", start.name);
            StreamError::new(StreamErrorKind::ToolInput, detail).with_source(error)
        })
    }

    /// The block as far as it goes; the input of a tool that is no JSON (yet) is a string of what there is.
    pub(super) fn build(&self) -> ContentBlock {
        match self {
            Self::Text(text) => ContentBlock::from(text),
            Self::Reasoning { text, signature, unknown } => {
                let mut block = ReasoningTextBlock::new(text.clone());
                block.signature.clone_from(signature);
                block.with_unknown(unknown_members(unknown)).into()
            }
            Self::UnknownReasoning(pieces) => {
                let name = pieces.first().map(|(name, _)| name.clone()).unwrap_or_default();
                let piece = |(kind, value): &(String, Document)| {
                    if *kind == name { value.clone() } else { named(kind, value) }
                };
                let value = joined(&pieces.iter().map(piece).collect::<Vec<_>>());
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
                beside(block.with_unknown(start.unknown().clone()).into(), start)
            }
            Self::ToolResult { start, content } => {
                let mut block = ToolResultBlock::new(start.tool_use_id.clone(), content.clone());
                block.status.clone_from(&start.status);
                block.r#type.clone_from(&start.r#type);
                beside(block.with_unknown(start.unknown().clone()).into(), start)
            }
            Self::Image { start, source, error } => {
                let source = match source {
                    PartialSource::Bytes(bytes) => ImageSource::Bytes(bytes.clone().into()),
                    PartialSource::Whole(source) => source.clone(),
                };
                let mut block = ImageBlock::new(start.format.clone(), source);
                block.error.clone_from(error);
                beside(block.with_unknown(start.unknown().clone()).into(), start)
            }
            Self::Unknown { name, pieces } => ContentBlock::Unknown { name: name.clone(), value: joined(pieces) },
        }
    }
}

/// Returns a block with the members that its start had next to the variant.
fn beside(mut block: ContentBlock, start: &impl Keeps) -> ContentBlock {
    let members = start.kept().adjacent();
    if !members.is_empty() {
        block.kept_mut().clone_from(members);
    }
    block
}

/// Returns whether an unknown member only says a type, such as `"type": "text"`.
fn is_type(name: &str, value: &Document) -> bool {
    name == "type" && value.as_json().starts_with('"')
}

/// Returns a piece together with its name, because it is not the name of the block.
fn named(name: &str, value: &Document) -> Document {
    let mut members = BTreeMap::new();
    members.insert(name.to_owned(), value.clone());
    Document::new(&members).unwrap_or_else(|_| value.clone())
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
        members.set(name.to_owned(), joined(values));
    }
    members
}

/// The input of a tool, its pieces joined; a tool without arguments streams `""`, which is `{}`, as `null` is in a whole
/// answer.
fn tool_input(input: &str) -> Result<Document, Error> {
    if matches!(input.trim(), "" | "null") { Ok(Document::default()) } else { Document::from_json(input) }
}

/// A citation's delta is a whole citation under another name. A part of its source that has no text says nothing.
fn citation(delta: &CitationsDelta) -> Citation {
    let mut citation = Citation::new().with_unknown(delta.unknown().clone());
    citation.title.clone_from(&delta.title);
    citation.source.clone_from(&delta.source);
    citation.location.clone_from(&delta.location);
    let parts = delta.source_content.iter().filter(|part| part.text.is_some() || !part.unknown().is_empty());
    citation.source_content = parts.map(source_content).collect();
    citation
}

fn source_content(part: &CitationSourceContentDelta) -> CitationSourceContent {
    let unknown = part.unknown().clone();
    match &part.text {
        Some(text) => CitationSourceContent::from(text).with_adjacent(unknown),
        None => CitationSourceContent::of_members(unknown),
    }
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
