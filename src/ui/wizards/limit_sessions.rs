//! Limiting how long sign-in sessions of a user may last.

use serde_json::json;

use crate::backend::{Load, Urgency, UserPart};
use crate::base::error::UserError;
use crate::model::{ResourceRef, UserName};
use crate::plan::builders::{SigninLimit, limit_signin};
use crate::plan::items::signin_duration;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::create_role::SIGNIN_HELP;
use super::edit_role::short;
use super::offer::needed;
use super::{Command, Fit, nothing, review};

/// Limits the sign-in sessions of the selected user.
pub const COMMAND: Command = Command {
    name: "limit sign-in sessions",
    help: "Set how long sign-in sessions of the user may last, or lift that limit.",
    key: None,
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::User(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| match selection.one() {
        Some(ResourceRef::User(user)) => {
            let title = format!("Limit sign-in sessions of {user}");
            Ok(Box::new(Wizard::new(Limit { title, user: user.clone(), began: false })))
        }
        _ => nothing(),
    },
};

const LONGEST: &str = "longest";
const STATE: &str = "state";

#[derive(Debug)]
struct Limit {
    title: String,
    user: UserName,
    /// Whether what is set has been put into the form.
    began: bool,
}

impl Flow for Limit {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let field = Field::text(LONGEST, "Longest session", SIGNIN_HELP, check::signin_duration);
        vec![Form::new("Sessions", vec![field, Field::note(STATE, "Now")])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let Some(user) = view.account.users().get(self.user.as_str()) else { return };
        let login = &user.facts.login;
        if let (false, Some(seconds)) = (self.began, login.known().and_then(|login| login.max_signin)) {
            form.prefill(LONGEST, &json!(short(seconds)));
        }
        self.began |= login.is_settled();
        let cell = Cell::wide(login, "The user has no console password.", |login| match login.max_signin {
            Some(seconds) => Cell::text(format!("{}; open sessions keep their own end", short(seconds))),
            None => Cell::new("not set", Look::Absent),
        });
        form.tell(STATE, vec![(cell.text.into_owned(), cell.role)]);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([UserPart::Overview, UserPart::Login].map(|part| Load::User(self.user.clone(), part))).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let text = forms.first().map(|form| form.text(LONGEST).trim()).unwrap_or_default();
        let limit = SigninLimit::of(signin_duration(text).ok());
        limit_signin(view.account, self.user.as_str(), limit).map(review).map_err(|error| error.user_error())
    }
}
