//! Editing the password policy of the account: the default of IAM, or rules of its own.

use serde_json::json;

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::PasswordPolicy;
use crate::plan::builders::{expiring, reset_password_policy, set_password_policy};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::{later, needed};
use super::summary::Lines;
use super::{Command, account_settings, review};

/// Edits the password policy.
pub const COMMAND: Command = Command {
    name: "edit password policy",
    help: "Set the rules for passwords of IAM users, or go back to the IAM default.",
    key: Some(ItemAction::Edit),
    fit: account_settings::fit,
    open: |_, _| Ok(Box::new(Wizard::new(EditPasswordPolicy::default()))),
};

const POLICY: &str = "policy";
const LENGTH: &str = "length";
const UPPERCASE: &str = "uppercase";
const LOWERCASE: &str = "lowercase";
const NUMBERS: &str = "numbers";
const SYMBOLS: &str = "symbols";
const EXPIRES: &str = "expires";
const DAYS: &str = "days";
const HARD: &str = "hard";
const PREVENT: &str = "prevent";
const REMEMBERED: &str = "remembered";
const OWN: &str = "own";
const STATE: &str = "state";
const EXPIRING: &str = "expiring";

/// The fields of a custom policy that do not hang on another one.
const CUSTOM: [&str; 8] = [LENGTH, UPPERCASE, LOWERCASE, NUMBERS, SYMBOLS, EXPIRES, PREVENT, OWN];

#[derive(Debug, Default)]
struct EditPasswordPolicy {
    /// Whether the policy as it is has been put into the form.
    began: bool,
}

impl EditPasswordPolicy {
    /// Puts the policy as it is into the form, once it is known.
    fn begin(&mut self, form: &mut Form, view: &View<'_>) {
        let known = view.account.password_policy();
        if self.began || !known.is_settled() || !view.loads.is_done(&Load::PasswordPolicy) {
            return;
        }
        self.began = true;
        let Some(held) = known.known() else { return };
        form.prefill(LENGTH, &json!(held.minimum_length.to_string()));
        let switches = [
            (UPPERCASE, held.uppercase),
            (LOWERCASE, held.lowercase),
            (NUMBERS, held.numbers),
            (SYMBOLS, held.symbols),
            (EXPIRES, held.expires_after_days.is_some()),
            (HARD, held.hard_expiry),
            (PREVENT, held.remembered.is_some()),
            (OWN, held.users_may_change),
        ];
        for (field, on) in switches {
            form.prefill(field, &json!(on));
        }
        for (field, number) in [(DAYS, held.expires_after_days), (REMEMBERED, held.remembered)] {
            if let Some(number) = number {
                form.prefill(field, &json!(number.to_string()));
            }
        }
    }

    /// The policy as it is answered; nothing where that is the default.
    fn policy(form: &Form) -> Option<PasswordPolicy> {
        let number = |field: &str| form.text(field).trim().parse().ok();
        (form.choice(POLICY) == 0).then(|| PasswordPolicy {
            minimum_length: number(LENGTH).unwrap_or_default(),
            uppercase: form.is_on(UPPERCASE),
            lowercase: form.is_on(LOWERCASE),
            numbers: form.is_on(NUMBERS),
            symbols: form.is_on(SYMBOLS),
            users_may_change: form.is_on(OWN),
            expires_after_days: number(DAYS).filter(|_| form.is_on(EXPIRES)),
            hard_expiry: form.is_on(EXPIRES) && form.is_on(HARD),
            remembered: number(REMEMBERED).filter(|_| form.is_on(PREVENT)),
        })
    }
}

impl Flow for EditPasswordPolicy {
    fn title(&self) -> &'static str {
        "Edit password policy"
    }

    fn forms(&self) -> Vec<Form> {
        let policy = "The IAM default: 8 characters of three kinds, no expiration.";
        let expires = "Passwords that are older expire at once.";
        let hard = "Users with an expired password cannot set a new one themselves.";
        let own = "Through the console or the API; recommended.";
        let days = Field::text(DAYS, "Days", "From 1 to 1095.", |text| within(text, 1, 1095, "days"));
        let remembered = Field::text(REMEMBERED, "Passwords", "From 1 to 24.", |text| within(text, 1, 24, "passwords"));
        let mut form = Form::new(
            "Rules",
            vec![
                Field::note(STATE, "Now in force"),
                Field::choice(POLICY, "Password policy", policy, &["custom", "IAM default"]),
                Field::text(LENGTH, "Minimum length", "From 6 to 128 characters.", |text| {
                    within(text, 6, 128, "characters")
                }),
                Field::switch(UPPERCASE, "Require uppercase", "One letter A–Z at least.", true),
                Field::switch(LOWERCASE, "Require lowercase", "One letter a–z at least.", true),
                Field::switch(NUMBERS, "Require a number", "One at least.", true),
                Field::switch(SYMBOLS, "Require a symbol", "One of ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '", true),
                Field::switch(EXPIRES, "Passwords expire", expires, false),
                days.hidden(),
                Field::switch(HARD, "Administrator resets", hard, false).hidden(),
                Field::switch(PREVENT, "Prevent reuse", "Earlier passwords cannot be used again.", false),
                remembered.hidden(),
                Field::switch(OWN, "Users change their own", own, true),
                Field::note(EXPIRING, "Expire at once").hidden(),
            ],
        );
        for (field, text) in [(LENGTH, "8"), (DAYS, "90"), (REMEMBERED, "5")] {
            form.prefill(field, &json!(text));
        }
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        self.begin(form, view);
        let state = Cell::wide(view.account.password_policy(), "the IAM default", |_| Cell::text("a custom policy"));
        form.tell(STATE, vec![(state.text.into_owned(), state.role)]);
        // Nothing is asked before the policy is known: what was typed would be written over.
        form.ask(POLICY, self.began);
        let custom = self.began && form.choice(POLICY) == 0;
        for field in CUSTOM {
            form.ask(field, custom);
        }
        let expires = form.is_on(EXPIRES);
        form.ask(DAYS, expires);
        form.ask(HARD, expires);
        let prevents = form.is_on(PREVENT);
        form.ask(REMEMBERED, prevents);
        form.ask(EXPIRING, expires);
        if let Some(policy) = Self::policy(form).filter(|_| expires) {
            form.tell(EXPIRING, expire_at_once(&policy, view));
        }
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        needed([Load::PasswordPolicy]).chain(later(&[Load::Report])).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let plan = match Self::policy(form) {
            Some(policy) => set_password_policy(view.account, &policy),
            None => reset_password_policy(view.account),
        };
        plan.map(review).map_err(|error| error.user_error())
    }
}

/// The users whose passwords expire at once.
fn expire_at_once(policy: &PasswordPolicy, view: &View<'_>) -> Lines {
    match expiring(view.account, policy) {
        Some(users) if users.is_empty() => vec![("no password".to_owned(), Look::Good)],
        Some(users) => vec![(format!("▲ the passwords of {}", users.join(", ")), Look::Warning)],
        None if view.loads.is_running(&Load::Report) => {
            vec![("reading the credential report …".to_owned(), Look::Unknown)]
        }
        None => vec![("unknown: there is no credential report to read".to_owned(), Look::Unknown)],
    }
}

/// A whole number between two bounds.
pub(super) fn within(text: &str, least: u32, most: u32, what: &str) -> Result<(), UserError> {
    match text.trim().parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        _ => Err(UserError::new(format!("AWS accepts {least} to {most} {what}"))),
    }
}
