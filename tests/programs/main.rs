//! The examples as programs.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is a test failure")]

mod bulk;
mod examples;
mod program;
#[path = "../support/mod.rs"]
mod support;
