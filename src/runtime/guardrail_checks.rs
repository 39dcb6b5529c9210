//! The checks of `InvokeGuardrailChecks`: which to make, and what they found.

use crate::shape::{Payload, open_enum, single_block, structure, union};

structure! {
    /// A message to check.
    pub struct GuardrailChecksMessage {
        /// Who speaks.
        role: GuardrailChecksRole = "role",
        /// What is said, in at least one block.
        content: Vec<GuardrailChecksContentBlock> = "content" from Blocks<GuardrailChecksContentBlock>,
    }

    /// The checks to make, at least one; one that is not here is not made.
    pub struct GuardrailChecksConfig {} optional {
        /// For harmful content.
        content_filter: one GuardrailChecksContentFilterConfig = "contentFilter",
        /// For attempts to make the model ignore its instructions.
        prompt_attack: one GuardrailChecksPromptAttackConfig = "promptAttack",
        /// For personal data.
        sensitive_information: one GuardrailChecksSensitiveInformationConfig = "sensitiveInformation",
    }

    /// The check for harmful content.
    pub struct GuardrailChecksContentFilterConfig {
        /// The kinds to look for; 1 to 5.
        categories: Vec<GuardrailChecksContentFilterCategoryConfig> = "categories"
            from Blocks<GuardrailChecksContentFilterCategoryConfig>,
    }

    /// A kind of harmful content to look for.
    pub struct GuardrailChecksContentFilterCategoryConfig {
        /// Which kind.
        category: GuardrailChecksContentFilterCategory = "category",
    }

    /// The check for attacks on the prompt.
    pub struct GuardrailChecksPromptAttackConfig {
        /// The kinds to look for; 1 to 3.
        categories: Vec<GuardrailChecksPromptAttackCategoryConfig> = "categories"
            from Blocks<GuardrailChecksPromptAttackCategoryConfig>,
    }

    /// A kind of attack to look for.
    pub struct GuardrailChecksPromptAttackCategoryConfig {
        /// Which kind.
        category: GuardrailChecksPromptAttackCategory = "category",
    }

    /// The check for personal data.
    pub struct GuardrailChecksSensitiveInformationConfig {
        /// The kinds to look for; 1 to 31.
        entities: Vec<GuardrailChecksSensitiveInformationEntityConfig> = "entities"
            from Blocks<GuardrailChecksSensitiveInformationEntityConfig>,
    }

    /// A kind of personal data to look for.
    pub struct GuardrailChecksSensitiveInformationEntityConfig {
        /// Which kind.
        r#type: GuardrailChecksSensitiveInformationEntityType = "type",
    }

    /// What the checks found; those that were not asked for are not here.
    pub struct GuardrailChecksResults {} optional {
        /// Of harmful content.
        content_filter: one GuardrailChecksContentFilterResult = "contentFilter",
        /// Of attacks on the prompt.
        prompt_attack: one GuardrailChecksPromptAttackResult = "promptAttack",
        /// Of personal data.
        sensitive_information: one GuardrailChecksSensitiveInformationResult = "sensitiveInformation",
    }

    /// Harmful content that was found.
    pub struct GuardrailChecksContentFilterResult {
        /// One entry a kind.
        results: Vec<GuardrailChecksContentFilterResultEntry> = "results",
    }

    /// How much of a kind of harmful content there is.
    pub struct GuardrailChecksContentFilterResultEntry {
        /// Which kind.
        category: GuardrailChecksContentFilterCategory = "category",
        /// How severe it is, 0 to 1.
        severity_score: f64 = "severityScore",
    }

    /// Attacks on the prompt that were found.
    pub struct GuardrailChecksPromptAttackResult {
        /// One entry a kind.
        results: Vec<GuardrailChecksPromptAttackResultEntry> = "results",
    }

    /// How much of a kind of attack there is.
    pub struct GuardrailChecksPromptAttackResultEntry {
        /// Which kind.
        category: GuardrailChecksPromptAttackCategory = "category",
        /// How severe it is, 0 to 1.
        severity_score: f64 = "severityScore",
    }

    /// Personal data that was found.
    pub struct GuardrailChecksSensitiveInformationResult {
        /// One entry a place.
        results: Vec<GuardrailChecksSensitiveInformationResultEntry> = "results",
    } optional {
        /// Whether there was more than fits in an answer.
        truncated: one bool = "truncated",
    }

    /// A place that has personal data.
    pub struct GuardrailChecksSensitiveInformationResultEntry {
        /// What kind of data.
        r#type: GuardrailChecksSensitiveInformationEntityType = "type",
        /// How sure that is, 0 to 1.
        confidence_score: f64 = "confidenceScore",
        /// The character of the block that it begins at, from 0.
        begin_offset: i32 = "beginOffset",
        /// The character of the block that it ends at.
        end_offset: i32 = "endOffset",
        /// Which message, from 0.
        message_index: i32 = "messageIndex",
        /// Which block of the message, from 0.
        content_index: i32 = "contentIndex",
    }

    /// What the checks took; those that were not asked for are not here.
    pub struct GuardrailChecksUsageResults {} optional {
        /// The check for harmful content.
        content_filter: one GuardrailChecksContentFilterUsage = "contentFilter",
        /// The check for attacks on the prompt.
        prompt_attack: one GuardrailChecksPromptAttackUsage = "promptAttack",
        /// The check for personal data.
        sensitive_information: one GuardrailChecksSensitiveInformationUsage = "sensitiveInformation",
    }

    /// What the check for harmful content took.
    pub struct GuardrailChecksContentFilterUsage {
        /// Text units.
        text_units: i32 = "textUnits",
    }

    /// What the check for attacks on the prompt took.
    pub struct GuardrailChecksPromptAttackUsage {
        /// Text units.
        text_units: i32 = "textUnits",
    }

    /// What the check for personal data took.
    pub struct GuardrailChecksSensitiveInformationUsage {
        /// Text units.
        text_units: i32 = "textUnits",
    }
}

