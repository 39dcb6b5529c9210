//! Rules of identifiers: models, guardrails, projects.

use super::Conversation;
use super::problem::{Problems, Quoted, ValidationProblemKind as Kind};

/// The types of resources that the service model allows as a model.
const MODELS: [&str; 10] = [
    "application-inference-profile",
    "custom-model",
    "custom-model-deployment",
    "default-prompt-router",
    "foundation-model",
    "imported-model",
    "inference-profile",
    "prompt",
    "prompt-router",
    "provisioned-model",
];

/// The types of Bedrock's other resources in the service models, without jobs. All types of jobs
/// end with `-job`.
const OTHERS: [&str; 6] = [
    "async-invoke",
    "automated-reasoning-policy",
    "guardrail",
    "guardrail-profile",
    "project",
    "trusted-access-program",
];

/// The maximum length of an ARN or ID.
const LONGEST: usize = 2048;

pub(super) fn check(conversation: &Conversation, problems: &mut Problems) {
    check_model(conversation.model_id, problems);
    if let Some(project) = conversation.project_identifier
        && !is_project(project)
    {
        let message = format_args!("{} is neither the ID nor the ARN of a project", Quoted(project));
        problems.add("projectIdentifier", Kind::Text, message);
    }
    if let Some(guardrail) = conversation.guardrail_identifier
        && !is_guardrail(guardrail)
    {
        let path = "guardrailConfig.guardrailIdentifier";
        if is_guardrail_profile(guardrail) {
            let message = "it is the ID of a guardrail profile, and the published service model allows only guardrails";
            problems.hint(path, Kind::Text, message);
        } else {
            let message = format_args!("{} is neither the ID nor the ARN of a guardrail", Quoted(guardrail));
            problems.add(path, Kind::Text, message);
        }
    }
    if let Some(version) = conversation.guardrail_version
        && !is_guardrail_version(version)
    {
        let message = format_args!("{} is neither a number from 1 to 99999999 nor DRAFT", Quoted(version));
        problems.add("guardrailConfig.guardrailVersion", Kind::Text, message);
    }
}

fn check_model(id: &str, problems: &mut Problems) {
    let refuse = |problems: &mut Problems, why: &str| {
        problems.add("modelId", Kind::ModelId, format_args!("{} {why}", Quoted(id)));
    };
    if id.is_empty() || id.chars().count() > LONGEST {
        return problems.add("modelId", Kind::ModelId, "the model ID must have 1 to 2048 characters");
    }
    let Some(arn) = Arn::read(id) else {
        if !is_plain_model(id) {
            refuse(problems, "is not a model ID: letters, digits and . : - are allowed");
        }
        return;
    };
    if !arn.is_well_formed() {
        return refuse(problems, "is not the ARN of a model");
    }
    if !arn.has_valid_name() {
        return refuse(problems, "does not end with a valid name for its type of model");
    }
    if arn.service == "bedrock" {
        let needs_account = arn.kind != "foundation-model";
        if needs_account == arn.account.is_empty() {
            let why = if needs_account { "must contain an account" } else { "must not contain an account" };
            refuse(problems, why);
        } else if OTHERS.contains(&arn.kind) || arn.kind.ends_with("-job") {
            problems.add("modelId", Kind::ModelId, format_args!("{} is not a type of model", Quoted(arn.kind)));
        } else if !MODELS.contains(&arn.kind) {
            problems.hint("modelId", Kind::ModelId, format_args!("{} is not a known type of model", Quoted(arn.kind)));
        }
    } else if arn.kind != "endpoint" || arn.partition != "aws" || arn.account.is_empty() {
        refuse(problems, "is not the ARN of a model");
    }
}

/// Returns whether an ID matches `[a-zA-Z0-9-:.]+` or `([0-9a-zA-Z][_-]?)+`.
///
/// These are the alternatives of the service model's pattern that are not ARNs.
fn is_plain_model(id: &str) -> bool {
    let mark = |byte: u8| byte == b'_' || byte == b'-';
    let bytes = id.as_bytes();
    let dotted = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-:.".contains(byte));
    let marked = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || mark(*byte))
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && !bytes.windows(2).any(|pair| pair.iter().all(|byte| mark(*byte)));
    dotted || marked
}

