//! Characters whose UTF-16 surrogates arrive in two deltas of one block.
//!
//! Some models split their text between UTF-16 units. Then one delta ends with the high surrogate
//! of an emoji, and the next delta begins with the low surrogate. The high surrogate is held back
//! until the next delta of the block. The joined text of the events is then the text that the model
//! wrote. A surrogate without its other half becomes U+FFFD.

use std::collections::VecDeque;

use crate::runtime::{
    ContentBlockDelta, ContentBlockDeltaEvent, ConverseStreamOutput, ReasoningContentBlockDelta, ToolUseBlockDelta,
};
use crate::shape::from_json;
use crate::unicode::{is_high, marked, pair, unmarked};

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The kinds of text that arrive in deltas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Reasoning,
    ToolInput,
}

/// A high surrogate, with the block index and the kind of the text that it ends.
type Held = ((i32, Kind), u16);

/// High surrogates that wait for the next delta, and events that wait to be returned.
#[derive(Debug, Clone, Default)]
pub(super) struct SurrogatePairs {
    /// Sorted by block index. At most a few blocks are open at the same time.
    held: Vec<Held>,
    ready: VecDeque<ConverseStreamOutput>,
}

impl SurrogatePairs {
    /// Returns the next event that waits to be returned.
    pub(super) fn pop(&mut self) -> Option<ConverseStreamOutput> {
        if self.ready.is_empty() { None } else { self.ready.pop_front() }
    }

    /// Returns whether an event must be [completed](Self::complete), which is rare.
    pub(super) fn concern(&self, event: &ConverseStreamOutput) -> bool {
        if !self.held.is_empty() {
            return true;
        }
        let ConverseStreamOutput::ContentBlockDelta(event) = event else { return false };
        // Tests only the first and the last byte of U+FFFD, because every event is tested.
        // `complete` tests exactly.
        text(&event.delta).is_some_and(|text| {
            let bytes = text.as_bytes();
            bytes.first() == Some(&0xef) || bytes.last() == Some(&0xbd)
        })
    }

    /// Completes an event that was read from `payload`, and returns the event to return first.
    pub(super) fn complete(&mut self, mut event: ConverseStreamOutput, payload: &[u8]) -> ConverseStreamOutput {
        match &mut event {
            ConverseStreamOutput::ContentBlockDelta(event) => self.join(event, payload),
            ConverseStreamOutput::ContentBlockStop(stop) if !self.held.is_empty() => {
                let index = stop.content_block_index;
                let held = std::mem::take(&mut self.held);
                for half in held {
                    if half.0.0 == index {
                        self.ready.push_back(replacement(half));
                    } else {
                        self.held.push(half);
                    }
                }
            }
            ConverseStreamOutput::MessageStop(_) if !self.held.is_empty() => {
                self.ready.extend(std::mem::take(&mut self.held).into_iter().map(replacement));
            }
            _ => {}
        }
        match self.ready.pop_front() {
            None => event,
            Some(first) => {
                self.ready.push_back(event);
                first
            }
        }
    }

    /// Returns one delta per surrogate that is held back, as if every block ended here.
    pub(super) fn rest(&self) -> impl Iterator<Item = ConverseStreamOutput> {
        self.held.clone().into_iter().map(replacement)
    }

    fn join(&mut self, event: &mut ContentBlockDeltaEvent, payload: &[u8]) {
        let index = event.content_block_index;
        let Some((kind, text)) = text_mut(&mut event.delta) else { return };
        let suspect = text.starts_with(REPLACEMENT) || text.ends_with(REPLACEMENT);
        if (self.held.is_empty() && !suspect) || text.is_empty() {
            return;
        }
        let (first, last) = if suspect { lone_ends(text, payload) } else { (None, None) };
        let place = self.held.binary_search_by_key(&(index, kind), |(place, _)| *place);
        if let Ok(at) = place {
            let (_, high) = self.held.remove(at);
            match first.and_then(|low| pair(high, low)) {
                Some(whole) => text.replace_range(..REPLACEMENT.len_utf8(), whole.encode_utf8(&mut [0; 4])),
                None => text.insert(0, REPLACEMENT),
            }
        }
        if let Some(high) = last.filter(|unit| is_high(*unit)) {
            text.pop();
            let (Ok(at) | Err(at)) = place;
            self.held.insert(at, ((index, kind), high));
        }
    }
}

/// Returns the lone surrogates that a delta's text begins and ends with; in `text` they are U+FFFD.
///
/// Reads `payload` a second time, with a mark in place of each lone surrogate. This distinguishes a
/// surrogate from a U+FFFD that the model wrote.
fn lone_ends(text: &str, payload: &[u8]) -> (Option<u16>, Option<u16>) {
    let event = marked(payload).and_then(|json| from_json::<ContentBlockDeltaEvent>(&json).ok());
    let Some(mut event) = event else { return (None, None) };
    let Some((_, marked)) = text_mut(&mut event.delta) else { return (None, None) };
    let lone = |replaced: Option<char>, mark: Option<char>| {
        mark.filter(|mark| replaced == Some(REPLACEMENT) && *mark != REPLACEMENT).and_then(unmarked)
    };
    (lone(text.chars().next(), marked.chars().next()), lone(text.chars().next_back(), marked.chars().next_back()))
}

fn text(delta: &ContentBlockDelta) -> Option<&str> {
    match delta {
        ContentBlockDelta::Text(text) | ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)) => {
            Some(text)
        }
        ContentBlockDelta::ToolUse(delta) => Some(&delta.input),
        _ => None,
    }
}

/// Returns the text that the deltas of a block continue.
fn text_mut(delta: &mut ContentBlockDelta) -> Option<(Kind, &mut String)> {
    match delta {
        ContentBlockDelta::Text(text) => Some((Kind::Text, text)),
        ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)) => Some((Kind::Reasoning, text)),
        ContentBlockDelta::ToolUse(delta) => Some((Kind::ToolInput, &mut delta.input)),
        _ => None,
    }
}

/// Returns a delta of U+FFFD, which replaces a high surrogate without its other half.
fn replacement(((index, kind), _): Held) -> ConverseStreamOutput {
    let text = String::from(REPLACEMENT);
    let delta = match kind {
        Kind::Text => ContentBlockDelta::Text(text.into()),
        Kind::Reasoning => ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text.into())),
        Kind::ToolInput => ContentBlockDelta::ToolUse(ToolUseBlockDelta::new(text)),
    };
    ConverseStreamOutput::ContentBlockDelta(ContentBlockDeltaEvent::new(delta, index))
}
