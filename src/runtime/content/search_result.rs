//! Search results in a message, which the response can cite.

use crate::runtime::CitationsConfig;
use crate::shape::{single_block, structure};

structure! {
    /// A search result that the response can cite.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_SearchResultBlock.html>
    pub struct SearchResultBlock {
        /// The source of the search result: a URL, or a custom identifier.
        source: String = "source",
        /// The title of the search result.
        title: String = "title",
        /// The content of the search result, in blocks. Citations refer to the blocks by index.
        content: Vec<SearchResultContentBlock> = "content" from Blocks<SearchResultContentBlock>,
    } optional {
        /// Whether the response may cite the search result. A `bool` converts into it. Defaults to
        /// `false`.
        citations: option CitationsConfig = "citations",
    }

    /// A content block of a search result.
    pub struct SearchResultContentBlock {
        /// The text of the block.
        text: String = "text",
    }
}

single_block!(SearchResultContentBlock);

impl From<&str> for SearchResultContentBlock {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for SearchResultContentBlock {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
