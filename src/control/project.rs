//! Projects: groups of requests with their own usage, cost and data retention.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateProject.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetProject.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListProjects.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_UpdateProject.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ArchiveProject.html>

use super::{ProjectName, Tag};
use crate::operation::operation;
use crate::shape::{Timestamp, open_enum, structure};

operation! {
    CreateProject: Bedrock POST "/projects"
        CreateProjectRequest -> CreateProjectResponse
        body {};

    GetProject: Bedrock GET "/projects/{projectIdentifier}"
        GetProjectRequest -> GetProjectResponse
        path { project_identifier = "projectIdentifier" };

    ListProjects: Bedrock GET "/projects"
        ListProjectsRequest -> ListProjectsResponse
        query { max_results = "maxResults", next_token = "nextToken", status_filter = "statusFilter" }
        pages project_summaries: ProjectSummary;

    UpdateProject: Bedrock POST "/projects/{projectIdentifier}"
        UpdateProjectRequest -> UpdateProjectResponse
        path { project_identifier = "projectIdentifier" }
        body {};

    ArchiveProject: Bedrock POST "/projects/{projectIdentifier}/archive"
        ArchiveProjectRequest -> ArchiveProjectResponse
        path { project_identifier = "projectIdentifier" };
}

structure! {
    /// The request of `CreateProject`.
    ///
    /// The service has no idempotency token for this operation. A retry after a lost response can
    /// create a second project.
    ///
    /// ```
    /// use bedrock_lite::control::{CreateProjectRequest, DataRetentionMode};
    ///
    /// let request = CreateProjectRequest::new("team a")
    ///     .data_retention(DataRetentionMode::None);
    /// // The name of a project is sensitive data: `Debug` does not print it.
    /// assert!(!format!("{request:?}").contains("team a"));
    /// assert_eq!(request.name, "team a");
    /// ```
    pub struct CreateProjectRequest {
        /// The name of the project.
        name: ProjectName = "name",
    } optional {
        /// The tags of the project. At most 200.
        tags: vec Tag = "tags",
        /// How long Bedrock keeps the data of the project's requests. A [`DataRetentionMode`]
        /// converts into it.
        data_retention: option ProjectDataRetention = "dataRetention",
    }

    /// The request of `GetProject`.
    pub struct GetProjectRequest path {
        /// The project: an ID or an ARN. 1 to 2,048 characters.
        project_identifier = "projectIdentifier",
    } {}

    /// The request of `ListProjects`. Without a filter, it lists all projects.
    pub struct ListProjectsRequest {} optional {
        /// The maximum number of projects per page, 1 to 100.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// Lists only projects with this status.
        status_filter: option ProjectStatus = "statusFilter",
    }

    /// The response of `ListProjects`: a page of projects.
    pub struct ListProjectsResponse {
        /// The summaries, one per project.
        project_summaries: Vec<ProjectSummary> = "projectSummaries",
    } optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
    } with metadata

    /// The request of `UpdateProject`. A member that is not set keeps its value.
    pub struct UpdateProjectRequest path {
        /// The project: an ID or an ARN. 1 to 2,048 characters.
        project_identifier = "projectIdentifier",
    } {} optional {
        /// The new name of the project.
        name: option ProjectName = "name",
        /// How long Bedrock keeps the data of the project's requests. A [`DataRetentionMode`]
        /// converts into it.
        data_retention: option ProjectDataRetention = "dataRetention",
    }

    /// The request of `ArchiveProject`.
    pub struct ArchiveProjectRequest path {
        /// The project: an ID or an ARN. 1 to 2,048 characters.
        project_identifier = "projectIdentifier",
    } {}

    /// The data retention of a project. A [`DataRetentionMode`] converts into it.
    pub struct ProjectDataRetention {
        /// How long Bedrock keeps the data of the project's requests.
        mode: DataRetentionMode = "mode",
    }
}

/// Declares the shapes that describe a project. The service model gives all of them the same
/// members.
macro_rules! project {
    ($($(#[$meta:meta])* $name:ident $(with $metadata:ident)?;)+) => {$(
        structure! {
            $(#[$meta])*
            pub struct $name {
                /// The ID of the project, 1 to 64 characters.
                id: String = "id",
                /// The ARN of the project.
                arn: String = "arn",
                /// The name of the project.
                name: ProjectName = "name",
                /// The status of the project.
                status: ProjectStatus = "status",
                /// The time when the project was created.
                created_at: Timestamp = "createdAt",
                /// How long Bedrock keeps the data of the project's requests.
                data_retention: ProjectDataRetention = "dataRetention",
            } optional {
                /// The time when the project was archived.
                archived_at: option Timestamp = "archivedAt",
            } $(with $metadata)?
        }
    )+};
}

project! {
    /// A summary of a project.
    ProjectSummary;
    /// The response of `CreateProject`: the new project.
    CreateProjectResponse with metadata;
    /// The response of `GetProject`: a project.
    GetProjectResponse with metadata;
    /// The response of `UpdateProject`: the project after the update.
    UpdateProjectResponse with metadata;
    /// The response of `ArchiveProject`: the archived project.
    ArchiveProjectResponse with metadata;
}

open_enum! {
    /// The status of a project.
    pub enum ProjectStatus {
        /// The project is in use.
        Active = "active",
        /// The project is archived.
        Archived = "archived",
    }

    /// How long Bedrock keeps the data of a project's requests.
    pub enum DataRetentionMode {
        /// The default of the service applies.
        Default = "default",
        /// Bedrock keeps no data.
        None = "none",
        /// Bedrock keeps data for a review by AWS.
        AwsReview = "aws_review",
        /// Bedrock shares data with the provider of the model.
        ProviderDataShare = "provider_data_share",
        /// The mode of the account applies.
        Inherit = "inherit",
    }
}

impl From<DataRetentionMode> for ProjectDataRetention {
    fn from(mode: DataRetentionMode) -> Self {
        Self::new(mode)
    }
}
