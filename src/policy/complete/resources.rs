//! ARN templates of the resources that the statement's actions work on.

use std::collections::BTreeMap;

use super::{CandidateKind, Context, Offer, conditions, known};
use crate::catalog::{Action, Service};
use crate::policy::ast::Statement;

/// More actions than these are not looked at one by one: their services' types are offered instead.
const MOST_ACTIONS: usize = 400;

/// What a resource entry can become.
pub(super) fn offers<'c>(typed: &str, statement: Option<&Statement<'_>>, context: &Context<'c>) -> Vec<Offer<'c>> {
    if let Some((before, _)) = typed.rsplit_once("${").filter(|(_, name)| !name.contains('}')) {
        let variable = |(text, about): &(&'static str, &'static str)| Offer {
            goes_on: !text.ends_with('}'),
            ..Offer::new(format!("{before}{text}"), CandidateKind::Variable, *about)
        };
        return conditions::VARIABLES.iter().map(variable).collect();
    }
    let mut offers = Vec::new();
    let mut wanted: BTreeMap<(&'c str, usize), (bool, &'c Service)> = BTreeMap::new();
    let actions: Vec<Action<'c>> = super::actions_of(statement, context.catalog, MOST_ACTIONS);
    for action in &actions {
        for link in action.resources() {
            let slot = wanted.entry((action.service().prefix(), link.number)).or_insert((false, action.service()));
            slot.0 |= link.required;
        }
    }
    let takes_roles = |action: &Action<'_>| ["iam:PassRole", "sts:AssumeRole"].contains(&action.full_name().as_str());
    if actions.iter().any(takes_roles) {
        let roles = context.principals.iter().filter(|arn| arn.contains(":role/"));
        offers.extend(roles.map(|arn| known(arn, CandidateKind::Resource)));
    }
    if actions.iter().any(|action| action.resources().next().is_none()) || actions.is_empty() {
        offers.push(Offer::new("*", CandidateKind::Resource, "all resources").about("Some actions take nothing else."));
    }
    for required in [true, false] {
        for ((_, number), (own, service)) in &wanted {
            if *own == required {
                offers.extend(templates(service, *number, required, context));
            }
        }
    }
    if wanted.is_empty() {
        let named = typed.split(':').nth(2).filter(|name| !name.is_empty());
        let service = named.and_then(|name| context.catalog.service(name));
        let types = service.iter().flat_map(|service| (0..service.resources().len()).map(move |n| (*service, n)));
        offers.extend(types.flat_map(|(service, number)| templates(service, number, false, context)));
    }
    if !actions.is_empty() && offers.first().is_none_or(|offer| offer.label != "*") {
        offers.push(Offer::new("*", CandidateKind::Resource, "all resources"));
    }
    // Most policies name buckets, not the access points to them.
    offers.sort_by_key(|offer| offer.label.contains(":accesspoint/"));
    offers
}

fn templates<'c>(service: &'c Service, number: usize, required: bool, context: &Context<'c>) -> Vec<Offer<'c>> {
    let Some(resource) = service.resources().get(number) else { return Vec::new() };
    let detail = format!("{} {}{}", service.prefix(), resource.name, if required { ", required" } else { "" });
    let formats = resource.arns.iter();
    formats
        .map(|format| {
            let arn = fill(&format.template, context);
            Offer::new(arn, CandidateKind::Resource, detail.clone()).about(&*format.template)
        })
        .collect()
}

/// An ARN template with partition, Region and account filled in and a wildcard for everything else.
pub(super) fn fill(template: &str, context: &Context<'_>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(match name {
            "Partition" => context.partition,
            "Region" => context.region.unwrap_or("*"),
            "Account" | "AccountId" => context.account.unwrap_or("*"),
            _ => "*",
        });
        rest = after;
    }
    out.push_str(rest);
    out
}
