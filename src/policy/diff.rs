//! What another version of a policy allows or denies that the first one did not, action by action.
//!
//! Statements are compared, not requests: for each action of the catalogue (and each entry that it does not know)
//! the statements that speak of it in the old and in the new policy, and that name a resource that it can work on:
//! what fits no resource is not decided by a statement, and told apart where it is named. Where two sets of statements
//! cannot be put in order, the action is listed as changed rather than guessed at.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::ast::{Effect, Policy, Statement, Text};
use super::canonical::{Entries, StatementForm};
use super::covering;
use crate::base::wildcard::{is_pattern, matches_ignore_case};
use crate::base::work::{self, GaveUp};
use crate::catalog::{Action, Catalog, Service};

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
    /// It is named now, but with no resource that it works on: nothing comes of it.
    MatchesNothing,
}

impl Change {
    /// All changes, the most dangerous first.
    pub const ALL: [Self; 8] = [
        Self::NewlyAllowed,
        Self::NoLongerDenied,
        Self::Widened,
        Self::Changed,
        Self::Narrowed,
        Self::NewlyDenied,
        Self::NoLongerAllowed,
        Self::MatchesNothing,
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
            Self::MatchesNothing => "matches no resource",
        }
    }

    /// Whether somebody may do more afterwards.
    pub fn grants(self) -> bool {
        matches!(self, Self::NewlyAllowed | Self::NoLongerDenied | Self::Widened | Self::Changed)
    }

    /// Whether somebody may do less afterwards.
    pub fn takes(self) -> bool {
        matches!(self, Self::Changed | Self::Narrowed | Self::NewlyDenied | Self::NoLongerAllowed)
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
pub fn diff(old: &Policy<'_>, new: &Policy<'_>, catalog: &Catalog) -> Result<Vec<ChangeGroup>, GaveUp> {
    work::within(work::COMMAND, || differences(old, new, catalog))
}

fn differences(old: &Policy<'_>, new: &Policy<'_>, catalog: &Catalog) -> Vec<ChangeGroup> {
    let sides = (Side::of(old), Side::of(new));
    let mut notes = Notes::of(&sides.0, &sides.1);
    for entry in catalog.services().iter().take_while(|_| !work::is_spent()) {
        let (mut before, mut after) = (sides.0.on_service(&entry.prefix), sides.1.on_service(&entry.prefix));
        if before.is_empty() && after.is_empty() {
            continue;
        }
        // Where only whole services are spoken of, one action is as good as all.
        if before.iter().chain(&after).all(OnService::is_whole) {
            notes.add(&entry.prefix, "*", places(&before, "*"), places(&after, "*"));
            continue;
        }
        let Some(service) = catalog.service(&entry.prefix) else { continue };
        before.iter_mut().chain(&mut after).for_each(|statement| statement.find_types(service));
        for action in catalog.actions_of(service).take_while(|_| !work::is_spent()) {
            notes.action(&entry.prefix, action, &before, &after);
        }
    }
    let unknown: BTreeSet<&str> = sides.0.unknown(catalog).chain(sides.1.unknown(catalog)).collect();
    for pattern in unknown.into_iter().take_while(|_| !work::is_spent()) {
        let (prefix, name) = pattern.split_once(':').unwrap_or((pattern, ""));
        let on = |side: &Side| places(&side.on_service(prefix), name);
        notes.add(prefix, name, on(&sides.0), on(&sides.1));
    }
    let patterns: BTreeSet<&str> = sides.0.patterns().chain(sides.1.patterns()).filter(|p| is_pattern(p)).collect();
    // Forms are in lower case; entries are shown as the policies write them.
    let written = written(old).chain(written(new)).map(|text| (text.to_ascii_lowercase(), text)).collect();
    let group = |(change, found): (Change, Found)| ChangeGroup {
        change,
        actions: as_written(shorten(found.names, &notes.idle, &patterns, catalog), &written),
        old_statements: sides.0.numbers(&found.old),
        new_statements: sides.1.numbers(&found.new),
    };
    notes.found.into_iter().map(group).collect()
}

/// The entries of actions as a policy writes them.
fn written<'a>(policy: &'a Policy<'_>) -> impl Iterator<Item = &'a str> {
    policy.statements.iter().flat_map(Statement::actions_of_both).map(Text::as_str)
}

fn as_written(actions: Vec<String>, written: &BTreeMap<String, &str>) -> Vec<String> {
    let one = |action: String| written.get(&action).map_or(action, |text| (*text).to_owned());
    actions.into_iter().map(one).collect()
}

/// A statement's place in a [`Side`], and which of its resources an action can work on where those are not all.
type Place = (usize, Option<Vec<usize>>);

/// What speaks of an action.
type Places = Vec<Place>;

/// The actions that changed in one way: by service the names, `*` for all of them.
#[derive(Default)]
struct Found {
    names: BTreeMap<String, BTreeSet<String>>,
    old: BTreeSet<usize>,
    new: BTreeSet<usize>,
}

/// What is found while the actions are gone through.
struct Notes<'a> {
    old: &'a Side,
    new: &'a Side,
    /// Actions that the same statements speak of fare alike.
    verdicts: BTreeMap<(Places, Places), Option<Change>>,
    found: BTreeMap<Change, Found>,
    /// The actions that are spoken of with no resource that they work on, by service.
    idle: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Notes<'a> {
    fn of(old: &'a Side, new: &'a Side) -> Self {
        Self { old, new, verdicts: BTreeMap::new(), found: BTreeMap::new(), idle: BTreeMap::new() }
    }

    fn action(&mut self, prefix: &str, action: Action<'_>, before: &[OnService<'_>], after: &[OnService<'_>]) {
        let name = action.name();
        // What speaks of the action is gathered, and looked up among what was found of others.
        work::spend(20 * (before.len() + after.len()) as u64);
        let decided = |statements: &[OnService<'_>]| -> Places {
            statements.iter().filter(|statement| statement.speaks_of(name)).filter_map(|one| one.on(action)).collect()
        };
        let sides = (decided(before), decided(after));
        if !sides.0.is_empty() || !sides.1.is_empty() {
            return self.add(prefix, name, sides.0, sides.1);
        }
        let spoken = |statements: &[OnService<'_>]| statements.iter().any(|statement| statement.speaks_of(name));
        if !spoken(before) && !spoken(after) {
            return;
        }
        self.idle.entry(prefix.to_owned()).or_default().insert(name.to_owned());
        // A wildcard is expected to take in what does not fit; a name is not.
        let named = |statements: &[OnService<'_>]| -> Vec<usize> {
            statements.iter().filter(|statement| statement.names_exactly(name)).map(|one| one.place).collect()
        };
        let (old, new) = (named(before), named(after));
        if old.is_empty() && !new.is_empty() {
            let found = self.found.entry(Change::MatchesNothing).or_default();
            found.names.entry(prefix.to_owned()).or_default().insert(name.to_owned());
            found.new.extend(new);
        }
    }

    fn add(&mut self, prefix: &str, name: &str, before: Places, after: Places) {
        let key = (before, after);
        let change = match self.verdicts.get(&key) {
            Some(known) => *known,
            None => *self.verdicts.entry(key.clone()).or_insert(verdict(self.old, &key.0, self.new, &key.1)),
        };
        let Some(change) = change else { return };
        let found = self.found.entry(change).or_default();
        found.names.entry(prefix.to_owned()).or_default().insert(name.to_owned());
        found.old.extend(key.0.into_iter().map(|(place, _)| place));
        found.new.extend(key.1.into_iter().map(|(place, _)| place));
    }
}

/// Writes whole services as `s3:*`, and what a wildcard of the policies stands for as that wildcard; what it stands for
/// without a resource is not missed.
fn shorten(
    names: BTreeMap<String, BTreeSet<String>>,
    idle: &BTreeMap<String, BTreeSet<String>>,
    patterns: &BTreeSet<&str>,
    catalog: &Catalog,
) -> Vec<String> {
    let mut short = BTreeSet::new();
    let mut whole = 0;
    for (prefix, mut left) in names {
        let full = |name: &str| if name.is_empty() { prefix.clone() } else { [&prefix, ":", name].concat() };
        let count = catalog.service(&prefix).map_or(0, Service::action_count);
        let is_idle = |name: &str| idle.get(&prefix).is_some_and(|names| names.contains(name));
        if left.contains("*") || count > 1 && left.len() == count {
            whole += 1;
            short.insert(full("*"));
            continue;
        }
        for pattern in patterns {
            let Some((_, name)) = pattern.split_once(':').filter(|(p, _)| *p == prefix) else { continue };
            let meant: BTreeSet<&str> = catalog.matching(pattern).map(crate::catalog::Action::name).collect();
            let live = || meant.iter().filter(|name| !is_idle(name));
            if meant.len() > 1 && live().next().is_some() && live().all(|name| left.contains(*name)) {
                left.retain(|name| !meant.contains(name.as_str()));
                short.insert(full(name));
            }
        }
        short.extend(left.iter().map(|name| full(name)));
    }
    if whole == catalog.services().len() && patterns.contains("*") {
        vec!["*".to_owned()]
    } else {
        short.into_iter().collect()
    }
}

/// One of the two policies, ready for questions.
struct Side {
    /// Number in the document, effect, form.
    statements: Vec<(usize, Effect, StatementForm)>,
}

/// What one statement says of a service.
struct OnService<'a> {
    /// The statement's place in its side.
    place: usize,
    /// Whether the names are those left out.
    all_but: bool,
    /// Patterns of action names.
    names: Vec<&'a str>,
    /// The resources; nothing where every resource is meant, or all but some.
    resources: Option<&'a BTreeSet<String>>,
    /// The types of the service that each of the resources can be of, as numbers.
    types: Vec<Vec<usize>>,
}

