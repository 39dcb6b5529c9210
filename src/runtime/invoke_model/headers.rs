//! The headers that carry members of the request and the response of `InvokeModel`.

use http::HeaderMap;
use http::header::HeaderName;

pub(super) const TRACE: HeaderName = HeaderName::from_static("x-amzn-bedrock-trace");
pub(super) const GUARDRAIL_IDENTIFIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-guardrailidentifier");
pub(super) const GUARDRAIL_VERSION: HeaderName = HeaderName::from_static("x-amzn-bedrock-guardrailversion");
pub(super) const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-performanceconfig-latency");
pub(super) const SERVICE_TIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-service-tier");
pub(super) const REQUEST_METADATA: HeaderName = HeaderName::from_static("x-amzn-bedrock-request-metadata");
pub(super) const PROJECT_IDENTIFIER: HeaderName = HeaderName::from_static("x-amzn-bedrock-projectidentifier");
/// Replaces `Accept` in a streaming request, whose own `Accept` is the event stream.
pub(super) const STREAM_ACCEPT: HeaderName = HeaderName::from_static("x-amzn-bedrock-accept");
/// Replaces `Content-Type` in a streamed response.
pub(super) const STREAM_CONTENT_TYPE: HeaderName = HeaderName::from_static("x-amzn-bedrock-content-type");

/// Returns the value of a header if it consists of visible ASCII characters.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
