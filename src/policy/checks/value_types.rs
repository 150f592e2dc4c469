//! Types of condition values: whether operator, key and value are of one type.

use super::context::KnownKey;
use super::{Context, Example, Family, KeyUse, Rule};
use crate::catalog::ValueType;
use crate::policy::ast::{ConditionValue, ValueKind};
use crate::policy::diagnostic::FindingType;
use crate::policy::operator::{BaseOperator, Operator, OperatorClass};

/// Types of condition values.
pub const FAMILY: Family = Family {
    name: "Types of condition values",
    rules: &[
        &TYPE_MISMATCH,
        &STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS,
        &TYPE_MISMATCH_BOOLEAN,
        &TYPE_MISMATCH_DATE,
        &INVALID_DATE_VALUE,
        &TYPE_MISMATCH_NUMBER,
        &TYPE_MISMATCH_STRING,
        &TYPE_MISMATCH_IP_RANGE,
        &INVALID_CONDITION_DATA_TYPE,
        &INVALID_CONDITION_MULTIPLE_BOOLEAN,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        let Some(operator) = key.operator() else { continue };
        against_key(context, key, operator);
        json_types(context, key, operator);
        for value in &key.entry.values {
            if !value.as_str().contains("${") {
                against_value(context, operator, value);
            }
        }
    }
    context.keys = keys;
}

/// Compares the operator's type with the key's.
fn against_key(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    let Some(value_type) = key.value_type() else { return };
    let class = operator.class();
    let node = key.entry.name.node;
    let parts = [allowed(key, value_type), class_name(class), key.name()];
    if let Some(allowed) = without_arn(key.name()).filter(|_| class == OperatorClass::Arn) {
        return context.report(&TYPE_MISMATCH, &[node], &[allowed, "ARN", key.name()]);
    }
    if value_type == ValueType::Arn && matches!(operator.base, BaseOperator::StringLike | BaseOperator::StringNotLike) {
        // A pattern of wildcards only does not reach across anything.
        if !key.entry.values.iter().all(|value| value.as_str() == "*") {
            context.report(&STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS, &[node], &parts);
            swap_operator(context, key, operator);
        }
    } else if !fits(class, value_type) {
        context.report(&TYPE_MISMATCH, &[node], &parts);
        swap_operator(context, key, operator);
    }
}

/// The operator types of the keys with free names that an ARN operator does not go with, in AWS's words.
fn without_arn(key: &str) -> Option<&'static str> {
    let begins = |start: &str| key.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    if begins("kms:EncryptionContext:") {
        Some("String")
    } else if begins("aws:RequestTag/") {
        Some("String, Numeric")
    } else {
        None
    }
}

fn fits(class: OperatorClass, value: ValueType) -> bool {
    match class {
        OperatorClass::Null => true,
        OperatorClass::String => matches!(value, ValueType::String | ValueType::Arn | ValueType::Binary),
        OperatorClass::Arn => matches!(value, ValueType::Arn | ValueType::String),
        OperatorClass::Bool => matches!(value, ValueType::Bool | ValueType::String),
        OperatorClass::Numeric => matches!(value, ValueType::Numeric | ValueType::Date | ValueType::String),
        OperatorClass::Date => matches!(value, ValueType::Date | ValueType::Numeric | ValueType::String),
        OperatorClass::Ip => matches!(value, ValueType::IpAddress | ValueType::String),
        OperatorClass::Binary => matches!(value, ValueType::Binary | ValueType::String),
    }
}

/// The operator types that a key takes, in AWS's words.
fn allowed(key: &KeyUse<'_, '_>, value: ValueType) -> &'static str {
    match value {
        // The global ARN keys take both, by AWS's word.
        ValueType::Arn if matches!(key.known, KnownKey::Global(_)) => "ARN, String",
        ValueType::Arn => "ARN",
        ValueType::Bool => "Boolean",
        ValueType::Numeric => "Numeric",
        ValueType::Date => "Date",
        ValueType::IpAddress => "IPAddress",
        ValueType::Binary => "Binary",
        ValueType::String => "String",
    }
}

fn class_name(class: OperatorClass) -> &'static str {
    match class {
        OperatorClass::String => "string",
        OperatorClass::Numeric => "numeric",
        OperatorClass::Date => "date",
        OperatorClass::Bool => "boolean",
        OperatorClass::Binary => "binary",
        OperatorClass::Ip => "ipAddress",
        OperatorClass::Arn => "arn",
        OperatorClass::Null => "null",
    }
}

