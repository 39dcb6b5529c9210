//! Cache points: up to where a prompt is kept for the next request.

use crate::shape::{open_enum, structure};

open_enum! {
    /// What kind of cache point.
    pub enum CachePointType {
        /// The one there is.
        Default = "default",
    }

    /// How long a cache entry lives after its last use.
    pub enum CacheTTL {
        /// Five minutes: what it is where nothing is said.
        FiveMinutes = "5m",
        /// One hour, for the models that offer it.
        OneHour = "1h",
    }
}

structure! {
    /// The end of a part of the prompt that is to be kept in the cache.
    ///
    /// Most models take up to four of them a request. Tools come first in a prompt, then the system blocks, then the
    /// messages; no cache point may live longer than one before it.
    ///
    /// ```
    /// use bedrock_lite::runtime::{CachePointBlock, CacheTTL, SystemContentBlock};
    /// use bedrock_lite::{ConverseRequest, Message};
    /// use serde_json::json;
    ///
    /// // What stays the same longest comes first: a manual for the hour, the conversation for five minutes.
    /// let request = ConverseRequest::new("us.anthropic.claude-haiku-4-5-20251001-v1:0")
    ///     .system([
    ///         SystemContentBlock::from("A long manual …"),
    ///         CachePointBlock::default().ttl(CacheTTL::OneHour).into(),
    ///     ])
    ///     .message(Message::user("A long question …").block(CachePointBlock::default()));
    /// let request = serde_json::to_value(&request)?;
    /// assert_eq!(request["system"][1], json!({"cachePoint": {"type": "default", "ttl": "1h"}}));
    /// assert_eq!(request["messages"][0]["content"][1], json!({"cachePoint": {"type": "default"}}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// What the cache gave and took is in the answer's [`TokenUsage`](super::TokenUsage).
    pub struct CachePointBlock {
        /// What kind it is.
        r#type: CachePointType = "type",
    } optional {
        /// How long the entry lives.
        ttl: option CacheTTL = "ttl",
    }

    /// What a request wrote to the cache, of one lifetime.
    pub struct CacheDetail {
        /// How long it lives.
        ttl: CacheTTL = "ttl",
        /// Tokens written.
        input_tokens: i32 = "inputTokens",
    }
}

/// The one kind of cache point there is, with the model's own lifetime.
impl Default for CachePointBlock {
    fn default() -> Self {
        Self::new(CachePointType::Default)
    }
}
