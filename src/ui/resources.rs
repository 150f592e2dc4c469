//! All that is special about one kind of entity: columns, summary, tabs, properties. One file per kind.
//!
//! To add a tab is one file beside the kind's and one line in its `TABS`.

#[cfg(test)]
pub(crate) mod fixture;
pub mod groups;
pub mod permissions;
pub mod policies;
pub mod roles;
pub mod users;

use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::model::{Account, Entity, EntityRef, Fact, Listing, Tags};

use super::cell::Cell;
use super::page::View;
use super::place::Kind;
use super::selection::Thing;
use super::sheet::Sheet;
use super::widgets::fields::Field;

/// What the list and the detail page need to know of a kind of entity.
pub trait Resource: Sized + Send + 'static {
    /// The entity.
    type Row: Entity<Key: Send, Facts: Send> + Send + Sync + 'static;

    /// Which kind it is.
    const KIND: Kind;

    /// The columns of its list, in order; the first is the name.
    const COLUMNS: &'static [Column<Self::Row>];

    /// The tabs of its detail page, in order.
    const TABS: &'static [Tab<Self::Row>];

    /// The listings that make up its list; most kinds have one.
    fn listings(account: &Account) -> Vec<&Listing<Self::Row>>;

    /// The loads that fill its list, the list's own first.
    fn loads() -> Vec<(Load, Urgency)>;

    /// The entity of this reference, where it is known.
    fn find<'a>(account: &'a Account, entity: &EntityRef) -> Option<&'a Arc<Self::Row>>;

    /// Its reference.
    fn entity(row: &Self::Row) -> EntityRef;

    /// Its name.
    fn name(row: &Self::Row) -> &str;

    /// Its ARN.
    fn arn(row: &Self::Row) -> &Arn;

    /// Its tags, for the filter `tag:key=value`.
    fn tags(row: &Self::Row) -> Option<&Fact<Tags>>;

    /// What stands at the top of its page and beside its list.
    fn summary(row: &Self::Row, view: &View<'_>) -> Vec<Field>;

    /// What the summary and the columns need, beside the list's own loads.
    fn details(row: &Self::Row, view: &View<'_>) -> Vec<Load>;

    /// Which rows come first where nobody chose an order, the lowest first.
    fn rank(_row: &Self::Row) -> u8 {
        0
    }

    /// A JSON text worth copying, such as the document.
    fn json(_row: &Self::Row, _view: &View<'_>) -> Option<String> {
        None
    }
}

/// A column of a list.
pub struct Column<R> {
    /// Its name in filters (`name:value`) and settings.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// The columns that it takes; the name takes what is left over.
    pub width: u16,
    /// Whether it is shown before anybody chose.
    pub shown: bool,
    /// What it shows.
    pub cell: fn(&R, &View<'_>) -> Cell,
    /// What it sorts and compares by.
    pub key: fn(&R, &View<'_>) -> SortKey,
}

/// What a row is sorted and compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A count, a time.
    Number(i64),
    /// An age in seconds; filters ask for it in days.
    Age(i64),
    /// A text, without regard to case.
    Text(String),
    /// Unknown, denied or absent: at the end.
    Nothing,
}

impl SortKey {
    /// A text without regard to case.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_lowercase())
    }

    /// How long ago something was, to the second.
    pub fn age(then: Option<Timestamp>, now: Timestamp) -> Self {
        then.map_or(Self::Nothing, |then| Self::Age((now.as_second() - then.as_second()).max(0)))
    }

    /// A number that a fact may hold.
    pub fn fact<T>(fact: &Fact<T>, number: impl FnOnce(&T) -> i64) -> Self {
        fact.known().map_or(Self::Nothing, |value| Self::Number(number(value)))
    }
}

/// A tab of a detail page.
pub struct Tab<R> {
    /// Its title.
    pub title: &'static str,
    /// How many things are on it, where that is known.
    pub count: fn(&R, &View<'_>) -> Option<usize>,
    /// What it shows.
    pub sheet: fn(&R, &View<'_>) -> Sheet,
    /// What it needs.
    pub loads: fn(&R, &View<'_>) -> Vec<Load>,
}

/// Whether the bulk read is on its way: what it will tell is not asked for one by one.
pub fn bulk_comes(view: &View<'_>) -> bool {
    view.loads.is_running(&Load::Bulk)
}

/// The tab of tags, alike for all kinds that have them.
pub fn tag_sheet(owner: &EntityRef, tags: &Fact<Tags>) -> Sheet {
    const COLUMNS: &[super::sheet::Column] =
        &[super::sheet::Column::new("Key", 30), super::sheet::Column::new("Value", 40)];
    let mut sheet = Sheet::new();
    sheet.facts(tags, COLUMNS, "There are no tags.", |tag| {
        let cells = vec![Cell::text(tag.key.to_string()), Cell::text(tag.value.to_string())];
        super::sheet::Row::new(cells).thing(Thing::Tag(owner.clone(), tag.key.clone()))
    });
    sheet
}
