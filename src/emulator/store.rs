//! The accounts' records: typed in memory, with redb below as the durable record.
//!
//! One writer thread takes all queued writes, applies each to memory, makes one durable commit of what
//! changed, and only then acknowledges them. Readers share the memory under a lock that is never held
//! during a commit. A failed commit undoes its batch.
//!
//! Names of the parts: a [`Table`] is one kind of record with its indexes and its journal of changes, the
//! [`State`] is all tables of an account, the [`World`] is all accounts, [`durable`] is redb, [`place`] is the folder, its lock and its endpoint file.

pub(crate) mod activity;
pub(crate) mod analyzers;
pub(crate) mod credentials;
pub(crate) mod delegations;
pub(crate) mod durable;
pub(crate) mod place;
pub(crate) mod records;
pub(crate) mod replica;
pub(crate) mod signin_sessions;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod values;
pub(crate) mod world;
pub(crate) mod writer;

pub use state::State;
pub use table::Table;
pub use world::World;
pub use writer::Store;
