//! The credential report: one CSV row per user and one for the root user, at most four hours old.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::arn::Arn;

/// The report as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialReport {
    /// When AWS made it: its facts were true then.
    pub generated: Timestamp,
    /// The root user's row, then the users'.
    pub rows: Vec<Arc<ReportRow>>,
    /// The report as AWS writes it; empty where it was not kept.
    #[serde(default)]
    pub csv: Box<str>,
}

/// What is shown of one row. Dates are absent where the report says `N/A`, `no_information` or `not_supported`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportRow {
    /// The user's name, or `<root_account>`.
    pub user: Box<str>,
    /// Its ARN.
    #[serde(default)]
    pub arn: Option<Arn>,
    /// When the user was created, or the account.
    #[serde(default)]
    pub created: Option<Timestamp>,
    /// Whether there is a password; not told for the root user.
    pub password_enabled: Option<bool>,
    /// The last sign-in with the password.
    pub password_last_used: Option<Timestamp>,
    /// When the password was last set.
    pub password_changed: Option<Timestamp>,
    /// When the password must be changed, where the password policy says so.
    #[serde(default)]
    pub password_next_rotation: Option<Timestamp>,
    /// Whether an MFA device is enabled.
    pub mfa_active: bool,
    /// The two places for access keys.
    pub keys: [ReportKey; 2],
    /// The two places for signing certificates.
    #[serde(default)]
    pub certificates: [ReportCertificate; 2],
}

/// One access key in a row; the report does not tell its id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportKey {
    /// Whether it is active.
    pub active: bool,
    /// When it was made or last rotated; none: there is no key in this place.
    pub rotated: Option<Timestamp>,
    /// Its last use.
    pub last_used: Option<Timestamp>,
    /// In which Region that was.
    #[serde(default)]
    pub region: Option<Box<str>>,
    /// For which service that was, such as `s3`.
    #[serde(default)]
    pub service: Option<Box<str>>,
}

impl ReportKey {
    /// Whether there is a key in this place.
    pub fn is_there(&self) -> bool {
        self.active || self.rotated.is_some()
    }
}

/// One signing certificate in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportCertificate {
    /// Whether it is active.
    pub active: bool,
    /// When it was uploaded or last rotated; none: there is no certificate in this place.
    pub rotated: Option<Timestamp>,
}

/// Why a report could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the credential report has no column `{0}`")]
pub struct ReportError(String);

impl ReportRow {
    /// Whether the row is the root user's.
    pub fn is_root(&self) -> bool {
        &*self.user == "<root_account>"
    }

    /// The last use of any access key.
    pub fn keys_last_used(&self) -> Option<Timestamp> {
        self.keys.iter().filter_map(|key| key.last_used).max()
    }
}

impl CredentialReport {
    /// Reads the CSV; columns are found by name, as AWS adds new ones at the end.
    pub fn parse(csv: &str, generated: Timestamp) -> Result<Self, ReportError> {
        let mut lines = csv.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        if !header.contains(&"user") {
            return Err(ReportError("user".to_owned()));
        }
        let columns = Columns { header };
        let rows = lines.filter(|line| !line.is_empty()).map(|line| Arc::new(columns.row(line))).collect();
        Ok(Self { generated, rows, csv: csv.into() })
    }

    /// The root user's row.
    pub fn root(&self) -> Option<&ReportRow> {
        self.rows.iter().map(AsRef::as_ref).find(|row| row.is_root())
    }
}

struct Columns<'a> {
    header: Vec<&'a str>,
}

