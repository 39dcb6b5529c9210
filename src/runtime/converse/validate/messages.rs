//! Rules of messages: their roles and their content blocks.

use std::collections::HashSet;

use super::media::{self, Limits};
use super::problem::{Problems, Quoted, ValidationProblemKind as Kind};
use super::{Conversation, cache_points, tools};
use crate::runtime::{
    CitationLocation, CitationsContentBlock, ContentBlock, ConversationRole, DocumentBlock,
    GuardrailConverseContentBlock, Message, ReasoningContentBlock, SearchResultBlock, SystemContentBlock,
    ToolResultContentBlock,
};

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    for (at, block) in conversation.system.iter().enumerate() {
        match block {
            // The service model requires at least one character.
            SystemContentBlock::Text(text) if text.is_empty() => {
                problems.add(format_args!("system[{at}].text"), Kind::BlankText, "the text is empty");
            }
            SystemContentBlock::Text(text) => media::hint_blank(format_args!("system[{at}].text"), text, problems),
            SystemContentBlock::GuardContent(content) => {
                check_guarded(&format!("system[{at}].guardContent"), content, problems);
            }
            SystemContentBlock::CachePoint(point) => {
                problems.refuse_missing(&format!("system[{at}].cachePoint"), point);
            }
            SystemContentBlock::Unknown { .. } => problems.refuse_empty(format_args!("system[{at}]"), block.is_empty()),
        }
    }
    if conversation.messages.is_empty() && !conversation.is_prompt() {
        problems.add("messages", Kind::Empty, "the conversation has no message");
    }
    if !conversation.is_prompt() {
        check_roles(conversation.messages, problems);
    }
    let mut blocks =
        Blocks { problems, accepts_empty_text: conversation.may_accept_empty_text(), names: HashSet::new() };
    for (at, message) in conversation.messages.iter().enumerate() {
        blocks.check_message(&format!("messages[{at}]"), message);
    }
    check_counts(conversation.messages, problems);
}

/// Checks the roles. They give hints only, because some models accept any order.
///
/// Observed with a 200: two consecutive user messages (Claude, Titan), an assistant message at the
/// beginning (Claude) and at the end (Nova). Other models refuse them.
fn check_roles(messages: &[Message], problems: &mut Problems) {
    for (at, message) in messages.iter().enumerate() {
        let path = format!("messages[{at}].role");
        let role = message.role.as_str();
        if matches!(ConversationRole::from(role), ConversationRole::Unknown(_)) {
            check_value(&path, role, "user, assistant and system", problems);
        }
        let before = at.checked_sub(1).and_then(|before| messages.get(before));
        if before.is_some_and(|before| before.role == message.role) {
            let message = format_args!("the previous message has the same role {}", Quoted(role));
            problems.hint(&path, Kind::RoleOrder, message);
        }
    }
    if messages.first().is_some_and(|first| first.role == ConversationRole::Assistant) {
        problems.hint("messages[0].role", Kind::FirstRole, "some models require that the user begins the conversation");
    }
    if let Some((last, before)) = messages.split_last()
        && last.role == ConversationRole::Assistant
    {
        let path = format!("messages[{}].role", before.len());
        problems.hint(path, Kind::LastRole, "some models require that the user ends the conversation");
    }
}

/// Checks a value that this crate does not know.
///
/// It is a hint if it can be a new value. All values in the service model are lower case, so any
/// other spelling is a refusal.
pub(super) fn check_value(path: &str, value: &str, known: &str, problems: &mut Problems) {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let message = format_args!("{} is not one of {known}", Quoted(value));
    if value.is_empty() || !value.bytes().all(is_plain) {
        problems.add(path, Kind::Value, message);
    } else {
        problems.hint(path, Kind::Value, message);
    }
}

/// Checks the blocks of all messages.
struct Blocks<'a, 'b> {
    problems: &'b mut Problems,
    /// Whether the model may accept an empty text.
    accepts_empty_text: bool,
    /// The document names so far.
    names: HashSet<&'a str>,
}

