//! What IAM's own API says of a document that it refuses (`MalformedPolicyDocument`), in its order.
//!
//! This is another grammar than `ValidatePolicy`'s: coarser in most places, stricter in a few, and it names
//! only the first thing that it meets. The texts and their order are the service's behaviour.

use super::ast::{Condition, List, Policy, Principal, PrincipalKind, Problem, Statement};
use super::operator::OperatorClass;
use super::syntax::{NodeKind, PathItem};
use crate::base::arn::Arn;
use crate::base::wildcard;
use crate::catalog::Catalog;
use crate::catalog::principals::suggest_service_principal;

/// What a document is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentUse {
    /// A managed policy (`CreatePolicy`, `CreatePolicyVersion`).
    Managed,
    /// An inline policy (`PutUserPolicy`, `PutGroupPolicy`, `PutRolePolicy`).
    Inline,
    /// A session policy (`AssumeRole`, `GetFederationToken`).
    Session,
    /// A role's trust policy (`CreateRole`, `UpdateAssumeRolePolicy`).
    Trust,
}

/// The refusal of a document, in the service's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Malformed {
    /// The text of the `MalformedPolicyDocument` error.
    pub message: String,
}

type Verdict = Result<(), Malformed>;

fn refuse<T>(message: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed { message: message.into() })
}

/// Checks a document as the API does when it is stored or used.
pub fn check(text: &str, use_: DocumentUse) -> Verdict {
    let policy = super::read(text);
    // A stored document begins with its brace; nothing is known of session policies, which are not stored.
    let begins_blank = text.starts_with([' ', '\t', '\n', '\r']);
    match use_ {
        DocumentUse::Trust if begins_blank => refuse("JSON strings must not have leading spaces"),
        DocumentUse::Trust => trust(&policy),
        DocumentUse::Managed | DocumentUse::Inline => identity(&policy, begins_blank),
        DocumentUse::Session => identity(&policy, false),
    }
}

fn identity(policy: &Policy<'_>, begins_blank: bool) -> Verdict {
    if !policy.tree.errors().is_empty() || !fits_grammar(policy) {
        return refuse("Syntax errors in policy.");
    }
    if policy.version.as_ref().is_none_or(|version| version.value != "2012-10-17") {
        return refuse("Policy document must be version 2012-10-17 or greater.");
    }
    if begins_blank {
        return refuse(LEGACY);
    }
    let resource_error = legacy_parsing(policy)?;
    sids(policy)?;
    let empty = |list: Option<&List<'_>>| list.is_none_or(|list| list.is_array && list.items.is_empty());
    for statement in &policy.statements {
        if empty(statement.action.as_ref().or(statement.not_action.as_ref())) {
            return refuse("Policy statement must contain actions.");
        }
    }
    if let Some(error) = resource_error {
        return Err(error);
    }
    if policy.statements.iter().any(|s| s.principal.is_some() || s.not_principal.is_some()) {
        return refuse("Policy document should not specify a principal.");
    }
    for statement in &policy.statements {
        if empty(statement.resource.as_ref().or(statement.not_resource.as_ref())) {
            return refuse("Policy statement must contain resources.");
        }
    }
    let lists = |of: for<'a, 't> fn(&'a Statement<'t>) -> Option<&'a List<'t>>| policy.statements.iter().filter_map(of);
    lists(|s| s.action.as_ref())
        .chain(lists(|s| s.not_action.as_ref()))
        .flat_map(|list| &list.items)
        .try_for_each(|action| vendor_of(action.as_str()))
}

/// The grammar that the API checks first, without saying what is wrong.
fn fits_grammar(policy: &Policy<'_>) -> bool {
    let tree = &policy.tree;
    // A null among the entries of a list is let through.
    let is_null_entry = |problem: &Problem| match problem {
        Problem::WrongType { node, .. } => {
            tree.kind(*node) == NodeKind::Null && matches!(tree.path(*node).last(), Some(PathItem::Index(_)))
        }
        _ => false,
    };
    policy.problems.iter().all(is_null_entry)
        && policy.version.as_ref().is_none_or(|version| matches!(version.as_str(), "2012-10-17" | "2008-10-17"))
        && !policy.statements.is_empty()
        && policy.statements.iter().all(statement_fits_grammar)
}

