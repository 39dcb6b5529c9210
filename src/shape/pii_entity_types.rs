//! The types of personally identifiable information that guardrails detect. Three enums of the
//! model list them.

/// Declares an enum of all PII entity types with its name in the model.
macro_rules! pii_entity_types {
    ($(#[$meta:meta])* $name:ident) => {
        $crate::shape::open_enum! {
            $(#[$meta])*
            pub enum $name {
                /// A postal address.
                Address = "ADDRESS",
                /// An age.
                Age = "AGE",
                /// The ID of an AWS access key.
                AwsAccessKey = "AWS_ACCESS_KEY",
                /// The secret of an AWS access key.
                AwsSecretKey = "AWS_SECRET_KEY",
                /// A Canadian health service number.
                CaHealthNumber = "CA_HEALTH_NUMBER",
                /// A Canadian social insurance number.
                CaSocialInsuranceNumber = "CA_SOCIAL_INSURANCE_NUMBER",
                /// The card verification value of a payment card.
                CreditDebitCardCvv = "CREDIT_DEBIT_CARD_CVV",
                /// The expiry date of a payment card.
                CreditDebitCardExpiry = "CREDIT_DEBIT_CARD_EXPIRY",
                /// The number of a payment card.
                CreditDebitCardNumber = "CREDIT_DEBIT_CARD_NUMBER",
                /// The number of a driver's license.
                DriverId = "DRIVER_ID",
                /// An email address.
                Email = "EMAIL",
                /// An IBAN.
                InternationalBankAccountNumber = "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
                /// An IP address.
                IpAddress = "IP_ADDRESS",
                /// A vehicle's license plate.
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
                /// A UK NHS number.
                UkNationalHealthServiceNumber = "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
                /// A UK national insurance number.
                UkNationalInsuranceNumber = "UK_NATIONAL_INSURANCE_NUMBER",
                /// A UK taxpayer reference.
                UkUniqueTaxpayerReferenceNumber = "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
                /// A URL.
                Url = "URL",
                /// A user name.
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
    };
}

pub(crate) use pii_entity_types;
