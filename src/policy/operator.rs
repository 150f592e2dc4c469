//! Condition operators: the 27 names, their suffix and their qualifiers.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OperatorClass {
    /// Text.
    String,
    /// Integers and decimals.
    Numeric,
    /// ISO 8601 dates or epoch seconds.
    Date,
    /// `true` or `false`.
    Bool,
    /// Base64 of bytes.
    Binary,
    /// IPv4 and IPv6 ranges.
    Ip,
    /// ARNs, part by part.
    Arn,
    /// Whether the key is there.
    Null,
}

/// The 27 operators without qualifier and suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BaseOperator {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
}

impl BaseOperator {
    /// All of them with their names, in the documentation's order.
    pub const ALL: [(&'static str, Self); 27] = [
        ("StringEquals", Self::StringEquals),
        ("StringNotEquals", Self::StringNotEquals),
        ("StringEqualsIgnoreCase", Self::StringEqualsIgnoreCase),
        ("StringNotEqualsIgnoreCase", Self::StringNotEqualsIgnoreCase),
        ("StringLike", Self::StringLike),
        ("StringNotLike", Self::StringNotLike),
        ("NumericEquals", Self::NumericEquals),
        ("NumericNotEquals", Self::NumericNotEquals),
        ("NumericLessThan", Self::NumericLessThan),
        ("NumericLessThanEquals", Self::NumericLessThanEquals),
        ("NumericGreaterThan", Self::NumericGreaterThan),
        ("NumericGreaterThanEquals", Self::NumericGreaterThanEquals),
        ("DateEquals", Self::DateEquals),
        ("DateNotEquals", Self::DateNotEquals),
        ("DateLessThan", Self::DateLessThan),
        ("DateLessThanEquals", Self::DateLessThanEquals),
        ("DateGreaterThan", Self::DateGreaterThan),
        ("DateGreaterThanEquals", Self::DateGreaterThanEquals),
        ("Bool", Self::Bool),
        ("BinaryEquals", Self::BinaryEquals),
        ("IpAddress", Self::IpAddress),
        ("NotIpAddress", Self::NotIpAddress),
        ("ArnEquals", Self::ArnEquals),
        ("ArnLike", Self::ArnLike),
        ("ArnNotEquals", Self::ArnNotEquals),
        ("ArnNotLike", Self::ArnNotLike),
        ("Null", Self::Null),
    ];

    /// The operator's name as policies write it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }

    /// What it compares.
    pub fn class(self) -> OperatorClass {
        match self {
            Self::StringEquals
            | Self::StringNotEquals
            | Self::StringEqualsIgnoreCase
            | Self::StringNotEqualsIgnoreCase
            | Self::StringLike
            | Self::StringNotLike => OperatorClass::String,
            Self::NumericEquals
            | Self::NumericNotEquals
            | Self::NumericLessThan
            | Self::NumericLessThanEquals
            | Self::NumericGreaterThan
            | Self::NumericGreaterThanEquals => OperatorClass::Numeric,
            Self::DateEquals
            | Self::DateNotEquals
            | Self::DateLessThan
            | Self::DateLessThanEquals
            | Self::DateGreaterThan
            | Self::DateGreaterThanEquals => OperatorClass::Date,
            Self::Bool => OperatorClass::Bool,
            Self::BinaryEquals => OperatorClass::Binary,
            Self::IpAddress | Self::NotIpAddress => OperatorClass::Ip,
            Self::ArnEquals | Self::ArnLike | Self::ArnNotEquals | Self::ArnNotLike => OperatorClass::Arn,
            Self::Null => OperatorClass::Null,
        }
    }

    /// Whether it matches when the comparison fails, and thus when the key is absent.
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }

    /// Whether `*` and `?` in its values are wildcards.
    pub fn takes_wildcards(self) -> bool {
        matches!(self, Self::StringLike | Self::StringNotLike) || self.class() == OperatorClass::Arn
    }
}

/// How a request's several values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Qualifier {
    /// Every value in the request must match; no value matches too.
    ForAllValues,
    /// At least one value in the request must match.
    ForAnyValue,
}

impl Qualifier {
    /// The qualifier with its colon.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues:",
            Self::ForAnyValue => "ForAnyValue:",
        }
    }
}

/// A condition operator as written: qualifier, base, suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`.
    pub qualifier: Option<Qualifier>,
    /// The operator itself.
    pub base: BaseOperator,
    /// Whether it ends in `IfExists`.
    pub if_exists: bool,
}

impl Operator {
    /// Reads an operator's name; exact case, as AWS writes it. `NullIfExists` is read too, a check refuses it.
    pub fn parse(name: &str) -> Option<Self> {
        let (qualifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Qualifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Qualifier::ForAnyValue), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (rest, if_exists) = match rest.strip_suffix("IfExists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (_, base) = BaseOperator::ALL.iter().find(|(name, _)| *name == rest)?;
        Some(Self { qualifier, base: *base, if_exists })
    }

    /// The name as policies write it.
    pub fn name(self) -> String {
        let prefix = self.qualifier.map_or("", Qualifier::prefix);
        let suffix = if self.if_exists { "IfExists" } else { "" };
        format!("{prefix}{}{suffix}", self.base.name())
    }

    /// What it compares.
    pub fn class(self) -> OperatorClass {
        self.base.class()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_every_operator_is_read_back() {
        for (_, base) in BaseOperator::ALL {
            for qualifier in [None, Some(Qualifier::ForAllValues), Some(Qualifier::ForAnyValue)] {
                for if_exists in [false, true] {
                    let operator = Operator { qualifier, base, if_exists };
                    assert_eq!(Operator::parse(&operator.name()), Some(operator));
                }
            }
        }
    }

    #[test]
    fn what_is_no_operator_is_refused() {
        for bad in ["", "stringEquals", "ForSomeValues:Bool", "IfExists", "StringEqualsIfexists", "String"] {
            assert_eq!(Operator::parse(bad), None, "{bad}");
        }
    }
}
