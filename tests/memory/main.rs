//! What the crate allocates, and what its values keep alive. This executable has a counting
//! allocator.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is a test failure")]

mod allocations;
mod responses;
mod retained;
#[path = "../support/mod.rs"]
mod support;
