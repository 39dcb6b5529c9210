//! [`Operation`]: turns a request value into an HTTP request, and an HTTP response into an output.
//!
//! This is the sans-IO core. [`Client`](crate::Client) drives it. Any other HTTP client can drive
//! it too:
//!
//! ```
//! use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
//! use bedrock_lite::sigv4::Signer;
//! use bedrock_lite::{ConverseRequest, Credentials, Message, Operation};
//!
//! let request = ConverseRequest::new("amazon.nova-lite-v1:0")
//!     .message(Message::user("Why is the sky blue?"));
//! let config = EndpointConfig::new().region("us-east-1");
//! let endpoint = Endpoint::resolve(request.service(), &config)?;
//! let mut http_request = request.http_request(&endpoint)?;
//!
//! let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
//! let credentials = Credentials::new("AKIDEXAMPLE", secret);
//! let now = chrono::DateTime::UNIX_EPOCH; // use the current time
//! let signer = Signer::new("us-east-1", "bedrock");
//! signer.sign(&mut http_request, &credentials, now)?;
//!
//! // Send it with any HTTP client, and read the response:
//! let response = http::Response::new(
//!     r#"{
//!         "output": {"message": {
//!             "role": "assistant",
//!             "content": [{"text": "It scatters."}]
//!         }},
//!         "stopReason": "end_turn",
//!         "usage": {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13},
//!         "metrics": {"latencyMs": 80}
//!     }"#
//!     .into(),
//! );
//! let reply = ConverseRequest::http_response(response)?;
//! assert_eq!(reply.text(), "It scatters.");
//! # Ok::<(), bedrock_lite::Error>(())
//! ```

mod call;
mod idempotency_token;
mod paged;

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response};
use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

use crate::endpoint::{Endpoint, Service, path_from_template, query_string};
use crate::error::{ConfigError, ConfigErrorKind, Error, ServiceError, StreamError, StreamErrorKind, json_text};
use crate::metadata::{ResponseMetadata, SetMetadata};
use crate::shape::{Body, DEFAULT_LIMIT, Structure, from_json, within};

pub use crate::metadata::ResponseTiming;
pub use call::{Call, CallResponse};
pub use paged::Paged;

pub(crate) use idempotency_token::idempotency_token;

/// An operation of Amazon Bedrock, implemented by its request type.
///
/// Implement it for a custom operation that this crate does not have. [`HttpRequest`] builds the
/// request.
pub trait Operation: Sync {
    /// The output of the operation: a response shape, or the decoder of an event stream.
    type Output;

    /// Returns the AWS name of the operation, such as `Converse`.
    fn name(&self) -> &str;

    /// Returns the service of the operation.
    fn service(&self) -> Service;

    /// Creates the HTTP request, without a signature.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if a path parameter, a header or the body is invalid.
    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error>;

    /// Returns the ID of the model, for traces.
    fn model_id(&self) -> Option<&str> {
        None
    }

    /// Reads the response, whatever its status. [`Client::send`](crate::Client::send) calls it.
    ///
    /// The default treats every status except 2xx as an error, and passes other responses to
    /// [`FromResponse`]. Override it to return a value for an error, or to check more. [`accept`]
    /// detects the errors. The error of an override is retried like any other.
    ///
    /// It is called only for operations whose response is read as a whole. A stream is read by its
    /// [`StreamDecoder`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::Service`] if the response is an error, and [`Error::Decode`] if it does not
    /// match its shape.
    fn http_response(response: Response<Bytes>) -> Result<Self::Output, Error>
    where
        Self: Sized,
        Self::Output: FromResponse,
    {
        Self::Output::from_response(accept(response)?)
    }
}

/// An output that is read from a whole response.
pub trait FromResponse: Sized + Send {
    /// Reads a successful response.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the body does not match the shape.
    fn from_response(response: Response<Bytes>) -> Result<Self, Error>;
}

/// An output that is a stream of events. Bytes are pushed, and events are received.
pub trait StreamDecoder: Sized + Send {
    /// The type of the events.
    type Event: Send;

    /// Creates the decoder from the head of a successful response.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Stream`] if the content type is not that of an event stream.
    fn from_head(head: http::response::Parts) -> Result<Self, Error>;

    /// Pushes a chunk of any size.
    fn push(&mut self, bytes: Bytes);

    /// Returns the next event, or `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Service`] for an exception in the stream, and [`Error::Stream`] for a
    /// corrupt or truncated stream. No events follow an error.
    fn recv(&mut self) -> Result<Option<Self::Event>, Error>;

    /// Returns the response head.
    fn head(&self) -> &http::response::Parts;

    /// Ends the stream with an error of the transport. Returns the error with the request ID of the
    /// call.
    fn fail(&mut self, error: StreamError) -> Error;

    /// Returns whether the output is complete, so that a connection failure no longer matters.
    ///
    /// Defaults to `false`. Only a format with a final event can tell.
    fn is_complete(&self) -> bool {
        false
    }

    /// Marks the end of the stream. Call [`recv`](Self::recv) until it returns `None` first,
    /// because events that were not received are not checked here.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Stream`] if the stream is truncated.
    fn finish(&mut self) -> Result<(), Error>;
}

