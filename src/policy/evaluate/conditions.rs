//! The condition operators: 27 of them, with `IfExists`, `ForAllValues` and `ForAnyValue`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! and the pages on single- and multivalued keys.

pub(super) mod values;

use std::cmp::Ordering;

use crate::base::work;
use crate::policy::operator::{BaseOperator, Operator, OperatorClass, Qualifier};

use super::matching::{ArnPattern, Completion};
use super::request::Context;
use super::variables::{Reading, Template, shown};
use super::wildcard::matches;
use values::{Network, binary, boolean, date, number};

/// One key under one operator, with the values that a policy lists for it.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) operator: Operator,
    /// The key as written.
    pub(super) key: Box<str>,
    pub(super) folded_key: Box<str>,
    pub(super) written: Vec<Box<str>>,
    values: Vec<Value>,
}

/// A value of a policy, read once for its operator.
#[derive(Debug, Clone)]
enum Value {
    Fixed(Vec<u8>),
    Template(Template),
    Arn {
        pattern: ArnPattern,
        whole: Template,
    },
    /// An ARN operator's value that is only `*`: it asks for no more than that the key is there.
    AnyArn,
    Number(f64),
    Date(i128),
    Bool(bool),
    Bytes(Vec<u8>),
    Network(Network),
    /// Not of the operator's type: nothing is equal to it.
    Unreadable,
}

/// What a condition came to, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionResult {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It holds because the key is absent.
    HoldsAbsent,
    /// It does not because the key is absent.
    FailsAbsent,
    /// It does not because the request has several values and the operator no set prefix.
    FailsSeveral,
}

impl ConditionResult {
    /// Whether the condition holds.
    pub fn holds(self) -> bool {
        matches!(self, Self::Holds | Self::HoldsAbsent)
    }
}

impl Condition {
    pub(super) fn new(operator: Operator, key: &str, written: Vec<Box<str>>, variables: bool) -> Self {
        let values = written.iter().map(|text| Value::new(operator.base, text, variables)).collect();
        Self { operator, key: key.into(), folded_key: key.to_lowercase().into(), written, values }
    }

    pub(super) fn test(&self, context: &Context) -> ConditionResult {
        let Operator { qualifier, base, if_exists } = self.operator;
        let values = context.written(&self.key, &self.folded_key);
        let of = |holds| if holds { ConditionResult::Holds } else { ConditionResult::Fails };
        if base == BaseOperator::Null {
            // An empty value counts as none: "checks if the key exists and its value is not null".
            let absent = values.is_none_or(|values| values.iter().all(|value| value.is_empty()));
            return of(self.values.iter().any(|value| matches!(value, Value::Bool(wanted) if *wanted == absent)));
        }
        let Some(values) = values else {
            let holds = match qualifier {
                Some(Qualifier::ForAllValues) => true,
                // IfExists does not help here: AWS's own examples pair ForAnyValue:…IfExists with a
                // Null check to catch the absent key.
                Some(Qualifier::ForAnyValue) => false,
                None => if_exists || base.is_negated(),
            };
            return if holds { ConditionResult::HoldsAbsent } else { ConditionResult::FailsAbsent };
        };
        match (qualifier, values) {
            (Some(Qualifier::ForAllValues), values) => {
                let empty = matches!(values, [only] if only.is_empty());
                of(empty || values.iter().all(|value| self.passes(value, context)))
            }
            (Some(Qualifier::ForAnyValue), values) => of(values.iter().any(|value| self.passes(value, context))),
            (None, [value]) => of(self.passes(value, context)),
            // The documentation demands a qualifier for several values and does not say what happens
            // without one; the strict reading is that the condition is not met.
            (None, _) => ConditionResult::FailsSeveral,
        }
    }

    /// Whether one value of the request passes all values of the policy.
    pub(super) fn passes(&self, value: &str, context: &Context) -> bool {
        let base = self.operator.base;
        let Some(given) = Given::new(base.class(), value) else { return false };
        let wanted = self.values.iter().take_while(|_| !work::is_spent());
        let fits = |wanted: &Value| {
            work::spend(2 + value.len() as u64 / 8);
            wanted.fits(base, &given, context)
        };
        wanted.into_iter().any(fits) != base.is_negated()
    }

    /// Whether one value of the request fits the numbered value of the policy, the negation left aside.
    pub(super) fn fits(&self, number: usize, value: &str, context: &Context) -> bool {
        let base = self.operator.base;
        match (self.values.get(number), Given::new(base.class(), value)) {
            (Some(wanted), Some(given)) => wanted.fits(base, &given, context),
            _ => false,
        }
    }

