//! Services and their actions.

use std::collections::BTreeMap;

use super::{CandidateKind, Doc, Offer};
use crate::catalog::{Action, Catalog};
use crate::policy::PolicyKind;

/// From this length on what is typed may be the name of an action.
const SHORTEST: usize = 3;

/// The actions that a role's trust policy can speak of.
const TRUST: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

/// What an action entry can become; `typed` decides between services and the actions of one.
pub(super) fn offers<'c>(typed: &str, catalog: &'c Catalog, kind: Option<PolicyKind>) -> Vec<Offer<'c>> {
    if kind == Some(PolicyKind::Trust) {
        return TRUST.iter().filter_map(|name| catalog.action(name)).map(action).collect();
    }
    match typed.split_once(':').and_then(|(prefix, _)| catalog.service(prefix)) {
        Some(service) => {
            let mut offers = Vec::with_capacity(service.action_count() + 16);
            let prefix = service.prefix();
            let all = format!("all {} actions of the service", service.action_count());
            offers.push(Offer::new(format!("{prefix}:*"), CandidateKind::Action, all).above().above());
            let mut verbs: BTreeMap<&str, usize> = BTreeMap::new();
            for found in catalog.actions_of(service) {
                *verbs.entry(verb(found.name())).or_default() += 1;
                offers.push(action(found));
            }
            for (verb, count) in verbs.into_iter().filter(|(_, count)| *count > 2) {
                let label = format!("{prefix}:{verb}*");
                offers.push(Offer::new(label, CandidateKind::Action, format!("{count} actions")).above());
            }
            offers
        }
        None if typed.len() >= SHORTEST => services(catalog).into_iter().chain(named(typed, catalog)).collect(),
        None => services(catalog),
    }
}

/// The actions of all services whose names begin with what is typed, for whoever does not know the service.
fn named<'c>(typed: &str, catalog: &'c Catalog) -> impl Iterator<Item = Offer<'c>> {
    let actions = catalog.services().iter().filter_map(|entry| catalog.service(&entry.prefix));
    let actions = actions.flat_map(|service| catalog.actions_of(service));
    let begins =
        move |found: &Action<'_>| found.name().get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed));
    actions.filter(begins).map(|found| Offer { also: Some(found.name().to_owned()), ..action(found).below() })
}

fn action(action: Action<'_>) -> Offer<'_> {
    let offer = Offer::new(action.full_name(), CandidateKind::Action, action.level().name());
    Offer { documentation: Doc::Action(action), ..offer }
}

/// Every service; the name can be typed as well as the prefix.
fn services(catalog: &Catalog) -> Vec<Offer<'_>> {
    let all = Offer::new("*", CandidateKind::Action, "every action of every service").below();
    let service = |entry: &'_ crate::catalog::Entry| {
        let offer = Offer::new(entry.prefix.to_string(), CandidateKind::Service, entry.name.to_string());
        Offer { insert: Some(format!("{}:", entry.prefix)), also: Some(entry.name.to_string()), goes_on: true, ..offer }
    };
    catalog.services().iter().map(service).chain(std::iter::once(all)).collect()
}

/// The first word of a name in camel case.
fn verb(name: &str) -> &str {
    let end = name.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase()).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}
