//! What of the account nobody has used for some days.

use crate::backend::Load;
use crate::insight::unused::{Unused, UnusedKind, unused};
use crate::model::{Progress, ResourceRef};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page.
pub struct UnusedThings {
    /// The days after which something counts as unused.
    pub days: u32,
}

/// What the page is called where commands ask which tab is in sight.
pub const TAB: &str = "Unused";

/// What is read for it; also what the clean-up is made from.
pub const LOADS: [Load; 9] = [
    Load::Users,
    Load::Groups,
    Load::Roles,
    Load::Policies,
    Load::OidcProviders,
    Load::SamlProviders,
    Load::InstanceProfiles,
    Load::Bulk,
    Load::Report,
];

const COLUMNS: &[Column] =
    &[Column::new("Name", 30), Column::new("Unused for", 12), Column::new("Last used", 24), Column::new("State", 12)];

impl Board for UnusedThings {
    const LIST: u64 = 307;

    fn place(&self) -> Place {
        Place::Unused(self.days)
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let found = unused(view.account, view.now, i64::from(self.days));
        let open = found.rows.iter().filter(|row| !row.is_disabled).count();
        let told = format!("{open} unused for more than {} days; `d` disables them, `e` changes the days.", self.days);
        content.note(Cell::new(told, Look::Muted));
        for kind in UnusedKind::ALL {
            let rows: Vec<&Unused> = found.rows.iter().filter(|row| row.kind == kind).collect();
            content.heading(format!("{} ({})", kind.title(), rows.len()));
            if rows.is_empty() && !is_read(kind, view) {
                content.note(Cell::unknown());
                continue;
            }
            content.table(COLUMNS, rows.into_iter().map(|one| row(one, view)).collect(), "There are none.");
        }
        for what in found.not_read {
            content.note(Cell::new(format!("not read: {what}"), Look::Unknown));
        }
        content
    }

    fn loads(&self, _view: &View<'_>) -> Vec<Load> {
        LOADS.to_vec()
    }

    fn selection(&self, item: Option<TabItem>, _view: &View<'_>) -> Selection {
        Selection { item, tab: Some(TAB), ..Selection::default() }
    }
}

/// Whether what tells the unused things of a kind was read.
fn is_read(kind: UnusedKind, view: &View<'_>) -> bool {
    let account = view.account;
    match kind {
        UnusedKind::User => account.users().is_complete() && account.report().is_some(),
        UnusedKind::AccessKey | UnusedKind::Password => account.report().is_some(),
        UnusedKind::Role | UnusedKind::Policy | UnusedKind::Group | UnusedKind::Provider => {
            account.roles().is_complete() && matches!(account.bulk(), Progress::Complete { .. })
        }
    }
}

fn row(one: &Unused, view: &View<'_>) -> Row {
    let made = |at: jiff::Timestamp| format!("never, created {}", time::date(at));
    let last = match (one.last, one.made) {
        (Some(at), _) => Cell::text(format!("{}, {}", time::date(at), time::ago(at, view.now))),
        (None, Some(at)) => Cell::text(made(at)),
        (None, None) => Cell::absent("-"),
    };
    let state = if one.is_disabled { Cell::new("disabled", Look::Muted) } else { Cell::absent("") };
    let name = match &one.of {
        ResourceRef::User(name) if one.kind == UnusedKind::AccessKey => format!("key of {name}"),
        of => of.name().to_owned(),
    };
    let days = if one.days == 1 { "1 day".to_owned() } else { format!("{} days", one.days) };
    Row::new(vec![Cell::text(name), Cell::text(days), last, state]).link(Place::Entity(one.of.clone()))
}
