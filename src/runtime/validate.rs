//! What Bedrock refuses with a 400, said before a request is sent, by name and place.
//!
//! The rules are those that hold for every model: of the published service model (lengths, counts, patterns, ranges) and
//! of the API reference of `Converse`, `Message` and `DocumentBlock`. What differs from model to model is not checked.

mod media;
mod messages;
mod problem;
mod settings;
mod tools;

use std::collections::BTreeMap;

use super::{InferenceConfiguration, Message, SystemContentBlock, ToolConfiguration};
use problem::Problems;

pub use problem::{ValidationError, ValidationProblem, ValidationProblemKind};

/// What the two requests have in common, as far as there are rules for it.
pub(super) struct Conversation<'a> {
    pub(super) model_id: &'a str,
    pub(super) messages: &'a [Message],
    pub(super) system: &'a [SystemContentBlock],
    pub(super) inference_config: Option<&'a InferenceConfiguration>,
    pub(super) tool_config: Option<&'a ToolConfiguration>,
    pub(super) response_field_paths: &'a [String],
    pub(super) request_metadata: &'a BTreeMap<String, String>,
}

impl Conversation<'_> {
    pub(super) fn validate(&self) -> Result<(), ValidationError> {
        let mut problems = Problems::default();
        messages::check(self, &mut problems);
        tools::check(self, &mut problems);
        settings::check(self, &mut problems);
        problems.into_result()
    }

    /// A prompt of Prompt management, which has a conversation and tools of its own.
    fn is_prompt(&self) -> bool {
        self.model_id.starts_with("arn:") && self.model_id.contains(":prompt/")
    }
}
