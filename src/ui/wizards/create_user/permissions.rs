//! What new users may do: by groups, copied from another user, or by policies of their own.

use serde_json::{Value, json};

use crate::backend::{Load, Urgency, UserPart};
use crate::base::error::UserError;
use crate::model::UserName;
use crate::plan::builders::{CreateGroup, CreateUser};
use crate::ui::form::pick::{Item, Pick};
use crate::ui::form::{Field, Form};
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::wizard::Wizard;

use super::super::create_group::CreateGroups;
use super::super::offer::{self, later, needed};

const HOW: &str = "how";
const GROUPS: &str = "groups";
const COPY: &str = "copy";
const POLICIES: &str = "policies";
const BOUND: &str = "bound";
const BOUNDARY: &str = "boundary";

/// The parts of a user that copying takes.
const COPIED: [UserPart; 3] = [UserPart::Overview, UserPart::Permissions, UserPart::Groups];

/// The step that asks for it.
#[derive(Debug, Default)]
pub struct Permissions {
    /// Groups that the plan will make.
    new: Vec<CreateGroup>,
    copied: Option<UserName>,
    policies: bool,
    seen: Option<u64>,
}

impl Permissions {
    /// The questions.
    pub fn form() -> Form {
        let how = "Groups are recommended: permissions are managed by job function.";
        let groups = "Space selects, typing filters; F2 creates a group as part of this plan.";
        let copy = "Copies groups, policies, inline policies and the boundary, not credentials.";
        let policies = "Space selects, typing filters. At most 10.";
        let bound = "Optional: the maximum permissions that the users can have.";
        Form::new(
            "Permissions",
            vec![
                Field::choice(HOW, "Permissions by", how, &["groups", "copy of a user", "policies"]),
                Field::pick(GROUPS, "Groups", groups, Pick::many()),
                Field::pick(COPY, "Copy from", copy, Pick::one()).hidden(),
                Field::pick(POLICIES, "Policies", policies, Pick::many()).hidden(),
                Field::switch(BOUND, "Permissions boundary", bound, false),
                Field::pick(BOUNDARY, "Boundary policy", "Space selects one.", Pick::one()).hidden(),
            ],
        )
    }

    /// Offers what is known and asks for what the answers call for.
    pub fn settle(&mut self, form: &mut Form, view: &View<'_>) {
        let (how, bound) = (form.choice(HOW), form.is_on(BOUND));
        for (at, id) in [GROUPS, COPY, POLICIES].into_iter().enumerate() {
            form.ask(id, at == how);
        }
        form.ask(BOUNDARY, bound);
        self.policies = how == 2 || bound;
        if self.seen != Some(view.revision) {
            self.seen = Some(view.revision);
            let (mut groups, status) = offer::groups(view);
            let note = || "new, created by this plan".to_owned();
            groups.splice(0..0, self.new.iter().map(|new| Item { note: note(), ..offer::named(&new.name) }));
            form.offer(GROUPS, (groups, status));
            form.offer(COPY, offer::users(view));
            form.offer(POLICIES, offer::policies(view));
            form.offer(BOUNDARY, offer::boundaries(view));
        }
        self.copied = form.picked(COPY).first().map(|name| name.as_str().into());
        let missing = |missing: bool, what: &str| {
            missing.then(|| UserError::new(format!("No {what} is selected. Space selects.")))
        };
        form.object(COPY, missing(how == 1 && self.copied.is_none(), "user"));
        form.object(BOUNDARY, missing(bound && form.picked(BOUNDARY).is_empty(), "policy"));
    }

    /// What is offered, and all of the user that is copied.
    pub fn wants(&self) -> impl Iterator<Item = (Load, Urgency)> {
        let policies = if self.policies { offer::POLICIES } else { &[] };
        let part = |name: &UserName| COPIED.map(|part| Load::User(name.clone(), part));
        later(policies).chain(needed(self.copied.iter().flat_map(part)))
    }

    /// Fills the answers in.
    pub fn fill(&self, form: &Form, user: &mut CreateUser) {
        let picked = form.picked(GROUPS);
        user.new_groups = self.new.iter().filter(|new| picked.contains(&new.name)).cloned().collect();
        let is_new = |name: &String| self.new.iter().any(|new| new.name == *name);
        user.groups = picked.into_iter().filter(|name| !is_new(name)).collect();
        user.copy_from = form.picked(COPY).into_iter().next();
        user.policies = form.picked(POLICIES);
        user.boundary = form.picked(BOUNDARY).into_iter().next();
    }

    /// The wizard of a new group, on the field of groups.
    pub fn inside(field: &str) -> Option<Box<dyn Layer>> {
        (field == GROUPS).then(|| Box::new(Wizard::new(CreateGroups::nested())) as Box<dyn Layer>)
    }

    /// Takes groups to make, and picks them.
    pub fn add(&mut self, form: &mut Form, groups: Vec<CreateGroup>) {
        for group in groups {
            if let Some(pick) = form.pick_mut(GROUPS) {
                pick.add(group.name.clone());
            }
            self.new.retain(|new| !new.name.eq_ignore_ascii_case(&group.name));
            self.new.push(group);
        }
        self.seen = None;
    }

    /// The groups to make, for a draft.
    pub fn extra(&self) -> Value {
        let group = |new: &CreateGroup| json!({ "name": new.name, "path": new.path, "policies": new.policies });
        self.new.iter().map(group).collect()
    }

    /// Takes the groups to make back from a draft.
    pub fn restore(&mut self, extra: &Value) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let group = |value: &Value| {
            let policies = value.get("policies").and_then(Value::as_array).into_iter().flatten();
            Some(CreateGroup {
                name: text(value.get("name"))?,
                path: text(value.get("path")),
                policies: policies.filter_map(Value::as_str).map(str::to_owned).collect(),
                members: Vec::new(),
            })
        };
        self.new = extra.as_array().into_iter().flatten().filter_map(group).collect();
        self.seen = None;
    }
}