impl OnService<'_> {
    /// Whether it says the same of every action.
    fn is_whole(&self) -> bool {
        self.resources.is_none() && self.names.iter().all(|name| *name == "*")
    }

    fn find_types(&mut self, service: &Service) {
        self.types = self.resources.into_iter().flatten().map(|entry| service.types_named(entry)).collect();
    }

    /// The place with the resources that an action can work on; nothing where there are none.
    fn on(&self, action: Action<'_>) -> Option<Place> {
        let Some(resources) = self.resources else { return Some((self.place, None)) };
        work::spend(5 * (1 + self.types.len() as u64));
        let fits = |types: &&Vec<usize>| action.resources().any(|link| types.contains(&link.number));
        let numbered = self.types.iter().enumerate().filter(|(_, types)| fits(types));
        let fitting: Vec<usize> = numbered.map(|(number, _)| number).collect();
        let all = fitting.len() == resources.len();
        (!fitting.is_empty()).then_some((self.place, (!all).then_some(fitting)))
    }

    /// Whether it has an action's name, not only a wildcard for it.
    fn names_exactly(&self, name: &str) -> bool {
        !self.all_but && self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    fn speaks_of(&self, name: &str) -> bool {
        self.names.iter().any(|pattern| covering::action(pattern, name)) != self.all_but
    }
}

