//! Conditions as data: under which of them something holds.
//!
//! A [`Need`] is one condition on the context of a request. [`Ways`] lists the sets of needs each of which is enough:
//! a disjunction of conjunctions. No way at all is "never", a way without needs is "always".

use crate::base::{wildcard, work};
use crate::policy::operator::{BaseOperator, Operator, OperatorClass, Qualifier};

use super::conditions::Condition;
use super::request::Context;

/// The most ways that are kept. Each way is enough for itself, so leaving some out never says too much.
const MOST: usize = 64;

/// One condition on the context of a request, as a policy would write it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Need {
    /// The condition key.
    pub key: Box<str>,
    /// The operator.
    pub operator: Operator,
    /// The values, each on its own enough (for a negated operator: none of them).
    pub values: Vec<Box<str>>,
}

impl Need {
    /// A condition with one operator, key and list of values.
    pub fn new(operator: Operator, key: &str, values: Vec<Box<str>>) -> Self {
        Self { key: key.into(), operator, values }
    }

    /// The condition that a key is there, or that it is absent.
    pub fn presence(key: &str, present: bool) -> Self {
        let value = if present { "false" } else { "true" };
        Self::new(plain(BaseOperator::Null), key, vec![value.into()])
    }

    /// Whether it holds in a context.
    pub fn holds(&self, context: &Context) -> bool {
        Condition::new(self.operator, &self.key, self.values.clone(), false).test(context).holds()
    }

    /// When it does not hold.
    fn negated(&self) -> Ways {
        use BaseOperator as B;
        let with = |operator: Operator| Ways::of(Self { operator, ..self.clone() });
        let Operator { qualifier, base, if_exists } = self.operator;
        if matches!(base, B::Null | B::Bool) {
            return self.negated_truth();
        }
        let Some(other) = opposite(base) else { return Ways::of(Self::presence(&self.key, false)) };
        let ordered = is_ordering(base);
        if ordered && self.values.len() > 1 {
            // Below one of several is below the largest: not so is not below each.
            let each = |value: &str| Self { values: vec![value.into()], ..self.clone() }.negated();
            return self.values.iter().map(|value| each(value)).fold(Ways::always(), Ways::and);
        }
        match qualifier {
            Some(Qualifier::ForAllValues) => {
                with(Operator { qualifier: Some(Qualifier::ForAnyValue), base: other, if_exists: false })
            }
            Some(Qualifier::ForAnyValue) => {
                with(Operator { qualifier: Some(Qualifier::ForAllValues), base: other, if_exists: false })
            }
            // What a positive operator refuses for its absence, its opposite takes, and the other way round.
            None if ordered => with(Operator { qualifier, base: other, if_exists: !if_exists }),
            None if base.is_negated() || !if_exists => with(plain(other)),
            None => with(plain(other)).and(Ways::of(Self::presence(&self.key, true))),
        }
    }

    fn negated_truth(&self) -> Ways {
        let Operator { qualifier, base, if_exists } = self.operator;
        let flipped: Option<Vec<Box<str>>> = match self.values.as_slice() {
            [one] if one.eq_ignore_ascii_case("true") => Some(vec!["false".into()]),
            [one] if one.eq_ignore_ascii_case("false") => Some(vec!["true".into()]),
            _ => None,
        };
        let Some(values) = flipped else {
            return if base == BaseOperator::Null { Ways::never() } else { Ways::of(Self::presence(&self.key, false)) };
        };
        let operator = match (base, qualifier) {
            (BaseOperator::Null, _) => Operator { qualifier: None, base, if_exists: false },
            (_, None) => Operator { qualifier, base, if_exists: !if_exists },
            (_, Some(Qualifier::ForAllValues)) => {
                Operator { qualifier: Some(Qualifier::ForAnyValue), base, if_exists: false }
            }
            (_, Some(Qualifier::ForAnyValue)) => {
                Operator { qualifier: Some(Qualifier::ForAllValues), base, if_exists: false }
            }
        };
        Ways::of(Self { operator, values, ..self.clone() })
    }

    fn same_key(&self, other: &Self) -> bool {
        self.key.eq_ignore_ascii_case(&other.key)
    }

    /// Whether it only holds where the key is there.
    fn wants_presence(&self) -> bool {
        let Operator { qualifier, base, if_exists } = self.operator;
        match qualifier {
            Some(Qualifier::ForAnyValue) => true,
            Some(Qualifier::ForAllValues) => false,
            None if base == BaseOperator::Null => self.is_single("false"),
            None => !if_exists && !base.is_negated(),
        }
    }

    fn wants_absence(&self) -> bool {
        self.operator.base == BaseOperator::Null && self.is_single("true")
    }

