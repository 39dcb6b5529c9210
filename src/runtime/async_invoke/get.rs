//! `GetAsyncInvoke`: reads the status of an asynchronous invocation.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GetAsyncInvoke.html>

use crate::operation::operation;
use crate::runtime::{AsyncInvokeOutputDataConfig, AsyncInvokeStatus};
use crate::shape::{Timestamp, structure};

structure! {
    /// The request of `GetAsyncInvoke`.
    pub struct GetAsyncInvokeRequest path {
        /// The ARN of the invocation. At most 2,048 characters.
        invocation_arn = "invocationArn",
    } {
    }

    /// The response of `GetAsyncInvoke`: the status of an invocation.
    pub struct GetAsyncInvokeResponse {
        /// The ARN of the invocation.
        invocation_arn: String = "invocationArn",
        /// The ARN of the model.
        model_arn: String = "modelArn",
        /// The status of the invocation.
        status: AsyncInvokeStatus = "status",
        /// The time when the invocation was submitted.
        submit_time: Timestamp = "submitTime",
        /// The destination of the output.
        output_data_config: AsyncInvokeOutputDataConfig = "outputDataConfig",
    } optional {
        /// The idempotency token that the invocation was started with.
        client_request_token: option String = "clientRequestToken",
        /// The reason why the invocation failed. At most 2,048 characters.
        failure_message: option String = "failureMessage",
        /// The time when the invocation was last modified.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// The time when the invocation ended.
        end_time: option Timestamp = "endTime",
    } sensitive { failure_message } with metadata
}

operation! {
    GetAsyncInvoke: BedrockRuntime GET "/async-invoke/{invocationArn}"
        GetAsyncInvokeRequest -> GetAsyncInvokeResponse
        path { invocation_arn = "invocationArn" };
}
