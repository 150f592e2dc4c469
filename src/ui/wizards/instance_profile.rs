//! Instance profiles: created, given a role, freed of it, deleted.

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{InstanceProfileName, ResourceRef};
use crate::plan::builders::{CreateInstanceProfile, delete_instance_profiles, remove_profile_role, set_profile_role};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::pick::{Item, Pick};
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::{self, Offer, needed};
use super::summary::{Lines, Summary};
use super::{Command, Fit, nothing, review, tags};

/// Creates an instance profile.
pub const CREATE: Command = Command {
    name: "create instance profile",
    help: "Create an instance profile, which gives EC2 instances a role.",
    key: Some(ItemAction::New),
    fit: |selection| {
        let is_list = selection.kind == Some(Kind::InstanceProfiles) && selection.tab.is_none();
        if is_list { Fit::Page } else { Fit::Anywhere }
    },
    open: |_, _| Ok(Box::new(Wizard::new(Create::default()))),
};

/// Puts a role into an instance profile.
pub const ADD_ROLE: Command = Command {
    name: "add role to instance profile",
    help: "Add a role to the selected instance profile, or replace the one in it.",
    key: Some(ItemAction::Add),
    fit: fit_one,
    open: |selection, _| match one(selection).cloned() {
        Some(profile) => Ok(Box::new(Wizard::new(AddRole { profile, seen: None }))),
        None => nothing(),
    },
};

/// Remove the role from an instance profile.
pub const REMOVE_ROLE: Command = Command {
    name: "remove role from instance profile",
    help: "Remove the role from the selected instance profile; both stay.",
    key: Some(ItemAction::Delete),
    fit: fit_one,
    open: |selection, view| {
        let Some(profile) = one(selection).cloned() else { return nothing() };
        let load = Load::InstanceProfile(profile.clone());
        let told = profile.clone();
        let flow = Summary::new(
            "Remove role from instance profile",
            "Instance profile",
            move |view| vec![about(&told, view)],
            move |_, view| remove_profile_role(view.account, profile.as_str()),
        );
        flow.wants(needed([load])).review_or_wizard(view)
    },
};

/// Deletes instance profiles.
pub const DELETE: Command = Command {
    name: "delete instance profile",
    help: "Delete the selected instance profiles; their roles stay.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::InstanceProfiles) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let names = selection.names();
        let told: Vec<InstanceProfileName> = names.iter().map(|name| name.as_str().into()).collect();
        let wants: Vec<Load> = told.iter().cloned().map(Load::InstanceProfile).collect();
        let flow = Summary::new(
            format!("Delete {}", selection.describe()),
            "Instance profiles",
            move |view| told.iter().map(|profile| about(profile, view)).collect::<Lines>(),
            move |_, view| delete_instance_profiles(view.account, &names),
        );
        Ok(flow.wants(needed(wants)).wizard())
    },
};

fn one(selection: &Selection) -> Option<&InstanceProfileName> {
    match selection.one() {
        Some(ResourceRef::InstanceProfile(name)) => Some(name),
        _ => None,
    }
}

fn fit_one(selection: &Selection) -> Fit {
    if one(selection).is_some() { Fit::Also } else { Fit::No }
}

/// An instance profile with the role that is in it.
fn about(profile: &InstanceProfileName, view: &View<'_>) -> (String, Look) {
    let Some(row) = view.account.instance_profiles().get(profile) else {
        return (format!("{profile}: no longer exists"), Look::Absent);
    };
    let role = Cell::of(&row.facts.role, "no role", |role| Cell::text(format!("contains role {role}")));
    (format!("{profile}: {}", role.text), role.role)
}

/// The roles of the account that can be in an instance profile; those that EC2 may assume come first.
fn roles(view: &View<'_>) -> Offer {
    let listing = view.account.roles();
    let rows = listing.rows().iter().filter(|role| !role.is_service_linked());
    let item = |role: &std::sync::Arc<crate::model::Role>| {
        let trust = role.facts.trust.known();
        let is_for_ec2 = trust.is_some_and(|trust| trust.document.text().contains("ec2.amazonaws.com"));
        let note = match trust {
            Some(_) if is_for_ec2 => "trusts EC2",
            Some(_) => "does not trust EC2",
            None => "trust policy not read",
        };
        let name = role.name.to_string();
        Item { key: name.clone(), label: name, note: note.to_owned(), group: u8::from(!is_for_ec2), ..Item::default() }
    };
    (rows.map(item).collect(), offer::status(listing))
}

const NAME: &str = "name";
const PATH: &str = "path";
const ROLE: &str = "role";
const TAGS: &str = "tags";
const HELD: &str = "held";

#[derive(Debug, Default)]
struct Create {
    seen: Option<u64>,
}

impl Flow for Create {
    fn title(&self) -> &'static str {
        "Create instance profile"
    }

    fn forms(&self) -> Vec<Form> {
        let name = "It cannot be changed later. At most 128 characters.";
        let path = "Such as `/ec2/`; empty: `/`. Policies can name it.";
        let tags = "Written `key=value`; Enter adds one. Optional, at most 50.";
        vec![Form::new(
            "Instance profile",
            vec![
                Field::text(NAME, "Name", name, check::profile_name),
                Field::text(PATH, "Path", path, check::path),
                Field::pick(ROLE, "Role", "Optional. Type to filter; Space selects.", Pick::one()),
                Field::list(TAGS, "Tags", tags, check::tag),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        if self.seen.replace(view.revision) != Some(view.revision) {
            form.offer(ROLE, roles(view));
        }
        let held = view
            .account
            .instance_profiles()
            .rows()
            .iter()
            .find(|row| row.name.as_str().eq_ignore_ascii_case(form.text(NAME)));
        let taken = held.map(|row| UserError::new(format!("there is an instance profile `{}`", row.name)));
        form.object(NAME, taken);
        let entries = form.entries(TAGS);
        form.object(TAGS, tags::objection(&entries));
        form.remark(TAGS, tags::remark(&entries));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::InstanceProfiles, Load::Roles]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let new = CreateInstanceProfile {
            name: form.text(NAME).to_owned(),
            path: Some(form.text(PATH)).filter(|path| !path.is_empty()).map(str::to_owned),
            role: form.picked(ROLE).into_iter().next(),
            tags: form.entries(TAGS).iter().map(|text| tags::read(text)).collect(),
        };
        new.plan(view.account).map(review).map_err(|error| error.user_error())
    }

    fn draft(&self) -> Option<String> {
        Some("create-instance-profile".to_owned())
    }
}

#[derive(Debug)]
struct AddRole {
    profile: InstanceProfileName,
    seen: Option<u64>,
}

impl Flow for AddRole {
    fn title(&self) -> &'static str {
        "Add role to instance profile"
    }

    fn forms(&self) -> Vec<Form> {
        let role = "Type to filter; Space selects. The role that is in the profile is replaced.";
        vec![Form::new("Role", vec![Field::note(HELD, "Now"), Field::pick(ROLE, "Role", role, Pick::one())])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        if self.seen.replace(view.revision) != Some(view.revision) {
            form.offer(ROLE, roles(view));
            form.tell(HELD, vec![about(&self.profile, view)]);
        }
        let missing = form.picked(ROLE).is_empty();
        form.object(ROLE, missing.then(|| UserError::new("nothing is selected: press Space")));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::InstanceProfile(self.profile.clone()), Load::Roles]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let role = forms.first().and_then(|form| form.picked(ROLE).into_iter().next()).unwrap_or_default();
        let plan = set_profile_role(view.account, self.profile.as_str(), &role);
        plan.map(review).map_err(|error| error.user_error())
    }
}
