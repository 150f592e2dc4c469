//! Grants that end: a policy or a membership for a few hours.

use crate::backend::{Load, Urgency, UserPart};
use crate::base::error::UserError;
use crate::base::span;
use crate::model::ResourceRef;
use crate::plan::builders::{Given, Owner, grants};
use crate::ui::effect::UiEffect;
use crate::ui::form::pick::Pick;
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::attach_policy::{has_policies, owners, permissions};
use super::offer::{self, later, needed};
use super::{Command, Fit, modifiable, review};

/// Grants a policy or a membership for a time.
pub const COMMAND: Command = Command {
    name: "grant for a time",
    help: "Grant a policy or a group membership that ends after some hours.",
    key: None,
    fit: |selection: &Selection| if has_policies(selection) { Fit::Also } else { Fit::No },
    open: |selection, view| {
        modifiable(selection, view)?;
        let member = |entity: &ResourceRef| match entity {
            ResourceRef::User(name) => Some(Load::User(name.clone(), UserPart::Groups)),
            _ => None,
        };
        let groups: Vec<Load> = selection.entities.iter().filter_map(member).collect();
        Ok(Box::new(Wizard::new(GrantForATime {
            title: format!("Grant to {} for a time", selection.describe()),
            owners: owners(selection),
            is_users: selection.is(Kind::Users),
            wants: needed(permissions(selection)).chain(later(&groups)).collect(),
            seen: None,
        })))
    },
};

const WHAT: &str = "what";
const POLICY: &str = "policy";
const GROUP: &str = "group";
const SPAN: &str = "span";

#[derive(Debug)]
struct GrantForATime {
    title: String,
    owners: Vec<Owner>,
    is_users: bool,
    wants: Vec<(Load, Urgency)>,
    seen: Option<u64>,
}

fn a_span(text: &str) -> Result<(), UserError> {
    span::parse(text).map(drop)
}

impl Flow for GrantForATime {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let policy = "A copy of it is written with an end that AWS keeps, where that has room.";
        let mut what =
            Field::choice(WHAT, "Grant", "A membership ends from the journal.", &["policy", "group membership"]);
        what.hidden = !self.is_users;
        let mut form = Form::new(
            "Grant",
            vec![
                what,
                Field::text(SPAN, "For", "Such as 30m, 4h, 2d or 1w.", a_span),
                Field::pick(POLICY, "Policy", policy, Pick::one()),
                Field::pick(GROUP, "Group", "Space selects one.", Pick::one()).hidden(),
            ],
        );
        form.prefill(SPAN, &"4h".into());
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        if self.seen.replace(view.revision) != Some(view.revision) {
            form.offer(POLICY, offer::policies(view));
            form.offer(GROUP, offer::groups(view));
        }
        let joins = form.choice(WHAT) == 1;
        form.ask(POLICY, !joins);
        form.ask(GROUP, joins);
        for (id, is_asked) in [(POLICY, !joins), (GROUP, joins)] {
            let none = is_asked && form.picked(id).is_empty();
            form.object(id, none.then(|| UserError::new("Nothing is selected. Space selects.")));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        self.wants.iter().cloned().chain(later(offer::POLICIES)).chain(later(offer::GROUPS)).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let picked = |id: &str| form.picked(id).into_iter().next().unwrap_or_default();
        let given = if form.choice(WHAT) == 1 { Given::Group(picked(GROUP)) } else { Given::Policy(picked(POLICY)) };
        let until = view.now + span::parse(form.text(SPAN))?;
        grants(view.account, &self.owners, &given, until).map(review).map_err(|error| error.user_error())
    }
}
