//! What automated reasoning found: whether what was said follows from the rules of a policy.

use crate::shape::{open_enum, structure, union};

structure! {
    /// What automated reasoning found.
    pub struct GuardrailAutomatedReasoningPolicyAssessment {} optional {
        /// One finding a claim.
        findings: vec GuardrailAutomatedReasoningFinding = "findings",
    }

    /// The claims follow from the premises and the rules.
    pub struct GuardrailAutomatedReasoningValidFinding {} optional {
        /// What was said, as logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// An example in which the claims hold.
        claims_true_scenario: boxed GuardrailAutomatedReasoningScenario = "claimsTrueScenario",
        /// The rules that they follow from.
        supporting_rules: vec GuardrailAutomatedReasoningRule = "supportingRules",
        /// What is odd about the logic, whatever the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The claims contradict the premises and the rules.
    pub struct GuardrailAutomatedReasoningInvalidFinding {} optional {
        /// What was said, as logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// The rules that they contradict.
        contradicting_rules: vec GuardrailAutomatedReasoningRule = "contradictingRules",
        /// What is odd about the logic, whatever the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The claims hold or do not hold, depending on what was not said.
    pub struct GuardrailAutomatedReasoningSatisfiableFinding {} optional {
        /// What was said, as logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// An example in which the claims hold.
        claims_true_scenario: boxed GuardrailAutomatedReasoningScenario = "claimsTrueScenario",
        /// An example in which they do not.
        claims_false_scenario: boxed GuardrailAutomatedReasoningScenario = "claimsFalseScenario",
        /// What is odd about the logic, whatever the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// The premises or the rules contradict each other, so that nothing follows.
    pub struct GuardrailAutomatedReasoningImpossibleFinding {} optional {
        /// What was said, as logic.
        translation: boxed GuardrailAutomatedReasoningTranslation = "translation",
        /// The rules that are in contradiction.
        contradicting_rules: vec GuardrailAutomatedReasoningRule = "contradictingRules",
        /// What is odd about the logic, whatever the rules.
        logic_warning: boxed GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }

    /// What was said can be understood in more than one way.
    pub struct GuardrailAutomatedReasoningTranslationAmbiguousFinding {} optional {
        /// The ways to understand it; at most 2.
        options: vec GuardrailAutomatedReasoningTranslationOption = "options",
        /// Examples in which they differ; at most 2.
        difference_scenarios: vec GuardrailAutomatedReasoningScenario = "differenceScenarios",
    }

    /// What was said is more than automated reasoning can work on.
    pub struct GuardrailAutomatedReasoningTooComplexFinding {}

    /// Nothing was said that the rules have to do with.
    pub struct GuardrailAutomatedReasoningNoTranslationsFinding {}

    /// What was said, as logic.
    pub struct GuardrailAutomatedReasoningTranslation {} optional {
        /// What is taken as given.
        premises: vec GuardrailAutomatedReasoningStatement = "premises",
        /// What is to follow from it.
        claims: vec GuardrailAutomatedReasoningStatement = "claims",
        /// Parts of what was given that could not be made logic of.
        untranslated_premises: vec GuardrailAutomatedReasoningInputTextReference = "untranslatedPremises",
        /// Parts of what was claimed that could not be made logic of.
        untranslated_claims: vec GuardrailAutomatedReasoningInputTextReference = "untranslatedClaims",
        /// How sure the translation is, 0 to 1.
        confidence: number f64 = "confidence",
    }

    /// One of several ways to understand what was said.
    pub struct GuardrailAutomatedReasoningTranslationOption {} optional {
        /// The translations that it consists of.
        translations: vec GuardrailAutomatedReasoningTranslation = "translations",
    }

    /// An example: statements that hold at the same time.
    pub struct GuardrailAutomatedReasoningScenario {} optional {
        /// The statements.
        statements: vec GuardrailAutomatedReasoningStatement = "statements",
    }

    /// A statement.
    pub struct GuardrailAutomatedReasoningStatement {} optional {
        /// The statement as logic; at most 1,000 characters.
        logic: option String = "logic",
        /// The statement in words; at most 1,000 characters.
        natural_language: option String = "naturalLanguage",
    } sensitive { logic, natural_language }

    /// A part of the text that was looked at.
    pub struct GuardrailAutomatedReasoningInputTextReference {} optional {
        /// The text; at most 1,000 characters.
        text: option String = "text",
    } sensitive { text }

    /// A rule of a policy.
    pub struct GuardrailAutomatedReasoningRule {} optional {
        /// The rule's id: 12 letters and digits.
        identifier: option String = "identifier",
        /// The ARN of the policy's version that has the rule; at most 2,048 characters.
        policy_version_arn: option String = "policyVersionArn",
    }

    /// Logic that is odd in itself, whatever the rules.
    pub struct GuardrailAutomatedReasoningLogicWarning {} optional {
        /// What is odd.
        r#type: option GuardrailAutomatedReasoningLogicWarningType = "type",
        /// The premises that it shows in.
        premises: vec GuardrailAutomatedReasoningStatement = "premises",
        /// The claims that it shows in.
        claims: vec GuardrailAutomatedReasoningStatement = "claims",
    }
}

union! {
    /// What automated reasoning found of a claim.
    pub enum GuardrailAutomatedReasoningFinding {
        /// It follows.
        Valid(GuardrailAutomatedReasoningValidFinding) = "valid",
        /// It is contradicted.
        Invalid(GuardrailAutomatedReasoningInvalidFinding) = "invalid",
        /// It depends.
        Satisfiable(GuardrailAutomatedReasoningSatisfiableFinding) = "satisfiable",
        /// Nothing follows.
        Impossible(GuardrailAutomatedReasoningImpossibleFinding) = "impossible",
        /// It can be understood in more than one way.
        TranslationAmbiguous(GuardrailAutomatedReasoningTranslationAmbiguousFinding) = "translationAmbiguous",
        /// It is too much.
        TooComplex(GuardrailAutomatedReasoningTooComplexFinding) = "tooComplex",
        /// The rules have nothing to do with it.
        NoTranslations(GuardrailAutomatedReasoningNoTranslationsFinding) = "noTranslations",
    }
}

open_enum! {
    /// What is odd about a piece of logic.
    pub enum GuardrailAutomatedReasoningLogicWarningType {
        /// It never holds.
        AlwaysFalse = "ALWAYS_FALSE",
        /// It always holds.
        AlwaysTrue = "ALWAYS_TRUE",
    }
}
