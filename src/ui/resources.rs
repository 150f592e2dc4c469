//! All that is special about one kind of resource: columns, summary, tabs, properties. One file per kind.
//!
//! To add a kind is one file with a [`Resource`] and one line in the table of this module; its list, its page, the
//! palette, filters, sorting, links and commands follow from there. To add a tab is one file beside the kind's and one line
//! in its `TABS`.

pub(crate) mod access;
pub(crate) mod access_keys;
pub(crate) mod activity;
pub(crate) mod credential_report;
pub(crate) mod findings;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod groups;
pub(crate) mod instance_profiles;
mod last_accessed;
pub(crate) mod permissions;
pub(crate) mod policies;
pub(crate) mod providers;
pub(crate) mod roles;
pub(crate) mod server_certificates;
pub(crate) mod signin_sessions;
pub(crate) mod users;

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::base::search::by_name;
use crate::model::{Account, Entity, Fact, Listing, LoadError, ResourceRef, Tags};

use super::cell::Cell;
use super::content::Content;
use super::effect::UiEffect;
use super::page::{Page, View};
use super::panes::detail::Detail;
use super::panes::list::List;
use super::place::{Kind, Place};
use super::selection::{Selection, TabItem};
use super::time;
use super::widgets::fields::Field;

macro_rules! kinds {
    ($($kind:ident: $resource:ty;)*) => {
        /// Opens the list of a kind.
        pub fn list(kind: Kind) -> Box<dyn Page> {
            match kind {
                $(Kind::$kind => Box::new(List::<$resource>::default()),)*
            }
        }

        /// Opens the page of one resource.
        pub fn detail(entity: ResourceRef) -> Box<dyn Page> {
            match Kind::of(&entity) {
                $(Kind::$kind => Box::new(Detail::<$resource>::new(entity)),)*
            }
        }
    };
}

kinds! {
    Users: users::Users;
    Groups: groups::Groups;
    Roles: roles::Roles;
    Policies: policies::Policies;
    InstanceProfiles: instance_profiles::InstanceProfiles;
    Providers: providers::Providers;
    ServerCertificates: server_certificates::ServerCertificates;
    AccessKeys: access_keys::AccessKeys;
    CredentialReport: credential_report::Rows;
    Activity: activity::Activity;
    Findings: findings::Findings;
    SigninSessions: signin_sessions::SigninSessions;
}

/// What the list and the detail page need to know of a kind of resource.
pub trait Resource: Sized + Send + 'static {
    /// One of them.
    type Row: Send + Sync + 'static;

    /// What tells two of them apart.
    type Key: Ord + Clone + Send + 'static;

    /// Which kind it is.
    const KIND: Kind;

    /// The columns of its list, in order; the first is the name.
    const COLUMNS: &'static [Column<Self::Row>];

    /// The tabs of its detail page, in order.
    const TABS: &'static [Tab<Self::Row>];

    /// All that are known, in any order.
    fn rows(account: &Account) -> Vec<Arc<Self::Row>>;

    /// How far the reads have come that tell which there are; most kinds have one.
    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>>;

    /// The loads that fill its list, the list's own first.
    fn loads() -> Vec<(Load, Urgency)>;

    /// The one of this reference, where it is known.
    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<Self::Row>>;

    /// What tells it from the others.
    fn key(row: &Self::Row) -> &Self::Key;

    /// What it stands for, and what is marked; none where it leads nowhere.
    fn entity(row: &Self::Row) -> Option<ResourceRef>;

    /// What Enter does on its row; none where it leads nowhere.
    fn open(row: &Self::Row) -> Option<UiEffect> {
        Self::entity(row).map(|entity| UiEffect::Go(Place::Entity(entity)))
    }

    /// What commands are about on its row.
    fn selection(row: &Self::Row) -> Selection {
        Self::entity(row).map_or_else(Selection::default, |entity| Selection::of(Self::KIND, [entity]))
    }

    /// When each was, where they are drawn over time above the list.
    const TIMES: Option<fn(&Self::Row) -> Timestamp> = None;

    /// What is marked with its row; none where it cannot be marked.
    fn mark(row: &Self::Row) -> Option<Mark> {
        Self::entity(row).map(Mark::Entity)
    }

    /// Whether several can be marked for one command.
    const MARKS: bool = true;

    /// Its name.
    fn name(row: &Self::Row) -> &str;

    /// Its ARN.
    fn arn(row: &Self::Row) -> Option<&Arn>;

    /// Its tags, for the filter `tag:key=value`.
    fn tags(_row: &Self::Row) -> Option<&Fact<Tags>> {
        None
    }

    /// What stands at the top of its page and beside its list.
    fn summary(row: &Self::Row, view: &View<'_>) -> Vec<Field>;

    /// What the summary and the columns need, beside the list's own loads.
    fn details(row: &Self::Row, view: &View<'_>) -> Vec<Load>;

    /// Which rows come first where nobody chose an order, the lowest first.
    fn rank(_row: &Self::Row) -> u8 {
        0
    }

    /// The order where nobody chose one: by rank, then by name.
    fn order(one: &Self::Row, other: &Self::Row) -> Ordering {
        Self::rank(one).cmp(&Self::rank(other)).then_with(|| by_name(Self::name(one), Self::name(other)))
    }

    /// What is to be said of the list as a whole, such as of when it is.
    fn remark(_view: &View<'_>) -> Option<String> {
        None
    }

    /// Whether it is known to be disabled, as a whole.
    fn is_disabled(_row: &Self::Row) -> bool {
        false
    }

    /// What else is worth copying, with what it is called.
    fn more(_row: &Self::Row) -> Option<(&'static str, String)> {
        None
    }

    /// A JSON text worth copying, such as the document.
    fn json(_row: &Self::Row, _view: &View<'_>) -> Option<String> {
        None
    }
}

/// What is marked in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A resource with a page of its own.
    Entity(ResourceRef),
    /// Something else that commands are about.
    Item(TabItem),
}

