//! Deleting roles with their policies, and with their instance profile when that is asked for.

use crate::backend::{Load, RolePart, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::Fact;
use crate::plan::builders::{OwnProfile, delete_roles, mentions};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::resources::roles::unused;
use crate::ui::time;
use crate::ui::wizard::{Flow, Wizard};

use super::delete_group::held;
use super::offer::needed;
use super::summary::Lines;
use super::{Command, Fit, review};

/// Deletes the selected roles.
pub const COMMAND: Command = Command {
    name: "delete role",
    help: "Delete the selected roles with their policies, and their instance profile if you choose.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::Roles) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let title = format!("Delete {}", selection.describe());
        Ok(Box::new(Wizard::new(DeleteRoles { title, roles: selection.names(), seen: None })))
    },
};

const PROFILE: &str = "profile";
const ABOUT: &str = "about";

#[derive(Debug)]
struct DeleteRoles {
    title: String,
    roles: Vec<String>,
    seen: Option<u64>,
}

impl Flow for DeleteRoles {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let profile = "The one of the same name, as the console creates it; others lose the role only.";
        let own = Field::switch(PROFILE, "Delete instance profile", profile, false).hidden();
        vec![Form::new("Summary", vec![own, Field::note(ABOUT, "Roles")])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        if let Some(form) = forms.first_mut().filter(|_| self.seen != Some(view.revision)) {
            self.seen = Some(view.revision);
            form.ask(PROFILE, self.roles.iter().any(|name| has_own_profile(name, view)));
            form.tell(ABOUT, lines(&self.roles, view));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let parts = [RolePart::Overview, RolePart::Permissions, RolePart::InstanceProfiles];
        let loads = self.roles.iter().flat_map(|name| parts.map(|part| Load::Role(name.as_str().into(), part)));
        needed(loads).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let deletes = forms.first().is_some_and(|form| form.is_on(PROFILE));
        let own_profile = if deletes { OwnProfile::Deleted } else { OwnProfile::Kept };
        delete_roles(view.account, &self.roles, own_profile).map(review).map_err(|error| error.user_error())
    }
}

/// Whether a role is in an instance profile of its own name.
fn has_own_profile(name: &str, view: &View<'_>) -> bool {
    let role = view.account.roles().get(name);
    let profiles = role.and_then(|role| role.facts.instance_profiles.known());
    profiles.is_some_and(|profiles| profiles.iter().any(|profile| profile.as_str() == name))
}

fn lines(roles: &[String], view: &View<'_>) -> Lines {
    let mut lines = Lines::new();
    for name in roles {
        let Some(role) = view.account.roles().get(name.as_str()) else {
            lines.push((format!("{name}: no longer exists"), Look::Absent));
            continue;
        };
        let (activity, look) = match &role.facts.last_used {
            Fact::Known(used, _) => (format!("last used {}", time::ago(used.at, view.now)), Look::Text),
            Fact::Absent(_) => match unused(role, view) {
                Some(created) => (format!("not used yet (created {created})"), Look::Text),
                None => ("not used in the last 400 days".to_owned(), Look::Text),
            },
            Fact::Denied(denial) => ("last use cannot be read".to_owned(), Cell::role_of(denial)),
            Fact::Unknown => ("last use not known".to_owned(), Look::Unknown),
        };
        lines.push((format!("{name}: {activity}"), look));
        if role.is_service_linked() {
            lines.push(("  its service deletes it, and refuses while it still uses it".to_owned(), Look::Text));
            continue;
        }
        lines.push(held("instance profiles to remove it from", &role.facts.instance_profiles, ToString::to_string));
        lines.push(held("policies to detach", &role.facts.attached, |policy| policy.name().to_owned()));
        lines.push(held("inline policies to delete", &role.facts.inline, |policy| policy.name.to_string()));
        for mention in mentions(view.account, &role.arn) {
            lines.push((format!("  ▲ {mention} refers to it"), Look::Warning));
        }
    }
    lines
}
