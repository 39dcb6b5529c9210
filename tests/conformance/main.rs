//! The conformance suites of other projects. The ignored tests need `BEDROCK_CONFORMANCE`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic in a test is a test failure"
)]

mod bearer;
mod bedrock;
mod clock_skew;
mod credentials;
mod endpoint;
mod eventstream;
mod profiles;
mod projects;
mod retry;
mod sigv4;
mod suites;
#[path = "../support/mod.rs"]
mod support;
