//! [`RetryQuota`]: what all calls of a client may spend on retries together.

use std::sync::atomic::{AtomicU32, Ordering};

/// What the calls of a client and its clones may spend on retries together, so that a service that is down is not asked three
/// times as often as one that is up.
///
/// A retry costs 14 tokens, after throttling 5; a call that succeeds gives back what its last retry cost, or 1 if it had none;
/// a client begins with 500 tokens, and has never more.
#[derive(Debug)]
pub struct RetryQuota(AtomicU32);

/// The tokens that a client begins with, and the most it can have.
const CAPACITY: u32 = 500;

impl Default for RetryQuota {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryQuota {
    /// A full quota.
    #[must_use]
    pub fn new() -> Self {
        Self::with_tokens(CAPACITY)
    }

    /// A quota that has this many tokens left.
    #[must_use]
    pub fn with_tokens(tokens: u32) -> Self {
        Self(AtomicU32::new(tokens.min(CAPACITY)))
    }

    /// The tokens that are left.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes tokens, all or none.
    pub(super) fn take(&self, tokens: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(tokens)).is_ok()
    }

    /// Gives tokens back. What is full stays full.
    pub(super) fn give(&self, tokens: u32) {
        // A quota that nobody has drawn on is not written to: calls on many threads would contend for it.
        if self.tokens() < CAPACITY {
            let filled = |left: u32| Some(left.saturating_add(tokens).min(CAPACITY));
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
        }
    }
}
