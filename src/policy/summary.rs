//! What a policy grants, service by service, as the console's policy summary shows it.
//!
//! Source: "Understanding policy summaries" in the IAM user guide. A summary tells what stands in the policy,
//! not what a request would get: conditions are named, not evaluated, and denies do not shorten the allows.

mod select;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use select::{Pick, Selection, select};

use super::ast::{Effect, Policy, Statement};
use crate::base::work::{self, GaveUp};
use crate::catalog::{AccessLevel, Action, Catalog, Service};

/// A policy in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What is denied outright, by service name.
    pub denies: Vec<ServiceRow>,
    /// What is allowed, by service name.
    pub allows: Vec<ServiceRow>,
    /// How many services there are.
    pub service_count: usize,
    /// Services that nothing is allowed in: prefix and name.
    pub remaining: Vec<(String, String)>,
    /// Resource entries that no action of their statement works on.
    pub uncategorised: Vec<Entry>,
    /// Entries that the catalogue does not know.
    pub unrecognised: Vec<Unrecognised>,
}

/// An entry of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The statement's number in the document.
    pub statement: usize,
    /// What stands there.
    pub text: String,
}

/// An entry that the catalogue does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unrecognised {
    /// An action of an unknown service.
    Service(Entry),
    /// An unknown action, or a wildcard that matches none.
    Action(Entry),
    /// A resource of an unknown service.
    Resource(Entry),
}

/// One service of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    /// The prefix of its actions.
    pub prefix: String,
    /// Its name.
    pub name: String,
    /// How much of it.
    pub access: Access,
    /// Of which resources.
    pub resource: Cell,
    /// Under which conditions.
    pub condition: Cell,
    /// The statements that speak of it.
    pub statements: Vec<usize>,
    /// How many actions are named without a resource that they could work on; they grant nothing.
    pub without_resource: usize,
}

impl ServiceRow {
    /// How many of the named actions grant nothing beside those that grant something: `(1 without a fitting resource)`.
    pub fn remark(&self) -> Option<String> {
        let count = self.without_resource;
        (count > 0 && self.access != Access::None).then(|| format!("({count} without a fitting resource)"))
    }
}

/// How much of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Every action.
    Full,
    /// No action, because no resource fits.
    None,
    /// Some levels in full, of some a part.
    Levels {
        /// Levels of which every action is there.
        full: Vec<AccessLevel>,
        /// Levels of which some action is there.
        limited: Vec<AccessLevel>,
    },
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |levels: &[AccessLevel]| levels.iter().map(|l| l.name()).collect::<Vec<_>>().join(", ");
        match self {
            Self::Full => f.pad("Full access"),
            Self::None => f.pad("None"),
            Self::Levels { full, limited } if limited.is_empty() => f.pad(&format!("Full: {}", list(full))),
            Self::Levels { full, limited } if full.is_empty() => f.pad(&format!("Limited: {}", list(limited))),
            Self::Levels { full, limited } => f.pad(&format!("Full: {} Limited: {}", list(full), list(limited))),
        }
    }
}

/// A cell that holds one thing or says that there are several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing: no condition, no resource.
    None,
    /// One thing, in words.
    One(String),
    /// Several.
    Multiple,
}

impl Cell {
    fn of(texts: &BTreeSet<String>) -> Self {
        let mut texts = texts.iter();
        match (texts.next(), texts.next()) {
            (None, _) => Self::None,
            (Some(only), None) => Self::One(only.clone()),
            _ => Self::Multiple,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.pad("None"),
            Self::One(text) => f.pad(text),
            Self::Multiple => f.pad("Multiple"),
        }
    }
}

/// One action of a service, for the page behind the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRow {
    /// The name without prefix.
    pub name: String,
    /// Its level.
    pub level: AccessLevel,
    /// The resources it may be used on, in words; none means that no resource fits and it grants nothing.
    pub resources: Vec<String>,
    /// The conditions of its statements, in words.
    pub conditions: Vec<String>,
    /// The statements that name it.
    pub statements: Vec<usize>,
}

/// The page behind a service: its actions in the policy and the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDetail {
    /// The actions that the policy speaks of.
    pub actions: Vec<ActionRow>,
    /// The names and levels of the others.
    pub remaining: Vec<(String, AccessLevel)>,
}

/// Summarises a policy. Statements without a valid `Effect` are left out.
pub fn summarise(policy: &Policy<'_>, catalog: &Catalog) -> Result<Summary, GaveUp> {
    work::within(work::WHILE_TYPING, || summarised(policy, catalog))
}

