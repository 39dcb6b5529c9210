//! `StartAsyncInvoke`: starts an invocation that takes long, such as the generation of a video.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html>

use crate::operation::operation;
use crate::runtime::{AsyncInvokeOutputDataConfig, Tag};
use crate::shape::{Document, structure};

structure! {
    /// The request of `StartAsyncInvoke`.
    ///
    /// ```
    /// use bedrock_lite::runtime::{
    ///     AsyncInvokeS3OutputDataConfig, StartAsyncInvokeRequest,
    /// };
    /// use serde_json::json;
    ///
    /// let model = "amazon.nova-reel-v1:1";
    /// let input = json!({
    ///     "taskType": "TEXT_VIDEO",
    ///     "textToVideoParams": {"text": "Waves at dusk"},
    /// });
    /// let output = AsyncInvokeS3OutputDataConfig::new("s3://my-bucket/videos");
    /// let request = StartAsyncInvokeRequest::new(model, input, output)
    ///     .tags([("team", "film")]);
    /// ```
    pub struct StartAsyncInvokeRequest {
        /// The model: an ID or an ARN. At most 256 characters.
        model_id: String = "modelId",
        /// The input of the model, in the format of its native API.
        model_input: Document = "modelInput",
        /// The destination of the output.
        output_data_config: AsyncInvokeOutputDataConfig = "outputDataConfig",
    } optional {
        /// The idempotency token: 1 to 256 printable ASCII characters.
        ///
        /// A second request with the same token does not start a second invocation. If it is not
        /// set, the client generates a token per call and sends it with every attempt. Set it if
        /// your program may repeat the call.
        client_request_token: option String = "clientRequestToken",
        /// The tags of the invocation. At most 200.
        tags: vec Tag = "tags",
    } sensitive { model_input }

    /// The response of `StartAsyncInvoke`.
    pub struct StartAsyncInvokeResponse {
        /// The ARN of the invocation. At most 2,048 characters.
        invocation_arn: String = "invocationArn",
    } with metadata
}

operation! {
    StartAsyncInvoke: BedrockRuntime POST "/async-invoke"
        StartAsyncInvokeRequest -> StartAsyncInvokeResponse
        body { idempotency_token client_request_token }
        model model_id;
}