    fn is_single(&self, value: &str) -> bool {
        matches!(self.values.as_slice(), [one] if one.eq_ignore_ascii_case(value))
    }

    /// Whether it compares one value for likeness, so that values can be compared with each other.
    fn likeness(&self) -> Option<bool> {
        use BaseOperator as B;
        let single = self.operator.qualifier.is_none();
        match self.operator.base {
            B::StringEquals | B::StringLike | B::ArnEquals | B::ArnLike | B::Bool if single => Some(true),
            B::StringNotEquals | B::StringNotLike | B::ArnNotEquals | B::ArnNotLike if single => Some(false),
            _ => None,
        }
    }

    /// Whether one of its values may be one that another lists.
    fn meets(&self, value: &str, other: &Self, theirs: &str) -> bool {
        match (self.operator.base.takes_wildcards(), other.operator.base.takes_wildcards()) {
            _ if self.operator.base == BaseOperator::Bool => value.eq_ignore_ascii_case(theirs),
            (false, false) => value == theirs,
            (true, false) => wildcard::matches(value, theirs),
            (false, true) => wildcard::matches(theirs, value),
            (true, true) => wildcard::overlap(value, theirs),
        }
    }

    /// Whether all that one of its values means is among what another lists.
    fn within(value: &str, other: &Self, theirs: &str) -> bool {
        if other.operator.base.takes_wildcards() { wildcard::covers(theirs, value) } else { value == theirs }
    }

    /// Whether both can never hold at once.
    fn excludes(&self, other: &Self) -> bool {
        if !self.same_key(other) {
            return false;
        }
        if self.wants_presence() && other.wants_absence() || self.wants_absence() && other.wants_presence() {
            return true;
        }
        if Ways::of(other.clone()) == self.negated() {
            return true;
        }
        match (self.likeness(), other.likeness()) {
            (Some(true), Some(true)) => {
                (self.wants_presence() || other.wants_presence())
                    && !self.values.iter().any(|one| other.values.iter().any(|two| self.meets(one, other, two)))
            }
            (Some(true), Some(false)) => self.is_within(other),
            (Some(false), Some(true)) => other.is_within(self),
            _ => false,
        }
    }

    fn is_within(&self, other: &Self) -> bool {
        self.wants_presence()
            && self.values.iter().all(|one| other.values.iter().any(|two| Self::within(one, other, two)))
    }

    /// Whether the other holds whenever this one does.
    fn implies(&self, other: &Self) -> bool {
        if !self.same_key(other) {
            return false;
        }
        if self == other || self.wants_presence() && *other == Self::presence(&other.key, true) {
            return true;
        }
        let alike = Operator { if_exists: false, ..self.operator } == Operator { if_exists: false, ..other.operator };
        if alike && (other.operator.if_exists || !self.operator.if_exists) && !is_ordering(self.operator.base) {
            let (own, theirs) = (&self.values, &other.values);
            return if self.operator.base.is_negated() {
                theirs.iter().all(|value| own.contains(value))
            } else {
                own.iter().all(|value| theirs.contains(value))
            };
        }
        match (self.likeness(), other.likeness()) {
            (Some(true), Some(true)) => self.is_within(other),
            (Some(true), Some(false)) => {
                self.wants_presence()
                    && !self.values.iter().any(|one| other.values.iter().any(|two| self.meets(one, other, two)))
            }
            _ => false,
        }
    }
}

fn plain(base: BaseOperator) -> Operator {
    Operator { qualifier: None, base, if_exists: false }
}

fn is_ordering(base: BaseOperator) -> bool {
    matches!(base.class(), OperatorClass::Numeric | OperatorClass::Date)
        && opposite(base).is_some_and(|other| !base.is_negated() && !other.is_negated())
}

/// The operator that holds where another does not, the absence of the key aside.
fn opposite(base: BaseOperator) -> Option<BaseOperator> {
    use BaseOperator as B;
    Some(match base {
        B::StringEquals => B::StringNotEquals,
        B::StringNotEquals => B::StringEquals,
        B::StringEqualsIgnoreCase => B::StringNotEqualsIgnoreCase,
        B::StringNotEqualsIgnoreCase => B::StringEqualsIgnoreCase,
        B::StringLike => B::StringNotLike,
        B::StringNotLike => B::StringLike,
        B::NumericEquals => B::NumericNotEquals,
        B::NumericNotEquals => B::NumericEquals,
        B::NumericLessThan => B::NumericGreaterThanEquals,
        B::NumericLessThanEquals => B::NumericGreaterThan,
        B::NumericGreaterThan => B::NumericLessThanEquals,
        B::NumericGreaterThanEquals => B::NumericLessThan,
        B::DateEquals => B::DateNotEquals,
        B::DateNotEquals => B::DateEquals,
        B::DateLessThan => B::DateGreaterThanEquals,
        B::DateLessThanEquals => B::DateGreaterThan,
        B::DateGreaterThan => B::DateLessThanEquals,
        B::DateGreaterThanEquals => B::DateLessThan,
        B::IpAddress => B::NotIpAddress,
        B::NotIpAddress => B::IpAddress,
        B::ArnEquals => B::ArnNotEquals,
        B::ArnNotEquals => B::ArnEquals,
        B::ArnLike => B::ArnNotLike,
        B::ArnNotLike => B::ArnLike,
        B::Bool | B::Null | B::BinaryEquals => return None,
    })
}

