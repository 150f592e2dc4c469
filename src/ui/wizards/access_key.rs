//! Access keys that are there: switched, described, rotated, deleted.

use serde_json::Value;

use crate::backend::{Load, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{AccessKey, AccessKeyId, Fact, Status, UserName};
use crate::plan::builders::{delete_access_key, describe_access_key, rotate_access_key, switch_access_key};
use crate::plan::{Plan, PlanError};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form};
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;
use crate::ui::wizard::{Flow, Wizard};

use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit, nothing, review, tags};

/// Activates or deactivates the key under the cursor.
pub const SWITCH: Command = Command {
    name: "activate or deactivate access key",
    help: "Activate or deactivate the selected access key.",
    key: Some(ItemAction::Edit),
    fit,
    open: |selection, view| change("Switch", selection, view, switch),
};

/// Puts a new key into the place of the one under the cursor.
pub const ROTATE: Command = Command {
    name: "rotate access key",
    help: "Create a new access key, wait until it replaces the old one, then delete the old one.",
    key: Some(ItemAction::Edit),
    fit,
    open: |selection, view| {
        change("Rotate", selection, view, |view, user, id| rotate_access_key(view.account, user.as_str(), id.as_str()))
    },
};

/// Deletes the key under the cursor.
pub const DELETE: Command = Command {
    name: "delete access key",
    help: "Delete the selected access key permanently; deactivate it first to see what breaks.",
    key: Some(ItemAction::Delete),
    fit,
    open: |selection, view| {
        change("Delete", selection, view, |view, user, id| delete_access_key(view.account, user.as_str(), id.as_str()))
    },
};

/// Changes the description of the key under the cursor.
pub const DESCRIBE: Command = Command {
    name: "describe access key",
    help: "Edit the description of the selected access key (a tag of its user).",
    key: Some(ItemAction::Edit),
    fit,
    open: |selection, _| {
        let Some((user, id)) = key(selection) else { return nothing() };
        let title = format!("Describe access key {id}");
        Ok(Box::new(Wizard::new(Describe { title, user, id, began: false })))
    },
};

/// A plan that changes one key of a user.
type Change = fn(&View<'_>, &UserName, &AccessKeyId) -> Result<Plan, PlanError>;

/// Tells what is known of the key under the cursor while that is read, and goes on to the review.
fn change(verb: &str, selection: &Selection, view: &View<'_>, plan: Change) -> Result<Box<dyn Layer>, UserError> {
    let Some((user, id)) = key(selection) else { return nothing() };
    let title = format!("{verb} access key {id}");
    let (of, told) = (user.clone(), (user.clone(), id.clone()));
    Summary::new(title, "Access key", move |view| lines(&told.0, &told.1, view), move |_, view| plan(view, &user, &id))
        .wants(reads(&of))
        .review_or_wizard(view)
}

fn switch(view: &View<'_>, user: &UserName, id: &AccessKeyId) -> Result<Plan, PlanError> {
    let on = held(user, id, view).is_some_and(|key| key.status != Status::Active);
    switch_access_key(view.account, user.as_str(), id.as_str(), on)
}

fn fit(selection: &Selection) -> Fit {
    if key(selection).is_some() { Fit::TabItem } else { Fit::No }
}

fn key(selection: &Selection) -> Option<(UserName, AccessKeyId)> {
    match &selection.item {
        Some(TabItem::AccessKey(user, id)) => Some((user.clone(), id.clone())),
        _ => None,
    }
}

/// What a change of keys depends on: the keys, and the tags that describe them.
pub(super) fn reads(user: &UserName) -> impl Iterator<Item = (Load, crate::backend::Urgency)> {
    needed([UserPart::Overview, UserPart::Keys, UserPart::Tags].map(|part| Load::User(user.clone(), part)))
}

fn held<'a>(user: &UserName, id: &AccessKeyId, view: &'a View<'_>) -> Option<&'a AccessKey> {
    let user = view.account.users().get(user.as_str())?;
    user.facts.keys.known()?.iter().find(|key| key.id == *id)
}

/// What is known of a key.
fn lines(user: &UserName, id: &AccessKeyId, view: &View<'_>) -> Lines {
    let Some(key) = held(user, id, view) else { return vec![("…".to_owned(), Look::Unknown)] };
    let status = match key.status {
        Status::Active => ("Active", Look::Good),
        Status::Inactive => ("Inactive", Look::Absent),
        Status::Expired => ("Expired", Look::Warning),
    };
    let used = match &key.last_used {
        Fact::Known(usage, _) => {
            format!("last used {} for {} in {}", time::ago(usage.at, view.now), usage.service, usage.region)
        }
        Fact::Absent(_) => "never used".to_owned(),
        Fact::Unknown => "last use: …".to_owned(),
        Fact::Denied(denial) => format!("last use: {} {}", denial.mark(), denial.lacks()),
    };
    vec![(format!("{id} of {user}"), Look::Text), (status.0.to_owned(), status.1), (used, Look::Text)]
}

const DESCRIPTION: &str = "description";

#[derive(Debug)]
struct Describe {
    title: String,
    user: UserName,
    id: AccessKeyId,
    /// Whether the description as it was has been put into the form.
    began: bool,
}

impl Flow for Describe {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let help = "What the key is for; an empty text removes the description.";
        vec![Form::new("Description", vec![Field::text(DESCRIPTION, "Description", help, description)])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let user = view.account.users().get(self.user.as_str());
        let tags = user.and_then(|user| user.facts.tags.known());
        if let (false, Some(tags), Some(form)) = (self.began, tags, forms.first_mut()) {
            self.began = true;
            let text = tags.iter().find(|tag| *tag.key == *self.id.as_str()).map_or("", |tag| &*tag.value);
            form.prefill(DESCRIPTION, &text.into());
        }
    }

    fn wants(&self) -> Vec<(Load, crate::backend::Urgency)> {
        reads(&self.user).collect()
    }

    fn restore(&mut self, _extra: &Value) {
        self.began = true;
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let text = forms.first().map_or("", |form| form.text(DESCRIPTION));
        let plan = describe_access_key(view.account, self.user.as_str(), self.id.as_str(), text);
        plan.map(review).map_err(|error| error.user_error())
    }
}

/// Tests a description, which may be empty.
pub(super) fn description(text: &str) -> Result<(), UserError> {
    if text.is_empty() { Ok(()) } else { tags::value(text) }
}
