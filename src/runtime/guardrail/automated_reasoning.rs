//! The findings of automated reasoning: whether claims follow from the rules of a policy.

use crate::shape::{open_enum, structure, union};

structure! {
    /// The findings of automated reasoning.
    pub struct GuardrailAutomatedReasoningPolicyAssessment {} optional {
        /// The findings, one per claim.
        findings: vec GuardrailAutomatedReasoningFinding = "findings",
    }

    /// The claims follow from the premises and the rules.
    pub struct GuardrailAutomatedReasoningValidFinding {} optional {
        /// The claims and premises in formal logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// An example scenario in which the claims are true.
        claims_true_scenario: boxed GuardrailAutomatedReasoningScenario = "claimsTrueScenario",
        /// The rules that the claims follow from.
        supporting_rules: vec GuardrailAutomatedReasoningRule = "supportingRules",
        /// A problem of the formal logic that does not depend on the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The claims contradict the premises and the rules.
    pub struct GuardrailAutomatedReasoningInvalidFinding {} optional {
        /// The claims and premises in formal logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// The rules that the claims contradict.
        contradicting_rules: vec GuardrailAutomatedReasoningRule = "contradictingRules",
        /// A problem of the formal logic that does not depend on the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The claims can be true or false. It depends on assumptions that the input does not state.
    pub struct GuardrailAutomatedReasoningSatisfiableFinding {} optional {
        /// The claims and premises in formal logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// An example scenario in which the claims are true.
        claims_true_scenario: boxed GuardrailAutomatedReasoningScenario = "claimsTrueScenario",
        /// An example scenario in which the claims are false.
        claims_false_scenario: boxed GuardrailAutomatedReasoningScenario = "claimsFalseScenario",
        /// A problem of the formal logic that does not depend on the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The premises or the rules contradict each other, so that no claim can be valid.
    pub struct GuardrailAutomatedReasoningImpossibleFinding {} optional {
        /// The claims and premises in formal logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// The rules that contradict the premises or each other.
        contradicting_rules: vec GuardrailAutomatedReasoningRule = "contradictingRules",
        /// A problem of the formal logic that does not depend on the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The input has more than one valid interpretation.
    pub struct GuardrailAutomatedReasoningTranslationAmbiguousFinding {} optional {
        /// The interpretations. At most 2.
        options: vec GuardrailAutomatedReasoningTranslationOption = "options",
        /// Scenarios in which the interpretations differ. At most 2.
        difference_scenarios: vec GuardrailAutomatedReasoningScenario = "differenceScenarios",
    }

    /// The input is too complex for automated reasoning.
    pub struct GuardrailAutomatedReasoningTooComplexFinding {}

    /// The input has no content that the rules apply to.
    pub struct GuardrailAutomatedReasoningNoTranslationsFinding {}

    /// The translation of the input to formal logic.
    pub struct GuardrailAutomatedReasoningTranslation {} optional {
        /// The statements that are assumed to be true.
        premises: vec GuardrailAutomatedReasoningStatement = "premises",
        /// The statements that are checked against the premises and the rules.
        claims: vec GuardrailAutomatedReasoningStatement = "claims",
        /// The parts of the premises that could not be translated.
        untranslated_premises: vec GuardrailAutomatedReasoningInputTextReference = "untranslatedPremises",
        /// The parts of the claims that could not be translated.
        untranslated_claims: vec GuardrailAutomatedReasoningInputTextReference = "untranslatedClaims",
        /// The confidence in the translation, 0 to 1.
        confidence: number f64 = "confidence",
    }

    /// One of several interpretations of the input.
    pub struct GuardrailAutomatedReasoningTranslationOption {} optional {
        /// The translations of this interpretation.
        translations: vec GuardrailAutomatedReasoningTranslation = "translations",
    }

    /// A scenario: statements that are true at the same time.
    pub struct GuardrailAutomatedReasoningScenario {} optional {
        /// The statements of the scenario.
        statements: vec GuardrailAutomatedReasoningStatement = "statements",
    }

    /// A logical statement.
    pub struct GuardrailAutomatedReasoningStatement {} optional {
        /// The statement in formal logic. At most 1,000 characters.
        logic: option String = "logic",
        /// The statement in natural language. At most 1,000 characters.
        natural_language: option String = "naturalLanguage",
    } sensitive { logic, natural_language }

    /// A reference to a part of the input.
    pub struct GuardrailAutomatedReasoningInputTextReference {} optional {
        /// The text of the part. At most 1,000 characters.
        text: option String = "text",
    } sensitive { text }

    /// A rule of an automated reasoning policy.
    pub struct GuardrailAutomatedReasoningRule {} optional {
        /// The ID of the rule: 12 letters and digits.
        identifier: option String = "identifier",
        /// The ARN of the policy version that has the rule. At most 2,048 characters.
        policy_version_arn: option String = "policyVersionArn",
    }

    /// A problem of the formal logic that does not depend on the rules.
    pub struct GuardrailAutomatedReasoningLogicWarning {} optional {
        /// The type of the problem.
        r#type: option GuardrailAutomatedReasoningLogicWarningType = "type",
        /// The premises that have the problem.
        premises: vec GuardrailAutomatedReasoningStatement = "premises",
        /// The claims that have the problem.
        claims: vec GuardrailAutomatedReasoningStatement = "claims",
    }
}

union! {
    /// A finding of automated reasoning about a claim.
    pub enum GuardrailAutomatedReasoningFinding {
        /// The claims follow from the premises and the rules.
        Valid(GuardrailAutomatedReasoningValidFinding) = "valid",
        /// The claims contradict the premises and the rules.
        Invalid(GuardrailAutomatedReasoningInvalidFinding) = "invalid",
        /// The claims can be true or false. It depends on assumptions that the input does not
        /// state.
        Satisfiable(GuardrailAutomatedReasoningSatisfiableFinding) = "satisfiable",
        /// The premises or the rules contradict each other, so that no claim can be valid.
        Impossible(GuardrailAutomatedReasoningImpossibleFinding) = "impossible",
        /// The input has more than one valid interpretation.
        TranslationAmbiguous(GuardrailAutomatedReasoningTranslationAmbiguousFinding) = "translationAmbiguous",
        /// The input is too complex for automated reasoning.
        TooComplex(GuardrailAutomatedReasoningTooComplexFinding) = "tooComplex",
        /// The input has no content that the rules apply to.
        NoTranslations(GuardrailAutomatedReasoningNoTranslationsFinding) = "noTranslations",
    }
}

open_enum! {
    /// The type of a problem of formal logic.
    pub enum GuardrailAutomatedReasoningLogicWarningType {
        /// The statements are false in every scenario.
        AlwaysFalse = "ALWAYS_FALSE",
        /// The statements are true in every scenario.
        AlwaysTrue = "ALWAYS_TRUE",
    }
}
