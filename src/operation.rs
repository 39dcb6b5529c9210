//! [`Operation`]: a request as a value → an HTTP request; an HTTP response → its output.
//!
//! This is the sans-IO core. [`Client`](crate::Client) is one driver of it; any HTTP client can be another:
//!
//! ```
//! use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
//! use bedrock_lite::sigv4::Signer;
//! use bedrock_lite::{ConverseRequest, Credentials, Message, Operation};
//!
//! let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("Why is the sky blue?"));
//! let endpoint = Endpoint::resolve(request.service(), &EndpointConfig::new().region("us-east-1"))?;
//! let mut http_request = request.http_request(&endpoint)?;
//! let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
//! let now = chrono::DateTime::from_timestamp(1_767_323_045, 0).unwrap_or_default();
//! Signer::new("us-east-1", "bedrock").sign(&mut http_request, &credentials, now)?;
//! // … send it with any HTTP client, and hand the answer back:
//! let answer = http::Response::new(r#"{
//!     "output": {"message": {"role": "assistant", "content": [{"text": "It scatters."}]}},
//!     "stopReason": "end_turn", "usage": {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13}, "metrics": {"latencyMs": 80}
//! }"#.into());
//! assert_eq!(ConverseRequest::http_response(answer)?.text(), "It scatters.");
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

/// One operation of Amazon Bedrock, on the value that requests it.
///
/// You can write your own for an operation that this crate does not know: [`HttpRequest`] makes the request.
pub trait Operation: Sync {
    /// What the answer becomes: a response shape, or the decoder of an event stream.
    type Output;

    /// AWS's name of the operation, such as `Converse`, for traces.
    fn name(&self) -> &str;

    /// The service that has it.
    fn service(&self) -> Service;

    /// The HTTP request, not yet signed.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where a path parameter, a header or the body cannot be sent.
    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error>;

    /// The model that is asked, for traces.
    fn model_id(&self) -> Option<&str> {
        None
    }

    /// Reads the response, whatever its status. [`Client::send`](crate::Client::send) reads it by this.
    ///
    /// The default takes every status but 2xx for an error, and hands the rest to [`FromResponse`]. Override it to read what an error
    /// means as a value, or to check more. [`accept`] sorts out the errors. A failure is retried as any other.
    ///
    /// It is only for operations whose response is read whole. A stream is read by its [`StreamDecoder`].
    ///
    /// # Errors
    ///
    /// [`Error::Service`] where the answer is an error, [`Error::Decode`] where it is not its shape.
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
    /// Reads a response that is no error.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where the body is not the shape.
    fn from_response(response: Response<Bytes>) -> Result<Self, Error>;
}

/// An output that comes as the events of a stream: bytes in, events out.
pub trait StreamDecoder: Sized + Send {
    /// What it hands out.
    type Event: Send;

    /// Begins with the head of a response that is no error.
    ///
    /// # Errors
    ///
    /// [`Error::Stream`] where the head announces no event stream.
    fn from_head(head: http::response::Parts) -> Result<Self, Error>;

    /// Takes bytes as they arrive, in pieces of any size.
    fn push(&mut self, bytes: Bytes);

    /// The next event, or `None` when it takes more bytes to tell.
    ///
    /// # Errors
    ///
    /// [`Error::Service`] for an exception in the stream, [`Error::Stream`] for a stream that lies. After an error
    /// there are no more events.
    fn recv(&mut self) -> Result<Option<Self::Event>, Error>;

    /// The head it began with.
    fn head(&self) -> &http::response::Parts;

    /// Ends the stream with an error of whoever carries the bytes, and hands it out with the call's request id.
    fn fail(&mut self, error: StreamError) -> Error;

    /// Whether everything has arrived that belongs to the output, so that a connection that breaks now takes nothing away.
    ///
    /// `false` by default: only a format that names its last event can tell.
    fn is_complete(&self) -> bool {
        false
    }

    /// Says that no more bytes will come. Take the events first, until [`recv`](Self::recv) gives `None`: what is left untaken
    /// is not judged here.
    ///
    /// # Errors
    ///
    /// [`Error::Stream`] where the stream may not end here.
    fn finish(&mut self) -> Result<(), Error>;
}

/// Sorts out the responses that are errors.
///
/// # Errors
///
/// [`Error::Service`] for any status but 2xx, and for the answer of an endpoint that does not know the operation,
/// whatever its status.
pub fn accept(response: Response<Bytes>) -> Result<Response<Bytes>, Error> {
    let (head, body) = response.into_parts();
    if !head.status.is_success() || is_unknown_operation(&body) {
        return Err(ServiceError::from_response(&head, &body).into());
    }
    Ok(Response::from_parts(head, body))
}

