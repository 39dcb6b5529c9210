//! Fixtures, and a loopback server that serves them: Bedrock without an account (feature `replay`).
//!
//! The server is strict where Bedrock is: it verifies the signature of every request and answers a wrong one with the
//! canonical request that it expected. Where no fixture matches it says which came nearest and where they part.
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
//! let models = client.list_foundation_models(&ListFoundationModelsRequest::new()).await?.model_summaries;
//! # Ok(())
//! # }
//! ```

mod fixture;
mod nearest;
mod paced_body;
mod server;

pub use fixture::{Fixture, FixtureBody, FixtureError, FixtureRequest, FixtureResponse, Fixtures, StreamEvent};
pub use server::{ReplayServer, ReplayServerBuilder};