/// Under which conditions something holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ways(Vec<Vec<Need>>);

impl Ways {
    /// It never holds.
    pub fn never() -> Self {
        Self(Vec::new())
    }

    /// It always holds.
    pub fn always() -> Self {
        Self(vec![Vec::new()])
    }

    /// It holds where one condition does.
    pub fn of(need: Need) -> Self {
        Self(vec![vec![need]])
    }

    /// It always holds, or never.
    pub fn known(holds: bool) -> Self {
        if holds { Self::always() } else { Self::never() }
    }

    /// Whether it holds whatever the context.
    pub fn is_always(&self) -> bool {
        self.0.iter().any(Vec::is_empty)
    }

    /// Whether it holds in no context.
    pub fn is_never(&self) -> bool {
        self.0.is_empty()
    }

    /// The sets of conditions, each of which is enough.
    pub fn sets(&self) -> &[Vec<Need>] {
        &self.0
    }

    /// Whether it holds in a context.
    pub fn hold(&self, context: &Context) -> bool {
        self.0.iter().any(|way| way.iter().all(|need| need.holds(context)))
    }

    /// Either.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        if self.is_always() || other.is_never() {
            return self;
        }
        if other.is_always() || self.is_never() {
            return other;
        }
        self.0.extend(other.0);
        self.tidy()
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.is_never() || other.is_always() {
            return self;
        }
        if other.is_never() || self.is_always() {
            return other;
        }
        let mut both = Vec::new();
        for one in &self.0 {
            for two in &other.0 {
                work::spend(1);
                both.extend(joined(one, two));
            }
        }
        Self(both).tidy()
    }

    /// Neither.
    #[must_use]
    pub fn negated(&self) -> Self {
        if self.is_never() {
            return Self::always();
        }
        if self.is_always() {
            return Self::never();
        }
        let one = |way: &Vec<Need>| way.iter().map(Need::negated).fold(Self::never(), Self::or);
        self.0.iter().map(one).fold(Self::always(), Self::and)
    }

    /// The same without what another way says already; two ways that differ in a condition and its opposite are one.
    fn tidy(mut self) -> Self {
        for way in &mut self.0 {
            way.sort();
        }
        self.0.sort_by(|one, two| one.len().cmp(&two.len()).then_with(|| one.cmp(two)));
        self.0.dedup();
        let mut kept: Vec<Vec<Need>> = Vec::new();
        for way in self.0 {
            work::spend(1 + kept.len() as u64);
            let covered = kept.iter().any(|other| other.iter().all(|need| way.iter().any(|own| own.implies(need))));
            if !covered {
                kept.push(way);
            }
        }
        kept.truncate(MOST);
        if let Some((one, two, rest)) = complementary(&kept) {
            let mut merged: Vec<Vec<Need>> =
                kept.into_iter().enumerate().filter(|(at, _)| *at != one && *at != two).map(|(_, way)| way).collect();
            merged.push(rest);
            return Self(merged).tidy();
        }
        Self(kept)
    }
}

/// Both sets as one without what follows from the rest; nothing where they contradict each other.
fn joined(one: &[Need], two: &[Need]) -> Option<Vec<Need>> {
    if one.iter().any(|a| two.iter().any(|b| a.excludes(b))) {
        return None;
    }
    let mut all: Vec<Need> = one.iter().chain(two).cloned().collect();
    all.sort();
    all.dedup();
    let follows = |at: usize, need: &Need| {
        all.iter().enumerate().any(|(other, by)| other != at && by.implies(need) && !(need.implies(by) && other > at))
    };
    let kept = all.iter().enumerate().filter(|(at, need)| !follows(*at, need)).map(|(_, need)| need.clone());
    Some(kept.collect())
}

