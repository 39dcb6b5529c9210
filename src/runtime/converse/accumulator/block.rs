//! A content block while its deltas arrive.

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

/// A content block while its deltas arrive. Its kind is determined from its start, or from its
/// first delta.
#[derive(Debug, Clone)]
pub(super) enum Block {
    Text(String),
    Reasoning {
        text: String,
        signature: Option<String>,
        unknown: UnknownDeltas,
    },
    /// Reasoning of which only unknown deltas have arrived.
    UnknownReasoning(UnknownDeltas),
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
        deltas: Vec<Document>,
    },
}

/// Deltas of unrecognized variants, each with the name of its variant.
type UnknownDeltas = Vec<(String, Document)>;

/// The source of an image, as far as it has arrived.
#[derive(Debug, Clone)]
pub(super) enum PartialSource {
    /// Bytes that grow. A `Blob` would be copied for every delta.
    Bytes(Vec<u8>),
    Whole(ImageSource),
}

/// Why a delta has no place in a block.
#[derive(Debug)]
pub(super) enum Misplaced {
    /// The delta is unknown and the block is known. This is not an error.
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
            ContentBlockStart::Unknown { name, value } => Self::Unknown { name, deltas: vec![value] },
        }
    }

    /// Returns the block that begins with a delta, for blocks without a `contentBlockStart`.
    ///
    /// A block that requires a start is created as well, so that
    /// [`partial`](super::ResponseAccumulator::partial) has its content. The second value is then
    /// an error.
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
            ContentBlockDelta::Unknown { name, .. } => (Self::Unknown { name: name.clone(), deltas: Vec::new() }, true),
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

    /// Returns reasoning text to which only unknown deltas have been added.
    fn reasoning(unknown: UnknownDeltas) -> Self {
        Self::Reasoning { text: String::new(), signature: None, unknown }
    }

    /// Returns whether a delta replaces the block by a new one.
    ///
    /// This is the case if only a `type` of the block is known, which does not determine its kind,
    /// and if redacted reasoning follows unknown reasoning, for which it has no place.
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

    /// Returns whether only a `type` of the block is known, as in `"start": {"type": "text"}`.
    pub(super) fn is_only_type(&self) -> bool {
        matches!(self, Self::Unknown { name, deltas } if deltas.iter().all(|delta| is_type(name, delta)))
    }

    /// Adds a delta. If it has no place in this block, returns the reason and leaves the block
    /// unchanged.
    pub(super) fn add(&mut self, delta: &ContentBlockDelta) -> Result<(), Misplaced> {
        use ReasoningContentBlockDelta as Reasoning;
        if let (Self::UnknownReasoning(deltas), ContentBlockDelta::ReasoningContent(known)) = (&mut *self, delta) {
            match known {
                Reasoning::Text(_) | Reasoning::Signature(_) => *self = Self::reasoning(std::mem::take(deltas)),
                Reasoning::RedactedContent(_) | Reasoning::Unknown { .. } => {}
            }
        }
        match (&mut *self, delta) {
            (Self::Text(text), ContentBlockDelta::Text(more)) => text.push_str(more),
            (Self::Text(text), ContentBlockDelta::Citation(delta)) => {
                let citations = vec![citation(delta)];
                *self = Self::Citations { text: Some(std::mem::take(text)), citations };
            }
            (Self::Citations { text, .. }, ContentBlockDelta::Text(more)) => {
                text.get_or_insert_default().push_str(more);
            }
            (Self::Citations { citations, .. }, ContentBlockDelta::Citation(delta)) => citations.push(citation(delta)),
            (Self::Reasoning { text, .. }, ContentBlockDelta::ReasoningContent(Reasoning::Text(more))) => {
                text.push_str(more);
            }
            (Self::Reasoning { signature, .. }, ContentBlockDelta::ReasoningContent(Reasoning::Signature(more))) => {
                signature.get_or_insert_default().push_str(more);
            }
            // Next to reasoning text an unknown delta is taken for a member of the same structure,
            // as the signature is.
            (
                Self::Reasoning { unknown, .. } | Self::UnknownReasoning(unknown),
                ContentBlockDelta::ReasoningContent(Reasoning::Unknown { name, value }),
            ) => unknown.push((name.clone(), value.clone())),
            (Self::Redacted(bytes), ContentBlockDelta::ReasoningContent(Reasoning::RedactedContent(more))) => {
                bytes.extend_from_slice(more.as_ref());
            }
            (Self::ToolUse { input, .. }, ContentBlockDelta::ToolUse(delta)) => input.push_str(&delta.input),
            (Self::ToolResult { content, .. }, ContentBlockDelta::ToolResult(parts)) => {
                content.extend(parts.iter().map(tool_result_content));
            }
            (Self::Image { source, error, .. }, ContentBlockDelta::Image(delta)) => add_image(source, error, delta),
            (Self::Unknown { name, deltas }, ContentBlockDelta::Unknown { name: variant, value }) => {
                deltas.push(if variant == name { value.clone() } else { named(variant, value) });
            }
            // A type has no content to keep.
            (_, ContentBlockDelta::Unknown { name, value }) if is_type(name, value) => {}
            (_, ContentBlockDelta::Unknown { .. } | ContentBlockDelta::ReasoningContent(Reasoning::Unknown { .. })) => {
                return Err(Misplaced::Unknown);
            }
            _ => return Err(unexpected("a delta of another variant than its block").into()),
        }
        Ok(())
    }

    /// Returns an error if the block is not complete: if the input of a tool is not JSON.
    pub(super) fn check(&self) -> Result<(), StreamError> {
        let Self::ToolUse { start, input } = self else { return Ok(()) };
        tool_input(input).map(|_| ()).map_err(|error| {
            let detail = format!("the input of the tool {:?} is {input:?}", start.name);
            StreamError::new(StreamErrorKind::ToolInput, detail).with_source(error)
        })
    }

    /// Returns the block so far. If the input of a tool is not (yet) valid JSON, it is a JSON
    /// string of its text.
    pub(super) fn build(&self) -> ContentBlock {
        match self {
            Self::Text(text) => ContentBlock::from(text),
            Self::Reasoning { text, signature, unknown } => {
                let mut block = ReasoningTextBlock::new(text.clone());
                block.signature.clone_from(signature);
                block.with_unknown(unknown_members(unknown)).into()
            }
            Self::UnknownReasoning(deltas) => {
                let name = deltas.first().map(|(name, _)| name.clone()).unwrap_or_default();
                let value = |(variant, value): &(String, Document)| {
                    if *variant == name { value.clone() } else { named(variant, value) }
                };
                let value = joined(&deltas.iter().map(value).collect::<Vec<_>>());
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
                with_members_next_to(block.with_unknown(start.unknown().clone()).into(), start)
            }
            Self::ToolResult { start, content } => {
                let mut block = ToolResultBlock::new(start.tool_use_id.clone(), content.clone());
                block.status.clone_from(&start.status);
                block.r#type.clone_from(&start.r#type);
                with_members_next_to(block.with_unknown(start.unknown().clone()).into(), start)
            }
            Self::Image { start, source, error } => {
                let source = match source {
                    PartialSource::Bytes(bytes) => ImageSource::Bytes(bytes.clone().into()),
                    PartialSource::Whole(source) => source.clone(),
                };
                let mut block = ImageBlock::new(start.format.clone(), source);
                block.error.clone_from(error);
                with_members_next_to(block.with_unknown(start.unknown().clone()).into(), start)
            }
            Self::Unknown { name, deltas } => ContentBlock::Unknown { name: name.clone(), value: joined(deltas) },
        }
    }
}

