//! Condition keys as AWS writes them in the details of an authorization: every value is a text.

use serde_json::{Map, Value};

use crate::policy::evaluate::Context;

/// Names that the API reference shows, or the reference of condition keys.
const NAMES: &[&str] = &[
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalARN",
    "aws:PrincipalAccount",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag",
    "aws:PrincipalType",
    "aws:RequestTag",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag",
    "aws:SecureTransport",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:UserId",
    "aws:ViaAWSService",
    "aws:username",
    "iam:AWSServiceName",
    "iam:DelegationDuration",
    "iam:DelegationRequestOwner",
    "iam:NotificationChannel",
    "iam:PassedToService",
    "iam:PermissionsBoundary",
    "iam:PolicyARN",
    "iam:ResourceTag",
    "iam:RoleTemplateARN",
    "iam:ServiceSpecificCredentialServiceName",
    "iam:TemplateArn",
];

/// What is the same for all evaluations of a request.
pub fn of_request(context: &Context) -> Map<String, Value> {
    let mut all = pairs(context, true);
    all.insert("aws:ViaAWSMCPService".to_owned(), "false".into());
    all
}

/// What belongs to one evaluation: its resource, its tags, its parameters.
pub fn of_evaluation(context: &Context) -> Map<String, Value> {
    pairs(context, false)
}

fn pairs(context: &Context, shared: bool) -> Map<String, Value> {
    let all = context.entries().filter(|(_, _, values)| !values.is_empty());
    let fitting = all.filter(|(folded, ..)| is_shared(folded) == shared);
    fitting.map(|(folded, tag, values)| (written(folded, tag), value(context, folded, values).into())).collect()
}

fn is_shared(folded: &str) -> bool {
    let of_resource = ["aws:resourcetag/", "aws:requesttag/", "aws:tagkeys", "aws:resourceaccount"];
    folded.starts_with("aws:") && !of_resource.iter().any(|key| folded.starts_with(key))
}

fn written(folded: &str, tag: Option<&str>) -> String {
    let (key, rest) = folded.split_once('/').map_or((folded, None), |(key, rest)| (key, Some(rest)));
    let key = NAMES.iter().find(|name| name.eq_ignore_ascii_case(key)).copied().unwrap_or(key);
    match tag.or(rest) {
        None => key.to_owned(),
        Some(tag) => format!("{key}/{tag}"),
    }
}

fn value(context: &Context, folded: &str, values: &[Box<str>]) -> String {
    match (folded, values) {
        // AWS shows both of these as the reference shows them: the time as a time, the address as a range.
        ("aws:epochtime", _) => context.single("aws:currenttime").unwrap_or_default().to_owned(),
        ("aws:sourceip", [address]) => format!("{address}/{}", if address.contains(':') { 128 } else { 32 }),
        ("aws:principalorgpaths" | "aws:resourceorgpaths" | "aws:tagkeys", many) => format!("[{}]", many.join(", ")),
        (_, [one]) => one.to_string(),
        (_, many) => format!("[{}]", many.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_aws_writes_them() {
        let mut context = Context::default();
        context.set("aws:currenttime", ["2026-01-01T00:00:00Z"]);
        context.set("aws:epochtime", ["1767225600"]);
        context.set("aws:sourceip", ["192.0.2.1"]);
        context.set("aws:principalorgpaths", ["o-1/r-1/"]);
        context.set("iam:policyarn", ["arn:aws:iam::aws:policy/ReadOnlyAccess"]);
        context.set_tag("aws:RequestTag", "CostCenter", "1");
        let shared = of_request(&context);
        assert_eq!(shared["aws:EpochTime"], "2026-01-01T00:00:00Z");
        assert_eq!(shared["aws:SourceIp"], "192.0.2.1/32");
        assert_eq!(shared["aws:PrincipalOrgPaths"], "[o-1/r-1/]");
        let own = of_evaluation(&context);
        assert_eq!(own["aws:RequestTag/CostCenter"], "1");
        assert_eq!(own["iam:PolicyARN"], "arn:aws:iam::aws:policy/ReadOnlyAccess");
        assert_eq!(own.len(), 2);
    }
}