impl<'a> Blocks<'a, '_> {
    fn check_message(&mut self, path: &str, message: &'a Message) {
        let content = format!("{path}.content");
        if message.content.is_empty() {
            self.problems.add(&content, Kind::Empty, "the message has no content");
        }
        for (at, block) in message.content.iter().enumerate() {
            let path = format!("{content}[{at}]");
            self.check_block(&path, block);
            self.check_role(&path, block, &message.role);
        }
        check_document_text(&content, message, self.problems);
        cache_points::check_place(&content, message, self.problems);
    }

    fn check_block(&mut self, path: &str, block: &'a ContentBlock) {
        match block {
            ContentBlock::Text(text) => self.check_text(&format!("{path}.text"), text),
            ContentBlock::Image(image) => media::check_image(&format!("{path}.image"), image, self.problems),
            ContentBlock::Document(document) => self.check_document(&format!("{path}.document"), document),
            ContentBlock::Video(video) => media::check_video(&format!("{path}.video"), video, self.problems),
            ContentBlock::Audio(audio) => media::check_audio(&format!("{path}.audio"), audio, self.problems),
            ContentBlock::ToolUse(call) => tools::check_call(&format!("{path}.toolUse"), call, self.problems),
            ContentBlock::ToolResult(result) => {
                let path = format!("{path}.toolResult");
                tools::check_result(&path, result, self.problems);
                for (at, content) in result.content.iter().enumerate() {
                    self.check_result_content(&format!("{path}.content[{at}]"), content);
                }
            }
            ContentBlock::GuardContent(content) => {
                check_guarded(&format!("{path}.guardContent"), content, self.problems);
            }
            ContentBlock::SearchResult(result) => {
                check_search_result(&format!("{path}.searchResult"), result, self.problems);
            }
            ContentBlock::ToolAddition(block) => {
                let path = format!("{path}.toolAddition");
                self.problems.refuse_missing(&path, block);
                tools::check_reference(&format!("{path}.tool"), &block.tool, self.problems);
            }
            ContentBlock::ToolRemoval(block) => {
                let path = format!("{path}.toolRemoval");
                self.problems.refuse_missing(&path, block);
                tools::check_reference(&format!("{path}.tool"), &block.tool, self.problems);
            }
            ContentBlock::ReasoningContent(reasoning) => {
                self.check_reasoning(&format!("{path}.reasoningContent"), reasoning);
            }
            ContentBlock::CitationsContent(cited) => {
                check_cited(&format!("{path}.citationsContent"), cited, self.problems);
            }
            ContentBlock::CachePoint(point) => self.problems.refuse_missing(&format!("{path}.cachePoint"), point),
            ContentBlock::Unknown { .. } => self.problems.refuse_empty(path, block.is_empty()),
        }
    }

    fn check_result_content(&mut self, path: &str, content: &'a ToolResultContentBlock) {
        match content {
            ToolResultContentBlock::Json(document) => {
                super::json::check_object(&format!("{path}.json"), document, self.problems);
            }
            ToolResultContentBlock::Text(text) => self.check_text(&format!("{path}.text"), text),
            ToolResultContentBlock::Image(image) => media::check_image(&format!("{path}.image"), image, self.problems),
            ToolResultContentBlock::Document(document) => self.check_document(&format!("{path}.document"), document),
            ToolResultContentBlock::Video(video) => media::check_video(&format!("{path}.video"), video, self.problems),
            ToolResultContentBlock::SearchResult(result) => {
                check_search_result(&format!("{path}.searchResult"), result, self.problems);
            }
            ToolResultContentBlock::Unknown { .. } => self.problems.refuse_empty(path, content.is_empty()),
        }
    }

    /// Checks a text.
    ///
    /// Observed: "text content blocks must be non-empty". Nova returns a 200 for an empty text.
    /// Claude and Nova return a 200 for a text of one space.
    fn check_text(&mut self, path: &str, text: &str) {
        if text.is_empty() && !self.accepts_empty_text {
            self.problems.add(path, Kind::BlankText, "the text is empty");
        } else {
            media::hint_blank(path, text, self.problems);
        }
    }

    /// Checks reasoning. It can be empty if it has a signature. Otherwise it is checked like other
    /// text.
    fn check_reasoning(&mut self, path: &str, reasoning: &ReasoningContentBlock) {
        match reasoning {
            ReasoningContentBlock::ReasoningText(thought)
                if thought.signature.is_none() && thought.unknown().is_empty() =>
            {
                self.check_text(&format!("{path}.reasoningText.text"), &thought.text);
            }
            _ => self.problems.refuse_empty(path, reasoning.is_empty()),
        }
    }

    /// Checks a document.
    ///
    /// Observed: "Messages can't contain duplicate document names." This applies to the whole
    /// request, including tool results.
    fn check_document(&mut self, path: &str, document: &'a DocumentBlock) {
        media::check_document(path, document, self.problems);
        if !self.names.insert(&document.name) {
            let message = format_args!("an earlier document has the same name {}", Quoted(&document.name));
            self.problems.add(format_args!("{path}.name"), Kind::DuplicateDocumentName, message);
        }
    }

    fn check_role(&mut self, path: &str, block: &ContentBlock, role: &ConversationRole) {
        let (wire, fits) = match block {
            ContentBlock::Image(_) => ("image", *role == ConversationRole::User),
            ContentBlock::Document(_) => ("document", *role == ConversationRole::User),
            ContentBlock::ToolUse(_) => ("toolUse", *role == ConversationRole::Assistant),
            ContentBlock::ReasoningContent(_) => ("reasoningContent", *role == ConversationRole::Assistant),
            ContentBlock::ToolAddition(_) => ("toolAddition", *role == ConversationRole::System),
            ContentBlock::ToolRemoval(_) => ("toolRemoval", *role == ConversationRole::System),
            _ => return,
        };
        if !fits {
            let message = format_args!("most models refuse it in a message with the role {}", Quoted(role.as_str()));
            self.problems.hint(format_args!("{path}.{wire}"), Kind::BlockRole, message);
        }
    }
}