/// `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}` can come with a 200, and so can
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

/// Whether a head announces an event stream.
pub(crate) fn is_event_stream(head: &http::response::Parts) -> bool {
    content_type(head)
        .is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(EVENT_STREAM))
}

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

fn content_type(head: &http::response::Parts) -> Option<&str> {
    head.headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// The error of an answer that is no event stream, with what it began with.
pub(crate) fn not_an_event_stream(head: &http::response::Parts, body: &[u8]) -> Error {
    const SHOWN: usize = 200;
    let start = crate::error::without_secrets(body.get(..SHOWN).unwrap_or(body));
    let start = String::from_utf8_lossy(&start);
    let detail = format!("its content type is {}, it begins with {start:?}", content_type(head).unwrap_or("not given"));
    Error::from(StreamError::new(StreamErrorKind::ContentType, detail)).with_head(head)
}

/// Reads a JSON body. An empty one is `{}`, if nothing is required of it.
///
/// A body that has other members, and none of those that are required, is not the response: an error that came with a 200, say.
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
            return Err(serde_json::Error::custom("it has none of the required members"));
        }
        Ok(output)
    });
    let mut output = read.or_decode_error(name, text, limit).map_err(|error| Error::from(error).with_head(&head))?;
    output.set_metadata(ResponseMetadata::knowing(head));
    Ok(output)
}

/// Returns the most memory that may be taken for what is read from a response.
pub(crate) fn memory_limit(head: &http::response::Parts) -> usize {
    ResponseTiming::of(head).memory().unwrap_or(DEFAULT_LIMIT)
}

/// Declares operations in the words of the service model: how the request shape travels, and what comes back.
///
/// ```text
/// ListGuardrails: Bedrock GET "/guardrails"                            // the AWS name, the service, the method and the path
///     ListGuardrailsRequest -> ListGuardrailsResponse
///     path { guardrail_identifier = "guardrailIdentifier" }           // members in the path
///     query { max_results = "maxResults" }                            // members in the query, if they are set
///     body { idempotency_token client_request_token }                 // a JSON body of all members but those in the path;
///                                                                     // generates the token if it is not set
///     model model_identifier                                          // the member that names the model, for traces
///     pages guardrails: GuardrailSummary                              // the response is a page of these items
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

            // Inline, as whatever writes or reads a shape: compiled for those programs alone that call it.
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

/// Makes the HTTP request of an operation, in the words of the service model.
///
/// ```
/// use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
/// use bedrock_lite::operation::HttpRequest;
/// use http::Method;
///
/// let endpoint = Endpoint::resolve(Service::Bedrock, &EndpointConfig::new().region("eu-west-1"))?;
/// let request = HttpRequest::new(Method::GET, "/guardrails/{guardrailIdentifier}")
///     .path_parameter("guardrailIdentifier", "gr:1")
///     .query("guardrailVersion", Some("DRAFT"))
///     .build(&endpoint)?;
/// assert_eq!(request.uri(), "https://bedrock.eu-west-1.amazonaws.com/guardrails/gr%3A1?guardrailVersion=DRAFT");
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
    /// Creates a request to a path with its path parameters in braces, as the service model writes it: `/model/{modelId}/converse`.
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

    /// A query parameter as its text, left out when it is `None`.
    pub fn query(mut self, name: &'a str, value: Option<impl fmt::Display>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// A header, left out when it is `None`.
    pub fn header(mut self, name: HeaderName, value: Option<&str>) -> Self {
        match value.map(HeaderValue::from_str) {
            None => {}
            Some(Ok(value)) => {
                self.headers.insert(name, value);
            }
            Some(Err(error)) => self.fail(
                ConfigError::new(
                    ConfigErrorKind::InvalidHeader,
                    format!("the value of the header {name} has characters that no header can carry"),
                )
                .with_source(error),
            ),
        }
        self
    }

    /// A JSON body, with its content type.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        self.written(serde_json::to_vec(value))
    }

    /// A shape as the JSON body, with its content type.
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

    /// A body of bytes; its content type is a [`header`](Self::header).
    pub fn body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    fn fail(&mut self, error: ConfigError) {
        self.error.get_or_insert(error);
    }

    /// The request for an endpoint.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what could not be put in: a path parameter that no path can hold, a header with line breaks, a body
    /// without a JSON form.
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