fn summarised(policy: &Policy<'_>, catalog: &Catalog) -> Summary {
    let mut tables = BTreeMap::from([(Effect::Allow, BTreeMap::new()), (Effect::Deny, BTreeMap::new())]);
    let mut uncategorised = Vec::new();
    let mut unrecognised = Vec::new();
    for statement in policy.statements.iter().take_while(|_| !work::is_spent()) {
        let selection = select(statement, catalog);
        note_unknown(statement, &selection, catalog, &mut unrecognised);
        note_unplaced(statement, &selection, catalog, &mut uncategorised);
        let Some(table) = statement.effect().and_then(|effect| tables.get_mut(&effect)) else { continue };
        for (prefix, pick) in selection.services.into_iter().take_while(|_| !work::is_spent()) {
            work::spend(200);
            table.entry(prefix).or_insert_with(Gathered::default).add(prefix, &pick, statement, catalog);
        }
    }
    let mut rows = |effect| {
        let table: BTreeMap<&str, Gathered<'_>> = tables.remove(&effect).unwrap_or_default();
        let mut rows: Vec<ServiceRow> = table.into_iter().map(|(prefix, found)| found.row(prefix, catalog)).collect();
        rows.sort_by_key(|row: &ServiceRow| row.name.to_lowercase());
        rows
    };
    let (allows, denies) = (rows(Effect::Allow), rows(Effect::Deny));
    let allowed: BTreeSet<&str> = allows.iter().map(|row| row.prefix.as_str()).collect();
    let rest = catalog.services().iter().filter(|entry| !allowed.contains(&*entry.prefix));
    let remaining = rest.map(|entry| (entry.prefix.to_string(), entry.name.to_string())).collect();
    Summary { denies, service_count: catalog.services().len(), remaining, uncategorised, unrecognised, allows }
}

/// The page behind a service of the table.
pub fn detail(policy: &Policy<'_>, catalog: &Catalog, effect: Effect, prefix: &str) -> Result<ServiceDetail, GaveUp> {
    work::within(work::WHILE_TYPING, || detailed(policy, catalog, effect, prefix))
}

fn detailed(policy: &Policy<'_>, catalog: &Catalog, effect: Effect, prefix: &str) -> ServiceDetail {
    let Some(service) = catalog.service(prefix) else {
        return ServiceDetail { actions: Vec::new(), remaining: Vec::new() };
    };
    let mut rows: BTreeMap<&str, ActionRow> = BTreeMap::new();
    let spoken = policy.statements.iter().filter(|s| s.effect() == Some(effect));
    for statement in spoken.take_while(|_| !work::is_spent()) {
        let mut selection = select(statement, catalog);
        let Some(pick) = selection.services.remove(service.prefix()) else { continue };
        let scope = Scope::of(statement, service);
        let conditions = conditions(statement);
        for action in pick.actions(catalog, service.prefix()) {
            let row = rows.entry(action.name()).or_insert_with(|| ActionRow {
                name: action.name().to_owned(),
                level: action.level(),
                resources: Vec::new(),
                conditions: Vec::new(),
                statements: Vec::new(),
            });
            work::spend(20 * (1 + scope.entries.len() + row.resources.len() + row.conditions.len()) as u64);
            if work::is_spent() {
                break;
            }
            row.resources.extend(scope.texts_for(action));
            row.resources.sort();
            row.resources.dedup();
            row.conditions.extend(conditions.iter().cloned());
            row.conditions.sort();
            row.conditions.dedup();
            row.statements.push(statement.index);
        }
    }
    let others = catalog.actions_of(service).filter(|action| !rows.contains_key(action.name()));
    let remaining = others.map(|action| (action.name().to_owned(), action.level())).collect();
    ServiceDetail { actions: rows.into_values().collect(), remaining }
}

fn note_unknown(statement: &Statement<'_>, selection: &Selection<'_>, catalog: &Catalog, out: &mut Vec<Unrecognised>) {
    let entry = |text: &String| Entry { statement: statement.index, text: text.clone() };
    out.extend(selection.unknown_services.iter().map(|text| Unrecognised::Service(entry(text))));
    out.extend(selection.unknown_actions.iter().map(|text| Unrecognised::Action(entry(text))));
    for item in statement.resources_of_both().filter(|item| !words::is_known_service(item.as_str(), catalog)) {
        out.push(Unrecognised::Resource(entry(&item.value.clone().into_owned())));
    }
}

