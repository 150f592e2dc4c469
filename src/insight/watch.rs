//! What changed in an account since some time, as CloudTrail tells it: by whom, when, and what it was about.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::activity::EventKind;
use crate::model::{Account, Event, ResourceRef};

/// The events that changed something at that time or later, each once, the newest first.
pub fn changes(account: &Account, since: Timestamp) -> Vec<Arc<Event>> {
    let mut found: HashMap<&str, &Arc<Event>> = HashMap::new();
    // CloudTrail tells the time of an event in whole seconds.
    let is_late = |event: &Event| event.at.as_second() >= since.as_second();
    for event in account.all_events().filter(|event| is_late(event) && event.error.is_none() && !event.is_read) {
        if EventKind::of(event) != EventKind::SignIn {
            found.insert(&event.id, event);
        }
    }
    let mut found: Vec<Arc<Event>> = found.into_values().cloned().collect();
    found.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
    found
}

/// The resources that those events were about.
pub fn changed(account: &Account, since: Timestamp) -> HashSet<ResourceRef> {
    changes(account, since).iter().flat_map(|event| event.about()).collect()
}
