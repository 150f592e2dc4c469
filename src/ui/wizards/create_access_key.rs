//! Creating an access key: what it is for, what would be better, and a description.

use crate::backend::Load;
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{ResourceRef, UserName};
use crate::plan::builders::create_access_key;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::pick::{Item, Pick};
use crate::ui::form::{Field, Form};
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::access_key::{description, reads};
use super::{CREDENTIALS, Command, Fit, nothing, review};

/// Creates an access key for the selected user.
pub const COMMAND: Command = Command {
    name: "create access key",
    help: "Create an access key for the selected user; shows alternatives first.",
    key: Some(ItemAction::Add),
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::User(_)) => Fit::on_tab(selection, CREDENTIALS),
        _ => Fit::No,
    },
    open: |selection, _| match selection.one() {
        Some(ResourceRef::User(user)) => {
            let title = format!("Create access key for {user}");
            Ok(Box::new(Wizard::new(Create { title, user: user.clone(), told: None })))
        }
        _ => nothing(),
    },
};

/// What keys are made for, and what would be better, as AWS advises.
const USES: &[(&str, &[&str])] = &[
    (
        "Command line (CLI)",
        &[
            "AWS CloudShell needs no key at all.",
            "AWS CLI v2 signs in through IAM Identity Center: `aws configure sso`.",
        ],
    ),
    ("Local code", &["Editors with an AWS toolkit sign in through IAM Identity Center."]),
    (
        "Application on an AWS compute service",
        &[
            "Give the EC2 instance, the ECS task or the Lambda function a role:",
            "its credentials rotate automatically.",
        ],
    ),
    (
        "Third-party service",
        &["Let the service assume a role that asks for an external ID:", "no long-term credentials leave the account."],
    ),
    (
        "Application outside of AWS",
        &[
            "IAM Roles Anywhere gives it temporary credentials for a certificate;",
            "an OIDC provider for its own tokens.",
        ],
    ),
    ("Other", &["Consider temporary credentials of a role first."]),
];

const USE: &str = "use";
const ADVICE: &str = "advice";
const UNDERSTOOD: &str = "understood";
const DESCRIPTION: &str = "description";

#[derive(Debug)]
struct Create {
    title: String,
    user: UserName,
    /// The use that advice was last given on.
    told: Option<String>,
}

impl Flow for Create {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let mut purpose = Form::new(
            "Use case",
            vec![
                Field::pick(USE, "Used by", "Space selects.", Pick::one()),
                Field::note(ADVICE, "Better"),
                Field::switch(
                    UNDERSTOOD,
                    "Create a key anyway",
                    "Long-term keys are the most common cause of compromised accounts.",
                    false,
                ),
            ],
        );
        let item = |(name, _): &(&str, &[&str])| Item { key: (*name).into(), label: (*name).into(), ..Item::default() };
        purpose.offer(USE, (USES.iter().map(item).collect(), String::new()));
        let help = "Optional: what the key is for. Kept as a tag of the user.";
        let describe = Form::new("Description", vec![Field::text(DESCRIPTION, "Description", help, description)]);
        vec![purpose, describe]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let picked = form.picked(USE).into_iter().next();
        form.object(USE, picked.is_none().then(|| UserError::new("Nothing is selected. Space selects.")));
        form.ask(ADVICE, picked.is_some());
        form.ask(UNDERSTOOD, picked.is_some());
        let understood = form.is_on(UNDERSTOOD);
        form.object(
            UNDERSTOOD,
            (!understood).then(|| UserError::new("Read the alternatives, then turn this on to continue.")),
        );
        if self.told != picked {
            let advice =
                USES.iter().find(|(name, _)| Some(*name) == picked.as_deref()).map_or(&[][..], |(_, text)| *text);
            form.tell(ADVICE, advice.iter().map(|line| ((*line).to_owned(), Look::Text)).collect());
            self.told = picked;
        }
    }

    fn wants(&self) -> Vec<(Load, crate::backend::Urgency)> {
        reads(&self.user).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let text = forms.last().map_or("", |form| form.text(DESCRIPTION));
        create_access_key(view.account, self.user.as_str(), text).map(review).map_err(|error| error.user_error())
    }
}
