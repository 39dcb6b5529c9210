//! `GetAsyncInvoke`: how an asynchronous invocation stands.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GetAsyncInvoke.html>

use crate::operation::operation;
use crate::runtime::{AsyncInvokeOutputDataConfig, AsyncInvokeStatus};
use crate::shape::{Timestamp, structure};

structure! {
    /// Which invocation to tell about.
    pub struct GetAsyncInvokeRequest path {
        /// Its ARN; at most 2,048 characters.
        invocation_arn = "invocationArn",
    } {
    }

    /// How an invocation stands.
    pub struct GetAsyncInvokeResponse {
        /// Its ARN.
        invocation_arn: String = "invocationArn",
        /// The ARN of the model that it runs.
        model_arn: String = "modelArn",
        /// How it stands.
        status: AsyncInvokeStatus = "status",
        /// When it was submitted.
        submit_time: Timestamp = "submitTime",
        /// Where its output goes.
        output_data_config: AsyncInvokeOutputDataConfig = "outputDataConfig",
    } optional {
        /// The token that it was started with.
        client_request_token: option String = "clientRequestToken",
        /// What went wrong; at most 2,048 characters.
        failure_message: option String = "failureMessage",
        /// When it changed last.
        last_modified_time: option Timestamp = "lastModifiedTime",
        /// When it ended.
        end_time: option Timestamp = "endTime",
    } sensitive { failure_message } with metadata
}

operation! {
    GetAsyncInvoke: BedrockRuntime GET "/async-invoke/{invocationArn}"
        GetAsyncInvokeRequest -> GetAsyncInvokeResponse
        path { invocation_arn = "invocationArn" };
}
