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
    /// `ListFoundationModels`: the models that Bedrock offers in the region.
    list_foundation_models: ListFoundationModelsRequest => ListFoundationModelsResponse;

    /// `GetFoundationModel`: the details of one model.
    get_foundation_model: GetFoundationModelRequest => GetFoundationModelResponse;

    /// `GetFoundationModelAvailability`: whether the account may run a model, and what is missing.
    get_foundation_model_availability: GetFoundationModelAvailabilityRequest => GetFoundationModelAvailabilityResponse;

    /// `ListInferenceProfiles`: the inference profiles of the region. A page of them: [`pages`](Self::pages) gives all.
    list_inference_profiles: ListInferenceProfilesRequest => ListInferenceProfilesResponse;

    /// `GetInferenceProfile`: the details of one inference profile.
    get_inference_profile: GetInferenceProfileRequest => GetInferenceProfileResponse;

    /// `CreateInferenceProfile`: an inference profile of your own, which counts and bills the use of a model apart.
    create_inference_profile: CreateInferenceProfileRequest => CreateInferenceProfileResponse;

    /// `DeleteInferenceProfile`: removes an inference profile of your own.
    delete_inference_profile: DeleteInferenceProfileRequest => DeleteInferenceProfileResponse;

    /// `CreateModelInvocationJob`: starts a batch inference job.
    create_model_invocation_job: CreateModelInvocationJobRequest => CreateModelInvocationJobResponse;

    /// `GetModelInvocationJob`: how a batch inference job stands.
    get_model_invocation_job: GetModelInvocationJobRequest => GetModelInvocationJobResponse;

    /// `ListModelInvocationJobs`: the batch inference jobs of the account. A page of them: [`pages`](Self::pages) gives
    /// all.
    list_model_invocation_jobs: ListModelInvocationJobsRequest => ListModelInvocationJobsResponse;

    /// `StopModelInvocationJob`: stops a batch inference job; what it has processed by then is paid for.
    stop_model_invocation_job: StopModelInvocationJobRequest => StopModelInvocationJobResponse;

    /// `ListGuardrails`: the guardrails of the account, or the versions of one of them. A page of them:
    /// [`pages`](Self::pages) gives all.
    list_guardrails: ListGuardrailsRequest => ListGuardrailsResponse;

    /// `GetGuardrail`: one guardrail, with all that it watches for.
    get_guardrail: GetGuardrailRequest => GetGuardrailResponse;

    /// `CreateGuardrailVersion`: keeps a guardrail's draft as a version with a number.
    create_guardrail_version: CreateGuardrailVersionRequest => CreateGuardrailVersionResponse;

    /// `ListCustomModels`: the custom models of the account. A page of them: [`pages`](Self::pages) gives all.
    list_custom_models: ListCustomModelsRequest => ListCustomModelsResponse;

    /// `GetCustomModel`: the details of one custom model.
    get_custom_model: GetCustomModelRequest => GetCustomModelResponse;

    /// `ListImportedModels`: the imported models of the account. A page of them: [`pages`](Self::pages) gives all.
    list_imported_models: ListImportedModelsRequest => ListImportedModelsResponse;

    /// `GetImportedModel`: the details of one imported model.
    get_imported_model: GetImportedModelRequest => GetImportedModelResponse;

    /// `ListProvisionedModelThroughputs`: the Provisioned Throughputs of the account. A page of them:
    /// [`pages`](Self::pages) gives all.
    list_provisioned_model_throughputs: ListProvisionedModelThroughputsRequest => ListProvisionedModelThroughputsResponse;

    /// `GetProvisionedModelThroughput`: the details of one Provisioned Throughput.
    get_provisioned_model_throughput: GetProvisionedModelThroughputRequest => GetProvisionedModelThroughputResponse;

    /// `ListPromptRouters`: the prompt routers of the account and the region. A page of them: [`pages`](Self::pages)
    /// gives all.
    list_prompt_routers: ListPromptRoutersRequest => ListPromptRoutersResponse;

    /// `GetPromptRouter`: the details of one prompt router.
    get_prompt_router: GetPromptRouterRequest => GetPromptRouterResponse;

    /// `GetModelInvocationLoggingConfiguration`: where the account's invocations are logged.
    get_model_invocation_logging_configuration: GetModelInvocationLoggingConfigurationRequest => GetModelInvocationLoggingConfigurationResponse;

    /// `CreateProject`: creates a project.
    create_project: CreateProjectRequest => CreateProjectResponse;

    /// `GetProject`: gets the details of one project.
    get_project: GetProjectRequest => GetProjectResponse;

    /// `ListProjects`: gets a page of the projects of the account. [`pages`](Self::pages) gets all pages.
    list_projects: ListProjectsRequest => ListProjectsResponse;

    /// `UpdateProject`: changes the name or the data retention of a project.
    update_project: UpdateProjectRequest => UpdateProjectResponse;

    /// `ArchiveProject`: archives a project.
    archive_project: ArchiveProjectRequest => ArchiveProjectResponse;

    /// `ListTagsForResource`: the tags of a resource.
    list_tags_for_resource: ListTagsForResourceRequest => ListTagsForResourceResponse;

    /// `TagResource`: sets tags of a resource.
    tag_resource: TagResourceRequest => TagResourceResponse;

    /// `UntagResource`: removes tags of a resource.
    untag_resource: UntagResourceRequest => UntagResourceResponse;
}
