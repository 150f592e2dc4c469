//! What the credential report says in numbers: who signs in without MFA, how old keys are, who has been active.

use jiff::Timestamp;

use crate::model::{CredentialReport, ReportRow};
use crate::ui::time;

/// After so many days a key is old, and a user inactive.
const OLD: i64 = 90;

/// Users and keys of an account by what matters about them. Keys are also the root user's; users are without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// Users who have a password, with MFA and without.
    pub(super) with_mfa: i64,
    pub(super) without_mfa: i64,
    /// Active access keys: up to 90 days old, 180, 365, and older.
    pub(super) keys: [i64; 4],
    /// Active access keys that were used last more than 90 days ago.
    pub(super) unused_keys: i64,
    /// Users by their last activity: within 7 days, 30, 90, before that, and never.
    pub(super) activity: [i64; 5],
}

impl Tally {
    pub(super) fn of(report: &CredentialReport, now: Timestamp) -> Self {
        let mut tally = Self::default();
        for row in &report.rows {
            tally.take_keys(row, now);
        }
        for row in report.rows.iter().filter(|row| !row.is_root()) {
            tally.take_user(row, now);
        }
        tally
    }

    fn take_user(&mut self, row: &ReportRow, now: Timestamp) {
        if row.password_enabled == Some(true) {
            let count = if row.mfa_active { &mut self.with_mfa } else { &mut self.without_mfa };
            *count += 1;
        }
        let last = row.password_last_used.max(row.keys_last_used());
        self.activity[last.map_or(4, |at| class(time::days(at, now), [7, 30, OLD]))] += 1;
    }

    fn take_keys(&mut self, row: &ReportRow, now: Timestamp) {
        for key in row.keys.iter().filter(|key| key.active) {
            let age = key.rotated.map_or(0, |at| time::days(at, now));
            self.keys[class(age, [OLD, 180, 365])] += 1;
            self.unused_keys += i64::from(key.last_used.is_some_and(|at| time::days(at, now) > OLD));
        }
    }

    /// Active access keys that are older than 90 days.
    pub(super) fn old_keys(&self) -> i64 {
        self.keys.iter().skip(1).sum()
    }
}

/// The first class whose limit holds a number of days; the last one holds what is beyond.
fn class(days: i64, limits: [i64; 3]) -> usize {
    limits.iter().take_while(|limit| days > **limit).count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::ReportKey;

    fn at(days: i64) -> Option<Timestamp> {
        Timestamp::from_second((1_000 - days) * 86_400).ok()
    }

    #[track_caller]
    fn check(rows: Vec<ReportRow>, want: Tally) {
        let now = at(0).unwrap();
        let report =
            CredentialReport { generated: now, rows: rows.into_iter().map(Arc::new).collect(), csv: "".into() };
        assert_eq!(Tally::of(&report, now), want);
    }

    #[test]
    fn the_root_user_is_no_user_but_its_keys_are_keys() {
        let key = ReportKey { active: true, rotated: at(5), ..ReportKey::default() };
        let keys = [key, ReportKey::default()];
        let root =
            ReportRow { user: "<root_account>".into(), password_enabled: Some(true), keys, ..ReportRow::default() };
        check(vec![root], Tally { keys: [1, 0, 0, 0], ..Tally::default() });
    }

    #[test]
    fn keys_and_activity_fall_into_their_classes() {
        let key = |age, used| ReportKey { active: true, rotated: at(age), last_used: used, ..ReportKey::default() };
        let one = ReportRow {
            password_enabled: Some(true),
            keys: [key(90, at(90)), key(91, at(91))],
            ..ReportRow::default()
        };
        let inactive = ReportKey { rotated: at(900), ..ReportKey::default() };
        let two = ReportRow {
            password_enabled: Some(true),
            mfa_active: true,
            password_last_used: at(7),
            keys: [key(366, None), inactive],
            ..ReportRow::default()
        };
        let want = Tally { with_mfa: 1, without_mfa: 1, keys: [1, 1, 0, 1], unused_keys: 1, activity: [1, 0, 1, 0, 1] };
        check(vec![one, two, ReportRow::default()], want);
    }
}
