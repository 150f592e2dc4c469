//! What an edit of a trust policy changes: who may assume the role now, who no longer, and who in other cases.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::wildcard::matches_ignore_case;
use crate::policy::ast::{Effect, List, Policy, Statement};
use crate::policy::diff::ChangeGroup;
use crate::policy::scope::{conditions, principals};
use crate::theme::Look;

use super::{Line, lines};

/// What a trust policy is about.
const ASSUMING: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

/// The conditions of one statement, all of which must hold.
type Way = BTreeSet<String>;

/// Who is named, and in which ways.
type Named = BTreeMap<String, BTreeSet<Way>>;

/// The change of a trust policy, principal by principal, and what else it changes.
pub fn effect(groups: &[ChangeGroup], old: &Policy<'_>, new: &Policy<'_>) -> Vec<Line> {
    let mut out = told(&named(old, Effect::Allow), &named(new, Effect::Allow), &ALLOWED);
    out.extend(told(&named(old, Effect::Deny), &named(new, Effect::Deny), &DENIED));
    let is_told = |action: &String| !out.is_empty() && ASSUMING.iter().any(|own| own.eq_ignore_ascii_case(action));
    let rest = |group: &ChangeGroup| {
        let actions: Vec<String> = group.actions.iter().filter(|action| !is_told(action)).cloned().collect();
        (!actions.is_empty()).then(|| ChangeGroup { actions, ..group.clone() })
    };
    let others: Vec<ChangeGroup> = groups.iter().filter_map(rest).collect();
    if !others.is_empty() {
        out.extend(lines(&others, old, new));
    }
    out
}

/// The words for the changes of one effect.
struct Words {
    come: &'static str,
    gone: &'static str,
    cases: &'static str,
    /// Whether to be named is to be let in.
    grants: bool,
}

const ALLOWED: Words = Words {
    come: "may assume the role now",
    gone: "may no longer assume the role",
    cases: "may assume the role in",
    grants: true,
};

const DENIED: Words = Words { come: "denied now", gone: "no longer denied", cases: "denied in", grants: false };

fn told(old: &Named, new: &Named, words: &Words) -> Vec<Line> {
    let mut out = Vec::new();
    for (who, now) in new {
        match old.get(who) {
            None => {
                out.push(headline(words.come, who, words.grants));
                out.extend(cases("", now));
            }
            Some(before) => {
                // More conditions in one statement are fewer cases.
                let (fewer, more) = (is_within(now, before), is_within(before, now));
                let (which, grants) = match (fewer, more) {
                    (true, true) => continue,
                    (true, false) => ("fewer", !words.grants),
                    (false, true) => ("more", words.grants),
                    (false, false) => ("other", true),
                };
                out.push(headline(&format!("{} {which} cases", words.cases), who, grants));
                out.extend(cases("now ", now));
                out.extend(cases("before ", before));
            }
        }
    }
    let gone = old.keys().filter(|who| !new.contains_key(*who));
    out.extend(gone.map(|who| headline(words.gone, who, !words.grants)));
    out
}

fn headline(what: &str, who: &str, grants: bool) -> Line {
    let (mark, role) = if grants { ("+", Look::Warning) } else { ("-", Look::Info) };
    vec![(format!("{mark} {what}: "), role), (who.to_owned(), Look::Text)]
}

fn cases(when: &str, ways: &BTreeSet<Way>) -> Vec<Line> {
    let words = |way: &Way| match way.len() {
        0 => "without a condition".to_owned(),
        _ => format!("only if {}", way.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")),
    };
    ways.iter().map(|way| vec![(format!("    {when}{}", words(way)), Look::Muted)]).collect()
}

/// Whether each of these ways is one of those, or one of them with more conditions.
fn is_within(these: &BTreeSet<Way>, those: &BTreeSet<Way>) -> bool {
    these.iter().all(|way| those.iter().any(|wider| wider.is_subset(way)))
}

/// Who is named by the statements of an effect that are about assuming the role.
fn named(policy: &Policy<'_>, effect: Effect) -> Named {
    let mut named = Named::new();
    for statement in policy.statements.iter().filter(|own| own.effect() == Some(effect) && is_about_assuming(own)) {
        let way: Way = conditions(statement).collect();
        let all = statement.principal.iter().flat_map(principals);
        let but = statement.not_principal.iter().map(|left_out| format!("all but {}", principals(left_out).join(", ")));
        for who in all.chain(but) {
            named.entry(who).or_default().insert(way.clone());
        }
    }
    named
}

fn is_about_assuming(statement: &Statement<'_>) -> bool {
    let speaks_of =
        |list: &List<'_>, action: &str| list.items.iter().any(|item| matches_ignore_case(&item.value, action));
    ASSUMING.iter().any(|action| match (&statement.action, &statement.not_action) {
        (Some(list), _) => speaks_of(list, action),
        (None, Some(list)) => !speaks_of(list, action),
        (None, None) => false,
    })
}
