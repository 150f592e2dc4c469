//! Editing the tags of one resource: a list of `key=value`, with what changes beside it.

use serde_json::Value;

use crate::backend::{Load, PolicyPart, RolePart, Urgency, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, ResourceRef, Tag};
use crate::plan::builders::edit_tags;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::{Flow, Wizard};

use super::summary::Lines;
use super::{Command, Fit, modifiable, nothing, review, review_layer, tags};

/// Edit the tags of the selected item.
pub const COMMAND: Command = Command {
    name: "edit tags",
    help: "Edit the tags of the selected item.",
    key: Some(ItemAction::Edit),
    fit: |selection: &Selection| match selection.one() {
        Some(entity) if load(entity).is_some() => Fit::on_tab(selection, "Tags"),
        _ => Fit::No,
    },
    open: |selection, view| {
        modifiable(selection, view)?;
        let Some(entity) = selection.one().cloned() else { return nothing() };
        let title = format!("Edit the tags of {}", selection.describe());
        Ok(Box::new(Wizard::new(EditTags { title, entity, began: false, seen: None })))
    },
};

/// Removes the tag under the cursor.
pub const REMOVE: Command = Command {
    name: "remove tag",
    help: "Remove the selected tag.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Tag(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        modifiable(selection, view)?;
        let Some(TabItem::Tag(entity, key)) = &selection.item else { return nothing() };
        let Some(Fact::Known(tags, _)) = view.account.tags(entity) else { return nothing() };
        let left: Vec<Tag> = tags.iter().filter(|tag| tag.key != *key).cloned().collect();
        edit_tags(view.account, entity, &left).map(review_layer).map_err(|error| error.user_error())
    },
};

const TAGS: &str = "tags";
const CHANGES: &str = "changes";

#[derive(Debug)]
struct EditTags {
    title: String,
    entity: ResourceRef,
    /// Whether the tags as they were have been put into the form.
    began: bool,
    seen: Option<u64>,
}

/// The read of an entity's tags; groups and policies of AWS have none.
pub(super) fn load(entity: &ResourceRef) -> Option<Load> {
    Some(match entity {
        ResourceRef::User(name) => Load::User(name.clone(), UserPart::Tags),
        ResourceRef::Role(name) => Load::Role(name.clone(), RolePart::Tags),
        ResourceRef::Policy(arn) if arn.account() == "aws" => return None,
        ResourceRef::Policy(arn) => Load::Policy(arn.clone(), PolicyPart::Tags),
        other if !other.kind().takes_tags() => return None,
        other => Load::of(other),
    })
}

impl EditTags {
    /// Puts the tags as they are into the form, once they have been read for it.
    fn begin(&mut self, form: &mut Form, view: &View<'_>) {
        let read = load(&self.entity).is_some_and(|load| view.loads.is_done(&load));
        if let (false, true, Some(Fact::Known(tags, _))) = (self.began, read, view.account.tags(&self.entity)) {
            self.began = true;
            form.enter(TAGS, tags.iter().map(tags::write).collect());
        }
    }
}

impl Flow for EditTags {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let help = "Enter adds a tag. ↑ selects one above: Enter edits it, Delete removes it.";
        vec![Form::new("Tags", vec![Field::list(TAGS, "key=value", help, check::tag), Field::note(CHANGES, "Changes")])]
    }

    fn settle(&mut self, forms: &mut [Form], view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        self.begin(form, view);
        self.seen = Some(view.revision);
        let entries = form.entries(TAGS);
        form.object(TAGS, tags::objection(&entries));
        form.remark(TAGS, tags::remark(&entries));
        let now: Vec<Tag> = entries.iter().map(|text| tags::read(text)).collect();
        form.tell(
            CHANGES,
            match view.account.tags(&self.entity) {
                Some(Fact::Known(before, _)) if self.began => changes(before, &now),
                Some(Fact::Denied(denial)) => {
                    vec![(format!("The tags cannot be read: {}.", denial.lacks()), Cell::role_of(denial))]
                }
                _ => vec![("loading the tags …".to_owned(), Look::Unknown)],
            },
        );
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        load(&self.entity).map(|load| (load, Urgency::Now)).into_iter().collect()
    }

    fn restore(&mut self, _extra: &Value) {
        self.began = true;
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let entries = forms.first().map(|form| form.entries(TAGS)).unwrap_or_default();
        let tags: Vec<Tag> = entries.iter().map(|text| tags::read(text)).collect();
        edit_tags(view.account, &self.entity, &tags).map(review).map_err(|error| error.user_error())
    }
}

/// What differs, one line each.
fn changes(before: &[Tag], now: &[Tag]) -> Lines {
    let same = |tag: &Tag, other: &Tag| tag.key.eq_ignore_ascii_case(&other.key);
    let mut lines = Lines::new();
    for tag in now {
        match before.iter().find(|held| same(held, tag)) {
            None => lines.push((format!("+ {}", tags::write(tag)), Look::Good)),
            Some(held) if held != tag => {
                lines.push((format!("~ {} → {}", tags::write(held), tags::write(tag)), Look::Warning));
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|held| !now.iter().any(|tag| same(held, tag)));
    lines.extend(gone.map(|tag| (format!("- {}", tags::write(tag)), Look::Bad)));
    if lines.is_empty() {
        lines.push(("none".to_owned(), Look::Absent));
    }
    lines
}
