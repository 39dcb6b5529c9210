//! `GetAsyncInvoke`: how an asynchronous invocation stands.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GetAsyncInvoke.html>

use super::{AsyncInvokeOutputDataConfig, AsyncInvokeStatus};
use crate::operation::operation;
use crate::shape::{Timestamp, structure};

structure! {
    /// Which invocation to tell about.
    pub struct GetAsyncInvokeRequest label {
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
        client_request_token: one String = "clientRequestToken",
        /// What went wrong; at most 2,048 characters.
        failure_message: one String = "failureMessage",
        /// When it changed last.
        last_modified_time: one Timestamp = "lastModifiedTime",
        /// When it ended.
        end_time: one Timestamp = "endTime",
    } sensitive { failure_message } with metadata
}

operation! {
    GetAsyncInvoke: BedrockRuntime GET "/async-invoke/{invocationArn}"
        GetAsyncInvokeRequest -> GetAsyncInvokeResponse
        label { invocation_arn = "invocationArn" };
}
