//! [`Receive`]: reads the output of an operation from a response, whole or as a stream of events.

use std::future::Future;
use std::sync::Arc;

use super::EventStream;
use crate::endpoint::Endpoint;
use crate::error::{Error, Origin, ServiceError};
use crate::operation::{FromResponse, Operation, StreamDecoder, accept, is_event_stream, not_an_event_stream};
use crate::runtime::{ConverseStreamDecoder, InvokeModelWithResponseStreamDecoder};
use crate::transport::Response;

/// An operation and the endpoint that it is sent to.
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

/// An output that a [`Client`](crate::Client) can receive.
///
/// Implemented for every [`FromResponse`] and for the stream decoders of this crate. Sealed.
pub trait Receive: sealed::Sealed + Sized {
    /// The type that [`Client::send`](crate::Client::send) returns.
    type Received;

    /// Reads the response of the operation `O` with [`Operation::http_response`], or begins a
    /// stream.
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "the trait is sealed")]
    fn receive<O>(response: Response, site: CallSite<'_>) -> impl Future<Output = Result<Self::Received, Error>> + Send
    where
        O: Operation<Output = Self>;
}

impl<T: FromResponse> sealed::Sealed for T {}

impl<T: FromResponse> Receive for T {
    type Received = T;

    #[expect(private_interfaces, reason = "the trait is sealed")]
    async fn receive<O: Operation<Output = T>>(response: Response, _site: CallSite<'_>) -> Result<T, Error> {
        O::http_response(response.collect().await?)
    }
}

macro_rules! receive_stream {
    ($($decoder:ty),+) => {$(
        impl sealed::Sealed for $decoder {}

        impl Receive for $decoder {
            type Received = EventStream<$decoder>;

            #[expect(private_interfaces, reason = "the trait is sealed")]
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

/// Begins a stream. A response that is not an event stream is an error.
async fn stream<D: StreamDecoder>(response: Response, site: CallSite<'_>) -> Result<EventStream<D>, Error> {
    if response.head.status.is_success() && is_event_stream(&response.head) {
        let decoder = D::from_head(response.head)?;
        return EventStream::begin(decoder, response.body, site.origin()).await;
    }
    let response = accept(response.collect_error().await)?;
    let (head, body) = response.into_parts();
    // The status is 200, but the body can still be an error document.
    let error = ServiceError::from_response(&head, &body);
    if error.code().is_some() {
        return Err(error.into());
    }
    Err(not_an_event_stream(&head, &body))
}
