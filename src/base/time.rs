//! Times and ages, in words and columns that stay narrow.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A date as `2026-11-22`, in UTC, so that two operators read the same.
pub fn date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string()
}

/// A time as `2026-11-22 03:14 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The clock time as `03:14:15`, in UTC.
pub fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S").to_string()
}

/// The minute as `2026-11-21 03:14`, in UTC, for columns that say so.
pub fn minute(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The clock time as `03:14`, in UTC.
pub fn hour(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string()
}

/// Whole days from then to now; none lie in the future.
pub fn days(then: Timestamp, now: Timestamp) -> i64 {
    (now.as_second() - then.as_second()).max(0) / 86_400
}

/// How long ago, as the console says it: `Today`, `1 day ago`, `412 days ago`; hours within the last day.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_second() - then.as_second()).max(0);
    match (seconds / 86_400, seconds / 3_600, seconds / 60) {
        (0, 0, 0) => "just now".to_owned(),
        (0, 0, 1) => "1 minute ago".to_owned(),
        (0, 0, minutes) => format!("{minutes} minutes ago"),
        (0, 1, _) => "1 hour ago".to_owned(),
        (0, hours, _) => format!("{hours} hours ago"),
        (1, ..) => "1 day ago".to_owned(),
        (days, ..) => format!("{days} days ago"),
    }
}

/// An age in days: `12 days`.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    match days(then, now) {
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_as_the_console_says_them() {
        let now = Timestamp::from_second(1_000_000_000).unwrap();
        let back = |seconds: i64| Timestamp::from_second(1_000_000_000 - seconds).unwrap();
        assert_eq!(ago(back(30), now), "just now");
        assert_eq!(ago(back(7_300), now), "2 hours ago");
        assert_eq!(ago(back(86_400 * 3), now), "3 days ago");
        assert_eq!(age(back(86_400), now), "1 day");
        assert_eq!(ago(back(-50), now), "just now");
        assert_eq!(date(now), "2001-09-09");
    }
}
