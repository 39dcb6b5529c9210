//! `bedrock-runtime`: every shape and operation, by AWS's names.

mod message;

pub use message::*;
