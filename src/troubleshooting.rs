//! What newcomers meet first, and what to do. Documentation only.
//!
//! Most errors print one line that ends in advice. This page has the background.
//!
//! # There is no region
//!
//! A signature needs a region, and the client does not guess one. Set `AWS_REGION`, `region` in the
//! profile, or [`ClientBuilder::region`](crate::ClientBuilder::region). A typing error in the
//! region shows up as a DNS error, because the host name contains the region:
//! `bedrock-runtime.us-east-1.amazonaws.com`.
//!
//! # There are no credentials
//!
//! The error lists every provider that was tried and why it returned nothing. `cargo run --example
//! whoami` prints which provider supplies the credentials, without calling Bedrock. Variables of
//! the environment win over the shared configuration files. An API key in
//! `AWS_BEARER_TOKEN_BEDROCK` wins over both.
//!
//! # Access denied
//!
//! `AccessDeniedException` has two usual reasons:
//!
//! - The account has no access to the model. Request it in the Bedrock console, under "Model
//!   access", in the region that you call. Some models require a form about the use case.
//! - The identity lacks a permission. `Converse` and `InvokeModel` need `bedrock:InvokeModel`;
//!   their streaming forms need `bedrock:InvokeModelWithResponseStream`. With an inference profile,
//!   the policy must allow the profile and the model in every region of the profile.
//!
//! # On-demand throughput is not supported
//!
//! Many models can only be called through an inference profile. Its ID is the model ID with a
//! prefix: `us.`, `eu.`, `apac.` or `global.`, for example
//! `us.anthropic.claude-sonnet-4-20250514-v1:0`. List the profiles of your region with
//! [`ListInferenceProfilesRequest`](crate::control::ListInferenceProfilesRequest). A profile sends
//! requests to several regions.
//!
//! # The model does not exist
//!
//! `ResourceNotFoundException` or `ValidationException` ("The provided model identifier is
//! invalid"): the ID is misspelt, the model is not available in this region, or it has reached its
//! end of life. List the models with
//! [`ListFoundationModelsRequest`](crate::ListFoundationModelsRequest).
//!
//! # Throttling
//!
//! `ThrottlingException` (429): the quota of requests or tokens per minute is used up. The client
//! retries with back-off, within its retry quota. Ask for a higher quota, spread the calls, or use
//! an inference profile or a
//! [service tier](crate::runtime::ServiceTier). "Too many tokens, please wait" is throttling, not a conversation that is too long:
//! for that see [`Error::is_context_overflow`](crate::Error::is_context_overflow).
//!
//! # Timeouts
//!
//! A model that does not stream sends its response headers when the whole reply is done. The
//! response timeout is therefore 10 minutes by default. Use streaming for long replies; there, the
//! idle timeout of 120 s applies. A response timeout is not retried by default, because the tokens
//! of both attempts would be billed. In AWS Lambda, pass the remaining time as `Timeouts::call`.
//!
//! # Proxies
//!
//! `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` apply, as in curl. Metadata services of
//! containers and instances are never asked through a proxy. A variable that cannot be read as a
//! URL is an error. An error of the proxy itself names the proxy and its status.
//!
//! # Certificates
//!
//! - `UnknownIssuer`: a proxy or gateway presents a certificate of a private CA. Name its file in
//!   `AWS_CA_BUNDLE` or `ca_bundle`.
//! - No CA files: a minimal container image has none. Use the feature `webpki-roots`, or add the
//!   package `ca-certificates`.
//!
//! # The clock
//!
//! AWS refuses signatures that are more than 5 minutes off. The client learns the difference from
//! the service's `Date` header and signs again. If the request still fails, set the clock of the
//! machine.
//!
//! # The signature does not match
//!
//! The secret access key is wrong, or something changed the request on its way, such as a proxy
//! that rewrites headers.
//! [`ServiceError::signature_mismatch`](crate::ServiceError::signature_mismatch) compares the
//! canonical request with the one that the service expected.
