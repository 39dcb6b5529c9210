//! Projects: parts of an account whose use, cost and data retention are managed apart.
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
    /// A project to create.
    ///
    /// The service has no idempotency token for this operation: a retry after a lost response can create a second
    /// project.
    ///
    /// ```
    /// use bedrock_lite::control::{CreateProjectRequest, DataRetentionMode};
    ///
    /// let request = CreateProjectRequest::new("team a").data_retention(DataRetentionMode::None);
    /// // A project's name is sensitive data: `Debug` does not print it.
    /// assert!(!format!("{request:?}").contains("team a"));
    /// assert_eq!(request.name, "team a");
    /// ```
    pub struct CreateProjectRequest {
        /// The name of the project.
        name: ProjectName = "name",
    } optional {
        /// The tags of the project; at most 200.
        tags: vec Tag = "tags",
        /// How long Bedrock keeps the data of the project's requests. A [`DataRetentionMode`] converts into it.
        data_retention: option ProjectDataRetention = "dataRetention",
    }

    /// The project to get.
    pub struct GetProjectRequest path {
        /// The project: an ID or an ARN, 1 to 2,048 characters.
        project_identifier = "projectIdentifier",
    } {}

    /// Which projects to list. Without a filter, all projects are listed.
    pub struct ListProjectsRequest {} optional {
        /// The largest number of projects on a page, 1 to 100.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token that the previous page came with.
        next_token: option String = "nextToken",
        /// Lists only projects with this status.
        status_filter: option ProjectStatus = "statusFilter",
    }

    /// A page of projects.
    pub struct ListProjectsResponse {
        /// The projects of this page.
        project_summaries: Vec<ProjectSummary> = "projectSummaries",
    } optional {
        /// The token of the next page. The last page has no token.
        next_token: option String = "nextToken",
    } with metadata

    /// Changes to a project. A member that is not set is not changed.
    pub struct UpdateProjectRequest path {
        /// The project: an ID or an ARN, 1 to 2,048 characters.
        project_identifier = "projectIdentifier",
    } {} optional {
        /// The new name of the project.
        name: option ProjectName = "name",
        /// How long Bedrock keeps the data of the project's requests. A [`DataRetentionMode`] converts into it.
        data_retention: option ProjectDataRetention = "dataRetention",
    }

    /// The project to archive.
    pub struct ArchiveProjectRequest path {
        /// The project: an ID or an ARN, 1 to 2,048 characters.
        project_identifier = "projectIdentifier",
    } {}

    /// How long Bedrock keeps the data of a project's requests. A [`DataRetentionMode`] converts into it.
    pub struct ProjectDataRetention {
        /// The mode.
        mode: DataRetentionMode = "mode",
    }
}

/// Declares the shapes that describe a project; the service model gives all of them the same members.
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
                /// Whether the project is in use.
                status: ProjectStatus = "status",
                /// When the project was created.
                created_at: Timestamp = "createdAt",
                /// How long Bedrock keeps the data of the project's requests.
                data_retention: ProjectDataRetention = "dataRetention",
            } optional {
                /// When the project was archived.
                archived_at: option Timestamp = "archivedAt",
            } $(with $metadata)?
        }
    )+};
}

project! {
    /// A project, in a list of projects.
    ProjectSummary;
    /// The project that was created.
    CreateProjectResponse with metadata;
    /// A project.
    GetProjectResponse with metadata;
    /// The project after the changes.
    UpdateProjectResponse with metadata;
    /// The project that was archived.
    ArchiveProjectResponse with metadata;
}

open_enum! {
    /// Whether a project is in use.
    pub enum ProjectStatus {
        /// The project is in use.
        Active = "active",
        /// The project is archived.
        Archived = "archived",
    }

    /// How long Bedrock keeps the data of a project's requests.
    pub enum DataRetentionMode {
        /// The default of the service.
        Default = "default",
        /// Bedrock keeps no data.
        None = "none",
        /// Bedrock keeps data for a review by AWS.
        AwsReview = "aws_review",
        /// Bedrock shares data with the provider of the model.
        ProviderDataShare = "provider_data_share",
        /// The mode of the account.
        Inherit = "inherit",
    }
}

impl From<DataRetentionMode> for ProjectDataRetention {
    fn from(mode: DataRetentionMode) -> Self {
        Self::new(mode)
    }
}