fn statement_fits_grammar(statement: &Statement<'_>) -> bool {
    let effect = statement
        .effect
        .as_ref()
        .is_some_and(|effect| effect.value.eq_ignore_ascii_case("Allow") || effect.value.eq_ignore_ascii_case("Deny"));
    effect
        && (statement.action.is_none() || statement.not_action.is_none())
        && (statement.resource.is_none() || statement.not_resource.is_none())
        && statement.condition.as_ref().is_none_or(operators_are_known)
}

/// An unknown operator passes as long as nothing stands under it.
fn operators_are_known(condition: &Condition<'_>) -> bool {
    condition.blocks.iter().all(|block| block.operator.is_some() || block.entries.is_empty())
}

const LEGACY: &str = "The policy failed legacy parsing";

/// What an older parser of the service still refuses, and the first resource that the newer one refuses:
/// that error is told later than some others.
fn legacy_parsing(policy: &Policy<'_>) -> Result<Option<Malformed>, Malformed> {
    for statement in &policy.statements {
        let dates = statement
            .conditions()
            .filter(|(block, _)| block.operator.is_some_and(|operator| operator.class() == OperatorClass::Date))
            .flat_map(|(_, entry)| &entry.values);
        if statement.effect().is_none() || !dates.into_iter().all(|value| is_date(value.as_str())) {
            return refuse(LEGACY);
        }
    }
    let mut first_error = None;
    for list in policy.statements.iter().flat_map(|s| s.resource.iter().chain(&s.not_resource)) {
        for resource in list.items.iter().map(super::ast::Text::as_str) {
            match resource_format(resource) {
                Err(error) => first_error = first_error.or(Some(error)),
                Ok(()) if first_error.is_none() && !parses_in_legacy(resource) => return refuse(LEGACY),
                Ok(()) => {}
            }
        }
    }
    Ok(first_error)
}

fn parses_in_legacy(resource: &str) -> bool {
    let service = resource.split(':').nth(2);
    resource == "*"
        || (resource.bytes().filter(|b| *b == b':').count() >= 5 || !resource.contains("::")) && service != Some("")
}

/// Statement IDs, of which an empty one is none.
///
/// Both texts as users have pasted them; which of the two comes first is not known.
fn sids(policy: &Policy<'_>) -> Verdict {
    let mut sids: Vec<&str> =
        policy.statements.iter().filter_map(|s| s.sid.as_ref()).map(super::ast::Text::as_str).collect();
    sids.retain(|sid| !sid.is_empty());
    if !sids.iter().all(|sid| sid.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return refuse(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
             [0-9A-Za-z]*",
        );
    }
    sids.sort_unstable();
    if sids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return refuse("Statement IDs (SID) in a single policy must be unique.");
    }
    Ok(())
}

fn vendor_of(action: &str) -> Verdict {
    let mut parts = action.split(':');
    let vendor = parts.next().unwrap_or_default();
    match parts.count() {
        0 if action != "*" => {
            return refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        }
        0 | 1 => {}
        _ => return refuse("Actions/Condition can contain only one colon."),
    }
    if vendor == "*" || vendor.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
        return Ok(());
    }
    refuse(format!("Vendor {vendor} is not valid"))
}

/// The partitions that IAM knows.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// How the resource part of an IAM ARN may begin; the message names them in this order.
const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// The resources of S3 that live in a Region; buckets and objects do not.
const REGIONAL_S3: [&str; 6] =
    ["accesspoint/", "access-grants/", "storage-lens/", "storage-lens-group/", "job/", "async-request/"];

