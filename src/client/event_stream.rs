//! [`EventStream`]: the events of a streaming response as they arrive.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::CONTENT_LENGTH;

use crate::error::{Error, Origin, Redact, Redactor, StreamError, StreamErrorKind};
use crate::metadata::{ResponseMetadata, ResponseTiming};
use crate::operation::StreamDecoder;
use crate::runtime::{
    ConverseResponse, ConverseStreamDecoder, InvocationMetrics, InvokeModelWithResponseStreamDecoder, PartialResponse,
};
use crate::transport::Body;

/// The events of a streaming response.
///
/// Call [`recv`](Self::recv) until it returns `None`. A stream that is truncated, corrupt or idle
/// for too long ends with an error:
///
/// - `ConverseStream` ends with `None` only if the message is complete.
/// - `InvokeModelWithResponseStream` ends with `None` after any complete frame. Only the native
///   format of the model shows whether the response is complete.
///
/// Dropping the stream closes the connection.
///
/// ```no_run
/// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
/// let mut stream = client.converse_stream(&request).await?;
/// while let Some(event) = stream.recv().await? {
///     if let Some(text) = event.text() {
///         print!("{text}");
///     }
/// }
/// let reply = stream.into_response()?;
/// println!("\n{:?}", reply.usage);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a stream that is dropped closes its connection"]
pub struct EventStream<D: StreamDecoder> {
    decoder: D,
    /// The first event, which is read before the first call of `recv`.
    first: Option<D::Event>,
    /// The rest of the body; `None` after the end of the stream or an error.
    body: Option<Body>,
    /// The operation and the endpoint, for errors.
    origin: Arc<Origin>,
}

impl<D: StreamDecoder> EventStream<D> {
    /// Reads ahead up to the first event, so that a stream that begins with an exception can be
    /// retried.
    pub(crate) async fn begin(decoder: D, body: Body, origin: Arc<Origin>) -> Result<Self, Error> {
        let mut stream = Self { decoder, first: None, body: Some(body), origin };
        stream.first = stream.recv().await?;
        Ok(stream)
    }

    /// Returns the next event, or `None` after a complete stream and after an error.
    ///
    /// Write `while let Some(event) = stream.recv().await?`. A loop over `Ok(Some(event))` would end
    /// at an error as if the reply were complete.
    ///
    /// Cancel safe: if the future is dropped, no event is lost.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Service`] for an exception in the stream, and [`Error::Stream`] if the
    /// stream is truncated, corrupt, or idle for longer than [`Timeouts::stream_idle`][idle]. The
    /// events that arrived before stay available.
    ///
    /// [idle]: crate::Timeouts::stream_idle
    pub async fn recv(&mut self) -> Result<Option<D::Event>, Error> {
        poll_fn(|cx| self.poll_next_event(cx)).await
    }

    fn poll_next_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<D::Event>, Error>> {
        if let Some(event) = self.first.take() {
            return Poll::Ready(Ok(Some(event)));
        }
        let polled = ready!(self.poll_decoder(cx));
        if !matches!(polled, Ok(Some(_))) {
            self.body = None;
        }
        Poll::Ready(polled.map_err(|error| self.with_context(error)))
    }

    /// Adds the operation, the endpoint and the attempts to an error, and removes the secrets.
    fn with_context(&self, error: Error) -> Error {
        error
            .without(&Redactor::secrets_of(self.head()))
            .with_attempts(ResponseTiming::of(self.head()).attempts())
            .with_origin(|| Arc::clone(&self.origin))
    }

    fn poll_decoder(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<D::Event>, Error>> {
        let Some(body) = &mut self.body else { return Poll::Ready(Ok(None)) };
        loop {
            if let Some(event) = self.decoder.recv()? {
                return Poll::Ready(Ok(Some(event)));
            }
            match ready!(body.poll_chunk(cx)) {
                Ok(Some(bytes)) => self.decoder.push(bytes),
                Ok(None) => {
                    self.decoder.finish()?;
                    return Poll::Ready(Ok(None));
                }
                Err(broken) if self.lacks_only_its_end(&broken) => {
                    self.decoder.finish()?;
                    return Poll::Ready(Ok(None));
                }
                Err(broken) => return Poll::Ready(Err(self.decoder.fail(broken))),
            }
        }
    }

    /// Returns whether the output is complete and only the end of the HTTP body is missing.
    ///
    /// Everything that was billed has arrived then. A response with `Content-Length` is not
    /// complete before that number of bytes.
    fn lacks_only_its_end(&self, broken: &StreamError) -> bool {
        self.decoder.is_complete()
            && broken.kind() != StreamErrorKind::TooLarge
            && !self.head().headers.contains_key(CONTENT_LENGTH)
    }

    /// Returns the status and headers of the response.
    #[must_use]
    pub fn head(&self) -> &http::response::Parts {
        self.decoder.head()
    }

    /// Returns the request ID of AWS (`x-amzn-requestid`).
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        crate::error::request_id(&self.head().headers)
    }

    /// Returns the metadata of the response: request ID, headers, attempts, latency.
    #[must_use]
    pub fn metadata(&self) -> ResponseMetadata {
        ResponseMetadata::from_head(self.head().clone())
    }

    /// Returns the decoder of the events.
    #[must_use]
    pub fn decoder(&self) -> &D {
        &self.decoder
    }
}

impl EventStream<ConverseStreamDecoder> {
    /// Returns what has arrived so far. Use it after an error.
    #[must_use]
    pub fn partial(&self) -> PartialResponse {
        self.decoder.partial()
    }

    /// Returns the response that `Converse` would have returned, joined from the events.
    ///
    /// [`ConverseStreamDecoder::into_response`] lists the events that are not part of it.
    ///
    /// # Errors
    ///
    /// Returns the error that the stream ended with, [`Error::Service`] or [`Error::Stream`].
    /// Otherwise returns [`Error::Stream`] with one of these kinds:
    ///
    /// - [`Unfinished`](StreamErrorKind::Unfinished) if the stream was not read until
    ///   [`recv`](Self::recv) returned `None`.
    /// - [`ToolInput`](StreamErrorKind::ToolInput) if the input of a tool is not valid JSON.
    /// - [`UnexpectedEvent`](StreamErrorKind::UnexpectedEvent) if events contradict each other.
    pub fn into_response(self) -> Result<ConverseResponse, Error> {
        let redactor = self.head().extensions.get::<Redactor>().cloned();
        let (attempts, origin) = (ResponseTiming::of(self.head()).attempts(), self.origin);
        self.decoder.into_response().map_err(|error| {
            let secrets = redactor.map(|redactor| redactor.secrets()).unwrap_or_default();
            error.without(&secrets).with_attempts(attempts).with_origin(|| origin)
        })
    }
}

impl EventStream<InvokeModelWithResponseStreamDecoder> {
    /// Returns the metrics of the invocation. They arrive with the last chunk.
    #[must_use]
    pub fn invocation_metrics(&self) -> Option<&InvocationMetrics> {
        self.decoder.invocation_metrics()
    }
}

#[cfg(feature = "stream")]
impl<D: StreamDecoder + Unpin> futures_core::Stream for EventStream<D>
where
    D::Event: Unpin,
{
    type Item = Result<D::Event, Error>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_next_event(cx).map(Result::transpose)
    }
}
