//! AWS partitions: the DNS suffixes of regions.

/// An AWS partition: a group of regions with separate accounts and DNS suffixes.
#[derive(Debug)]
pub(super) struct Partition {
    id: &'static str,
    /// The prefixes of the partition's region names, before `-<word>-<number>`.
    prefixes: &'static [&'static str],
    pub(super) dns_suffix: &'static str,
    pub(super) dual_stack_dns_suffix: &'static str,
}

/// The partitions in `partitions.json` of AWS's SDKs. All of them have FIPS and dual-stack
/// endpoints.
static PARTITIONS: [Partition; 8] = [
    AWS,
    Partition {
        id: "aws-cn",
        prefixes: &["cn"],
        dns_suffix: "amazonaws.com.cn",
        dual_stack_dns_suffix: "api.amazonwebservices.com.cn",
    },
    Partition {
        id: "aws-eusc",
        prefixes: &["eusc-de"],
        dns_suffix: "amazonaws.eu",
        dual_stack_dns_suffix: "api.amazonwebservices.eu",
    },
    Partition {
        id: "aws-iso",
        prefixes: &["us-iso"],
        dns_suffix: "c2s.ic.gov",
        dual_stack_dns_suffix: "api.aws.ic.gov",
    },
    Partition {
        id: "aws-iso-b",
        prefixes: &["us-isob"],
        dns_suffix: "sc2s.sgov.gov",
        dual_stack_dns_suffix: "api.aws.scloud",
    },
    Partition {
        id: "aws-iso-e",
        prefixes: &["eu-isoe"],
        dns_suffix: "cloud.adc-e.uk",
        dual_stack_dns_suffix: "api.cloud-aws.adc-e.uk",
    },
    Partition {
        id: "aws-iso-f",
        prefixes: &["us-isof"],
        dns_suffix: "csp.hci.ic.gov",
        dual_stack_dns_suffix: "api.aws.hci.ic.gov",
    },
    Partition {
        id: "aws-us-gov",
        prefixes: &["us-gov"],
        dns_suffix: "amazonaws.com",
        dual_stack_dns_suffix: "api.aws",
    },
];

const AWS: Partition = Partition {
    id: "aws",
    prefixes: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
    dns_suffix: "amazonaws.com",
    dual_stack_dns_suffix: "api.aws",
};

/// Returns the partition of a region. An unknown region is assumed to be in `aws`, as in AWS's
/// SDKs.
pub(super) fn of(region: &str) -> &'static Partition {
    static FALLBACK: Partition = AWS;
    PARTITIONS.iter().find(|partition| partition.has(region)).unwrap_or(&FALLBACK)
}

impl Partition {
    pub(super) fn is_gov_cloud(&self) -> bool {
        self.id == "aws-us-gov"
    }

    fn has(&self, region: &str) -> bool {
        let after = |prefix: &&str| region.strip_prefix(*prefix)?.strip_prefix('-');
        let is_region_suffix = |rest: &str| {
            rest.split_once('-').is_some_and(|(word, number)| {
                !word.is_empty() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
            })
        };
        self.prefixes.iter().filter_map(after).any(is_region_suffix) || region.strip_suffix("-global") == Some(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_map_to_partitions() {
        for (region, id) in [
            ("us-east-1", "aws"),
            ("mx-central-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("us-gov-west-1", "aws-us-gov"),
            ("aws-cn-global", "aws-cn"),
            ("us-gov-west-", "aws"),
            ("us-gov-west-1a", "aws"),
            ("us-gov--1", "aws"),
            ("us-gov-far-west-1", "aws"),
            ("zz-moon-9", "aws"),
        ] {
            assert_eq!(of(region).id, id, "{region}");
        }
    }
}
