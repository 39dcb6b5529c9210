//! The operations and shapes of `bedrock`, the control plane, under AWS's names.
//!
//! Requests whose response comes in pages work with [`Client::pages`](crate::Client::pages).
//!
//! # Models
//!
//! [`ListFoundationModelsRequest`], [`GetFoundationModelRequest`] and
//! [`GetFoundationModelAvailabilityRequest`] return the models of a region and their availability
//! for the account. Custom, imported and provisioned models: [`ListCustomModelsRequest`],
//! [`ListImportedModelsRequest`], [`ListProvisionedModelThroughputsRequest`], and a `Get` request
//! for each of them.
//!
//! # Inference profiles and prompt routers
//!
//! Many models can only be called through an inference profile: [`ListInferenceProfilesRequest`],
//! [`GetInferenceProfileRequest`], [`CreateInferenceProfileRequest`],
//! [`DeleteInferenceProfileRequest`]. Prompt routers choose a model per request:
//! [`ListPromptRoutersRequest`], [`GetPromptRouterRequest`].
//!
//! # Batch inference
//!
//! A batch job reads prompts from Amazon S3 and writes the responses there:
//! [`CreateModelInvocationJobRequest`], [`GetModelInvocationJobRequest`],
//! [`ListModelInvocationJobsRequest`], [`StopModelInvocationJobRequest`].
//!
//! # Guardrails
//!
//! [`ListGuardrailsRequest`], [`GetGuardrailRequest`] and [`CreateGuardrailVersionRequest`].
//!
//! # Projects, tags and logging
//!
//! Projects group requests for usage, cost and data retention: [`CreateProjectRequest`],
//! [`GetProjectRequest`], [`ListProjectsRequest`], [`UpdateProjectRequest`],
//! [`ArchiveProjectRequest`]. Tags of resources: [`TagResourceRequest`], [`UntagResourceRequest`],
//! [`ListTagsForResourceRequest`]. Invocation logging:
//! [`GetModelInvocationLoggingConfigurationRequest`].

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
