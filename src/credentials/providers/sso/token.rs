//! The token of a sign-in: where `aws sso login` left it, and a new one before it ends.

use std::path::PathBuf;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::{SsoCredentials, refused};
use crate::credentials::providers::response::{ProviderResponse, failed, invalid};
use crate::endpoint::CredentialsService;
use crate::error::CredentialsError;
use crate::profile::{Location, Platform};

/// How long before its end a token is refreshed.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

impl SsoCredentials {
    /// A token that has not ended, and is not the one that was `refused`.
    pub(super) async fn token(&self, refused: Option<&str>) -> Result<String, CredentialsError> {
        let path = self.token_path()?;
        let file = path.clone();
        let text = self.provider_config.read_files(move |files| files.read(&file)).await.map_err(|error| {
            self.sign_in(&format!("there is no SSO token in {}", path.display())).with_source(error)
        })?;
        if text.trim().is_empty() {
            return Err(self.sign_in(&format!("the SSO token file {} is empty", path.display())));
        }
        let kept = ProviderResponse::parse("the file of the SSO token", text.as_bytes())?;
        let token = kept.required("accessToken")?;
        let expires_at = kept.moment("expiresAt")?.ok_or_else(|| kept.missing_field("expiresAt"))?;
        let now = self.provider_config.now();
        let may_be_good = refused != Some(token);
        if now + AHEAD < expires_at && may_be_good {
            return Ok(token.to_owned());
        }
        match self.refresh(&kept, now).await {
            Ok((new, content)) => {
                // The token is good all the same; the next run refreshes again.
                let _ = self.provider_config.files.write_secret(&path, content.as_bytes());
                Ok(new)
            }
            Err(_) if now < expires_at && may_be_good => Ok(token.to_owned()),
            Err(error) => Err(error),
        }
    }

    /// The file of the token: by the name of the session, or by the start URL where there is none.
    fn token_path(&self) -> Result<PathBuf, CredentialsError> {
        let environment = &self.provider_config.environment;
        let name = hex::encode(Sha1::digest(self.session.as_ref().unwrap_or(&self.start_url)));
        let path = format!("~/.aws/sso/cache/{name}.json");
        let location = environment.look(|variable| Location::of(&path, Platform::current(), variable))?;
        let path = location.path().ok_or_else(|| invalid("there is no HOME to find the SSO token in"))?;
        Ok(path.to_owned())
    }

    /// A new token, and what the file is to say.
    async fn refresh(&self, kept: &ProviderResponse, now: DateTime<Utc>) -> Result<(String, String), CredentialsError> {
        let ended = || self.sign_in("the SSO token has ended");
        let parts = (kept.text("refreshToken"), kept.text("clientId"), kept.text("clientSecret"));
        let (Some(refresh_token), Some(client_id), Some(client_secret)) = parts else { return Err(ended()) };
        if self.session.is_none() || kept.moment("registrationExpiresAt")?.is_some_and(|end| end <= now) {
            return Err(ended());
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
        .map_err(|error| invalid("the endpoint of SSO is no URL").with_source(error))?;
        let answer = self.send(request, "a new token", &[client_secret, refresh_token]).await?;
        if !answer.status().is_success() {
            return Err(self.sign_in("the SSO token has ended and is not renewed").with_source(refused(
                "a new token",
                &answer,
                &[client_secret, refresh_token],
            )));
        }
        let answer = ProviderResponse::parse("SSO", answer.body())?;
        let token = answer.required("accessToken")?;
        let seconds = answer.number("expiresIn").filter(|seconds| (1..=31_536_000).contains(seconds));
        let seconds = seconds.ok_or_else(|| failed("SSO gave a token without the time that it holds"))?;
        let expires_at = (now + TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut members = kept.members().clone();
        members.insert("accessToken".to_owned(), token.into());
        members.insert("expiresAt".to_owned(), expires_at.into());
        if let Some(refresh_token) = answer.text("refreshToken") {
            members.insert("refreshToken".to_owned(), refresh_token.into());
        }
        Ok((token.to_owned(), Value::Object(members).to_string()))
    }
}
