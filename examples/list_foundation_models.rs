//! Lists the models that Bedrock offers in the region, all of them or those of one provider.
//!
//!     cargo run --example list_foundation_models [provider]

use bedrock_lite::{Client, Error, ListFoundationModelsRequest};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_env()?;
    // Requests are plain values: every member has a setter and is a public field.
    let mut request = ListFoundationModelsRequest::new();
    request.by_provider = std::env::args().nth(1);
    let models = client.list_foundation_models(&request).await?.model_summaries;
    for model in &models {
        let provider = model.provider_name.as_deref().unwrap_or_default();
        println!("{:<44} {provider:<12} {}", model.model_id, model.model_name.as_deref().unwrap_or_default());
    }
    println!("{} models", models.len());
    Ok(())
}
