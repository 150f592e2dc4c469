//! Cleaning up what nobody uses: disabled as far as it can be, so that everything can be put back.

use serde_json::json;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::insight::unused::{Unused, UnusedKind, clean_up, unused};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::panes::unused::{LOADS, TAB};
use crate::ui::place::Place;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::edit_password_policy::within;
use super::offer::needed;
use super::{Command, Fit, review};

fn fit(selection: &Selection) -> Fit {
    if selection.tab == Some(TAB) { Fit::Here } else { Fit::Anywhere }
}

/// Disables what is not used.
pub const COMMAND: Command = Command {
    name: "disable unused",
    help: "Clean up: disable unused users, roles, access keys and passwords; delete unused policies, groups and providers if asked.",
    key: Some(ItemAction::Delete),
    fit,
    open: |_, _| Ok(Box::new(Wizard::new(CleanUp::default()))),
};

/// Changes the days of the page.
pub const DAYS: Command = Command {
    name: "change unused days",
    help: "Change after how many days something counts as unused on the page of unused things.",
    key: Some(ItemAction::Edit),
    fit,
    open: |_, _| Ok(Box::new(Wizard::new(Days))),
};

const AGE: &str = "days";
const USERS: &str = "users";
const ROLES: &str = "roles";
const KEYS: &str = "keys";
const PASSWORDS: &str = "passwords";
const OTHERS: &str = "others";
const EXCEPT: &str = "except";
const ABOUT: &str = "about";

/// The days that count where nobody said otherwise.
const USUAL: &str = "90";

fn days(form: &Form) -> Option<u32> {
    form.text(AGE).trim().parse().ok()
}

fn is_days(text: &str) -> Result<(), UserError> {
    within(text, 1, 3650, "days")
}

#[derive(Debug, Default)]
struct CleanUp {
    rows: Vec<Unused>,
    wants: Vec<Load>,
}

impl CleanUp {
    /// What is chosen of what was found.
    fn chosen(form: &Form, view: &View<'_>) -> Vec<Unused> {
        let Some(days) = days(form) else { return Vec::new() };
        let except = form.entries(EXCEPT);
        let is_wanted = |kind| match kind {
            UnusedKind::User => form.is_on(USERS),
            UnusedKind::Role => form.is_on(ROLES),
            UnusedKind::AccessKey => form.is_on(KEYS),
            UnusedKind::Password => form.is_on(PASSWORDS),
            UnusedKind::Policy | UnusedKind::Group | UnusedKind::Provider => form.is_on(OTHERS),
        };
        let found = unused(view.account, view.now, i64::from(days)).rows.into_iter();
        found
            .filter(|row| !row.is_disabled && is_wanted(row.kind))
            .filter(|row| !except.iter().any(|name| name == row.of.name()))
            .collect()
    }
}

impl Flow for CleanUp {
    fn title(&self) -> &'static str {
        "Clean up unused"
    }

    fn forms(&self) -> Vec<Form> {
        let others = "Delete policies, groups and providers: they cannot be disabled.";
        let mut form = Form::new(
            "Unused",
            vec![
                Field::text(AGE, "Unused for days", "More than so many.", is_days),
                Field::switch(USERS, "Users", "Deny everything, deactivate keys, delete the password.", true),
                Field::switch(ROLES, "Roles", "Deny everything.", true),
                Field::switch(KEYS, "Access keys", "Deactivate them.", true),
                Field::switch(PASSWORDS, "Passwords", "Disable console access.", true),
                Field::switch(OTHERS, "The rest", others, false),
                Field::list(EXCEPT, "Leave alone", "Names, one at a time.", |_| Ok(())),
                Field::note(ABOUT, "Selected"),
            ],
        );
        form.prefill(AGE, &json!(USUAL));
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        self.rows = Self::chosen(form, view);
        self.wants = Load::before_clean_up(&self.rows, view.account);
        let mut lines = Vec::new();
        for kind in UnusedKind::ALL {
            let names: Vec<&str> = self.rows.iter().filter(|row| row.kind == kind).map(|row| row.of.name()).collect();
            if !names.is_empty() {
                lines.push((format!("{}: {}", kind.title(), names.join(", ")), Look::Text));
            }
        }
        if lines.is_empty() {
            lines.push(("nothing".to_owned(), Look::Muted));
        }
        form.tell(ABOUT, lines);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed(LOADS.into_iter().chain(self.wants.iter().cloned())).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        clean_up(view.account, &Self::chosen(form, view)).map(review).map_err(|error| error.user_error())
    }
}

#[derive(Debug)]
struct Days;

impl Flow for Days {
    fn title(&self) -> &'static str {
        "Change unused days"
    }

    fn forms(&self) -> Vec<Form> {
        let mut form = Form::new("Days", vec![Field::text(AGE, "Unused for days", "More than so many.", is_days)]);
        form.prefill(AGE, &json!(USUAL));
        vec![form]
    }

    fn settle(&mut self, _forms: &mut [Form], _view: &View<'_>) {}

    fn draft(&self) -> Option<String> {
        None
    }

    fn finish(&mut self, forms: &[Form], _view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let days = forms.first().and_then(days).unwrap_or(90);
        Ok(vec![UiEffect::Close, UiEffect::Go(Place::Unused(days))])
    }
}
