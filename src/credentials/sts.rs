//! STS, the Security Token Service: roles for an identity token, and for other credentials.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Request, Response};
use url::form_urlencoded::Serializer;

use super::answer::{checked, failed, invalid, known, moment, said, said_in_text};
use super::fetch::FetchRules;
use super::{ClientContext, MAX_BODY, Surroundings, xml};
use crate::endpoint::{CredentialsService, GLOBAL_REGION, GivenUrl};
use crate::error::{CredentialsError, Redact};
use crate::identity::Credentials;
use crate::sigv4::Signer;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The codes by which STS refuses the session token of a signature.
const TOKEN_REFUSED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"];

/// The parameters of a request.
type Form = Vec<(&'static str, String)>;

/// Which role, and how.
#[derive(Clone)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) duration: Option<Duration>,
}

/// Without the external ID, which some treat as a secret.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role")
            .field("arn", &self.arn)
            .field("session_name", &self.session_name)
            .field("duration", &self.duration)
            .finish_non_exhaustive()
    }
}

impl Role {
    pub(super) fn new(arn: impl Into<String>) -> Self {
        Self { arn: arn.into(), session_name: None, external_id: None, duration: None }
    }
}

/// The STS of a region.
#[derive(Clone)]
pub(super) struct Sts {
    pub(super) surroundings: Surroundings,
    pub(super) region: Option<String>,
    pub(super) url: Option<String>,
}

impl fmt::Debug for Sts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sts")
            .field("surroundings", &self.surroundings)
            .field("region", &self.region)
            .field("url", &self.url.clone().map(GivenUrl))
            .finish()
    }
}

impl Sts {
    pub(super) fn new(surroundings: &Surroundings) -> Self {
        Self { surroundings: surroundings.clone(), region: None, url: None }
    }

    /// The same, in the region of a client if no region is set, and by the client's clock.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        let region = self.region.clone().or_else(|| Some((*client.region).to_owned()));
        Self { surroundings: self.surroundings.skewed(client.clock_skew), region, url: self.url.clone() }
    }

    /// `AssumeRoleWithWebIdentity`: the token says who is asking, and nothing is signed.
    pub(super) async fn with_web_identity(&self, role: &Role, token: &str) -> Result<Credentials, CredentialsError> {
        let mut form = self.form("AssumeRoleWithWebIdentity", role);
        form.push(("WebIdentityToken", token.to_owned()));
        let (url, _) = self.place()?;
        self.send(request(&url, &form)?, &[token]).await
    }

    /// `AssumeRole`, signed with other credentials.
    pub(super) async fn assume_role(&self, role: &Role, base: &Credentials) -> Result<Credentials, CredentialsError> {
        let mut form = self.form("AssumeRole", role);
        if let Some(external_id) = &role.external_id {
            form.push(("ExternalId", external_id.clone()));
        }
        let (url, region) = self.place()?;
        let mut request = request(&url, &form)?;
        Signer::new(region, "sts")
            .sign(&mut request, base, self.surroundings.now())
            .map_err(|error| invalid("the request for the role cannot be signed").with_source(error))?;
        let external_id = role.external_id.as_deref().unwrap_or_default();
        self.send(request, &[base.secret_access_key(), base.session_token().unwrap_or_default(), external_id]).await
    }

    fn form(&self, action: &str, role: &Role) -> Form {
        let default_name = || format!("bedrock-lite-{}", self.surroundings.now().timestamp_millis());
        let mut form = vec![
            ("Action", action.to_owned()),
            ("Version", "2011-06-15".to_owned()),
            ("RoleArn", role.arn.clone()),
            ("RoleSessionName", role.session_name.clone().unwrap_or_else(default_name)),
        ];
        if let Some(duration) = role.duration {
            form.push(("DurationSeconds", duration.as_secs().to_string()));
        }
        form
    }

    /// The URL to send to and the region to sign for.
    fn place(&self) -> Result<(String, String), CredentialsError> {
        let environment = &self.surroundings.environment;
        let region = if self.region.is_some() { self.region.clone() } else { environment.region()? };
        let region = region
            .ok_or_else(|| invalid("there is no region to find STS in: set AWS_REGION, or region in the profile"))?;
        let url = match &self.url {
            Some(url) => url.clone(),
            None => self.surroundings.base_url(CredentialsService::Sts, &region)?,
        };
        // No signature is valid for the global pseudo-region.
        let signing_region = if region == GLOBAL_REGION { "us-east-1".to_owned() } else { region };
        Ok((url, signing_region))
    }

    async fn send(&self, request: Request<Bytes>, secrets: &[&str]) -> Result<Credentials, CredentialsError> {
        let rules = FetchRules { timeout: TIMEOUT, max_body: MAX_BODY, direct: Surroundings::is_near(request.uri()) };
        let answer = self.surroundings.fetch(request, rules).await;
        let unanswered = |error| failed("STS gave no answer").with_source(error).without(&known(secrets));
        read(&answer.map_err(unanswered)?, secrets)
    }
}

