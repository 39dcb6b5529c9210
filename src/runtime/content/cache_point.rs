//! Cache points: the ends of the parts of a prompt that are cached.

use crate::shape::{open_enum, structure};

open_enum! {
    /// The type of a cache point.
    pub enum CachePointType {
        /// The default type, and the only one.
        Default = "default",
    }

    /// The time to live of a cache entry. It restarts each time the entry is used.
    pub enum CacheTTL {
        /// Five minutes. This is the default.
        FiveMinutes = "5m",
        /// One hour. Only some models offer it.
        OneHour = "1h",
    }
}

structure! {
    /// The end of a part of the prompt that is cached.
    ///
    /// - Most models take up to four cache points per request.
    /// - A prompt consists of the tools, then the system blocks, then the messages.
    /// - The time to live of a cache point must not be longer than that of a cache point before it.
    ///
    /// ```
    /// use bedrock_lite::runtime::{CachePointBlock, CacheTTL, SystemContentBlock};
    /// use bedrock_lite::{ConverseRequest, Message};
    /// use serde_json::json;
    ///
    /// // The part that changes least comes first: the manual is cached for
    /// // an hour, the conversation for five minutes.
    /// let model = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    /// let question = Message::user("A long question …");
    /// let request = ConverseRequest::new(model)
    ///     .system([
    ///         SystemContentBlock::from("A long manual …"),
    ///         CachePointBlock::default().ttl(CacheTTL::OneHour).into(),
    ///     ])
    ///     .message(question.block(CachePointBlock::default()));
    /// let request = serde_json::to_value(&request)?;
    /// assert_eq!(
    ///     request["system"][1],
    ///     json!({"cachePoint": {"type": "default", "ttl": "1h"}})
    /// );
    /// assert_eq!(
    ///     request["messages"][0]["content"][1],
    ///     json!({"cachePoint": {"type": "default"}})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// [`TokenUsage`](crate::runtime::TokenUsage) in the response has the number of tokens read
    /// from the cache and written to it.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CachePointBlock.html>
    pub struct CachePointBlock {
        /// The type of the cache point.
        r#type: CachePointType = "type",
    } optional {
        /// The time to live of the cache entry. Defaults to five minutes.
        ttl: option CacheTTL = "ttl",
    }

    /// The number of tokens that a request wrote to the cache with one time to live.
    pub struct CacheDetail {
        /// The time to live of the cached tokens.
        ttl: CacheTTL = "ttl",
        /// The number of tokens written to the cache.
        input_tokens: i32 = "inputTokens",
    }
}

/// Creates a cache point of the default type, with the default time to live.
impl Default for CachePointBlock {
    fn default() -> Self {
        Self::new(CachePointType::Default)
    }
}
