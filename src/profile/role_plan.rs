//! [`RoleChain`]: the steps by which the credentials of a profile are obtained.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

/// The steps by which the credentials of a profile are obtained.
///
/// Start with the credentials of [`base`](Self::base). Assume each role with the credentials of the
/// previous step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RoleChain {
    /// The origin of the first credentials.
    pub base: Base,
    /// The name of the profile that defines the base.
    pub base_profile: String,
    /// The roles, in the order in which they are assumed. The credentials of the last role are
    /// those of the profile.
    pub roles: Vec<AssumeRole>,
}

/// The origin of the first credentials of a [`RoleChain`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Base {
    /// The access key is in the file.
    StaticKeys(StaticKeys),
    /// A program prints the credentials (`credential_process`).
    Process(CredentialProcess),
    /// A role is assumed with a web identity token from a file.
    WebIdentity(WebIdentity),
    /// The credentials are from IAM Identity Center.
    Sso(Sso),
    /// The credentials are from a provider that `credential_source` names.
    Source(CredentialSource),
}

/// An access key in a shared configuration file.
#[derive(Clone)]
#[non_exhaustive]
pub struct StaticKeys {
    /// The access key ID: `aws_access_key_id`.
    pub access_key_id: String,
    /// The secret access key: `aws_secret_access_key`.
    pub secret_access_key: Zeroizing<String>,
    /// The session token of temporary credentials: `aws_session_token`.
    pub session_token: Option<Zeroizing<String>>,
    /// The ID of the account that the access key belongs to: `aws_account_id`.
    pub account_id: Option<String>,
}

/// Does not show secrets.
impl fmt::Debug for StaticKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticKeys")
            .field("access_key_id", &self.access_key_id)
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// A program that prints credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct CredentialProcess {
    /// The command line for a shell: `credential_process`. It may contain secrets.
    pub command: Zeroizing<String>,
    /// The account ID if the program does not print one: `aws_account_id`.
    pub account_id: Option<String>,
}

/// Does not show the command.
impl fmt::Debug for CredentialProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialProcess").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// A role that is assumed with a web identity token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebIdentity {
    /// The ARN of the role: `role_arn`.
    pub role_arn: String,
    /// The path of the token file as written in the profile: `web_identity_token_file`.
    pub token_file: String,
    /// The name of the role session: `role_session_name`.
    pub session_name: Option<String>,
    /// The lifetime of the credentials: `duration_seconds`, 15 minutes to 12 hours.
    pub duration: Option<Duration>,
}

/// A role in IAM Identity Center.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sso {
    /// The name of the section `[sso-session …]`. `None` for the legacy form without a session.
    pub session: Option<String>,
    /// The start URL: `sso_start_url`.
    pub start_url: String,
    /// The region of IAM Identity Center: `sso_region`.
    pub region: String,
    /// The account ID: `sso_account_id`.
    pub account_id: String,
    /// The role name: `sso_role_name`.
    pub role_name: String,
}

/// A value of `credential_source`: the provider of the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialSource {
    /// The environment variables `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    Environment,
    /// The role of the EC2 instance.
    Ec2InstanceMetadata,
    /// The role of the ECS task.
    EcsContainer,
}

impl CredentialSource {
    /// Returns the value as written in a profile.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            Self::Ec2InstanceMetadata => "Ec2InstanceMetadata",
            Self::EcsContainer => "EcsContainer",
        }
    }
}

/// A role that is assumed with other credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssumeRole {
    /// The name of the profile that defines the role.
    pub profile: String,
    /// The ARN of the role: `role_arn`.
    pub role_arn: String,
    /// The name of the role session: `role_session_name`.
    pub session_name: Option<String>,
    /// The external ID that the trust policy requires: `external_id`.
    pub external_id: Option<String>,
    /// The lifetime of the credentials: `duration_seconds`, 15 minutes to 12 hours.
    pub duration: Option<Duration>,
}