fn resource_format(resource: &str) -> Verdict {
    if resource == "*" {
        return Ok(());
    }
    let Some((_, after_arn)) = resource.split_once(':') else {
        return refuse(format!("Resource {resource} must be in ARN format or \"*\"."));
    };
    let (partition, rest) = after_arn.split_once(':').map_or((after_arn, None), |(p, rest)| (p, Some(rest)));
    if !PARTITIONS.contains(&partition) && !partition.contains('*') {
        let mut parts: Vec<&str> = rest.unwrap_or_default().splitn(4, ':').collect();
        if rest.is_none_or(str::is_empty) {
            parts = vec!["*"];
        }
        parts.resize(4, "*");
        let parts = parts.join(":");
        return refuse(format!("Partition \"{partition}\" is not valid for resource \"arn:{partition}:{parts}\"."));
    }
    let Some(rest) = rest else {
        return refuse("Resource vendor must be fully qualified and cannot contain regexes.");
    };
    let mut fields = rest.splitn(4, ':');
    let (service, region) = (fields.next().unwrap_or_default(), fields.next());
    let path = fields.nth(1).unwrap_or_default();
    let regional = region.is_some_and(|region| !region.is_empty());
    match service {
        "iam" if regional => refuse(format!("IAM resource {resource} cannot contain region information.")),
        "iam" if !iam_path_is_known(path) => {
            refuse(format!("IAM resource path must either be \"*\", root, or start with {}.", IAM_PATHS.join(", ")))
        }
        "s3" if regional && !REGIONAL_S3.iter().any(|start| path.starts_with(start)) && !path.starts_with('*') => {
            refuse(format!("Resource {resource} can not contain region information."))
        }
        _ => Ok(()),
    }
}

/// A wildcard within the type may stand for any of the known ones.
fn iam_path_is_known(path: &str) -> bool {
    let literal = path.split(['*', '?']).next().unwrap_or_default();
    let open = literal.len() < path.len() && !literal.contains('/');
    path == "root"
        || IAM_PATHS.iter().any(|start| path.starts_with(start) || open && start.starts_with(literal))
        || open && "root".starts_with(literal)
}

/// A date as the older parser reads it: ISO 8601 with parts left out, or seconds since 1970.
fn is_date(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    if !value.contains(['t', '-']) {
        return value.parse::<i64>().is_ok_and(|seconds| seconds >= 0);
    }
    let (date, time) = value.split_once('t').unwrap_or((&value, ""));
    let (sign, digits) = date.strip_prefix('-').map_or((1, date), |rest| (-1, rest));
    let mut parts = digits.split('-');
    let year = parts.next().and_then(|year| year.parse::<i64>().ok()).map(|year| year * sign);
    let within = |part: &str, range: std::ops::RangeInclusive<u32>| part.parse().is_ok_and(|n| range.contains(&n));
    year.is_some_and(|year| (-292_275_054..=292_278_993).contains(&year))
        && parts.next().is_none_or(|month| within(month, 1..=12))
        && parts.next().is_none_or(|day| within(day, 1..=31))
        && parts.next().is_none()
        && (time.is_empty() || is_time(time))
}

fn is_time(time: &str) -> bool {
    let within = |part: &str, most: u32| part.parse::<u32>().is_ok_and(|n| n <= most);
    let (clock, zone) = match time.find(['z', '+', '-']) {
        Some(at) => (time.get(..at).unwrap_or_default(), time.get(at..).unwrap_or_default()),
        None => (time, ""),
    };
    let zone = match zone.strip_prefix(['+', '-']) {
        Some(offset) => {
            let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "00"));
            hours.len() == 2 && within(hours, 23) && minutes.len() == 2 && within(minutes, 59)
        }
        None => matches!(zone, "" | "z"),
    };
    let mut parts = clock.splitn(3, ':');
    zone && parts.next().is_none_or(|hours| within(hours, 23))
        && parts.next().is_none_or(|minutes| within(minutes, 59))
        && parts.next().is_none_or(|seconds| {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            within(whole, 59) && within(fraction, 999_999_999)
        })
}

