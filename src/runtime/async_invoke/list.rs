//! `ListAsyncInvokes`: lists the asynchronous invocations of the account.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ListAsyncInvokes.html>

use crate::operation::operation;
use crate::runtime::{AsyncInvokeStatus, AsyncInvokeSummary, SortAsyncInvocationBy, SortOrder};
use crate::shape::{Timestamp, structure};

structure! {
    /// The request of `ListAsyncInvokes`. Without a filter, it lists all invocations.
    pub struct ListAsyncInvokesRequest {
    } optional {
        /// Lists only invocations that were submitted after this time.
        submit_time_after: option Timestamp = "submitTimeAfter",
        /// Lists only invocations that were submitted before this time.
        submit_time_before: option Timestamp = "submitTimeBefore",
        /// Lists only invocations with this status.
        status_equals: option AsyncInvokeStatus = "statusEquals",
        /// The maximum number of invocations per page, 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// The page to return: the token from the previous page. At most 2,048 characters.
        next_token: option String = "nextToken",
        /// The key to sort by.
        sort_by: option SortAsyncInvocationBy = "sortBy",
        /// The order of the list.
        sort_order: option SortOrder = "sortOrder",
    }

    /// The response of `ListAsyncInvokes`: a page of invocations.
    pub struct ListAsyncInvokesResponse {
    } optional {
        /// The token of the next page. Not set on the last page.
        next_token: option String = "nextToken",
        /// The summaries, one per invocation.
        async_invoke_summaries: vec AsyncInvokeSummary = "asyncInvokeSummaries",
    } with metadata
}

operation! {
    ListAsyncInvokes: BedrockRuntime GET "/async-invoke"
        ListAsyncInvokesRequest -> ListAsyncInvokesResponse
        query {
            submit_time_after = "submitTimeAfter",
            submit_time_before = "submitTimeBefore",
            status_equals = "statusEquals",
            max_results = "maxResults",
            next_token = "nextToken",
            sort_by = "sortBy",
            sort_order = "sortOrder",
        }
        pages async_invoke_summaries: AsyncInvokeSummary;
}
