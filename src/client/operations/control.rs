//! The operations of `bedrock`.

use super::methods;
use crate::control::{
    ArchiveProjectRequest, ArchiveProjectResponse, CreateGuardrailVersionRequest, CreateGuardrailVersionResponse,
    CreateInferenceProfileRequest, CreateInferenceProfileResponse, CreateModelInvocationJobRequest,
    CreateModelInvocationJobResponse, CreateProjectRequest, CreateProjectResponse, DeleteInferenceProfileRequest,
    DeleteInferenceProfileResponse, GetCustomModelRequest, GetCustomModelResponse,
    GetFoundationModelAvailabilityRequest, GetFoundationModelAvailabilityResponse, GetFoundationModelRequest,
    GetFoundationModelResponse, GetGuardrailRequest, GetGuardrailResponse, GetImportedModelRequest,
    GetImportedModelResponse, GetInferenceProfileRequest, GetInferenceProfileResponse, GetModelInvocationJobRequest,
    GetModelInvocationJobResponse, GetModelInvocationLoggingConfigurationRequest,
    GetModelInvocationLoggingConfigurationResponse, GetProjectRequest, GetProjectResponse, GetPromptRouterRequest,
    GetPromptRouterResponse, GetProvisionedModelThroughputRequest, GetProvisionedModelThroughputResponse,
    ListCustomModelsRequest, ListCustomModelsResponse, ListFoundationModelsRequest, ListFoundationModelsResponse,
    ListGuardrailsRequest, ListGuardrailsResponse, ListImportedModelsRequest, ListImportedModelsResponse,
    ListInferenceProfilesRequest, ListInferenceProfilesResponse, ListModelInvocationJobsRequest,
    ListModelInvocationJobsResponse, ListProjectsRequest, ListProjectsResponse, ListPromptRoutersRequest,
    ListPromptRoutersResponse, ListProvisionedModelThroughputsRequest, ListProvisionedModelThroughputsResponse,
    ListTagsForResourceRequest, ListTagsForResourceResponse, StopModelInvocationJobRequest,
    StopModelInvocationJobResponse, TagResourceRequest, TagResourceResponse, UntagResourceRequest,
    UntagResourceResponse, UpdateProjectRequest, UpdateProjectResponse,
};

