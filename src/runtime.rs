//! `bedrock-runtime`: every shape and operation, by AWS's names.

mod async_invoke;
mod content;
mod converse;
mod event_frames;
mod guardrail;
mod guardrail_checks;
mod invoke_model;

pub use async_invoke::*;
pub use content::*;
pub use converse::*;
pub use guardrail::*;
pub use guardrail_checks::*;
pub use invoke_model::*;
