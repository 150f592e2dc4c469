//! Partitions and their Regions.
//!
//! Facts from the AWS general reference and botocore's `partitions.json`, 2026-11.

/// A part of AWS with accounts, Regions and ARNs of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// The name in ARNs, such as `aws-cn`.
    pub name: &'static str,
    /// The domain of its endpoints.
    pub domain: &'static str,
    /// Its Regions by name.
    pub regions: &'static [Region],
}

/// A Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The name, such as `eu-central-1`.
    pub name: &'static str,
    /// The place, such as `Europe (Frankfurt)`.
    pub place: &'static str,
}

const fn region(name: &'static str, place: &'static str) -> Region {
    Region { name, place }
}

/// All partitions.
pub const PARTITIONS: &[Partition] = &[
    Partition {
        name: "aws",
        domain: "amazonaws.com",
        regions: &[
            region("af-south-1", "Africa (Cape Town)"),
            region("ap-east-1", "Asia Pacific (Hong Kong)"),
            region("ap-east-2", "Asia Pacific (Taipei)"),
            region("ap-northeast-1", "Asia Pacific (Tokyo)"),
            region("ap-northeast-2", "Asia Pacific (Seoul)"),
            region("ap-northeast-3", "Asia Pacific (Osaka)"),
            region("ap-south-1", "Asia Pacific (Mumbai)"),
            region("ap-south-2", "Asia Pacific (Hyderabad)"),
            region("ap-southeast-1", "Asia Pacific (Singapore)"),
            region("ap-southeast-2", "Asia Pacific (Sydney)"),
            region("ap-southeast-3", "Asia Pacific (Jakarta)"),
            region("ap-southeast-4", "Asia Pacific (Melbourne)"),
            region("ap-southeast-5", "Asia Pacific (Malaysia)"),
            region("ap-southeast-6", "Asia Pacific (New Zealand)"),
            region("ap-southeast-7", "Asia Pacific (Thailand)"),
            region("ca-central-1", "Canada (Central)"),
            region("ca-west-1", "Canada West (Calgary)"),
            region("eu-central-1", "Europe (Frankfurt)"),
            region("eu-central-2", "Europe (Zurich)"),
            region("eu-north-1", "Europe (Stockholm)"),
            region("eu-south-1", "Europe (Milan)"),
            region("eu-south-2", "Europe (Spain)"),
            region("eu-west-1", "Europe (Ireland)"),
            region("eu-west-2", "Europe (London)"),
            region("eu-west-3", "Europe (Paris)"),
            region("il-central-1", "Israel (Tel Aviv)"),
            region("me-central-1", "Middle East (UAE)"),
            region("me-south-1", "Middle East (Bahrain)"),
            region("me-west-1", "Middle East (Saudi Arabia)"),
            region("mx-central-1", "Mexico (Central)"),
            region("sa-east-1", "South America (São Paulo)"),
            region("sa-west-1", "South America (Chile)"),
            region("us-east-1", "US East (N. Virginia)"),
            region("us-east-2", "US East (Ohio)"),
            region("us-west-1", "US West (N. California)"),
            region("us-west-2", "US West (Oregon)"),
        ],
    },
    Partition {
        name: "aws-cn",
        domain: "amazonaws.com.cn",
        regions: &[region("cn-north-1", "China (Beijing)"), region("cn-northwest-1", "China (Ningxia)")],
    },
    Partition {
        name: "aws-us-gov",
        domain: "amazonaws.com",
        regions: &[region("us-gov-east-1", "GovCloud (US-East)"), region("us-gov-west-1", "GovCloud (US-West)")],
    },
    Partition {
        name: "aws-eusc",
        domain: "amazonaws.eu",
        regions: &[region("eusc-de-east-1", "European Sovereign Cloud (Germany)")],
    },
    Partition {
        name: "aws-iso",
        domain: "c2s.ic.gov",
        regions: &[region("us-iso-east-1", "US ISO East"), region("us-iso-west-1", "US ISO West")],
    },
    Partition {
        name: "aws-iso-b",
        domain: "sc2s.sgov.gov",
        regions: &[region("us-isob-east-1", "US ISOB East (Ohio)"), region("us-isob-west-1", "US ISOB West")],
    },
    Partition { name: "aws-iso-e", domain: "cloud.adc-e.uk", regions: &[region("eu-isoe-west-1", "EU ISOE West")] },
    Partition {
        name: "aws-iso-f",
        domain: "csp.hci.ic.gov",
        regions: &[region("us-isof-east-1", "US ISOF East"), region("us-isof-south-1", "US ISOF South")],
    },
];

/// The partition of a name.
pub fn partition(name: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().find(|partition| partition.name == name)
}

/// The partition that a Region belongs to.
pub fn partition_of(region: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().find(|partition| partition.regions.iter().any(|known| known.name == region))
}

/// Whether there is such a Region in any partition.
pub fn is_region(name: &str) -> bool {
    partition_of(name).is_some()
}

/// All Regions of all partitions.
pub fn all() -> impl Iterator<Item = Region> {
    PARTITIONS.iter().flat_map(|partition| partition.regions).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_belongs_to_one_partition() {
        assert_eq!(partition_of("cn-north-1").unwrap().name, "aws-cn");
        assert!(is_region("eu-central-1") && !is_region("eu-central-9"));
        let mut names: Vec<_> = all().map(|region| region.name).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b));
        assert_eq!(partition("aws-eusc").unwrap().domain, "amazonaws.eu");
    }
}
