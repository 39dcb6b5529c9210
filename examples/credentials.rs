//! Where credentials can come from: every source alone, and the chain of all. It lists models with them.
//!
//!     cargo run --example credentials <source> [arguments]

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

/// A source of one's own.
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
    let machine = &ProviderConfig::new();
    let source: Arc<dyn ProvideCredentials> = match *arguments {
        // What a client without a word about credentials does.
        [] | ["chain"] => Arc::new(DefaultChain::new(machine)),
        ["environment"] => Arc::new(EnvironmentCredentials::new(machine)),
        ["profile", name] => Arc::new(ProfileCredentials::new(machine).profile(name)),
        ["process", command] => Arc::new(ProcessCredentials::new(machine, command)),
        ["sso", url, region, account, role] => Arc::new(SsoCredentials::new(machine, url, region).role(account, role)),
        ["web-identity", role, file] => Arc::new(WebIdentityCredentials::of_role(machine, role, file)),
        // By the credentials of another source, here the chain's.
        ["role", role] => Arc::new(AssumeRoleCredentials::new(machine, role, DefaultChain::new(machine))),
        ["container"] => Arc::new(ContainerCredentials::new(machine)),
        ["instance"] => Arc::new(InstanceMetadataCredentials::new(machine)),
        ["vault"] => Arc::new(Vault),
        _ => {
            return Err(
                "chain, environment, profile, process, sso, web-identity, role, container, instance or vault".into()
            );
        }
    };
    // A client asks before every request: the cache asks the source when it must.
    let client = Client::builder().credentials_provider(CachedCredentials::new(source)).build()?;
    let models = client.list_foundation_models(&ListFoundationModelsRequest::new()).await?.model_summaries;
    println!("{} models", models.len());
    Ok(())
}
