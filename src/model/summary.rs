//! The account summary: counts, quotas, and what it tells of the root user.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The answer of `GetAccountSummary`, key by key as AWS names them.
///
/// Quotas move and differ per account; they are read here and never written into the program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary(BTreeMap<Box<str>, i64>);

/// A count against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many there are.
    pub used: i64,
    /// How many there may be, where the service tells.
    pub limit: Option<i64>,
}

impl Summary {
    /// A summary from its keys and values.
    pub fn new(entries: impl IntoIterator<Item = (Box<str>, i64)>) -> Self {
        Self(entries.into_iter().collect())
    }

    /// One value by AWS's key, such as `AttachedPoliciesPerRoleQuota`.
    pub fn get(&self, key: &str) -> Option<i64> {
        self.0.get(key).copied()
    }

    /// Puts a newer count in the place of one.
    pub(super) fn set(&mut self, key: &str, count: usize) {
        self.0.insert(key.into(), i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A count and its limit: `Users` with `UsersQuota`.
    pub fn quota(&self, key: &str) -> Option<Quota> {
        let limit = self.get(&format!("{key}Quota"));
        self.get(key).map(|used| Quota { used, limit })
    }

    /// Whether the root user has MFA.
    pub fn root_has_mfa(&self) -> Option<bool> {
        self.get("AccountMFAEnabled").map(|value| value != 0)
    }

    /// Whether the root user has access keys, be they active or not.
    pub fn root_has_keys(&self) -> Option<bool> {
        self.get("AccountAccessKeysPresent").map(|value| value != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_pairs_a_count_with_its_limit() {
        let summary = Summary::new([("Users".into(), 60), ("UsersQuota".into(), 5000), ("Providers".into(), 2)]);
        assert_eq!(summary.quota("Users"), Some(Quota { used: 60, limit: Some(5000) }));
        assert_eq!(summary.quota("Providers"), Some(Quota { used: 2, limit: None }));
        assert_eq!(summary.quota("Roles"), None);
    }
}