    /// The variables in the values: key as written, key folded, whether it has a default.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.values
            .iter()
            .filter_map(|value| match value {
                Value::Template(template) | Value::Arn { whole: template, .. } => Some(template.variables()),
                _ => None,
            })
            .flatten()
    }

    /// A value of the policy with the request's values put in; none where a variable has no value.
    pub(super) fn expanded(&self, number: usize, context: &Context) -> Option<String> {
        match self.values.get(number)? {
            Value::Template(template) | Value::Arn { whole: template, .. } => {
                let mut out = Vec::new();
                template.expand(context, &mut out).then(|| shown(&out))
            }
            _ => self.written.get(number).map(ToString::to_string),
        }
    }
}

impl Value {
    fn new(base: BaseOperator, text: &str, variables: bool) -> Self {
        let read = |value: Option<Self>| value.unwrap_or(Self::Unreadable);
        let reading = Reading { wildcards: base.takes_wildcards(), variables };
        match base.class() {
            OperatorClass::String => {
                let template = Template::new(text, reading);
                match template.fixed() {
                    Some(bytes) => Self::Fixed(bytes.to_vec()),
                    None => Self::Template(template),
                }
            }
            OperatorClass::Arn if text == "*" => Self::AnyArn,
            OperatorClass::Arn => {
                let whole = Template::new(text, reading);
                Self::Arn { pattern: ArnPattern::new(&whole.split_arn(), Completion::AfterStar), whole }
            }
            OperatorClass::Numeric => read(number(text).map(Self::Number)),
            OperatorClass::Date => read(date(text).map(Self::Date)),
            OperatorClass::Bool | OperatorClass::Null => read(boolean(text).map(Self::Bool)),
            OperatorClass::Binary => read(binary(text).map(Self::Bytes)),
            OperatorClass::Ip => read(Network::parse(text).map(Self::Network)),
        }
    }

    fn fits(&self, base: BaseOperator, given: &Given<'_>, context: &Context) -> bool {
        match (self, given) {
            (Self::Fixed(wanted), Given::Text(value)) => text_fits(base, wanted, value),
            (Self::Template(template), Given::Text(value)) => {
                let mut wanted = Vec::new();
                template.expand(context, &mut wanted) && text_fits(base, &wanted, value)
            }
            (Self::Arn { pattern, .. }, Given::Arn(_, Some(parts))) => pattern.matches(parts, context),
            (Self::Arn { whole, .. }, Given::Arn(value, None)) => {
                // A value that is no ARN is compared as one text, which only an equal one can fit.
                whole.fixed().is_some_and(|wanted| wanted == value.as_bytes())
            }
            (Self::AnyArn, Given::Arn(..)) => true,
            (Self::Number(wanted), Given::Number(value)) => is_ordered(base, value.total_cmp(wanted)),
            (Self::Date(wanted), Given::Date(value)) => is_ordered(base, value.cmp(wanted)),
            (Self::Bool(wanted), Given::Bool(value)) => wanted == value,
            (Self::Bytes(wanted), Given::Bytes(value)) => wanted == value,
            (Self::Network(network), Given::Address(address)) => network.contains(*address),
            _ => false,
        }
    }
}

fn text_fits(base: BaseOperator, wanted: &[u8], value: &str) -> bool {
    match base {
        BaseOperator::StringLike | BaseOperator::StringNotLike => matches(wanted, value.as_bytes()),
        BaseOperator::StringEqualsIgnoreCase | BaseOperator::StringNotEqualsIgnoreCase => {
            wanted.eq_ignore_ascii_case(value.as_bytes())
                || std::str::from_utf8(wanted).is_ok_and(|wanted| wanted.to_lowercase() == value.to_lowercase())
        }
        _ => wanted == value.as_bytes(),
    }
}

/// Whether a value of the request stands to a policy's as the operator wants it, its negation left aside.
fn is_ordered(base: BaseOperator, ordering: Ordering) -> bool {
    use BaseOperator as B;
    match base {
        B::NumericLessThan | B::DateLessThan => ordering.is_lt(),
        B::NumericLessThanEquals | B::DateLessThanEquals => ordering.is_le(),
        B::NumericGreaterThan | B::DateGreaterThan => ordering.is_gt(),
        B::NumericGreaterThanEquals | B::DateGreaterThanEquals => ordering.is_ge(),
        _ => ordering.is_eq(),
    }
}

/// A value of the request, read for an operator.
enum Given<'v> {
    Text(&'v str),
    Arn(&'v str, Option<[&'v str; 6]>),
    Number(f64),
    Date(i128),
    Bool(bool),
    Bytes(Vec<u8>),
    Address(std::net::IpAddr),
}

