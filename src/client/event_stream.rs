//! [`EventStream`]: the events of an answer as they arrive.

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

/// The events of a streaming answer, one after the other.
///
/// It ends with an error where the stream is cut, corrupt or silent for too long. Of `ConverseStream` it ends with `None`
/// only where the message is complete. Of `InvokeModelWithResponseStream` it does after any whole frame: whether the
/// answer is complete, only the model's own format can tell. Dropping it closes the connection.
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
    /// Read ahead of the first call to `recv`.
    first: Option<D::Event>,
    /// `None` once nothing more will be read.
    body: Option<Body>,
    /// What was called, for errors.
    origin: Arc<Origin>,
}

impl<D: StreamDecoder> EventStream<D> {
    /// Reads as far as the first event, so that a stream that begins with an exception can be tried again.
    pub(crate) async fn begin(decoder: D, body: Body, origin: Arc<Origin>) -> Result<Self, Error> {
        let mut stream = Self { decoder, first: None, body: Some(body), origin };
        stream.first = stream.recv().await?;
        Ok(stream)
    }

    /// The next event; `None` at the good end of the stream, and after an error.
    ///
    /// The future can be dropped and asked for again: no event is lost.
    ///
    /// # Errors
    ///
    /// [`Error::Service`] for an exception in the stream; [`Error::Stream`] where it is cut, corrupt, or silent for too
    /// long. What had arrived before stays available.
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
        Poll::Ready(polled.map_err(|error| self.tell(error)))
    }

    /// An error, knowing the call that it belongs to, without the secrets of the call.
    fn tell(&self, error: Error) -> Error {
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

    /// Whether the output is complete, and only the end of the HTTP body is missing: what is billed is there.
    ///
    /// A `Content-Length` says that more belongs to the body.
    fn lacks_only_its_end(&self, broken: &StreamError) -> bool {
        self.decoder.is_complete()
            && broken.kind() != StreamErrorKind::TooLarge
            && !self.head().headers.contains_key(CONTENT_LENGTH)
    }

    /// The head of the answer: status and headers.
    #[must_use]
    pub fn head(&self) -> &http::response::Parts {
        self.decoder.head()
    }

    /// The request id that AWS gave the call (`x-amzn-requestid`).
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        crate::error::request_id(&self.head().headers)
    }

    /// What there is to know of the answer beside what it says: request id, attempts, headers.
    #[must_use]
    pub fn metadata(&self) -> ResponseMetadata {
        ResponseMetadata::from_head(self.head().clone())
    }

    /// What the events have been decoded by.
    #[must_use]
    pub fn decoder(&self) -> &D {
        &self.decoder
    }
}

impl EventStream<ConverseStreamDecoder> {
    /// What has arrived so far, put together: of use after an error.
    #[must_use]
    pub fn partial(&self) -> PartialResponse {
        self.decoder.partial()
    }

    /// The events put together to the response that `Converse` would have given.
    ///
    /// See [`ConverseStreamDecoder::into_response`] for what was handed out and is not in it.
    ///
    /// # Errors
    ///
    /// The error that the stream ended with, again: [`Error::Service`] or [`Error::Stream`].
    /// [`StreamErrorKind::Unfinished`](crate::StreamErrorKind::Unfinished) where it was not read until
    /// [`recv`](Self::recv) gave `None`; `StreamErrorKind::ToolInput` where the input of a tool is not JSON;
    /// `StreamErrorKind::UnexpectedEvent` where events that were handed out contradict each other.
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
    /// What the invocation took; there once the last chunk was handed out.
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