/// Two ways that are the same but for one condition, which one has and the other negates, and what they share.
fn complementary(ways: &[Vec<Need>]) -> Option<(usize, usize, Vec<Need>)> {
    for (first, one) in ways.iter().enumerate() {
        for (second, two) in ways.iter().enumerate().skip(first + 1).filter(|(_, two)| two.len() == one.len()) {
            let differing: Vec<&Need> = one.iter().filter(|need| !two.contains(need)).collect();
            let others: Vec<&Need> = two.iter().filter(|need| !one.contains(need)).collect();
            if let ([own], [other]) = (differing.as_slice(), others.as_slice())
                && own.same_key(other)
                && own.negated() == Ways::of((*other).clone())
            {
                return Some((first, second, one.iter().filter(|need| *need != *own).cloned().collect()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(text: &str) -> Need {
        let mut words = text.split_whitespace();
        let operator = Operator::parse(words.next().unwrap()).unwrap();
        Need::new(operator, words.next().unwrap(), words.map(Into::into).collect())
    }

    /// A set of ways as text: ways with ` | ` between, their conditions with ` & `.
    fn shown(ways: &Ways) -> String {
        let one = |need: &Need| format!("{} {} {}", need.operator.name(), need.key, need.values.join(" "));
        let way = |way: &Vec<Need>| way.iter().map(one).collect::<Vec<_>>().join(" & ");
        ways.sets().iter().map(way).collect::<Vec<_>>().join(" | ")
    }

    #[track_caller]
    fn check_negated(text: &str, expected: &str) {
        let ways = Ways::of(need(text));
        assert_eq!(shown(&ways.negated()), expected, "{text}");
        // It holds exactly where the condition does not.
        for values in [&[][..], &["true"], &["false"], &["a"], &["b"], &["5"], &["15"], &["10.1.2.3"], &["192.0.2.1"]] {
            let mut context = Context::default();
            context.set("k", values.iter().copied());
            let readable = values.first().is_none_or(|value| match need(text).operator.class() {
                OperatorClass::Numeric => value.parse::<f64>().is_ok(),
                OperatorClass::Ip => value.parse::<std::net::IpAddr>().is_ok(),
                OperatorClass::Bool => value.parse::<bool>().is_ok(),
                _ => true,
            });
            if readable {
                assert_ne!(ways.hold(&context), ways.negated().hold(&context), "{text} given {values:?}");
            }
        }
    }

    #[test]
    fn every_condition_has_an_exact_opposite() {
        check_negated("StringEquals k a", "StringNotEquals k a");
        check_negated("StringNotEquals k a b", "StringEquals k a b");
        check_negated("StringEqualsIfExists k a", "StringNotEquals k a & Null k false");
        check_negated("Bool k true", "BoolIfExists k false");
        check_negated("BoolIfExists k false", "Bool k true");
        check_negated("Null k true", "Null k false");
        check_negated("NumericLessThan k 10", "NumericGreaterThanEqualsIfExists k 10");
        check_negated("NumericGreaterThanIfExists k 10", "NumericLessThanEquals k 10");
        check_negated("IpAddress k 10.0.0.0/8", "NotIpAddress k 10.0.0.0/8");
        check_negated("NotIpAddress k 10.0.0.0/8", "IpAddress k 10.0.0.0/8");
        check_negated("ForAllValues:StringEquals k a", "ForAnyValue:StringNotEquals k a");
        check_negated("ForAnyValue:StringLike k a", "ForAllValues:StringNotLike k a");
    }

    #[track_caller]
    fn check_both(one: &str, two: &str, expected: &str) {
        assert_eq!(shown(&Ways::of(need(one)).and(Ways::of(need(two)))), expected, "{one} and {two}");
    }

    #[test]
    fn conditions_that_exclude_each_other_are_no_way() {
        check_both("Bool m true", "BoolIfExists m false", "");
        check_both("StringEquals k a", "StringEquals k b", "");
        check_both("StringEquals k a", "StringNotEquals k a b", "");
        check_both("StringLike k repo:x/*", "StringEquals k repo:y/z", "");
        check_both("Null k true", "StringEquals k a", "");
    }

    #[test]
    fn what_follows_from_another_condition_is_left_out() {
        check_both("StringEquals k a", "StringEquals k a b", "StringEquals k a");
        check_both("StringEquals k a", "Null k false", "StringEquals k a");
        check_both("StringEquals k a", "StringNotEquals k b", "StringEquals k a");
        check_both("StringEquals k a", "Bool m true", "StringEquals k a & Bool m true");
    }

    #[test]
    fn a_condition_or_its_opposite_always_holds() {
        let mfa = Ways::of(need("Bool m true"));
        assert!(mfa.clone().or(mfa.negated()).is_always());
        let both = mfa.clone().and(Ways::of(need("StringEquals k a")));
        assert_eq!(mfa.clone().or(both), mfa);
    }
}
