//! What a profile's credentials are made from: the plan, as values.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

/// How to come by a profile's credentials: begin with the base, then assume each role with what the one before gave.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RoleChain {
    /// Where the first credentials come from.
    pub base: Base,
    /// The profile that says so.
    pub base_profile: String,
    /// The roles, in the order in which they are assumed; the last one's credentials are the profile's.
    pub roles: Vec<AssumeRole>,
}

/// Where the first credentials of a [`RoleChain`] come from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Base {
    /// An access key in the file.
    StaticKeys(StaticKeys),
    /// A program that prints them.
    Process(CredentialProcess),
    /// A role that a token in a file is good for.
    WebIdentity(WebIdentity),
    /// IAM Identity Center.
    Sso(Sso),
    /// `credential_source`.
    Source(CredentialSource),
}

/// `aws_access_key_id`, `aws_secret_access_key`, `aws_session_token`, `aws_account_id`.
#[derive(Clone)]
#[non_exhaustive]
pub struct StaticKeys {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Zeroizing<String>,
    /// The session token of temporary credentials.
    pub session_token: Option<Zeroizing<String>>,
    /// The account that they are of.
    pub account_id: Option<String>,
}

/// Shows no secret.
impl fmt::Debug for StaticKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticKeys")
            .field("access_key_id", &self.access_key_id)
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// `credential_process`.
#[derive(Clone)]
#[non_exhaustive]
pub struct CredentialProcess {
    /// The command line, for a shell to read. It may hold a secret.
    pub command: Zeroizing<String>,
    /// The account that the credentials are of, where the program does not say.
    pub account_id: Option<String>,
}

/// Leaves the command out.
impl fmt::Debug for CredentialProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialProcess").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// `role_arn` with `web_identity_token_file`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebIdentity {
    /// The role.
    pub role_arn: String,
    /// The path of the file with the token, as the profile writes it.
    pub token_file: String,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `duration_seconds`.
    pub duration: Option<Duration>,
}

/// A role of an IAM Identity Center: of a session, or of a profile alone (legacy).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sso {
    /// The name of the `[sso-session …]`; `None` is the legacy form.
    pub session: Option<String>,
    /// `sso_start_url`.
    pub start_url: String,
    /// `sso_region`.
    pub region: String,
    /// `sso_account_id`.
    pub account_id: String,
    /// `sso_role_name`.
    pub role_name: String,
}

/// The values of `credential_source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialSource {
    /// `AWS_ACCESS_KEY_ID` and its like.
    Environment,
    /// The instance's role.
    Ec2InstanceMetadata,
    /// The task's role.
    EcsContainer,
}

impl CredentialSource {
    /// The value's own word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            Self::Ec2InstanceMetadata => "Ec2InstanceMetadata",
            Self::EcsContainer => "EcsContainer",
        }
    }
}

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssumeRole {
    /// The profile that says so.
    pub profile: String,
    /// `role_arn`.
    pub role_arn: String,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `duration_seconds`: 15 minutes to 12 hours.
    pub duration: Option<Duration>,
}
