//! Asynchronous invocations: `StartAsyncInvoke`, `GetAsyncInvoke` and `ListAsyncInvokes`.

mod get;
mod invocation;
mod list;
mod start;

pub use get::*;
pub use invocation::*;
pub use list::*;
pub use start::*;