methods! {
    /// `ListFoundationModels`: returns the models that Bedrock offers in the region.
    list_foundation_models: ListFoundationModelsRequest => ListFoundationModelsResponse;

    /// `GetFoundationModel`: returns the details of one model.
    get_foundation_model: GetFoundationModelRequest => GetFoundationModelResponse;

    /// `GetFoundationModelAvailability`: returns whether the account may run a model, and which
    /// requirements are not met.
    get_foundation_model_availability: GetFoundationModelAvailabilityRequest => GetFoundationModelAvailabilityResponse;

    /// `ListInferenceProfiles`: returns a page of the inference profiles of the region. Use
    /// [`pages`](Self::pages) for all of them.
    list_inference_profiles: ListInferenceProfilesRequest => ListInferenceProfilesResponse;

    /// `GetInferenceProfile`: returns the details of one inference profile.
    get_inference_profile: GetInferenceProfileRequest => GetInferenceProfileResponse;

    /// `CreateInferenceProfile`: creates an application inference profile, which tracks the usage
    /// and the cost of a model separately.
    create_inference_profile: CreateInferenceProfileRequest => CreateInferenceProfileResponse;

    /// `DeleteInferenceProfile`: deletes an application inference profile.
    delete_inference_profile: DeleteInferenceProfileRequest => DeleteInferenceProfileResponse;

    /// `CreateModelInvocationJob`: starts a batch inference job.
    create_model_invocation_job: CreateModelInvocationJobRequest => CreateModelInvocationJobResponse;

    /// `GetModelInvocationJob`: returns the state of a batch inference job.
    get_model_invocation_job: GetModelInvocationJobRequest => GetModelInvocationJobResponse;

    /// `ListModelInvocationJobs`: returns a page of the batch inference jobs of the account. Use
    /// [`pages`](Self::pages) for all of them.
    list_model_invocation_jobs: ListModelInvocationJobsRequest => ListModelInvocationJobsResponse;

    /// `StopModelInvocationJob`: stops a batch inference job. Records that it has already processed
    /// are billed.
    stop_model_invocation_job: StopModelInvocationJobRequest => StopModelInvocationJobResponse;

    /// `ListGuardrails`: returns a page of the guardrails of the account, or of the versions of one
    /// guardrail. Use [`pages`](Self::pages) for all of them.
    list_guardrails: ListGuardrailsRequest => ListGuardrailsResponse;

    /// `GetGuardrail`: returns one guardrail with all its policies.
    get_guardrail: GetGuardrailRequest => GetGuardrailResponse;

    /// `CreateGuardrailVersion`: creates a numbered version from the draft of a guardrail.
    create_guardrail_version: CreateGuardrailVersionRequest => CreateGuardrailVersionResponse;

    /// `ListCustomModels`: returns a page of the custom models of the account. Use
    /// [`pages`](Self::pages) for all of them.
    list_custom_models: ListCustomModelsRequest => ListCustomModelsResponse;

    /// `GetCustomModel`: returns the details of one custom model.
    get_custom_model: GetCustomModelRequest => GetCustomModelResponse;

    /// `ListImportedModels`: returns a page of the imported models of the account. Use
    /// [`pages`](Self::pages) for all of them.
    list_imported_models: ListImportedModelsRequest => ListImportedModelsResponse;

    /// `GetImportedModel`: returns the details of one imported model.
    get_imported_model: GetImportedModelRequest => GetImportedModelResponse;

    /// `ListProvisionedModelThroughputs`: returns a page of the Provisioned Throughputs of the
    /// account. Use [`pages`](Self::pages) for all of them.
    list_provisioned_model_throughputs: ListProvisionedModelThroughputsRequest => ListProvisionedModelThroughputsResponse;

    /// `GetProvisionedModelThroughput`: returns the details of one Provisioned Throughput.
    get_provisioned_model_throughput: GetProvisionedModelThroughputRequest => GetProvisionedModelThroughputResponse;

    /// `ListPromptRouters`: returns a page of the prompt routers of the account in the region. Use
    /// [`pages`](Self::pages) for all of them.
    list_prompt_routers: ListPromptRoutersRequest => ListPromptRoutersResponse;

    /// `GetPromptRouter`: returns the details of one prompt router.
    get_prompt_router: GetPromptRouterRequest => GetPromptRouterResponse;

    /// `GetModelInvocationLoggingConfiguration`: returns where the invocations of the account are
    /// logged.
    get_model_invocation_logging_configuration: GetModelInvocationLoggingConfigurationRequest => GetModelInvocationLoggingConfigurationResponse;

    /// `CreateProject`: creates a project.
    create_project: CreateProjectRequest => CreateProjectResponse;

    /// `GetProject`: returns the details of one project.
    get_project: GetProjectRequest => GetProjectResponse;

    /// `ListProjects`: returns a page of the projects of the account. Use [`pages`](Self::pages)
    /// for all of them.
    list_projects: ListProjectsRequest => ListProjectsResponse;

    /// `UpdateProject`: changes the name or the data retention of a project.
    update_project: UpdateProjectRequest => UpdateProjectResponse;

    /// `ArchiveProject`: archives a project.
    archive_project: ArchiveProjectRequest => ArchiveProjectResponse;

    /// `ListTagsForResource`: returns the tags of a resource.
    list_tags_for_resource: ListTagsForResourceRequest => ListTagsForResourceResponse;

    /// `TagResource`: sets tags of a resource.
    tag_resource: TagResourceRequest => TagResourceResponse;

    /// `UntagResource`: removes tags of a resource.
    untag_resource: UntagResourceRequest => UntagResourceResponse;
}
