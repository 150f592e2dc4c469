//! The tags of a user.

use crate::backend::{Load, UserPart};
use crate::model::{ResourceRef, User};
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::resources::{Tab, tag_content};

/// The tab.
pub const TAB: Tab<User> = Tab { title: "Tags", short: "Tags", count, content, loads };

fn count(user: &User, _: &View<'_>) -> Option<usize> {
    user.facts.tags.known().map(Vec::len)
}

fn content(user: &User, _: &View<'_>) -> Content {
    tag_content(&ResourceRef::User(user.name.clone()), &user.facts.tags)
}

fn loads(user: &User, _: &View<'_>) -> Vec<Load> {
    vec![Load::User(user.name.clone(), UserPart::Tags)]
}
