//! Which actions of which services a statement speaks of.

use std::collections::BTreeMap;

use crate::base::wildcard::{is_pattern, matches_ignore_case};
use crate::base::work;
use crate::catalog::{Action, Catalog, Entry};
use crate::policy::ast::Statement;

/// The actions of one service that a statement speaks of.
#[derive(Debug, Clone)]
pub enum Pick<'c> {
    /// All there are, and all that will be.
    All,
    /// These, by name.
    Some(BTreeMap<&'c str, Action<'c>>),
}

impl<'c> Pick<'c> {
    /// The actions, written out.
    pub fn actions(&self, catalog: &'c Catalog, prefix: &str) -> Vec<Action<'c>> {
        match self {
            Self::All => catalog.service(prefix).map(|s| catalog.actions_of(s).collect()).unwrap_or_default(),
            Self::Some(actions) => actions.values().copied().collect(),
        }
    }

    fn add(&mut self, action: Action<'c>) {
        if let Self::Some(actions) = self {
            actions.insert(action.name(), action);
        }
    }
}

/// What a statement speaks of, by service prefix, and the entries that the catalogue knows nothing of.
#[derive(Debug, Clone, Default)]
pub struct Selection<'c> {
    /// The services.
    pub services: BTreeMap<&'c str, Pick<'c>>,
    /// Entries whose service is not known.
    pub unknown_services: Vec<String>,
    /// Entries whose service is known but has no such action.
    pub unknown_actions: Vec<String>,
}

/// Reads the `Action` or `NotAction` of a statement.
pub fn select<'c>(statement: &Statement<'_>, catalog: &'c Catalog) -> Selection<'c> {
    let mut selection = Selection::default();
    if let Some(list) = &statement.action {
        for item in &list.items {
            pick(item.as_str(), catalog, &mut selection);
        }
    } else if let Some(list) = &statement.not_action {
        let mut left_out = Selection::default();
        for item in &list.items {
            pick(item.as_str(), catalog, &mut left_out);
        }
        for entry in catalog.services() {
            work::spend(50);
            match left_out.services.remove(&*entry.prefix) {
                None => drop(selection.services.insert(&entry.prefix, Pick::All)),
                Some(Pick::All) => {}
                Some(Pick::Some(without)) => {
                    let all = Pick::All.actions(catalog, &entry.prefix).into_iter();
                    let rest = all.filter(|action| !without.contains_key(action.name()));
                    let rest = rest.map(|action| (action.name(), action)).collect();
                    selection.services.insert(&entry.prefix, Pick::Some(rest));
                }
            }
        }
        selection.unknown_services = left_out.unknown_services;
        selection.unknown_actions = left_out.unknown_actions;
    }
    selection
}

fn pick<'c>(pattern: &str, catalog: &'c Catalog, selection: &mut Selection<'c>) {
    let (prefix, name) = if pattern == "*" { ("*", "*") } else { pattern.split_once(':').unwrap_or((pattern, "")) };
    let mut known = false;
    let mut found = false;
    let mut visit = |entry: &'c Entry| {
        known = true;
        if !name.is_empty() && name.bytes().all(|b| b == b'*') {
            found = true;
            selection.services.insert(&entry.prefix, Pick::All);
            return;
        }
        let Some(service) = catalog.service(&entry.prefix) else { return };
        let matched: Vec<Action<'c>> = catalog.matching_in(service, name).collect();
        if !matched.is_empty() {
            found = true;
            let slot = selection.services.entry(&entry.prefix).or_insert_with(|| Pick::Some(BTreeMap::new()));
            work::spend(20 * matched.len() as u64);
            for action in matched {
                slot.add(action);
            }
        }
    };
    if is_pattern(prefix) {
        let entries = catalog.services().iter();
        entries.filter(|entry| matches_ignore_case(prefix, &entry.prefix)).for_each(&mut visit);
    } else if let Some(entry) = catalog.entry(prefix) {
        visit(entry);
    }
    if !known {
        selection.unknown_services.push(pattern.to_owned());
    } else if !found {
        selection.unknown_actions.push(pattern.to_owned());
    }
}
