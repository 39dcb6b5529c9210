//! `ListAsyncInvokes`: the asynchronous invocations of the account, a page at a time.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ListAsyncInvokes.html>

use crate::operation::operation;
use crate::runtime::{AsyncInvokeStatus, AsyncInvokeSummary, SortAsyncInvocationBy, SortOrder};
use crate::shape::{Timestamp, structure};

structure! {
    /// Which invocations to list; without a filter, all of them.
    pub struct ListAsyncInvokesRequest {
    } optional {
        /// Invocations submitted after this only.
        submit_time_after: option Timestamp = "submitTimeAfter",
        /// Invocations submitted before this only.
        submit_time_before: option Timestamp = "submitTimeBefore",
        /// Invocations that stand like this only.
        status_equals: option AsyncInvokeStatus = "statusEquals",
        /// The most that a page has; 1 to 1,000.
        max_results: exact i32 = "maxResults",
        /// Where to go on: what the page before gave; at most 2,048 characters.
        next_token: option String = "nextToken",
        /// What to sort by.
        sort_by: option SortAsyncInvocationBy = "sortBy",
        /// Which way to sort.
        sort_order: option SortOrder = "sortOrder",
    }

    /// A page of invocations.
    pub struct ListAsyncInvokesResponse {
    } optional {
        /// Where to go on; nothing on the last page.
        next_token: option String = "nextToken",
        /// One summary an invocation.
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
