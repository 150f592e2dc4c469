//! Resources and conditions in the console's words: `BucketName | string like | my-bucket`.

use crate::catalog::{Catalog, ResourceType, Service};
use crate::policy::ast::{ConditionBlock, ConditionEntry};

/// What a resource entry names, as far as a resource type of the service explains it.
pub fn resource(entry: &str, service: Option<&Service>) -> String {
    if entry == "*" {
        return "All resources".to_owned();
    }
    let types = service.map(Service::resources).unwrap_or_default();
    let named = types.iter().filter_map(|kind| named_parts(entry, kind)).max_by_key(|(_, fixed)| *fixed);
    match named {
        Some((parts, _)) if !parts.is_empty() => parts.join(", "),
        _ => entry.to_owned(),
    }
}

/// The variables of a type's ARN with their values in an entry, and how much of the ARN was plain text.
fn named_parts(entry: &str, kind: &ResourceType) -> Option<(Vec<String>, usize)> {
    kind.arns.iter().filter_map(|format| parts_of(entry, &format.template)).max_by_key(|(_, fixed)| *fixed)
}

fn parts_of(entry: &str, template: &str) -> Option<(Vec<String>, usize)> {
    let mut parts = Vec::new();
    let mut fixed = 0;
    let mut fields = entry.splitn(6, ':').zip(template.splitn(6, ':')).enumerate();
    let all = fields.try_for_each(|(number, (value, pattern))| {
        if number < 5 {
            if pattern == "${Region}" && !matches!(value, "" | "*") {
                parts.push(line("RegionName", value));
            }
            // The partition and the account say nothing about which resource is meant.
            let plain = !pattern.starts_with("${");
            return (!plain || value == pattern || value.contains('*')).then_some(());
        }
        fixed = capture(value, pattern, &mut parts)?;
        Some(())
    });
    (all.is_some() && entry.splitn(6, ':').count() == 6).then_some((parts, fixed))
}

/// Reads the values of a template's variables off a text; the last variable takes all that is left.
fn capture(text: &str, template: &str, parts: &mut Vec<String>) -> Option<usize> {
    let (mut text, mut template) = (text, template);
    let mut fixed = 0;
    while let Some((plain, rest)) = template.split_once("${") {
        text = text.strip_prefix(plain)?;
        fixed += plain.len();
        let (name, rest) = rest.split_once('}')?;
        let until = rest.split("${").next().unwrap_or_default();
        let (value, after) = if until.is_empty() {
            (text, "")
        } else {
            // A wildcard at the end of what is written stands for all the variables that follow.
            text.split_once(until)
                .map(|(value, _)| (value, text.get(value.len()..).unwrap_or_default()))
                .or_else(|| text.ends_with('*').then_some((text, "*")))?
        };
        parts.push(line(name, value));
        if after == "*" && !until.starts_with('*') {
            return Some(fixed);
        }
        text = after;
        template = rest;
    }
    (text == template || text == "*").then_some(fixed + template.len())
}

fn line(name: &str, value: &str) -> String {
    let value = if value == "*" { "All" } else { value };
    format!("{name} | string like | {value}")
}

/// A condition: key, operator in words, values.
pub fn condition(block: &ConditionBlock<'_>, entry: &ConditionEntry<'_>) -> String {
    let values: Vec<&str> = entry.values.iter().map(super::super::ast::ConditionValue::as_str).collect();
    format!("{} | {} | {}", entry.name.as_str(), operator(block.name.as_str()), values.join(", "))
}

/// An operator's name in words: `ForAnyValue:StringLike` is `for any value: string like`.
fn operator(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    for ch in name.chars() {
        if ch.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(ch.to_ascii_lowercase());
    }
    let out = out.replace("ip address", "IP address");
    out.replace("arn ", "ARN ")
}

/// Whether ARNs of a service that the catalogue knows begin like this entry; `*` does.
pub fn is_known_service(entry: &str, catalog: &Catalog) -> bool {
    let service = entry.split(':').nth(2);
    service.is_none_or(|name| name.contains(['*', '?', '$']) || catalog.has_arn_service(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: &str, entry: &str, expected: &str) {
        assert_eq!(resource(entry, Catalog::bundled().service(prefix)), expected);
    }

    #[test]
    fn arns_are_read_as_the_console_reads_them() {
        check("s3", "*", "All resources");
        check("s3", "arn:aws:s3:::my-bucket", "BucketName | string like | my-bucket");
        check("s3", "arn:aws:s3:::my-bucket/*", "BucketName | string like | my-bucket, ObjectName | string like | All");
        check("iam", "arn:aws:iam::111122223333:user/*", "UserNameWithPath | string like | All");
        check(
            "dynamodb",
            "arn:aws:dynamodb:us-west-2:111122223333:table/Books",
            "RegionName | string like | us-west-2, TableName | string like | Books",
        );
        check("s3", "nonsense", "nonsense");
    }

    #[test]
    fn operators_are_words() {
        assert_eq!(operator("ForAnyValue:StringLikeIfExists"), "for any value: string like if exists");
        assert_eq!(operator("NotIpAddress"), "not IP address");
        assert_eq!(operator("ArnLike"), "ARN like");
    }
}
