//! `bedrock`: every shape and operation, by AWS's names, a file a resource.

mod custom_model;
mod foundation_model;
mod guardrail;
mod imported_model;
mod inference_profile;
mod model_invocation_job;
mod model_invocation_logging;
mod project;
mod project_name;
mod prompt_router;
mod provisioned_model_throughput;
mod sort;
mod tag;

pub use custom_model::*;
pub use foundation_model::*;
pub use guardrail::*;
pub use imported_model::*;
pub use inference_profile::*;
pub use model_invocation_job::*;
pub use model_invocation_logging::*;
pub use project::*;
pub use project_name::ProjectName;
pub use prompt_router::*;
pub use provisioned_model_throughput::*;
pub use sort::*;
pub use tag::*;
