//! The credential report: all its columns, one row for each user and one for the root user.

use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::model::{Account, ReportRow, ResourceRef};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab};

/// The rows of the report.
#[derive(Debug)]
pub struct Rows;

/// A column that tells a time, or that there is none.
const fn moment(
    id: &'static str,
    title: &'static str,
    shown: Shown,
    cell: fn(&ReportRow, &View<'_>) -> Cell,
    key: fn(&ReportRow, &View<'_>) -> SortKey,
) -> Column<ReportRow> {
    Column { id, title, width: 15, shown, cell, key }
}

macro_rules! moments {
    ($id:literal, $title:literal, $shown:expr, |$row:ident| $at:expr) => {
        moment($id, $title, $shown, |$row, view| ago($at, view), |$row, view| SortKey::age($at, view.now))
    };
}

macro_rules! flags {
    ($id:literal, $title:literal, $width:literal, $shown:expr, |$row:ident| $cell:expr) => {
        Column {
            id: $id,
            title: $title,
            width: $width,
            shown: $shown,
            cell: |$row, _| $cell,
            key: |$row, _| SortKey::text(&$cell.text),
        }
    };
}

impl Resource for Rows {
    type Row = ReportRow;
    type Key = Box<str>;

    const KIND: Kind = Kind::CredentialReport;

    const COLUMNS: &'static [Column<ReportRow>] = &[
        flags!("user", "User", 20, Shown::Always, |row| Cell::text(row.user.to_string())),
        flags!("password", "Password", 10, Shown::Always, |row| password(row)),
        moments!("password-used", "Last sign-in", Shown::Always, |row| row.password_last_used),
        moments!("password-changed", "Changed", Shown::Always, |row| row.password_changed),
        moments!("password-next", "Next rotation", Shown::WhereRoom, |row| row.password_next_rotation),
        flags!("mfa", "MFA", 8, Shown::Always, |row| mfa(row)),
        flags!("key-1", "Key 1", 9, Shown::Always, |row| key(row, 0)),
        moments!("key-1-rotated", "Key 1 rotated", Shown::Always, |row| row.keys[0].rotated),
        moments!("key-1-used", "Key 1 used", Shown::Always, |row| row.keys[0].last_used),
        flags!("key-1-region", "Key 1 Region", 15, Shown::WhereRoom, |row| text(row.keys[0].region.as_deref())),
        flags!("key-1-service", "Key 1 service", 14, Shown::WhereRoom, |row| text(row.keys[0].service.as_deref())),
        flags!("key-2", "Key 2", 9, Shown::Always, |row| key(row, 1)),
        moments!("key-2-rotated", "Key 2 rotated", Shown::Always, |row| row.keys[1].rotated),
        moments!("key-2-used", "Key 2 used", Shown::Always, |row| row.keys[1].last_used),
        flags!("key-2-region", "Key 2 Region", 15, Shown::WhereRoom, |row| text(row.keys[1].region.as_deref())),
        flags!("key-2-service", "Key 2 service", 14, Shown::WhereRoom, |row| text(row.keys[1].service.as_deref())),
        flags!("certificate-1", "Cert 1", 9, Shown::Always, |row| certificate(row, 0)),
        moments!("certificate-1-rotated", "Cert 1 rotated", Shown::WhereRoom, |row| row.certificates[0].rotated),
        flags!("certificate-2", "Cert 2", 9, Shown::Always, |row| certificate(row, 1)),
        moments!("certificate-2-rotated", "Cert 2 rotated", Shown::WhereRoom, |row| row.certificates[1].rotated),
        moments!("created", "Created", Shown::WhereRoom, |row| row.created),
        flags!("arn", "ARN", 50, Shown::WhereRoom, |row| text(row.arn.as_ref().map(Arn::as_str))),
    ];

    const TABS: &'static [Tab<ReportRow>] = &[];

    fn rows(account: &Account) -> Vec<Arc<ReportRow>> {
        account.report().map(|report| report.rows.clone()).unwrap_or_default()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![arrival(view)]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Report, Urgency::Now)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<ReportRow>> {
        let ResourceRef::User(name) = entity else { return None };
        account.report()?.rows.iter().find(|row| &*row.user == name.as_str()).cloned()
    }

    fn key(row: &ReportRow) -> &Box<str> {
        &row.user
    }

    fn entity(row: &ReportRow) -> Option<ResourceRef> {
        (!row.is_root()).then(|| ResourceRef::User((&*row.user).into()))
    }

    /// Verbs are about the user.
    fn selection(row: &ReportRow) -> Selection {
        Self::entity(row).map_or_else(Selection::default, |user| Selection::of(Kind::Users, [user]))
    }

    fn name(row: &ReportRow) -> &str {
        &row.user
    }

    fn arn(row: &ReportRow) -> Option<&Arn> {
        row.arn.as_ref()
    }

    /// The root user comes first.
    fn rank(row: &ReportRow) -> u8 {
        u8::from(!row.is_root())
    }

    fn summary(row: &ReportRow, view: &View<'_>) -> Vec<Field> {
        let generated = view.account.report().map(|report| time::moment(report.generated));
        let mut fields = vec![
            Field::new("Report of", generated.map_or_else(Cell::unknown, Cell::text)),
            Field::new("ARN", text(row.arn.as_ref().map(Arn::as_str))),
            Field::new("Created", ago(row.created, view)),
            Field::new("Password", password(row)),
            Field::new("Last sign-in", ago(row.password_last_used, view)),
            Field::new("MFA", mfa(row)),
        ];
        for (at, label) in [(0, "Access key 1"), (1, "Access key 2")] {
            let held = &row.keys[at];
            let mut cell = key(row, at);
            if let Some(rotated) = held.rotated {
                let age = time::ago(rotated, view.now);
                let used = held
                    .last_used
                    .map_or_else(|| "never used".to_owned(), |at| format!("used {}", time::ago(at, view.now)));
                cell.text = format!("{}, created {age}, {used}", cell.text).into();
            }
            fields.push(Field::new(label, cell));
        }
        fields
    }

    fn remark(view: &View<'_>) -> Option<String> {
        remark(view)
    }

    fn details(_row: &ReportRow, _view: &View<'_>) -> Vec<Load> {
        Vec::new()
    }
}

/// Of when the report is.
pub fn remark(view: &View<'_>) -> Option<String> {
    let report = view.account.report()?;
    Some(format!("report of {}", time::moment(report.generated)))
}

/// How far the report has come.
pub fn arrival<'a>(view: &View<'a>) -> Arrival<'a> {
    let report = view.account.report();
    Arrival {
        is_complete: report.is_some(),
        is_loading: view.loads.is_running(&Load::Report),
        error: view.loads.failure(&Load::Report),
        total: report.and_then(|report| u32::try_from(report.rows.len()).ok()),
    }
}

