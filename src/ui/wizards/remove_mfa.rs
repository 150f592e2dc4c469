//! MFA devices that are there: taking them away, bringing them back in step, clearing up what is left over.

use crate::backend::{Load, UserPart};
use crate::input::ItemAction;
use crate::plan::builders::{delete_unassigned, remove_mfa, resync_mfa, unassigned};
use crate::theme::Look;
use crate::ui::form::pick::Item;
use crate::ui::selection::TabItem;
use crate::ui::wizard::Wizard;

use super::offer::{self, needed};
use super::picking::Picking;
use super::summary::Summary;
use super::{Command, Fit, nothing};

/// Takes the device under the cursor away from its user.
pub const REMOVE: Command = Command {
    name: "remove MFA device",
    help: "Deactivate the selected MFA device; a virtual device is deleted too.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Mfa(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Mfa(user, serial)) = selection.item.clone() else { return nothing() };
        let wants = [UserPart::Overview, UserPart::Mfa].map(|part| Load::User(user.clone(), part));
        let line = format!("{user} can no longer sign in with {serial}.");
        Summary::new(
            format!("Remove an MFA device of user {user}"),
            "Device",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| remove_mfa(view.account, user.as_str(), &[serial.to_string()]),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

/// Brings the device under the cursor back in step.
pub const RESYNC: Command = Command {
    name: "resynchronize MFA device",
    help: "Resynchronize the selected MFA device with two consecutive codes.",
    key: Some(ItemAction::Edit),
    fit: |selection| match &selection.item {
        Some(TabItem::Mfa(_, serial)) if !serial.as_str().contains(":u2f/") => Fit::TabItem,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(TabItem::Mfa(user, serial)) = selection.item.clone() else { return nothing() };
        let wants = [UserPart::Overview, UserPart::Mfa].map(|part| Load::User(user.clone(), part));
        let line = format!("Enter two consecutive codes of {serial}.");
        Summary::new(
            format!("Resynchronize an MFA device of user {user}"),
            "Device",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| resync_mfa(view.account, user.as_str(), serial.as_str()),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

/// Deletes the device under the cursor, which belongs to nobody.
pub const LEFT_OVER: Command = Command {
    name: "delete unassigned MFA device",
    help: "Delete the selected unassigned virtual MFA device.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::FreeMfa(_))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::FreeMfa(serial)) = selection.item.clone() else { return nothing() };
        let line = format!("{serial} is not assigned, and its name cannot be used for another device.");
        Summary::new(
            "Delete an unassigned MFA device",
            "Device",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| delete_unassigned(view.account, &[serial.to_string()]),
        )
        .wants(needed([Load::VirtualMfaDevices]))
        .review_or_wizard(view)
    },
};

/// Deletes virtual devices that belong to nobody.
pub const CLEAN_UP: Command = Command {
    name: "clean up MFA devices",
    help: "Delete unassigned virtual MFA devices, left over from unfinished assignments.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, _| {
        let flow = Picking::new(
            "Clean up MFA devices",
            (
                "Unassigned devices",
                "Space selects. Their secret keys can no longer be shown, so these devices cannot be assigned.",
            ),
            |view| {
                let listing = view.account.virtual_mfa_devices();
                let item = |serial: &str| Item { note: serial.to_owned(), ..offer::named(serial) };
                let named =
                    |item: Item| Item { label: item.key.rsplit('/').next().unwrap_or_default().to_owned(), ..item };
                let items = unassigned(view.account).map(|device| named(item(device.serial.as_str())));
                (items.collect(), if listing.is_complete() { String::new() } else { "loading …".to_owned() })
            },
            |picked, view| delete_unassigned(view.account, picked),
        );
        Ok(Box::new(Wizard::new(flow.wants(needed([Load::VirtualMfaDevices])))))
    },
};
