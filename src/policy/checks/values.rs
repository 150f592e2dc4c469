//! Condition values of known form: values that must look like a Region, a VPC, a service principal or a key.

use super::{Context, Example, Family, KeyUse, Rule};
use crate::catalog::{regions, rules};
use crate::policy::ast::ConditionValue;
use crate::policy::diagnostic::FindingType;

/// Condition values of known form.
pub const FAMILY: Family = Family {
    name: "Condition values of known form",
    rules: &[
        &INVALID_REGION,
        &INVALID_VPC_FORMAT,
        &INVALID_VPCE_FORMAT,
        &INVALID_SERVICE_PRINCIPAL_FORMAT,
        &INVALID_KMS_KEY_VALUE,
        &VARIABLE_USAGE_TOO_PERMISSIVE,
        &WILDCARD_USAGE_TOO_PERMISSIVE,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        for value in &key.entry.values {
            fixed_forms(context, key, value);
        }
        if rules::holds(rules::SENSITIVE, key.name()) {
            sensitive(context, key);
        } else if key.is("aws:userid") {
            user_id(context, key);
        }
    }
    context.keys = keys;
}

/// Values of keys that have a fixed form. Patterns are left alone where a `Like` operator reads them.
fn fixed_forms(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, value: &ConditionValue<'_>) {
    let text = value.as_str();
    let node = [value.text.node];
    let is_null = key.operator().is_some_and(|operator| operator.base == crate::policy::operator::BaseOperator::Null);
    // The Region of a request is known before any variable has a value.
    if !is_null && key.is("aws:RequestedRegion") && text.contains("${") {
        return context.report(&INVALID_REGION, &node, &[text]);
    }
    if is_null || text.contains("${") || text.contains(['*', '?']) {
        return;
    }
    let id = |prefix: &str| {
        let rest = text.strip_prefix(prefix).unwrap_or_default();
        matches!(rest.len(), 8 | 17) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if rules::holds(rules::REGION_VALUED, key.name()) {
        if !regions::is_region(text) {
            context.report(&INVALID_REGION, &node, &[text]);
            let names = regions::all().map(|region| region.name);
            if let Some(meant) = crate::base::nearest::nearest(text, names) {
                context.fix_string(value.text.node, meant);
            }
        }
    } else if key.is("aws:SourceVpc") && !id("vpc-") {
        context.report(&INVALID_VPC_FORMAT, &node, &[]);
    } else if key.is("aws:SourceVpce") && !id("vpce-") {
        context.report(&INVALID_VPCE_FORMAT, &node, &[]);
    } else if rules::holds(rules::SERVICE_PRINCIPAL_VALUED, key.name()) {
        service_principal(context, key, value);
    } else if rules::holds(rules::KMS_KEY_VALUED, key.name()) && !is_kms_key(text) {
        context.report(&INVALID_KMS_KEY_VALUE, &node, &[key.name()]);
    }
}

fn service_principal(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, value: &ConditionValue<'_>) {
    let text = value.as_str();
    let with_region = key.is("kms:ViaService");
    let labels = regions::PARTITIONS
        .iter()
        .filter_map(|partition| text.strip_suffix(partition.domain)?.strip_suffix('.'))
        .max_by_key(|labels| std::cmp::Reverse(labels.len()));
    let lower = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let well_formed = labels.is_some_and(|labels| {
        let mut labels = labels.split('.');
        let count = labels.clone().count();
        labels.all(lower) && if with_region { count >= 2 } else { count == 1 || takes_longer_names(key) }
    });
    if !well_formed {
        let form = if with_region { "service-name.region.amazonaws.com" } else { "service-name.amazonaws.com" };
        return context.report(&INVALID_SERVICE_PRINCIPAL_FORMAT, &[value.text.node], &[form]);
    }
    let service = labels.unwrap_or_default();
    let called_via = rules::holds(&["aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"], key.name());
    if called_via && !context.catalog.has_arn_service(service) && !is_known_principal(context, text) {
        context.report(&super::services::INVALID_SERVICE, &[value.text.node], &[service]);
    }
}

/// Keys of roles take principals with more than one label, such as `ecs.application-autoscaling.amazonaws.com`.
fn takes_longer_names(key: &KeyUse<'_, '_>) -> bool {
    key.is_one_of(&["iam:PassedToService", "iam:AWSServiceName", "kms:GranteeServicePrincipal"])
}

fn is_known_principal(context: &Context<'_, '_>, principal: &str) -> bool {
    context.catalog.service_principals().iter().any(|known| known == principal)
}

fn is_kms_key(text: &str) -> bool {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    matches!(fields.as_slice(), ["arn", _, "kms", region, account, resource]
        if !region.is_empty() && account.len() == 12 && resource.strip_prefix("key/").is_some_and(|id| !id.is_empty()))
}

/// Keys that tell accounts, organizations and networks apart take neither wildcards nor what the caller can fill.
fn sensitive(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let Some(operator) = key.operator() else { return };
    for value in &key.entry.values {
        let (text, node) = (value.as_str(), value.text.node);
        if operator.base.takes_wildcards() && text != "*" && text.contains(['*', '?']) {
            context.report_text(
                &WILDCARD_USAGE_TOO_PERMISSIVE,
                &[node],
                sensitive_text("The wildcard is", "wildcards are", None, key),
            );
        } else if text.contains("${") && !names_only_sensitive(text) {
            let also = Some("policy variables can be evaluated as effective wildcards. Therefore ");
            let details = sensitive_text("The policy variable is", "policy variables are", also, key);
            context.report_text(&VARIABLE_USAGE_TOO_PERMISSIVE, &[node], details);
        }
    }
}

fn sensitive_text(what: &str, plural: &str, because: Option<&str>, key: &KeyUse<'_, '_>) -> String {
    format!(
        "{what} not allowed in the condition key {}. We consider the key to be sensitive and {}{plural} not allowed to \
         be used with sensitive keys. Refer to \
         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html for the list of \
         sensitive keys.",
        key.name(),
        because.unwrap_or_default(),
    )
}

/// Whether every variable of a text is a sensitive key itself: AWS fills those, nobody else.
fn names_only_sensitive(text: &str) -> bool {
    text.split("${").skip(1).all(|after| {
        let name = after.split(['}', ',']).next().unwrap_or_default();
        rules::holds(rules::SENSITIVE, name.trim())
    })
}

/// `aws:userid` is `role-id:session-name`: the session is free, the id is not.
fn user_id(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let Some(operator) = key.operator() else { return };
    let like = operator.base.takes_wildcards();
    for value in &key.entry.values {
        let (text, node) = (value.as_str(), value.text.node);
        let left = match split_outside_variables(text) {
            Some((left, _)) => left,
            None => text,
        };
        let whole = left.len() == text.len();
        let wild = like && left.contains(['*', '?']) && (whole || left != "*");
        let variable =
            left.contains("${") && (whole || !(left.starts_with("${") && left.find('}') == Some(left.len() - 1)));
        if wild {
            let text = "Overly permissive use of wildcard with aws:userID. Use the wildcard on the right side of colon \
                        or as the only character on the left side of a colon.";
            context.report_text(&WILDCARD_USAGE_TOO_PERMISSIVE, &[node], text.to_owned());
        } else if variable {
            let text = "Overly permissive use of policy variable with aws:userID. Use the policy variable on the right \
                        side of colon or as the only character on the left side of a colon.";
            context.report_text(&VARIABLE_USAGE_TOO_PERMISSIVE, &[node], text.to_owned());
        }
    }
}

/// Splits at the first colon that is not inside a variable.
fn split_outside_variables(text: &str) -> Option<(&str, &str)> {
    let mut open = false;
    let at = text.char_indices().find(|(_, ch)| {
        match ch {
            '{' => open = true,
            '}' => open = false,
            _ => {}
        }
        *ch == ':' && !open
    });
    at.and_then(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)))
}

