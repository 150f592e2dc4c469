//! A list that arrives page by page.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::LoadError;

/// A resource with a key of its own and facts that may arrive apart from it.
pub trait Entity: Clone {
    /// What tells two of a kind apart.
    type Key: Ord + Clone;
    /// What may be unknown of it.
    type Facts: Default;

    /// The key.
    fn key(&self) -> &Self::Key;

    /// Takes in another read of the same entity.
    fn merge(&mut self, other: Self);

    /// Takes in facts that were read apart from the entity.
    fn learn(&mut self, facts: Self::Facts);

    /// Merges two lots of facts of an entity that itself has not been seen yet.
    fn join(held: &mut Self::Facts, other: Self::Facts);
}

/// Whether another read of the same name is of another entity: one that was made after the first was deleted.
///
/// An answer without the ID, as some endpoints give beside those that tell it, is of the same one.
pub(super) fn is_another(own: &mut Box<str>, other: &str) -> bool {
    if own.is_empty() {
        *own = other.into();
    }
    !other.is_empty() && **own != *other
}

/// The rows of one kind so far, and how far the list has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Entity + Serialize", deserialize = "T: Entity + Deserialize<'de>"))]
pub struct Listing<T: Entity> {
    /// Sorted by key.
    rows: Vec<Arc<T>>,
    progress: Progress,
    /// How many there are, where something else told (the account summary).
    total: Option<u32>,
    /// Keys seen since the running read began; what is missing here at its end is gone.
    #[serde(skip)]
    fresh: Vec<T::Key>,
    /// Facts that arrived before their entity.
    #[serde(skip)]
    ahead: BTreeMap<T::Key, T::Facts>,
}

/// How far a list has come.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Progress {
    /// Nobody has asked for it; rows may have come from elsewhere.
    #[default]
    Idle,
    /// Pages are coming in.
    Loading {
        /// Pages so far in this read.
        pages: u32,
    },
    /// All pages were read.
    Complete {
        /// When the last page came.
        at: Timestamp,
    },
    /// The read ended early; rows so far stay.
    Failed(LoadError),
}

impl<T: Entity> Default for Listing<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), progress: Progress::Idle, total: None, fresh: Vec::new(), ahead: BTreeMap::new() }
    }
}

impl<T: Entity> Listing<T> {
    /// All rows so far, sorted by key.
    pub fn rows(&self) -> &[Arc<T>] {
        &self.rows
    }

    /// The row with this key.
    pub fn get<Q>(&self, key: &Q) -> Option<&Arc<T>>
    where
        T::Key: std::borrow::Borrow<Q>,
        Q: Ord + ?Sized,
    {
        use std::borrow::Borrow as _;
        let at = self.rows.binary_search_by(|row| row.key().borrow().cmp(key)).ok()?;
        self.rows.get(at)
    }

    /// Changes every row.
    pub(super) fn each(&mut self, change: impl Fn(&mut T))
    where
        T: Clone,
    {
        self.rows.iter_mut().for_each(|row| change(Arc::make_mut(row)));
    }

    /// How far the list has come.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Whether every row is here.
    pub fn is_complete(&self) -> bool {
        matches!(self.progress, Progress::Complete { .. })
    }

    /// Whether pages are coming in.
    pub fn is_loading(&self) -> bool {
        matches!(self.progress, Progress::Loading { .. })
    }

