//! Amazon Bedrock without the AWS SDK.

mod error;

pub use error::{
    ConfigError, ConfigErrorKind, CredentialsError, DecodeError, Error, ServiceError, ServiceErrorKind, StreamError,
    StreamErrorKind, TransportError, TransportErrorKind,
};
