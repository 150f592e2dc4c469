//! Operators, condition keys and their values.

use std::collections::{BTreeMap, BTreeSet};

use super::{CandidateKind, Context, Doc, Offer};
use crate::catalog::common::uses;
use crate::catalog::{Catalog, Service, ValueType, federation, globals, regions, rules};
use crate::policy::ast::{PrincipalKind, Statement};
use crate::policy::operator::{BaseOperator, Operator, OperatorClass, Qualifier};

/// More actions than these are not asked for their keys; their services are.
const MOST_ACTIONS: usize = 200;

/// The type of a condition key and whether it is multi-valued, if the key is known.
pub(super) fn type_of(key: &str, catalog: &Catalog) -> Option<(ValueType, bool)> {
    if let Some(global) = globals::find(key) {
        return Some((global.value, global.is_multi()));
    }
    catalog.key(key).map(|key| (key.value, key.multi))
}

/// Whether an operator compares values of a type.
fn fits(class: OperatorClass, value: ValueType) -> bool {
    match value {
        ValueType::String => matches!(class, OperatorClass::String | OperatorClass::Null),
        ValueType::Arn => matches!(class, OperatorClass::Arn | OperatorClass::Null),
        ValueType::Bool => matches!(class, OperatorClass::Bool | OperatorClass::Null),
        ValueType::Numeric => matches!(class, OperatorClass::Numeric | OperatorClass::Null),
        ValueType::Date => matches!(class, OperatorClass::Date | OperatorClass::Null),
        ValueType::IpAddress => matches!(class, OperatorClass::Ip | OperatorClass::Null),
        ValueType::Binary => matches!(class, OperatorClass::Binary | OperatorClass::Null),
    }
}

/// Operators; those that fit the keys already under this one come first.
pub(super) fn operators<'c>(typed: &str, keys: &[String], catalog: &Catalog) -> Vec<Offer<'c>> {
    let types: Vec<(ValueType, bool)> = keys.iter().filter_map(|key| type_of(key, catalog)).collect();
    let suits = |operator: Operator| {
        types.iter().all(|(value, multi)| fits(operator.class(), *value) && operator.qualifier.is_some() == *multi)
    };
    // The many forms with prefix and suffix only get in the way before somebody asks for them.
    let lower = typed.to_ascii_lowercase();
    let qualified = lower.starts_with('f') || types.iter().any(|(_, multi)| *multi);
    let suffixed = lower.len() > 3;
    let mut offers = Vec::new();
    for qualifier in [None, Some(Qualifier::ForAnyValue), Some(Qualifier::ForAllValues)] {
        for if_exists in [false, true] {
            if qualifier.is_some() && !qualified || if_exists && !suffixed {
                continue;
            }
            for (_, base) in BaseOperator::ALL {
                if base == BaseOperator::Null && (if_exists || qualifier.is_some()) {
                    continue;
                }
                let operator = Operator { qualifier, base, if_exists };
                let offer = Offer::new(operator.name(), CandidateKind::Operator, detail(operator));
                let offer = Offer { value: Some("{}"), ..offer };
                offers.push(if !types.is_empty() && suits(operator) { offer.above() } else { offer });
            }
        }
    }
    offers
}

pub(super) fn detail(operator: Operator) -> &'static str {
    match operator.class() {
        OperatorClass::String => "text",
        OperatorClass::Numeric => "numbers",
        OperatorClass::Date => "dates",
        OperatorClass::Bool => "true or false",
        OperatorClass::Binary => "base64",
        OperatorClass::Ip => "addresses",
        OperatorClass::Arn => "ARNs",
        OperatorClass::Null => "whether the key is there",
    }
}

/// The global keys that most policies with conditions use, the commonest first. AWS's managed policies do not show
/// them: they belong to no account and no network.
const EVERYDAY: [&str; 12] = [
    "aws:SourceIp",
    "aws:SecureTransport",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalOrgID",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:RequestedRegion",
    "aws:PrincipalArn",
    "aws:SourceVpce",
    "aws:SourceVpc",
    "aws:PrincipalAccount",
    "aws:CurrentTime",
];

