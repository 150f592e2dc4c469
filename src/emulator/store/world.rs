//! All accounts of an emulator, each with its tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::state::{self, State};
use super::table::{Change, Unreadable};
use crate::emulator::ids::account_of;

/// The accounts in memory, by their twelve digits.
#[derive(Debug, Default)]
pub struct World {
    accounts: BTreeMap<Arc<str>, State>,
}

/// Where the journals of the accounts that are being changed stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(Vec<(Arc<str>, state::Mark)>);

/// What changed in one account.
#[derive(Debug)]
pub struct Changes {
    /// The account's twelve digits.
    pub account: Arc<str>,
    /// Its records, each once.
    pub records: Vec<Change>,
}

impl World {
    /// The account of these twelve digits.
    pub fn get(&self, account: &str) -> Option<&State> {
        self.accounts.get(account)
    }

    /// The account of these twelve digits, to change it.
    pub fn get_mut(&mut self, account: &str) -> Option<&mut State> {
        self.accounts.get_mut(account)
    }

    /// The account of these twelve digits, which is there afterwards.
    pub fn add(&mut self, account: &str) -> &mut State {
        self.accounts.entry(account.into()).or_default()
    }

    /// The account of these twelve digits with its number.
    pub fn get_key_value(&self, account: &str) -> Option<(&Arc<str>, &State)> {
        self.accounts.get_key_value(account)
    }

    /// All accounts in the order of their numbers.
    pub fn accounts(&self) -> impl Iterator<Item = (&Arc<str>, &State)> {
        self.accounts.iter()
    }

    /// Whether there are no accounts.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// The account whose user or root user has an access key.
    pub fn holder(&self, access_key: &str) -> Option<(&Arc<str>, &State)> {
        let has = |state: &State| state.users.keyed(access_key).is_some() || state.account.keyed(access_key).is_some();
        // A generated key names its account; one that was given by hand is looked for.
        self.named(access_key)
            .filter(|(_, state)| has(state))
            .or_else(|| self.accounts.iter().find(|(_, state)| has(state)))
    }

    /// The account that a generated access key names.
    pub fn named(&self, access_key: &str) -> Option<(&Arc<str>, &State)> {
        self.accounts.get_key_value(account_of(access_key)?.as_str())
    }

    /// Where the journals stand now.
    pub fn mark(&self) -> Mark {
        let changed = self.accounts.iter().filter(|(_, state)| state.is_changed());
        Mark(changed.map(|(account, state)| (Arc::clone(account), state.mark())).collect())
    }

    /// Undoes everything since a mark.
    pub fn undo_to(&mut self, mark: &Mark) {
        for (account, state) in self.accounts.iter_mut().filter(|(_, state)| state.is_changed()) {
            match mark.0.iter().find(|(marked, _)| marked == account) {
                Some((_, mark)) => state.undo_to(mark),
                None => state.undo_all(),
            }
        }
    }

    /// Undoes everything that is not yet durable.
    pub fn undo_all(&mut self) {
        self.undo_to(&Mark(Vec::new()));
    }

    /// What changed since the last [`World::settle`], by account.
    pub fn changes(&self) -> Vec<Changes> {
        self.records(State::changes)
    }

    /// Every record, as changes that another world can adopt.
    pub fn everything(&self) -> Vec<Changes> {
        self.records(State::everything)
    }

    fn records(&self, of: impl Fn(&State) -> Vec<Change>) -> Vec<Changes> {
        let all =
            self.accounts.iter().map(|(account, state)| Changes { account: Arc::clone(account), records: of(state) });
        all.filter(|changes| !changes.records.is_empty()).collect()
    }

    /// Forgets the journals: what changed is durable.
    pub fn settle(&mut self) {
        self.accounts.values_mut().for_each(State::settle);
    }

    /// Takes a stored value; its key is `account/table/id`.
    pub fn load(&mut self, key: &str, bytes: &[u8]) -> Result<(), Unreadable> {
        match key.split_once('/') {
            Some((account, key)) if is_number(account) => self.add(account).load(key, bytes),
            _ => Err(Unreadable::Stray(key.to_owned())),
        }
    }

    /// Takes changes that another world made.
    pub fn adopt(&mut self, changes: &[Changes]) {
        for changes in changes {
            self.add(&changes.account).adopt(&changes.records);
        }
    }

    /// Empties every account, as changes that can be undone.
    pub fn clear(&mut self) {
        self.accounts.values_mut().for_each(State::clear);
    }
}

/// Whether a text is the number of an account: twelve digits.
pub fn is_number(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::ids::Ids;
    use crate::emulator::store::credentials::AccessKey;
    use crate::emulator::store::records::User;

    const ONE: &str = "111122223333";
    const TWO: &str = "444455556666";

    fn user(id: &str, key: &str) -> User {
        let access_keys = vec![AccessKey { id: key.to_owned(), ..AccessKey::default() }];
        User { id: id.to_owned(), name: id.to_owned(), access_keys, ..User::default() }
    }

    #[test]
    fn a_key_selects_its_account_whether_it_was_generated_or_given() {
        let ids = Ids::seeded(1);
        let generated = ids.access_key("AKIA", TWO);
        let mut world = World::default();
        world.add(ONE).users.put(user("ada", "given"));
        world.add(TWO).users.put(user("bob", &generated));
        let check = |key: &str, expected: Option<&str>| {
            assert_eq!(world.holder(key).map(|(account, _)| &**account), expected, "{key}");
        };
        check("given", Some(ONE));
        check(&generated, Some(TWO));
        check(&ids.access_key("AKIA", ONE), None);
        check("nobody's", None);
    }

    #[test]
    fn what_is_undone_in_one_account_stays_in_the_other() {
        let mut world = World::default();
        world.add(ONE).users.put(user("ada", "a"));
        let mark = world.mark();
        world.add(ONE).users.put(user("eve", "e"));
        world.add(TWO).users.put(user("bob", "b"));
        world.undo_to(&mark);
        let names = |account: &str| -> Vec<&str> {
            world.get(account).unwrap().users.iter().map(|u| u.name.as_str()).collect()
        };
        assert_eq!((names(ONE), names(TWO)), (vec!["ada"], vec![]));
        let changes = world.changes();
        assert_eq!(
            changes.iter().map(|changes| (&*changes.account, changes.records.len())).collect::<Vec<_>>(),
            [(ONE, 1)]
        );
    }

    #[test]
    fn a_record_of_no_account_is_refused_by_name() {
        let error = World::default().load("users/AIDA1", b"{}").unwrap_err();
        assert_eq!(error.to_string(), "the record `users/AIDA1` belongs to no table that this program knows");
    }
}