/// Offers the operator of the key's type that says the same, when the key is alone under its operator.
fn swap_operator(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    let negated = operator.base.is_negated();
    let base = match (key.value_type(), negated) {
        (Some(ValueType::Arn), false) => BaseOperator::ArnLike,
        (Some(ValueType::Arn), true) => BaseOperator::ArnNotLike,
        (Some(ValueType::Bool), false) => BaseOperator::Bool,
        (Some(ValueType::Numeric), false) => BaseOperator::NumericEquals,
        (Some(ValueType::Date), false) => BaseOperator::DateEquals,
        (Some(ValueType::IpAddress), false) => BaseOperator::IpAddress,
        (Some(ValueType::IpAddress), true) => BaseOperator::NotIpAddress,
        _ => return,
    };
    if key.block.entries.len() == 1 {
        context.fix_string(key.block.name.node, &Operator { base, ..operator }.name());
    }
}

/// Values of one key that JSON has in different types, and truth values that contradict each other.
fn json_types(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    let values = &key.entry.values;
    let kinds: Vec<ValueKind> = values.iter().map(|value| value.kind).collect();
    if kinds.windows(2).any(|pair| matches!(pair, [a, b] if a != b)) {
        context.report(&INVALID_CONDITION_DATA_TYPE, &[key.entry.name.node], &[]);
    }
    if operator.base == BaseOperator::Bool && values.len() > 1 && key.is_multi() != Some(true) {
        context.report(&INVALID_CONDITION_MULTIPLE_BOOLEAN, &[key.entry.name.node], &[]);
    }
}

/// Whether a value can be what the operator compares.
fn against_value(context: &mut Context<'_, '_>, operator: Operator, value: &ConditionValue<'_>) {
    let text = value.as_str();
    let name = operator.name();
    let node = [value.text.node];
    match operator.class() {
        OperatorClass::Bool | OperatorClass::Null if !is_truth(text) => {
            context.report(&TYPE_MISMATCH_BOOLEAN, &node, &[&name]);
        }
        OperatorClass::Date if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            context.report(&INVALID_DATE_VALUE, &node, &[text]);
        }
        OperatorClass::Date if !is_date(text) => context.report(&TYPE_MISMATCH_DATE, &node, &[]),
        OperatorClass::Numeric if text.parse::<f64>().is_err() => {
            context.report(&TYPE_MISMATCH_NUMBER, &node, &[&name]);
        }
        OperatorClass::Binary if !is_base64(text) => context.report(&TYPE_MISMATCH_STRING, &node, &[&name]),
        OperatorClass::Ip if super::addresses::Range::parse(text).is_none() => {
            context.report(&TYPE_MISMATCH_IP_RANGE, &node, &[&name]);
        }
        _ => {}
    }
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// ISO 8601 as AWS takes it: a date, or a date and a time with or without seconds and zone.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let number = |part: &str, range: std::ops::RangeInclusive<u32>| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && part.parse().is_ok_and(|n| range.contains(&n))
    };
    let parts: Vec<&str> = date.split('-').collect();
    let date = match parts.as_slice() {
        [year] => year.len() == 4 && number(year, 0..=9999),
        [year, month] => year.len() == 4 && number(year, 0..=9999) && number(month, 1..=12),
        [year, month, day] => year.len() == 4 && number(year, 0..=9999) && number(month, 1..=12) && number(day, 1..=31),
        _ => false,
    };
    date && time.is_none_or(|time| {
        let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
            Some(at) => (time.get(..at).unwrap_or_default(), time.get(at + 1..).unwrap_or_default()),
            None => (time, ""),
        };
        let mut parts = clock.split(':');
        parts.next().is_some_and(|hour| number(hour, 0..=24))
            && parts.next().is_none_or(|minute| number(minute, 0..=59))
            && parts.next().is_none_or(|second| number(second.split('.').next().unwrap_or_default(), 0..=60))
            && parts.next().is_none()
            && zone.split(':').all(|part| part.is_empty() || number(part, 0..=2359))
    })
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

const TYPE_MISMATCH: Rule = Rule {
    code: "TYPE_MISMATCH",
    kind: FindingType::Warning,
    title: "Type mismatch",
    message: "Use the operator type {{allowed}} instead of operator {{operator}} for the condition key {{key}}.",
    about: "The operator compares another type than the key has, so the condition does not do what it says.",
    cure: "Use an operator of the type that is named.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:ViaAWSService": "true"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Bool": {"aws:ViaAWSService": "true"}}}"#,
    ),
};

const STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS: Rule = Rule {
    code: "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
    kind: FindingType::SecurityWarning,
    title: "String like operator with ARN condition keys",
    message: "Use the operator type {{allowed}} instead of operator {{operator}} for the condition key {{key}}.",
    about: "A string pattern reaches across the colons of an ARN, so it may match ARNs that were not meant.",
    cure: "Use `ArnLike` or `ArnNotLike`, which compare the six fields one by one.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}}"#,
    ),
};

const TYPE_MISMATCH_BOOLEAN: Rule = Rule {
    code: "TYPE_MISMATCH_BOOLEAN",
    kind: FindingType::Warning,
    title: "Type mismatch Boolean",
    message: "Add a valid Boolean value (true or false) for the condition operator {{operator}}.",
    about: "A `Bool` or `Null` operator takes `true` or `false`.",
    cure: "Write one of the two.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Bool": {"aws:SecureTransport": "yes"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#,
    ),
};

