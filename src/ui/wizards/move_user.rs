//! Moving users from groups to others as one plan.

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::plan::builders::move_members;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, pick::Pick};
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::wizard::{Flow, Wizard};

use super::add_member::memberships;
use super::offer::{self, needed};
use super::remove_member::groups_of;
use super::{Command, Fit, review};

/// Moves the selected users to other groups.
pub const COMMAND: Command = Command {
    name: "move to groups",
    help: "Move the selected users to other groups.",
    key: None,
    fit: |selection| if selection.is(Kind::Users) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let wants = needed(memberships(selection)).chain(needed([Load::Groups])).collect();
        let title = format!("Move {} to other groups", selection.describe());
        Ok(Box::new(Wizard::new(MoveUsers { title, users: selection.names(), wants, seen: None })))
    },
};

const USERS: &str = "users";
const FROM: &str = "from";
const TO: &str = "to";

#[derive(Debug)]
struct MoveUsers {
    title: String,
    users: Vec<String>,
    wants: Vec<(Load, Urgency)>,
    seen: Option<u64>,
}

impl Flow for MoveUsers {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let to = "Users are added to these first, so that they keep their permissions in between.";
        let mut form = Form::new(
            "Groups",
            vec![
                Field::note(USERS, "Users"),
                Field::pick(FROM, "From", "Space selects, typing filters.", Pick::many()),
                Field::pick(TO, "To", to, Pick::many()),
            ],
        );
        form.tell(USERS, vec![(self.users.join(", "), Look::Text)]);
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        if self.seen != Some(view.revision) {
            self.seen = Some(view.revision);
            form.offer(FROM, groups_of(&self.users, view));
            form.offer(TO, offer::groups(view));
        }
        for id in [FROM, TO] {
            let none = form.picked(id).is_empty();
            form.object(id, none.then(|| UserError::new("No group is selected. Space selects.")));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        self.wants.clone()
    }

    fn draft(&self) -> Option<String> {
        Some(format!("{}\n{}", self.title, self.users.join(", ")))
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let picked = |id| forms.first().map(|form| form.picked(id)).unwrap_or_default();
        let plan = move_members(view.account, &self.users, &picked(FROM), &picked(TO));
        plan.map(review).map_err(|error| error.user_error())
    }
}