/// How common a key is in policies.
pub(super) fn uses_of(key: &str) -> u32 {
    let everyday = EVERYDAY.iter().rev().zip(20..).find(|(name, _)| **name == key);
    everyday.map_or_else(|| uses(key), |(_, weight)| weight)
}

/// Condition keys: those of the statement's actions first, then the global ones; keys whose type the operator does
/// not compare come last.
pub(super) fn keys<'c>(operator: &str, statement: Option<&Statement<'_>>, context: &Context<'c>) -> Vec<Offer<'c>> {
    let operator = Operator::parse(operator);
    let rank = |offer: Offer<'c>, value: ValueType, multi: bool| match operator {
        Some(operator) if !fits(operator.class(), value) || multi != operator.qualifier.is_some() => {
            Offer { misfit: true, ..offer }
        }
        _ => offer,
    };
    let mut offers = issuer_keys(statement);
    // Actions of a service share most of their keys: each key is looked at once.
    let mut numbers: BTreeMap<&'c str, (&'c Service, BTreeSet<u16>)> = BTreeMap::new();
    for action in super::actions_of(statement, context.catalog, MOST_ACTIONS) {
        let service = action.service();
        let slot = numbers.entry(service.prefix()).or_insert_with(|| (service, BTreeSet::new()));
        slot.1.extend(action.key_numbers());
    }
    for (prefix, (service, numbers)) in numbers {
        let keys = numbers.into_iter().filter_map(|number| service.keys().get(usize::from(number)));
        for key in keys.filter(|key| globals::find(&key.name).is_none()) {
            let offer = named(&key.name, format!("{}, {prefix}", word(key.value, key.multi)));
            // Keys of identity providers are of use only where the statement names one.
            let is_provider = key.name.split(':').next().is_some_and(|head| head.contains('.'));
            let offer = if is_provider { offer.below() } else { offer.above() };
            let offer = Offer { documentation: Doc::Key(context.catalog, &key.name), ..offer };
            offers.push(rank(offer, key.value, key.multi));
        }
    }
    for key in globals::ALL {
        let detail = format!("{}, global", word(key.value, key.is_multi()));
        let offer = named(key.name, detail).about(sentence(key));
        let offer = if EVERYDAY.contains(&key.name) { offer.above() } else { offer };
        offers.push(rank(offer, key.value, key.is_multi()));
    }
    offers
}

pub(super) fn word(value: ValueType, multi: bool) -> String {
    if multi { format!("several {}", value.name()) } else { value.name().to_owned() }
}

pub(super) fn sentence(key: &globals::GlobalKey) -> String {
    let mut about = key.about.to_owned();
    if let Some(first) = about.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{about}. In {}.", key.presence)
}

/// A key; what varies in it is left to be typed.
fn named<'c>(name: &str, detail: String) -> Offer<'c> {
    let offer = Offer { value: Some("\"\""), ..Offer::new(name.to_owned(), CandidateKind::Key, detail) };
    match name.split_once("${") {
        Some((before, _)) => Offer { insert: Some(before.to_owned()), goes_on: true, ..offer },
        None => offer,
    }
}

/// The keys of the identity providers that the statement names.
fn issuer_keys<'c>(statement: Option<&Statement<'_>>) -> Vec<Offer<'c>> {
    let principals = statement.and_then(|s| s.principal.as_ref());
    let federated = principals.into_iter().flat_map(|p| p.of_kind(PrincipalKind::Federated));
    let mut offers = Vec::new();
    for provider in federated {
        let issuer = federation::issuer_of(provider.as_str());
        let domain = federation::BUILT_IN.iter().find(|(domain, _)| *domain == provider.as_str()).map(|(d, _)| *d);
        if let Some(issuer) = issuer.or(domain) {
            for claim in ["aud", "sub"] {
                let name = format!("{issuer}:{claim}");
                let about = if claim == "aud" { "Who the token is for." } else { "Who the token is about." };
                offers.push(named(&name, "String, identity provider".to_owned()).about(about).above().above());
            }
        } else if provider.as_str().contains(":saml-provider/") {
            offers.push(named("SAML:aud", "String, identity provider".to_owned()).above().above());
        }
    }
    offers
}

