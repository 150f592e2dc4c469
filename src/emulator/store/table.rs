//! One kind of record: rows by id and by name, and a journal that can undo and tell what changed.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of the records' JSON; a value of a newer version is refused rather than misread.
const VERSION: u32 = 1;

/// What a table can hold.
pub trait Record: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of its table in the store.
    const TABLE: &'static str;

    /// The unique id, which never changes.
    fn id(&self) -> &str;

    /// The name that is unique in the account, whatever its case.
    fn name(&self) -> &str;

    /// Further unique keys by which it is found, such as a user's access key ids.
    fn keys(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// A name as compared: IAM keeps the case of names and ignores it in comparison.
pub fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// A changed record, as the durable store and the replica take it.
pub struct Change {
    /// The table's name.
    pub table: &'static str,
    /// The record's id.
    pub id: String,
    /// The encoded record; `None` where it was removed.
    pub bytes: Option<Vec<u8>>,
    /// The record itself, as `Arc<R>`.
    record: Option<Arc<dyn Any + Send + Sync>>,
}

/// Why a stored value could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The JSON is broken or of another shape.
    #[error("the record `{0}` cannot be read: {1}")]
    Json(String, serde_json::Error),
    /// It was written by a newer program.
    #[error("the record `{0}` has version {1}, this program knows up to {VERSION}")]
    Newer(String, u32),
    /// It belongs to no table that is known here.
    #[error("the record `{0}` belongs to no table that this program knows")]
    Stray(String),
}

/// The records of one kind.
#[derive(Debug)]
pub struct Table<R: Record> {
    rows: HashMap<String, Arc<R>>,
    names: BTreeMap<String, Arc<R>>,
    keys: HashMap<String, Arc<R>>,
    /// What each touched row was before, oldest first, since the last [`Journalled::settle`].
    journal: Vec<(String, Option<Arc<R>>)>,
}

impl<R: Record> Default for Table<R> {
    fn default() -> Self {
        Self { rows: HashMap::new(), names: BTreeMap::new(), keys: HashMap::new(), journal: Vec::new() }
    }
}

impl<R: Record> Table<R> {
    /// The record of this id.
    pub fn get(&self, id: &str) -> Option<&R> {
        self.rows.get(id).map(Arc::as_ref)
    }

    /// The record of this name, whatever its case.
    pub fn named(&self, name: &str) -> Option<&R> {
        self.names.get(&fold(name)).map(Arc::as_ref)
    }

    /// The record that has this further key.
    pub fn keyed(&self, key: &str) -> Option<&R> {
        self.keys.get(key).map(Arc::as_ref)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All records in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.names.values().map(Arc::as_ref)
    }

    /// The records behind a folded name, in the order of their names: where a page begins.
    pub fn after<'a>(&'a self, name: Option<&str>) -> impl Iterator<Item = (&'a str, &'a R)> + use<'a, R> {
        let start = name.map_or(Bound::Unbounded, Bound::Excluded);
        self.names.range::<str, _>((start, Bound::Unbounded)).map(|(name, row)| (name.as_str(), row.as_ref()))
    }

    /// Adds a record or replaces the one of the same id.
    pub fn put(&mut self, record: R) {
        let id = record.id().to_owned();
        let before = self.place(&id, Some(Arc::new(record)));
        self.journal.push((id, before));
    }

    /// Changes the record of this id; `None` where there is none.
    pub fn change<T>(&mut self, id: &str, edit: impl FnOnce(&mut R) -> T) -> Option<T> {
        let mut record = self.get(id)?.clone();
        let out = edit(&mut record);
        self.put(record);
        Some(out)
    }

    /// Removes the record of this id.
    pub fn remove(&mut self, id: &str) {
        let before = self.place(id, None);
        if before.is_some() {
            self.journal.push((id.to_owned(), before));
        }
    }

    /// The row of this id as a change tells it.
    fn told(&self, id: &str) -> Change {
        let record = self.rows.get(id);
        Change {
            table: R::TABLE,
            id: id.to_owned(),
            bytes: record.map(|row| serde_json::to_vec(&Versioned { v: VERSION, r: row.as_ref() }).unwrap_or_default()),
            record: record.map(|row| Arc::clone(row) as Arc<dyn Any + Send + Sync>),
        }
    }

    /// Sets or clears a row with all its index entries and gives back what was there.
    fn place(&mut self, id: &str, record: Option<Arc<R>>) -> Option<Arc<R>> {
        let before = self.rows.remove(id);
        if let Some(before) = &before {
            let name = fold(before.name());
            if record.as_ref().is_none_or(|now| fold(now.name()) != name) {
                self.names.remove(&name);
            }
            for key in before.keys() {
                self.keys.remove(key);
            }
        }
        if let Some(record) = record {
            for key in record.keys() {
                self.keys.insert(key.to_owned(), Arc::clone(&record));
            }
            self.names.insert(fold(record.name()), Arc::clone(&record));
            self.rows.insert(id.to_owned(), record);
        }
        before
    }
}

/// What all tables have in common, whatever they hold.
pub trait Journalled: Send + Sync {
    /// The table's name in the store.
    fn label(&self) -> &'static str;
    /// Where the journal stands now.
    fn mark(&self) -> usize;
    /// Undoes everything since a mark.
    fn undo_to(&mut self, mark: usize);
    /// Tells what changed since the last [`Journalled::settle`], each record once.
    fn changes(&self, into: &mut Vec<Change>);
    /// Tells every record, as if it had just been made.
    fn everything(&self, into: &mut Vec<Change>);
    /// Forgets the journal: what changed is durable.
    fn settle(&mut self);
    /// Takes a stored value.
    fn load(&mut self, id: &str, bytes: &[u8]) -> Result<(), Unreadable>;
    /// Takes a change that another state made.
    fn adopt(&mut self, change: &Change);
    /// Takes a change that another state made, as one that can be undone and stored.
    fn take(&mut self, change: &Change);
    /// Removes every record, as changes that can be undone.
    fn clear(&mut self);
}

