//! Deleting roles with their policies and their instance profile.

use crate::backend::{Load, RolePart};
use crate::input::ItemAction;
use crate::model::Fact;
use crate::plan::build::{delete_roles, mentions};
use crate::theme::Role;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::resources::roles::unused;
use crate::ui::time;

use super::delete_group::held;
use super::offer::needed;
use super::telling::{Lines, Telling};
use super::{Fit, Verb, modifiable};

/// Deletes the selected roles.
pub const VERB: Verb = Verb {
    name: "delete role",
    help: "Delete the selected roles with their policies and instance profiles.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::Roles) { Fit::Also } else { Fit::No },
    open: |selection, view| {
        modifiable(selection, view)?;
        let roles = selection.names();
        let told = roles.clone();
        let parts = [RolePart::Overview, RolePart::Permissions, RolePart::InstanceProfiles];
        let wants = roles.iter().flat_map(|name| parts.map(|part| Load::Role(name.as_str().into(), part)));
        let wants: Vec<Load> = wants.collect();
        let title = format!("Delete {}", selection.told());
        let flow = Telling::new(
            title,
            "Roles",
            move |view| lines(&told, view),
            move |_, view| delete_roles(view.account, &roles),
        );
        Ok(flow.wants(needed(wants)).wizard())
    },
};

fn lines(roles: &[String], view: &View<'_>) -> Lines {
    let mut lines = Lines::new();
    for name in roles {
        let Some(role) = view.account.roles().get(name.as_str()) else {
            lines.push((format!("{name}: no longer exists"), Role::Absent));
            continue;
        };
        let (activity, look) = match &role.facts.last_used {
            Fact::Known(used, _) => (format!("last used {}", time::ago(used.at, view.now)), Role::Text),
            Fact::Absent(_) => match unused(role, view) {
                Some(created) => (format!("not used yet (created {created})"), Role::Text),
                None => ("not used in the last 400 days".to_owned(), Role::Text),
            },
            Fact::Denied(denial) => ("last use cannot be read".to_owned(), Cell::role_of(denial)),
            Fact::Unknown => ("last use not known".to_owned(), Role::Unknown),
        };
        lines.push((format!("{name}: {activity}"), look));
        lines.push(held("instance profiles to remove it from", &role.facts.instance_profiles, ToString::to_string));
        lines.push(held("policies to detach", &role.facts.attached, |policy| policy.name().to_owned()));
        lines.push(held("inline policies to delete", &role.facts.inline, |policy| policy.name.to_string()));
        for mention in mentions(view.account, &role.arn) {
            lines.push((format!("  ▲ {mention} refers to it"), Role::Warning));
        }
    }
    lines
}
