//! Citations: what in an answer rests on which source.

use crate::shape::{Payload, structure, union};

structure! {
    /// Whether answers should cite a source. A `bool` converts into it.
    ///
    /// ```
    /// use bedrock_lite::runtime::{CitationLocation, ContentBlock, DocumentBlock, DocumentSource};
    /// use bedrock_lite::{ConverseRequest, ConverseResponse, Message};
    /// use serde_json::json;
    ///
    /// let rules = DocumentBlock::new("Rules", DocumentSource::Text("Bicycles stay outside.".into())).citations(true);
    /// let request = ConverseRequest::new("us.anthropic.claude-sonnet-4-20250514-v1:0")
    ///     .message(Message::user("May I bring my bicycle?").block(rules));
    /// let sent = serde_json::to_value(&request)?;
    /// assert_eq!(
    ///     sent["messages"][0]["content"][1]["document"],
    ///     json!({"name": "Rules", "source": {"text": "Bicycles stay outside."}, "citations": {"enabled": true}})
    /// );
    ///
    /// // let reply = client.converse(&request).await?;
    /// # let reply: ConverseResponse = serde_json::from_value(json!({
    /// #     "output": {"message": {"role": "assistant", "content": [
    /// #         {"text": "No: "},
    /// #         {"citationsContent": {
    /// #             "content": [{"text": "it has to stay outside."}],
    /// #             "citations": [{
    /// #                 "title": "Rules",
    /// #                 "sourceContent": [{"text": "Bicycles stay outside."}],
    /// #                 "location": {"documentChar": {"documentIndex": 0, "start": 0, "end": 22}},
    /// #             }],
    /// #         }},
    /// #     ]}},
    /// #     "stopReason": "end_turn",
    /// # }))?;
    /// assert_eq!(reply.text(), "No: it has to stay outside.");
    /// for block in &reply.message().unwrap().content {
    ///     let ContentBlock::CitationsContent(cited) = block else { continue };
    ///     let citation = &cited.citations[0];
    ///     assert_eq!(citation.title.as_deref(), Some("Rules"));
    ///     let Some(CitationLocation::DocumentChar(place)) = &citation.location else { panic!("another kind of place") };
    ///     assert_eq!((place.document_index, place.start, place.end), (Some(0), Some(0), Some(22)));
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct CitationsConfig {
        /// Whether they should.
        enabled: bool = "enabled",
    }

    /// Text of an answer together with what it rests on.
    pub struct CitationsContentBlock {} optional {
        /// The text of the answer.
        content: vec CitationGeneratedContent = "content",
        /// What it rests on.
        citations: vec Citation = "citations",
    }

    /// A place in a source that an answer rests on.
    pub struct Citation {} optional {
        /// The title of the source.
        title: option String = "title",
        /// Where the source comes from, as the search result said.
        source: option String = "source",
        /// What the source says there.
        source_content: vec CitationSourceContent = "sourceContent",
        /// Where in the source that is.
        location: option CitationLocation = "location",
    }

    /// A citation as it streams: each event has a part of it.
    pub struct CitationsDelta {} optional {
        /// The title of the source.
        title: option String = "title",
        /// Where the source comes from, as the search result said.
        source: option String = "source",
        /// More of what the source says there.
        source_content: vec CitationSourceContentDelta = "sourceContent",
        /// Where in the source that is.
        location: option CitationLocation = "location",
    }

    /// More of what a source says.
    pub struct CitationSourceContentDelta {} optional {
        /// The text.
        text: option String = "text",
    }

    /// A page of the web.
    pub struct WebLocation {} optional {
        /// The page's URL.
        url: option String = "url",
        /// The page's domain.
        domain: option String = "domain",
    }

    /// Characters of a document.
    pub struct DocumentCharLocation {} optional {
        /// Which of the request's documents, from 0.
        document_index: number i32 = "documentIndex",
        /// The character it starts at.
        start: number i32 = "start",
        /// The character it ends at.
        end: number i32 = "end",
    }

    /// Pages of a document.
    pub struct DocumentPageLocation {} optional {
        /// Which of the request's documents, from 0.
        document_index: number i32 = "documentIndex",
        /// The page it starts on.
        start: number i32 = "start",
        /// The page it ends on.
        end: number i32 = "end",
    }

    /// Pieces of a document that was given in pieces.
    pub struct DocumentChunkLocation {} optional {
        /// Which of the request's documents, from 0.
        document_index: number i32 = "documentIndex",
        /// The piece it starts with.
        start: number i32 = "start",
        /// The piece it ends with.
        end: number i32 = "end",
    }

    /// Blocks of a search result.
    pub struct SearchResultLocation {} optional {
        /// Which of the request's search results, from 0.
        search_result_index: number i32 = "searchResultIndex",
        /// The block it starts with.
        start: number i32 = "start",
        /// The block it ends with.
        end: number i32 = "end",
    }
}

union! {
    /// Text that an answer consists of, where it cites.
    pub enum CitationGeneratedContent {
        /// Text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }

    /// What a source says.
    pub enum CitationSourceContent {
        /// Text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }

    /// Where in a source.
    pub enum CitationLocation {
        /// A page of the web.
        Web(WebLocation) = "web",
        /// Characters of a document.
        DocumentChar(DocumentCharLocation) = "documentChar",
        /// Pages of a document.
        DocumentPage(DocumentPageLocation) = "documentPage",
        /// Pieces of a document that was given in pieces.
        DocumentChunk(DocumentChunkLocation) = "documentChunk",
        /// Blocks of a search result.
        SearchResultLocation(SearchResultLocation) = "searchResultLocation",
    } from {
        WebLocation => Web,
        DocumentCharLocation => DocumentChar,
        DocumentPageLocation => DocumentPage,
        DocumentChunkLocation => DocumentChunk,
        SearchResultLocation => SearchResultLocation,
    }
}

impl From<bool> for CitationsConfig {
    fn from(enabled: bool) -> Self {
        Self::new(enabled)
    }
}
