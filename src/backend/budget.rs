//! How much a list may hold, and all lists of an account together: an endpoint whose lists do not end must not take the
//! machine's memory.
//!
//! The measure is an account of ten times the default quotas: 50,000 users, 10,000 roles, 15,000 policies.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Iam, Operation};
use crate::model::{ErrorKind, LoadError};

/// The most rows of one list.
const MOST_ROWS: usize = 100_000;

/// The most bytes of all lists of an account.
const MOST_OF_ACCOUNT: u64 = 640 << 20;

tokio::task_local! {
    /// Where the bytes of an answer are counted.
    static COUNTER: Arc<AtomicU64>;
}

/// The most bytes that the pages of a list may have together.
fn most(operation: Operation) -> u64 {
    match operation {
        // With documents, which are escaped in it: 2 kB of a user, 5 kB of a role, 6 kB of a policy.
        Operation::Iam(Iam::GetAccountAuthorizationDetails) => 256 << 20,
        Operation::Iam(
            Iam::ListUsers
            | Iam::ListGroups
            | Iam::ListRoles
            | Iam::ListPolicies
            | Iam::ListInstanceProfiles
            | Iam::ListServerCertificates
            | Iam::ListVirtualMFADevices,
        ) => 128 << 20,
        // What belongs to one user, group, role or policy.
        _ => 32 << 20,
    }
}

/// The counter of the list that the call of this task belongs to.
pub(super) fn counter() -> Option<Arc<AtomicU64>> {
    COUNTER.try_with(Arc::clone).ok()
}

/// What was read of an account: the bytes of each list, as it was read last.
#[derive(Debug, Default)]
pub(super) struct Budget(Mutex<HashMap<Operation, u64>>);

/// What one list has taken so far.
#[derive(Debug)]
pub(super) struct Spent<'a> {
    budget: &'a Budget,
    operation: Operation,
    bytes: Arc<AtomicU64>,
    rows: usize,
}

impl Budget {
    /// A list that is read from its beginning.
    pub(super) fn begin(&self, operation: Operation) -> Spent<'_> {
        Spent { budget: self, operation, bytes: Arc::default(), rows: 0 }
    }

    /// Takes in how long a list is now, and tells how long all are.
    fn take(&self, operation: Operation, bytes: u64) -> u64 {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.insert(operation, bytes);
        lists.values().sum()
    }
}

impl Spent<'_> {
    /// Counts the bytes that a call of the list is answered with.
    pub(super) fn counting<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        COUNTER.scope(Arc::clone(&self.bytes), call)
    }

    /// Takes in the rows of a page, and refuses to read another one where that is more than an account has.
    pub(super) fn page(&mut self, rows: usize) -> Result<(), LoadError> {
        self.rows = self.rows.saturating_add(rows);
        let bytes = self.bytes.load(Ordering::Relaxed);
        let all = self.budget.take(self.operation, bytes);
        let too_much = if self.rows > MOST_ROWS {
            format!("the list has more than {MOST_ROWS} rows")
        } else if bytes > most(self.operation) {
            format!("the list has more than {} MiB", most(self.operation) >> 20)
        } else if all > MOST_OF_ACCOUNT {
            format!("the lists of the account have more than {} MiB", MOST_OF_ACCOUNT >> 20)
        } else {
            return Ok(());
        };
        let detail = format!("{too_much}, which no account has; the rest was not read");
        Err(LoadError::new(ErrorKind::Garbled, self.operation).detail(&detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads pages of so many bytes and rows, and tells after how many it stops, and why.
    fn pages(budget: &Budget, operation: Iam, bytes: u64, rows: usize) -> (usize, String) {
        let mut spent = budget.begin(operation.into());
        for page in 1..10_000 {
            spent.bytes.fetch_add(bytes, Ordering::Relaxed);
            if let Err(error) = spent.page(rows) {
                return (page, error.user_error().message);
            }
        }
        panic!("it does not stop");
    }

    #[track_caller]
    fn check(operation: Iam, bytes: u64, rows: usize, stops: usize, told: &str) {
        let (page, message) = pages(&Budget::default(), operation, bytes, rows);
        assert_eq!(page, stops, "{message}");
        assert!(message.contains(told) && message.contains(&format!("`{operation:?}`")), "{message}");
    }

    #[test]
    fn a_list_ends_where_it_has_more_than_any_account() {
        check(Iam::ListUsers, 1, 1000, 101, "more than 100000 rows");
        check(Iam::ListUsers, 8 << 20, 1, 17, "more than 128 MiB");
        check(Iam::GetAccountAuthorizationDetails, 8 << 20, 250, 33, "more than 256 MiB");
        check(Iam::ListEntitiesForPolicy, 8 << 20, 1, 5, "more than 32 MiB");
    }

    #[test]
    fn an_account_ends_too_and_a_list_that_is_read_again_counts_once() {
        let budget = Budget::default();
        for _ in 0..8 {
            assert_eq!(pages(&budget, Iam::ListUsers, 32 << 20, 1).0, 5);
        }
        pages(&budget, Iam::GetAccountAuthorizationDetails, 32 << 20, 1);
        pages(&budget, Iam::ListRoles, 32 << 20, 1);
        let (_, told) = pages(&budget, Iam::ListPolicies, 32 << 20, 1);
        assert!(told.contains("the lists of the account have more than 640 MiB"), "{told}");
    }

    #[test]
    fn ten_times_the_quotas_fit() {
        let of_bulk = 50_000 * 2_000 + 10_000 * 5_000 + 15_000 * 6_000;
        assert!(of_bulk < most(Iam::GetAccountAuthorizationDetails.into()));
        assert!(50_000 * 1_000 < most(Iam::ListUsers.into()));
        const { assert!(50_000 + 10_000 + 15_000 + 10_000 < MOST_ROWS) };
    }
}
