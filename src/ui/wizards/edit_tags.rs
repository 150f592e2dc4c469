//! Editing the tags of one resource: a list of `key=value`, with what changes beside it.

use serde_json::Value;

use crate::backend::{Load, PolicyPart, RolePart, Urgency, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, MfaKind, MfaSerial, ResourceRef, Tag, Tags};
use crate::plan::builders::{edit_mfa_tags, edit_tags};
use crate::plan::{Plan, PlanError};
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
        let of = Tagged::Entity(entity);
        Ok(Box::new(Wizard::new(EditTags { title, of, began: false, seen: None })))
    },
};

/// Edits the tags of the virtual MFA device under the cursor.
pub const OF_DEVICE: Command = Command {
    name: "edit MFA device tags",
    help: "Edit the tags of the selected virtual MFA device.",
    key: Some(ItemAction::Edit),
    fit: |selection| match &selection.item {
        Some(TabItem::FreeMfa(_)) => Fit::TabItem,
        Some(TabItem::Mfa(_, serial)) if MfaKind::of(serial.as_str()) == MfaKind::Virtual => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| {
        let Some(TabItem::Mfa(_, serial) | TabItem::FreeMfa(serial)) = selection.item.clone() else {
            return nothing();
        };
        let title = format!("Edit the tags of MFA device {}", serial.as_str().rsplit('/').next().unwrap_or_default());
        Ok(Box::new(Wizard::new(EditTags { title, of: Tagged::Device(serial), began: false, seen: None })))
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

/// What has the tags.
#[derive(Debug)]
enum Tagged {
    /// A resource with a page of its own.
    Entity(ResourceRef),
    /// A virtual MFA device.
    Device(MfaSerial),
}

impl Tagged {
    fn load(&self) -> Option<Load> {
        match self {
            Self::Entity(entity) => load(entity),
            Self::Device(serial) => Some(Load::MfaTags(serial.clone())),
        }
    }

    fn tags<'a>(&self, view: &View<'a>) -> Option<&'a Fact<Tags>> {
        match self {
            Self::Entity(entity) => view.account.tags(entity),
            Self::Device(serial) => Some(&view.account.virtual_mfa_devices().get(serial.as_str())?.tags),
        }
    }

    fn plan(&self, tags: &[Tag], view: &View<'_>) -> Result<Plan, PlanError> {
        match self {
            Self::Entity(entity) => edit_tags(view.account, entity, tags),
            Self::Device(serial) => edit_mfa_tags(view.account, serial.as_str(), tags),
        }
    }
}

#[derive(Debug)]
struct EditTags {
    title: String,
    of: Tagged,
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
        let read = self.of.load().is_some_and(|load| view.loads.is_done(&load));
        if let (false, true, Some(Fact::Known(tags, _))) = (self.began, read, self.of.tags(view)) {
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
            match self.of.tags(view) {
                Some(Fact::Known(before, _)) if self.began => changes(before, &now),
                Some(Fact::Denied(denial)) => {
                    vec![(format!("The tags cannot be read: {}.", denial.lacks()), Cell::role_of(denial))]
                }
                _ => vec![("loading the tags …".to_owned(), Look::Unknown)],
            },
        );
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        // The list tells that a device is there.
        let list = matches!(self.of, Tagged::Device(_)).then_some(Load::VirtualMfaDevices);
        self.of.load().into_iter().chain(list).map(|load| (load, Urgency::Now)).collect()
    }

    fn restore(&mut self, _extra: &Value) {
        self.began = true;
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let entries = forms.first().map(|form| form.entries(TAGS)).unwrap_or_default();
        let tags: Vec<Tag> = entries.iter().map(|text| tags::read(text)).collect();
        self.of.plan(&tags, view).map(review).map_err(|error| error.user_error())
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