const INVALID_REGION: Rule = Rule {
    code: "INVALID_REGION",
    kind: FindingType::Error,
    title: "Invalid Region",
    message: "The Region {{region}} is not valid. Update the condition value to a supported Region.",
    about: "The value is no Region that AWS knows.",
    cure: "Write the code of a Region, such as `eu-west-1`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:RequestedRegion": "us-south-9"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}"#,
    ),
};

const INVALID_VPC_FORMAT: Rule = Rule {
    code: "INVALID_VPC_FORMAT",
    kind: FindingType::Error,
    title: "Invalid vpc format",
    message: "The VPC identifier in the condition key value is not valid. Use the prefix 'vpc-' followed by 8 or 17 alphanumeric characters.",
    about: "A VPC id is `vpc-` with 8 or 17 characters.",
    cure: "Write the whole id.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-111bbb22"}}}"#,
    ),
};

const INVALID_VPCE_FORMAT: Rule = Rule {
    code: "INVALID_VPCE_FORMAT",
    kind: FindingType::Error,
    title: "Invalid vpce format",
    message: "The VPCE identifier in the condition key value is not valid.  Use the prefix 'vpce-' followed by 8 or 17 alphanumeric characters.",
    about: "A VPC endpoint id is `vpce-` with 8 or 17 characters.",
    cure: "Write the whole id.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-12"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}}"#,
    ),
};

const INVALID_SERVICE_PRINCIPAL_FORMAT: Rule = Rule {
    code: "INVALID_SERVICE_PRINCIPAL_FORMAT",
    kind: FindingType::Error,
    title: "Invalid service principal format",
    message: "The service principal does not match the expected format. Use the format {{expectedFormat}}.",
    about: "The values of the key are service principals, which have a fixed form.",
    cure: "Write the principal in the form that is named.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}}"#,
    ),
};

const INVALID_KMS_KEY_VALUE: Rule = Rule {
    code: "INVALID_KMS_KEY_VALUE",
    kind: FindingType::Error,
    title: "Invalid kms key value",
    message: "The {{key}} condition key value must be a valid KMS key ARN.",
    about: "The key is compared with the ARN of a KMS key, never with an alias or a bare id.",
    cure: "Write `arn:aws:kms:region:account:key/id`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "alias/app"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}}"#,
    ),
};

const VARIABLE_USAGE_TOO_PERMISSIVE: Rule = Rule {
    code: "VARIABLE_USAGE_TOO_PERMISSIVE",
    kind: FindingType::Error,
    title: "Variable usage too permissive",
    message: "Overly permissive use of policy variable for the {{key}} condition key. Use the policy variable preceded by 6 consecutive characters.",
    about: "A variable in this key can be filled by the caller and then works like a wildcard.",
    cure: "Write the values out.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "${aws:username}"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const WILDCARD_USAGE_TOO_PERMISSIVE: Rule = Rule {
    code: "WILDCARD_USAGE_TOO_PERMISSIVE",
    kind: FindingType::Error,
    title: "Wildcard usage too permissive",
    message: "Overly permissive use of wildcard for the {{key}} condition key. Use the wildcard preceded by 6 consecutive characters.",
    about: "A wildcard in this key allows unintended accounts, organizations or networks.",
    cure: "Write the values out.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringLike": {"aws:SourceAccount": "1111*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};