/// Notes resources that no service of the statement has.
fn note_unplaced(statement: &Statement<'_>, selection: &Selection<'_>, catalog: &Catalog, out: &mut Vec<Entry>) {
    let Some(list) = &statement.resource else { return };
    // A statement on every service has a place for every resource.
    if selection.services.len() > catalog.services().len() / 2 {
        return;
    }
    let services: Vec<&Service> = selection.services.keys().filter_map(|prefix| catalog.service(prefix)).collect();
    for item in list.items.iter().filter(|item| words::is_known_service(item.as_str(), catalog)) {
        let placed = item.value == "*" || services.iter().any(|s| !s.types_named(item.as_str()).is_empty());
        if !placed {
            out.push(Entry { statement: statement.index, text: item.value.clone().into_owned() });
        }
    }
}

fn conditions(statement: &Statement<'_>) -> Vec<String> {
    statement.conditions().map(|(block, entry)| words::condition(block, entry)).collect()
}

/// The resources of a statement as one service sees them.
struct Scope {
    /// Everything: `*`, a negation, or no resource element at all; in words.
    open: Option<String>,
    /// Entries that fit some resource type: in words, and the numbers of the types.
    entries: Vec<(String, Vec<usize>)>,
}

impl Scope {
    fn of(statement: &Statement<'_>, service: &Service) -> Self {
        let Some(list) = &statement.resource else {
            let except = statement.not_resource.iter().flat_map(|list| &list.items);
            let except: Vec<&str> = except.map(super::ast::Text::as_str).collect();
            let text = if except.is_empty() {
                "All resources".to_owned()
            } else {
                format!("All resources except {}", except.join(", "))
            };
            return Self { open: Some(text), entries: Vec::new() };
        };
        let open = list.has("*").then(|| "All resources".to_owned());
        let mut entries = Vec::new();
        for item in list.items.iter().filter(|item| item.value != "*") {
            let fits = service.types_named(item.as_str());
            if !fits.is_empty() {
                entries.push((words::resource(item.as_str(), Some(service)), fits));
            }
        }
        Self { open, entries }
    }

    /// The entries that an action can work on, in words.
    fn texts_for(&self, action: Action<'_>) -> Vec<String> {
        let fits = |types: &[usize]| action.resources().any(|link| types.contains(&link.number));
        let entries = self.entries.iter().filter(|(_, types)| fits(types)).map(|(text, _)| text.clone());
        self.open.iter().cloned().chain(entries).collect()
    }

    fn grants(&self, action: Action<'_>) -> bool {
        let fits = |types: &[usize]| action.resources().any(|link| types.contains(&link.number));
        self.open.is_some() || self.entries.iter().any(|(_, types)| fits(types))
    }
}

/// What several statements say of one service.
#[derive(Default)]
struct Gathered<'c> {
    all: bool,
    granted: BTreeMap<&'c str, Action<'c>>,
    without_resource: BTreeSet<&'c str>,
    resources: BTreeSet<String>,
    conditions: BTreeSet<String>,
    unconditional: bool,
    statements: Vec<usize>,
}

impl<'c> Gathered<'c> {
    fn add(&mut self, prefix: &str, pick: &Pick<'c>, statement: &Statement<'_>, catalog: &'c Catalog) {
        self.statements.push(statement.index);
        let texts = conditions(statement);
        self.unconditional |= texts.is_empty();
        self.conditions.extend(texts);
        let everything = statement.resource.as_ref().is_some_and(|list| list.has("*") && list.items.len() == 1);
        if everything && matches!(pick, Pick::All) {
            // The usual case needs no look at the service's actions.
            self.all = true;
            self.resources.insert("All resources".to_owned());
            return;
        }
        let Some(service) = catalog.service(prefix) else { return };
        let scope = Scope::of(statement, service);
        self.resources.extend(scope.open.clone());
        self.resources.extend(scope.entries.iter().map(|(text, _)| text.clone()));
        for action in pick.actions(catalog, prefix) {
            work::spend(20 * (1 + scope.entries.len() as u64));
            if work::is_spent() {
                return;
            }
            if scope.grants(action) {
                self.granted.insert(action.name(), action);
            } else {
                self.without_resource.insert(action.name());
            }
        }
    }

