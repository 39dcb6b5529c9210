//! The findings of the policies on topics, harmful content, words and contextual grounding.

use crate::shape::{open_enum, structure};

structure! {
    /// The findings about denied topics.
    pub struct GuardrailTopicPolicyAssessment {
        /// The topics.
        // Traces may omit empty lists, here and in the other policies.
        topics: Vec<GuardrailTopic> = "topics",
    }

    /// A denied topic.
    pub struct GuardrailTopic {
        /// The name of the topic, as configured in the guardrail.
        name: String = "name",
        /// The type of the topic.
        r#type: GuardrailTopicType = "type",
        /// The action of the guardrail.
        action: GuardrailTopicPolicyAction = "action",
    } optional {
        /// Whether the topic was detected.
        detected: option bool = "detected",
    }

    /// The findings about harmful content.
    pub struct GuardrailContentPolicyAssessment {
        /// The filters, one per type of harmful content.
        filters: Vec<GuardrailContentFilter> = "filters",
    }

    /// The finding about one type of harmful content.
    pub struct GuardrailContentFilter {
        /// The type of harmful content.
        r#type: GuardrailContentFilterType = "type",
        /// The confidence that the content is harmful.
        confidence: GuardrailContentFilterConfidence = "confidence",
        /// The action of the guardrail.
        action: GuardrailContentPolicyAction = "action",
    } optional {
        /// The configured strength of the filter.
        filter_strength: option GuardrailContentFilterStrength = "filterStrength",
        /// Whether this type of content was detected.
        detected: option bool = "detected",
    }

    /// The findings about filtered words.
    pub struct GuardrailWordPolicyAssessment {
        /// The words of the custom list of the guardrail.
        custom_words: Vec<GuardrailCustomWord> = "customWords",
        /// The words of the lists that AWS manages.
        managed_word_lists: Vec<GuardrailManagedWord> = "managedWordLists",
    }

    /// A word of the custom list of a guardrail.
    pub struct GuardrailCustomWord {
        /// The text that matched.
        r#match: String = "match",
        /// The action of the guardrail.
        action: GuardrailWordPolicyAction = "action",
    } optional {
        /// Whether the word was detected.
        detected: option bool = "detected",
    }

    /// A word of a list that AWS manages.
    pub struct GuardrailManagedWord {
        /// The text that matched.
        r#match: String = "match",
        /// The type of the list.
        r#type: GuardrailManagedWordType = "type",
        /// The action of the guardrail.
        action: GuardrailWordPolicyAction = "action",
    } optional {
        /// Whether the word was detected.
        detected: option bool = "detected",
    }

    /// The result of the contextual grounding check: whether a response is grounded in its sources
    /// and relevant to the question.
    pub struct GuardrailContextualGroundingPolicyAssessment {} optional {
        /// The filters, one per type of check.
        filters: vec GuardrailContextualGroundingFilter = "filters",
    }

    /// The result of one type of contextual grounding check.
    pub struct GuardrailContextualGroundingFilter {
        /// The type of the check.
        r#type: GuardrailContextualGroundingFilterType = "type",
        /// The threshold, 0 to 1. A response with a lower score fails.
        threshold: f64 = "threshold",
        /// The score of the response, 0 to 1.
        score: f64 = "score",
        /// The action of the guardrail.
        action: GuardrailContextualGroundingPolicyAction = "action",
    } optional {
        /// Whether the response failed the check.
        detected: option bool = "detected",
    }
}

open_enum! {
    /// The type of a topic.
    pub enum GuardrailTopicType {
        /// The topic is denied.
        Deny = "DENY",
    }

    /// The action of a guardrail about a topic.
    pub enum GuardrailTopicPolicyAction {
        /// The guardrail blocked the content.
        Blocked = "BLOCKED",
        /// The guardrail took no action.
        None = "NONE",
    }

    /// The type of harmful content.
    pub enum GuardrailContentFilterType {
        /// Insults and bullying.
        Insults = "INSULTS",
        /// Hate against a group of people.
        Hate = "HATE",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Violence, or threats of violence.
        Violence = "VIOLENCE",
        /// Crime and other misconduct.
        Misconduct = "MISCONDUCT",
        /// Attempts to make the model ignore its instructions.
        PromptAttack = "PROMPT_ATTACK",
    }

    /// The confidence of a guardrail that content is harmful.
    pub enum GuardrailContentFilterConfidence {
        /// The content is not harmful.
        None = "NONE",
        /// The confidence is low.
        Low = "LOW",
        /// The confidence is medium.
        Medium = "MEDIUM",
        /// The confidence is high.
        High = "HIGH",
    }

    /// The strength of a filter for harmful content.
    pub enum GuardrailContentFilterStrength {
        /// The filter is off.
        None = "NONE",
        /// The filter acts on content with high confidence only.
        Low = "LOW",
        /// The filter acts on content with high or medium confidence.
        Medium = "MEDIUM",
        /// The filter acts on content with any confidence.
        High = "HIGH",
    }

    /// The action of a guardrail about harmful content.
    pub enum GuardrailContentPolicyAction {
        /// The guardrail blocked the content.
        Blocked = "BLOCKED",
        /// The guardrail took no action.
        None = "NONE",
    }

    /// The type of a list of words that AWS manages.
    pub enum GuardrailManagedWordType {
        /// Profanity.
        Profanity = "PROFANITY",
    }

    /// The action of a guardrail about a word.
    pub enum GuardrailWordPolicyAction {
        /// The guardrail blocked the content.
        Blocked = "BLOCKED",
        /// The guardrail took no action.
        None = "NONE",
    }

    /// The type of a contextual grounding check.
    pub enum GuardrailContextualGroundingFilterType {
        /// Whether the response is based on the sources.
        Grounding = "GROUNDING",
        /// Whether the response is relevant to the question.
        Relevance = "RELEVANCE",
    }

    /// The action of a guardrail about a response that fails a contextual grounding check.
    pub enum GuardrailContextualGroundingPolicyAction {
        /// The guardrail blocked the response.
        Blocked = "BLOCKED",
        /// The guardrail took no action.
        None = "NONE",
    }
}
