//! Cloning a user, group, role or policy: the only question is the name of the copy.

use crate::backend::{Load, PolicyPart, RolePart, Urgency, UserPart};
use crate::base::error::UserError;
use crate::config::Named;
use crate::model::{PolicyKind, ResourceRef};
use crate::plan::builders::clone_entity;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::attach_policy::{overview_of, permissions_of};
use super::offer::needed;
use super::{Command, Fit, modifiable, nothing, review, taken};

/// Clones the selected user, group, role or policy.
pub const COMMAND: Command = Command {
    name: "clone",
    help: "Create a copy of the selected user, group, role or policy under another name.",
    key: None,
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::User(_) | ResourceRef::Group(_) | ResourceRef::Role(_) | ResourceRef::Policy(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        modifiable(selection, view)?;
        let Some(from) = selection.one().cloned() else { return nothing() };
        Ok(Box::new(Wizard::new(CloneEntity { title: format!("Clone {}", selection.describe()), from })))
    },
};

const NAME: &str = "name";

#[derive(Debug)]
struct CloneEntity {
    title: String,
    from: ResourceRef,
}

/// What is copied, and so read first.
fn wants(from: &ResourceRef) -> Vec<Load> {
    let tags = match from {
        ResourceRef::User(name) => {
            vec![Load::User(name.clone(), UserPart::Tags), Load::User(name.clone(), UserPart::Groups)]
        }
        ResourceRef::Role(name) => vec![Load::Role(name.clone(), RolePart::Tags)],
        ResourceRef::Policy(arn) if PolicyKind::of(arn) == PolicyKind::Customer => {
            vec![Load::Policy(arn.clone(), PolicyPart::Overview), Load::Policy(arn.clone(), PolicyPart::Tags)]
        }
        _ => Vec::new(),
    };
    [overview_of(from), permissions_of(from)].into_iter().flatten().chain(tags).collect()
}

impl CloneEntity {
    /// What is wrong with the name of the copy.
    fn objection(&self, name: &str, view: &View<'_>) -> Option<UserError> {
        let names = [name.to_owned()];
        let account = view.account;
        match &self.from {
            ResourceRef::User(_) => {
                let listed = account.users().rows().iter().map(|user| user.name.as_str());
                taken("user", Named::User, &names, listed, view)
            }
            ResourceRef::Group(_) => {
                let listed = account.groups().rows().iter().map(|group| group.name.as_str());
                taken("group", Named::Group, &names, listed, view)
            }
            ResourceRef::Role(_) => {
                let listed = account.roles().rows().iter().map(|role| role.name.as_str());
                taken("role", Named::Role, &names, listed, view)
            }
            _ => {
                let listed = account.policies().rows().iter().map(|policy| policy.name());
                taken("policy", Named::Policy, &names, listed, view)
            }
        }
    }
}

impl Flow for CloneEntity {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let (help, check): (_, check::Check) = match &self.from {
            ResourceRef::User(_) => {
                ("Groups, policies, boundary and tags are copied; credentials are not.", check::user_name)
            }
            ResourceRef::Group(_) => ("Policies are copied; members are not.", check::group_name),
            ResourceRef::Role(_) => {
                ("Trust, policies, boundary and tags are copied; instance profiles are not.", check::role_name)
            }
            _ => ("The default version's document is copied.", check::policy_name),
        };
        vec![Form::new("Name", vec![Field::text(NAME, "Name of the copy", help, check)])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let name = form.text(NAME).to_owned();
        form.object(NAME, self.objection(&name, view));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed(wants(&self.from)).collect()
    }

    fn draft(&self) -> Option<String> {
        None
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let name = forms.first().map(|form| form.text(NAME).to_owned()).unwrap_or_default();
        clone_entity(view.account, &self.from, &name).map(review).map_err(|error| error.user_error())
    }
}
