//! What the policies of a guardrail found: topics, harmful content, words, grounding.

use crate::shape::{open_enum, structure};

structure! {
    /// Topics that were found.
    pub struct GuardrailTopicPolicyAssessment {
        /// One entry a topic.
        // Traces have been seen to leave out lists that have nothing in them, here and below.
        topics: Vec<GuardrailTopic> = "topics",
    }

    /// A topic that is not to be talked of.
    pub struct GuardrailTopic {
        /// Its name, as the guardrail has it.
        name: String = "name",
        /// What kind of topic.
        r#type: GuardrailTopicType = "type",
        /// What the guardrail did.
        action: GuardrailTopicPolicyAction = "action",
    } optional {
        /// Whether it was found.
        detected: option bool = "detected",
    }

    /// Harmful content that was found.
    pub struct GuardrailContentPolicyAssessment {
        /// One entry a kind of content.
        filters: Vec<GuardrailContentFilter> = "filters",
    }

    /// A kind of harmful content.
    pub struct GuardrailContentFilter {
        /// What kind.
        r#type: GuardrailContentFilterType = "type",
        /// How sure the guardrail is.
        confidence: GuardrailContentFilterConfidence = "confidence",
        /// What the guardrail did.
        action: GuardrailContentPolicyAction = "action",
    } optional {
        /// How strict the filter is set.
        filter_strength: option GuardrailContentFilterStrength = "filterStrength",
        /// Whether it was found.
        detected: option bool = "detected",
    }

    /// Words that were found.
    pub struct GuardrailWordPolicyAssessment {
        /// Words of the guardrail's own list.
        custom_words: Vec<GuardrailCustomWord> = "customWords",
        /// Words of the lists that AWS keeps.
        managed_word_lists: Vec<GuardrailManagedWord> = "managedWordLists",
    }

    /// A word of the guardrail's own list.
    pub struct GuardrailCustomWord {
        /// The word as it was found.
        r#match: String = "match",
        /// What the guardrail did.
        action: GuardrailWordPolicyAction = "action",
    } optional {
        /// Whether it was found.
        detected: option bool = "detected",
    }

    /// A word of a list that AWS keeps.
    pub struct GuardrailManagedWord {
        /// The word as it was found.
        r#match: String = "match",
        /// Which list it is on.
        r#type: GuardrailManagedWordType = "type",
        /// What the guardrail did.
        action: GuardrailWordPolicyAction = "action",
    } optional {
        /// Whether it was found.
        detected: option bool = "detected",
    }

    /// Whether an answer rests on its sources and on what was asked.
    pub struct GuardrailContextualGroundingPolicyAssessment {} optional {
        /// One entry a check.
        filters: vec GuardrailContextualGroundingFilter = "filters",
    }

    /// One check of an answer against its sources.
    pub struct GuardrailContextualGroundingFilter {
        /// Which check.
        r#type: GuardrailContextualGroundingFilterType = "type",
        /// The score below which the answer fails, 0 to 1.
        threshold: f64 = "threshold",
        /// The score of the answer, 0 to 1.
        score: f64 = "score",
        /// What the guardrail did.
        action: GuardrailContextualGroundingPolicyAction = "action",
    } optional {
        /// Whether the answer failed.
        detected: option bool = "detected",
    }
}

open_enum! {
    /// What kind of topic.
    pub enum GuardrailTopicType {
        /// One that is not to be talked of.
        Deny = "DENY",
    }

    /// What a guardrail did about a topic.
    pub enum GuardrailTopicPolicyAction {
        /// It blocked the content.
        Blocked = "BLOCKED",
        /// Nothing.
        None = "NONE",
    }

    /// Kinds of harmful content.
    pub enum GuardrailContentFilterType {
        /// Insults.
        Insults = "INSULTS",
        /// Hate.
        Hate = "HATE",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Violence.
        Violence = "VIOLENCE",
        /// Crime and other misconduct.
        Misconduct = "MISCONDUCT",
        /// Attempts to make the model ignore its instructions.
        PromptAttack = "PROMPT_ATTACK",
    }

    /// How sure a guardrail is.
    pub enum GuardrailContentFilterConfidence {
        /// Not at all.
        None = "NONE",
        /// Somewhat.
        Low = "LOW",
        /// Rather.
        Medium = "MEDIUM",
        /// Very.
        High = "HIGH",
    }

    /// How strict a filter is set.
    pub enum GuardrailContentFilterStrength {
        /// It is off.
        None = "NONE",
        /// It acts only where it is very sure.
        Low = "LOW",
        /// It acts where it is rather sure.
        Medium = "MEDIUM",
        /// It acts also where it is hardly sure.
        High = "HIGH",
    }

    /// What a guardrail did about harmful content.
    pub enum GuardrailContentPolicyAction {
        /// It blocked the content.
        Blocked = "BLOCKED",
        /// Nothing.
        None = "NONE",
    }

    /// The lists of words that AWS keeps.
    pub enum GuardrailManagedWordType {
        /// Profanity.
        Profanity = "PROFANITY",
    }

    /// What a guardrail did about a word.
    pub enum GuardrailWordPolicyAction {
        /// It blocked the content.
        Blocked = "BLOCKED",
        /// Nothing.
        None = "NONE",
    }

    /// Checks of an answer against its sources.
    pub enum GuardrailContextualGroundingFilterType {
        /// Whether it rests on the sources.
        Grounding = "GROUNDING",
        /// Whether it answers what was asked.
        Relevance = "RELEVANCE",
    }

    /// What a guardrail did about an answer that fails a check.
    pub enum GuardrailContextualGroundingPolicyAction {
        /// It blocked the answer.
        Blocked = "BLOCKED",
        /// Nothing.
        None = "NONE",
    }
}
