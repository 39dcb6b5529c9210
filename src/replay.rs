//! Recorded exchanges, and a loopback server that serves them: Bedrock without an account (feature
//! `replay`).
//!
//! The server verifies the signature of every request, as Bedrock does. The response to an invalid
//! signature is a 403 with the expected canonical request. If no fixture matches a request, the
//! response names the most similar fixture and the difference.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use bedrock_lite::replay::{Fixtures, ReplayServer};
//! use bedrock_lite::{Client, ListFoundationModelsRequest};
//!
//! let server = ReplayServer::builder(Fixtures::load("fixtures")?).start().await?;
//! let client = Client::builder()
//!     .region("us-east-1")
//!     .credentials(server.credentials().clone())
//!     .endpoint_url(server.url())
//!     .build()?;
//! let models = client
//!     .list_foundation_models(&ListFoundationModelsRequest::new())
//!     .await?
//!     .model_summaries;
//! # Ok(())
//! # }
//! ```
//!
//! # The format of fixtures
//!
//! [`Fixtures::load`] reads every `.json` file of a directory and its subdirectories. Each file is
//! an exchange:
//!
//! ```json
//! {
//!   "about": "Nova answers in one sentence.",
//!   "request": {
//!     "method": "POST",
//!     "path": "/model/amazon.nova-lite-v1%3A0/converse",
//!     "body": {"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
//!   },
//!   "responses": [{
//!     "status": 200,
//!     "headers": {"content-type": "application/json"},
//!     "body": {
//!       "output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}},
//!       "stopReason": "end_turn"
//!     }
//!   }]
//! }
//! ```
//!
//! | member | meaning |
//! |---|---|
//! | `about` | a description of the exchange |
//! | `request.method` | the HTTP method |
//! | `request.path` | the path and query as sent, percent-encoded |
//! | `request.headers` | optional: headers that the request must have, with these values |
//! | `request.body` | the JSON body; left out if the request has none. Bodies are compared as JSON values |
//! | `responses` | used in turn: the first request gets the first one; the last one is followed by the first |
//! | `responses[].status`, `.headers` | the status and the headers of a response |
//! | `responses[].body` | a JSON body, sent without insignificant white space, its members in their order |
//! | `responses[].text` | instead of `body`: a body that is sent as written |
//! | `responses[].stream` | instead of `body`: the name of an event stream in the same directory |
//!
//! An event stream `reply` consists of two files. `reply.jsonl` has one frame per line: its headers
//! in their order, and its payload under `payload`. `reply.bin` has the same frames in binary form.
//! If it is missing, it is encoded from the lines.
//!
//! ```json
//! {
//!   ":event-type": "messageStop",
//!   ":content-type": "application/json",
//!   ":message-type": "event",
//!   "payload": {"stopReason": "end_turn"}
//! }
//! ```

mod fixture;
mod nearest;
mod paced_body;
mod server;

pub use fixture::{Fixture, FixtureBody, FixtureError, FixtureRequest, FixtureResponse, Fixtures, StreamEvent};
pub use server::{ReplayServer, ReplayServerBuilder};