/// How far a read has come that tells which resources there are.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// Whether all are here.
    pub is_complete: bool,
    /// Whether more are on their way.
    pub is_loading: bool,
    /// Why it ended early.
    pub error: Option<&'a LoadError>,
    /// How many there are, where that is told.
    pub total: Option<u32>,
}

impl<'a> Arrival<'a> {
    /// How far a list has come.
    pub fn of<T: Entity>(listing: &'a Listing<T>) -> Self {
        Self {
            is_complete: listing.is_complete(),
            is_loading: listing.is_loading(),
            error: listing.error(),
            total: listing.total(),
        }
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
    /// When it is shown, before anybody chose.
    pub shown: Shown,
    /// What it shows.
    pub cell: fn(&R, &View<'_>) -> Cell,
    /// What it sorts and compares by.
    pub key: fn(&R, &View<'_>) -> SortKey,
}

/// When a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As far as the list is wide enough, the first ones first.
    Always,
    /// Where all of those are shown with all that they say, and there is room left.
    WhereRoom,
    /// Where the user chose it.
    OnRequest,
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
    /// Its title, as the console has it.
    pub title: &'static str,
    /// The same in fewer letters, for a narrow screen.
    pub short: &'static str,
    /// How many things are on it, where that is known.
    pub count: fn(&R, &View<'_>) -> Option<usize>,
    /// What it shows.
    pub content: fn(&R, &View<'_>) -> Content,
    /// What it needs.
    pub loads: fn(&R, &View<'_>) -> Vec<Load>,
}

/// How long something was not used, since the time that its rule tells; nothing where it is in use, or not known.
fn unused_for(since: Option<Timestamp>, view: &View<'_>) -> Cell {
    since.map_or_else(|| Cell::absent("-"), |since| Cell::text(time::age(since, view.now)))
}

/// Whether the bulk read is on its way: what it will tell is not asked for one by one.
pub fn bulk_comes(view: &View<'_>) -> bool {
    view.loads.is_running(&Load::Bulk)
}

/// The tab of tags, alike for all kinds that have them.
pub fn tag_content(owner: &ResourceRef, tags: &Fact<Tags>) -> Content {
    const COLUMNS: &[super::content::Column] =
        &[super::content::Column::new("Key", 30), super::content::Column::new("Value", 40)];
    let mut content = Content::new();
    content.facts(tags, COLUMNS, "There are no tags.", |tag| {
        let cells = vec![Cell::text(tag.key.to_string()), Cell::text(tag.value.to_string())];
        super::content::Row::new(cells).item(TabItem::Tag(owner.clone(), tag.key.clone()))
    });
    content
}
