//! One method per operation. Each method has AWS's name and calls
//! [`Client::send`](super::Client::send).

mod control;
mod runtime;

pub use runtime::{ConverseStream, InvokeModelStream};

/// Declares methods of [`Client`](super::Client): name, request type and response type.
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
            /// Returns the errors of [`send`](Self::send).
            pub async fn $method(&self, request: &$request) -> Result<$response, $crate::error::Error> {
                self.send(request).await
            }
        )+}
    };
}

use methods;
