//! One method per operation, each of them [`Client::send`](super::Client::send) under AWS's name.

mod control;
mod runtime;

pub use runtime::{ConverseStream, InvokeModelStream};

/// Declares methods of [`Client`](super::Client): the name, the request and what the method returns.
///
/// ```text
/// /// `CountTokens`: counts the tokens of a request.
/// count_tokens: CountTokensRequest => CountTokensResponse;
/// ```
macro_rules! methods {
    ($($(#[$meta:meta])* $method:ident: $request:ty => $response:ty;)+) => {
        impl $crate::client::Client {$(
            $(#[$meta])*
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send).
            pub async fn $method(&self, request: &$request) -> Result<$response, $crate::error::Error> {
                self.send(request).await
            }
        )+}
    };
}

use methods;
