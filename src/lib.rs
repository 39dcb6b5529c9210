//! A client for Amazon Bedrock without the AWS SDK.
//!
//! The crate has three layers. Each can be used alone:
//!
//! - [`sigv4`], [`endpoint`] and [`eventstream`] implement the protocols: bytes in, bytes out.
//! - [`runtime`] and [`control`] have the operations and shapes of the service, under AWS's names.
//!   An [`Operation`] turns a request value into an HTTP request, and an HTTP response into an
//!   output value.
//! - [`Client`] sends operations over reqwest. It adds credentials, retries, timeouts and
//!   connections.
//!
//! # Quick start
//!
//! ```no_run
//! # async fn run() -> Result<(), bedrock_lite::Error> {
//! use bedrock_lite::{Client, ConverseRequest, Message};
//!
//! let client = Client::from_env()?;
//! let request = ConverseRequest::new("us.amazon.nova-lite-v1:0")
//!     .system("Answer in one sentence.")
//!     .message(Message::user("Why is the sky blue?"))
//!     .max_tokens(200);
//! println!("{}", client.converse(&request).await?.text());
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::from_env`] takes the region, the credentials or API key, and the endpoints from the
//! environment and the shared configuration files. [`ClientBuilder`] sets them in code.
//! [`credentials`] lists where credentials can come from. If the first call fails,
//! [`troubleshooting`] has the usual reasons.
//!
//! Requests are plain values. Required members go into `new`, optional ones have setters, and all
//! fields are public. A request implements `Serialize` and `Deserialize`, so a conversation can be
//! stored. [`Message::user`] takes one content block or several:
//!
//! ```
//! use bedrock_lite::{ConverseRequest, ImageBlock, Message};
//!
//! # let png = b"\x89PNG\r\n\x1a\n".to_vec();
//! // Or ImageBlock::from_path("plan.png")?. The bytes are raw: the client encodes them once.
//! let image = ImageBlock::from_bytes(png)?;
//! let question = Message::user("What is in this picture?").block(image);
//! let request = ConverseRequest::new("us.amazon.nova-lite-v1:0").message(question);
//! # Ok::<(), bedrock_lite::Error>(())
//! ```
//!
//! A reply in JSON is requested with a schema, and read with [`ConverseResponse::json`];
//! `OutputConfig` in [`runtime`] has an example.
//!
//! # Streams
//!
//! ```no_run
//! # use bedrock_lite::{Client, ConverseRequest, Error};
//! # async fn run(client: Client, request: ConverseRequest) -> Result<(), Error> {
//! let mut stream = client.converse_stream(&request).await?;
//! while let Some(event) = stream.recv().await? {
//!     if let Some(text) = event.text() {
//!         print!("{text}");
//!     }
//! }
//! // The response that `converse` would have returned.
//! let reply = stream.into_response()?;
//! # Ok(())
//! # }
//! ```
//!
//! A stream is complete after `messageStop`. Every other end is an error, and
//! [`EventStream::partial`] has what arrived before it. With the feature `stream`, [`EventStream`]
//! also implements `futures_core::Stream`; use `try_next` from `futures-util` there, so that an
//! error cannot be mistaken for the end:
//!
//! ```no_run
//! # use bedrock_lite::{Client, ConverseRequest, Error};
//! # async fn run(client: Client, request: ConverseRequest) -> Result<(), Error> {
//! # #[cfg(feature = "stream")] {
//! use futures_util::TryStreamExt;
//!
//! let mut stream = client.converse_stream(&request).await?;
//! while let Some(event) = stream.try_next().await? {
//!     print!("{}", event.text().unwrap_or_default());
//! }
//! let reply = stream.into_response()?;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # Tools
//!
//! ```no_run
//! # async fn run(client: bedrock_lite::Client) -> Result<(), bedrock_lite::Error> {
//! use bedrock_lite::serde_json::{Value, json};
//! use bedrock_lite::{
//!     ContentBlock, ConverseRequest, Message, ToolResultBlock, ToolSpecification,
//! };
//!
//! let schema = json!({
//!     "type": "object",
//!     "properties": {"city": {"type": "string"}},
//!     "required": ["city"],
//! });
//! let weather = ToolSpecification::new("weather", schema)
//!     .description("The weather in a city");
//! let mut chat = ConverseRequest::new("us.amazon.nova-lite-v1:0")
//!     .tool(weather)
//!     .message(Message::user("What is the weather in Oslo?"));
//! let reply = client.converse(&chat).await?.into_message();
//! let mut results = Vec::new();
//! for call in reply.tool_uses() {
//!     // The model wrote the input: check each member.
//!     let input: Value = call.input.read()?;
//!     let id = &*call.tool_use_id;
//!     let result = match input["city"].as_str() {
//!         Some(city) => ToolResultBlock::success(id, format!("{city} is sunny")),
//!         None => ToolResultBlock::error(id, "no city"),
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
//! [`control`] has the operations around inference: models, inference profiles, batch jobs,
//! guardrails, projects. [`Client::pages`] walks through lists. An operation without types of its
//! own is a [`Call`]:
//!
//! ```no_run
//! # async fn run(client: bedrock_lite::Client) -> Result<(), bedrock_lite::Error> {
//! use bedrock_lite::control::ListModelInvocationJobsRequest;
//! use bedrock_lite::http::Method;
//! use bedrock_lite::serde_json::Value;
//! use bedrock_lite::{Call, Service};
//!
//! let request = ListModelInvocationJobsRequest::new().status_equals("InProgress");
//! let mut jobs = client.pages(&request).items();
//! while let Some(job) = jobs.recv().await? {
//!     println!("{}: {:?} records", job.job_name, job.processed_record_count);
//! }
//!
//! let path = "/model-import-jobs/{jobIdentifier}";
//! let call = Call::new(Service::Bedrock, Method::GET, path)
//!     .path_parameter("jobIdentifier", "my-job");
//! let job: Value = client.send(&call).await?.json()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Errors, retries and timeouts
//!
//! [`Error`] has one variant per layer, and predicates over all of them, such as
//! [`Error::is_throttling`]. [`ServiceErrorKind`] has AWS's names. `Display` prints one line with
//! operation, host, cause, attempts, request ID and advice; `Debug` prints the same, so `main` can
//! return an [`Error`].
//!
//! A call makes up to three attempts: see [`RetryPolicy`] for what is retried, and [`retry`] for
//! how. [`Timeouts`] and [`Limits`] bound what the client waits for and how much it accepts, per
//! client or per call.
//!
//! # Without an account
//!
//! The feature `replay` has a server on this machine that serves recorded exchanges and verifies
//! every signature: see the module `replay`.
//!
//! # Features
//!
//! All features are additive. Defaults: `client`, `rustls`, `chain`.
//!
//! | feature | adds |
//! |---|---|
//! | `client` | [`Client`], over reqwest and tokio; without it, the core performs no I/O: see [`operation`] |
//! | `rustls` | TLS by rustls with ring; trusts the platform's certificates |
//! | `chain` | credentials providers besides environment variables |
//! | `webpki-roots` | Mozilla's root certificates instead of the platform's |
//! | `native-tls` | the system's TLS library; takes precedence over `rustls` |
//! | `http2` | HTTP/2 |
//! | `sso` | credentials of IAM Identity Center |
//! | `stream` | `futures_core::Stream` for event streams |
//! | `tracing` | one span per call |
//! | `replay` | fixtures, and a server that serves them |
//! | `smithy` | conversions between frames and the messages of AWS's crates |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "client"), allow(rustdoc::broken_intra_doc_links, reason = "the guide describes the client"))]

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
pub mod troubleshooting;
mod unicode;

#[cfg(feature = "client")]
pub use client::{
    AuthScheme, Client, ClientBuilder, ConverseStream, EventStream, InvokeModelStream, Items, Pages, Receive,
};
#[doc(inline)]
pub use clock::{Clock, SystemClock};
#[doc(inline)]
pub use control::{GetFoundationModelRequest, ListFoundationModelsRequest};
#[doc(inline)]
pub use credentials::{ApiKey, Credentials, ProvideCredentials};
#[doc(inline)]
pub use endpoint::Service;

pub use error::{
    ConfigError, ConfigErrorKind, CredentialsError, CredentialsErrorKind, DecodeError, Error, ServiceError,
    ServiceErrorKind, SignatureDifference, SignatureMismatch, StreamError, StreamErrorKind, TransportError,
    TransportErrorKind,
};
pub use metadata::ResponseMetadata;
#[doc(inline)]
pub use operation::{Call, CallResponse, Operation, Paged};
#[doc(inline)]
pub use retry::RetryPolicy;
#[doc(inline)]
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
