//! [`Call`]: any operation, by method and path.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{FromResponse, HttpRequest, Operation};
use crate::endpoint::{Endpoint, Service};
use crate::error::{ConfigError, ConfigErrorKind, DecodeError, Error};
use crate::metadata::{ResponseMetadata, detached};
use crate::shape::from_json;

/// An operation that this crate has no types for, by its method and path. It is signed, retried and
/// checked for errors like every other operation.
///
/// ```
/// use bedrock_lite::{Call, Operation, Service};
/// use http::Method;
/// use serde_json::json;
///
/// let path = "/custom-model-deployments/{identifier}";
/// let arn = "arn:aws:bedrock:us-east-1:123456789012";
/// let call = Call::new(Service::Bedrock, Method::PATCH, path)
///     .path_parameter("identifier", format!("{arn}:custom-model-deployment/abc"))
///     .json(&json!({"modelArn": format!("{arn}:custom-model/def")}))?;
/// // let reply: serde_json::Value = client.send(&call).await?.json()?;
/// # let endpoint = bedrock_lite::endpoint::EndpointConfig::new().region("us-east-1");
/// # let request = call.http_request(&bedrock_lite::endpoint::Endpoint::resolve(call.service(), &endpoint)?)?;
/// # assert_eq!(request.uri().path(), "/custom-model-deployments/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Acustom-model-deployment%2Fabc");
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
///
/// A client may send the request more than once. If the operation accepts a `clientRequestToken`,
/// put one into the body, so that the operation has an effect only once.
///
/// The response is read as a whole. Operations whose response is an event stream have their own
/// types.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    service: Service,
    method: Method,
    path: String,
    /// The method and the path template, without values of path parameters.
    name: String,
    path_parameters: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// Creates a call. The path has its path parameters in braces, as in AWS's API reference:
    /// `/guardrails/{guardrailIdentifier}`.
    pub fn new(service: Service, method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            service,
            name: format!("{method} {path}"),
            method,
            path,
            path_parameters: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Sets a path parameter. The value is encoded as one path segment.
    pub fn path_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.path_parameters.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter. A name may be repeated.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a header.
    ///
    /// A value is secret if the name is `cookie`, or contains `token`, `key`, `secret`, `password`,
    /// `credential` or `authorization`. `Debug` does not print secret values, and errors of the
    /// call redact them.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if
    ///
    /// - the name or the value is invalid;
    /// - the signer sets the header (`authorization`, `host`, `x-amz-date`,
    ///   `x-amz-security-token`);
    /// - the HTTP client sets the header (`content-length`, `transfer-encoding` and others).
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        const SIGNERS: [&str; 4] = ["authorization", "host", "x-amz-date", "x-amz-security-token"];
        const FRAMING: [&str; 6] = ["connection", "content-length", "keep-alive", "te", "transfer-encoding", "upgrade"];
        const SECRET: [&str; 7] = ["authorization", "cookie", "credential", "key", "password", "secret", "token"];
        let invalid = |problem: &str| ConfigError::new(ConfigErrorKind::InvalidHeader, format!("{name:?} {problem}"));
        let header =
            HeaderName::try_from(name).map_err(|error| invalid("is not a valid header name").with_source(error))?;
        if SIGNERS.contains(&header.as_str()) {
            return Err(invalid("is a header that the signature sets").into());
        }
        if FRAMING.contains(&header.as_str()) {
            return Err(invalid("is a header that the HTTP client sets").into());
        }
        let mut value = HeaderValue::try_from(value)
            .map_err(|error| invalid("has a value with invalid characters").with_source(error))?;
        value.set_sensitive(SECRET.iter().any(|word| header.as_str().contains(word)));
        self.headers.insert(header, value);
        Ok(self)
    }

    /// Sets a JSON body and its content type.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the value has no JSON form.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidBody, "the body cannot be written as JSON").with_source(error)
        })?;
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(self.body(body))
    }

    /// Sets a body of bytes. Set its content type with [`header`](Self::header).
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

impl Operation for Call {
    type Output = CallResponse;

    /// Returns the method and the path template.
    fn name(&self) -> &str {
        &self.name
    }

    fn service(&self) -> Service {
        self.service
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        let mut request = HttpRequest::new(self.method.clone(), &self.path).body(self.body.clone());
        for (name, value) in &self.path_parameters {
            request = request.path_parameter(name, value);
        }
        for (name, value) in &self.query {
            request = request.query(name, Some(value));
        }
        let mut request = request.build(endpoint)?;
        *request.headers_mut() = self.headers.clone();
        Ok(request)
    }
}

/// The response to a [`Call`]. It is always successful, because errors are [`Error::Service`].
#[derive(Clone)]
pub struct CallResponse {
    /// The status, which is 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unchanged.
    pub body: Bytes,
    metadata: ResponseMetadata,
}

/// Prints the names of the headers, without their values, because these can be secret.
impl fmt::Debug for CallResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.keys())
            .field("body", &self.body)
            .field("metadata", &self.metadata)
            .finish()
    }
}

impl CallResponse {
    /// Reads the body as JSON. An empty body is read as `{}`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body does not match the type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = if self.body.is_empty() { b"{}".as_slice() } else { &self.body };
        from_json(text).map_err(|error| {
            let (mut head, ()) = Response::new(()).into_parts();
            head.status = self.status;
            head.headers.clone_from(&self.headers);
            self.metadata.clean(Error::from(DecodeError::new("response", &self.body, error)).with_head(&head))
        })
    }

    /// Returns the metadata of the response: request ID, headers, attempts, latency.
    #[must_use]
    pub fn metadata(&self) -> &ResponseMetadata {
        &self.metadata
    }
}

impl FromResponse for CallResponse {
    fn from_response(response: Response<Bytes>) -> Result<Self, Error> {
        let (head, body) = response.into_parts();
        let (status, metadata) = (head.status, ResponseMetadata::knowing(head));
        Ok(Self { status, headers: metadata.headers().clone(), body: detached(body), metadata })
    }
}
