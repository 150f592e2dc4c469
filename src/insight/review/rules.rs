//! What several checks ask of an account.

use jiff::Timestamp;

use super::Scene;
use crate::insight::documents::{Written, documents};
use crate::model::{AccessKey, Account, ReportRow, Role, Status, TrustedEntity, User};

/// The report is made by one call and read by another.
const UNREAD: &str = "the credential report was not read (iam:GenerateCredentialReport, iam:GetCredentialReport)";

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Scene<'_> {
    /// How many days ago something was.
    pub fn days_since(&self, at: Timestamp) -> i64 {
        (self.now.as_second() - at.as_second()) / DAY
    }

    /// Whether somebody is an administrator.
    pub fn administers(&self, arn: &str) -> bool {
        self.administrators.contains(arn)
    }

    /// The policies that give permissions: managed ones, and inline ones with whoever has them.
    pub fn documents(&self) -> Vec<Written> {
        documents(self.access)
    }
}

/// The roles that people made, with whom they trust.
pub fn trusts(account: &Account) -> impl Iterator<Item = (&Role, &[TrustedEntity])> {
    account
        .roles()
        .rows()
        .iter()
        .filter(|role| !role.is_service_linked())
        .filter_map(|role| Some((&**role, role.facts.trust.known()?.entities.as_slice())))
}

/// The root user's row of the credential report.
pub fn root(account: &Account) -> Result<&ReportRow, String> {
    let report = account.report().ok_or(UNREAD)?;
    report
        .rows
        .iter()
        .find(|row| row.is_root())
        .map(|row| &**row)
        .ok_or_else(|| "the report has no root user".to_owned())
}

/// The rows of users in the credential report.
pub fn rows(account: &Account) -> Result<impl Iterator<Item = &ReportRow>, String> {
    let report = account.report().ok_or(UNREAD)?;
    Ok(report.rows.iter().map(|row| &**row).filter(|row| !row.is_root()))
}

/// The ARN of a row's user, or its name.
pub fn named(row: &ReportRow) -> String {
    row.arn.as_ref().map_or_else(|| row.user.to_string(), ToString::to_string)
}

/// The active key of a user that was made at a time, where the user's keys were read.
pub fn key_made_at(user: Option<&User>, made: Option<Timestamp>) -> Option<&AccessKey> {
    let keys = user?.facts.keys.known()?;
    let mut active = keys.iter().filter(|key| key.status == Status::Active);
    active.find(|key| key.created.map(Timestamp::as_second) == made.map(Timestamp::as_second))
}
