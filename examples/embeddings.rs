//! Turns two texts into vectors and prints their cosine similarity, with a model of Titan or Cohere.
//!
//!     cargo run --example embeddings [model-id]

use bedrock_lite::{Client, Error, InvokeModelRequest};
use serde::Deserialize;
use serde_json::json;

const TEXTS: [&str; 2] = ["A cat sleeps on the sofa.", "On the couch a kitten is dozing."];

#[tokio::main]
async fn main() -> Result<(), Error> {
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

/// Embeds one text. Titan takes one text per request.
async fn titan(client: &Client, model: &str, text: &str) -> Result<Vec<f32>, Error> {
    #[derive(Deserialize)]
    struct TitanResponse {
        embedding: Vec<f32>,
    }
    let body = json!({"inputText": text, "dimensions": 256, "normalize": true});
    let response = client.invoke_model(&InvokeModelRequest::json(model, &body)?).await?;
    Ok(response.json::<TitanResponse>()?.embedding)
}

/// Embeds both texts. Cohere takes up to 96 texts per request, and requires the purpose of the vectors (`input_type`).
async fn cohere(client: &Client, model: &str) -> Result<[Vec<f32>; 2], Error> {
    #[derive(Deserialize)]
    struct CohereResponse {
        embeddings: Embeddings,
    }
    #[derive(Deserialize)]
    struct Embeddings {
        float: [Vec<f32>; 2],
    }
    let body =
        json!({"texts": TEXTS, "input_type": "clustering", "embedding_types": ["float"], "output_dimension": 256});
    let response = client.invoke_model(&InvokeModelRequest::json(model, &body)?).await?;
    Ok(response.json::<CohereResponse>()?.embeddings.float)
}
