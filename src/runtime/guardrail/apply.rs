//! `ApplyGuardrail`: assesses content with a guardrail, without a model.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html>

use bytes::Bytes;

use crate::operation::operation;
use crate::runtime::{GuardrailAssessment, GuardrailCoverage, GuardrailUsage};
use crate::shape::{Blob, open_enum, single_block, structure, union};

structure! {
    /// The request of `ApplyGuardrail`: content to assess with a guardrail.
    ///
    /// ```
    /// use bedrock_lite::runtime::{ApplyGuardrailRequest, GuardrailContentSource};
    ///
    /// let request = ApplyGuardrailRequest::new(
    ///     "gr1a2b3c",
    ///     "DRAFT",
    ///     GuardrailContentSource::Input,
    ///     "Is this allowed?",
    /// );
    /// ```
    pub struct ApplyGuardrailRequest path {
        /// The guardrail: an ID or an ARN. At most 2,048 characters.
        guardrail_identifier = "guardrailIdentifier",
        /// The version of the guardrail: a number, or `DRAFT`.
        guardrail_version = "guardrailVersion",
    } {
        /// Whether the content is the input or the output of a model.
        source: GuardrailContentSource = "source",
        /// The content to assess.
        content: Vec<GuardrailContentBlock> = "content" from Blocks<GuardrailContentBlock>,
    } optional {
        /// The scope of the response. Defaults to
        /// [`Interventions`](GuardrailOutputScope::Interventions).
        output_scope: option GuardrailOutputScope = "outputScope",
    }

    /// The response of `ApplyGuardrail`.
    pub struct ApplyGuardrailResponse {
        /// The units that the assessment is billed for.
        usage: GuardrailUsage = "usage",
        /// Whether the guardrail intervened.
        action: GuardrailAction = "action",
        /// The content after masking, or the blocked message of the guardrail. Empty if the
        /// guardrail did not intervene.
        outputs: Vec<GuardrailOutputContent> = "outputs",
        /// The findings of the policies of the guardrail.
        assessments: Vec<GuardrailAssessment> = "assessments",
    } optional {
        /// The reason for the action.
        action_reason: option String = "actionReason",
        /// The share of the content that the guardrail assessed.
        guardrail_coverage: option GuardrailCoverage = "guardrailCoverage",
    } with metadata

    /// Text to assess with a guardrail.
    pub struct GuardrailTextBlock {
        /// The text to assess.
        text: String = "text",
    } optional {
        /// The role of the text in the contextual grounding check.
        qualifiers: vec GuardrailContentQualifier = "qualifiers",
    }

    /// An image to assess with a guardrail.
    pub struct GuardrailImageBlock {
        /// The format of the image.
        format: GuardrailImageFormat = "format",
        /// The source of the image.
        source: GuardrailImageSource = "source",
    } sensitive { format, source }

    /// Content that a guardrail returns: the masked content, or the blocked message.
    pub struct GuardrailOutputContent {} optional {
        /// The returned text.
        text: option String = "text",
    }
}

union! {
    /// Content to assess with a guardrail. Text converts into it.
    pub enum GuardrailContentBlock {
        /// Text to assess.
        Text(GuardrailTextBlock) = "text",
        /// An image to assess.
        Image(GuardrailImageBlock) = "image",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
        GuardrailTextBlock => Text,
        GuardrailImageBlock => Image,
    }

    /// The source of an image to assess. `Vec<u8>`, [`Bytes`] and [`Blob`] convert into it.
    pub enum GuardrailImageSource {
        /// The bytes of the image. At least one byte.
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
    /// Whether content is the input or the output of a model.
    pub enum GuardrailContentSource {
        /// The content is the input of a model.
        Input = "INPUT",
        /// The content is the output of a model.
        Output = "OUTPUT",
    }

    /// The scope of the response of a guardrail.
    pub enum GuardrailOutputScope {
        /// The response has only what the policies detected.
        Interventions = "INTERVENTIONS",
        /// The response also has what the policies did not detect. This does not apply to words and
        /// regular expressions.
        Full = "FULL",
    }

    /// Whether a guardrail intervened.
    pub enum GuardrailAction {
        /// The guardrail did not intervene.
        None = "NONE",
        /// The guardrail intervened: it blocked or masked content.
        GuardrailIntervened = "GUARDRAIL_INTERVENED",
    }

    /// The role of text in the contextual grounding check of a guardrail.
    pub enum GuardrailContentQualifier {
        /// The text is a source that the response must be based on.
        GroundingSource = "grounding_source",
        /// The text is the question of the user.
        Query = "query",
        /// The text is the content to check.
        GuardContent = "guard_content",
    }

    /// The format of an image to assess.
    pub enum GuardrailImageFormat {
        /// A PNG image.
        Png = "png",
        /// A JPEG image.
        Jpeg = "jpeg",
    }
}

operation! {
    ApplyGuardrail: BedrockRuntime POST "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply"
        ApplyGuardrailRequest -> ApplyGuardrailResponse
        path { guardrail_identifier = "guardrailIdentifier", guardrail_version = "guardrailVersion" }
        body {};
}
