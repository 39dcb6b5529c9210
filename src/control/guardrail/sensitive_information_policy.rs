//! The personal and other sensitive information that a guardrail filters.

use crate::shape::{open_enum, structure};

structure! {
    /// The sensitive information that a guardrail filters.
    pub struct GuardrailSensitiveInformationPolicy {} optional {
        /// Kinds of personal information that Bedrock knows.
        pii_entities: list GuardrailPiiEntity = "piiEntities",
        /// Patterns of your own.
        regexes: list GuardrailRegex = "regexes",
    }

    /// A kind of personal information that a guardrail filters.
    pub struct GuardrailPiiEntity {
        /// The kind.
        r#type: GuardrailPiiEntityType = "type",
        /// What happens to it.
        action: GuardrailSensitiveInformationAction = "action",
    } optional {
        /// What happens to it in a prompt.
        input_action: one GuardrailSensitiveInformationAction = "inputAction",
        /// What happens to it in an answer.
        output_action: one GuardrailSensitiveInformationAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: one bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: one bool = "outputEnabled",
    }

    /// A pattern that a guardrail filters.
    pub struct GuardrailRegex {
        /// Its name; at most 100 characters.
        name: String = "name",
        /// The regular expression; at most 500 characters.
        pattern: String = "pattern",
        /// What happens to what matches.
        action: GuardrailSensitiveInformationAction = "action",
    } optional {
        /// What it finds; at most 1,000 characters.
        description: one String = "description",
        /// What happens to what matches in a prompt.
        input_action: one GuardrailSensitiveInformationAction = "inputAction",
        /// What happens to what matches in an answer.
        output_action: one GuardrailSensitiveInformationAction = "outputAction",
        /// Whether prompts are looked at. What is not looked at is not paid for, and not in the trace.
        input_enabled: one bool = "inputEnabled",
        /// Whether answers are looked at. What is not looked at is not paid for, and not in the trace.
        output_enabled: one bool = "outputEnabled",
    }
}

open_enum! {
    /// What happens to sensitive information.
    pub enum GuardrailSensitiveInformationAction {
        /// The whole text is replaced by the guardrail's message.
        Block = "BLOCK",
        /// It is replaced by the name of its kind, such as `{NAME}`.
        Anonymize = "ANONYMIZE",
        /// Nothing: it is only told in the trace.
        None = "NONE",
    }

    /// The kinds of personal information that Bedrock knows.
    pub enum GuardrailPiiEntityType {
        /// A postal address.
        Address = "ADDRESS",
        /// An age.
        Age = "AGE",
        /// The id of an AWS access key.
        AwsAccessKey = "AWS_ACCESS_KEY",
        /// The secret of an AWS access key.
        AwsSecretKey = "AWS_SECRET_KEY",
        /// A Canadian health service number.
        CaHealthNumber = "CA_HEALTH_NUMBER",
        /// A Canadian social insurance number.
        CaSocialInsuranceNumber = "CA_SOCIAL_INSURANCE_NUMBER",
        /// The check digits of a payment card.
        CreditDebitCardCvv = "CREDIT_DEBIT_CARD_CVV",
        /// The end date of a payment card.
        CreditDebitCardExpiry = "CREDIT_DEBIT_CARD_EXPIRY",
        /// The number of a payment card.
        CreditDebitCardNumber = "CREDIT_DEBIT_CARD_NUMBER",
        /// The number of a driver's licence.
        DriverId = "DRIVER_ID",
        /// An email address.
        Email = "EMAIL",
        /// An IBAN.
        InternationalBankAccountNumber = "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        /// An IPv4 address.
        IpAddress = "IP_ADDRESS",
        /// A vehicle's licence plate.
        LicensePlate = "LICENSE_PLATE",
        /// The hardware address of a network interface.
        MacAddress = "MAC_ADDRESS",
        /// A person's name.
        Name = "NAME",
        /// A password.
        Password = "PASSWORD",
        /// A phone number.
        Phone = "PHONE",
        /// A personal identification number.
        Pin = "PIN",
        /// A bank's SWIFT code.
        SwiftCode = "SWIFT_CODE",
        /// A British NHS number.
        UkNationalHealthServiceNumber = "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
        /// A British national insurance number.
        UkNationalInsuranceNumber = "UK_NATIONAL_INSURANCE_NUMBER",
        /// A British taxpayer reference.
        UkUniqueTaxpayerReferenceNumber = "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
        /// A web address.
        Url = "URL",
        /// A name to log in with.
        Username = "USERNAME",
        /// An American bank account number.
        UsBankAccountNumber = "US_BANK_ACCOUNT_NUMBER",
        /// An American bank routing number.
        UsBankRoutingNumber = "US_BANK_ROUTING_NUMBER",
        /// An American individual taxpayer number.
        UsIndividualTaxIdentificationNumber = "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        /// An American passport number.
        UsPassportNumber = "US_PASSPORT_NUMBER",
        /// An American social security number.
        UsSocialSecurityNumber = "US_SOCIAL_SECURITY_NUMBER",
        /// A vehicle identification number.
        VehicleIdentificationNumber = "VEHICLE_IDENTIFICATION_NUMBER",
    }
}
