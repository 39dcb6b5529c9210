//! A Converse request, complete except for its signature. Each library signs copies of it for the
//! current time, with unchanging credentials, and caches of its signing key what it caches by
//! default.

use std::hint::black_box;
use std::time::SystemTime;

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use bedrock_lite::Credentials;
use bedrock_lite::sigv4::{Signer, verify};
use bytes::Bytes;
use http::Request;
use reqsign_aws_v4::{Credential, RequestSigner, StaticCredentialProvider};
use reqsign_core::{Context, hash::hex_sha256};

use crate::Failed;
use crate::rounds::{Batch, medians};

const REGION: &str = "us-east-1";
const SERVICE: &str = "bedrock";
const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// A model ID without a colon. If a path contains `%3A`, reqsign-aws-v4 signs `%3A` as S3 requires,
/// and Bedrock expects `%253A`.
const URL: &str = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-6-v1/converse";

/// Returns nanoseconds per signature of a request with a body of `body` bytes.
pub fn measure(body: usize, rounds: usize) -> Result<Vec<(&'static str, f64)>, Failed> {
    let request = converse(body)?;
    let (ours, aws_sigv4, reqsign) = (Ours::new(), AwsSigv4::new(), Reqsign::new());
    // Nothing in it waits, so the runtime is entered once for many signatures.
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    check(&request, &ours, &aws_sigv4, &runtime.block_on(reqsign.sign(request.clone()))?)?;

    let ours: Batch<'_> = Box::new(|times| {
        for _ in 0..times {
            black_box(ours.sign(request.clone(), SystemTime::now())?);
        }
        Ok(())
    });
    let aws_sigv4: Batch<'_> = Box::new(|times| {
        for _ in 0..times {
            black_box(aws_sigv4.sign(request.clone(), SystemTime::now())?);
        }
        Ok(())
    });
    let reqsign: Batch<'_> = Box::new(|times| {
        runtime.block_on(async {
            for _ in 0..times {
                black_box(reqsign.sign(request.clone()).await?);
            }
            Ok(())
        })
    });
    medians(vec![("bedrock-lite", ours), ("aws-sigv4", aws_sigv4), ("reqsign-aws-v4", reqsign)], rounds)
}

/// Returns a Converse request whose body has exactly `body` bytes.
fn converse(body: usize) -> Result<Request<Bytes>, Failed> {
    let (before, after) = (r#"{"messages":[{"role":"user","content":[{"text":""#, r#""}]}]}"#);
    let text = body.checked_sub(before.len() + after.len()).ok_or("a body without a message")?;
    let body = [before, &"x".repeat(text), after].concat();
    Ok(Request::post(URL).header("content-type", "application/json").body(body.into())?)
}

/// Returns an error if a signature is wrong. A benchmark of wrong signatures would measure nothing.
fn check(request: &Request<Bytes>, ours: &Ours, aws: &AwsSigv4, by_reqsign: &Request<Bytes>) -> Result<(), Failed> {
    let now = SystemTime::now();
    let (by_ours, by_aws) = (ours.sign(request.clone(), now)?, aws.sign(request.clone(), now)?);
    if by_ours.headers() != by_aws.headers() {
        return Err(format!("bedrock-lite:\n{by_ours:?}\naws-sigv4:\n{by_aws:?}").into());
    }
    // reqsign signs one more header, and for its own time.
    for signed in [&by_ours, &by_aws, by_reqsign] {
        verify(signed, |_| Some(Credentials::new(ACCESS_KEY_ID, SECRET)))?;
    }
    Ok(())
}

struct Ours {
    signer: Signer,
    credentials: Credentials,
}

impl Ours {
    fn new() -> Self {
        Self { signer: Signer::new(REGION, SERVICE), credentials: Credentials::new(ACCESS_KEY_ID, SECRET) }
    }

    fn sign(&self, mut request: Request<Bytes>, time: SystemTime) -> Result<Request<Bytes>, Failed> {
        self.signer.sign(&mut request, &self.credentials, time.into())?;
        Ok(request)
    }
}

struct AwsSigv4 {
    identity: Identity,
}

impl AwsSigv4 {
    fn new() -> Self {
        Self { identity: AwsCredentials::new(ACCESS_KEY_ID, SECRET, None, None, "hardcoded-credentials").into() }
    }

    fn sign(&self, mut request: Request<Bytes>, time: SystemTime) -> Result<Request<Bytes>, Failed> {
        // The time is one of the parameters. They are made for each request, as in the SDK.
        let params = v4::SigningParams::builder()
            .identity(&self.identity)
            .region(REGION)
            .name(SERVICE)
            .time(time)
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers, body)?;
        let (instructions, _signature) = sign(signable, &params)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

struct Reqsign {
    signer: reqsign_core::Signer<Credential>,
}

impl Reqsign {
    fn new() -> Self {
        let credentials = StaticCredentialProvider::new(ACCESS_KEY_ID, SECRET);
        let signer = reqsign_core::Signer::new(Context::new(), credentials, RequestSigner::new(SERVICE, REGION));
        Self { signer }
    }

    async fn sign(&self, request: Request<Bytes>) -> Result<Request<Bytes>, Failed> {
        let (mut parts, body) = request.into_parts();
        // The caller has to provide the hash of the body. Without it, the signature does not cover
        // the body.
        parts.headers.insert("x-amz-content-sha256", hex_sha256(&body).parse()?);
        self.signer.sign(&mut parts, None).await?;
        Ok(Request::from_parts(parts, body))
    }
}
