//! The analyzers of the company, whose findings are computed from the account when they are asked for.

use std::collections::BTreeMap;

use serde_json::json;

use crate::emulator::store::State;
use crate::emulator::store::analyzers::{Analyzer, ArchiveRule, Zone};
use crate::emulator::store::records::Moment;

/// Days after which something counts as unused.
const AGE: u64 = 90;

/// Writes it all down.
pub fn write(state: &mut State, account: &str, ago: &dyn Fn(i64) -> Moment) {
    let analyzer = |name: &str, zone, days: i64| Analyzer {
        arn: format!("arn:aws:access-analyzer:us-east-1:{account}:analyzer/{name}"),
        short_name: name.to_owned(),
        zone,
        created: ago(days * 24),
        age: AGE,
        tags: json!({}),
        ..Analyzer::default()
    };
    let made = ago(180 * 24);
    // The consultants of the role `audit-by-consultants` are known.
    let filter = json!({"resource": {"contains": ["/audit-by-consultants"]}});
    let rules =
        BTreeMap::from([("known-consultants".to_owned(), ArchiveRule { filter, created: made, updated: made })]);
    state.analyzers.put(Analyzer { rules, ..analyzer("external-access", Zone::Account, 200) });
    state.analyzers.put(analyzer("unused-access", Zone::AccountUnusedAccess, 60));
}
