//! The durable record: one redb file with one row per record.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition};

use super::world::{Changes, World, is_number};

/// Key `account/table/id`, value the versioned JSON of the record.
const RECORDS: TableDefinition<&str, &[u8]> = TableDefinition::new("records");
/// The row of the account in a file of the time when an emulator had one account: keys were `table/id`.
const ONLY_ACCOUNT: &str = "account/account";
/// What redb keeps in memory; the records themselves are in memory already.
const CACHE: usize = 1 << 20;

/// Why the file could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// Another process holds it.
    #[error("another process holds it")]
    Held,
    /// The folder or the file cannot be used.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file is damaged, with what is known of how.
    #[error("{0}")]
    Damaged(String),
}

/// The file, kept open; reopened after an error of the disk, because redb takes no writes after one.
#[derive(Debug)]
pub struct Durable {
    path: PathBuf,
    database: Option<Database>,
}

impl Durable {
    /// Opens the file and fills the world from it; where there is none it is made.
    pub fn open(path: &Path, world: &mut World) -> Result<Self, Broken> {
        let database = match options().create_new(true).mode(0o600).open(path) {
            Ok(file) => database(file, false)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => reopen(path)?,
            Err(error) => return Err(error.into()),
        };
        guarded(|| name_account(&database))?;
        guarded(|| load(&database, world))?;
        Ok(Self { path: path.to_owned(), database: Some(database) })
    }

    /// Makes changes durable, all or none.
    pub fn commit(&mut self, changes: &[Changes]) -> Result<(), Broken> {
        let database = match self.database.take() {
            Some(database) => database,
            None => reopen(&self.path)?,
        };
        let result = guarded(|| write(&database, changes));
        if result.is_ok() {
            self.database = Some(database);
        }
        result
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

/// Opens a file that has been made. An empty one has lost what was in it: it is no new account.
fn reopen(path: &Path) -> Result<Database, Broken> {
    let file = options().open(path)?;
    if file.metadata()?.len() == 0 {
        return Err(Broken::Damaged("its file is empty".to_owned()));
    }
    database(file, true)
}

fn database(file: File, check: bool) -> Result<Database, Broken> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        // The check reads the whole file: without it redb trusts what somebody may have altered.
        Builder::new()
            .set_cache_size(CACHE)
            .set_check_integrity_on_open(check)
            .create_with_backend(FileBackend::new(file)?)
    }));
    match opened {
        Ok(Ok(database)) => Ok(database),
        Ok(Err(DatabaseError::DatabaseAlreadyOpen)) => Err(Broken::Held),
        Ok(Err(DatabaseError::Storage(redb::StorageError::Io(error)))) => match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Err(Broken::Damaged(error.to_string())),
            _ => Err(Broken::Io(error)),
        },
        Ok(Err(error)) => Err(Broken::Damaged(error.to_string())),
        Err(_) => Err(Broken::Damaged("its pages contradict each other".to_owned())),
    }
}

fn damaged(error: impl Into<redb::Error>) -> Broken {
    match error.into() {
        redb::Error::Io(error) => Broken::Io(error),
        error => Broken::Damaged(error.to_string()),
    }
}

/// A damaged page that is met makes redb panic; that must cost this one thing and no more.
fn guarded<T>(work: impl FnOnce() -> Result<T, Broken>) -> Result<T, Broken> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Broken::Damaged("a page of the file is damaged".to_owned())))
}

/// Puts the account's number before the keys of a file that holds one account and does not say which. One transaction
/// does it all: a file is of the one form or of the other, whenever the process ends.
fn name_account(database: &Database) -> Result<(), Broken> {
    let Some(table) = table(database)? else { return Ok(()) };
    let Some(account) = table.get(ONLY_ACCOUNT).map_err(damaged)? else { return Ok(()) };
    let account: serde_json::Value = serde_json::from_slice(account.value()).unwrap_or_default();
    let number = account["r"]["number"].as_str().filter(|number| is_number(number));
    let number = number.ok_or_else(|| Broken::Damaged("its account has no number".to_owned()))?;
    let mut rows = Vec::new();
    for row in table.iter().map_err(damaged)? {
        let (key, value) = row.map_err(damaged)?;
        rows.push((key.value().to_owned(), value.value().to_vec()));
    }
    let transaction = database.begin_write().map_err(damaged)?;
    {
        let mut table = transaction.open_table(RECORDS).map_err(damaged)?;
        for (key, value) in rows {
            drop(table.remove(key.as_str()).map_err(damaged)?);
            drop(table.insert(format!("{number}/{key}").as_str(), value.as_slice()).map_err(damaged)?);
        }
    }
    transaction.commit().map_err(damaged)
}

/// The records; none in a file that nothing was written to.
fn table(database: &Database) -> Result<Option<ReadOnlyTable<&'static str, &'static [u8]>>, Broken> {
    let transaction = database.begin_read().map_err(damaged)?;
    match transaction.open_table(RECORDS) {
        Ok(table) => Ok(Some(table)),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(damaged(error)),
    }
}

