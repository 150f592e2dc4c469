//! How old the facts about AWS are that the program carries.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::api;
use crate::catalog::Catalog;
use crate::catalog::managed::managed_policies;

/// One body of facts, and the day of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What it is: `service model`.
    pub name: &'static str,
    /// Where it comes from: `botocore 1.44.8`.
    pub from: String,
    /// The day: `2026-11-20`.
    pub date: String,
}

impl Facts {
    /// The days since then; none where the day cannot be read, and none below zero.
    pub fn days(&self, now: Timestamp) -> Option<i64> {
        let date: Date = self.date.parse().ok()?;
        let passed = now.to_zoned(TimeZone::UTC).date() - date;
        Some(i64::from(passed.get_days()).max(0))
    }

    /// The facts with their age: `service model: botocore 1.44.8 of 2026-11-20, 10 days old`.
    pub fn told(&self, now: Timestamp) -> String {
        let age = match self.days(now) {
            None => String::new(),
            Some(0) => ", of today".to_owned(),
            Some(1) => ", 1 day old".to_owned(),
            Some(days) => format!(", {days} days old"),
        };
        format!("{}: {} of {}{age}", self.name, self.from, self.date)
    }
}

/// All facts about AWS that the program carries: service model, catalogue, AWS managed policies.
///
/// Each asset states its own day; that of the managed policies is the day on which AWS last changed one of them.
pub fn facts() -> [Facts; 3] {
    let made = api::model().made();
    let catalog = Catalog::bundled();
    let sources: Vec<String> =
        catalog.sources().iter().map(|source| format!("{} {}", source.name, source.version)).collect();
    let updated = managed_policies().iter().map(|policy| policy.updated.as_str()).max().unwrap_or_default();
    [
        Facts { name: "service model", from: format!("botocore {}", made.botocore), date: made.date.clone() },
        Facts { name: "catalogue of actions", from: sources.join(", "), date: catalog.date().to_owned() },
        Facts {
            name: "AWS managed policies",
            from: format!("{} policies", managed_policies().len()),
            date: updated.split('T').next().unwrap_or_default().to_owned(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Clock;

    /// The days after which facts have to be refreshed.
    const OLDEST: i64 = 120;

    fn check(date: &str, now: &str, days: Option<i64>, told: &str) {
        let facts = Facts { name: "service model", from: "botocore 1".to_owned(), date: date.to_owned() };
        let now = now.parse().unwrap();
        assert_eq!((facts.days(now), facts.told(now).as_str()), (days, told));
    }

    #[test]
    fn an_age_is_counted_in_days() {
        let told = "service model: botocore 1 of 2026-11-20, 40 days old";
        check("2026-11-20", "2026-12-30T08:00:00Z", Some(40), told);
        check("2026-11-20", "2026-11-21T00:00:00Z", Some(1), "service model: botocore 1 of 2026-11-20, 1 day old");
        check("2026-11-20", "2026-11-20T08:00:00Z", Some(0), "service model: botocore 1 of 2026-11-20, of today");
        check("2026-11-20", "2026-11-01T08:00:00Z", Some(0), "service model: botocore 1 of 2026-11-20, of today");
        check("then", "2026-11-20T08:00:00Z", None, "service model: botocore 1 of then");
    }

    /// The one test that the calendar alone can fail: it asks for a refresh of `assets`.
    #[test]
    fn no_facts_are_older_than_four_months() {
        let now = Clock::system().now();
        for facts in facts() {
            let days = facts.days(now);
            assert!(days.is_some_and(|days| days <= OLDEST), "{}: refresh the assets", facts.told(now));
        }
    }
}