#[derive(serde::Serialize)]
struct Versioned<'a, R> {
    v: u32,
    r: &'a R,
}

#[derive(serde::Deserialize)]
struct Stored<R> {
    r: R,
}

#[derive(serde::Deserialize)]
struct Version {
    v: u32,
}

impl<R: Record> Journalled for Table<R> {
    fn label(&self) -> &'static str {
        R::TABLE
    }

    fn mark(&self) -> usize {
        self.journal.len()
    }

    fn undo_to(&mut self, mark: usize) {
        while self.journal.len() > mark {
            if let Some((id, before)) = self.journal.pop() {
                self.place(&id, before);
            }
        }
    }

    fn changes(&self, into: &mut Vec<Change>) {
        let mut ids: Vec<&str> = self.journal.iter().map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        into.extend(ids.into_iter().map(|id| self.told(id)));
    }

    fn everything(&self, into: &mut Vec<Change>) {
        into.extend(self.rows.keys().map(|id| self.told(id)));
    }

    fn settle(&mut self) {
        self.journal.clear();
    }

    fn load(&mut self, id: &str, bytes: &[u8]) -> Result<(), Unreadable> {
        let named = || format!("{}/{id}", R::TABLE);
        match serde_json::from_slice::<Stored<R>>(bytes) {
            Ok(stored) => {
                self.place(id, Some(Arc::new(stored.r)));
                Ok(())
            }
            Err(error) => Err(match serde_json::from_slice::<Version>(bytes) {
                Ok(Version { v }) if v > VERSION => Unreadable::Newer(named(), v),
                _ => Unreadable::Json(named(), error),
            }),
        }
    }

    fn adopt(&mut self, change: &Change) {
        let record = change.record.clone().and_then(|any| any.downcast::<R>().ok());
        self.place(&change.id, record);
    }

    fn take(&mut self, change: &Change) {
        let record = change.record.clone().and_then(|any| any.downcast::<R>().ok());
        let before = self.place(&change.id, record);
        self.journal.push((change.id.clone(), before));
    }

    fn clear(&mut self) {
        let ids: Vec<String> = self.rows.keys().cloned().collect();
        for id in ids {
            self.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Row {
        id: String,
        name: String,
        keys: Vec<String>,
    }

    impl Record for Row {
        const TABLE: &'static str = "rows";
        fn id(&self) -> &str {
            &self.id
        }
        fn name(&self) -> &str {
            &self.name
        }
        fn keys(&self) -> Vec<&str> {
            self.keys.iter().map(String::as_str).collect()
        }
    }

    fn row(id: &str, name: &str, keys: &[&str]) -> Row {
        Row { id: id.into(), name: name.into(), keys: keys.iter().map(|k| (*k).to_owned()).collect() }
    }

    #[test]
    fn a_name_is_found_in_any_case_and_keeps_its_own() {
        let mut table = Table::default();
        table.put(row("1", "Alice", &[]));
        assert_eq!(table.named("aLICE").unwrap().name, "Alice");
    }

    #[test]
    fn a_rename_leaves_no_old_name_and_no_old_key() {
        let mut table = Table::default();
        table.put(row("1", "alice", &["k1"]));
        table.put(row("1", "bob", &["k2"]));
        assert!(table.named("alice").is_none() && table.keyed("k1").is_none());
        assert_eq!(table.keyed("k2").unwrap().name, "bob");
        assert_eq!((table.len(), table.iter().count()), (1, 1));
    }

    #[test]
    fn undo_restores_rows_names_and_keys() {
        let mut table = Table::default();
        table.put(row("1", "alice", &["k1"]));
        let mark = table.mark();
        table.put(row("1", "alicia", &[]));
        table.put(row("2", "bob", &[]));
        table.remove("1");
        table.undo_to(mark);
        assert_eq!(table.named("alice").unwrap(), &row("1", "alice", &["k1"]));
        assert_eq!(table.keyed("k1").unwrap().id, "1");
        assert!(table.named("bob").is_none() && table.named("alicia").is_none());
    }

    #[test]
    fn changes_name_each_record_once_and_load_again() {
        let mut table = Table::default();
        table.put(row("1", "alice", &[]));
        table.put(row("1", "alicia", &["k"]));
        table.put(row("2", "bob", &[]));
        table.remove("2");
        let mut changes = Vec::new();
        table.changes(&mut changes);
        assert_eq!(
            changes.iter().map(|c| (c.id.as_str(), c.bytes.is_some())).collect::<Vec<_>>(),
            [("1", true), ("2", false)]
        );
        let mut other: Table<Row> = Table::default();
        other.load("1", changes[0].bytes.as_ref().unwrap()).unwrap();
        assert_eq!(other.keyed("k").unwrap().name, "alicia");
    }

    #[test]
    fn a_value_of_a_newer_program_is_refused_by_name() {
        let mut table: Table<Row> = Table::default();
        let error = table.load("1", br#"{"v":9,"r":{"new":true}}"#).unwrap_err();
        assert_eq!(error.to_string(), "the record `rows/1` has version 9, this program knows up to 1");
    }
}
