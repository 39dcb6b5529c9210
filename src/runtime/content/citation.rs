//! Citations: links from generated text to the sources that it is based on.

use crate::shape::{Payload, structure, union};

structure! {
    /// Whether the model cites a source. A `bool` converts into it.
    ///
    /// ```
    /// use bedrock_lite::runtime::{
    ///     CitationLocation, ContentBlock, DocumentBlock, DocumentSource,
    /// };
    /// use bedrock_lite::{ConverseRequest, ConverseResponse, Message};
    /// use serde_json::json;
    ///
    /// let text = DocumentSource::Text("Bicycles stay outside.".into());
    /// let rules = DocumentBlock::new("Rules", text).citations(true);
    /// let request = ConverseRequest::new("us.anthropic.claude-sonnet-4-20250514-v1:0")
    ///     .message(Message::user("May I bring my bicycle?").block(rules));
    /// let sent = serde_json::to_value(&request)?;
    /// assert_eq!(
    ///     sent["messages"][0]["content"][1]["document"],
    ///     json!({
    ///         "name": "Rules",
    ///         "source": {"text": "Bicycles stay outside."},
    ///         "citations": {"enabled": true},
    ///     })
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
    ///     let Some(CitationLocation::DocumentChar(range)) = &citation.location
    ///     else {
    ///         panic!("the location is not a range of characters");
    ///     };
    ///     assert_eq!(range.document_index, Some(0));
    ///     assert_eq!((range.start, range.end), (Some(0), Some(22)));
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct CitationsConfig {
        /// Whether the response may cite the source.
        enabled: bool = "enabled",
    }

    /// Generated text with the citations that it is based on.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationsContentBlock.html>
    pub struct CitationsContentBlock {} optional {
        /// The generated text.
        content: vec CitationGeneratedContent = "content",
        /// The citations that the generated text is based on.
        citations: vec Citation = "citations",
    }

    /// A citation: a reference to a place in a source.
    pub struct Citation {} optional {
        /// The title of the cited source.
        title: option String = "title",
        /// The source of the cited search result, as the request gave it.
        source: option String = "source",
        /// The cited content of the source.
        source_content: vec CitationSourceContent = "sourceContent",
        /// The location of the cited content in the source.
        location: option CitationLocation = "location",
    }

    /// A part of a citation in a stream. Each event has one part.
    pub struct CitationsDelta {} optional {
        /// The title of the cited source.
        title: option String = "title",
        /// The source of the cited search result, as the request gave it.
        source: option String = "source",
        /// Further cited content of the source.
        source_content: vec CitationSourceContentDelta = "sourceContent",
        /// The location of the cited content in the source.
        location: option CitationLocation = "location",
    }

    /// Further cited content of a source, in a stream.
    pub struct CitationSourceContentDelta {} optional {
        /// The text to append to the cited content.
        text: option String = "text",
    }

    /// A web page that was cited after a web search.
    pub struct WebLocation {} optional {
        /// The URL of the page.
        url: option String = "url",
        /// The domain of the page.
        domain: option String = "domain",
    }

    /// A range of characters in a document.
    pub struct DocumentCharLocation {} optional {
        /// The index of the document among the documents of the request, from 0.
        document_index: number i32 = "documentIndex",
        /// The position of the first cited character.
        start: number i32 = "start",
        /// The position where the cited characters end.
        end: number i32 = "end",
    }

    /// A range of pages in a document.
    pub struct DocumentPageLocation {} optional {
        /// The index of the document among the documents of the request, from 0.
        document_index: number i32 = "documentIndex",
        /// The number of the first cited page.
        start: number i32 = "start",
        /// The number of the page where the citation ends.
        end: number i32 = "end",
    }

    /// A range of blocks in a document that was sent as
    /// [`DocumentSource::Content`](super::DocumentSource::Content).
    pub struct DocumentChunkLocation {} optional {
        /// The index of the document among the documents of the request, from 0.
        document_index: number i32 = "documentIndex",
        /// The index of the first cited block.
        start: number i32 = "start",
        /// The index of the block where the citation ends.
        end: number i32 = "end",
    }

    /// A range of content blocks in a search result.
    pub struct SearchResultLocation {} optional {
        /// The index of the search result among the search results of the request, from 0.
        search_result_index: number i32 = "searchResultIndex",
        /// The index of the first cited block.
        start: number i32 = "start",
        /// The index of the block where the citation ends.
        end: number i32 = "end",
    }
}

union! {
    /// Generated content that has citations.
    pub enum CitationGeneratedContent {
        /// Generated text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }

    /// The cited content of a source.
    pub enum CitationSourceContent {
        /// The cited text.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    }

    /// The location of cited content in its source.
    pub enum CitationLocation {
        /// A web page.
        Web(WebLocation) = "web",
        /// A range of characters in a document.
        DocumentChar(DocumentCharLocation) = "documentChar",
        /// A range of pages in a document.
        DocumentPage(DocumentPageLocation) = "documentPage",
        /// A range of blocks in a document that was sent as blocks.
        DocumentChunk(DocumentChunkLocation) = "documentChunk",
        /// A range of content blocks in a search result.
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