    /// Why the last read ended early, such as a missing permission.
    pub fn error(&self) -> Option<&LoadError> {
        match &self.progress {
            Progress::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// How many there are: all rows once complete, otherwise what the account summary told.
    pub fn total(&self) -> Option<u32> {
        if self.is_complete() { u32::try_from(self.rows.len()).ok() } else { self.total }
    }

    /// How many there were when the list was last read to its end, and when that was.
    pub(super) fn counted(&self) -> Option<(usize, Timestamp)> {
        if let Progress::Complete { at } = self.progress { Some((self.rows.len(), at)) } else { None }
    }

    /// Changes one row, where it is there.
    pub(super) fn change(&mut self, key: &T::Key, change: impl FnOnce(&mut T)) {
        if let Some(row) = self.position(key).and_then(|at| self.rows.get_mut(at)) {
            change(Arc::make_mut(row));
        }
    }

    /// Notes how many there should be.
    pub fn expect(&mut self, total: u32) {
        self.total = Some(total);
    }

    /// Notes that a read of the whole list has begun.
    pub fn begin(&mut self) {
        self.progress = Progress::Loading { pages: 0 };
        self.fresh.clear();
    }

    /// Takes in one page of the running read.
    pub fn page(&mut self, rows: Vec<T>) {
        if let Progress::Loading { pages } = &mut self.progress {
            *pages += 1;
            self.fresh.extend(rows.iter().map(|row| row.key().clone()));
        }
        self.extend(rows);
    }

    /// Ends the running read: rows that it did not bring are gone.
    pub fn complete(&mut self, at: Timestamp) {
        let mut fresh = std::mem::take(&mut self.fresh);
        fresh.sort_unstable();
        self.rows.retain(|row| fresh.binary_search(row.key()).is_ok());
        self.ahead.retain(|key, _| fresh.binary_search(key).is_ok());
        self.progress = Progress::Complete { at };
    }

    /// Ends the running read early; rows so far stay.
    pub fn fail(&mut self, error: LoadError) {
        self.fresh.clear();
        self.progress = Progress::Failed(error);
    }

    /// Takes in rows that came from another read than the list's own.
    pub fn extend(&mut self, rows: Vec<T>) {
        for mut row in rows {
            if let Some(facts) = self.ahead.remove(row.key()) {
                row.learn(facts);
            }
            // Pages come sorted as a rule: the row then belongs at the end and needs no search.
            if self.rows.last().is_none_or(|last| last.key() < row.key()) {
                self.rows.push(Arc::new(row));
                continue;
            }
            match self.rows.binary_search_by(|held| held.key().cmp(row.key())) {
                Ok(at) => {
                    if let Some(held) = self.rows.get_mut(at) {
                        Arc::make_mut(held).merge(row);
                    }
                }
                Err(at) => self.rows.insert(at, Arc::new(row)),
            }
        }
    }

    fn position(&self, key: &T::Key) -> Option<usize> {
        self.rows.binary_search_by(|row| row.key().cmp(key)).ok()
    }

    /// Takes in facts of one entity; they wait where the entity itself has not been seen yet.
    pub fn learn(&mut self, key: T::Key, facts: T::Facts) {
        match self.position(&key).and_then(|at| self.rows.get_mut(at)) {
            Some(row) => Arc::make_mut(row).learn(facts),
            None => T::join(self.ahead.entry(key).or_default(), facts),
        }
    }

    /// Drops an entity that is no longer there.
    pub fn forget(&mut self, key: &T::Key) {
        self.ahead.remove(key);
        if let Some(at) = self.position(key) {
            self.rows.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_the_id_is_of_the_same_entity() {
        let check = |own: &str, other: &str, another: bool, left: &str| {
            let mut held = own.into();
            assert_eq!((is_another(&mut held, other), &*held), (another, left), "{own} {other}");
        };
        check("A", "A", false, "A");
        check("A", "B", true, "A");
        check("A", "", false, "A");
        check("", "A", false, "A");
    }
    use crate::base::arn::Arn;
    use crate::model::{ErrorKind, Fact, GroupName, Seen, Source, User, UserFacts, UserName};

    fn user(name: &str, id: &str) -> User {
        User {
            name: name.into(),
            arn: Arn::parse(&format!("arn:aws:iam::123456789012:user/{name}")).unwrap(),
            id: id.into(),
            created: Timestamp::UNIX_EPOCH,
            facts: UserFacts::default(),
        }
    }

    fn in_group(group: &str, seconds: i64) -> UserFacts {
        let seen = Seen::new(Source::Bulk, Timestamp::from_second(seconds).unwrap());
        UserFacts { groups: Fact::Known(vec![GroupName::from(group)], seen), ..UserFacts::default() }
    }

    #[track_caller]
    fn check(listing: &Listing<User>, names: &[&str]) {
        assert_eq!(listing.rows().iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), names);
    }

    #[test]
    fn pages_add_up_sorted_and_are_complete_with_the_last() {
        let mut listing = Listing::default();
        listing.begin();
        listing.page(vec![user("bob", "1"), user("dan", "2")]);
        assert!(listing.is_loading());
        listing.page(vec![user("alice", "3"), user("carl", "4")]);
        listing.complete(Timestamp::UNIX_EPOCH);
        check(&listing, &["alice", "bob", "carl", "dan"]);
        assert_eq!(listing.total(), Some(4));
        assert!(listing.get("carl").is_some() && listing.get("eve").is_none());
    }

    #[test]
    fn what_a_new_read_does_not_bring_is_gone_at_its_end_and_not_before() {
        let mut listing = Listing::default();
        listing.extend(vec![user("alice", "1"), user("bob", "2")]);
        listing.begin();
        listing.page(vec![user("bob", "2")]);
        check(&listing, &["alice", "bob"]);
        listing.complete(Timestamp::UNIX_EPOCH);
        check(&listing, &["bob"]);
    }

    #[test]
    fn a_read_that_breaks_off_keeps_all_rows() {
        let mut listing = Listing::default();
        listing.extend(vec![user("alice", "1")]);
        listing.begin();
        listing.page(vec![user("bob", "2")]);
        listing.fail(LoadError::new(ErrorKind::Timeout, "ListUsers"));
        check(&listing, &["alice", "bob"]);
        assert_eq!(listing.total(), None);
    }

    #[test]
    fn facts_wait_for_their_entity() {
        let mut listing = Listing::<User>::default();
        listing.learn(UserName::from("alice"), in_group("ops", 10));
        check(&listing, &[]);
        listing.extend(vec![user("alice", "1")]);
        assert_eq!(listing.get("alice").unwrap().facts.groups.known().unwrap().len(), 1);
    }

    #[test]
    fn a_list_that_knows_less_takes_nothing_away() {
        let mut listing = Listing::default();
        listing.extend(vec![User { facts: in_group("ops", 10), ..user("alice", "1") }]);
        listing.begin();
        listing.page(vec![user("alice", "1")]);
        listing.complete(Timestamp::UNIX_EPOCH);
        assert!(listing.get("alice").unwrap().facts.groups.known().is_some());
    }

    #[test]
    fn a_user_made_again_under_the_same_name_inherits_nothing() {
        let mut listing = Listing::default();
        listing.extend(vec![User { facts: in_group("ops", 10), ..user("alice", "1") }]);
        listing.extend(vec![user("alice", "2")]);
        assert!(listing.get("alice").unwrap().facts.groups.is_unknown());
    }

    #[test]
    fn rows_are_shared_between_copies_until_one_changes() {
        let mut listing = Listing::default();
        listing.extend(vec![user("alice", "1"), user("bob", "2")]);
        let copy = listing.clone();
        listing.learn(UserName::from("bob"), in_group("ops", 10));
        assert!(Arc::ptr_eq(&copy.rows()[0], &listing.rows()[0]));
        assert!(copy.get("bob").unwrap().facts.groups.is_unknown());
    }
}