fn load(database: &Database, world: &mut World) -> Result<(), Broken> {
    let Some(table) = table(database)? else { return Ok(()) };
    for row in table.iter().map_err(damaged)? {
        let (key, value) = row.map_err(damaged)?;
        world.load(key.value(), value.value()).map_err(|error| Broken::Damaged(error.to_string()))?;
    }
    match world.accounts().find(|(_, state)| state.account.is_empty()) {
        None if !world.is_empty() => Ok(()),
        None => Err(Broken::Damaged("it has no account".to_owned())),
        Some((number, _)) => Err(Broken::Damaged(format!("the record of the account {number} is missing"))),
    }
}

fn write(database: &Database, changes: &[Changes]) -> Result<(), Broken> {
    let transaction = database.begin_write().map_err(damaged)?;
    {
        let mut table = transaction.open_table(RECORDS).map_err(damaged)?;
        let mut key = String::new();
        for (account, change) in changes.iter().flat_map(|of| of.records.iter().map(|change| (&of.account, change))) {
            key.clear();
            key.extend([account, "/", change.table, "/", &change.id]);
            match &change.bytes {
                Some(bytes) => drop(table.insert(key.as_str(), bytes.as_slice()).map_err(damaged)?),
                None => drop(table.remove(key.as_str()).map_err(damaged)?),
            }
        }
    }
    transaction.commit().map_err(damaged)
}

#[cfg(test)]
pub(in crate::emulator) mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use redb::StorageBackend;

    use super::*;

    /// A file on a disk that can be full: then nothing is written to it.
    #[derive(Debug)]
    struct Disk {
        file: FileBackend,
        full: Arc<AtomicBool>,
    }

    impl Disk {
        fn has_room(&self) -> io::Result<()> {
            if self.full.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }

    impl StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            self.file.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.file.read(offset, out)
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.has_room()?;
            self.file.set_len(len)
        }

        fn sync_data(&self) -> io::Result<()> {
            self.has_room()?;
            self.file.sync_data()
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.has_room()?;
            self.file.write(offset, data)
        }

        fn close(&self) -> io::Result<()> {
            self.file.close()
        }
    }

    /// A new file on a disk that is full while the switch says so; reopened, it lies on a sound disk.
    pub(in crate::emulator) fn on_a_disk_that_fills(path: &Path, full: &Arc<AtomicBool>) -> Durable {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path).unwrap();
        Durable { path: path.to_owned(), database: Some(on_disk(file, full)) }
    }

    fn on_disk(file: File, full: &Arc<AtomicBool>) -> Database {
        let disk = Disk { file: FileBackend::new(file).unwrap(), full: Arc::clone(full) };
        Builder::new().create_with_backend(disk).unwrap()
    }

    const NUMBER: &str = "111122223333";

    /// A store as it was written when an emulator had one account: an entity and a credential of each kind.
    fn store_of_one_account(folder: &Path) -> PathBuf {
        let packed = include_bytes!("../../../tests/it/fixtures/store-of-one-account.redb.zst");
        let path = folder.join("records.redb");
        let mut unpacked = ruzstd::decoding::StreamingDecoder::new(&packed[..]).unwrap();
        io::copy(&mut unpacked, &mut File::create(&path).unwrap()).unwrap();
        path
    }

    /// All rows of a file.
    fn rows(database: &Database) -> BTreeMap<String, Vec<u8>> {
        let table = table(database).unwrap().unwrap();
        let rows = table.iter().unwrap().map(Result::unwrap);
        rows.map(|(key, value)| (key.value().to_owned(), value.value().to_vec())).collect()
    }

    #[test]
    fn a_store_of_one_account_keeps_every_record_under_the_account_s_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = store_of_one_account(folder.path());
        let before = rows(&reopen(&path).unwrap());
        let tables: BTreeSet<&str> = before.keys().filter_map(|key| key.split('/').next()).collect();
        assert_eq!((before.len(), tables.len()), (10, 10), "{tables:?}");
        let expected: BTreeMap<String, Vec<u8>> =
            before.into_iter().map(|(key, value)| (format!("{NUMBER}/{key}"), value)).collect();
        // The second time there is nothing left to do.
        for _ in 0..2 {
            let mut world = World::default();
            let durable = Durable::open(&path, &mut world).unwrap();
            assert_eq!(rows(durable.database.as_ref().unwrap()), expected);
            let loaded: usize = world.everything().iter().map(|changes| changes.records.len()).sum();
            assert_eq!(loaded, expected.len());
        }
    }

    #[test]
    fn a_full_disk_leaves_a_store_of_one_account_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = store_of_one_account(folder.path());
        let before = rows(&reopen(&path).unwrap());
        let full = Arc::new(AtomicBool::new(false));
        let database = on_disk(options().open(&path).unwrap(), &full);
        full.store(true, Ordering::SeqCst);
        let refused = guarded(|| name_account(&database));
        assert!(matches!(refused, Err(Broken::Io(_))), "{refused:?}");
        full.store(false, Ordering::SeqCst);
        drop(database);
        assert_eq!(rows(&reopen(&path).unwrap()), before);
        Durable::open(&path, &mut World::default()).unwrap();
    }
}