/// The name parts of the patterns that can mean a service.
fn names_on<'a>(patterns: &'a BTreeSet<String>, prefix: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for pattern in patterns {
        match pattern.split_once(':') {
            Some((service, name)) if matches_ignore_case(service, prefix) => names.push(name),
            None if pattern == "*" => names.push("*"),
            None if pattern == prefix => names.push(""),
            _ => {}
        }
    }
    names
}

/// The places of the statements that speak of an action.
fn places(statements: &[OnService<'_>], name: &str) -> Places {
    statements.iter().filter(|statement| statement.speaks_of(name)).map(|statement| (statement.place, None)).collect()
}

impl Side {
    fn of(policy: &Policy<'_>) -> Self {
        let with_effect = policy.statements.iter().filter_map(|s| Some((s.index, s.effect()?, StatementForm::of(s))));
        Self { statements: with_effect.filter(|(_, _, form)| !form.is_void()).collect() }
    }

    fn patterns(&self) -> impl Iterator<Item = &str> {
        let sets = self.statements.iter().filter_map(|(_, _, form)| match &form.actions {
            Entries::Of(set) | Entries::AllBut(set) => Some(set),
            Entries::Absent => None,
        });
        sets.flatten().map(String::as_str)
    }

    /// What the statements say of a service; none of those that cannot mean it.
    fn on_service(&self, prefix: &str) -> Vec<OnService<'_>> {
        let mut found = Vec::new();
        for (place, (_, _, form)) in self.statements.iter().enumerate() {
            work::spend(10);
            let resources = match &form.resources {
                Entries::Of(set) if !set.iter().any(|entry| entry.bytes().all(|byte| byte == b'*')) => Some(set),
                _ => None,
            };
            let (all_but, names) = match &form.actions {
                Entries::Of(set) => (false, names_on(set, prefix)),
                Entries::AllBut(set) => (true, names_on(set, prefix)),
                Entries::Absent => continue,
            };
            if all_but || !names.is_empty() {
                found.push(OnService { place, all_but, names, resources, types: Vec::new() });
            }
        }
        found
    }

    /// Entries that stand for nothing that the catalogue knows.
    fn unknown<'a>(&'a self, catalog: &'a Catalog) -> impl Iterator<Item = &'a str> {
        self.patterns().filter(|pattern| *pattern != "*" && catalog.matching(pattern).next().is_none())
    }

    /// The statements of an effect, with no resources but those that the action works on.
    fn forms(&self, places: &[Place], effect: Effect) -> Vec<Cow<'_, StatementForm>> {
        let found = places.iter().filter_map(|(at, fitting)| Some((self.statements.get(*at)?, fitting)));
        let found = found.filter(|((_, own, _), _)| *own == effect);
        found
            .map(|((_, _, form), fitting)| match (fitting, &form.resources) {
                (Some(fitting), Entries::Of(set)) => {
                    let kept = set.iter().enumerate().filter(|(number, _)| fitting.contains(number));
                    let resources = Entries::Of(kept.map(|(_, entry)| entry.clone()).collect());
                    Cow::Owned(StatementForm { resources, ..form.clone() })
                }
                _ => Cow::Borrowed(form),
            })
            .collect()
    }

    fn numbers(&self, places: &BTreeSet<usize>) -> BTreeSet<usize> {
        places.iter().filter_map(|at| self.statements.get(*at)).map(|(number, _, _)| *number).collect()
    }
}