/// Returns a block with the members that its start had next to the variant.
fn with_members_next_to(mut block: ContentBlock, start: &impl Keeps) -> ContentBlock {
    let members = start.kept().adjacent();
    if !members.is_empty() {
        block.kept_mut().clone_from(members);
    }
    block
}

/// Returns whether an unknown member is only a type, such as `"type": "text"`.
fn is_type(name: &str, value: &Document) -> bool {
    name == "type" && value.as_json().starts_with('"')
}

/// Returns a delta as an object with its name, for a delta of another variant than the block.
fn named(name: &str, value: &Document) -> Document {
    let mut members = BTreeMap::new();
    members.insert(name.to_owned(), value.clone());
    Document::new(&members).unwrap_or_else(|_| value.clone())
}

/// Joins deltas of an unrecognized variant. How they are joined is not known, so several deltas
/// become a list.
fn joined<'a>(deltas: impl IntoIterator<Item = &'a Document>) -> Document {
    let deltas: Vec<_> = deltas.into_iter().collect();
    match deltas.as_slice() {
        [one] => (*one).clone(),
        many => Document::list(many.iter().copied()),
    }
}

/// Returns deltas of unrecognized variants as members, one member per variant.
fn unknown_members(deltas: &UnknownDeltas) -> UnknownMembers {
    let mut variants = BTreeMap::<&str, Vec<&Document>>::new();
    for (name, value) in deltas {
        variants.entry(name).or_default().push(value);
    }
    let mut members = UnknownMembers::default();
    for (name, values) in variants {
        members.set(name.to_owned(), joined(values));
    }
    members
}

/// Reads the joined input of a tool.
///
/// A tool call without arguments streams `""`, which is read as `{}`. `null` is read the same way,
/// as in a response that is not streamed.
fn tool_input(input: &str) -> Result<Document, Error> {
    if matches!(input.trim(), "" | "null") { Ok(Document::default()) } else { Document::from_json(input) }
}

/// Converts a delta to the citation that it contains. Parts of the source without content are
/// dropped.
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

fn tool_result_content(part: &ToolResultBlockDelta) -> ToolResultContentBlock {
    match part.clone() {
        ToolResultBlockDelta::Text(text) => ToolResultContentBlock::Text(text),
        ToolResultBlockDelta::Json(json) => ToolResultContentBlock::Json(json),
        ToolResultBlockDelta::Unknown { name, value } => ToolResultContentBlock::Unknown { name, value },
    }
}

fn add_image(source: &mut PartialSource, error: &mut Option<ErrorBlock>, delta: &ImageBlockDelta) {
    match (&mut *source, &delta.source) {
        (_, None) => {}
        (PartialSource::Bytes(bytes), Some(ImageSource::Bytes(more))) => bytes.extend_from_slice(more.as_ref()),
        (PartialSource::Whole(_), Some(ImageSource::Bytes(first))) => {
            *source = PartialSource::Bytes(first.as_ref().to_vec());
        }
        (_, Some(whole)) => *source = PartialSource::Whole(whole.clone()),
    }
    if delta.error.is_some() {
        error.clone_from(&delta.error);
    }
}
