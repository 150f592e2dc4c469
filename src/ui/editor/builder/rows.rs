//! The rows of the builder, read off the policy.

use std::collections::BTreeSet;

use crate::base::wildcard::is_pattern;
use crate::catalog::Catalog;
use crate::policy::PolicyKind;
use crate::policy::ast::{Policy, Statement};
use crate::policy::blocks::{Element, PrincipalPlace};
use crate::policy::docs;
use crate::theme::Look;

/// What a row is about; statements go by their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The head of a statement.
    Statement(usize),
    /// Its effect.
    Effect(usize),
    /// An entry of one of its lists.
    Entry(usize, Element, usize),
    /// The place for one more.
    AddEntry(usize, Element),
    /// A condition, by operator and key.
    Condition(usize, String, String),
    /// The place for one more.
    AddCondition(usize),
    /// The place for one more statement.
    AddStatement,
    /// One that the statement is about.
    Principal(usize, PrincipalPlace),
    /// The place for one more.
    AddPrincipal(usize),
    /// Something to know, changed in the text.
    Note,
}

impl What {
    /// The statement that it belongs to.
    pub fn statement(&self) -> Option<usize> {
        match self {
            Self::Statement(index)
            | Self::Effect(index)
            | Self::Entry(index, ..)
            | Self::AddEntry(index, _)
            | Self::Condition(index, ..)
            | Self::AddCondition(index)
            | Self::Principal(index, _)
            | Self::AddPrincipal(index) => Some(*index),
            Self::AddStatement | Self::Note => None,
        }
    }
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is about.
    pub what: What,
    /// What stands in front.
    pub label: String,
    /// How that looks.
    pub look: Look,
    /// What it says.
    pub text: String,
    /// How that looks.
    pub role: Look,
    /// What stands behind.
    pub note: String,
    /// Where in the text it stands.
    pub at: Option<usize>,
}

impl Row {
    fn new(what: What, label: &str, text: impl Into<String>, role: Look) -> Self {
        let (label, text) = (label.to_owned(), text.into());
        Self { what, label, look: Look::Muted, text, role, note: String::new(), at: None }
    }

    /// Whether it heads a block.
    pub fn is_head(&self) -> bool {
        matches!(self.what, What::Statement(_) | What::AddStatement)
    }
}

/// The prefixes of the services that a statement's actions are of.
pub fn services(policy: &Policy<'_>, index: usize) -> Vec<String> {
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let items = own.into_iter().flat_map(Statement::actions_of_both);
    let prefixes =
        items.filter_map(|item| item.as_str().split_once(':').map(|(prefix, _)| prefix.to_ascii_lowercase()));
    prefixes.collect::<BTreeSet<_>>().into_iter().collect()
}

/// All rows of a policy.
pub fn rows(policy: &Policy<'_>, kind: PolicyKind, catalog: &Catalog) -> Vec<Row> {
    let mut rows = Vec::new();
    for statement in &policy.statements {
        block(policy, statement, kind, catalog, &mut rows);
    }
    rows.push(Row { look: Look::Link, ..Row::new(What::AddStatement, "+ Add a statement", "", Look::Text) });
    rows
}

fn block(policy: &Policy<'_>, statement: &Statement<'_>, kind: PolicyKind, catalog: &Catalog, rows: &mut Vec<Row>) {
    let index = statement.index;
    let names: Vec<String> = services(policy, index)
        .iter()
        .map(|prefix| catalog.entry(prefix).map_or_else(|| prefix.clone(), |entry| entry.name.to_string()))
        .collect();
    let sid = statement.sid.as_ref().map(|sid| format!(" {}", sid.value)).unwrap_or_default();
    let at = Some(policy.tree.span(statement.node).start as usize);
    rows.push(Row {
        look: Look::Heading,
        at,
        ..Row::new(What::Statement(index), &format!("{}{sid}", index + 1), names.join(", "), Look::Accent)
    });
    let effect = statement.effect.as_ref().map_or("missing", |effect| effect.as_str());
    let role = if statement.denies() { Look::Bad } else { Look::Good };
    rows.push(Row { at, ..Row::new(What::Effect(index), "Effect", effect, role) });
    principals(statement, kind, rows);
    list(statement, Element::Action, Element::NotAction, "Actions", catalog, rows);
    list(statement, Element::Resource, Element::NotResource, "Resources", catalog, rows);
    for missing in missing(statement, catalog) {
        rows.push(Row::new(What::Note, "", format!("▲ {missing}"), Look::Warning));
    }
    let mut label = "Conditions";
    for (block, entry) in statement.conditions() {
        let values: Vec<&str> = entry.values.iter().map(crate::policy::ast::ConditionValue::as_str).collect();
        let what = What::Condition(index, block.name.value.clone().into_owned(), entry.name.value.clone().into_owned());
        let text = format!("{} {}", block.name.value, entry.name.value);
        let at = Some(entry.name.span.start as usize);
        rows.push(Row { note: values.join(", "), at, ..Row::new(what, label, text, Look::Text) });
        label = "";
    }
    rows.push(Row::new(What::AddCondition(index), label, "+ Add a condition", Look::Link));
}

