//! The four faces of remote data, which never look alike: unknown, denied, absent, known.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// One thing that may be known of a remote resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// No read has covered it yet.
    #[default]
    Unknown,
    /// The read that would tell was refused, or the endpoint or the snapshot does not have it.
    Denied(Arc<Denial>),
    /// A read covered it and there is none.
    Absent(Seen),
    /// A read covered it and this is it.
    Known(T, Seen),
}

/// Which read told it, and when that read's data was true.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Unix seconds. Four bytes hold until 2106 and keep five thousand users small.
    seconds: u32,
    /// Thousandths of a second beyond them: two reads of one second have an order too. They cost no room.
    #[serde(default)]
    millis: u16,
    /// The kind of read.
    pub source: Source,
}

/// The kind of read that a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A `List…` call over all entities of a kind.
    List,
    /// A call for this one entity.
    Detail,
    /// `GetAccountAuthorizationDetails`.
    Bulk,
    /// The credential report, which may be four hours old.
    Report,
    /// The catalogue that ships with the program.
    Catalogue,
}

/// A read that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    /// The permission that is missing, such as `iam:ListMFADevices`; the operation where none is named.
    pub action: Box<str>,
    /// The resource that AWS named.
    pub resource: Option<Box<str>>,
    /// Why it was refused.
    pub reason: DenialReason,
}

/// Why a read was refused, as far as the service says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DenialReason {
    /// The service gave no reason.
    NotSaid,
    /// No policy of this kind allows it (`identity-based policy`, `permissions boundary`, …).
    NothingAllows(Box<str>),
    /// A policy of this kind denies it (`service control policy`, …).
    ExplicitDeny(Box<str>),
    /// The endpoint does not have the operation, as with an incomplete emulator.
    Unsupported,
    /// The account is a snapshot that does not hold it: nothing is read any more.
    NotHeld,
}

impl Denial {
    /// A denial that names only the missing permission.
    pub fn of(action: impl Into<Box<str>>) -> Self {
        Self { action: action.into(), resource: None, reason: DenialReason::NotSaid }
    }

    /// The endpoint does not have the operation that would tell.
    pub fn unsupported(operation: impl Into<Box<str>>) -> Self {
        Self { action: operation.into(), resource: None, reason: DenialReason::Unsupported }
    }

    /// The snapshot that the account is from does not hold it.
    pub fn not_held() -> Self {
        Self { action: Box::default(), resource: None, reason: DenialReason::NotHeld }
    }

    /// Whether a snapshot does not hold it.
    pub fn is_not_held(&self) -> bool {
        self.reason == DenialReason::NotHeld
    }

    /// Whether no permission would help: the endpoint does not have the operation.
    pub fn is_unsupported(&self) -> bool {
        self.reason == DenialReason::Unsupported
    }

    /// The mark of it, which tells a permission that is missing from an operation that is, and from a snapshot's gap.
    pub fn mark(&self) -> &'static str {
        match self.reason {
            DenialReason::Unsupported => "◇",
            DenialReason::NotHeld => "?",
            _ => "⊘",
        }
    }

    /// What is missing: `needs` a permission, or the operation itself.
    pub fn lacks(&self) -> String {
        match self.reason {
            DenialReason::Unsupported | DenialReason::NotHeld => self.to_string(),
            _ => format!("needs `{}`", self.action),
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            DenialReason::Unsupported => write!(f, "this endpoint has no `{}`", self.action),
            DenialReason::NotHeld => f.write_str("not in this snapshot"),
            DenialReason::NotSaid => write!(f, "denied: needs `{}`", self.action),
            DenialReason::NothingAllows(kind) => write!(f, "denied: no {kind} allows `{}`", self.action),
            DenialReason::ExplicitDeny(kind) => write!(f, "denied: a {kind} denies `{}`", self.action),
        }
    }
}

impl Seen {
    /// A read whose data was true at this time.
    pub fn new(source: Source, at: Timestamp) -> Self {
        let millis = u16::try_from(at.subsec_millisecond()).unwrap_or(0);
        Self { seconds: u32::try_from(at.as_second()).unwrap_or(0), millis, source }
    }

    /// When the data was true, to the millisecond.
    pub fn at(self) -> Timestamp {
        Timestamp::from_millisecond(i64::from(self.seconds) * 1_000 + i64::from(self.millis)).unwrap_or_default()
    }

    /// Whether this read is not older than the other.
    pub fn covers(self, other: Self) -> bool {
        (self.seconds, self.millis) >= (other.seconds, other.millis)
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{}", self.source, self.seconds)
    }
}

impl<T> Fact<T> {
    /// What a read that covers the field said: the value, or that there is none.
    pub fn reported(value: Option<T>, seen: Seen) -> Self {
        value.map_or(Self::Absent(seen), |value| Self::Known(value, seen))
    }

    /// What a read said that may leave the field out although there is one: nothing said is unknown.
    pub fn hinted(value: Option<T>, seen: Seen) -> Self {
        value.map_or(Self::Unknown, |value| Self::Known(value, seen))
    }

    /// A refused read.
    pub fn denied(denial: Denial) -> Self {
        Self::Denied(Arc::new(denial))
    }