fn check_search_result(path: &str, result: &SearchResultBlock, problems: &mut Problems) {
    problems.refuse_missing(path, result);
    media::check_citations(path, result.citations.as_ref(), problems);
    for (at, content) in result.content.iter().enumerate() {
        let path = format!("{path}.content[{at}]");
        problems.refuse_missing(&path, content);
        media::hint_blank(format_args!("{path}.text"), &content.text, problems);
    }
}

fn check_guarded(path: &str, content: &GuardrailConverseContentBlock, problems: &mut Problems) {
    match content {
        GuardrailConverseContentBlock::Text(text) if text.text.is_empty() => {
            problems.add(format_args!("{path}.text.text"), Kind::BlankText, "the text is empty");
        }
        GuardrailConverseContentBlock::Text(text) => {
            media::hint_blank(format_args!("{path}.text.text"), &text.text, problems);
        }
        GuardrailConverseContentBlock::Image(image) => {
            media::check_guarded_image(&format!("{path}.image"), image, problems);
        }
        GuardrailConverseContentBlock::Unknown { .. } => problems.refuse_empty(path, content.is_empty()),
    }
}

/// Checks a block of text with citations.
///
/// The service model requires neither text nor citations, so a block without both gives a hint
/// only.
fn check_cited(path: &str, cited: &CitationsContentBlock, problems: &mut Problems) {
    if cited.content.is_empty() && cited.citations.is_empty() && cited.unknown().is_empty() {
        problems.hint(path, Kind::Empty, "the block has neither text nor citations");
    }
    for (at, content) in cited.content.iter().enumerate() {
        problems.refuse_empty(format_args!("{path}.content[{at}]"), content.is_empty());
    }
    for (at, citation) in cited.citations.iter().enumerate() {
        let path = format!("{path}.citations[{at}]");
        for (at, content) in citation.source_content.iter().enumerate() {
            problems.refuse_empty(format_args!("{path}.sourceContent[{at}]"), content.is_empty());
        }
        let is_empty = citation.location.as_ref().is_some_and(CitationLocation::is_empty);
        problems.refuse_empty(format_args!("{path}.location"), is_empty);
    }
}

/// Checks that a message with a document has text. Observed: "A text block must be included when
/// using documents."
fn check_document_text(path: &str, message: &Message, problems: &mut Problems) {
    let has = |is: fn(&ContentBlock) -> bool| message.content.iter().any(is);
    if !has(|block| matches!(block, ContentBlock::Document(_))) || has(|block| matches!(block, ContentBlock::Text(_))) {
        return;
    }
    let message = "a document requires a text block in the same message";
    // It is not known whether text for the guardrail is sufficient.
    if has(|block| matches!(block, ContentBlock::GuardContent(GuardrailConverseContentBlock::Text(_)))) {
        problems.hint(path, Kind::DocumentWithoutText, message);
    } else {
        problems.add(path, Kind::DocumentWithoutText, message);
    }
}

/// Checks the number of images and documents.
///
/// The API reference of `Message` limits the images per message. The limit of documents applies to
/// the request: "You can't include more than 5 documents in a request." Claude limits the sum of
/// both: "too many images and documents: 21 + 0 > 20".
fn check_counts(messages: &[Message], problems: &mut Problems) {
    let count =
        |message: &Message, is: fn(&ContentBlock) -> bool| message.content.iter().filter(|block| is(block)).count();
    let (mut images, mut documents, mut refused) = (0, 0, false);
    for (at, message) in messages.iter().enumerate() {
        let path = format!("messages[{at}].content");
        let images_here = count(message, |block| matches!(block, ContentBlock::Image(_)));
        let documents_here = count(message, |block| matches!(block, ContentBlock::Document(_)));
        problems.at_most(&path, images_here, Limits::IMAGES, "images");
        problems.at_most(&path, documents_here, Limits::DOCUMENTS, "documents");
        refused |= documents_here > Limits::DOCUMENTS || images_here > Limits::IMAGES;
        images += images_here;
        documents += documents_here;
    }
    if refused {
        return;
    }
    problems.at_most("messages", documents, Limits::DOCUMENTS, "documents");
    if images + documents > Limits::IMAGES {
        let message =
            format_args!("{images} images and {documents} documents: some models accept at most 20 per request");
        problems.hint("messages", Kind::TooMany, message);
    }
}
