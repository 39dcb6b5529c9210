//! Amazon Bedrock without the AWS SDK.

#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod client;
mod clock;
pub mod control;
pub mod credentials;
pub mod endpoint;
mod error;
pub mod eventstream;
pub mod operation;
#[cfg(feature = "replay")]
pub mod replay;
pub mod retry;
pub mod runtime;
mod shape;
pub mod sigv4;
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
mod tls;
#[cfg(feature = "client")]
mod transport;

#[cfg(feature = "client")]
pub use builder::ClientBuilder;
#[cfg(feature = "client")]
pub use client::{Client, ConverseStream, EventStream, InvokeModelStream, Receive};
pub use clock::{Clock, SystemClock};
pub use control::{GetFoundationModelRequest, ListFoundationModelsRequest};
pub use credentials::{ApiKey, Credentials, ProvideCredentials};
pub use endpoint::Service;

pub use error::{
    ConfigError, ConfigErrorKind, CredentialsError, DecodeError, Error, ServiceError, ServiceErrorKind, StreamError,
    StreamErrorKind, TransportError, TransportErrorKind,
};
pub use operation::Operation;
pub use retry::RetryPolicy;
pub use runtime::{
    ContentBlock, ConversationRole, ConverseRequest, ConverseResponse, ConverseStreamOutput, ConverseStreamRequest,
    ImageBlock, ImageFormat, InvokeModelRequest, Message, StopReason, TokenUsage, Tool, ToolResultBlock,
    ToolSpecification, ToolUseBlock,
};
pub use shape::{Blob, Blocks, Document, InvalidBase64, Timestamp, UnknownMembers};
#[cfg(feature = "client")]
pub use transport::HttpClient;
