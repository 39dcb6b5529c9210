//! Finds problems that Bedrock would refuse with a 400, before a request is sent.
//!
//! Each rule has evidence: the constraints of the published service model, the API reference, or an
//! observed 400. A rule of the service gives a refusal. A rule that only some models have gives a
//! hint, because the same request got a 200 from another model.

mod cache_points;
mod identifiers;
mod json;
mod media;
mod messages;
mod problem;
mod settings;
mod tools;

use std::collections::BTreeMap;

use crate::runtime::{
    InferenceConfiguration, Message, OutputConfig, PromptVariableValues, ServiceTier, SystemContentBlock,
    ToolConfiguration,
};
use crate::shape::Document;
use problem::Problems;

pub use problem::{ValidationError, ValidationProblem, ValidationProblemKind, ValidationSeverity};

/// The members of both requests that the rules check.
pub(super) struct Conversation<'a> {
    pub(super) model_id: &'a str,
    pub(super) messages: &'a [Message],
    pub(super) system: &'a [SystemContentBlock],
    pub(super) inference_config: Option<&'a InferenceConfiguration>,
    pub(super) tool_config: Option<&'a ToolConfiguration>,
    pub(super) guardrail_identifier: Option<&'a str>,
    pub(super) guardrail_version: Option<&'a str>,
    pub(super) project_identifier: Option<&'a str>,
    pub(super) request_fields: Option<&'a Document>,
    pub(super) prompt_variables: &'a BTreeMap<String, PromptVariableValues>,
    pub(super) response_field_paths: &'a [String],
    pub(super) request_metadata: &'a BTreeMap<String, String>,
    pub(super) service_tier: Option<&'a ServiceTier>,
    pub(super) output_config: Option<&'a OutputConfig>,
}

impl Conversation<'_> {
    /// Returns every problem, hints included.
    pub(super) fn problems(&self) -> Vec<ValidationProblem> {
        let mut problems = Problems::default();
        identifiers::check(self, &mut problems);
        messages::check(self, &mut problems);
        tools::check(self, &mut problems);
        settings::check(self, &mut problems);
        cache_points::check(self, &mut problems);
        problems.into_vec()
    }

    /// Returns an error if at least one problem is a refusal.
    pub(super) fn validate(&self) -> Result<(), ValidationError> {
        ValidationError::of(self.problems())
    }

    /// Returns whether the model is a prompt of Prompt management, which contains messages and
    /// tools.
    fn is_prompt(&self) -> bool {
        self.model_id.starts_with("arn:") && self.model_id.contains(":prompt/")
    }

    /// Returns whether the model accepts an empty text, or may accept it.
    ///
    /// Nova returned a 200 for an empty text, other families return a 400. The family is not known
    /// from the ARN of a provisioned model or of an application inference profile.
    fn may_accept_empty_text(&self) -> bool {
        let name = self.model_id.rsplit('/').next().unwrap_or_default();
        self.model_id.contains("amazon.nova") || self.model_id.starts_with("arn:") && !name.contains('.')
    }
}
