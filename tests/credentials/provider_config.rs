//! A provider configuration by script: variables, files and responses come from the test, and
//! requests are recorded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bedrock_lite::credentials::{HttpError, HttpErrorKind, HttpFuture, HttpOptions, HttpSend, ProviderConfig};
use bedrock_lite::profile::Files;
use bytes::Bytes;
use chrono::{DateTime, TimeZone, Utc};
use http::{Request, Response};

/// Returns the time of most tests.
pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 2, 12, 0, 0).unwrap()
}

type Outcome = Result<Response<Bytes>, HttpErrorKind>;
pub(crate) type Asked = (Request<Bytes>, HttpOptions);

/// A service that responds by script and records its requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<Outcome>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn answer(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.response(Response::builder().status(status).body(body.into()).unwrap())
    }

    pub(crate) fn response(self, response: Response<Bytes>) -> Self {
        self.answers.lock().unwrap().push_back(Ok(response));
        self
    }

    pub(crate) fn fail(self, kind: HttpErrorKind) -> Self {
        self.answers.lock().unwrap().push_back(Err(kind));
        self
    }

    /// Returns method and URI of the requests, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        let line = |request: &Request<Bytes>| format!("{} {}", request.method(), request.uri());
        self.asked.lock().unwrap().iter().map(|(request, _)| line(request)).collect()
    }

    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns how many responses were not requested.
    pub(crate) fn left(&self) -> usize {
        self.answers.lock().unwrap().len()
    }

    /// Returns a provider configuration with these variables, no files, the clock at noon, and this
    /// script as HTTP client.
    pub(crate) fn provider_config(&self, variables: &[(&str, &str)]) -> ProviderConfig {
        ProviderConfig::new()
            .environment(variables.iter().copied())
            .files(Files::of([("", ""); 0]))
            .clock(noon())
            .http(self.clone())
    }
}

impl HttpSend for Script {
    fn send(&self, request: Request<Bytes>, rules: HttpOptions) -> HttpFuture<'_> {
        self.asked.lock().unwrap().push((request, rules));
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move { answer.unwrap_or(Err(HttpErrorKind::Unsendable)).map_err(HttpError::new) })
    }
}

/// Returns credentials in the JSON of containers and instances, valid until `expires_at`.
pub(crate) fn json(expires_at: DateTime<Utc>) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"kept-secret","Token":"kept-token","Expiration":"{}"}}"#,
        expires_at.to_rfc3339()
    )
}