/// Returns the response if it is successful.
///
/// # Errors
///
/// Returns [`Error::Service`] for any status except 2xx. Also for the response of an endpoint that
/// does not recognize the operation, whatever its status.
pub fn accept(response: Response<Bytes>) -> Result<Response<Bytes>, Error> {
    let (head, body) = response.into_parts();
    if !head.status.is_success() || is_unknown_operation(&body) {
        return Err(ServiceError::from_response(&head, &body).into());
    }
    Ok(Response::from_parts(head, body))
}

/// Returns whether a body is that of an endpoint that does not recognize the operation. The status
/// can be 200.
///
/// It is
/// `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}` or
/// `<UnknownOperationException/>`.
fn is_unknown_operation(body: &[u8]) -> bool {
    const LONGEST: usize = 512;
    if body.len() > LONGEST {
        return false;
    }
    body.starts_with(b"<UnknownOperationException")
        || body.starts_with(br#"{"Output""#)
            && json_text(body).and_then(serde_json::from_str::<Value>).is_ok_and(|json| {
                let code = json.pointer("/Output/__type").and_then(Value::as_str);
                code.is_some_and(|code| code.ends_with("UnknownOperationException"))
            })
}

/// Returns whether the content type is that of an event stream.
pub(crate) fn is_event_stream(head: &http::response::Parts) -> bool {
    content_type(head)
        .is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(EVENT_STREAM))
}

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

