//! What a guardrail found of personal data.

use crate::shape::{open_enum, structure};

structure! {
    /// Personal data that was found.
    pub struct GuardrailSensitiveInformationPolicyAssessment {
        /// Data of the kinds that AWS knows.
        pii_entities: Vec<GuardrailPiiEntityFilter> = "piiEntities",
        /// Data that regular expressions of the guardrail's own match.
        // Traces have been seen to leave it out.
        regexes: Vec<GuardrailRegexFilter> = "regexes",
    }

    /// Personal data of a kind that AWS knows.
    pub struct GuardrailPiiEntityFilter {
        /// The data as it was found.
        r#match: String = "match",
        /// What kind of data.
        r#type: GuardrailPiiEntityType = "type",
        /// What the guardrail did.
        action: GuardrailSensitiveInformationPolicyAction = "action",
    } optional {
        /// Whether it was found.
        detected: one bool = "detected",
    }

    /// Personal data that a regular expression matches.
    pub struct GuardrailRegexFilter {
        /// What the guardrail did.
        action: GuardrailSensitiveInformationPolicyAction = "action",
    } optional {
        /// The name of the regular expression.
        name: one String = "name",
        /// The data as it was found.
        r#match: one String = "match",
        /// The regular expression.
        regex: one String = "regex",
        /// Whether it was found.
        detected: one bool = "detected",
    }
}

open_enum! {
    /// What a guardrail did about personal data.
    pub enum GuardrailSensitiveInformationPolicyAction {
        /// It put the kind of data in the place of the data, such as `{EMAIL}`.
        Anonymized = "ANONYMIZED",
        /// It blocked the content.
        Blocked = "BLOCKED",
        /// Nothing.
        None = "NONE",
    }

    /// Kinds of personal data.
    pub enum GuardrailPiiEntityType {
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