/// How an action fares that is spoken of by these statements.
fn verdict(old: &Side, before: &[Place], new: &Side, after: &[Place]) -> Option<Change> {
    let allows = (old.forms(before, Effect::Allow), new.forms(after, Effect::Allow));
    let denies = (old.forms(before, Effect::Deny), new.forms(after, Effect::Deny));
    let blocks = |denies: &[Cow<'_, StatementForm>]| denies.iter().any(|form| is_unconditional(form));
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
fn covers(wide: &[Cow<'_, StatementForm>], narrow: &[Cow<'_, StatementForm>]) -> bool {
    narrow.iter().all(|n| wide.iter().any(|w| covers_one(w, n)) || together(wide, n))
}

fn covers_one(wide: &StatementForm, narrow: &StatementForm) -> bool {
    work::spend(20);
    !work::is_spent() && covering::context(wide, narrow)
}

/// Whether statements that differ from a statement only in their resources take in all of its resources together.
fn together(wide: &[Cow<'_, StatementForm>], narrow: &StatementForm) -> bool {
    let Entries::Of(resources) = &narrow.resources else { return false };
    resources.iter().all(|resource| {
        work::spend(50);
        let one = StatementForm { resources: Entries::Of(BTreeSet::from([resource.clone()])), ..narrow.clone() };
        wide.iter().any(|w| covers_one(w, &one))
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
        let groups = diff(&read(&old), &read(&new), Catalog::bundled()).unwrap();
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
            &[(Change::MatchesNothing, &["iam:PassRole"])],
        );
        check(
            GET,
            r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::a/*"}"#,
            &[(Change::NewlyAllowed, &["s3:PutObject"])],
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
        check("", groups, &[(Change::NewlyAllowed, &["odd:Thing", "sts:*"])]);
        let some = r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"}"#;
        check("", some, &[(Change::NewlyAllowed, &["s3:PutObject", "s3:Get*"])]);
    }

    #[test]
    fn a_statement_that_leaves_no_resource_says_nothing() {
        let wide = GET.replace("arn:aws:s3:::a/*", "*");
        let none = wide.replace("\"Resource\"", "\"NotResource\"");
        check(&wide, &none, &[(Change::NoLongerAllowed, &["s3:GetObject"])]);
        check(&none, &wide, &[(Change::NewlyAllowed, &["s3:GetObject"])]);
        check("", &none, &[]);
        check(&none.replace("Allow", "Deny"), "", &[]);
    }

    #[test]
    fn what_fits_no_resource_is_not_claimed() {
        let list =
            r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::a/*"}"#;
        check(GET, list, &[(Change::MatchesNothing, &["s3:ListBucket"])]);
        check(list, GET, &[]);
        let both = list.replace(r#""arn:aws:s3:::a/*""#, r#"["arn:aws:s3:::a", "arn:aws:s3:::a/*"]"#);
        check(list, &both, &[(Change::NewlyAllowed, &["s3:ListBucket"])]);
        // A wildcard is shown as one where all that fits is meant, and not at all where nothing fits.
        let some = GET.replace("s3:GetObject", "s3:Get*");
        check("", &some, &[(Change::NewlyAllowed, &["s3:Get*"])]);
        check("", &GET.replace("s3:GetObject", "iam:*"), &[]);
        check("", &GET.replace("s3:GetObject", "s3:*"), &[(Change::NewlyAllowed, &["s3:*"])]);
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
        let smaller = super::super::minimise::minimise(&policy).unwrap().fix.apply(text);
        assert_ne!(smaller, text);
        assert_eq!(diff(&policy, &read(&smaller), Catalog::bundled()), Ok(Vec::new()));
    }
}
