//! Random values for the invariants in `tests/invariants`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is a test failure")]

mod canonical;
mod decode;
mod errors;
mod events;
mod eventstream;
mod fold;
mod frames;
#[path = "../invariants/mod.rs"]
mod invariants;
mod sigv4;
