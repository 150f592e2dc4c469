//! For which of the asked resources a statement speaks.

use crate::base::{wildcard, work};
use crate::catalog::service::Action;
use crate::policy::ast::Effect;
use crate::policy::covering;
use crate::policy::evaluate::compile::Statement;
use crate::policy::evaluate::layers::Layer;
use crate::policy::evaluate::matching::Resources;
use crate::policy::evaluate::ways::{Need, Ways};
use crate::policy::operator::{BaseOperator, Operator};

use super::{Part, Run};

/// The most parts that the asked resources are divided into.
const MOST: usize = 48;

/// How much of a resource or pattern a statement is about.
pub(super) enum Reach {
    /// None of it.
    None,
    /// All of it.
    Whole,
    /// All of it where conditions hold.
    When(Ways),
    /// What these patterns match of it.
    Part(Vec<Box<str>>),
}

/// How much of a resource a statement is about, and which of it a `NotResource` spares.
pub(super) fn reach(run: &Run<'_>, statement: &Statement, layer: Layer, resource: &str) -> (Reach, Vec<Box<str>>) {
    let Some(resources) = &statement.resources else {
        return (if layer.implies_resource() { Reach::Whole } else { Reach::None }, Vec::new());
    };
    if run.is_pattern {
        of_pattern(run, resources, statement.effect(), resource)
    } else {
        (of_one(run, resources), Vec::new())
    }
}

fn of_one(run: &Run<'_>, resources: &Resources) -> Reach {
    let context = run.request.context();
    let asked = run.request.resource();
    if resources.find(asked, context).is_some() {
        return if resources.negated { Reach::None } else { Reach::Whole };
    }
    let mut ways = Ways::never();
    for template in resources.templates() {
        let Some(opened) = template.opened(context, &|key, folded| run.is_open(key, folded)) else { continue };
        if opened.keys.is_empty()
            || !crate::policy::evaluate::wildcard::matches(&opened.pattern, asked.text().as_bytes())
        {
            continue;
        }
        let way = match (opened.value_in(asked.text()), opened.keys.first()) {
            (Some(value), Some(key)) => {
                let equals = Operator { qualifier: None, base: BaseOperator::StringEquals, if_exists: false };
                Ways::of(Need::new(equals, key, vec![value.into()]))
            }
            _ => opened.keys.iter().fold(Ways::always(), |ways, key| ways.and(Ways::of(Need::presence(key, true)))),
        };
        ways = ways.or(way);
    }
    let ways = if resources.negated { ways.negated() } else { ways };
    if ways.is_never() {
        Reach::None
    } else if ways.is_always() {
        Reach::Whole
    } else {
        Reach::When(ways)
    }
}

fn of_pattern(run: &Run<'_>, resources: &Resources, effect: Effect, asked: &str) -> (Reach, Vec<Box<str>>) {
    let mut touched: Vec<Box<str>> = Vec::new();
    let mut whole = false;
    for pattern in texts(run, resources) {
        if covers(&pattern, asked) {
            whole = true;
            break;
        }
        if overlaps(&pattern, asked) {
            touched.push(meet(&pattern, asked).unwrap_or_else(|| pattern.clone()));
        }
    }
    match (resources.negated, whole, touched.is_empty()) {
        (false, true, _) | (true, false, true) => (Reach::Whole, Vec::new()),
        (false, false, true) | (true, true, _) => (Reach::None, Vec::new()),
        (false, false, false) => (Reach::Part(touched), Vec::new()),
        // All but some of it: what is denied so is denied as a whole, its exceptions are candidates themselves.
        (true, false, false) => (Reach::Whole, if effect == Effect::Allow { touched } else { Vec::new() }),
    }
}

/// The patterns as text; an open variable is any text.
fn texts(run: &Run<'_>, resources: &Resources) -> Vec<Box<str>> {
    let context = run.request.context();
    let mut texts: Vec<Box<str>> = resources.texts(context).map(|text| completed(&text)).collect();
    for template in resources.templates() {
        let opened = template.opened(context, &|key, folded| run.is_open(key, folded));
        if let Some(opened) = opened.filter(|opened| !opened.keys.is_empty()) {
            texts.push(completed(&crate::policy::evaluate::variables::shown(&opened.pattern)));
        }
    }
    texts
}

