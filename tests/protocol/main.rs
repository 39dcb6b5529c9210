//! Requests, responses, frames, events and signatures. Most of these tests open no connection.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic in a test is a test failure"
)]

mod bad_input;
mod constructed_errors;
mod control;
mod decode;
mod endpoint;
mod error_reader;
mod eventstream;
mod fold;
mod lenient;
mod operations;
mod runtime_operations;
mod samples;
mod setters;
mod shapes;
mod sigv4;
mod stream_cases;
mod stream_end;
#[path = "../support/mod.rs"]
mod support;
mod unicode;
mod validate;
