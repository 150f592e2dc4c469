//! How new users sign in: a console password, an access key.

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::model::{Fact, PasswordPolicy};
use crate::plan::builders::ConsolePassword;
use crate::plan::password::Rules;
use crate::plan::{Plan, SecretFrom, Step};
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::layers::review::Review;
use crate::ui::page::View;

use super::super::tags;

const CONSOLE: &str = "console";
const FROM: &str = "from";
const OWN: &str = "own";
const RESET: &str = "reset";
const KEY: &str = "key";
const DESCRIPTION: &str = "description";

/// The secret that an own password is asked for as.
const PROMPTED: (&str, SecretFrom) = ("Password", SecretFrom::Prompt);

/// The step that asks for it.
#[derive(Debug, Default)]
pub struct Access {
    console: bool,
}

impl Access {
    /// The questions.
    pub fn form() -> Form {
        let console = "For people, AWS recommends IAM Identity Center instead of IAM users.";
        let from = "A generated password follows the account's password policy and is shown once.";
        let reset = "Recommended: then only the user knows it.";
        let key = "For programs outside of AWS. Programs in AWS use a role. The secret key is shown once.";
        let description = "Optional: what the key is for. Kept as a tag of the user.";
        let test = |text: &str| if text.is_empty() { Ok(()) } else { tags::value(text) };
        Form::new(
            "Access",
            vec![
                Field::switch(CONSOLE, "Console access", console, false),
                Field::choice(FROM, "Password", from, &["generated", "own"]).hidden(),
                Field::secret(OWN, "Own password", "").hidden(),
                Field::switch(RESET, "Must change at sign-in", reset, true).hidden(),
                Field::switch(KEY, "Access key", key, false),
                Field::text(DESCRIPTION, "Key description", description, test).hidden(),
            ],
        )
    }

    /// Asks for what the answers call for, and tests an own password while it is typed.
    pub fn settle(&mut self, form: &mut Form, users: usize, view: &View<'_>) {
        self.console = form.is_on(CONSOLE);
        form.ask(FROM, self.console);
        let own = self.console && form.choice(FROM) == 1;
        form.ask(OWN, own);
        form.ask(RESET, self.console);
        form.ask(DESCRIPTION, form.is_on(KEY));
        let (objection, remark) =
            if own { password(form.text(OWN), view.account.password_policy(), users) } else { (None, None) };
        form.object(OWN, objection);
        form.remark(OWN, remark);
    }

    /// The password policy, as soon as there will be a password.
    pub fn wants(&self) -> impl Iterator<Item = (Load, Urgency)> {
        self.console.then_some((Load::PasswordPolicy, Urgency::Now)).into_iter()
    }

    /// Console access as it was answered.
    pub fn console(form: &Form) -> Option<ConsolePassword> {
        let from = if form.choice(FROM) == 1 { SecretFrom::Prompt } else { SecretFrom::Generate };
        form.is_on(CONSOLE).then(|| ConsolePassword { from, reset: form.is_on(RESET) })
    }

    /// The description of the access key, where one is wanted.
    pub fn key(form: &Form) -> Option<String> {
        form.is_on(KEY).then(|| form.text(DESCRIPTION).to_owned())
    }

    /// Opens the review, with the password that was typed.
    pub fn review(form: &Form, plan: Plan) -> Vec<UiEffect> {
        let asks = |step: &&Step| step.call().is_some_and(|call| call.secrets().any(|secret| secret == PROMPTED));
        let steps: Vec<String> = plan.steps.iter().filter(asks).map(|step| step.id.clone()).collect();
        let typed = |step| (step, PROMPTED.0.to_owned(), Secret::new(form.text(OWN)));
        vec![UiEffect::Open(Box::new(Review::new(plan).secrets(steps.into_iter().map(typed))))]
    }
}

/// What is wrong with a password, and the rules with those that it keeps.
pub fn password(text: &str, policy: &Fact<PasswordPolicy>, users: usize) -> (Option<UserError>, Option<String>) {
    let told = Rules::of(policy.known()).check(text);
    let broken: Vec<&str> = told.iter().filter(|(_, kept)| !kept).map(|(rule, _)| rule.as_str()).collect();
    let marks: Vec<String> =
        told.iter().map(|(rule, kept)| format!("{} {rule}", if *kept { "✓" } else { "✗" })).collect();
    let source = match policy {
        Fact::Known(..) => "",
        Fact::Absent(_) => " (AWS's default)",
        Fact::Unknown => " (AWS's default; the account's password policy is not loaded yet)",
        Fact::Denied(_) => " (AWS's default; no permission to read the account's password policy)",
    };
    let shared = if users > 1 { "; the same for all users" } else { "" };
    let objection = match (text.is_empty(), broken.is_empty()) {
        (true, _) => Some(UserError::new("the password is missing")),
        (false, false) => Some(UserError::new(format!("the password must have {}", broken.join(", ")))),
        (false, true) => None,
    };
    (objection, Some(format!("{}{source}{shared}", marks.join("  "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Seen, Source};

    #[track_caller]
    fn check(text: &str, policy: &Fact<PasswordPolicy>, objection: Option<&str>, remark: &str) {
        let (told, said) = password(text, policy, 2);
        assert_eq!(told.map(|told| told.message).as_deref(), objection);
        assert!(said.as_deref().unwrap_or_default().contains(remark), "{said:?}");
    }

    #[test]
    fn an_own_password_is_tested_by_the_rules_in_force() {
        let seen = Seen::new(Source::Detail, jiff::Timestamp::UNIX_EPOCH);
        let default = Fact::Absent(seen);
        check("", &default, Some("the password is missing"), "AWS's default");
        let kinds = "3 of uppercase, lowercase, number, symbol";
        check("abcdefgh", &default, Some(&format!("the password must have {kinds}")), "✓ 8 to 128 characters");
        check("Abcdefg1", &default, None, "the same for all users");
        check("Abcdefg1", &Fact::Unknown, None, "not loaded yet");
    }
}
