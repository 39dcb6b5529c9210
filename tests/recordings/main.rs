//! Recorded exchanges with the service. They need `BEDROCK_RECORDINGS`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic in a test is a test failure"
)]

mod bodies;
mod errors;
mod frames;
mod requests;
mod streams;
#[path = "../support/mod.rs"]
mod support;
