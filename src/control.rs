//! `bedrock`: every shape and operation, by AWS's names.

mod foundation_model;

pub use foundation_model::*;