/// Values of keys that take few.
const VALUES: &[(&str, &[&str])] = &[
    ("aws:CurrentTime", &["2026-01-01T00:00:00Z"]),
    ("aws:SourceIp", &["203.0.113.0/24", "2001:db8::/32"]),
    ("aws:VpcSourceIp", &["10.0.0.0/16"]),
    ("ec2:InstanceType", &["t3.micro", "t3.small", "t3.medium", "t3.*", "m7g.large"]),
    ("aws:PrincipalType", &["Account", "User", "FederatedUser", "AssumedRole", "Anonymous"]),
    ("ec2:MetadataHttpTokens", &["required", "optional"]),
    ("ec2:RoleDelivery", &["1.0", "2.0"]),
    ("ec2:Tenancy", &["default", "dedicated", "host"]),
    ("dynamodb:Select", &["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"]),
    ("s3:authType", &["REST-HEADER", "REST-QUERY-STRING", "POST"]),
    ("s3:signatureversion", &["AWS4-HMAC-SHA256"]),
    ("s3:TlsVersion", &["1.2", "1.3"]),
    (
        "s3:x-amz-acl",
        &[
            "private",
            "public-read",
            "public-read-write",
            "aws-exec-read",
            "authenticated-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
            "log-delivery-write",
        ],
    ),
    ("s3:x-amz-server-side-encryption", &["AES256", "aws:kms", "aws:kms:dsse"]),
    ("SAML:aud", &["https://signin.aws.amazon.com/saml"]),
    ("token.actions.githubusercontent.com:aud", &["sts.amazonaws.com"]),
    ("token.actions.githubusercontent.com:sub", &["repo:OWNER/REPOSITORY:ref:refs/heads/main"]),
];

/// Variables that values of text and ARN keys may hold.
pub(super) const VARIABLES: &[(&str, &str)] = &[
    ("${aws:username}", "name of the calling user"),
    ("${aws:userid}", "unique id of the caller"),
    ("${aws:PrincipalAccount}", "account of the caller"),
    ("${aws:PrincipalTag/", "tag of the caller"),
    ("${aws:ResourceAccount}", "account of the resource"),
];

/// The values of a condition key under an operator.
pub(super) fn values<'c>(operator: &str, key: &str, context: &Context<'c>) -> Vec<Offer<'c>> {
    let class = Operator::parse(operator).map(Operator::class);
    let value = type_of(key, context.catalog).map(|(value, _)| value);
    let plain = |text: &str, detail: &'static str| Offer::new(text.to_owned(), CandidateKind::Value, detail);
    if class == Some(OperatorClass::Bool) || class == Some(OperatorClass::Null) || value == Some(ValueType::Bool) {
        return vec![plain("true", "boolean"), plain("false", "boolean")];
    }
    if let Some((_, values)) = VALUES.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
        return values.iter().map(|value| plain(value, "value")).collect();
    }
    if rules::holds(rules::REGION_VALUED, key) {
        let partition = regions::partition(context.partition);
        let names = partition.into_iter().flat_map(|partition| partition.regions);
        return names.map(|region| plain(region.name, region.place)).collect();
    }
    if rules::holds(rules::SERVICE_PRINCIPAL_VALUED, key) {
        let by_region = key.eq_ignore_ascii_case("kms:ViaService");
        let region = context.region.unwrap_or("us-east-1");
        let names = context.catalog.service_principals().iter();
        let write = |name: &String| match name.strip_suffix(".amazonaws.com") {
            Some(service) if by_region => format!("{service}.{region}.amazonaws.com"),
            _ => name.clone(),
        };
        return names.map(|name| Offer::new(write(name), CandidateKind::Value, "service principal")).collect();
    }
    let mut offers = Vec::new();
    let lower = key.to_ascii_lowercase();
    if lower.ends_with("account") || lower.ends_with("accountid") || lower.ends_with("owner") {
        offers.extend(context.account.map(|account| plain(account, "this account")));
    }
    if lower == "aws:principalarn" {
        offers.extend(context.principals.iter().map(|arn| super::known(arn, CandidateKind::Value)));
    }
    if matches!(class, Some(OperatorClass::String | OperatorClass::Arn)) {
        offers.extend(VARIABLES.iter().map(|(text, about)| Offer {
            goes_on: !text.ends_with('}'),
            ..Offer::new(*text, CandidateKind::Variable, *about).below()
        }));
    }
    offers
}
