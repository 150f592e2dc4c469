//! Resource ARNs: whether a resource ARN is well formed and fits its service.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Context, Example, Family, ResourceUse, Rule};
use crate::base::nearest::nearest;
use crate::base::wildcard;
use crate::base::work;
use crate::catalog::ArnFormat;
use crate::catalog::regions;
use crate::policy::arn_pattern::{ArnPattern, is_open};
use crate::policy::diagnostic::FindingType;

/// Resource ARNs.
pub const FAMILY: Family = Family {
    name: "Resource ARNs",
    rules: &[
        &INVALID_ARN_PREFIX,
        &MISSING_ARN_FIELD,
        &INVALID_ARN_ACCOUNT,
        &INVALID_ARN_REGION,
        &INVALID_ARN_RESOURCE,
        &INVALID_ARN_SERVICE_CASE,
        &INVALID_PARTITION,
        &ARN_ACCOUNT_NOT_ALLOWED,
        &ARN_REGION_NOT_ALLOWED,
        &MISSING_ARN_REGION,
        &MISSING_ARN_ACCOUNT,
    ],
    check,
};

/// A format with its last field, which is asked for most.
type Format<'a> = (&'a str, &'a ArnFormat);

fn check(context: &mut Context<'_, '_>) {
    let resources = std::mem::take(&mut context.resources);
    let mut formats = HashMap::new();
    for resource in &resources {
        if let Some(arn) = resource.arn.filter(|_| !context.is_full() && !work::is_spent()) {
            fields(context, resource, &arn, &mut formats);
        }
    }
    context.resources = resources;
}

/// `known` holds the formats of the services that were asked for.
fn fields<'a>(
    context: &mut Context<'a, '_>,
    resource: &ResourceUse<'_, '_>,
    arn: &ArnPattern<'a>,
    known: &mut HashMap<&'a str, Vec<Format<'a>>>,
) {
    let node = resource.text.node;
    if arn.prefix() != "arn" {
        // A text that begins with a variable may become a whole ARN.
        if !arn.prefix().starts_with("${") {
            context.report(&INVALID_ARN_PREFIX, &[node], &[]);
        }
        return;
    }
    if arn.count() < 6 {
        return context.report(&MISSING_ARN_FIELD, &[node], &["6"]);
    }
    if arn.service().bytes().any(|b| b.is_ascii_uppercase()) && !arn.service().contains("${") {
        context.report(&INVALID_ARN_SERVICE_CASE, &[node], &[arn.service()]);
        let text = resource.text.value.replacen(arn.service(), &arn.service().to_ascii_lowercase(), 1);
        return context.fix_string(node, &text);
    }
    if is_open(arn.service()) || arn.service().is_empty() || !context.catalog.has_arn_service(arn.service()) {
        // What is said of the service is said elsewhere; nothing is known of its formats.
        return;
    }
    if !is_open(arn.partition()) && regions::partition(arn.partition()).is_none() {
        let known: Vec<_> = regions::PARTITIONS.iter().take(3).map(|partition| partition.name).collect();
        context.report(&INVALID_PARTITION, &[node], &[arn.service(), arn.partition(), &known.join(", ")]);
    }
    let formats = known.entry(arn.service()).or_insert_with(|| {
        let types = context.catalog.arn_types(arn.service()).flat_map(|(_, kind)| &kind.arns);
        types.map(|format| (format.field(5), format)).collect()
    });
    if formats.is_empty() {
        return;
    }
    let open = variables_open(arn.resource());
    let mut fitting =
        formats.iter().filter(|(last, _)| wildcard::overlap(last, &open)).map(|(_, format)| *format).peekable();
    if fitting.peek().is_none() {
        return unknown_type(context, resource, arn, formats);
    }
    // A resource that is open from its first character says nothing of its type, and open fields fit any.
    let settled = |field: &str| is_open(field) && !field.is_empty();
    if arn.resource().starts_with(['*', '?']) || settled(arn.region()) && settled(arn.account()) {
        return;
    }
    let fitting: Vec<&ArnFormat> = fitting.collect();
    region(context, resource, arn, &fitting);
    account(context, resource, arn, &fitting);
}