impl<'v> Given<'v> {
    /// None where the value is not of the operator's type: then the condition is not met, negated or not.
    fn new(class: OperatorClass, value: &'v str) -> Option<Self> {
        Some(match class {
            OperatorClass::String | OperatorClass::Null => Self::Text(value),
            OperatorClass::Arn => Self::Arn(value, values::arn_parts(value)),
            OperatorClass::Numeric => Self::Number(number(value)?),
            OperatorClass::Date => Self::Date(date(value)?),
            OperatorClass::Bool => Self::Bool(boolean(value)?),
            OperatorClass::Binary => Self::Bytes(binary(value)?),
            OperatorClass::Ip => Self::Address(value.parse::<std::net::IpAddr>().ok()?.to_canonical()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The context holds `k` with the values given; none at all leaves it out.
    #[track_caller]
    fn check(operator: &str, wanted: &[&str], given: &[&str], holds: bool) {
        let parsed = Operator::parse(operator).unwrap();
        let values = wanted.iter().map(|v| (*v).into()).collect();
        let condition = Condition::new(parsed, "k", values, true);
        let mut context = Context::default();
        context.set("K", given.iter().copied());
        context.set("aws:username", ["ali*"]);
        assert_eq!(condition.test(&context).holds(), holds, "{operator} {wanted:?} given {given:?}");
    }

    #[test]
    fn strings_are_compared_with_and_without_case_and_wildcards() {
        check("StringEquals", &["a", "b"], &["b"], true);
        check("StringEquals", &["A"], &["a"], false);
        check("StringEquals", &["a*"], &["ab"], false);
        check("StringNotEquals", &["a", "b"], &["b"], false);
        check("StringNotEquals", &["a", "b"], &["c"], true);
        check("StringEqualsIgnoreCase", &["ÄB"], &["äb"], true);
        check("StringNotEqualsIgnoreCase", &["AB"], &["ab"], false);
        check("StringLike", &["a*", "x?z"], &["xyz"], true);
        check("StringLike", &["A*"], &["ab"], false);
        check("StringNotLike", &["a*"], &["ab"], false);
    }

    #[test]
    fn an_absent_key_fails_positive_operators_and_passes_negated_ones() {
        check("StringEquals", &["a"], &[], false);
        check("StringNotEquals", &["a"], &[], true);
        check("ArnNotLike", &["arn:aws:s3:::x"], &[], true);
        check("NotIpAddress", &["10.0.0.0/8"], &[], true);
        check("Bool", &["false"], &[], false);
        check("StringEqualsIfExists", &["a"], &[], true);
        check("StringEqualsIfExists", &["a"], &["b"], false);
        check("BoolIfExists", &["true"], &[], true);
    }

    #[test]
    fn null_asks_whether_the_key_is_absent() {
        check("Null", &["true"], &[], true);
        check("Null", &["true"], &["x"], false);
        check("Null", &["false"], &["x"], true);
        check("Null", &["false"], &[], false);
        check("ForAllValues:Null", &["true"], &[], true);
    }

    #[test]
    fn set_operators_look_at_every_value_of_the_request() {
        check("ForAllValues:StringEquals", &["a", "b"], &["a", "b", "a"], true);
        check("ForAllValues:StringEquals", &["a", "b"], &["a", "c"], false);
        check("ForAllValues:StringEquals", &["a"], &[], true);
        check("ForAllValues:StringEquals", &["a"], &[""], true);
        check("ForAllValues:StringNotEquals", &["a"], &["b", "c"], true);
        check("ForAllValues:StringNotEquals", &["a"], &["b", "a"], false);
        check("ForAnyValue:StringEquals", &["a"], &["c", "a"], true);
        check("ForAnyValue:StringEquals", &["a"], &["c"], false);
        check("ForAnyValue:StringEquals", &["a"], &[], false);
        check("ForAnyValue:StringNotEquals", &["a"], &[], false);
        check("ForAnyValue:StringNotEquals", &["a"], &["a", "b"], true);
        check("ForAnyValue:StringEqualsIfExists", &["a"], &[], false);
        check("ForAllValues:StringLikeIfExists", &["a*"], &["ab", "b"], false);
    }

    #[test]
    fn several_values_without_a_set_operator_never_match() {
        check("StringEquals", &["a"], &["a", "b"], false);
        check("StringNotEquals", &["x"], &["a", "b"], false);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        check("NumericEquals", &["10"], &["10.0"], true);
        check("NumericNotEquals", &["10"], &["11"], true);
        check("NumericLessThan", &["10"], &["9"], true);
        check("NumericLessThanEquals", &["10"], &["10"], true);
        check("NumericGreaterThan", &["10"], &["9"], false);
        check("NumericGreaterThanEquals", &["-1.5"], &["-1"], true);
        check("NumericEquals", &["0"], &["-0"], true);
        check("NumericLessThan", &["10"], &["many"], false);
        check("NumericNotEquals", &["10"], &["many"], false);
        check("NumericNotEquals", &["ten"], &["10"], true);
    }

    #[test]
    fn dates_are_iso_8601_or_seconds() {
        check("DateGreaterThan", &["2020-04-01T00:00:00Z"], &["2020-04-02T00:00:00Z"], true);
        check("DateLessThan", &["2020-04-01"], &["2020-03-31T23:59:59.999Z"], true);
        check("DateEquals", &["2020-04-01T02:00:00+02:00"], &["2020-04-01T00:00:00Z"], true);
        check("DateEquals", &["1585699200"], &["2020-04-01T00:00:00Z"], true);
        check("DateNotEquals", &["2020"], &["2020-01-01T00:00:00Z"], false);
        check("DateLessThanEquals", &["2020-04"], &["2020-04-01"], true);
        check("DateGreaterThanEquals", &["2020-04-01T00:00Z"], &["soon"], false);
    }

    #[test]
    fn booleans_ignore_case_and_bytes_are_compared_decoded() {
        check("Bool", &["True"], &["true"], true);
        check("Bool", &["false"], &["true"], false);
        check("Bool", &["yes"], &["yes"], false);
        check("BinaryEquals", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], true);
        check("BinaryEquals", &["QQ=="], &["QQ"], true);
        check("BinaryEquals", &["QQ=="], &["Qg=="], false);
    }

    #[test]
    fn addresses_lie_in_ranges_whatever_the_host_bits() {
        check("IpAddress", &["203.0.113.7/24"], &["203.0.113.200"], true);
        check("IpAddress", &["203.0.113.0/24"], &["203.0.114.1"], false);
        check("IpAddress", &["203.0.113.9"], &["203.0.113.9"], true);
        check("NotIpAddress", &["203.0.113.0/24", "10.0.0.0/8"], &["10.1.2.3"], false);
        check("NotIpAddress", &["203.0.113.0/24"], &["8.8.8.8"], true);
        check("IpAddress", &["2001:DB8:1234:5678::/64"], &["2001:db8:1234:5678::1"], true);
        check("IpAddress", &["2001:DB8:1234:5678::/64"], &["2001:db8:1234:5679::1"], false);
        check("IpAddress", &["0.0.0.0/0"], &["2001:db8::1"], false);
        check("IpAddress", &["::/0"], &["10.0.0.1"], false);
        check("IpAddress", &["10.0.0.0/33"], &["10.0.0.1"], false);
    }

    #[test]
    fn arns_are_compared_part_by_part() {
        for operator in ["ArnEquals", "ArnLike"] {
            check(operator, &["arn:aws:sns:*:123456789012:t*"], &["arn:aws:sns:eu-west-1:123456789012:topic"], true);
            check(operator, &["arn:aws:sns:*:topic"], &["arn:aws:sns:eu-west-1:123456789012:topic"], false);
            check(operator, &["arn:aws:sns:*"], &["arn:aws:sns:eu-west-1:123456789012:topic"], true);
            check(operator, &["arn:aws:iam::*:role/*"], &["arn:aws:iam::1:role/a:b/c"], true);
            check(operator, &["*"], &["arn:aws:iam::1:role/a"], true);
        }
        check("ArnNotLike", &["arn:aws:iam::1:role/*"], &["arn:aws:iam::1:role/x"], false);
        check("ArnNotEquals", &["arn:aws:iam::1:role/y"], &["arn:aws:iam::1:role/x"], true);
    }

    #[test]
    fn a_variable_without_a_value_equals_nothing() {
        check("StringEquals", &["${aws:PrincipalTag/Team}"], &["${aws:PrincipalTag/Team}"], false);
        check("StringNotEquals", &["${aws:PrincipalTag/Team}"], &["blue"], true);
        check("StringEquals", &["${aws:PrincipalTag/Team, 'blue'}"], &["blue"], true);
        check("StringLike", &["${aws:username}"], &["alice"], false);
        check("StringLike", &["${aws:username}"], &["ali*"], true);
        check("StringLike", &["${aws:username}*"], &["ali*ce"], true);
    }
}
