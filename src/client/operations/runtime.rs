//! The operations of `bedrock-runtime`.

use super::methods;
use crate::client::{Client, EventStream};
use crate::error::Error;
use crate::runtime::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, ConverseRequest, ConverseResponse, ConverseStreamDecoder,
    CountTokensRequest, CountTokensResponse, GetAsyncInvokeRequest, GetAsyncInvokeResponse,
    InvokeGuardrailChecksRequest, InvokeGuardrailChecksResponse, InvokeModelRequest, InvokeModelResponse,
    InvokeModelWithResponseStreamDecoder, ListAsyncInvokesRequest, ListAsyncInvokesResponse, StartAsyncInvokeRequest,
    StartAsyncInvokeResponse, StreamedConverse, StreamedInvokeModel, ToConverseStream, ToInvokeModelWithResponseStream,
};

/// The events of a `ConverseStream` response.
pub type ConverseStream = EventStream<ConverseStreamDecoder>;

/// The chunks of an `InvokeModelWithResponseStream` response.
pub type InvokeModelStream = EventStream<InvokeModelWithResponseStreamDecoder>;

impl Client {
    /// `ConverseStream`: sends a conversation to a model and returns its reply as it is generated.
    ///
    /// Takes a [`ConverseRequest`] or a
    /// [`ConverseStreamRequest`](crate::runtime::ConverseStreamRequest).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send). An exception before the first event is an error
    /// of this method, and is retried as any failed call.
    pub async fn converse_stream<R: ToConverseStream>(&self, request: &R) -> Result<ConverseStream, Error> {
        self.send(&StreamedConverse::new(request)).await
    }

    /// `InvokeModelWithResponseStream`: sends a body in the native format of a model and returns
    /// the chunks of the response as they arrive.
    ///
    /// Takes an [`InvokeModelRequest`] or an
    /// [`InvokeModelWithResponseStreamRequest`](crate::runtime::InvokeModelWithResponseStreamRequest).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send), and an exception that is the first frame of the
    /// stream.
    pub async fn invoke_model_with_response_stream<R: ToInvokeModelWithResponseStream>(
        &self,
        request: &R,
    ) -> Result<InvokeModelStream, Error> {
        self.send(&StreamedInvokeModel::new(request)).await
    }
}

methods! {
    /// `Converse`: sends a conversation to a model and waits for the whole reply.
    converse: ConverseRequest => ConverseResponse;

    /// `InvokeModel`: sends a body in the native format of a model.
    invoke_model: InvokeModelRequest => InvokeModelResponse;

    /// `CountTokens`: counts the tokens of a request without running the model.
    count_tokens: CountTokensRequest => CountTokensResponse;

    /// `ApplyGuardrail`: checks content with a guardrail, without a model.
    apply_guardrail: ApplyGuardrailRequest => ApplyGuardrailResponse;

    /// `InvokeGuardrailChecks`: checks messages without a configured guardrail.
    invoke_guardrail_checks: InvokeGuardrailChecksRequest => InvokeGuardrailChecksResponse;

    /// `StartAsyncInvoke`: starts a long-running invocation that writes its output to Amazon S3.
    start_async_invoke: StartAsyncInvokeRequest => StartAsyncInvokeResponse;

    /// `GetAsyncInvoke`: returns the state of an asynchronous invocation.
    get_async_invoke: GetAsyncInvokeRequest => GetAsyncInvokeResponse;

    /// `ListAsyncInvokes`: returns a page of the account's asynchronous invocations. Use
    /// [`pages`](Self::pages) for all of them.
    list_async_invokes: ListAsyncInvokesRequest => ListAsyncInvokesResponse;
}
