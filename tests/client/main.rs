//! The client over real connections: calls, streams, retries, timeouts, and what it reads from its environment.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic in a test is a test failure"
)]

mod call;
mod connecting;
mod converse;
mod durations;
mod errors;
mod gateways;
mod http2;
mod overrides;
mod pages;
mod process_environment;
mod retries;
mod reused_connections;
mod runtimes;
mod secrets;
mod settings;
mod stopped;
#[path = "../support/mod.rs"]
mod support;
mod timeouts;
mod tracing;
mod uploads;