fn principals(statement: &Statement<'_>, kind: PolicyKind, rows: &mut Vec<Row>) {
    let index = statement.index;
    for (negated, title, principal) in
        [(false, "Principals", &statement.principal), (true, "All but", &statement.not_principal)]
    {
        let Some(principal) = principal else { continue };
        let plain = principal.plain.iter().map(|text| (None, "", text));
        let grouped = principal.groups.iter().enumerate().flat_map(|(at, group)| {
            let items = group.list.items.iter().enumerate();
            items.map(move |(item, text)| (Some((at, item)), group.name.as_str(), text))
        });
        for (at, (entry, group, text)) in plain.chain(grouped).enumerate() {
            let what = What::Principal(index, PrincipalPlace { negated, entry });
            let label = if at == 0 { title } else { "" };
            let row = Row::new(what, label, text.as_str(), Look::Text);
            rows.push(Row { note: group.to_owned(), at: Some(text.span.start as usize), ..row });
        }
    }
    // Of those left out, entries are added in the text.
    if statement.not_principal.is_none() && (kind.needs_principal() || statement.principal.is_some()) {
        let label = if statement.principal.is_none() { "Principals" } else { "" };
        rows.push(Row::new(What::AddPrincipal(index), label, "+ Add a principal", Look::Link));
    }
}

fn list(
    statement: &Statement<'_>,
    element: Element,
    negated: Element,
    title: &'static str,
    catalog: &Catalog,
    rows: &mut Vec<Row>,
) {
    let index = statement.index;
    let (used, mut label) = match (element.of(statement), negated.of(statement)) {
        (None, Some(_)) => (negated, if element == Element::Action { "All but" } else { "Not on" }),
        _ => (element, title),
    };
    for (at, item) in used.of(statement).into_iter().flat_map(|list| &list.items).enumerate() {
        let text = item.as_str();
        let note = match element {
            Element::Action if text != "*" && is_pattern(text) => format!("{} actions", docs::count(text, catalog)),
            Element::Action => catalog.action(text).map_or_else(String::new, |action| action.level().name().to_owned()),
            _ => String::new(),
        };
        let row = Row::new(What::Entry(index, used, at), label, text, Look::Text);
        rows.push(Row { note, at: Some(item.span.start as usize), ..row });
        label = "";
    }
    let add = if element == Element::Action { "+ Add actions" } else { "+ Add a resource" };
    // Of what is left out, entries are added in the text.
    if used == element && (element == Element::Action || statement.principal.is_none() || statement.resource.is_some())
    {
        rows.push(Row::new(What::AddEntry(index, element), label, add, Look::Link));
    }
}

/// Resource types that actions need and no resource of the statement is of.
fn missing(statement: &Statement<'_>, catalog: &Catalog) -> Vec<String> {
    let Some(list) = statement.resource.as_ref().filter(|list| !list.has("*") && !list.items.is_empty()) else {
        return Vec::new();
    };
    let actions = statement.action.as_ref().map(|list| list.items.as_slice()).unwrap_or_default();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for action in actions.iter().filter_map(|item| catalog.action(item.as_str())) {
        let covered: BTreeSet<usize> =
            list.items.iter().flat_map(|item| action.service().types_named(item.as_str())).collect();
        let links: Vec<_> = action.resources().collect();
        if links.is_empty() {
            found.insert(format!("{} works only with the resource *", action.full_name()));
        } else if !links.iter().any(|link| covered.contains(&link.number)) {
            let names: Vec<&str> = links.iter().map(|link| &*link.resource.name).collect();
            found.insert(format!("no resource of type {} for {}", names.join(" or "), action.full_name()));
        }
    }
    found.into_iter().take(6).collect()
}