/// A short ARN with the rest that it stands for.
fn completed(text: &str) -> Box<str> {
    let missing = 5usize.saturating_sub(text.matches(':').count());
    if !text.starts_with("arn:") || missing == 0 {
        text.into()
    } else {
        format!("{text}{}", ":*".repeat(missing)).into()
    }
}

fn covers(wide: &str, narrow: &str) -> bool {
    covering::resource(wide, narrow) || wildcard::covers(wide, narrow)
}

fn overlaps(one: &str, other: &str) -> bool {
    if one == "*" || other == "*" {
        return true;
    }
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (one.splitn(6, ':').collect(), other.splitn(6, ':').collect());
    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| wildcard::overlap(a, b))
}

/// A pattern of what both match, where one can be written; it may leave something out.
fn meet(one: &str, other: &str) -> Option<Box<str>> {
    if covers(one, other) {
        return Some(other.into());
    }
    if covers(other, one) {
        return Some(one.into());
    }
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (one.splitn(6, ':').collect(), other.splitn(6, ':').collect());
    if ours.len() != theirs.len() {
        return None;
    }
    let parts: Option<Vec<String>> = ours.iter().zip(&theirs).map(|(a, b)| field(a, b)).collect();
    parts.map(|parts| parts.join(":").into())
}

fn field(one: &str, other: &str) -> Option<String> {
    if wildcard::covers(one, other) {
        return Some(other.to_owned());
    }
    if wildcard::covers(other, one) {
        return Some(one.to_owned());
    }
    let ends = |head: &str, tail: &str| {
        let (head, tail) = (head.strip_suffix('*')?, tail.strip_prefix('*')?);
        (!head.contains('*') && !tail.contains('*')).then(|| format!("{head}*{tail}"))
    };
    ends(one, other).or_else(|| ends(other, one))
}

/// The parts of the asked pattern that statements tell apart, the whole first.
pub(super) fn candidates(run: &Run<'_>, action: Option<Action<'_>>) -> Vec<Box<str>> {
    let asked = run.request.resource().text();
    let mut found: Vec<Box<str>> = vec![asked.into()];
    for one in &run.statements {
        let Some(resources) = &one.statement.resources else { continue };
        let divides = match one.statement.effect() {
            Effect::Allow => !resources.negated,
            Effect::Deny => resources.negated,
        };
        if !divides {
            continue;
        }
        for pattern in texts(run, resources) {
            if found.len() >= MOST || work::is_spent() {
                return found;
            }
            let more: Vec<Box<str>> = found
                .iter()
                .filter(|part| overlaps(part, &pattern))
                .map(|part| meet(part, &pattern).unwrap_or_else(|| pattern.clone()))
                .filter(|part| fits(action, part))
                .collect();
            for part in more {
                if !found.contains(&part) {
                    found.push(part);
                }
            }
        }
    }
    found
}

/// Whether a pattern may mean a resource that the action works on.
fn fits(action: Option<Action<'_>>, pattern: &str) -> bool {
    let Some(action) = action else { return true };
    // Many actions work on a resource or on none in particular, and then only `*` stands for that.
    let mut links = action.resources().peekable();
    links.peek().is_none() || pattern == "*" || links.any(|link| link.resource.may_be(pattern))
}

/// The parts that say something that no wider part says.
pub(super) fn widest(parts: Vec<Part>) -> Vec<Part> {
    let says_all = |wide: &Part, narrow: &Part| {
        covers(&wide.resource, &narrow.resource)
            && (wide.when.is_always() || wide.when == narrow.when)
            && !wide.except.iter().any(|pattern| overlaps(pattern, &narrow.resource))
    };
    let kept: Vec<bool> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            !parts
                .iter()
                .enumerate()
                .any(|(other, wide)| other != at && says_all(wide, part) && (other < at || !says_all(part, wide)))
        })
        .collect();
    parts.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(part, _)| part).collect()
}
