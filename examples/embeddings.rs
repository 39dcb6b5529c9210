//! Turns two texts into vectors, and says how near they are to each other: by Titan, or by Cohere.
//!
//!     cargo run --example embeddings [model-id]

use std::process::ExitCode;

use bedrock_lite::{Client, Error, InvokeModelRequest};
use serde::Deserialize;
use serde_json::json;

const TEXTS: [&str; 2] = ["A cat sleeps on the sofa.", "On the couch a kitten is dozing."];

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.titan-embed-text-v2:0".to_owned());
    let client = Client::from_env()?;
    let [a, b] = if model.contains("cohere.") {
        cohere(&client, &model).await?
    } else {
        [titan(&client, &model, TEXTS[0]).await?, titan(&client, &model, TEXTS[1]).await?]
    };
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    println!("{} dimensions, cosine similarity {:.3}", a.len(), dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt());
    Ok(())
}

/// Titan takes one text a request.
async fn titan(client: &Client, model: &str, text: &str) -> Result<Vec<f32>, Error> {
    #[derive(Deserialize)]
    struct Answer {
        embedding: Vec<f32>,
    }
    let body = json!({"inputText": text, "dimensions": 256, "normalize": true});
    let answer = client.invoke_model(&InvokeModelRequest::json(model, &body)?).await?;
    Ok(answer.json::<Answer>()?.embedding)
}

/// Cohere takes up to 96 of them, and wants to know what the vectors are for.
async fn cohere(client: &Client, model: &str) -> Result<[Vec<f32>; 2], Error> {
    #[derive(Deserialize)]
    struct Answer {
        embeddings: Embeddings,
    }
    #[derive(Deserialize)]
    struct Embeddings {
        float: [Vec<f32>; 2],
    }
    let body =
        json!({"texts": TEXTS, "input_type": "clustering", "embedding_types": ["float"], "output_dimension": 256});
    let answer = client.invoke_model(&InvokeModelRequest::json(model, &body)?).await?;
    Ok(answer.json::<Answer>()?.embeddings.float)
}