fn trust(policy: &Policy<'_>) -> Verdict {
    if !policy.tree.errors().is_empty() {
        return refuse("This policy contains invalid Json");
    }
    trust_fields(policy)?;
    for statement in &policy.statements {
        if !statement.actions_of_both().all(|action| assumes(action.as_str())) {
            return refuse("AssumeRole policy may only specify STS AssumeRole actions.");
        }
        if statement.principal.as_ref().is_some_and(|principal| principal.plain.is_some()) {
            return refuse("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".");
        }
        if let Some(principal) = &statement.principal {
            trusted(principal)?;
        }
    }
    sids(policy)?;
    Ok(())
}

/// Who may be trusted, by the form of the principals alone.
fn trusted(principal: &Principal<'_>) -> Verdict {
    let mut none = true;
    for group in &principal.groups {
        for value in group.list.items.iter().map(super::ast::Text::as_str) {
            none = false;
            let sound = match group.kind {
                Some(PrincipalKind::Aws) => {
                    let pattern = value != "*" && value.contains(['*', '?']);
                    !pattern && PrincipalKind::Aws.has_form_of(value) && account_is_sound(value)
                }
                // No list of services is complete, so only what is surely misspelt is refused.
                Some(PrincipalKind::Service) => {
                    is_domain(value) && suggest_service_principal(value, Catalog::bundled()).is_none()
                }
                Some(PrincipalKind::Federated) if is_provider(value) => true,
                Some(PrincipalKind::Federated) => {
                    return refuse("Federated principals must be valid domain names or SAML metadata ARNs");
                }
                Some(PrincipalKind::CanonicalUser) | None => false,
            };
            if !sound {
                let kind = group.name.as_str().to_uppercase();
                return refuse(format!("Invalid principal in policy: \"{kind}\":\"{value}\""));
            }
        }
    }
    if none {
        return refuse(
            "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a \
             statement with no principals!",
        );
    }
    Ok(())
}

/// Whether an ARN names an account by its twelve digits; what is no ARN names none.
fn account_is_sound(value: &str) -> bool {
    Arn::parse(value).map_or(true, |arn| arn.account().len() == 12 && arn.account().bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a value names an identity provider: by a domain, or by its ARN.
fn is_provider(value: &str) -> bool {
    match Arn::parse(value) {
        Ok(arn) => {
            arn.service() == "iam"
                && matches!(arn.resource_type(), "saml-provider" | "oidc-provider")
                && !arn.name().is_empty()
                && account_is_sound(value)
        }
        Err(_) => is_domain(value),
    }
}

/// Whether a value can be a domain, with a path where a provider has one.
fn is_domain(value: &str) -> bool {
    value.contains('.') && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'/' | b'_'))
}

/// Whether an action is one of those by which a role is assumed, or a pattern that some of them fit.
fn assumes(action: &str) -> bool {
    const ASSUMING: [&str; 6] = [
        "assumerole",
        "assumerolewithsaml",
        "assumerolewithwebidentity",
        "setcontext",
        "setsourceidentity",
        "tagsession",
    ];
    let action = action.to_ascii_lowercase();
    action.strip_prefix("sts:").is_some_and(|pattern| ASSUMING.iter().any(|name| wildcard::matches(pattern, name)))
}

/// What a trust policy must have and must not have, by name.
fn trust_fields(policy: &Policy<'_>) -> Verdict {
    let tree = &policy.tree;
    match policy.problems.first() {
        Some(Problem::UnknownElement(key)) => return refuse(format!("Unknown field {}", tree.string(*key))),
        Some(_) => return refuse("This policy contains invalid Json"),
        None => {}
    }
    if policy.statements.is_empty() {
        return refuse("Missing required field Statement");
    }
    for statement in &policy.statements {
        let prohibited = [
            ("Resource", statement.resource.is_some()),
            ("NotResource", statement.not_resource.is_some()),
            ("NotPrincipal", statement.not_principal.is_some()),
        ];
        if let Some((name, _)) = prohibited.iter().find(|(_, present)| *present) {
            return refuse(format!("Has prohibited field {name}"));
        }
        let required = [
            ("Effect", statement.effect.is_some()),
            ("Principal", statement.principal.is_some()),
            ("Action", statement.actions_of_both().next().is_some()),
        ];
        if let Some((name, _)) = required.iter().find(|(_, present)| !*present) {
            return refuse(format!("Missing required field {name}"));
        }
        if let (None, Some(effect)) = (statement.effect(), &statement.effect) {
            return refuse(format!("Invalid effect: {}", effect.as_str()));
        }
        if !statement.condition.as_ref().is_none_or(operators_are_known) {
            return refuse("Syntax errors in policy.");
        }
    }
    if policy.version.as_ref().is_some_and(|v| !matches!(v.as_str(), "2012-10-17" | "2008-10-17")) {
        return refuse("Syntax errors in policy.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A managed policy with one statement, its effect and whatever else is given.
    fn statement(rest: &str) -> String {
        format!(r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow"{rest}}}}}"#)
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(answer(text, DocumentUse::Managed), expected, "{text}");
    }

    #[track_caller]
    fn check_statement(rest: &str, expected: &str) {
        check(&statement(rest), expected);
    }

    fn answer(text: &str, use_: DocumentUse) -> String {
        super::check(text, use_).err().map(|refusal| refusal.message).unwrap_or_default()
    }

    #[test]
    fn a_sound_document_is_taken() {
        check_statement(r#", "Action": "s3:Get*", "Resource": "*""#, "");
        check_statement(r#", "NotAction": ["iam:*", "*"], "NotResource": ["arn:aws:s3:::a/*", null]"#, "");
        check_statement(r#", "Action": "iam: odd ", "Resource": "arn:aws:shorter""#, "");
        check_statement(r#", "Action": "*", "Resource": "*", "Condition": {"nope": {}}"#, "");
        check_statement(r#", "Action": "*", "Resource": "arn:aws:s3:*:*:accesspoint/panorama*""#, "");
        check_statement(r#", "Action": "*", "Resource": ["arn:aws:iam::*:root", "arn:aws:iam::*:*"]"#, "");
    }

    #[test]
    fn principals_of_a_trust_policy_can_exist() {
        let trust = |principal: &str| {
            let text = statement(&format!(r#", "Action": "sts:AssumeRole", "Principal": {{{principal}}}"#));
            answer(&text, DocumentUse::Trust)
        };
        let misspelt = "Invalid principal in policy: \"SERVICE\":\"lamda.amazonaws.com\"";
        assert_eq!(trust(r#""Service": "lamda.amazonaws.com""#), misspelt);
        assert_eq!(trust(r#""Service": ["lambda.amazonaws.com", "lamda.amazonaws.com"]"#), misspelt);
        assert_eq!(trust(r#""Service": ["lambda.amazonaws.com", "new-service.amazonaws.com"]"#), "");
        let short = "Invalid principal in policy: \"AWS\":\"arn:aws:iam::1234567890:root\"";
        assert_eq!(trust(r#""AWS": "arn:aws:iam::1234567890:root""#), short);
        assert_eq!(trust(r#""AWS": "arn:aws:iam::111122223333:root""#), "");
    }

    #[test]
    fn grammar_comes_first_and_is_not_explained() {
        let syntax = "Syntax errors in policy.";
        check("not json", syntax);
        check("[]", syntax);
        check(r#"{"Version": "2012-10-17", "Statement": []}"#, syntax);
        check(r#"{"Version": "2013-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#, syntax);
        check_statement(r#", "Action": "*", "NotAction": "*", "Resource": "*""#, syntax);
        check_statement(r#", "Action": "*", "Resource": "*", "Extra": 1"#, syntax);
        check_statement(r#", "Action": "*", "Resource": "*", "Condition": {"nope": {"a": "b"}}"#, syntax);
        check_statement(r#", "Action": "*", "Resource": "*", "Sid": null"#, syntax);
    }

    #[test]
    fn the_version_comes_second() {
        let version = "Policy document must be version 2012-10-17 or greater.";
        check(r#"{"Statement": {"Effect": "denY", "Action": "*", "Resource": "*"}}"#, version);
        check(
            r#"{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
            version,
        );
    }

    #[test]
    fn the_legacy_parser_comes_third() {
        let legacy = "The policy failed legacy parsing";
        check(r#"{"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "*"}}"#, legacy);
        check_statement(r#", "Resource": "arn:aws:s3::bucket""#, legacy);
        check_statement(r#", "Action": "*", "Resource": "arn:aws::::bucket""#, legacy);
        for date in
            ["soon", "234-13", "2016-12-13t2:00:00.5+1", "2016-12-13t2:00:00.1999999999+10:59", "9223372036854775808"]
        {
            let condition = format!(r#", "Condition": {{"DateLessThan": {{"aws:CurrentTime": "{date}"}}}}"#);
            check_statement(&condition, legacy);
        }
        for date in [
            "2016-12-13T21:20:37.593194+00:00",
            "2016-12-13t2:00:00.593194+23",
            "01T",
            "-292275054",
            "1",
            "2026-01-01T00:00:00-05:00",
        ] {
            let rest = format!(
                r#", "Action": "*", "Resource": "*", "Condition": {{"DateLessThan": {{"aws:CurrentTime": "{date}"}}}}"#
            );
            check_statement(&rest, "");
        }
    }

    #[test]
    fn statements_must_be_whole_and_sids_unique() {
        check_statement("", "Policy statement must contain actions.");
        check_statement(r#", "Action": [], "Resource": "*""#, "Policy statement must contain actions.");
        check_statement(r#", "Action": "invalid""#, "Policy statement must contain resources.");
        check_statement(r#", "Action": "s3:*", "Resource": []"#, "Policy statement must contain resources.");
        check(
            r#"{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Sid": "A", "Effect": "Allow"}]}"#,
            "Statement IDs (SID) in a single policy must be unique.",
        );
        for sid in ["a b", "a-b", "a_b", "ä"] {
            check_statement(
                &format!(r#", "Action": "*", "Resource": "*", "Sid": "{sid}""#),
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*",
            );
        }
    }

    #[test]
    fn resources_are_read_before_actions() {
        check_statement(r#", "Action": "a:b:c", "Resource": "x""#, "Resource x must be in ARN format or \"*\".");
        let partition = |resource: &str, expected: &str| {
            let rest = format!(r#", "Action": "s3:*", "Resource": "{resource}""#);
            check_statement(&rest, &format!("Partition {expected}."));
        };
        partition("a:b", "\"b\" is not valid for resource \"arn:b:*:*:*:*\"");
        partition("a:b:c", "\"b\" is not valid for resource \"arn:b:c:*:*:*\"");
        partition("a:b:c:d:e:f:g:h", "\"b\" is not valid for resource \"arn:b:c:d:e:f:g:h\"");
        partition("aws:s3:::bucket", "\"s3\" is not valid for resource \"arn:s3:::bucket:*\"");
        check_statement(
            r#", "Action": "s3:*", "Resource": "arn:aws""#,
            "Resource vendor must be fully qualified and cannot contain regexes.",
        );
        check_statement(
            r#", "Action": "s3:*", "Resource": "arn:aws:s3:eu-west-1::bucket""#,
            "Resource arn:aws:s3:eu-west-1::bucket can not contain region information.",
        );
        check_statement(
            r#", "Action": "s3:*", "Resource": "arn:aws:iam:eu-west-1::user/a""#,
            "IAM resource arn:aws:iam:eu-west-1::user/a cannot contain region information.",
        );
        let iam = answer(&statement(r#", "Action": "s3:*", "Resource": "arn:aws:iam:::bucket""#), DocumentUse::Inline);
        assert!(iam.starts_with("IAM resource path must either be \"*\", root, or start with user/"), "{iam}");
    }

    #[test]
    fn actions_are_read_last() {
        let action = |action: &str, expected: &str| {
            check_statement(&format!(r#", "Action": "{action}", "Resource": "*""#), expected);
        };
        action("invalid", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        action("", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        action("a a:List", "Vendor a a is not valid");
        action("s3:List:Bucket", "Actions/Condition can contain only one colon.");
        for rest in [r#", "Action": "s3:*", "Resource": "*""#, r#", "Action": "s3:*""#] {
            check_statement(&format!(r#", "Principal": "*"{rest}"#), "Policy document should not specify a principal.");
        }
    }

    #[test]
    fn a_stored_document_begins_with_its_brace() {
        for blank in [" ", "\n", "\t", "\r\n"] {
            let text = format!("{blank}{}", statement(r#", "Action": "s3:*", "Resource": "*""#));
            assert_eq!(answer(&text, DocumentUse::Managed), "The policy failed legacy parsing");
            assert_eq!(answer(&text, DocumentUse::Inline), "The policy failed legacy parsing");
            assert_eq!(answer(&text, DocumentUse::Session), "");
            let trust = format!(
                r#"{blank}{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                "Principal": {{"Service": "ec2.amazonaws.com"}}, "Action": "sts:AssumeRole"}}]}}"#
            );
            assert_eq!(answer(&trust, DocumentUse::Trust), "JSON strings must not have leading spaces");
        }
    }

    #[test]
    fn a_trust_policy_names_somebody_who_can_exist() {
        let check = |principal: &str, expected: &str| {
            let text = format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {principal},
                "Action": "sts:AssumeRole"}}]}}"#
            );
            assert_eq!(answer(&text, DocumentUse::Trust), expected, "{principal}");
        };
        let nobody = "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy \
                      has a statement with no principals!";
        check(r#"{"AWS": []}"#, nobody);
        check("{}", nobody);
        for wrong in ["arn:aws:iam::1234567890:root", "arn:aws:iam::12345678901x:user/a", "1234567890", "alice"] {
            check(&format!(r#"{{"AWS": "{wrong}"}}"#), &format!("Invalid principal in policy: \"AWS\":\"{wrong}\""));
        }
        for wrong in ["arn:aws:iam::1234567890:oidc-provider/a.example", "arn:aws:iam::123456789012:role/a", "nodots"] {
            let told = "Federated principals must be valid domain names or SAML metadata ARNs";
            check(&format!(r#"{{"Federated": "{wrong}"}}"#), told);
        }
        for fine in ["accounts.google.com", "arn:aws:iam::123456789012:oidc-provider/a.example/x"] {
            check(&format!(r#"{{"Federated": "{fine}"}}"#), "");
        }
        for wrong in ["*", "*.amazonaws.com", "ec2", "", "123456789012", "arn:aws:iam::123456789012:root"] {
            let told = format!("Invalid principal in policy: \"SERVICE\":\"{wrong}\"");
            check(&format!(r#"{{"Service": "{wrong}"}}"#), &told);
        }
        check(r#"{"Aws": "123456789012"}"#, "Invalid principal in policy: \"AWS\":\"123456789012\"");
        check(
            r#"{"Services": "ec2.amazonaws.com"}"#,
            "Invalid principal in policy: \"SERVICES\":\"ec2.amazonaws.com\"",
        );
        check(r#"{"CanonicalUser": "abc"}"#, "Invalid principal in policy: \"CANONICALUSER\":\"abc\"");
        check(r#"{"AWS": ["*", "123456789012", "arn:aws:iam::123456789012:root"]}"#, "");
    }

    #[test]
    fn whom_the_validator_calls_an_error_no_trust_policy_names() {
        use crate::policy::PolicyKind;
        use crate::policy::diagnostic::FindingType;
        use crate::policy::validate::{Options, validate};
        let principals = [
            r#""111122223333""#,
            r#"{"Aws": "111122223333"}"#,
            r#"{"AWS": "arn:aws:iam::111122223333:role/*"}"#,
            r#"{"AWS": "arn:aws:iam::1111:root"}"#,
            r#"{"AWS": "arn:aws:iam::11112222333x:user/a"}"#,
            r#"{"Service": "*.amazonaws.com"}"#,
            r#"{"Federated": "*"}"#,
            r#"{"CanonicalUser": "*"}"#,
            r#"{"Service": ["ec2.amazonaws.com", "e?2.amazonaws.com"]}"#,
        ];
        for principal in principals {
            let text = format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {principal},
                "Action": "sts:AssumeRole"}}]}}"#
            );
            let options = Options { kind: Some(PolicyKind::Trust), ..Options::default() };
            let error = validate(&text, &options).findings.iter().any(|finding| finding.kind == FindingType::Error);
            assert!(error, "{principal}: the validator is content");
            assert_ne!(answer(&text, DocumentUse::Trust), "", "{principal}");
        }
    }

    #[test]
    fn trust_policies_have_a_grammar_of_their_own() {
        let trust = |rest: &str, expected: &str| {
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow"{rest}}}]}}"#);
            assert_eq!(answer(&text, DocumentUse::Trust), expected, "{rest}");
        };
        let principal = r#", "Principal": {"Service": "ec2.amazonaws.com"}"#;
        trust(&format!(r#"{principal}, "Action": ["sts:AssumeRole", "sts:TagSession"]"#), "");
        trust(",", "This policy contains invalid Json");
        trust(&format!(r#"{principal}, "Action": "sts:AssumeRole", "Resource": "*""#), "Has prohibited field Resource");
        trust(r#", "Action": "sts:AssumeRole""#, "Missing required field Principal");
        trust(
            &format!(r#"{principal}, "Action": "s3:GetObject""#),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        );
        for action in ["sts:InvalidAction", "sts:GetCallerIdentity", "sts:", "sts:x*"] {
            trust(
                &format!(r#"{principal}, "Action": "{action}""#),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            );
        }
        for action in ["sts:*", "STS:assumerole*", "sts:SetSourceIdentity"] {
            trust(&format!(r#"{principal}, "Action": "{action}""#), "");
        }
        trust(
            r#", "Principal": "*", "Action": "sts:AssumeRole""#,
            "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
        );
    }
}
