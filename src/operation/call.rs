//! [`Call`]: any operation of Bedrock, by method and path.

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

/// An operation that this crate has no types for, by its method and path; signed, sent again and checked for errors like
/// every other.
///
/// ```
/// use bedrock_lite::{Call, Operation, Service};
/// use http::Method;
/// use serde_json::json;
///
/// let call = Call::new(Service::Bedrock, Method::PATCH, "/custom-model-deployments/{identifier}")
///     .path_parameter("identifier", "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abc")
///     .json(&json!({"modelArn": "arn:aws:bedrock:us-east-1:123456789012:custom-model/def"}))?;
/// // let answer: serde_json::Value = client.send(&call).await?.json()?;
/// # let endpoint = bedrock_lite::endpoint::EndpointConfig::new().region("us-east-1");
/// # let request = call.http_request(&bedrock_lite::endpoint::Endpoint::resolve(call.service(), &endpoint)?)?;
/// # assert_eq!(request.uri().path(), "/custom-model-deployments/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Acustom-model-deployment%2Fabc");
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
///
/// A client may send it more than once, as any request: where the operation takes a `clientRequestToken`, put one into the
/// body, so that it is done once. The answer is taken whole: operations that answer with an event stream have types of their own.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    service: Service,
    method: Method,
    path: String,
    /// The method and the path, which hold no value of anybody's.
    name: String,
    path_parameters: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// A call of a path with its path parameters in braces, as AWS's API reference writes it: `/guardrails/{guardrailIdentifier}`.
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

    /// Adds a query parameter. The same name may come several times.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a header.
    ///
    /// `Debug` does not show the value if the name says that it is a secret, such as `cookie` or one that contains `token`, `key`, `secret`,
    /// `password` or `authorization`. Nor does any error of the call repeat such a value.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where no header has that name or can carry that value, and for the headers that a signature is made
    /// of, which are the signer's (`authorization`, `host`, `x-amz-date`, `x-amz-security-token`) or frame the message (`content-length`, …).
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        const SIGNERS: [&str; 4] = ["authorization", "host", "x-amz-date", "x-amz-security-token"];
        const FRAMING: [&str; 6] = ["connection", "content-length", "keep-alive", "te", "transfer-encoding", "upgrade"];
        const SECRET: [&str; 7] = ["authorization", "cookie", "credential", "key", "password", "secret", "token"];
        let invalid = |problem: &str| ConfigError::new(ConfigErrorKind::InvalidHeader, format!("{name:?} {problem}"));
        let header =
            HeaderName::try_from(name).map_err(|error| invalid("is no name of a header").with_source(error))?;
        if SIGNERS.contains(&header.as_str()) {
            return Err(invalid("is a header that the signature sets").into());
        }
        if FRAMING.contains(&header.as_str()) {
            return Err(invalid("is a header that the HTTP client sets").into());
        }
        let mut value = HeaderValue::try_from(value)
            .map_err(|error| invalid("has a value that no header can carry").with_source(error))?;
        value.set_sensitive(SECRET.iter().any(|word| header.as_str().contains(word)));
        self.headers.insert(header, value);
        Ok(self)
    }

    /// Sets a JSON body, with its content type.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where the value has no JSON form.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidBody, "the body cannot be written as JSON").with_source(error)
        })?;
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(self.body(body))
    }

    /// Sets a body of bytes; its content type is a [`header`](Self::header).
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

impl Operation for Call {
    type Output = CallResponse;

    /// The method and the path, its path parameters in braces.
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

/// What a [`Call`] was answered with: never an error, which is [`Error::Service`].
#[derive(Clone)]
#[non_exhaustive]
pub struct CallResponse {
    /// The status: 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
    metadata: ResponseMetadata,
}

/// Shows the names of the headers and not their values, such as cookies.
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
    /// The body read as JSON; an empty one is `{}`.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where the body is not that.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = if self.body.is_empty() { b"{}".as_slice() } else { &self.body };
        from_json(text).map_err(|error| {
            let (mut head, ()) = Response::new(()).into_parts();
            head.status = self.status;
            head.headers.clone_from(&self.headers);
            self.metadata.clean(Error::from(DecodeError::new("answer", &self.body, error)).with_head(&head))
        })
    }

    /// What there is to know of the answer beside what it says: request id, attempts, headers.
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
