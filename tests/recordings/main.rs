//! Recorded exchanges with the service. They need `BEDROCK_RECORDINGS`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod bodies;
mod errors;
mod frames;
mod requests;
mod streams;
#[path = "../support/mod.rs"]
mod support;