const TYPE_MISMATCH_DATE: Rule = Rule {
    code: "TYPE_MISMATCH_DATE",
    kind: FindingType::Warning,
    title: "Type mismatch date",
    message: "The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD or other ISO 8601 date/time format.",
    about: "A date operator takes an ISO 8601 date.",
    cure: "Write it as `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ssZ`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"DateLessThan": {"aws:CurrentTime": "tomorrow"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-31T23:59:59Z"}}}"#,
    ),
};

const INVALID_DATE_VALUE: Rule = Rule {
    code: "INVALID_DATE_VALUE",
    kind: FindingType::Warning,
    title: "Invalid date value",
    message: "The date {{date}} might not resolve as expected. We recommend that you use the YYYY-MM-DD format.",
    about: "A number is read as seconds since 1970, which is easily mistaken.",
    cure: "Write the date as `YYYY-MM-DD`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"DateLessThan": {"aws:CurrentTime": "1798761599"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-31"}}}"#,
    ),
};

const TYPE_MISMATCH_NUMBER: Rule = Rule {
    code: "TYPE_MISMATCH_NUMBER",
    kind: FindingType::Warning,
    title: "Type mismatch number",
    message: "Add a valid numeric value for the condition operator {{operator}}.",
    about: "A numeric operator takes an integer or a decimal number.",
    cure: "Write a number.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "an hour"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}}"#,
    ),
};

const TYPE_MISMATCH_STRING: Rule = Rule {
    code: "TYPE_MISMATCH_STRING",
    kind: FindingType::Warning,
    title: "Type mismatch string",
    message: "Add a valid base64-encoded string value for the condition operator {{operator}}.",
    about: "`BinaryEquals` takes bytes in base64.",
    cure: "Encode the value in base64.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"BinaryEquals": {"s3:prefix": "not base64!"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const TYPE_MISMATCH_IP_RANGE: Rule = Rule {
    code: "TYPE_MISMATCH_IP_RANGE",
    kind: FindingType::Error,
    title: "Type mismatch IP range",
    message: "The condition operator {{operator}} is used with an invalid IP range value. Specify the IP range in standard CIDR format.",
    about: "An address operator takes an IPv4 or IPv6 address or range.",
    cure: "Write it in CIDR form, such as `203.0.113.0/24`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/99"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};

const INVALID_CONDITION_DATA_TYPE: Rule = Rule {
    code: "INVALID_CONDITION_DATA_TYPE",
    kind: FindingType::Error,
    title: "Invalid condition data type",
    message: "The condition value data types do not match. Use condition values of the same JSON data type.",
    about: "The values of one key have different JSON types.",
    cure: "Write all of them as strings.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333", 444455556666]}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333", "444455556666"]}}}"#,
    ),
};

const INVALID_CONDITION_MULTIPLE_BOOLEAN: Rule = Rule {
    code: "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    kind: FindingType::Error,
    title: "Invalid condition multiple Boolean",
    message: "The condition key does not support multiple Boolean values. Use a single Boolean value.",
    about: "A request has one value of a boolean key; true and false together always match.",
    cure: "Write one value.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#,
    ),
};

#[cfg(test)]
mod tests {
    use crate::policy::validate::{Options, validate};

    #[track_caller]
    fn check(condition: &str, expected: &[(&str, &str)]) {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {{{condition}}}}}]}}"#
        );
        let report = validate(&text, &Options { aws_only: true, ..Options::default() });
        let found = report.findings.iter().filter(|f| matches!(f.code, "TYPE_MISMATCH" | "INVALID_REGION"));
        let told: Vec<_> = found.map(|f| (f.details.as_str(), f.locations[0].span.of(&text))).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn an_arn_operator_does_not_go_with_keys_of_free_names() {
        check(
            r#""ArnLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b"}"#,
            &[(
                "Use the operator type String instead of operator ARN for the condition key kms:EncryptionContext:aws:s3:arn.",
                "\"kms:EncryptionContext:aws:s3:arn\"",
            )],
        );
        check(
            r#""ArnNotEquals": {"aws:RequestTag/owner": "arn:aws:iam::111122223333:role/a"}"#,
            &[(
                "Use the operator type String, Numeric instead of operator ARN for the condition key aws:RequestTag/owner.",
                "\"aws:RequestTag/owner\"",
            )],
        );
        check(r#""StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/*"}"#, &[]);
    }

    #[test]
    fn the_region_of_a_request_is_no_variable() {
        check(
            r#""StringEquals": {"aws:RequestedRegion": "${aws:PrincipalTag/region}"}"#,
            &[(
                "The Region ${aws:PrincipalTag/region} is not valid. Update the condition value to a supported Region.",
                "\"${aws:PrincipalTag/region}\"",
            )],
        );
        check(r#""StringEquals": {"aws:RequestedRegion": "eu-central-1"}"#, &[]);
    }
}
