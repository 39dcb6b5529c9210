//! `bedrock`: every shape and operation, by AWS's names.

mod foundation_model;
mod get_foundation_model;
mod list_foundation_models;

pub use foundation_model::*;
pub use get_foundation_model::*;
pub use list_foundation_models::*;