/// A resource that fits no format. The formats that AWS publishes are not complete but for IAM's own, so for
/// other services only what looks like a misspelt type is named.
fn unknown_type(
    context: &mut Context<'_, '_>,
    resource: &ResourceUse<'_, '_>,
    arn: &ArnPattern<'_>,
    formats: &[Format<'_>],
) {
    let typed = |text: &str| -> Option<String> {
        let end = text.find(['/', ':'])?;
        text.get(..end).filter(|kind| !kind.is_empty() && !is_open(kind)).map(str::to_owned)
    };
    let Some(written) = typed(arn.resource()) else { return };
    let known: Vec<String> = formats.iter().filter_map(|(last, _)| typed(last)).collect();
    // Services have renamed types in capitals and hyphens and still know the old ones.
    let plain = |text: &str| text.to_ascii_lowercase().replace('-', "");
    if known.iter().any(|kind| plain(kind) == plain(&written)) {
        return;
    }
    let meant = nearest(&written, known.iter().map(String::as_str));
    if meant.is_none() && arn.service() != "iam" {
        return;
    }
    context.report(&INVALID_ARN_RESOURCE, &[resource.text.node], &[]);
    if let Some(meant) = meant {
        let text = resource.text.value.replacen(&format!(":{written}"), &format!(":{meant}"), 1);
        context.fix_string(resource.text.node, &text);
    }
}

/// Resources that AWS owns: their ARNs have no account though the format has the field. The service and how the
/// resource begins.
const OWNED_BY_AWS: &[(&str, &str)] = &[("ssm", ""), ("resource-explorer-2", "view/AWSServiceView")];

/// A variable may become anything.
fn variables_open(text: &str) -> Cow<'_, str> {
    if !text.contains("${") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn region(context: &mut Context<'_, '_>, resource: &ResourceUse<'_, '_>, arn: &ArnPattern<'_>, fitting: &[&ArnFormat]) {
    let node = resource.text.node;
    let given = arn.region();
    if given.is_empty() {
        if fitting.iter().all(|format| !format.field(3).is_empty()) {
            context.report(&MISSING_ARN_REGION, &[node], &[arn.service()]);
            set_field(context, resource, 3, "*");
        }
    } else if !is_open(given) {
        if fitting.iter().all(|format| format.field(3).is_empty()) {
            context.report(&ARN_REGION_NOT_ALLOWED, &[node], &[arn.service()]);
            set_field(context, resource, 3, "");
        } else if !regions::is_region(given) {
            context.report(&INVALID_ARN_REGION, &[node], &[given]);
        }
    }
}

fn account(
    context: &mut Context<'_, '_>,
    resource: &ResourceUse<'_, '_>,
    arn: &ArnPattern<'_>,
    fitting: &[&ArnFormat],
) {
    let node = resource.text.node;
    let given = arn.account();
    if given.is_empty() {
        let of_aws =
            OWNED_BY_AWS.iter().any(|(service, start)| arn.service() == *service && arn.resource().starts_with(start));
        if !of_aws && fitting.iter().all(|format| !format.field(4).is_empty()) {
            context.report(&MISSING_ARN_ACCOUNT, &[node], &[arn.resource()]);
            set_field(context, resource, 4, "*");
        }
    } else if !is_open(given) {
        let literal = fitting.iter().any(|format| format.field(4) == given);
        if fitting.iter().all(|format| format.field(4).is_empty()) {
            context.report(&ARN_ACCOUNT_NOT_ALLOWED, &[node], &[arn.service()]);
            set_field(context, resource, 4, "");
        } else if !literal && given != "aws" && !(given.len() == 12 && given.bytes().all(|b| b.is_ascii_digit())) {
            context.report(&INVALID_ARN_ACCOUNT, &[node], &[given]);
        }
    }
}

/// Offers another text for a field.
fn set_field(context: &mut Context<'_, '_>, resource: &ResourceUse<'_, '_>, field: usize, with: &str) {
    let fields = resource.text.value.splitn(6, ':').enumerate();
    let fields: Vec<&str> = fields.map(|(at, own)| if at == field { with } else { own }).collect();
    context.fix_string(resource.text.node, &fields.join(":"));
}

const INVALID_ARN_PREFIX: Rule = Rule {
    code: "INVALID_ARN_PREFIX",
    kind: FindingType::Error,
    title: "Invalid ARN prefix",
    message: "Add the required prefix (arn) to the resource ARN.",
    about: "An ARN begins with `arn:`.",
    cure: "Write the whole ARN, from `arn:` on.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "amzn-bucket/key:x"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const MISSING_ARN_FIELD: Rule = Rule {
    code: "MISSING_ARN_FIELD",
    kind: FindingType::Error,
    title: "Missing ARN field",
    message: "Resource ARNs must include at least {{fields}} fields in the following structure: arn:partition:service:region:account:resource",
    about: "An ARN has six fields, separated by colons.",
    cure: "Add the missing colons; a field may be empty.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_ARN_ACCOUNT: Rule = Rule {
    code: "INVALID_ARN_ACCOUNT",
    kind: FindingType::Error,
    title: "Invalid ARN account",
    message: "The resource ARN account ID {{account}} is not valid. Provide a 12-digit account ID.",
    about: "The fifth field of an ARN is an account id of 12 digits, or empty.",
    cure: "Write the 12 digits, or `*`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:1234:queue"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:111122223333:queue"}"#,
    ),
};

