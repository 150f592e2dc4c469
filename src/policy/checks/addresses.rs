//! IP addresses in conditions: `aws:SourceIp` is a public address; ranges have no bits after the mask.

use super::{Context, Example, Family, KeyUse, Rule};
use crate::policy::ast::ConditionValue;
use crate::policy::diagnostic::FindingType;
use crate::policy::operator::{BaseOperator, OperatorClass};
use std::net::{IpAddr, Ipv6Addr};

/// IP addresses in conditions.
pub const FAMILY: Family = Family {
    name: "IP addresses in conditions",
    rules: &[
        &PRIVATE_IP_ADDRESS,
        &PRIVATE_NOT_IP_ADDRESS,
        &PRIVATE_IP_ADDRESS_SUBSET,
        &PRIVATE_NOT_IP_ADDRESS_SUBSET,
        &IMPROVE_IP_RANGE,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        let Some(operator) = key.operator().filter(|operator| operator.class() == OperatorClass::Ip) else { continue };
        let ranges: Vec<(&ConditionValue<'_>, Range)> =
            key.entry.values.iter().filter_map(|value| Some((value, Range::parse(value.as_str())?))).collect();
        for (value, range) in &ranges {
            let masked = range.masked();
            if masked.address != range.address {
                context.report(&IMPROVE_IP_RANGE, &[value.text.node], &[&masked.to_string()]);
                context.fix_string(value.text.node, &masked.to_string());
            }
        }
        if key.is("aws:SourceIp") {
            private_ranges(context, key, &ranges, operator.base == BaseOperator::NotIpAddress);
        }
    }
    context.keys = keys;
}

fn private_ranges(
    context: &mut Context<'_, '_>,
    key: &KeyUse<'_, '_>,
    ranges: &[(&ConditionValue<'_>, Range)],
    negated: bool,
) {
    let private: Vec<_> =
        ranges.iter().filter(|(_, range)| range.is_private()).map(|(value, _)| value.text.node).collect();
    if private.is_empty() {
        return;
    }
    let all = private.len() == key.entry.values.len();
    let rule = match (all, negated) {
        (true, false) => &PRIVATE_IP_ADDRESS,
        (true, true) => &PRIVATE_NOT_IP_ADDRESS,
        (false, false) => &PRIVATE_IP_ADDRESS_SUBSET,
        (false, true) => &PRIVATE_NOT_IP_ADDRESS_SUBSET,
    };
    context.report(rule, &private, &[]);
    if !all {
        context.fix_remove("Remove the private ranges", &private);
    }
}

/// An IPv4 or IPv6 range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    address: IpAddr,
    bits: u32,
}

impl Range {
    /// Reads an address or a range in CIDR form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Self { address, bits })
    }

    /// The range with zeros after the mask.
    fn masked(self) -> Self {
        let address = match self.address {
            IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - self.bits).unwrap_or(0)).into()),
            IpAddr::V6(v6) => {
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(128 - self.bits).unwrap_or(0)))
            }
        };
        Self { address, ..self }
    }

    fn is_private(self) -> bool {
        match self.address {
            // A range that is wider than the private one it begins in holds public addresses too.
            IpAddr::V4(v4) => {
                let [a, b, ..] = v4.octets();
                let block = match (a, b) {
                    (10 | 127, _) => 8,
                    (172, 16..=31) => 12,
                    (192, 168) | (169, 254) => 16,
                    (100, 64..=127) => 10,
                    _ => return false,
                };
                self.bits >= block
            }
            IpAddr::V6(v6) => {
                (v6.is_unique_local() && self.bits >= 7) || (v6.is_unicast_link_local() && self.bits >= 10)
            }
        }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

const PRIVATE_IP_ADDRESS: Rule = Rule {
    code: "PRIVATE_IP_ADDRESS",
    kind: FindingType::Error,
    title: "Private IP address",
    message: "aws:SourceIp works only for public IP address ranges. The values for condition key aws:SourceIp include only private IP addresses and will not have the desired effect. Update the value to include only public IP addresses.",
    about: "`aws:SourceIp` is always a public address, so the condition can never be met.",
    cure: "Write public ranges, or use `aws:VpcSourceIp`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};

const PRIVATE_NOT_IP_ADDRESS: Rule = Rule {
    code: "PRIVATE_NOT_IP_ADDRESS",
    kind: FindingType::Error,
    title: "Private NotIpAddress",
    message: "The values for condition key aws:SourceIp include only private IP addresses and has no effect. aws:SourceIp works only for public IP address ranges. Update the value to include only public IP addresses.",
    about: "`aws:SourceIp` is always a public address, so the condition is always met.",
    cure: "Write public ranges, or use `aws:VpcSourceIp`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};

const PRIVATE_IP_ADDRESS_SUBSET: Rule = Rule {
    code: "PRIVATE_IP_ADDRESS_SUBSET",
    kind: FindingType::Suggestion,
    title: "Private IP address subset",
    message: "The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private addresses will not have the desired effect. aws:SourceIp works only for public IP address ranges. To define permissions for private IP ranges, use aws:VpcSourceIp.",
    about: "`aws:SourceIp` is always a public address; the private ranges have no effect.",
    cure: "Remove the private ranges, or use `aws:VpcSourceIp` for them.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};

const PRIVATE_NOT_IP_ADDRESS_SUBSET: Rule = Rule {
    code: "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    kind: FindingType::Suggestion,
    title: "Private NotIpAddress subset",
    message: "The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private addresses have no effect. aws:SourceIp works only for public IP address ranges. To define permissions for private IP ranges, use aws:VpcSourceIp.",
    about: "`aws:SourceIp` is always a public address; the private ranges have no effect.",
    cure: "Remove the private ranges, or use `aws:VpcSourceIp` for them.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};

const IMPROVE_IP_RANGE: Rule = Rule {
    code: "IMPROVE_IP_RANGE",
    kind: FindingType::Suggestion,
    title: "Improve IP range",
    message: "The non-zero bits in the IP address after the masked bits are ignored. Replace address with {{addr}}.",
    about: "The bits after the mask are ignored, so the range is another one than it seems.",
    cure: "Write the address with zeros after the mask.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7/24"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};
