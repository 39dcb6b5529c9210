//! The client of STS, the Security Token Service: `AssumeRole` and `AssumeRoleWithWebIdentity`.

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
use super::response::{checked, failed, invalid, known, redact, redact_text, timestamp};
use super::{MAX_BODY, ProviderConfig};
use crate::credentials::{ClientContext, Credentials};
use crate::endpoint::{CredentialsService, GLOBAL_REGION, GivenUrl};
use crate::error::{CredentialsError, Redact};
use crate::sigv4::Signer;

/// The timeout of one request.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The error codes with which STS refuses the session token of a signature.
const TOKEN_REFUSED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"];
/// The maximum nesting of XML elements in a response. STS uses 4 levels.
const MAX_DEPTH: usize = 16;

/// The form parameters of a request.
type Form = Vec<(&'static str, String)>;

/// A role to assume, with the parameters of the session.
#[derive(Clone)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) duration: Option<Duration>,
}

/// Does not show the external ID, which may be a secret.
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

/// A client of STS in a region.
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

    /// Returns the same client of STS with the clock of a Bedrock client, and with its region if
    /// none is set.
    pub(super) fn for_client(&self, client: &ClientContext) -> Self {
        let region = self.region.clone().or_else(|| Some((*client.region).to_owned()));
        Self { provider_config: self.provider_config.skewed(client.clock_skew), region, url: self.url.clone() }
    }

    /// Calls `AssumeRoleWithWebIdentity`. The request is not signed, because the token
    /// authenticates it.
    pub(super) async fn with_web_identity(&self, role: &Role, token: &str) -> Result<Credentials, CredentialsError> {
        let mut form = self.form("AssumeRoleWithWebIdentity", role);
        form.push(("WebIdentityToken", token.to_owned()));
        let (url, _) = self.endpoint()?;
        self.send(request(&url, &form)?, &[token]).await
    }

    /// Calls `AssumeRole`. The request is signed with `base`.
    pub(super) async fn assume_role(&self, role: &Role, base: &Credentials) -> Result<Credentials, CredentialsError> {
        let mut form = self.form("AssumeRole", role);
        if let Some(external_id) = &role.external_id {
            form.push(("ExternalId", external_id.clone()));
        }
        let (url, region) = self.endpoint()?;
        let mut request = request(&url, &form)?;
        Signer::new(region, "sts")
            .sign(&mut request, base, self.provider_config.now())
            .map_err(|error| invalid("the AssumeRole request cannot be signed").with_source(error))?;
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

    /// Returns the URL of STS, and the region that requests are signed for.
    fn endpoint(&self) -> Result<(String, String), CredentialsError> {
        let environment = &self.provider_config.environment;
        let region = if self.region.is_some() { self.region.clone() } else { environment.region()? };
        let region =
            region.ok_or_else(|| invalid("there is no region for STS: set AWS_REGION, or region in the profile"))?;
        let url = match &self.url {
            Some(url) => url.clone(),
            None => self.provider_config.base_url(CredentialsService::Sts, &region)?,
        };
        // The global endpoint is in us-east-1. A signature for the pseudo-region is not valid.
        let signing_region = if region == GLOBAL_REGION { "us-east-1".to_owned() } else { region };
        Ok((url, signing_region))
    }

    async fn send(&self, request: Request<Bytes>, secrets: &[&str]) -> Result<Credentials, CredentialsError> {
        let options =
            HttpOptions { timeout: TIMEOUT, max_body: MAX_BODY, direct: ProviderConfig::is_local(request.uri()) };
        let outcome = self.provider_config.send(request, options).await;
        let send_error = |error| failed("STS did not respond").with_source(error).without(&known(secrets));
        read(&outcome.map_err(send_error)?, secrets)
    }
}

fn request(url: &str, form: &Form) -> Result<Request<Bytes>, CredentialsError> {
    let body = Serializer::new(String::new()).extend_pairs(form).finish();
    Request::post(format!("{}/", url.trim_end_matches('/')))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(body))
        .map_err(|error| invalid("the endpoint of STS is not a URL").with_source(error))
}

/// The elements that are read from a response.
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
    /// Returns the field for an element with this parent.
    fn field(&mut self, parent: &str, name: &str) -> Option<&mut Option<String>> {
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

fn read(response: &Response<Bytes>, secrets: &[&str]) -> Result<Credentials, CredentialsError> {
    let status = response.status();
    let found = std::str::from_utf8(response.body()).ok().and_then(parse);
    if !status.is_success() {
        let found = found.unwrap_or_default();
        let is_token_refused = found.code.as_deref().is_some_and(|code| TOKEN_REFUSED.contains(&code.trim()));
        let plain = || redact_text(response.body(), secrets).map_or(String::new(), |text| format!(": {text}"));
        let is_plain = found.code.is_none() && found.message.is_none();
        let code = found.code.map_or(String::new(), |code| format!(", {}", redact(&code, secrets)));
        let message = match found.message {
            Some(message) => format!(": {}", redact(&message, secrets)),
            None if is_plain => plain(),
            None => String::new(),
        };
        let error = failed(format!("STS returned {}{code}{message}", status.as_u16()));
        return Err(if is_token_refused { error.token_refused() } else { error });
    }
    let found = found.ok_or_else(|| failed("STS returned a response that is not valid XML"))?;
    let missing_field = |name: &str| failed(format!("STS returned a response without {name}"));
    let expires_at = found.expiration.ok_or_else(|| missing_field("Expiration"))?;
    let expires_at: DateTime<Utc> = timestamp(expires_at.trim())
        .ok_or_else(|| failed("STS returned an Expiration that is not an ISO 8601 time"))?;
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

/// Reads the elements of an XML response. Returns `None` if the document is malformed or truncated,
/// or if it declares a document type, which STS never does.
fn parse(text: &str) -> Option<Found> {
    let mut reader = Reader::from_str(text);
    let (mut found, mut open) = (Found::default(), Vec::<String>::new());
    loop {
        let text = match reader.read_event().ok()? {
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
            && let Some(field) = found.field(parent, name)
        {
            field.get_or_insert_default().push_str(&text);
        }
    }
}

/// Resolves a character reference, or one of the five predefined entities of XML.
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
