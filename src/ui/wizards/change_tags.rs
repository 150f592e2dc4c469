//! Tags of several items at once: those that are set, and the keys of those that go.

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, ResourceRef, Tag};
use crate::plan::builders::change_tags;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Field, Form, check};
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::wizard::{Flow, Wizard};

use super::edit_tags::load;
use super::picking::some_of;
use super::{Command, Fit, modifiable, review, tags};

/// Changes the tags of several selected items.
pub const COMMAND: Command = Command {
    name: "change tags",
    help: "Set or remove tags of all selected items; other tags stay.",
    key: Some(ItemAction::Edit),
    fit: |selection: &Selection| {
        let is_taggable = selection.entities.iter().all(|entity| load(entity).is_some());
        if selection.entities.len() > 1 && is_taggable { Fit::Also } else { Fit::No }
    },
    open: |selection, view| {
        modifiable(selection, view)?;
        let title = format!("Change the tags of {}", selection.describe());
        let entities = selection.entities.to_vec();
        // The bulk read tells most tags: only what it left out is read one by one.
        let unread = entities.iter().filter(|entity| view.account.tags(entity).is_none_or(Fact::is_unknown));
        let wants = unread.filter_map(load).collect();
        Ok(Box::new(Wizard::new(ChangeTags { title, entities, wants })))
    },
};

const SET: &str = "set";
const REMOVE: &str = "remove";
const ABOUT: &str = "about";

#[derive(Debug)]
struct ChangeTags {
    title: String,
    entities: Vec<ResourceRef>,
    wants: Vec<Load>,
}

impl Flow for ChangeTags {
    fn title(&self) -> &str {
        &self.title
    }

    fn forms(&self) -> Vec<Form> {
        let set = "Written key=value; Enter adds one. Other tags stay.";
        let fields = vec![
            Field::list(SET, "Tags to set", set, check::tag),
            Field::list(
                REMOVE,
                "Keys to remove",
                "Enter adds one. Items without the tag stay as they are.",
                check::tag,
            ),
            Field::note(ABOUT, "Items"),
        ];
        let mut form = Form::new("Tags", fields);
        let names: Vec<&str> = self.entities.iter().map(ResourceRef::name).collect();
        form.tell(ABOUT, vec![(some_of(&names), Look::Muted)]);
        vec![form]
    }

    fn settle(&mut self, forms: &mut [Form], _view: &View<'_>) {
        let Some(form) = forms.first_mut() else { return };
        let entries = form.entries(SET);
        let both = form
            .entries(REMOVE)
            .into_iter()
            .find(|key| entries.iter().any(|text| tags::read(text).key.eq_ignore_ascii_case(key)));
        let twice = both.map(|key| UserError::new(format!("`{key}` is both set and removed")));
        form.object(SET, tags::objection(&entries).or(twice));
        form.remark(SET, tags::remark(&entries));
    }

    fn wants(&self) -> Vec<(Load, Urgency)> {
        self.wants.iter().map(|load| (load.clone(), Urgency::Now)).collect()
    }

    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError> {
        let Some(form) = forms.first() else { return Ok(Vec::new()) };
        let set: Vec<Tag> = form.entries(SET).iter().map(|text| tags::read(text)).collect();
        let wanted: Vec<(ResourceRef, Vec<Tag>)> =
            self.entities.iter().map(|entity| (entity.clone(), set.clone())).collect();
        let plan = change_tags(view.account, &wanted, &form.entries(REMOVE));
        plan.map(review).map_err(|error| error.user_error())
    }
}
