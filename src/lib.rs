//! Amazon Bedrock without the AWS SDK.

pub mod control;
mod error;
pub mod eventstream;
pub mod runtime;
mod shape;

pub use error::{
    ConfigError, ConfigErrorKind, CredentialsError, DecodeError, Error, ServiceError, ServiceErrorKind, StreamError,
    StreamErrorKind, TransportError, TransportErrorKind,
};
pub use shape::{Blob, Blocks, Document, InvalidBase64, Timestamp, UnknownMembers};
