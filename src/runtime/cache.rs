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
    /// use bedrock_lite::runtime::{CachePointBlock, CacheTTL, Message};
    ///
    /// let message = Message::user("A long text …").block(CachePointBlock::default().ttl(CacheTTL::OneHour));
    /// ```
    pub struct CachePointBlock {
        /// What kind it is.
        r#type: CachePointType = "type",
    } optional {
        /// How long the entry lives.
        ttl: one CacheTTL = "ttl",
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
