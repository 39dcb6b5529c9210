//! `InvokeModel` and `InvokeModelWithResponseStream`: requests and responses in a model's native
//! format.

mod headers;
mod invocation_metrics;
mod payload_part;
mod request;
mod response;
mod stream;

pub use invocation_metrics::*;
pub use payload_part::*;
pub use request::*;
pub use response::*;
pub use stream::*;
