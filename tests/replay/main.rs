//! The fixtures and the replay server.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic in a test is a test failure")]

mod fixtures;
mod server;
