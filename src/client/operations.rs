//! A method an operation, each of them [`Client::send`] by AWS's name.

mod control;

use super::{Client, EventStream};
use crate::error::Error;
use crate::runtime::{
    ConverseRequest, ConverseResponse, ConverseStreamDecoder, InvokeModelRequest, InvokeModelResponse,
    InvokeModelWithResponseStreamDecoder, InvokeModelWithResponseStreamRequest, StreamedConverse, ToConverseStream,
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
}
