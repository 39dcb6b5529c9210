//! Lists models with one credentials provider, the default chain, or a custom provider.
//!
//!     cargo run --example credentials <provider> [arguments]

use std::process::ExitCode;
use std::sync::Arc;

use bedrock_lite::credentials::{
    AssumeRoleCredentials, CachedCredentials, ContainerCredentials, CredentialsFuture, DefaultChain,
    EnvironmentCredentials, InstanceMetadataCredentials, ProcessCredentials, ProfileCredentials, ProviderConfig,
    SsoCredentials, WebIdentityCredentials,
};
use bedrock_lite::{Client, Credentials, ListFoundationModelsRequest, ProvideCredentials};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// A custom credentials provider.
#[derive(Debug)]
struct Vault;

impl ProvideCredentials for Vault {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")) })
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let config = &ProviderConfig::new();
    let provider: Arc<dyn ProvideCredentials> = match *arguments {
        // The default of a client.
        [] | ["chain"] => Arc::new(DefaultChain::new(config)),
        ["environment"] => Arc::new(EnvironmentCredentials::new(config)),
        ["profile", name] => Arc::new(ProfileCredentials::new(config).profile(name)),
        ["process", command] => Arc::new(ProcessCredentials::new(config, command)),
        ["sso", url, region, account, role] => Arc::new(SsoCredentials::new(config, url, region).role(account, role)),
        ["web-identity", role, file] => Arc::new(WebIdentityCredentials::of_role(config, role, file)),
        // Assumes the role with the credentials of another provider.
        ["role", role] => Arc::new(AssumeRoleCredentials::new(config, role, DefaultChain::new(config))),
        ["container"] => Arc::new(ContainerCredentials::new(config)),
        ["instance"] => Arc::new(InstanceMetadataCredentials::new(config)),
        ["vault"] => Arc::new(Vault),
        _ => {
            return Err(
                "chain, environment, profile, process, sso, web-identity, role, container, instance or vault".into()
            );
        }
    };
    // A client asks before every request. The cache asks the provider only when credentials expire.
    let client = Client::builder().credentials_provider(CachedCredentials::new(provider)).build()?;
    let models = client.list_foundation_models(&ListFoundationModelsRequest::new()).await?.model_summaries;
    println!("{} models", models.len());
    Ok(())
}
