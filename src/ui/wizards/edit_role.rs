//! Editing a role: its description and its maximum session duration.

use serde_json::json;

use crate::backend::{Load, RolePart, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{ResourceRef, RoleName};
use crate::plan::builders::{SigninLimit, edit_role};
use crate::plan::items::signin_duration;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::create_role::{HOURS, SESSIONS, SIGNIN_HELP, seconds};
use super::offer::needed;
use super::{Command, Fit, modifiable, nothing, review};

/// Edits the selected role.
pub const COMMAND: Command = Command {
    name: "edit role",
    help: "Change the description and the maximum durations of sessions of the selected role.",
    key: Some(ItemAction::Edit),
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::Role(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        modifiable(selection, view)?;
        let Some(ResourceRef::Role(role)) = selection.one() else { return nothing() };
        let title = format!("Edit role {role}");
        Ok(Box::new(Wizard::new(EditRole { title, role: role.clone(), began: false })))
    },
};

const DESCRIPTION: &str = "description";
const SESSION: &str = "session";
const SECONDS: &str = "seconds";
const READING: &str = "reading";
const SIGNIN: &str = "signin";

/// A duration as it is typed: `8h`, `30d`, or seconds.
pub fn short(seconds: u32) -> String {
    match seconds {
        _ if seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
        _ if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        _ => seconds.to_string(),
    }
}

#[derive(Debug)]
struct EditRole {
    title: String,
    role: RoleName,
    /// Whether what the role has has been put into the form.
    began: bool,
}

impl EditRole {
    fn load(&self) -> Load {
        Load::Role(self.role.clone(), RolePart::Overview)
    }

    /// Puts what the role has into the form, once it was read.
    fn begin(&mut self, form: &mut Form, view: &View<'_>) {
        let Some(role) = view.account.roles().get(self.role.as_str()).filter(|_| !self.began) else { return };
        let facts = &role.facts;
        if !(facts.description.is_settled() && facts.max_session.is_settled()) {
            return;
        }
        self.began = true;
        form.prefill(DESCRIPTION, &json!(facts.description.known().map(|text| &**text).unwrap_or_default()));
        let held = facts.max_session.known().copied().unwrap_or(3600);
        let at = HOURS.iter().position(|hours| hours * 3600 == held).unwrap_or(HOURS.len());
        form.prefill(SESSION, &json!(at));
        form.prefill(SECONDS, &json!(held.to_string()));
        form.prefill(SIGNIN, &json!(facts.max_signin.known().map(|seconds| short(*seconds)).unwrap_or_default()));
    }
}

impl Flow for EditRole {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let session = "The longest that who assumes the role can ask for.";
        vec![Form::new(
            "Role",
            vec![
                Field::note(READING, "Role"),
                Field::text(DESCRIPTION, "Description", "At most 1,000 characters.", check::role_description),
                Field::choice(SESSION, "Maximum session", session, SESSIONS),
                Field::text(SECONDS, "Seconds", "From 3600 to 43200.", seconds).hidden(),
                Field::text(SIGNIN, "Sign-in session", SIGNIN_HELP, check::signin_duration),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        self.begin(form, view);
        // Nothing is asked before it is known what the role has: what was typed would be written over.
        form.ask(DESCRIPTION, self.began);
        form.ask(SESSION, self.began);
        let custom = form.choice(SESSION) == HOURS.len();
        form.ask(SECONDS, self.began && custom);
        form.ask(SIGNIN, self.began);
        form.ask(READING, !self.began);
        let known = view.account.roles().get(self.role.as_str()).map(|role| &role.facts.description);
        let cell = known.map_or_else(Cell::unknown, |fact| Cell::wide(fact, "", |_| Cell::unknown()));
        form.tell(READING, vec![(cell.text.into_owned(), cell.role)]);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([self.load()]).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let hours = HOURS.get(form.choice(SESSION)).map(|hours| hours * 3600);
        let session = hours.or_else(|| form.text(SECONDS).trim().parse().ok());
        // Before the role was read, an empty field is no wish for an empty description.
        let description = Some(form.text(DESCRIPTION)).filter(|_| self.began);
        let text = form.text(SIGNIN).trim();
        let signin = SigninLimit::of(signin_duration(text).ok());
        // What is not known of the role is not reset.
        let is_known =
            view.account.roles().get(self.role.as_str()).is_some_and(|role| role.facts.max_signin.is_settled());
        let signin = Some(signin).filter(|_| self.began && (is_known || !text.is_empty()));
        let plan = edit_role(view.account, self.role.as_str(), description, session, signin);
        plan.map(review).map_err(|error| error.user_error())
    }
}
