//! The tags of a user.

use crate::backend::{Load, UserPart};
use crate::model::{ResourceRef, User};
use crate::ui::page::View;
use crate::ui::resources::{Tab, tag_sheet};
use crate::ui::sheet::Sheet;

/// The tab.
pub const TAB: Tab<User> = Tab { title: "Tags", count, sheet, loads };

fn count(user: &User, _: &View<'_>) -> Option<usize> {
    user.facts.tags.known().map(Vec::len)
}

fn sheet(user: &User, _: &View<'_>) -> Sheet {
    tag_sheet(&ResourceRef::User(user.name.clone()), &user.facts.tags)
}

fn loads(user: &User, _: &View<'_>) -> Vec<Load> {
    vec![Load::User(user.name.clone(), UserPart::Tags)]
}
