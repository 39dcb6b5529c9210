//! `ApplyGuardrail`: a guardrail by itself, without a model.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html>

use bytes::Bytes;

use crate::operation::operation;
use crate::runtime::{GuardrailAssessment, GuardrailCoverage, GuardrailUsage};
use crate::shape::{Blob, open_enum, single_block, structure, union};

structure! {
    /// Content for a guardrail to look at.
    ///
    /// ```
    /// use bedrock_lite::runtime::{ApplyGuardrailRequest, GuardrailContentSource};
    ///
    /// let request = ApplyGuardrailRequest::new("gr1a2b3c", "DRAFT", GuardrailContentSource::Input, "Is this allowed?");
    /// ```
    pub struct ApplyGuardrailRequest path {
        /// The guardrail: an id or an ARN; at most 2,048 characters.
        guardrail_identifier = "guardrailIdentifier",
        /// The guardrail's version: a number, or `DRAFT`.
        guardrail_version = "guardrailVersion",
    } {
        /// Whether a user or a model has said it.
        source: GuardrailContentSource = "source",
        /// The content.
        content: Vec<GuardrailContentBlock> = "content" from Blocks<GuardrailContentBlock>,
    } optional {
        /// Whether the answer tells also of what was not found. Default: only of what was.
        output_scope: option GuardrailOutputScope = "outputScope",
    }

    /// What a guardrail made of the content.
    pub struct ApplyGuardrailResponse {
        /// The units that are charged.
        usage: GuardrailUsage = "usage",
        /// Whether it intervened.
        action: GuardrailAction = "action",
        /// The content as the guardrail lets it through, or what it says in its place; empty where it let it all through.
        outputs: Vec<GuardrailOutputContent> = "outputs",
        /// What it found.
        assessments: Vec<GuardrailAssessment> = "assessments",
    } optional {
        /// Why it did what it did.
        action_reason: option String = "actionReason",
        /// How much of the content it looked at.
        guardrail_coverage: option GuardrailCoverage = "guardrailCoverage",
    } with metadata

    /// Text for a guardrail to look at.
    pub struct GuardrailTextBlock {
        /// The text.
        text: String = "text",
    } optional {
        /// What the text is to the check of grounding.
        qualifiers: vec GuardrailContentQualifier = "qualifiers",
    }

    /// An image for a guardrail to look at.
    pub struct GuardrailImageBlock {
        /// How it is encoded.
        format: GuardrailImageFormat = "format",
        /// Its bytes.
        source: GuardrailImageSource = "source",
    } sensitive { format, source }

    /// What a guardrail lets through, or says in its place.
    pub struct GuardrailOutputContent {} optional {
        /// The text.
        text: option String = "text",
    }
}

union! {
    /// Content for a guardrail to look at. Text converts into it.
    pub enum GuardrailContentBlock {
        /// Text.
        Text(GuardrailTextBlock) = "text",
        /// An image.
        Image(GuardrailImageBlock) = "image",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
        GuardrailTextBlock => Text,
        GuardrailImageBlock => Image,
    }

    /// Where the bytes of an image for a guardrail come from. Bytes of any kind convert into it.
    pub enum GuardrailImageSource {
        /// The bytes themselves, at least one.
        Bytes(Blob) = "bytes",
    } from {
        Blob => Bytes,
        Bytes => Bytes,
        Vec<u8> => Bytes,
        &'static [u8] => Bytes,
    } sensitive true
}

single_block!(GuardrailContentBlock);

impl From<&str> for GuardrailTextBlock {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&String> for GuardrailTextBlock {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<String> for GuardrailTextBlock {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

open_enum! {
    /// Who has said what a guardrail looks at.
    pub enum GuardrailContentSource {
        /// A user.
        Input = "INPUT",
        /// A model.
        Output = "OUTPUT",
    }

    /// How much the answer tells.
    pub enum GuardrailOutputScope {
        /// What was found.
        Interventions = "INTERVENTIONS",
        /// Also what was looked for and not found; not of words, and not of regular expressions.
        Full = "FULL",
    }

    /// Whether a guardrail intervened.
    pub enum GuardrailAction {
        /// It did not.
        None = "NONE",
        /// It did.
        GuardrailIntervened = "GUARDRAIL_INTERVENED",
    }

    /// What text is to a guardrail's check of grounding.
    pub enum GuardrailContentQualifier {
        /// What the answer has to rest on.
        GroundingSource = "grounding_source",
        /// What was asked.
        Query = "query",
        /// What to look at.
        GuardContent = "guard_content",
    }

    /// How an image for a guardrail is encoded.
    pub enum GuardrailImageFormat {
        /// PNG.
        Png = "png",
        /// JPEG.
        Jpeg = "jpeg",
    }
}

operation! {
    ApplyGuardrail: BedrockRuntime POST "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply"
        ApplyGuardrailRequest -> ApplyGuardrailResponse
        path { guardrail_identifier = "guardrailIdentifier", guardrail_version = "guardrailVersion" }
        body {};
}
