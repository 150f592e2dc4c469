//! Deleting groups with their memberships and policies.

use crate::backend::{GroupPart, Load};
use crate::input::ItemAction;
use crate::model::Fact;
use crate::plan::builders::{delete_groups, mentions};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;

use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit};

/// Deletes the selected groups.
pub const COMMAND: Command = Command {
    name: "delete group",
    help: "Delete the selected groups; their users lose the groups' permissions.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::Groups) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let groups = selection.names();
        let told = groups.clone();
        let parts = [GroupPart::Overview, GroupPart::Permissions];
        let wants = groups.iter().flat_map(|name| parts.map(|part| Load::Group(name.as_str().into(), part)));
        let wants: Vec<Load> = wants.collect();
        let title = format!("Delete {}", selection.describe());
        let flow = Summary::new(
            title,
            "Groups",
            move |view| lines(&told, view),
            move |_, view| delete_groups(view.account, &groups),
        );
        Ok(flow.wants(needed(wants)).wizard())
    },
};

fn lines(groups: &[String], view: &View<'_>) -> Lines {
    let mut lines = Lines::new();
    for name in groups {
        let Some(group) = view.account.groups().get(name.as_str()) else {
            lines.push((format!("{name}: no longer exists"), Look::Absent));
            continue;
        };
        lines.push((name.clone(), Look::Text));
        let members = view.account.members(&group.name).map(<[_]>::to_vec);
        lines.push(held("users who lose its permissions", &members, ToString::to_string));
        lines.push(held("policies to detach", &group.facts.attached, |policy| policy.name().to_owned()));
        lines.push(held("inline policies to delete", &group.facts.inline, |policy| policy.name.to_string()));
        for mention in mentions(view.account, &group.arn) {
            lines.push((format!("  ▲ {mention} refers to it"), Look::Warning));
        }
    }
    lines
}

/// How many of something there are, and which.
pub(super) fn held<T>(what: &str, fact: &Fact<Vec<T>>, name: impl Fn(&T) -> String) -> (String, Look) {
    match fact {
        Fact::Known(list, _) if list.is_empty() => (format!("  {what}: none"), Look::Muted),
        Fact::Absent(_) => (format!("  {what}: none"), Look::Muted),
        Fact::Known(list, _) => {
            let names: Vec<String> = list.iter().map(name).collect();
            (format!("  {what} ({}): {}", list.len(), names.join(", ")), Look::Text)
        }
        Fact::Unknown => (format!("  {what}: …"), Look::Unknown),
        Fact::Denied(denial) => (format!("  {what}: {} {}", denial.mark(), denial.lacks()), Cell::role_of(denial)),
    }
}
