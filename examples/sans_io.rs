//! Uses the protocol without `Client`, reqwest and tokio: signs a request, and decodes a stream.
//!
//!     cargo run --example sans_io [model-id]

use std::process::ExitCode;

use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::operation::StreamDecoder as _;
use bedrock_lite::runtime::{ConverseStreamDecoder, ConverseStreamRequest};
use bedrock_lite::sigv4::Signer;
use bedrock_lite::{Clock as _, Credentials, Message, Operation as _, SystemClock};
use bytes::Bytes;

/// The body of a response, as an HTTP client would receive it.
const BODY: &[u8] = include_bytes!("../fixtures/converse_stream/text.bin");

fn main() -> ExitCode {
    let Err(error) = run() else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let request = ConverseStreamRequest::new(model).message(Message::user("Why is the sky blue?")).max_tokens(200);

    // Converts the request value to an `http::Request`, and signs it. Any HTTP client can send it.
    let endpoint = Endpoint::resolve(request.service(), &EndpointConfig::new().region("us-east-1"))?;
    let mut http_request = request.http_request(&endpoint)?;
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    Signer::new("us-east-1", "bedrock").sign(&mut http_request, &credentials, SystemClock.now())?;
    println!("{} {}", http_request.method(), http_request.uri());
    for (name, value) in http_request.headers() {
        println!("{name}: {}", value.to_str()?);
    }

    // Creates a decoder from status and headers, and pushes the body in chunks of any size.
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream").body(())?;
    let mut decoder = ConverseStreamDecoder::from_head(head.into_parts().0)?;
    println!();
    for chunk in BODY.chunks(100) {
        decoder.push(Bytes::from_static(chunk));
        while let Some(event) = decoder.recv()? {
            print!("{}", event.text().unwrap_or_default());
        }
    }
    // Returns an error if the stream was truncated.
    decoder.finish()?;
    println!("\n({})", decoder.into_response()?.stop_reason);
    Ok(())
}
