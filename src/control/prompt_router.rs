//! Prompt routers: they choose a model per prompt, to balance quality and cost.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListPromptRouters.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetPromptRouter.html>

use crate::operation::operation;
use crate::shape::{Timestamp, open_enum, structure};

operation! {
    ListPromptRouters: Bedrock GET "/prompt-routers"
        ListPromptRoutersRequest -> ListPromptRoutersResponse
        query { max_results = "maxResults", next_token = "nextToken", r#type = "type" }
        pages prompt_router_summaries: PromptRouterSummary;

    GetPromptRouter: Bedrock GET "/prompt-routers/{promptRouterArn}"
        GetPromptRouterRequest -> GetPromptRouterResponse
        path { prompt_router_arn = "promptRouterArn" };
}

structure! {
    /// The request of `ListPromptRouters`. Without a filter, it lists all prompt routers.
    pub struct ListPromptRoutersRequest {} optional {
        /// The maximum number of routers per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page.
        next_token: option String = "nextToken",
        /// Lists only routers of this type.
        r#type: option PromptRouterType = "type",
    }

    /// The response of `ListPromptRouters`: a page of prompt routers.
    pub struct ListPromptRoutersResponse {} optional {
        /// The summaries, one per router.
        prompt_router_summaries: vec PromptRouterSummary = "promptRouterSummaries",
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
    } with metadata

    /// The request of `GetPromptRouter`.
    pub struct GetPromptRouterRequest path {
        /// The ARN of the router. 1 to 2,048 characters.
        prompt_router_arn = "promptRouterArn",
    } {}

    /// The response of `GetPromptRouter`: a prompt router.
    pub struct GetPromptRouterResponse {
        /// The name of the router. At most 64 characters.
        prompt_router_name: String = "promptRouterName",
        /// The criteria that the router chooses a model by.
        routing_criteria: RoutingCriteria = "routingCriteria",
        /// The ARN of the router, which requests use as the model ID.
        prompt_router_arn: String = "promptRouterArn",
        /// The models that the router chooses from.
        models: Vec<PromptRouterTargetModel> = "models",
        /// The model for prompts for which no other model meets the criteria.
        fallback_model: PromptRouterTargetModel = "fallbackModel",
        /// The status of the router.
        status: PromptRouterStatus = "status",
        /// The type of the router.
        r#type: PromptRouterType = "type",
    } optional {
        /// The description of the router. At most 200 characters.
        description: option String = "description",
        /// The time when the router was created.
        created_at: option Timestamp = "createdAt",
        /// The time when the router was last updated.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description } with metadata

    /// A summary of a prompt router.
    pub struct PromptRouterSummary {
        /// The name of the router. At most 64 characters.
        prompt_router_name: String = "promptRouterName",
        /// The criteria that the router chooses a model by.
        routing_criteria: RoutingCriteria = "routingCriteria",
        /// The ARN of the router, which requests use as the model ID.
        prompt_router_arn: String = "promptRouterArn",
        /// The models that the router chooses from.
        models: Vec<PromptRouterTargetModel> = "models",
        /// The model for prompts for which no other model meets the criteria.
        fallback_model: PromptRouterTargetModel = "fallbackModel",
        /// The status of the router.
        status: PromptRouterStatus = "status",
        /// The type of the router.
        r#type: PromptRouterType = "type",
    } optional {
        /// The description of the router. At most 200 characters.
        description: option String = "description",
        /// The time when the router was created.
        created_at: option Timestamp = "createdAt",
        /// The time when the router was last updated.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description }

    /// A model of a prompt router.
    pub struct PromptRouterTargetModel {
        /// The ARN of the model or of an inference profile. At most 2,048 characters.
        model_arn: String = "modelArn",
    }

    /// The criteria that a prompt router chooses a model by.
    pub struct RoutingCriteria {
        /// The accepted difference in quality between the response of a model and that of the
        /// fallback model, in percent, 0 to 100.
        response_quality_difference: f64 = "responseQualityDifference",
    }
}

open_enum! {
    /// The status of a prompt router.
    pub enum PromptRouterStatus {
        /// The router is ready to use.
        Available = "AVAILABLE",
    }

    /// The type of a prompt router.
    pub enum PromptRouterType {
        /// A user created the router.
        Custom = "custom",
        /// Bedrock defines the router.
        Default = "default",
    }
}