/// Returns whether an ID matches `[a-zA-Z0-9_-]+` or
/// `arn:aws…:bedrock:REGION:ACCOUNT:project/[a-zA-Z0-9_-]+`.
fn is_project(id: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    id.len() <= LONGEST
        && match Arn::read(id) {
            Some(arn) => arn.is_of("project") && is_name(arn.name),
            None => is_name(id),
        }
}

/// Returns whether an ID is empty or matches `[a-z0-9]+` or
/// `arn:aws…:bedrock:REGION:ACCOUNT:guardrail/[a-z0-9]+`.
fn is_guardrail(id: &str) -> bool {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.len() <= LONGEST
        && match Arn::read(id) {
            Some(arn) => arn.is_of("guardrail") && is_name(arn.name),
            None => is_name(id),
        }
}

/// Returns whether an ID matches `[a-z0-9-]+.guardrail.v[0-9:]+` or is an ARN with such a name:
/// `arn:aws…:bedrock:REGION:ACCOUNT:guardrail-profile/…`.
///
/// The control plane accepts such IDs in `crossRegionConfig`. The pattern of `Converse` excludes
/// them, but it is not known whether the service refuses them.
fn is_guardrail_profile(id: &str) -> bool {
    let is_name = |name: &str| {
        name.split_once(".guardrail.v").is_some_and(|(scope, version)| {
            let is_scope = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !scope.is_empty()
                && scope.bytes().all(is_scope)
                && !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
        })
    };
    id.len() <= LONGEST
        && match Arn::read(id) {
            Some(arn) => arn.is_of("guardrail-profile") && is_name(arn.name),
            None => is_name(id),
        }
}

/// Returns whether a version is empty, `DRAFT`, or 1 to 8 digits that do not begin with a zero.
fn is_guardrail_version(version: &str) -> bool {
    matches!(version, "" | "DRAFT")
        || version.len() <= 8 && !version.starts_with('0') && version.bytes().all(|byte| byte.is_ascii_digit())
}

/// The parts of an ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND/NAME`.
struct Arn<'a> {
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    kind: &'a str,
    name: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits an ARN. Returns `None` if the text does not begin with `arn:`.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let mut next = || parts.next().unwrap_or_default();
        let (partition, service, region, account, resource) = (next(), next(), next(), next(), next());
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        Some(Self { partition, service, region, account, kind, name })
    }

    /// Returns whether the ARN is that of a resource of the given type in an account.
    fn is_of(&self, kind: &str) -> bool {
        self.is_well_formed() && self.service == "bedrock" && self.kind == kind && !self.account.is_empty()
    }

    /// Returns whether the name matches the service model's pattern for its type.
    ///
    /// The names of foundation models and custom models are not checked, because the service
    /// accepts names that do not match.
    fn has_valid_name(&self) -> bool {
        let is_made_of = |text: &str, others: &[u8]| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte)) && !text.is_empty()
        };
        match self.kind {
            "imported-model" | "provisioned-model" | "custom-model-deployment" => {
                self.name.len() == 12
                    && self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            }
            "inference-profile" | "application-inference-profile" | "prompt-router" | "default-prompt-router" => {
                is_made_of(self.name, b"-:.")
            }
            "prompt" => {
                let (id, version) = self.name.split_once(':').unwrap_or((self.name, "1"));
                id.len() == 10
                    && is_made_of(id, b"")
                    && (1..=5).contains(&version.len())
                    && version.bytes().all(|byte| byte.is_ascii_digit())
            }
            "endpoint" => is_made_of(self.name, b"-"),
            _ => true,
        }
    }

    fn is_well_formed(&self) -> bool {
        let is_region = (1..=20).contains(&self.region.len())
            && self.region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let is_account = self.account.is_empty()
            || self.account.len() == 12 && self.account.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:._/".contains(&byte))
        };
        let is_partition =
            self.partition == "aws" || self.partition.strip_prefix("aws-").is_some_and(|rest| !rest.is_empty());
        is_partition
            && matches!(self.service, "bedrock" | "sagemaker")
            && is_region
            && is_account
            && is_name(self.kind)
            && is_name(self.name)
    }
}
