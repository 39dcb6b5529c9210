//! Amazon Bedrock without the AWS SDK: sign, send, decode.
//!
//! Three layers, each of use alone:
//!
//! - [`sigv4`], [`endpoint`], [`eventstream`]: the protocols, bytes in and bytes out;
//! - [`runtime`], [`control`]: every shape by AWS's name, and every [`Operation`]: a request as a value → an HTTP request, an
//!   HTTP response → its output;
//! - [`Client`]: sends them, over reqwest.
//!
//! # A call
//!
//! ```no_run
//! # async fn run() -> Result<(), bedrock_lite::Error> {
//! use bedrock_lite::{Client, ConverseRequest, Message};
//!
//! let client = Client::from_env()?;
//! let request = ConverseRequest::new("amazon.nova-lite-v1:0")
//!     .system("Answer in one sentence.")
//!     .message(Message::user("Why is the sky blue?"))
//!     .max_tokens(200);
//! println!("{}", client.converse(&request).await?.text());
//! # Ok(())
//! # }
//! ```
//!
//! A client finds its region, its credentials or API key and its endpoints in the environment and the profile, or is told by code: see
//! [`ClientBuilder`], and [`credentials`] for every place that credentials can come from. Requests are plain values: what is required
//! goes into `new`, the rest has setters, fields are public, and
//! serde reads and writes them, so that a conversation can be stored. [`Message::user`] and its like take one block or several:
//!
//! ```
//! use bedrock_lite::{Blob, ContentBlock, ConverseRequest, ImageBlock, ImageFormat, Message};
//!
//! # let png: &[u8] = b"\x89PNG";
//! let question = Message::user([
//!     ContentBlock::from(ImageBlock::new(ImageFormat::Png, Blob::from(png.to_vec()))), // raw bytes: encoded once, on their way
//!     ContentBlock::from("What is in this picture?"),
//! ]);
//! let request = ConverseRequest::new("us.anthropic.claude-sonnet-4-20250514-v1:0").message(question);
//! ```
//!
//! # Streams
//!
//! ```no_run
//! # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
//! let mut stream = client.converse_stream(&request).await?;
//! while let Some(event) = stream.recv().await? {
//!     if let Some(text) = event.text() {
//!         print!("{text}");
//!     }
//! }
//! let reply = stream.into_response()?; // the same `ConverseResponse` that `converse` returns
//! # Ok(())
//! # }
//! ```
//!
//! A stream ends well only after `messageStop`. Anything else is an error, and [`EventStream::partial`] has what had arrived.
//!
//! # Tools
//!
//! ```no_run
//! # async fn run(client: bedrock_lite::Client) -> Result<(), bedrock_lite::Error> {
//! use bedrock_lite::{ContentBlock, ConverseRequest, Message, ToolResultBlock, ToolSpecification};
//! use serde_json::{Value, json};
//!
//! let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
//! let mut chat = ConverseRequest::new("amazon.nova-lite-v1:0")
//!     .tool(ToolSpecification::new("weather", schema).description("The weather in a city"))
//!     .message(Message::user("What is the weather in Oslo?"));
//! let reply = client.converse(&chat).await?.into_message();
//! let mut results = Vec::new();
//! for call in reply.tool_uses() {
//!     let input: Value = call.input.read()?;
//!     // The model wrote the input: check each member.
//!     let result = match input["city"].as_str() {
//!         Some(city) => {
//!             let weather = format!("{city} is sunny");
//!             ToolResultBlock::success(&*call.tool_use_id, weather)
//!         }
//!         None => ToolResultBlock::error(&*call.tool_use_id, "no city"),
//!     };
//!     results.push(ContentBlock::from(result));
//! }
//! chat.push(reply);
//! chat.push(Message::user(results));
//! println!("{}", client.converse(&chat).await?.text());
//! # Ok(())
//! # }
//! ```
//!
//! # The control plane
//!
//! [`control`] has the operations around inference: models, inference profiles, batch jobs, guardrails, projects. What comes in
//! pages comes one after the other, and an operation without types of its own is a [`Call`]:
//!
//! ```no_run
//! # async fn run(client: bedrock_lite::Client) -> Result<(), bedrock_lite::Error> {
//! use bedrock_lite::control::ListModelInvocationJobsRequest;
//! use bedrock_lite::{Call, Service};
//! use http::Method;
//!
//! let mut jobs = client.pages(&ListModelInvocationJobsRequest::new().status_equals("InProgress")).items();
//! while let Some(job) = jobs.recv().await? {
//!     println!("{}: {:?} of {:?}", job.job_name, job.processed_record_count, job.total_record_count);
//! }
//! let call = Call::new(Service::Bedrock, Method::GET, "/model-import-jobs/{jobIdentifier}").path_parameter("jobIdentifier", "my-job");
//! let job: serde_json::Value = client.send(&call).await?.json()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Errors and retries
//!
//! [`Error`] has one arm a layer and predicates over all of them; [`ServiceErrorKind`] has AWS's names. A call is sent up to three
//! times, with back-off: [`RetryPolicy`] says when, and [`retry`] how. [`Timeouts`] and [`Limits`] say how long is waited for what, and how
//! much is taken, for a client or for a call.
//!
//! # Without an account
//!
//! The feature `replay` has a server on loopback that serves recorded exchanges and verifies every signature: see `replay`.
//!
//! # Features
//!
//! `client`, `rustls` and `chain` by default; `webpki-roots`, `native-tls`, `http2`, `sso`, `stream`, `tracing`, `replay`. All are additive. With
//! `default-features = false` there is no reqwest and no tokio: see [`operation`].

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "client"), allow(rustdoc::broken_intra_doc_links, reason = "the guide speaks of the client"))]

#[cfg(feature = "client")]
mod client;
pub mod clock;
pub mod control;
pub mod credentials;
pub mod endpoint;
mod error;
pub mod eventstream;
mod metadata;
pub mod operation;
pub mod profile;
#[cfg(feature = "replay")]
pub mod replay;
pub mod retry;
pub mod runtime;
mod shape;
pub mod sigv4;
#[cfg(feature = "client")]
mod transport;
mod unicode;

#[cfg(feature = "client")]
pub use client::{
    AuthScheme, Client, ClientBuilder, ConverseStream, EventStream, InvokeModelStream, Items, Pages, Receive,
};
pub use clock::{Clock, SystemClock};
pub use control::{GetFoundationModelRequest, ListFoundationModelsRequest};
pub use credentials::{ApiKey, Credentials, ProvideCredentials};
pub use endpoint::Service;

pub use error::{
    ConfigError, ConfigErrorKind, CredentialsError, CredentialsErrorKind, DecodeError, Error, ServiceError,
    ServiceErrorKind, SignatureDifference, SignatureMismatch, StreamError, StreamErrorKind, TransportError,
    TransportErrorKind,
};
pub use metadata::ResponseMetadata;
pub use operation::{Call, CallResponse, Operation, Paged};
pub use retry::RetryPolicy;
pub use runtime::{
    ContentBlock, ConversationRole, ConverseRequest, ConverseResponse, ConverseStreamOutput, ConverseStreamRequest,
    ImageBlock, ImageFormat, InvokeModelRequest, Message, StopReason, TokenUsage, Tool, ToolResultBlock,
    ToolSpecification, ToolUseBlock,
};
pub use shape::{Blob, Blocks, Document, InvalidBase64, Number, Payload, Timestamp, UnknownMembers};
#[cfg(feature = "client")]
pub use transport::{HttpClient, Limits, Timeouts};

// A reader needs no further dependencies for the types in the public API.
pub use {bytes, chrono, http, serde_json};

/// The README's code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
