//! A method an operation, each of them [`Client::send`] by AWS's name.

mod control;

use super::{Client, EventStream};
use crate::error::Error;
use crate::runtime::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, ConverseRequest, ConverseResponse, ConverseStreamDecoder,
    CountTokensRequest, CountTokensResponse, GetAsyncInvokeRequest, GetAsyncInvokeResponse,
    InvokeGuardrailChecksRequest, InvokeGuardrailChecksResponse, InvokeModelRequest, InvokeModelResponse,
    InvokeModelWithResponseStreamDecoder, InvokeModelWithResponseStreamRequest, ListAsyncInvokesRequest,
    ListAsyncInvokesResponse, StartAsyncInvokeRequest, StartAsyncInvokeResponse, StreamedConverse, ToConverseStream,
};

/// The events of a `ConverseStream` answer.
pub type ConverseStream = EventStream<ConverseStreamDecoder>;

/// The chunks of an `InvokeModelWithResponseStream` answer.
pub type InvokeModelStream = EventStream<InvokeModelWithResponseStreamDecoder>;

impl Client {
    /// `Converse`: sends a conversation to a model and waits for its whole reply.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn converse(&self, request: &ConverseRequest) -> Result<ConverseResponse, Error> {
        self.send(request).await
    }

    /// `ConverseStream`: sends a conversation to a model and hands out its reply as it is generated.
    ///
    /// Takes a `ConverseRequest` as well as a `ConverseStreamRequest`.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and where the first thing in the stream is an exception.
    pub async fn converse_stream<R: ToConverseStream>(&self, request: &R) -> Result<ConverseStream, Error> {
        self.send(&StreamedConverse::new(request)).await
    }

    /// `InvokeModel`: sends a model the body of its own API.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn invoke_model(&self, request: &InvokeModelRequest) -> Result<InvokeModelResponse, Error> {
        self.send(request).await
    }

    /// `InvokeModelWithResponseStream`: sends a model the body of its own API and hands out its answer in chunks.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and where the first thing in the stream is an exception.
    pub async fn invoke_model_with_response_stream(
        &self,
        request: &InvokeModelWithResponseStreamRequest,
    ) -> Result<InvokeModelStream, Error> {
        self.send(request).await
    }

    /// `CountTokens`: how many tokens a request would take, without its being run.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn count_tokens(&self, request: &CountTokensRequest) -> Result<CountTokensResponse, Error> {
        self.send(request).await
    }

    /// `ApplyGuardrail`: has a guardrail look at content, without a model.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn apply_guardrail(&self, request: &ApplyGuardrailRequest) -> Result<ApplyGuardrailResponse, Error> {
        self.send(request).await
    }

    /// `InvokeGuardrailChecks`: checks messages without a guardrail having been set up.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn invoke_guardrail_checks(
        &self,
        request: &InvokeGuardrailChecksRequest,
    ) -> Result<InvokeGuardrailChecksResponse, Error> {
        self.send(request).await
    }

    /// `StartAsyncInvoke`: starts a model that takes its time, whose output goes to Amazon S3.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn start_async_invoke(
        &self,
        request: &StartAsyncInvokeRequest,
    ) -> Result<StartAsyncInvokeResponse, Error> {
        self.send(request).await
    }

    /// `GetAsyncInvoke`: how an asynchronous invocation stands.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn get_async_invoke(&self, request: &GetAsyncInvokeRequest) -> Result<GetAsyncInvokeResponse, Error> {
        self.send(request).await
    }

    /// `ListAsyncInvokes`: a page of the asynchronous invocations of the account.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn list_async_invokes(
        &self,
        request: &ListAsyncInvokesRequest,
    ) -> Result<ListAsyncInvokesResponse, Error> {
        self.send(request).await
    }
}
