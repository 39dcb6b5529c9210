//! Credentials that the service refuses, and providers that return none.

use std::sync::atomic::{AtomicU32, Ordering};

use bedrock_lite::credentials::{CachedCredentials, CredentialsFuture};
use bedrock_lite::{ClientBuilder, Credentials, CredentialsErrorKind, ProvideCredentials, ServiceErrorKind};

use super::row::{Row, Says, Stays, Within};
use super::wire::{ANSWER, body};
use crate::support::Step;

const EXPIRED: (&str, &str) = ("x-amzn-errortype", "ExpiredTokenException");
const UNKNOWN: (&str, &str) = ("x-amzn-errortype", "UnrecognizedClientException");

/// How a row gets temporary credentials.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Provider {
    /// New credentials each time.
    New,
    /// The same credentials each time.
    Same,
    /// The provider never responds.
    Silent,
}

impl Provider {
    pub(crate) fn give(self, client: ClientBuilder) -> ClientBuilder {
        client.credentials_provider(CachedCredentials::new(Given { provider: self, asked: AtomicU32::new(0) }))
    }
}

#[derive(Debug)]
struct Given {
    provider: Provider,
    asked: AtomicU32,
}

impl ProvideCredentials for Given {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let of = |id: String| Credentials::new(id, "secret").with_session_token("token");
        let credentials = match self.provider {
            Provider::New => of(format!("ASIA{asked}")),
            Provider::Same => of("ASIA".to_owned()),
            Provider::Silent => return Box::pin(std::future::pending()),
        };
        Box::pin(std::future::ready(Ok(credentials)))
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let refused = |header| body(403, &[header], r#"{"message":"no"}"#);
    let answer = || body(200, &[], ANSWER);
    let expired = Says::Service(ServiceErrorKind::ExpiredToken);
    vec![
        Row::provided(
            "an expired token: the credentials are resolved once more",
            Provider::New,
            vec![refused(EXPIRED), answer()],
            Says::Complete,
        )
        .attempts(2),
        Row::provided(
            "a token that the service does not recognize: the credentials are resolved once more",
            Provider::New,
            vec![refused(UNKNOWN), answer()],
            Says::Complete,
        )
        .attempts(2),
        Row::provided(
            "an expired token, and the provider returns the same one again",
            Provider::Same,
            vec![refused(EXPIRED), answer()],
            expired,
        )
        .stays(Stays::Message("no")),
        Row::provided(
            "an expired token, and the next one has expired as well",
            Provider::New,
            vec![refused(EXPIRED), refused(EXPIRED), answer()],
            expired,
        )
        .attempts(2)
        .stays(Stays::Message("no")),
        Row::provided(
            "a credentials provider that never responds",
            Provider::Silent,
            vec![answer()] as Vec<Vec<Step>>,
            Says::Credentials(CredentialsErrorKind::Timeout),
        )
        .within(Within::CredentialsTimeout)
        .attempts(0),
    ]
}
