//! A Converse request, prepared but for its signature: each library signs copies of it for now, with credentials that stay the same,
//! and keeps of its key what it keeps by itself.

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
/// A model id without a colon: where a path holds `%3A`, reqsign-aws-v4 signs `%3A`, as S3 has it, and Bedrock expects `%253A`.
const URL: &str = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-6-v1/converse";

/// Nanoseconds a signature, of a request whose body has so many bytes.
pub fn measure(body: usize, rounds: usize) -> Result<Vec<(&'static str, f64)>, Failed> {
    let request = converse(body)?;
    let (ours, aws_sigv4, reqsign) = (Ours::new(), AwsSigv4::new(), Reqsign::new());
    // It waits for nothing: what runs it is entered once for many signatures.
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

/// A Converse request whose body has exactly so many bytes.
fn converse(body: usize) -> Result<Request<Bytes>, Failed> {
    let (before, after) = (r#"{"messages":[{"role":"user","content":[{"text":""#, r#""}]}]}"#);
    let text = body.checked_sub(before.len() + after.len()).ok_or("a body that holds no message")?;
    let body = [before, &"x".repeat(text), after].concat();
    Ok(Request::post(URL).header("content-type", "application/json").body(body.into())?)
}

/// A signature that is not the right one would be no work to measure.
fn check(request: &Request<Bytes>, ours: &Ours, aws: &AwsSigv4, by_reqsign: &Request<Bytes>) -> Result<(), Failed> {
    let now = SystemTime::now();
    let (by_ours, by_aws) = (ours.sign(request.clone(), now)?, aws.sign(request.clone(), now)?);
    if by_ours.headers() != by_aws.headers() {
        return Err(format!("bedrock-lite:\n{by_ours:?}\naws-sigv4:\n{by_aws:?}").into());
    }
    // reqsign signs another header, and for a time of its own.
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
        // The time is one of the parameters: they are made for each request, as the SDK makes them.
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
        // What the body hashes to is for the caller to say; without it, the signature does not cover the body.
        parts.headers.insert("x-amz-content-sha256", hex_sha256(&body).parse()?);
        self.signer.sign(&mut parts, None).await?;
        Ok(Request::from_parts(parts, body))
    }
}
