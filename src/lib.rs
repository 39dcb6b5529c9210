//! Amazon Bedrock without the AWS SDK.

pub mod control;
pub mod credentials;
pub mod endpoint;
mod error;
pub mod eventstream;
pub mod runtime;
mod shape;
pub mod sigv4;

pub use error::{
    ConfigError, ConfigErrorKind, CredentialsError, DecodeError, Error, ServiceError, ServiceErrorKind, StreamError,
    StreamErrorKind, TransportError, TransportErrorKind,
};
pub use shape::{Blob, Blocks, Document, InvalidBase64, Timestamp, UnknownMembers};
