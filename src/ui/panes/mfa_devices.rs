//! Virtual MFA devices of the account: whose each is, and those that are nobody's.

use crate::backend::Load;
use crate::model::{ResourceRef, VirtualMfaDevice};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page.
pub struct MfaDevices;

const COLUMNS: &[Column] = &[Column::new("Device", 34), Column::new("Assigned to", 26), Column::new("Enabled", 11)];

impl Board for MfaDevices {
    const LIST: u64 = 301;

    fn place(&self) -> Place {
        Place::MfaDevices
    }

    fn content(&self, view: &View<'_>) -> Content {
        let listing = view.account.virtual_mfa_devices();
        let mut content = Content::new();
        if listing.rows().is_empty() && !listing.is_complete() {
            if listing.error().is_none() {
                content.note(Cell::unknown());
            }
            return content;
        }
        let (held, free): (Vec<_>, Vec<_>) = listing.rows().iter().map(|row| &**row).partition(|row| is_held(row));
        let count = |title: &str, rows: usize| {
            let more = if listing.is_complete() { "" } else { "+" };
            format!("{title} ({rows}{more})")
        };
        content.heading(count("Unassigned devices", free.len()));
        if !free.is_empty() {
            content.note(Cell::new(
                "Left over from unfinished assignments. They cannot be assigned; delete them to free their names.",
                Look::Muted,
            ));
        }
        content.table(COLUMNS, free.into_iter().map(row).collect(), "There are none.");
        content.heading(count("Assigned devices", held.len()));
        content.table(COLUMNS, held.into_iter().map(row).collect(), "There are none.");
        content
    }

    fn loads(&self, _view: &View<'_>) -> Vec<Load> {
        vec![Load::VirtualMfaDevices]
    }

    fn selection(&self, item: Option<TabItem>, _view: &View<'_>) -> Selection {
        Selection { item, ..Selection::default() }
    }
}

fn is_held(device: &VirtualMfaDevice) -> bool {
    device.is_root || device.enabled.is_some() || device.user.known().is_some()
}

fn row(device: &VirtualMfaDevice) -> Row {
    let enabled = device.enabled.map_or_else(|| Cell::absent("–"), |at| Cell::text(time::date(at)));
    let name = device.serial.as_str().split_once(":mfa/").map_or(device.serial.as_str(), |(_, name)| name);
    let of = match (device.is_root, device.user.known()) {
        (true, _) => Cell::new("root user", Look::Warning),
        (false, Some(user)) => Cell::text(user.to_string()),
        (false, None) => Cell::new("▲ unassigned", Look::Warning),
    };
    let row = Row::new(vec![Cell::text(name.to_owned()), of, enabled]);
    match device.user.known() {
        Some(user) => row
            .link(Place::Entity(ResourceRef::User(user.clone())))
            .item(TabItem::Mfa(user.clone(), device.serial.clone())),
        None if is_held(device) => row,
        None => row.item(TabItem::FreeMfa(device.serial.clone())),
    }
}
