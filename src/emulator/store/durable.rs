//! The durable record: one redb file with one row per record.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};

use super::state::State;
use super::table::Change;

/// Key `table/id`, value the versioned JSON of the record.
const RECORDS: TableDefinition<&str, &[u8]> = TableDefinition::new("records");
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
    /// Opens the file and fills the state from it; where there is none it is made.
    pub fn open(path: &Path, state: &mut State) -> Result<Self, Broken> {
        let database = match options().create_new(true).mode(0o600).open(path) {
            Ok(file) => database(file, false)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => reopen(path)?,
            Err(error) => return Err(error.into()),
        };
        load(&database, state)?;
        Ok(Self { path: path.to_owned(), database: Some(database) })
    }

    /// Makes changes durable, all or none.
    pub fn commit(&mut self, changes: &[Change]) -> Result<(), Broken> {
        let database = match self.database.take() {
            Some(database) => database,
            None => reopen(&self.path)?,
        };
        // A damaged page that is met only now makes redb panic; that must cost this write and no more.
        let result = catch_unwind(AssertUnwindSafe(|| write(&database, changes)))
            .unwrap_or_else(|_| Err(Broken::Damaged("a page of the file is damaged".to_owned())));
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

fn load(database: &Database, state: &mut State) -> Result<(), Broken> {
    let read = || -> Result<(), Broken> {
        let transaction = database.begin_read().map_err(damaged)?;
        let table = match transaction.open_table(RECORDS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(()),
            Err(error) => return Err(damaged(error)),
        };
        for row in table.iter().map_err(damaged)? {
            let (key, value) = row.map_err(damaged)?;
            state.load(key.value(), value.value()).map_err(|error| Broken::Damaged(error.to_string()))?;
        }
        if state.account.is_empty() {
            return Err(Broken::Damaged("it has no account".to_owned()));
        }
        Ok(())
    };
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Broken::Damaged("a page of the file is damaged".to_owned())))
}

fn write(database: &Database, changes: &[Change]) -> Result<(), Broken> {
    let transaction = database.begin_write().map_err(damaged)?;
    {
        let mut table = transaction.open_table(RECORDS).map_err(damaged)?;
        let mut key = String::new();
        for change in changes {
            key.clear();
            key.push_str(change.table);
            key.push('/');
            key.push_str(&change.id);
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
        let disk = Disk { file: FileBackend::new(file).unwrap(), full: Arc::clone(full) };
        let database = Builder::new().create_with_backend(disk).unwrap();
        Durable { path: path.to_owned(), database: Some(database) }
    }
}
