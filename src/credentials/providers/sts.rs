//! STS, the Security Token Service: roles for an identity token, and for other credentials.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Request, Response};
use quick_xml::Reader;
use quick_xml::events::Event;
use url::form_urlencoded::Serializer;

use super::http_send::HttpOptions;
use super::response::{checked, failed, invalid, known, moment, redact, redact_text};
use super::{MAX_BODY, ProviderConfig};
use crate::credentials::{ClientContext, Credentials};
use crate::endpoint::{CredentialsService, GLOBAL_REGION, GivenUrl};
use crate::error::{CredentialsError, Redact};
use crate::sigv4::Signer;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The codes by which STS refuses the session token of a signature.
const TOKEN_REFUSED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"];
/// How deep an answer's elements go; STS's own go to 4.
const MAX_DEPTH: usize = 16;

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
    pub(super) provider_config: ProviderConfig,
    pub(super) region: Option<String>,
    pub(super) url: Option<String>,
}

impl fmt::Debug for Sts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sts")
            .field("provider_config", &self.provider_config)
            .field("region", &self.region)
            .field("url", &self.url.clone().map(GivenUrl))
            .finish()
    }
}

impl Sts {
    pub(super) fn new(provider_config: &ProviderConfig) -> Self {
        Self { provider_config: provider_config.clone(), region: None, url: None }
    }

    /// The same, in the region of a client if no region is set, and by the client's clock.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        let region = self.region.clone().or_else(|| Some((*client.region).to_owned()));
        Self { provider_config: self.provider_config.skewed(client.clock_skew), region, url: self.url.clone() }
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
            .sign(&mut request, base, self.provider_config.now())
            .map_err(|error| invalid("the request for the role cannot be signed").with_source(error))?;
        let external_id = role.external_id.as_deref().unwrap_or_default();
        self.send(request, &[base.secret_access_key(), base.session_token().unwrap_or_default(), external_id]).await
    }

    fn form(&self, action: &str, role: &Role) -> Form {
        let default_name = || format!("bedrock-lite-{}", self.provider_config.now().timestamp_millis());
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
        let environment = &self.provider_config.environment;
        let region = if self.region.is_some() { self.region.clone() } else { environment.region()? };
        let region = region
            .ok_or_else(|| invalid("there is no region to find STS in: set AWS_REGION, or region in the profile"))?;
        let url = match &self.url {
            Some(url) => url.clone(),
            None => self.provider_config.base_url(CredentialsService::Sts, &region)?,
        };
        // No signature is valid for the global pseudo-region.
        let signing_region = if region == GLOBAL_REGION { "us-east-1".to_owned() } else { region };
        Ok((url, signing_region))
    }

    async fn send(&self, request: Request<Bytes>, secrets: &[&str]) -> Result<Credentials, CredentialsError> {
        let rules =
            HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: ProviderConfig::is_local(request.uri()) };
        let answer = self.provider_config.send(request, rules).await;
        let classify_send_error = |error| failed("STS gave no answer").with_source(error).without(&known(secrets));
        read(&answer.map_err(classify_send_error)?, secrets)
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
        let plain = || redact_text(answer.body(), secrets).map_or(String::new(), |said| format!(": {said}"));
        let is_plain = found.code.is_none() && found.message.is_none();
        let code = found.code.map_or(String::new(), |code| format!(", {}", redact(&code, secrets)));
        let message = match found.message {
            Some(message) => format!(": {}", redact(&message, secrets)),
            None if is_plain => plain(),
            None => String::new(),
        };
        let error = failed(format!("STS answered {}{code}{message}", status.as_u16()));
        return Err(if is_token_refused { error.token_refused() } else { error });
    }
    let found = found.ok_or_else(|| failed("STS gave something that is no XML"))?;
    let missing_field = |name: &str| failed(format!("STS gave an answer without {name}"));
    let expires_at = found.expiration.ok_or_else(|| missing_field("Expiration"))?;
    let expires_at: DateTime<Utc> =
        moment(expires_at.trim()).ok_or_else(|| failed("STS gave an Expiration that is no moment in ISO 8601"))?;
    let required =
        |text: Option<String>, name| text.map(|text| text.trim().to_owned()).ok_or_else(|| missing_field(name));
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

/// Reads what is looked for out of an XML document; `None` for one that is not well formed, that is cut, or that declares a document
/// type, which no answer of STS does.
fn parse(text: &str) -> Option<Found> {
    let mut reader = Reader::from_str(text);
    let (mut found, mut open) = (Found::default(), Vec::<String>::new());
    loop {
        let piece = match reader.read_event().ok()? {
            Event::Start(element) if open.len() < MAX_DEPTH => {
                open.push(element.local_name().as_ref().to_owned());
                continue;
            }
            Event::End(_) => {
                open.pop()?;
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(data) => data.xml10_content().into_owned(),
            Event::GeneralRef(reference) => entity(&reference)?.to_string(),
            Event::Eof if open.is_empty() => return Some(found),
            Event::Eof | Event::Start(_) | Event::DocType(_) => return None,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
        };
        if let [.., parent, name] = open.as_slice()
            && let Some(place) = found.place(parent, name)
        {
            place.get_or_insert_default().push_str(&piece);
        }
    }
}

/// A character by its number, or by one of the five names that every XML document has.
fn entity(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character);
    }
    Some(match reference.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