fn request(url: &str, form: &Form) -> Result<Request<Bytes>, CredentialsError> {
    let body = Serializer::new(String::new()).extend_pairs(form).finish();
    Request::post(format!("{}/", url.trim_end_matches('/')))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(body))
        .map_err(|error| invalid("the endpoint of STS is no URL").with_source(error))
}

/// What is looked for in an answer.
#[derive(Default)]
struct Found {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    expiration: Option<String>,
    arn: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

impl Found {
    /// The place of an element by its parent's name and its own.
    fn place(&mut self, parent: &str, name: &str) -> Option<&mut Option<String>> {
        Some(match (parent, name) {
            ("Credentials", "AccessKeyId") => &mut self.access_key_id,
            ("Credentials", "SecretAccessKey") => &mut self.secret_access_key,
            ("Credentials", "SessionToken") => &mut self.session_token,
            ("Credentials", "Expiration") => &mut self.expiration,
            ("AssumedRoleUser", "Arn") => &mut self.arn,
            ("Error", "Code") => &mut self.code,
            ("Error", "Message") => &mut self.message,
            _ => return None,
        })
    }
}

fn read(answer: &Response<Bytes>, secrets: &[&str]) -> Result<Credentials, CredentialsError> {
    let status = answer.status();
    let found = std::str::from_utf8(answer.body()).ok().and_then(parse);
    if !status.is_success() {
        let found = found.unwrap_or_default();
        let is_token_refused = found.code.as_deref().is_some_and(|code| TOKEN_REFUSED.contains(&code.trim()));
        let plain = || said_in_text(answer.body(), secrets).map_or(String::new(), |said| format!(": {said}"));
        let is_plain = found.code.is_none() && found.message.is_none();
        let code = found.code.map_or(String::new(), |code| format!(", {}", said(&code, secrets)));
        let message = match found.message {
            Some(message) => format!(": {}", said(&message, secrets)),
            None if is_plain => plain(),
            None => String::new(),
        };
        let error = failed(format!("STS answered {}{code}{message}", status.as_u16()));
        return Err(if is_token_refused { error.token_refused() } else { error });
    }
    let found = found.ok_or_else(|| failed("STS gave something that is no XML"))?;
    let lacks = |name: &str| failed(format!("STS gave an answer without {name}"));
    let expires_at = found.expiration.ok_or_else(|| lacks("Expiration"))?;
    let expires_at: DateTime<Utc> =
        moment(expires_at.trim()).ok_or_else(|| failed("STS gave an Expiration that is no moment in ISO 8601"))?;
    let required = |text: Option<String>, name| text.map(|text| text.trim().to_owned()).ok_or_else(|| lacks(name));
    let id = required(found.access_key_id, "AccessKeyId")?;
    let secret = required(found.secret_access_key, "SecretAccessKey")?;
    let token = required(found.session_token, "SessionToken")?;
    let mut credentials = Credentials::new(id, secret).with_session_token(token).with_expiry(expires_at);
    // arn:aws:sts::123456789012:assumed-role/role/session
    if let Some(account_id) = found.arn.as_deref().and_then(|arn| arn.split(':').nth(4)).filter(|id| !id.is_empty()) {
        credentials = credentials.with_account_id(account_id);
    }
    checked("STS", credentials)
}

/// Reads what is looked for out of an XML document.
fn parse(text: &str) -> Option<Found> {
    let mut found = Found::default();
    xml::read(text, |parent, name, piece| {
        if let Some(place) = found.place(parent, name) {
            place.get_or_insert_default().push_str(piece);
        }
    })?;
    Some(found)
}
