//! What another version of a policy allows or denies that the first one did not, action by action.
//!
//! Statements are compared, not requests: for each action of the catalogue (and each entry that it does not know)
//! the statements that speak of it in the old and in the new policy. Where two sets of statements cannot be put in
//! order, the action is listed as changed rather than guessed at.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{Effect, Policy};
use super::canonical::{Entries, StatementForm};
use super::covering;
use crate::base::wildcard::{is_pattern, matches_ignore_case};
use crate::catalog::Catalog;

/// How what is said of an action changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// It was not allowed in any case and now is in some.
    NewlyAllowed,
    /// It was denied outright in some case and now is in none.
    NoLongerDenied,
    /// It is allowed in more cases, or denied in fewer.
    Widened,
    /// It is allowed in other cases, and neither the old nor the new ones take in the others.
    Changed,
    /// It is allowed in fewer cases, or denied in more.
    Narrowed,
    /// It was not denied outright in any case and now is in some.
    NewlyDenied,
    /// It was allowed in some case and now is in none.
    NoLongerAllowed,
}

impl Change {
    /// All changes, the most dangerous first.
    pub const ALL: [Self; 7] = [
        Self::NewlyAllowed,
        Self::NoLongerDenied,
        Self::Widened,
        Self::Changed,
        Self::Narrowed,
        Self::NewlyDenied,
        Self::NoLongerAllowed,
    ];

    /// The change in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewlyAllowed => "newly allowed",
            Self::NoLongerDenied => "no longer denied",
            Self::Widened => "widened",
            Self::Changed => "changed",
            Self::Narrowed => "narrowed",
            Self::NewlyDenied => "newly denied",
            Self::NoLongerAllowed => "no longer allowed",
        }
    }

    /// Whether somebody may do more afterwards.
    pub fn grants(self) -> bool {
        matches!(self, Self::NewlyAllowed | Self::NoLongerDenied | Self::Widened | Self::Changed)
    }
}

/// The actions that changed in one way. A whole service is `s3:*`, and wildcards of the policies are kept where all
/// that they stand for changed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeGroup {
    /// The way.
    pub change: Change,
    /// Full names, by service and name.
    pub actions: Vec<String>,
    /// The numbers of the statements in the old policy that speak of them.
    pub old_statements: BTreeSet<usize>,
    /// The numbers of the statements in the new policy that speak of them.
    pub new_statements: BTreeSet<usize>,
}

/// Compares two policies; nothing where they decide alike. Groups come with the most dangerous first.
pub fn diff(old: &Policy<'_>, new: &Policy<'_>, catalog: &Catalog) -> Vec<ChangeGroup> {
    let (old, new) = (Side::of(old), Side::of(new));
    let mut verdicts: BTreeMap<(Places, Places), Option<Change>> = BTreeMap::new();
    let mut groups: BTreeMap<Change, ChangeGroup> = BTreeMap::new();
    let mut note = |name: String| {
        let (before, after) = (old.statements_on(&name), new.statements_on(&name));
        let verdict = || verdict(&old, &before, &new, &after);
        let Some(change) = *verdicts.entry((before.clone(), after.clone())).or_insert_with(verdict) else { return };
        let empty = || ChangeGroup { change, actions: vec![], old_statements: [].into(), new_statements: [].into() };
        let group = groups.entry(change).or_insert_with(empty);
        group.actions.push(name);
        group.old_statements.extend(old.numbers(&before));
        group.new_statements.extend(new.numbers(&after));
    };
    for entry in catalog.services() {
        if !old.speaks_of(&entry.prefix) && !new.speaks_of(&entry.prefix) {
            continue;
        }
        let Some(service) = catalog.service(&entry.prefix) else { continue };
        catalog.actions_of(service).for_each(|action| note(action.full_name()));
    }
    let unknown: BTreeSet<&str> = old.unknown(catalog).chain(new.unknown(catalog)).collect();
    for name in unknown {
        note(name.to_owned());
    }
    let patterns: BTreeSet<&str> = old.patterns().chain(new.patterns()).filter(|pattern| is_pattern(pattern)).collect();
    groups.into_values().map(|group| shorten(group, &patterns, catalog)).collect()
}

