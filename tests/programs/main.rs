//! The examples as programs.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

mod bulk;
mod examples;
mod program;
#[path = "../support/mod.rs"]
mod support;
