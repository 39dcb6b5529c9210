//! How the output of an operation comes off the transport: whole, or as a stream of events.

use std::future::Future;
use std::sync::Arc;

use super::EventStream;
use crate::endpoint::Endpoint;
use crate::error::{Error, Origin, ServiceError};
use crate::operation::{FromResponse, Operation, StreamDecoder, accept, is_event_stream, not_an_event_stream};
use crate::runtime::{ConverseStreamDecoder, InvokeModelWithResponseStreamDecoder};
use crate::transport::Response;

/// What is called, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallSite<'a> {
    pub(super) operation: &'a str,
    pub(super) endpoint: &'a Endpoint,
}

impl CallSite<'_> {
    pub(super) fn origin(self) -> Arc<Origin> {
        Origin::new(self.operation, self.endpoint.authority(), self.endpoint.is_https())
    }
}

mod sealed {
    pub trait Sealed {}
}

/// An output that a [`Client`](crate::Client) can receive: every [`FromResponse`], and the streams of this crate.
pub trait Receive: sealed::Sealed + Sized {
    /// What the client hands out.
    type Received;

    /// Reads the response of the operation `O`: by its [`Operation::http_response`], or as a stream.
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "sealed: only this crate receives")]
    fn receive<O>(response: Response, site: CallSite<'_>) -> impl Future<Output = Result<Self::Received, Error>> + Send
    where
        O: Operation<Output = Self>;
}

impl<T: FromResponse> sealed::Sealed for T {}

impl<T: FromResponse> Receive for T {
    type Received = T;

    #[expect(private_interfaces, reason = "sealed: only this crate receives")]
    async fn receive<O: Operation<Output = T>>(response: Response, _site: CallSite<'_>) -> Result<T, Error> {
        O::http_response(response.collect().await?)
    }
}

macro_rules! receive_stream {
    ($($decoder:ty),+) => {$(
        impl sealed::Sealed for $decoder {}

        impl Receive for $decoder {
            type Received = EventStream<$decoder>;

            #[expect(private_interfaces, reason = "sealed: only this crate receives")]
            async fn receive<O: Operation<Output = $decoder>>(
                response: Response,
                site: CallSite<'_>,
            ) -> Result<EventStream<$decoder>, Error> {
                stream(response, site).await
            }
        }
    )+};
}

receive_stream!(ConverseStreamDecoder, InvokeModelWithResponseStreamDecoder);

/// Begins a stream.
async fn stream<D: StreamDecoder>(response: Response, site: CallSite<'_>) -> Result<EventStream<D>, Error> {
    if response.head.status.is_success() && is_event_stream(&response.head) {
        let decoder = D::from_head(response.head)?;
        return EventStream::begin(decoder, response.body, site.origin()).await;
    }
    let answer = accept(response.collect_error().await)?;
    let (head, body) = answer.into_parts();
    // A 200 that holds an error instead of a stream.
    let error = ServiceError::from_response(&head, &body);
    if error.code().is_some() {
        return Err(error.into());
    }
    Err(not_an_event_stream(&head, &body))
}