union! {
    /// What a message to check consists of.
    pub enum GuardrailChecksContentBlock {
        /// Text, at least one character.
        Text(Payload<String>) = "text",
    } from {
        &str => Text,
        &String => Text,
        String => Text,
    } sensitive true
}

single_block!(
    GuardrailChecksContentBlock,
    GuardrailChecksContentFilterCategoryConfig,
    GuardrailChecksPromptAttackCategoryConfig,
    GuardrailChecksSensitiveInformationEntityConfig
);

/// Lets a kind stand for its configuration, which says nothing else.
macro_rules! from_kind {
    ($($kind:ident => $config:ident),+ $(,)?) => {$(
        impl From<$kind> for $config {
            fn from(kind: $kind) -> Self {
                Self::new(kind)
            }
        }
    )+};
}

from_kind! {
    GuardrailChecksContentFilterCategory => GuardrailChecksContentFilterCategoryConfig,
    GuardrailChecksPromptAttackCategory => GuardrailChecksPromptAttackCategoryConfig,
    GuardrailChecksSensitiveInformationEntityType => GuardrailChecksSensitiveInformationEntityConfig,
}

open_enum! {
    /// Who speaks.
    pub enum GuardrailChecksRole {
        /// The user.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// The instructions.
        System = "system",
    }

    /// Kinds of harmful content.
    pub enum GuardrailChecksContentFilterCategory {
        /// Violence.
        Violence = "VIOLENCE",
        /// Hate.
        Hate = "HATE",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Crime and other misconduct.
        Misconduct = "MISCONDUCT",
        /// Insults.
        Insults = "INSULTS",
    }

    /// Kinds of attacks on the prompt.
    pub enum GuardrailChecksPromptAttackCategory {
        /// To make the model ignore its rules.
        Jailbreak = "JAILBREAK",
        /// To put instructions of somebody else into the prompt.
        PromptInjection = "PROMPT_INJECTION",
        /// To make the model tell its instructions.
        PromptLeakage = "PROMPT_LEAKAGE",
    }

    /// Kinds of personal data.
    pub enum GuardrailChecksSensitiveInformationEntityType {
        /// A postal address.
        Address = "ADDRESS",
        /// An age.
        Age = "AGE",
        /// The id of an AWS access key.
        AwsAccessKey = "AWS_ACCESS_KEY",
        /// An AWS secret key.
        AwsSecretKey = "AWS_SECRET_KEY",
        /// A Canadian health service number.
        CaHealthNumber = "CA_HEALTH_NUMBER",
        /// A Canadian social insurance number.
        CaSocialInsuranceNumber = "CA_SOCIAL_INSURANCE_NUMBER",
        /// The check number of a payment card.
        CreditDebitCardCvv = "CREDIT_DEBIT_CARD_CVV",
        /// When a payment card expires.
        CreditDebitCardExpiry = "CREDIT_DEBIT_CARD_EXPIRY",
        /// The number of a payment card.
        CreditDebitCardNumber = "CREDIT_DEBIT_CARD_NUMBER",
        /// A driver's licence.
        DriverId = "DRIVER_ID",
        /// An e-mail address.
        Email = "EMAIL",
        /// An IBAN.
        InternationalBankAccountNumber = "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        /// An IP address.
        IpAddress = "IP_ADDRESS",
        /// A licence plate.
        LicensePlate = "LICENSE_PLATE",
        /// A MAC address.
        MacAddress = "MAC_ADDRESS",
        /// The name of a person.
        Name = "NAME",
        /// A password.
        Password = "PASSWORD",
        /// A telephone number.
        Phone = "PHONE",
        /// A PIN.
        Pin = "PIN",
        /// A SWIFT code.
        SwiftCode = "SWIFT_CODE",
        /// A British NHS number.
        UkNationalHealthServiceNumber = "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
        /// A British national insurance number.
        UkNationalInsuranceNumber = "UK_NATIONAL_INSURANCE_NUMBER",
        /// A British taxpayer reference.
        UkUniqueTaxpayerReferenceNumber = "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
        /// A URL.
        Url = "URL",
        /// The name of a user account.
        Username = "USERNAME",
        /// A US bank account number.
        UsBankAccountNumber = "US_BANK_ACCOUNT_NUMBER",
        /// A US bank routing number.
        UsBankRoutingNumber = "US_BANK_ROUTING_NUMBER",
        /// A US individual taxpayer number.
        UsIndividualTaxIdentificationNumber = "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        /// A US passport number.
        UsPassportNumber = "US_PASSPORT_NUMBER",
        /// A US social security number.
        UsSocialSecurityNumber = "US_SOCIAL_SECURITY_NUMBER",
        /// A vehicle identification number.
        VehicleIdentificationNumber = "VEHICLE_IDENTIFICATION_NUMBER",
    }
}