impl Columns<'_> {
    /// Names hold no commas or quotes that CSV would have to escape, except `,` itself, which IAM allows
    /// in a user name: a row that is longer than the header has its surplus in the name and in the ARN.
    fn row(&self, line: &str) -> ReportRow {
        let mut cells: Vec<String> = split(line);
        let surplus = cells.len().saturating_sub(self.header.len());
        if surplus > 0 && surplus.is_multiple_of(2) {
            let extra = surplus / 2;
            let name = cells.drain(..=extra).collect::<Vec<_>>().join(",");
            let arn = cells.drain(..=extra).collect::<Vec<_>>().join(",");
            cells.splice(..0, [name, arn]);
        }
        let cell = |name: &str| {
            let at = self.header.iter().position(|column| *column == name)?;
            cells
                .get(at)
                .map(String::as_str)
                .filter(|text| !["N/A", "no_information", "not_supported", ""].contains(text))
        };
        let time = |name: &str| cell(name).and_then(|text| text.parse::<Timestamp>().ok());
        let flag = |name: &str| cell(name).map(|text| text.eq_ignore_ascii_case("true"));
        let key = |number: u8| {
            let column = |end: &str| format!("access_key_{number}_{end}");
            ReportKey {
                active: flag(&column("active")).unwrap_or(false),
                rotated: time(&column("last_rotated")),
                last_used: time(&column("last_used_date")),
                region: cell(&column("last_used_region")).map(Into::into),
                service: cell(&column("last_used_service")).map(Into::into),
            }
        };
        let certificate = |number: u8| ReportCertificate {
            active: flag(&format!("cert_{number}_active")).unwrap_or(false),
            rotated: time(&format!("cert_{number}_last_rotated")),
        };
        ReportRow {
            user: cell("user").unwrap_or_default().into(),
            arn: cell("arn").and_then(|arn| Arn::parse(arn).ok()),
            created: time("user_creation_time"),
            password_enabled: flag("password_enabled"),
            password_last_used: time("password_last_used"),
            password_changed: time("password_last_changed"),
            mfa_active: flag("mfa_active").unwrap_or(false),
            password_next_rotation: time("password_next_rotation"),
            keys: [key(1), key(2)],
            certificates: [certificate(1), certificate(2)],
        }
    }
}

/// Splits one CSV line; double quotes are read in case an endpoint writes them.
fn split(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for ch in line.chars() {
        match ch {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(ch);
                }
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
        access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
        access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
        access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
        cert_2_active,cert_2_last_rotated";

    fn parse(rows: &str) -> CredentialReport {
        CredentialReport::parse(&format!("{HEADER}\n{rows}"), Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn a_row_is_read_by_column_names() {
        let report = parse(
            "<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,\
             2026-01-02T03:04:05+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,\
             false,N/A,false,N/A\n\
             alice,arn:aws:iam::123456789012:user/alice,2024-05-06T07:08:09+00:00,true,no_information,\
             2024-05-07T00:00:00+00:00,N/A,false,true,2024-06-01T00:00:00+00:00,2026-11-01T10:00:00+00:00,us-east-1,s3,\
             false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n",
        );
        let root = report.root().unwrap();
        assert!(root.mfa_active);
        assert_eq!(root.password_enabled, None);
        let alice = &report.rows[1];
        assert_eq!((alice.password_enabled, alice.password_last_used), (Some(true), None));
        assert_eq!(alice.keys[0].rotated, Some("2024-06-01T00:00:00Z".parse().unwrap()));
        assert!(alice.keys[0].active && !alice.keys[1].active);
        assert_eq!(
            (alice.keys[0].region.as_deref(), alice.keys[0].service.as_deref()),
            (Some("us-east-1"), Some("s3"))
        );
        assert_eq!(alice.arn.as_ref().unwrap().as_str(), "arn:aws:iam::123456789012:user/alice");
        assert_eq!(alice.created, Some("2024-05-06T07:08:09Z".parse().unwrap()));
        assert_eq!(alice.keys_last_used(), Some("2026-11-01T10:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_comma_in_a_user_name_does_not_shift_the_columns() {
        let report = parse(
            "a,b,arn:aws:iam::123456789012:user/a,b,2024-05-06T07:08:09+00:00,true,N/A,N/A,N/A,true,\
             false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n",
        );
        assert_eq!(&*report.rows[0].user, "a,b");
        assert_eq!(report.rows[0].password_enabled, Some(true));
        assert!(report.rows[0].mfa_active);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(CredentialReport::parse("<html>", Timestamp::UNIX_EPOCH).is_err());
        assert_eq!(CredentialReport::parse(HEADER, Timestamp::UNIX_EPOCH).unwrap().rows, []);
    }
}
