//! Reads and refreshes the access token that `aws sso login` stored.

use std::path::PathBuf;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::{SsoCredentials, error_response};
use crate::credentials::providers::response::{ProviderResponse, failed, invalid};
use crate::endpoint::CredentialsService;
use crate::error::CredentialsError;
use crate::profile::{Location, Platform};

/// How long before its expiry a token is refreshed.
const REFRESH_BEFORE_EXPIRY: TimeDelta = TimeDelta::minutes(5);

impl SsoCredentials {
    /// Returns a token that has not expired and is not the `refused` one.
    pub(super) async fn token(&self, refused: Option<&str>) -> Result<String, CredentialsError> {
        let path = self.token_path()?;
        let file = path.clone();
        let text = self.provider_config.read_files(move |files| files.read(&file)).await.map_err(|error| {
            self.sign_in(&format!("there is no SSO token in {}", path.display())).with_source(error)
        })?;
        if text.trim().is_empty() {
            return Err(self.sign_in(&format!("the SSO token file {} is empty", path.display())));
        }
        let stored = ProviderResponse::parse("the SSO token file", text.as_bytes())?;
        let token = stored.required("accessToken")?;
        let expires_at = stored.timestamp("expiresAt")?.ok_or_else(|| stored.missing_field("expiresAt"))?;
        let now = self.provider_config.now();
        let is_not_refused = refused != Some(token);
        if now + REFRESH_BEFORE_EXPIRY < expires_at && is_not_refused {
            return Ok(token.to_owned());
        }
        match self.refresh(&stored, now).await {
            Ok((new, content)) => {
                // The token is valid even if it is not stored. The next call refreshes it again.
                let _ = self.provider_config.files.write_secret(&path, content.as_bytes());
                Ok(new)
            }
            Err(_) if now < expires_at && is_not_refused => Ok(token.to_owned()),
            Err(error) => Err(error),
        }
    }

    /// Returns the path of the token file. Its name is a hash of the session name, or of the start
    /// URL without a session.
    fn token_path(&self) -> Result<PathBuf, CredentialsError> {
        let environment = &self.provider_config.environment;
        let name = hex::encode(Sha1::digest(self.session.as_ref().unwrap_or(&self.start_url)));
        let path = format!("~/.aws/sso/cache/{name}.json");
        let location = environment.look(|variable| Location::of(&path, Platform::current(), variable))?;
        let path = location
            .path()
            .ok_or_else(|| invalid("the SSO token file is in the home directory, but HOME is not set"))?;
        Ok(path.to_owned())
    }

    /// Requests a new token. Returns the token and the new content of the token file.
    async fn refresh(
        &self,
        stored: &ProviderResponse,
        now: DateTime<Utc>,
    ) -> Result<(String, String), CredentialsError> {
        let expired = || self.sign_in("the SSO token has expired");
        let parts = (stored.text("refreshToken"), stored.text("clientId"), stored.text("clientSecret"));
        let (Some(refresh_token), Some(client_id), Some(client_secret)) = parts else { return Err(expired()) };
        if self.session.is_none()
            || stored.timestamp("registrationExpiresAt")?.is_some_and(|expires_at| expires_at <= now)
        {
            return Err(expired());
        }
        let body = json!({
            "clientId": client_id,
            "clientSecret": client_secret,
            "grantType": "refresh_token",
            "refreshToken": refresh_token,
        });
        let request = Request::post(format!(
            "{}/token",
            self.provider_config.base_url(CredentialsService::SsoOidc, &self.region)?
        ))
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from(body.to_string()))
        .map_err(|error| invalid("the endpoint of SSO is not a URL").with_source(error))?;
        let response = self.send(request, "a new token", &[client_secret, refresh_token]).await?;
        if !response.status().is_success() {
            return Err(self.sign_in("the SSO token has expired and cannot be refreshed").with_source(error_response(
                "a new token",
                &response,
                &[client_secret, refresh_token],
            )));
        }
        let response = ProviderResponse::parse("SSO", response.body())?;
        let token = response.required("accessToken")?;
        let seconds = response.number("expiresIn").filter(|seconds| (1..=31_536_000).contains(seconds));
        let seconds = seconds.ok_or_else(|| failed("SSO returned a token without a valid expiresIn"))?;
        let expires_at = (now + TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut members = stored.members().clone();
        members.insert("accessToken".to_owned(), token.into());
        members.insert("expiresAt".to_owned(), expires_at.into());
        if let Some(refresh_token) = response.text("refreshToken") {
            members.insert("refreshToken".to_owned(), refresh_token.into());
        }
        Ok((token.to_owned(), Value::Object(members).to_string()))
    }
}