fn ago(at: Option<Timestamp>, view: &View<'_>) -> Cell {
    at.map_or_else(|| Cell::absent("N/A"), |at| Cell::text(time::ago(at, view.now)))
}

fn text(told: Option<&str>) -> Cell {
    told.map_or_else(|| Cell::absent("N/A"), |told| Cell::text(told.to_owned()))
}

fn password(row: &ReportRow) -> Cell {
    match row.password_enabled {
        Some(true) => Cell::text("Enabled"),
        Some(false) => Cell::absent("None"),
        None => Cell::absent("not reported"),
    }
}

/// No MFA is a danger where there is a password to sign in with; the root user has one.
fn mfa(row: &ReportRow) -> Cell {
    match (row.mfa_active, row.is_root()) {
        (true, _) => Cell::text("Enabled"),
        (false, true) => Cell::new("▲ none", Look::Danger),
        (false, false) if row.password_enabled == Some(true) => Cell::new("▲ none", Look::Warning),
        (false, false) => Cell::absent("None"),
    }
}

fn key(row: &ReportRow, at: usize) -> Cell {
    match row.keys.get(at) {
        Some(key) if key.active && row.is_root() => Cell::new("▲ Active", Look::Danger),
        Some(key) if key.active => Cell::text("Active"),
        Some(key) if key.is_there() => Cell::absent("Inactive"),
        _ => Cell::absent("None"),
    }
}

fn certificate(row: &ReportRow, at: usize) -> Cell {
    match row.certificates.get(at) {
        Some(held) if held.active => Cell::text("Active"),
        Some(held) if held.rotated.is_some() => Cell::absent("Inactive"),
        _ => Cell::absent("None"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_all_columns_of_the_report() {
        assert_eq!(Rows::COLUMNS.len(), 22);
    }

    #[test]
    fn the_dangers_of_the_root_user_are_marked() {
        let mut root = ReportRow { user: "<root_account>".into(), ..ReportRow::default() };
        root.keys[0].active = true;
        assert_eq!((mfa(&root).role, key(&root, 0).role), (Look::Danger, Look::Danger));
        assert!(Rows::entity(&root).is_none() && Rows::rank(&root) == 0);
    }
}
