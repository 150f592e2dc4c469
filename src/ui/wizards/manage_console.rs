//! Console access of a user: given, its password reset, taken away, its sign-ins revoked; one's own password.

use crate::backend::{Load, Urgency, UserPart};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::input::ItemAction;
use crate::model::{ResourceRef, UserName};
use crate::plan::builders::{
    ConsolePassword, Sessions, change_password, disable_console, enable_console, reset_console,
};
use crate::plan::{Plan, SecretFrom};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::layers::review::Review;
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::create_user::password;
use super::offer::needed;
use super::{CREDENTIALS, Command, Fit, nothing};

/// Manages the console access of the selected user.
pub const COMMAND: Command = Command {
    name: "manage console access",
    help: "Enable console access, reset the password, or disable console access.",
    key: Some(ItemAction::Edit),
    fit: |selection: &Selection| match (selection.one(), &selection.item) {
        (Some(ResourceRef::User(_)), None) => Fit::on_tab(selection, CREDENTIALS),
        (Some(ResourceRef::User(_)), Some(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| match selection.one() {
        Some(ResourceRef::User(user)) => {
            let title = format!("Manage console access of {user}");
            Ok(Box::new(Wizard::new(Manage { title, user: user.clone(), has_password: None })))
        }
        _ => nothing(),
    },
};

/// Changes the password of who is signed in.
pub const OWN: Command = Command {
    name: "change my password",
    help: "Change your own console password.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, view| match change_password(view.account) {
        Ok(plan) => Ok(Box::new(Wizard::new(Change { plan }))),
        Err(error) => Err(error.user_error()),
    },
};

const WAY: &str = "way";
const ENABLE: &str = "enable";
const FROM: &str = "from";
const OWN_PASSWORD: &str = "own";
const RESET: &str = "reset";
const REVOKE: &str = "revoke";
const STATE: &str = "state";

#[derive(Debug)]
struct Manage {
    title: String,
    user: UserName,
    has_password: Option<bool>,
}

impl Manage {
    fn has_password(&self, view: &View<'_>) -> Option<bool> {
        let user = view.account.users().get(self.user.as_str())?;
        user.facts.login.is_settled().then(|| user.facts.login.known().is_some())
    }
}

impl Flow for Manage {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let from = "A generated password follows the account's password policy and is shown once.";
        let reset = "Recommended: then only the user knows it.";
        let revoke = "Deny everything to the current console sessions; access keys keep working.";
        vec![Form::new(
            "Console access",
            vec![
                Field::note(STATE, "Console access"),
                Field::choice(
                    WAY,
                    "Do",
                    "Disabling console access does not affect access keys and roles.",
                    &["reset password", "disable"],
                )
                .hidden(),
                Field::note(ENABLE, "Do").hidden(),
                Field::choice(FROM, "Password", from, &["generated", "own"]).hidden(),
                Field::secret(OWN_PASSWORD, "Own password", "").hidden(),
                Field::switch(RESET, "Must change at sign-in", reset, true).hidden(),
                Field::switch(REVOKE, "Revoke console sessions", revoke, false).hidden(),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let has = self.has_password(view);
        if self.has_password != has || has.is_none() {
            self.has_password = has;
            let user = view.account.users().get(self.user.as_str());
            let cell = match (has, user) {
                (Some(true), _) => Cell::text("Enabled"),
                (Some(false), _) => Cell::absent("Disabled"),
                (None, Some(user)) => Cell::wide(&user.facts.login, "", |_| Cell::unknown()),
                (None, None) => Cell::unknown(),
            };
            form.tell(STATE, vec![(cell.text.into_owned(), cell.role)]);
            form.tell(ENABLE, vec![("Enable: create a password".to_owned(), Look::Text)]);
        }
        let disable = has == Some(true) && form.choice(WAY) == 1;
        let sets = has.is_some() && !disable;
        form.ask(WAY, has == Some(true));
        form.ask(ENABLE, has == Some(false));
        form.ask(FROM, sets);
        let own = sets && form.choice(FROM) == 1;
        form.ask(OWN_PASSWORD, own);
        form.ask(RESET, sets);
        form.ask(REVOKE, has == Some(true));
        let (objection, remark) =
            if own { password(form.text(OWN_PASSWORD), view.account.password_policy(), 1) } else { (None, None) };
        form.object(OWN_PASSWORD, objection);
        form.remark(OWN_PASSWORD, remark);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        let parts = [UserPart::Overview, UserPart::Login, UserPart::Permissions];
        needed(parts.map(|part| Load::User(self.user.clone(), part)).into_iter().chain([Load::PasswordPolicy]))
            .collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let from = if form.choice(FROM) == 1 { SecretFrom::Prompt } else { SecretFrom::Generate };
        let console = ConsolePassword { from, reset: form.is_on(RESET) };
        let sessions = form.is_on(REVOKE).then_some(Sessions { revoked_before: view.now });
        let (account, name) = (view.account, self.user.as_str());
        let plan = match (self.has_password(view), form.choice(WAY)) {
            (Some(true), 1) => disable_console(account, name, sessions),
            (Some(true), _) => reset_console(account, name, console, sessions),
            _ => enable_console(account, name, console),
        };
        let plan = plan.map_err(|error| error.user_error())?;
        Ok(with_secrets(plan, &[("Password", form.text(OWN_PASSWORD))]))
    }
}

/// The review of a plan, with secrets that were typed for its parameters.
fn with_secrets(plan: Plan, typed: &[(&str, &str)]) -> Vec<UiEffect> {
    let mut secrets = Vec::new();
    for step in &plan.steps {
        for (name, from) in step.call().into_iter().flat_map(crate::plan::Call::secrets) {
            let text = typed.iter().find(|(of, _)| *of == name).map(|(_, text)| *text);
            if let (SecretFrom::Prompt, Some(text)) = (from, text) {
                secrets.push((step.id.clone(), name.to_owned(), Secret::new(text)));
            }
        }
    }
    vec![UiEffect::Open(Box::new(Review::new(plan).secrets(secrets)))]
}

const OLD: &str = "old";
const NEW: &str = "new";
const AGAIN: &str = "again";

/// The wizard that changes one's own password.
#[derive(Debug)]
struct Change {
    plan: Plan,
}

impl Flow for Change {
    fn title(&self) -> &'static str {
        "Change my password"
    }

    fn forms(&self) -> Vec<Form> {
        vec![Form::new(
            "Password",
            vec![
                Field::secret(OLD, "Current password", "The password that you sign in to the console with."),
                Field::secret(NEW, "New password", ""),
                Field::secret(
                    AGAIN,
                    "Confirm new password",
                    "Type it again, so that a typing error does not lock you out.",
                ),
            ],
        )]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let (objection, remark) = password(form.text(NEW), view.account.password_policy(), 1);
        let missing = form.text(OLD).is_empty().then(|| UserError::new("the current password is missing"));
        let differs = (form.text(NEW) != form.text(AGAIN)).then(|| UserError::new("The passwords do not match."));
        form.object(OLD, missing);
        form.object(NEW, objection);
        form.remark(NEW, remark);
        form.object(AGAIN, differs);
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::PasswordPolicy]).collect()
    }

    fn finish(&mut self, forms: &[Form], _view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let typed = [("OldPassword", form.text(OLD)), ("NewPassword", form.text(NEW))];
        Ok(with_secrets(self.plan.clone(), &typed))
    }
}
