//! Advice for the most frequent errors.

use std::borrow::Cow;

use super::{
    ConfigError, ConfigErrorKind, CredentialsError, CredentialsErrorKind, Error, Origin, ServiceError,
    ServiceErrorKind, TransportError, TransportErrorKind, causes, xml,
};

type Advice = Option<Cow<'static, str>>;

/// Returns what to do about an error, if that is known.
pub(super) fn of(error: &Error) -> Advice {
    let origin = error.context().origin.as_deref();
    match error {
        Error::Config(e) => of_config(e),
        Error::Credentials(e) => of_credentials(e),
        Error::Transport(e) => of_transport(e, origin),
        Error::Service(e) => of_service(e),
        Error::Stream(_) | Error::Decode(_) => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is the result of functions that return `None` on other paths")]
fn some(advice: &'static str) -> Advice {
    Some(Cow::Borrowed(advice))
}

/// Returns the texts of an error and its causes, in lower case.
fn texts(error: &(dyn std::error::Error + 'static)) -> String {
    let texts: Vec<_> = causes::chain(error).map(|cause| cause.to_string().to_ascii_lowercase()).collect();
    texts.join("\n")
}

fn contains_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn of_config(error: &ConfigError) -> Advice {
    match error.kind() {
        // The message contains this advice already. It is here for callers that do not print the
        // error.
        ConfigErrorKind::MissingRegion => {
            some("set one in code, AWS_REGION or AWS_DEFAULT_REGION, or region in the profile")
        }
        ConfigErrorKind::HttpClient if texts(error).contains("no ca certificates") => some(NO_CA_FILES),
        _ => None,
    }
}

fn of_credentials(error: &CredentialsError) -> Advice {
    match error.kind() {
        CredentialsErrorKind::Expired => some(EXPIRED),
        CredentialsErrorKind::NotConfigured => some(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK, or AWS_PROFILE for a profile that has \
             credentials",
        ),
        CredentialsErrorKind::Timeout => {
            some("check that the credentials provider is reachable, or allow it more time with Timeouts::credentials")
        }
        CredentialsErrorKind::Invalid | CredentialsErrorKind::Failed => None,
    }
}

const NO_CA_FILES: &str = "the system has no CA certificates: install the package ca-certificates, or build with the feature \
                           webpki-roots, which compiles Mozilla's root certificates in";
const EXPIRED: &str = "get new temporary credentials, for instance with `aws sso login`, and replace AWS_SESSION_TOKEN and both keys \
                       if they are in the environment";

fn of_transport(error: &TransportError, origin: Option<&Origin>) -> Advice {
    let text = texts(error);
    match error.kind() {
        TransportErrorKind::Connect => of_connect(&text, origin),
        TransportErrorKind::Protocol
            if origin.is_some_and(|origin| !origin.https) && text.contains("invalid http version") =>
        {
            some("the port does not speak plain HTTP: use https:// in the endpoint URL if it speaks TLS")
        }
        // Most servers close the connection when a request is not encrypted.
        TransportErrorKind::Head
            if origin.is_some_and(|origin| !origin.https && origin.authority.port_u16() == Some(443)) =>
        {
            some("port 443 usually speaks TLS: use https:// in the endpoint URL")
        }
        // The cause is the error of the last attempt, which has its own advice.
        _ => None,
    }
}

fn of_connect(text: &str, origin: Option<&Origin>) -> Advice {
    // In this order: rustls, OpenSSL, the system libraries of macOS and Windows.
    const NO_TLS: [&str; 7] = [
        "received corrupt message of type",
        "wrong version number",
        "packet length too long",
        "unknown protocol",
        "record overflow",
        "unexpected message received",
        "the token supplied to the function is invalid",
    ];
    const UNKNOWN_ISSUER: [&str; 7] = [
        "unknownissuer",
        "unable to get local issuer certificate",
        "unable to get issuer certificate",
        "self-signed certificate",
        "self signed certificate",
        "certificate was not trusted",
        "root certificate which is not trusted",
    ];
    if text.contains("proxy authorization required") || text.contains("status 407") {
        some("set the user name and password of the proxy: HTTPS_PROXY=http://user:password@host:port")
    } else if text.contains("tunnel error: unsuccessful") || text.contains("refused to connect") {
        some("ask who runs the proxy to allow the host, or exempt the host with NO_PROXY")
    } else if text.contains("dns error") {
        Some(of_dns(text, origin))
    } else if text.contains("no ca certificates") {
        some(NO_CA_FILES)
    } else if contains_any(text, &UNKNOWN_ISSUER) {
        some(
            "if a proxy or a private endpoint uses a private certificate authority, set AWS_CA_BUNDLE to the authority's PEM file",
        )
    } else if contains_any(text, &["notvalidforname", "not valid for name", "hostname mismatch", "host name mismatch"])
    {
        some("the certificate is for a different host: check the endpoint URL")
    } else if contains_any(
        text,
        &[
            "certificate expired",
            "certificate has expired",
            "not valid yet",
            "notvalidyet",
            "certificate is not yet valid",
        ],
    ) || text.contains("invalid peer certificate: expired")
    {
        some("check this machine's clock; if it is right, the server's certificate has to be renewed")
    } else if contains_any(text, &NO_TLS) && origin.is_none_or(|origin| origin.https) {
        some("the endpoint does not speak TLS on this port: use http:// in the endpoint URL")
    } else if text.contains("tls handshake eof") {
        some(
            "the server closed the connection during the TLS handshake: if the port does not speak TLS, use http:// in the endpoint URL",
        )
    } else {
        None
    }
}

/// Returns advice for a host name that does not resolve.
fn of_dns(text: &str, origin: Option<&Origin>) -> Cow<'static, str> {
    let host = origin.map(|origin| origin.authority.host()).unwrap_or_default();
    let is_aws = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonwebservices.com.cn"]
        .iter()
        .any(|suffix| host.ends_with(suffix));
    if text.contains("proxy") {
        return "check the host name of the proxy in HTTPS_PROXY".into();
    }
    // bedrock-runtime.eu-west-1.amazonaws.com
    match host.split('.').nth(1).filter(|_| is_aws && !host.contains(".vpce.")) {
        Some(region) => format!(
            "check the region {region:?}: Bedrock may have no endpoint there; else check the DNS of this machine"
        )
        .into(),
        None => "check the host name in the endpoint URL, and the DNS of this machine".into(),
    }
}

fn of_service(error: &ServiceError) -> Advice {
    let message = error.message().unwrap_or_default();
    let message: Cow<'_, str> = message.get(..TEXT).unwrap_or(message).to_ascii_lowercase().replace('’', "'").into();
    let message = &*message;
    if error.clock_skew().is_some() {
        return some("set this machine's clock, for instance by NTP");
    }
    if message.contains("on-demand throughput isn") || message.contains("on-demand throughput is not supported") {
        return some(
            "use the ID of an inference profile: the model ID with the prefix of a geography (us., eu., apac., …) or global. in front, or \
             the ARN of a profile or of provisioned throughput",
        );
    }
    if error.is_context_overflow() {
        return some("shorten the conversation, or ask for fewer tokens");
    }
    if contains_any(message, &["end of its life", "end of life", "marked by provider as legacy", "model is deprecated"])
    {
        return some("the model is retired: use a newer one, which `aws bedrock list-foundation-models` lists");
    }
    match error.kind() {
        ServiceErrorKind::AccessDenied => Some(of_access_denied(message).into()),
        ServiceErrorKind::ExpiredToken => some(EXPIRED),
        ServiceErrorKind::UnrecognizedClient => some(
            "check the access key ID and the session token (temporary keys need AWS_SESSION_TOKEN), and that the account has enabled \
             the region",
        ),
        ServiceErrorKind::InvalidSignature if is_about_time(error, message) => {
            some("set this machine's clock, for instance by NTP")
        }
        ServiceErrorKind::ResourceNotFound | ServiceErrorKind::Validation if is_unknown_model(message) => some(
            "check the model ID, and that the model is available in this region; `aws bedrock list-foundation-models` lists what is",
        ),
        ServiceErrorKind::ResourceNotFound => {
            some("check the ID or the ARN, and that it belongs to this region and account")
        }
        ServiceErrorKind::UnknownOperation => some(
            "the endpoint does not know the operation: check the endpoint URL, and that Bedrock is available in this region",
        ),
        _ => of_gateway(error),
    }
}

/// The maximum length of a message that is examined, in bytes.
const TEXT: usize = 4096;

fn of_access_denied(message: &str) -> &'static str {
    if message.contains("not authorized to perform") {
        return "allow the action in an IAM policy of the caller (for models: bedrock:InvokeModel and \
                bedrock:InvokeModelWithResponseStream), and check service control policies";
    }
    if contains_any(message, &["api key", "bearer", "authentication failed"]) {
        return "check the API key in AWS_BEARER_TOKEN_BEDROCK: it may be wrong, expired, or for another region";
    }
    "enable access to the model in the Amazon Bedrock console (Model access), and allow bedrock:InvokeModel and \
     bedrock:InvokeModelWithResponseStream in an IAM policy of the caller"
}

fn is_unknown_model(message: &str) -> bool {
    contains_any(
        message,
        &[
            "model identifier is invalid",
            "could not resolve the foundation model",
            "model not found",
            "could not find the model",
            "unsupported model",
            "model is not supported in this region",
        ],
    )
}

fn is_about_time(error: &ServiceError, message: &str) -> bool {
    let codes = ["RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"];
    error.code().is_some_and(|code| codes.contains(&code))
        || contains_any(message, &["signature expired", "signature not yet current", "is now earlier than"])
}

/// Returns advice for a response that does not come from AWS.
fn of_gateway(error: &ServiceError) -> Advice {
    let start = String::from_utf8_lossy(error.body()).to_ascii_lowercase();
    if contains_any(&start, &["plain http request was sent to https port", "sent an http request to an https server"]) {
        return some("the endpoint speaks TLS: use https:// in the endpoint URL");
    }
    if error.status().as_u16() == 407 {
        return some("the proxy requires a user name and a password: HTTP_PROXY=http://user:password@host:port");
    }
    if error.code().is_some() || error.message().is_some() || error.request_id().is_some() {
        return None;
    }
    xml::is_page(&start)
        .then_some(Cow::Borrowed("the response does not come from Bedrock: a proxy, gateway or load balancer sent it"))
}