    /// The value where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value, _) => Some(value),
            _ => None,
        }
    }

    /// The read that the fact rests on.
    pub fn seen(&self) -> Option<Seen> {
        match self {
            Self::Absent(seen) | Self::Known(_, seen) => Some(*seen),
            _ => None,
        }
    }

    /// The refusal, if that is what is known.
    pub fn denial(&self) -> Option<&Denial> {
        match self {
            Self::Denied(denial) => Some(denial),
            _ => None,
        }
    }

    /// Whether no read has covered it.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether no read of this time or later has said yes or no to it.
    pub fn is_older_than(&self, since: Timestamp) -> bool {
        self.seen().is_none_or(|seen| seen.at() < since)
    }

    /// Whether a read said yes or no to it.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Absent(_) | Self::Known(..))
    }

    /// The same fact by reference.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Unknown => Fact::Unknown,
            Self::Denied(denial) => Fact::Denied(Arc::clone(denial)),
            Self::Absent(seen) => Fact::Absent(*seen),
            Self::Known(value, seen) => Fact::Known(value, *seen),
        }
    }

    /// The fact with another view of its value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Unknown => Fact::Unknown,
            Self::Denied(denial) => Fact::Denied(denial),
            Self::Absent(seen) => Fact::Absent(seen),
            Self::Known(value, seen) => Fact::Known(view(value), seen),
        }
    }

    /// Takes in another read of the same field.
    ///
    /// The newest data wins, on a tie the read that arrived last; a settled fact is never replaced by
    /// a refusal or by nothing.
    pub fn merge(&mut self, other: Self) {
        self.merge_with(other, |_, _| {});
    }

    /// Like [`Fact::merge`]; `carry` gives the kept value what only the dropped one has.
    pub fn merge_with(&mut self, other: Self, carry: impl FnOnce(&mut T, T)) {
        match (&mut *self, other) {
            (_, Self::Unknown) | (Self::Absent(_) | Self::Known(..), Self::Denied(_)) => {}
            (Self::Unknown | Self::Denied(_), other) => *self = other,
            (Self::Known(kept, held), Self::Known(mut value, seen)) => {
                if seen.covers(*held) {
                    std::mem::swap(kept, &mut value);
                    *held = seen;
                }
                carry(kept, value);
            }
            (Self::Absent(held) | Self::Known(_, held), other) => {
                if other.seen().is_some_and(|seen| seen.covers(*held)) {
                    *self = other;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(seconds: i64) -> Seen {
        Seen::new(Source::List, Timestamp::from_second(seconds).unwrap())
    }

    #[track_caller]
    fn check(mut held: Fact<u8>, other: Fact<u8>, kept: &Fact<u8>) {
        held.merge(other);
        assert_eq!(&held, kept);
    }

    #[test]
    fn the_newest_read_wins_and_a_tie_goes_to_the_last() {
        check(Fact::Known(1, seen(10)), Fact::Known(2, seen(20)), &Fact::Known(2, seen(20)));
        check(Fact::Known(1, seen(20)), Fact::Known(2, seen(10)), &Fact::Known(1, seen(20)));
        check(Fact::Known(1, seen(20)), Fact::Known(2, seen(20)), &Fact::Known(2, seen(20)));
        check(Fact::Known(1, seen(20)), Fact::Absent(seen(30)), &Fact::Absent(seen(30)));
        check(Fact::Absent(seen(20)), Fact::Known(1, seen(10)), &Fact::Absent(seen(20)));
    }

    #[test]
    fn two_reads_of_one_second_have_an_order() {
        let at = |millis| Seen::new(Source::List, Timestamp::from_millisecond(millis).unwrap());
        check(Fact::Known(1, at(10_900)), Fact::Known(2, at(10_100)), &Fact::Known(1, at(10_900)));
        assert_eq!(at(10_900).at(), Timestamp::from_millisecond(10_900).unwrap());
    }

    #[test]
    fn nothing_known_never_replaces_something_known() {
        check(Fact::Known(1, seen(10)), Fact::Unknown, &Fact::Known(1, seen(10)));
        check(Fact::Known(1, seen(10)), Fact::denied(Denial::of("iam:GetUser")), &Fact::Known(1, seen(10)));
        check(Fact::Unknown, Fact::denied(Denial::of("iam:GetUser")), &Fact::denied(Denial::of("iam:GetUser")));
        check(Fact::denied(Denial::of("iam:GetUser")), Fact::Known(1, seen(1)), &Fact::Known(1, seen(1)));
    }

    #[test]
    fn what_the_winner_lacks_is_carried_over_from_either_side() {
        for (held, other) in [((1, 10), (2, 20)), ((2, 20), (1, 10))] {
            let mut fact = Fact::Known(vec![held.0], seen(held.1));
            fact.merge_with(Fact::Known(vec![other.0], seen(other.1)), Vec::extend);
            assert_eq!(fact, Fact::Known(vec![2, 1], seen(20)));
        }
    }

    #[test]
    fn a_fact_stays_small() {
        assert_eq!(size_of::<Seen>(), 8);
        assert!(size_of::<Fact<Vec<u8>>>() <= 40, "{}", size_of::<Fact<Vec<u8>>>());
    }
}
