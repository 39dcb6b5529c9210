//! The memory limit of a response, which is checked while the response is read.

use std::cell::Cell;

use serde::de::Error;

use crate::error::DecodeError;

/// The default limit, in bytes. It is the default of `Limits::memory`.
pub(crate) const DEFAULT_LIMIT: usize = 256 * 1024 * 1024;

thread_local! {
    /// The number of bytes that may still be allocated. `usize::MAX` means no limit.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    static EXCEEDED: Cell<bool> = const { Cell::new(false) };
}

/// The result of reading within a limit.
pub(crate) struct Bounded<T> {
    pub(crate) result: serde_json::Result<T>,
    /// The number of bytes that were counted.
    pub(crate) used: usize,
    /// Whether reading failed because of the limit.
    pub(crate) exceeded: bool,
}

impl<T> Bounded<T> {
    /// Returns the value, or the error of reading it.
    pub(crate) fn or_decode_error(self, what: &'static str, json: &[u8], limit: usize) -> Result<T, DecodeError> {
        self.result.map_err(|error| {
            let error = DecodeError::new(what, json, error);
            if self.exceeded { error.with_memory_limit(limit) } else { error }
        })
    }
}

/// Restores the limit of the outer reader, also if reading panics.
struct Scope {
    outer: usize,
    limit: usize,
}

impl Scope {
    fn used(&self) -> usize {
        self.limit.saturating_sub(LEFT.get())
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let used = self.used();
        LEFT.set(if self.outer == usize::MAX { usize::MAX } else { self.outer.saturating_sub(used) });
    }
}

/// Reads shapes that may take at most `limit` bytes in addition to their text.
///
/// The text of strings and blobs is not counted. It is never longer than the JSON, which has its
/// own limit. The limit counts what few bytes of JSON can multiply: elements of lists and maps,
/// boxes, and unknown members.
///
/// The limit is thread-local, because serde's deserializers have no place for it. A wrapper around
/// each deserializer would be compiled again for every shape. Reading is synchronous, so that no
/// other reader can run in between.
pub(crate) fn within<T>(limit: usize, read: impl FnOnce() -> serde_json::Result<T>) -> Bounded<T> {
    let outer = LEFT.get();
    let scope = Scope { outer, limit: limit.min(outer) };
    LEFT.set(scope.limit);
    EXCEEDED.set(false);
    let result = read();
    Bounded { used: scope.used(), exceeded: result.is_err() && EXCEEDED.take(), result }
}

/// Counts bytes that are about to be allocated.
pub(crate) fn charge<E: Error>(bytes: usize) -> Result<(), E> {
    let left = LEFT.get();
    if left == usize::MAX {
        return Ok(());
    }
    let Some(left) = left.checked_sub(bytes) else {
        EXCEEDED.set(true);
        return Err(E::custom("memory limit exceeded"));
    };
    LEFT.set(left);
    Ok(())
}

/// Makes room for one more element, as `Vec::push` would, and counts the added capacity.
pub(crate) fn grow<T, E: Error>(list: &mut Vec<T>) -> Result<(), E> {
    /// The initial capacity of a `Vec`.
    const FIRST: usize = 4;
    if list.len() == list.capacity() {
        let more = list.capacity().max(FIRST);
        charge(more.saturating_mul(size_of::<T>()))?;
        list.reserve_exact(more);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(bytes: usize) -> serde_json::Result<()> {
        charge(bytes)
    }

    #[test]
    fn counted_bytes_are_bounded_and_reported() {
        let read = within(100, || take(60).and_then(|()| take(40)));
        assert!(read.result.is_ok());
        assert_eq!((read.used, read.exceeded), (100, false));
        let read = within(100, || take(60).and_then(|()| take(41)));
        assert!(read.result.is_err());
        assert_eq!((read.used, read.exceeded), (60, true));
        assert!(take(usize::MAX).is_ok(), "no limit applies outside of a reader");
    }

    #[test]
    fn nested_reader_counts_towards_the_outer_limit() {
        let read = within(100, || {
            let inner = within(usize::MAX, || take(70));
            assert_eq!(inner.used, 70);
            assert!(within(usize::MAX, || take(31)).exceeded);
            take(30)
        });
        assert!(read.result.is_ok());
        assert_eq!(read.used, 100);
    }
}
