//! Search results in a message, for answers that cite what you found yourself.

use crate::runtime::CitationsConfig;
use crate::shape::{single_block, structure};

structure! {
    /// A search result.
    pub struct SearchResultBlock {
        /// Where it comes from: a URL, or a name of your own.
        source: String = "source",
        /// Its title.
        title: String = "title",
        /// What it says, in blocks; citations count them.
        content: Vec<SearchResultContentBlock> = "content" from Blocks<SearchResultContentBlock>,
    } optional {
        /// Whether the answer should cite it.
        citations: option CitationsConfig = "citations",
    }

    /// A block of a search result.
    pub struct SearchResultContentBlock {
        /// The text.
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
