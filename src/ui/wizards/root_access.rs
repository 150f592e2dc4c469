//! Central management of the root users of member accounts: its features enabled and disabled.

use crate::backend::Load;
use crate::input::ItemAction;
use crate::model::RootFeature;
use crate::plan::builders::switch_root_feature;
use crate::ui::cell::Cell;
use crate::ui::selection::{Selection, TabItem};

use super::offer::needed;
use super::summary::Summary;
use super::{Command, Fit, nothing};

/// Enables or disables the feature under the cursor.
pub const COMMAND: Command = Command {
    name: "enable or disable central root access",
    help: "Enable a feature of central root access for member accounts, or disable it.",
    key: Some(ItemAction::Edit),
    fit: |selection| if feature(selection).is_some() { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(feature) = feature(selection) else { return nothing() };
        let flow = Summary::new(
            feature.title(),
            "Now",
            move |view| {
                let cell = Cell::wide(view.account.organization(), "no organization", |organization| {
                    let enabled = organization.root_features.known();
                    Cell::text(match enabled.map(|enabled| enabled.contains(&feature)) {
                        Some(true) => "enabled",
                        Some(false) => "not enabled",
                        None => "not known",
                    })
                });
                vec![(cell.text.into_owned(), cell.role)]
            },
            move |_, view| switch_root_feature(view.account, feature),
        );
        flow.wants(needed([Load::Organization])).review_or_wizard(view)
    },
};

fn feature(selection: &Selection) -> Option<RootFeature> {
    match selection.item {
        Some(TabItem::RootFeature(feature)) => Some(feature),
        _ => None,
    }
}