/// Writes whole services as `s3:*`, and what a wildcard of the policies stands for as that wildcard.
fn shorten(mut group: ChangeGroup, patterns: &BTreeSet<&str>, catalog: &Catalog) -> ChangeGroup {
    let mut left: BTreeSet<String> = group.actions.drain(..).collect();
    let mut short = BTreeSet::new();
    let mut replace = |pattern: &str, left: &mut BTreeSet<String>| {
        let names: BTreeSet<String> = catalog.matching(pattern).map(crate::catalog::Action::full_name).collect();
        if names.len() > 1 && names.iter().all(|name| left.contains(name)) {
            left.retain(|name| !names.contains(name));
            short.insert(pattern.to_owned());
        }
    };
    if patterns.contains("*") {
        replace("*", &mut left);
    }
    let services: BTreeSet<String> = left.iter().filter_map(|name| Some(name.split_once(':')?.0.to_owned())).collect();
    for prefix in services {
        replace(&format!("{prefix}:*"), &mut left);
    }
    for pattern in patterns {
        replace(pattern, &mut left);
    }
    short.append(&mut left);
    group.actions = short.into_iter().collect();
    group
}

/// Places of statements in a [`Side`].
type Places = Vec<usize>;

/// One of the two policies, ready for questions.
struct Side {
    /// Number in the document, effect, form.
    statements: Vec<(usize, Effect, StatementForm)>,
}

impl Side {
    fn of(policy: &Policy<'_>) -> Self {
        let with_effect = policy.statements.iter().filter_map(|s| Some((s.index, s.effect()?, StatementForm::of(s))));
        Self { statements: with_effect.collect() }
    }

    fn patterns(&self) -> impl Iterator<Item = &str> {
        self.statements
            .iter()
            .flat_map(|(_, _, form)| match &form.actions {
                Entries::Of(set) | Entries::AllBut(set) => set.iter(),
                Entries::Absent => std::collections::btree_set::Iter::default(),
            })
            .map(String::as_str)
    }

    /// Whether some statement may speak of actions of a service.
    fn speaks_of(&self, prefix: &str) -> bool {
        self.statements.iter().any(|(_, _, form)| match &form.actions {
            Entries::Of(set) => set.iter().any(|pattern| {
                pattern == "*" || pattern.split_once(':').is_some_and(|(p, _)| matches_ignore_case(p, prefix))
            }),
            Entries::AllBut(_) => true,
            Entries::Absent => false,
        })
    }

    /// Entries that stand for nothing that the catalogue knows.
    fn unknown<'a>(&'a self, catalog: &'a Catalog) -> impl Iterator<Item = &'a str> {
        self.patterns().filter(|pattern| {
            let exact = !is_pattern(pattern);
            if exact { catalog.action(pattern).is_none() } else { catalog.matching(pattern).next().is_none() }
        })
    }

    /// The places in `statements` of those that speak of an action.
    fn statements_on(&self, action: &str) -> Places {
        let speaks = |form: &StatementForm| match &form.actions {
            Entries::Of(set) => set.iter().any(|pattern| covering::action(pattern, action)),
            Entries::AllBut(set) => !set.iter().any(|pattern| covering::action(pattern, action)),
            Entries::Absent => false,
        };
        self.statements.iter().enumerate().filter(|(_, (_, _, form))| speaks(form)).map(|(at, _)| at).collect()
    }

    fn forms(&self, places: &[usize], effect: Effect) -> Vec<&StatementForm> {
        let found = places.iter().filter_map(|at| self.statements.get(*at));
        found.filter(|(_, own, _)| *own == effect).map(|(_, _, form)| form).collect()
    }

    fn numbers(&self, places: &[usize]) -> BTreeSet<usize> {
        places.iter().filter_map(|at| self.statements.get(*at)).map(|(number, _, _)| *number).collect()
    }
}

/// How an action fares that is spoken of by these statements.
fn verdict(old: &Side, before: &[usize], new: &Side, after: &[usize]) -> Option<Change> {
    let allows = (old.forms(before, Effect::Allow), new.forms(after, Effect::Allow));
    let denies = (old.forms(before, Effect::Deny), new.forms(after, Effect::Deny));
    let blocks = |denies: &[&StatementForm]| denies.iter().any(|form| is_unconditional(form));
    match (blocks(&denies.0), blocks(&denies.1)) {
        (true, true) => return None,
        (false, true) => return Some(Change::NewlyDenied),
        (true, false) => return Some(Change::NoLongerDenied),
        (false, false) => {}
    }
    match (allows.0.is_empty(), allows.1.is_empty()) {
        (true, false) => return Some(Change::NewlyAllowed),
        (false, true) => return Some(Change::NoLongerAllowed),
        _ => {}
    }
    match (denies.0.is_empty(), denies.1.is_empty()) {
        (true, false) => return Some(Change::NewlyDenied),
        (false, true) => return Some(Change::NoLongerDenied),
        _ => {}
    }
    // More allows and fewer denies widen; the other way narrows.
    let more = (covers(&allows.1, &allows.0), covers(&denies.0, &denies.1));
    let less = (covers(&allows.0, &allows.1), covers(&denies.1, &denies.0));
    match (more.0 && more.1, less.0 && less.1) {
        (true, true) => None,
        (true, false) => Some(Change::Widened),
        (false, true) => Some(Change::Narrowed),
        (false, false) => Some(Change::Changed),
    }
}

