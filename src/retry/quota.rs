//! [`RetryQuota`]: the retry tokens that all calls of a client share.

use std::sync::atomic::{AtomicU32, Ordering};

/// The retry tokens that a client and its clones share. They prevent that retries multiply the load
/// on a service that is down.
///
/// - A client starts with 500 tokens. This is also the maximum.
/// - A retry takes 14 tokens, or 5 after throttling. With too few tokens, a request is not retried.
/// - A successful call releases the tokens of its last retry, or 1 token if it had no retry.
#[derive(Debug)]
pub struct RetryQuota(AtomicU32);

/// The tokens of a full quota.
const CAPACITY: u32 = 500;

impl Default for RetryQuota {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryQuota {
    /// Creates a full quota: 500 tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::with_tokens(CAPACITY)
    }

    /// Creates a quota with this many tokens, at most 500.
    #[must_use]
    pub fn with_tokens(tokens: u32) -> Self {
        Self(AtomicU32::new(tokens.min(CAPACITY)))
    }

    /// Returns the tokens that are left.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes tokens. Takes none and returns `false` if there are too few.
    pub(super) fn take(&self, tokens: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(tokens)).is_ok()
    }

    /// Releases tokens, up to a full quota.
    pub(super) fn release(&self, tokens: u32) {
        // Does not write to a full quota, because calls on many threads would contend for it.
        if self.tokens() < CAPACITY {
            let filled = |left: u32| Some(left.saturating_add(tokens).min(CAPACITY));
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
        }
    }
}