    fn row(self, prefix: &str, catalog: &Catalog) -> ServiceRow {
        let without = self.without_resource.iter().filter(|name| !self.all && !self.granted.contains_key(**name));
        let without_resource = without.count();
        // Some grants with and some without a condition are several, not one.
        let condition = match Cell::of(&self.conditions) {
            Cell::One(_) if self.unconditional => Cell::Multiple,
            cell => cell,
        };
        ServiceRow {
            prefix: prefix.to_owned(),
            name: catalog.entry(prefix).map_or_else(|| prefix.to_owned(), |entry| entry.name.to_string()),
            access: self.access(prefix, catalog),
            resource: Cell::of(&self.resources),
            condition,
            without_resource,
            statements: self.statements,
        }
    }

    fn access(&self, prefix: &str, catalog: &Catalog) -> Access {
        let Some(service) = (!self.all).then(|| catalog.service(prefix)).flatten() else { return Access::Full };
        if self.granted.is_empty() {
            return Access::None;
        }
        if self.granted.len() == service.action_count() {
            return Access::Full;
        }
        let (mut full, mut limited) = (Vec::new(), Vec::new());
        for level in AccessLevel::ALL {
            let granted = self.granted.values().filter(|action| action.level() == level).count();
            let there = catalog.actions_of(service).filter(|action| action.level() == level).count();
            if granted > 0 {
                if granted == there { full.push(level) } else { limited.push(level) }
            }
        }
        Access::Levels { full, limited }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    fn summary(statements: &str) -> Summary {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        summarise(&read(&text), Catalog::bundled()).unwrap()
    }

    #[track_caller]
    fn check(statements: &str, expected: &[&str]) {
        let found = summary(statements);
        let row = |effect: &str, row: &ServiceRow| {
            format!("{effect} {} | {} | {} | {}", row.prefix, row.access, row.resource, row.condition)
        };
        let denies = found.denies.iter().map(|r| row("Deny", r));
        let rows: Vec<_> = denies.chain(found.allows.iter().map(|r| row("Allow", r))).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn services_tell_levels_resources_and_conditions() {
        check(
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
               {"Effect": "Allow", "Action": ["iam:List*", "iam:PassRole"], "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
               {"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::111122223333:user/*"}"#,
            &[
                "Deny iam | Limited: List, Read, Write, Permissions management, Tagging | UserNameWithPath | string like | All | None",
                "Allow s3 | Full access | All resources | None",
                "Allow iam | Limited: List, Write | All resources | aws:SourceIp | IP address | 203.0.113.0/24",
            ],
        );
    }

    #[test]
    fn everything_is_full_access_everywhere() {
        let found = summary(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#);
        assert_eq!((found.allows.len(), found.remaining.len()), (found.service_count, 0));
        assert!(found.allows.iter().all(|row| row.access == Access::Full));
        let found = summary(r#"{"Effect": "Allow", "NotAction": ["iam:*", "s3:Put*"], "Resource": "*"}"#);
        assert_eq!(found.remaining.len(), 1);
        assert!(matches!(found.allows.iter().find(|r| r.prefix == "s3").unwrap().access, Access::Levels { .. }));
    }

    #[test]
    fn actions_without_a_fitting_resource_grant_nothing() {
        let found = summary(
            r#"{"Effect": "Allow", "Action": ["s3:PutObject", "s3:ListAllMyBuckets"], "Resource": "arn:aws:s3:::a/*"}"#,
        );
        assert_eq!(found.allows[0].without_resource, 1);
        let found =
            summary(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:iam::111122223333:user/a"}"#);
        assert_eq!(found.allows[0].access, Access::None);
        assert_eq!(found.uncategorised[0].text, "arn:aws:iam::111122223333:user/a");
    }

    #[test]
    fn what_is_not_known_is_listed() {
        let found =
            summary(r#"{"Effect": "Allow", "Action": ["odd:Thing", "s3:Odd*"], "Resource": "arn:aws:odd:::a"}"#);
        let entry = |text: &str| Entry { statement: 0, text: text.to_owned() };
        let expected = [
            Unrecognised::Service(entry("odd:Thing")),
            Unrecognised::Action(entry("s3:Odd*")),
            Unrecognised::Resource(entry("arn:aws:odd:::a")),
        ];
        assert_eq!(found.unrecognised, expected);
    }

    #[test]
    fn the_page_behind_a_service_lists_actions_with_their_resources() {
        let text = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*Bucket", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]}]}"#;
        let detail = detail(&read(text), Catalog::bundled(), Effect::Allow, "s3").unwrap();
        let list = detail.actions.iter().find(|row| row.name == "ListBucket").unwrap();
        assert_eq!(list.resources, ["BucketName | string like | a"]);
        assert!(detail.remaining.iter().any(|(name, _)| name == "GetObject"));
    }
}
