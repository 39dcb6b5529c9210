//! `StartAsyncInvoke`: a model that takes its time, such as one that makes videos.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html>

use crate::operation::operation;
use crate::runtime::{AsyncInvokeOutputDataConfig, Tag};
use crate::shape::{Document, structure};

structure! {
    /// What to run, and where its output goes.
    ///
    /// ```
    /// use bedrock_lite::runtime::{AsyncInvokeS3OutputDataConfig, StartAsyncInvokeRequest};
    /// use serde_json::json;
    ///
    /// let input = json!({"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "Waves at dusk"}});
    /// let output = AsyncInvokeS3OutputDataConfig::new("s3://my-bucket/videos");
    /// let request = StartAsyncInvokeRequest::new("amazon.nova-reel-v1:1", input, output).tags([("team", "film")]);
    /// ```
    pub struct StartAsyncInvokeRequest {
        /// The model: an id or an ARN; at most 256 characters.
        model_id: String = "modelId",
        /// The body that the model's own API takes.
        model_input: Document = "modelInput",
        /// Where the output goes.
        output_data_config: AsyncInvokeOutputDataConfig = "outputDataConfig",
    } optional {
        /// What makes the request the same one when it comes twice: 1 to 256 printable ASCII characters.
        ///
        /// Without it every call makes a token of its own, and all attempts of that call send it. Set it where a call that
        /// you repeat yourself shall start no second invocation.
        client_request_token: option String = "clientRequestToken",
        /// Tags of the invocation; at most 200.
        tags: vec Tag = "tags",
    } sensitive { model_input }

    /// The invocation that was started.
    pub struct StartAsyncInvokeResponse {
        /// Its ARN; at most 2,048 characters.
        invocation_arn: String = "invocationArn",
    } with metadata
}

operation! {
    StartAsyncInvoke: BedrockRuntime POST "/async-invoke"
        StartAsyncInvokeRequest -> StartAsyncInvokeResponse
        body { idempotency_token client_request_token }
        model model_id;
}