fn content_type(head: &http::response::Parts) -> Option<&str> {
    head.headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// Returns the error of a response that is not an event stream, with the start of its body.
pub(crate) fn not_an_event_stream(head: &http::response::Parts, body: &[u8]) -> Error {
    const SHOWN: usize = 200;
    let start = crate::error::without_secrets(body.get(..SHOWN).unwrap_or(body));
    let start = String::from_utf8_lossy(&start);
    let detail =
        format!("the content type is {}, the body starts with {start:?}", content_type(head).unwrap_or("not given"));
    Error::from(StreamError::new(StreamErrorKind::ContentType, detail)).with_head(head)
}

/// Reads a JSON body. An empty body is read as `{}` if the shape has no required members.
///
/// A body that has members, but none of the required ones, is not the response. It can be an error
/// with status 200.
pub(crate) fn json<T>(name: &'static str, response: Response<Bytes>) -> Result<T, Error>
where
    T: DeserializeOwned + SetMetadata + Structure,
{
    let (head, body) = response.into_parts();
    let text = if body.is_empty() && T::REQUIRED == 0 { b"{}".as_slice() } else { &body };
    let limit = memory_limit(&head);
    let read = within(limit, || {
        let output: T = from_json(text)?;
        if T::REQUIRED > 0 && output.misses_all() && !output.kept().is_empty() {
            return Err(serde_json::Error::custom("none of the required members is present"));
        }
        Ok(output)
    });
    let mut output = read.or_decode_error(name, text, limit).map_err(|error| Error::from(error).with_head(&head))?;
    output.set_metadata(ResponseMetadata::knowing(head));
    Ok(output)
}

/// Returns the memory limit of a response, in bytes.
pub(crate) fn memory_limit(head: &http::response::Parts) -> usize {
    ResponseTiming::of(head).memory().unwrap_or(DEFAULT_LIMIT)
}

/// Declares operations with the names of the service model: how the request is sent, and what the
/// response is.
///
/// ```text
/// // the AWS name, the service, the method, the path
/// ListGuardrails: Bedrock GET "/guardrails"
///     // the request and the response
///     ListGuardrailsRequest -> ListGuardrailsResponse
///     // members in the path
///     path { guardrail_identifier = "guardrailIdentifier" }
///     // members in the query, if set
///     query { max_results = "maxResults" }
///     // the other members as a JSON body; generates the token if it is not set
///     body { idempotency_token client_request_token }
///     // the member with the model, for traces
///     model model_identifier
///     // the response is a page of these items
///     pages guardrails: GuardrailSummary
/// ```
macro_rules! operation {
    ($(
        $name:ident : $service:ident $method:ident $path:literal
        $request:ident -> $response:ident
        $(path { $($parameter:ident = $parameter_wire:literal),+ $(,)? })?
        $(query { $($query:ident = $query_wire:literal),+ $(,)? })?
        $(body { $(idempotency_token $token:ident)? })?
        $(model $model:ident)?
        $(pages $items:ident : $item:ty)?
    );+ $(;)?) => {$(
        impl $crate::operation::Operation for $request {
            type Output = $response;

            fn name(&self) -> &'static str {
                stringify!($name)
            }

            fn service(&self) -> $crate::endpoint::Service {
                $crate::endpoint::Service::$service
            }

            // Inlined, so that the shapes are only compiled for the programs that use them.
            #[inline]
            fn http_request(
                &self,
                endpoint: &$crate::endpoint::Endpoint,
            ) -> Result<http::Request<bytes::Bytes>, $crate::error::Error> {
                let request = $crate::operation::HttpRequest::new(http::Method::$method, $path)
                    $($(.path_parameter($parameter_wire, &self.$parameter))+)?
                    $($(.query($query_wire, self.$query.as_ref()))+)?;
                $(let request = $crate::operation::operation!(@body self request $(idempotency_token $token)?);)?
                request.build(endpoint)
            }

            $(fn model_id(&self) -> Option<&str> {
                Some(&self.$model)
            })?
        }

        impl $crate::operation::FromResponse for $response {
            #[inline]
            fn from_response(response: http::Response<bytes::Bytes>) -> Result<Self, $crate::error::Error> {
                $crate::operation::json(stringify!($response), response)
            }
        }

        $(impl $crate::operation::Paged for $request {
            type Item = $item;

            fn next_page_token(page: &$response) -> Option<&str> {
                page.next_token.as_deref()
            }

            fn with_next_token(&self, token: &str) -> Self {
                self.clone().next_token(token)
            }

            fn items(page: $response) -> Vec<$item> {
                page.$items
            }
        })?
    )+};

    (@body $this:ident $request:ident) => { $request.shape($this) };
    (@body $this:ident $request:ident idempotency_token $token:ident) => {
        if $this.$token.is_some() {
            $request.shape($this)
        } else {
            let filled = $this.clone().$token($crate::operation::idempotency_token()?);
            $request.shape(&filled)
        }
    };
}

pub(crate) use operation;

/// Builds the HTTP request of an operation from the terms of the service model.
///
/// ```
/// use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
/// use bedrock_lite::operation::HttpRequest;
/// use http::Method;
///
/// let config = EndpointConfig::new().region("eu-west-1");
/// let endpoint = Endpoint::resolve(Service::Bedrock, &config)?;
/// let path = "/guardrails/{guardrailIdentifier}";
/// let request = HttpRequest::new(Method::GET, path)
///     .path_parameter("guardrailIdentifier", "gr:1")
///     .query("guardrailVersion", Some("DRAFT"))
///     .build(&endpoint)?;
/// let uri = request.uri();
/// assert_eq!(uri.host(), Some("bedrock.eu-west-1.amazonaws.com"));
/// assert_eq!(uri.path(), "/guardrails/gr%3A1");
/// assert_eq!(uri.query(), Some("guardrailVersion=DRAFT"));
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct HttpRequest<'a> {
    method: Method,
    template: &'a str,
    path_parameters: Vec<(&'a str, &'a str)>,
    query: Vec<(&'a str, String)>,
    headers: HeaderMap,
    body: Bytes,
    error: Option<ConfigError>,
}

impl<'a> HttpRequest<'a> {
    /// Creates a request. The path has its path parameters in braces, as in the service model:
    /// `/model/{modelId}/converse`.
    pub fn new(method: Method, template: &'a str) -> Self {
        Self {
            method,
            template,
            path_parameters: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            error: None,
        }
    }

    /// Sets a path parameter. The value is encoded as one path segment.
    pub fn path_parameter(mut self, name: &'a str, value: &'a str) -> Self {
        self.path_parameters.push((name, value));
        self
    }

    /// Adds a query parameter. Does nothing if the value is `None`.
    pub fn query(mut self, name: &'a str, value: Option<impl fmt::Display>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// Sets a header. Does nothing if the value is `None`.
    pub fn header(mut self, name: HeaderName, value: Option<&str>) -> Self {
        match value.map(HeaderValue::from_str) {
            None => {}
            Some(Ok(value)) => {
                self.headers.insert(name, value);
            }
            Some(Err(error)) => self.fail(
                ConfigError::new(
                    ConfigErrorKind::InvalidHeader,
                    format!("the value of the header {name} contains invalid characters"),
                )
                .with_source(error),
            ),
        }
        self
    }

    /// Sets a JSON body and its content type.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        self.written(serde_json::to_vec(value))
    }

    /// Sets a shape as the JSON body, and its content type.
    pub(crate) fn shape<T: Structure>(self, shape: &T) -> Self {
        self.written(Body(shape).to_json())
    }

    fn written(mut self, json: serde_json::Result<Vec<u8>>) -> Self {
        match json {
            Ok(body) => {
                self.body = body.into();
                self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            Err(error) => self.fail(
                ConfigError::new(ConfigErrorKind::InvalidBody, "the request cannot be written as JSON")
                    .with_source(error),
            ),
        }
        self
    }

    /// Sets a body of bytes. Set its content type with [`header`](Self::header).
    pub fn body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    fn fail(&mut self, error: ConfigError) {
        self.error.get_or_insert(error);
    }

    /// Builds the request for an endpoint.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if a path parameter or a header is invalid, or if the body has no
    /// JSON form.
    pub fn build(self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        if let Some(error) = self.error {
            return Err(error.into());
        }
        let mut path_and_query = path_from_template(self.template, &self.path_parameters)?;
        if !self.query.is_empty() {
            path_and_query.push('?');
            let query: Vec<_> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            path_and_query.push_str(&query_string(&query));
        }
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = endpoint.uri(&path_and_query)?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}
