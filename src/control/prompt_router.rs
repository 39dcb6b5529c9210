//! Prompt routers: each prompt goes to the cheaper of several models where that one answers as well.
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
    /// Which prompt routers to list; without a filter, all of them.
    pub struct ListPromptRoutersRequest {} optional {
        /// How many a page may have, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to give: the token that the page before it came with.
        next_token: option String = "nextToken",
        /// Routers of this kind only.
        r#type: option PromptRouterType = "type",
    }

    /// A page of prompt routers.
    pub struct ListPromptRoutersResponse {} optional {
        /// One summary a router.
        prompt_router_summaries: vec PromptRouterSummary = "promptRouterSummaries",
        /// The token of the next page; the last one has none.
        next_token: option String = "nextToken",
    } with metadata

    /// Which prompt router to tell about.
    pub struct GetPromptRouterRequest path {
        /// The router's ARN; 1 to 2,048 characters.
        prompt_router_arn = "promptRouterArn",
    } {}

    /// A prompt router.
    pub struct GetPromptRouterResponse {
        /// Its name; at most 64 characters.
        prompt_router_name: String = "promptRouterName",
        /// What decides between its models.
        routing_criteria: RoutingCriteria = "routingCriteria",
        /// Its ARN, which requests to run it name as the model.
        prompt_router_arn: String = "promptRouterArn",
        /// The models it chooses from.
        models: Vec<PromptRouterTargetModel> = "models",
        /// The model it takes where the others do not meet the criteria.
        fallback_model: PromptRouterTargetModel = "fallbackModel",
        /// Whether it is ready.
        status: PromptRouterStatus = "status",
        /// Whose it is.
        r#type: PromptRouterType = "type",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// When it was made.
        created_at: option Timestamp = "createdAt",
        /// When it was last changed.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description } with metadata

    /// A prompt router, in a list of them.
    pub struct PromptRouterSummary {
        /// Its name; at most 64 characters.
        prompt_router_name: String = "promptRouterName",
        /// What decides between its models.
        routing_criteria: RoutingCriteria = "routingCriteria",
        /// Its ARN, which requests to run it name as the model.
        prompt_router_arn: String = "promptRouterArn",
        /// The models it chooses from.
        models: Vec<PromptRouterTargetModel> = "models",
        /// The model it takes where the others do not meet the criteria.
        fallback_model: PromptRouterTargetModel = "fallbackModel",
        /// Whether it is ready.
        status: PromptRouterStatus = "status",
        /// Whose it is.
        r#type: PromptRouterType = "type",
    } optional {
        /// What it is for; at most 200 characters.
        description: option String = "description",
        /// When it was made.
        created_at: option Timestamp = "createdAt",
        /// When it was last changed.
        updated_at: option Timestamp = "updatedAt",
    } sensitive { description }

    /// A model that a prompt router chooses from.
    pub struct PromptRouterTargetModel {
        /// The ARN of the model or of an inference profile; at most 2,048 characters.
        model_arn: String = "modelArn",
    }

    /// What decides between the models of a prompt router.
    pub struct RoutingCriteria {
        /// By how many percent, 0 to 100, another model's answer may differ in quality from the fallback model's.
        response_quality_difference: f64 = "responseQualityDifference",
    }
}

open_enum! {
    /// Whether a prompt router is ready.
    pub enum PromptRouterStatus {
        /// It is.
        Available = "AVAILABLE",
    }

    /// Whose a prompt router is.
    pub enum PromptRouterType {
        /// Yours.
        Custom = "custom",
        /// Bedrock's.
        Default = "default",
    }
}