const INVALID_ARN_REGION: Rule = Rule {
    code: "INVALID_ARN_REGION",
    kind: FindingType::Error,
    title: "Invalid ARN Region",
    message: "The Region {{region}} is not valid for this resource. Update the resource ARN to include a supported Region.",
    about: "The fourth field of an ARN is a Region that AWS does not know.",
    cure: "Write the code of a Region, such as `eu-west-1`, or `*`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-south-9:111122223333:queue"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:111122223333:queue"}"#,
    ),
};

const INVALID_ARN_RESOURCE: Rule = Rule {
    code: "INVALID_ARN_RESOURCE",
    kind: FindingType::Error,
    title: "Invalid ARN resource",
    message: "Resource ARN does not match the expected ARN format. Update the resource portion of the ARN.",
    about: "The last field fits no resource type of the service, so the statement matches nothing.",
    cure: "Take the ARN format of the resource type that is meant.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::111122223333:usr/alice"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::111122223333:user/alice"}"#,
    ),
};

const INVALID_ARN_SERVICE_CASE: Rule = Rule {
    code: "INVALID_ARN_SERVICE_CASE",
    kind: FindingType::Error,
    title: "Invalid ARN service case",
    message: "Update the service name {{service}} in the resource ARN to use all lowercase letters.",
    about: "Services are written in lower case in ARNs; others match nothing.",
    cure: "Write the service in lower case.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:S3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_PARTITION: Rule = Rule {
    code: "INVALID_PARTITION",
    kind: FindingType::Error,
    title: "Invalid partition",
    message: "The resource ARN for the service {{service}} does not support the partition {{partition}}. Use the supported values: {{partitions}}",
    about: "The second field names a partition that AWS does not have for the service.",
    cure: "Write `aws`, `aws-cn` or `aws-us-gov`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:amazon:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const ARN_ACCOUNT_NOT_ALLOWED: Rule = Rule {
    code: "ARN_ACCOUNT_NOT_ALLOWED",
    kind: FindingType::Error,
    title: "ARN account not allowed",
    message: "The service {{service}} does not support specifying an account ID in the resource ARN.",
    about: "ARNs of this service have no account id; with one the statement matches nothing.",
    cure: "Leave the fifth field empty.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3::111122223333:amzn-bucket"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const ARN_REGION_NOT_ALLOWED: Rule = Rule {
    code: "ARN_REGION_NOT_ALLOWED",
    kind: FindingType::Error,
    title: "ARN Region not allowed",
    message: "The service {{service}} does not support specifying a Region in the resource ARN.",
    about: "ARNs of this service have no Region; with one the statement matches nothing.",
    cure: "Leave the fourth field empty.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam:us-east-1:111122223333:user/alice"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::111122223333:user/alice"}"#,
    ),
};

const MISSING_ARN_REGION: Rule = Rule {
    code: "MISSING_ARN_REGION",
    kind: FindingType::Error,
    title: "Missing ARN Region",
    message: "Add a Region to the {{service}} resource ARN.",
    about: "ARNs of this resource have a Region; without one the statement matches nothing.",
    cure: "Write the Region, or `*`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs::111122223333:queue"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:111122223333:queue"}"#,
    ),
};

const MISSING_ARN_ACCOUNT: Rule = Rule {
    code: "MISSING_ARN_ACCOUNT",
    kind: FindingType::Error,
    title: "Missing ARN account",
    message: "The resource {{resourceName}} in the arn is missing an account id. Please provide a 12 digit account id.",
    about: "ARNs of this resource have an account id; without one the statement matches nothing.",
    cure: "Write the account id, or `*`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1::queue"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:*:queue"}"#,
    ),
};