/// Whether a statement holds for everyone, everything and always.
fn is_unconditional(form: &StatementForm) -> bool {
    let all = |entries: &Entries, everything: &str| match entries {
        Entries::Of(set) => set.contains(everything),
        Entries::AllBut(_) => false,
        Entries::Absent => true,
    };
    form.conditions.is_empty() && all(&form.resources, "*") && all(&form.principals, "AWS *")
}

/// Whether each statement of `narrow` is taken in by one of `wide`, actions aside.
fn covers(wide: &[&StatementForm], narrow: &[&StatementForm]) -> bool {
    narrow.iter().all(|n| wide.iter().any(|w| covering::context(w, n)) || together(wide, n))
}

/// Whether statements that differ from a statement only in their resources take in all of its resources together.
fn together(wide: &[&StatementForm], narrow: &StatementForm) -> bool {
    let Entries::Of(resources) = &narrow.resources else { return false };
    resources.iter().all(|resource| {
        let one = StatementForm { resources: Entries::Of(BTreeSet::from([resource.clone()])), ..narrow.clone() };
        wide.iter().any(|w| covering::context(w, &one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[(Change, &[&str])]) {
        let text = |inner: &str| format!(r#"{{"Statement": [{inner}]}}"#);
        let (old, new) = (text(old), text(new));
        let groups = diff(&read(&old), &read(&new), Catalog::bundled());
        let found: Vec<_> = groups.iter().map(|g| (g.change, g.actions.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(Change, Vec<&str>)> =
            expected.iter().map(|(change, names)| (*change, names.to_vec())).collect();
        assert_eq!(found, expected);
    }

    const GET: &str = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}"#;

    #[test]
    fn what_is_added_and_taken_away_is_named() {
        check(
            GET,
            r#"{"Effect": "Allow", "Action": ["s3:GetObject", "iam:PassRole"], "Resource": "arn:aws:s3:::a/*"}"#,
            &[(Change::NewlyAllowed, &["iam:PassRole"])],
        );
        check(GET, "", &[(Change::NoLongerAllowed, &["s3:GetObject"])]);
        let deny = format!(r#"{GET}, {{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#);
        check(&deny, GET, &[(Change::NoLongerDenied, &["s3:*"])]);
    }

    #[test]
    fn scopes_are_compared() {
        let wide = GET.replace("arn:aws:s3:::a/*", "*");
        check(GET, &wide, &[(Change::Widened, &["s3:GetObject"])]);
        check(&wide, GET, &[(Change::Narrowed, &["s3:GetObject"])]);
        check(GET, &GET.replace(":a/*", ":b/*"), &[(Change::Changed, &["s3:GetObject"])]);
        let two = format!("{GET}, {}", GET.replace(":a/*", ":b/*"));
        let one = GET.replace(r#""arn:aws:s3:::a/*""#, r#"["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]"#);
        check(&two, &one, &[]);
        check(&one, &two, &[]);
    }

    #[test]
    fn a_whole_service_is_one_entry() {
        let groups = r#"{"Effect": "Allow", "Action": ["sts:*", "odd:Thing"], "Resource": "*"}"#;
        check("", groups, &[(Change::NewlyAllowed, &["odd:thing", "sts:*"])]);
        let some = r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"}"#;
        check("", some, &[(Change::NewlyAllowed, &["s3:PutObject", "s3:get*"])]);
    }

    #[test]
    fn what_is_denied_without_condition_stays_denied() {
        let deny = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;
        check(deny, &format!("{deny}, {GET}"), &[]);
    }

    #[test]
    fn a_policy_does_not_differ_from_itself_minimised() {
        let text = r#"{"Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}]}"#;
        let policy = read(text);
        let smaller = super::super::minimise::minimise(&policy).fix.apply(text);
        assert_ne!(smaller, text);
        assert_eq!(diff(&policy, &read(&smaller), Catalog::bundled()), []);
    }
}
