//! What the checks read: the policy with its actions, resources and condition keys looked up once.

use super::Rule;
use crate::catalog::globals::{self, GlobalKey};
use crate::catalog::resource_policies::PolicyHolder;
use crate::catalog::{Catalog, ConditionKey, Service, ValueType};
use crate::policy::PolicyKind;
use crate::policy::arn_pattern::ArnPattern;
use crate::policy::ast::{ConditionBlock, ConditionEntry, List, Policy, Statement, Text};
use crate::policy::diagnostic::{Edit, Finding, Fix, Location, Reach};
use crate::policy::operator::Operator;
use crate::policy::syntax::{NodeId, Span};

/// An entry of `Action` or `NotAction`.
#[derive(Debug, Clone, Copy)]
pub struct ActionUse<'a, 't> {
    /// The statement it is in.
    pub statement: &'a Statement<'t>,
    /// Whether it stands in `NotAction`.
    pub negated: bool,
    /// The entry.
    pub text: &'a Text<'t>,
    /// What stands before the colon; empty without one.
    pub prefix: &'a str,
    /// What stands after the colon; the whole text without one.
    pub name: &'a str,
    /// The service of the prefix, if it is one.
    pub service: Option<&'a Service>,
}

impl ActionUse<'_, '_> {
    /// Whether the entry means every action of every service.
    pub fn is_everything(&self) -> bool {
        self.name == "*" && matches!(self.prefix, "" | "*")
    }

    /// Whether it stands for more than one action.
    pub fn is_pattern(&self) -> bool {
        self.text.value.contains(['*', '?'])
    }
}

/// An entry of `Resource` or `NotResource`.
#[derive(Debug, Clone, Copy)]
pub struct ResourceUse<'a, 't> {
    /// The entry.
    pub text: &'a Text<'t>,
    /// Its fields; `*` alone has none.
    pub arn: Option<ArnPattern<'a>>,
}

/// A condition key with its values.
#[derive(Debug, Clone, Copy)]
pub struct KeyUse<'a, 't> {
    /// The statement it is in.
    pub statement: &'a Statement<'t>,
    /// The operator's block.
    pub block: &'a ConditionBlock<'t>,
    /// The key and its values.
    pub entry: &'a ConditionEntry<'t>,
    /// What AWS says of the key.
    pub known: KnownKey<'a>,
}

/// What AWS says of a condition key.
#[derive(Debug, Clone, Copy)]
pub enum KnownKey<'a> {
    /// One of the global keys.
    Global(&'static GlobalKey),
    /// A key of a service.
    Service(&'a ConditionKey),
    /// Nothing.
    Unknown,
}

impl KeyUse<'_, '_> {
    /// The key as written.
    pub fn name(&self) -> &str {
        self.entry.name.as_str()
    }

    /// The operator, when it is known.
    pub fn operator(&self) -> Option<Operator> {
        self.block.operator
    }

    /// Whether this is the key of a name, capitals aside.
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// Whether this is one of several keys, capitals aside.
    pub fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is(name))
    }

    /// The type of its values, where it is known.
    pub fn value_type(&self) -> Option<ValueType> {
        match self.known {
            KnownKey::Global(key) => Some(key.value),
            KnownKey::Service(key) => Some(key.value),
            KnownKey::Unknown => None,
        }
    }

    /// Whether a request may carry several values of it, where that is known.
    pub fn is_multi(&self) -> Option<bool> {
        match self.known {
            KnownKey::Global(key) => Some(key.is_multi()),
            KnownKey::Service(key) => Some(key.multi),
            KnownKey::Unknown => None,
        }
    }
}

/// Findings that are told at most; nobody reads more, and a bomb of faults must not cost more.
const MOST_FINDINGS: usize = 500;

/// Places of one finding that are told at most.
const MOST_LOCATIONS: usize = 1_000;

/// Entries that one cure removes at most.
const MOST_REMOVALS: usize = 200;

/// A policy with what the checks need of it, and what they have found.
pub struct Context<'a, 't> {
    /// The policy.
    pub policy: &'a Policy<'t>,
    /// Its kind.
    pub kind: PolicyKind,
    /// What it is attached to, where that is known.
    pub holder: Option<&'static PolicyHolder>,
    /// The account that the policy belongs to, where that is known.
    pub account: Option<&'a str>,
    /// What AWS's services are.
    pub catalog: &'a Catalog,
    /// All entries of `Action` and `NotAction`.
    pub actions: Vec<ActionUse<'a, 't>>,
    /// All entries of `Resource` and `NotResource`.
    pub resources: Vec<ResourceUse<'a, 't>>,
    /// All condition keys.
    pub keys: Vec<KeyUse<'a, 't>>,
    /// What was found so far.
    pub findings: Vec<Finding>,
    /// The families of checks that were given up so far, by name.
    pub given_up: Vec<&'static str>,
}

impl<'a, 't> Context<'a, 't> {
    /// Looks everything up.
    pub fn new(
        policy: &'a Policy<'t>,
        kind: PolicyKind,
        holder: Option<&'static PolicyHolder>,
        account: Option<&'a str>,
        catalog: &'a Catalog,
    ) -> Self {
        let mut context = Self {
            policy,
            kind,
            holder,
            account,
            catalog,
            actions: Vec::new(),
            resources: Vec::new(),
            keys: Vec::new(),
            findings: Vec::new(),
            given_up: Vec::new(),
        };
        policy.statements.iter().for_each(|statement| context.look_up(statement));
        context
    }

    fn look_up(&mut self, statement: &'a Statement<'t>) {
        let actions = [(false, &statement.action), (true, &statement.not_action)];
        for (negated, list) in actions.into_iter().filter_map(|(negated, list)| Some((negated, list.as_ref()?))) {
            for text in &list.items {
                let (prefix, name) = text.value.split_once(':').unwrap_or(("", &text.value));
                // Lists are mostly of one service.
                let service = match self.actions.last() {
                    Some(last) if last.prefix == prefix => last.service,
                    _ => self.catalog.service(prefix),
                };
                self.actions.push(ActionUse { statement, negated, text, prefix, name, service });
            }
        }
        for list in [&statement.resource, &statement.not_resource].into_iter().flatten() {
            for text in &list.items {
                let arn = (text.value != "*").then(|| ArnPattern::parse(&text.value));
                self.resources.push(ResourceUse { text, arn });
            }
        }
        for (block, entry) in statement.conditions() {
            let known = self.known_key(entry.name.as_str());
            self.keys.push(KeyUse { statement, block, entry, known });
        }
    }

    /// What AWS says of a condition key.
    pub fn known_key(&self, name: &str) -> KnownKey<'a> {
        let is_global = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        if !is_global && let Some(key) = self.catalog.key(name) {
            return KnownKey::Service(key);
        }
        globals::find(name).map_or(KnownKey::Unknown, KnownKey::Global)
    }

    /// The entries of `Action` and `NotAction` of a statement.
    pub fn actions_of(&self, statement: &Statement<'_>) -> impl Iterator<Item = ActionUse<'a, 't>> {
        let node = statement.node;
        let from = self.actions.partition_point(|used| used.statement.node < node);
        self.actions.iter().skip(from).take_while(move |used| used.statement.node == node).copied()
    }

    /// The condition keys of a statement.
    pub fn keys_of(&self, statement: &Statement<'_>) -> impl Iterator<Item = KeyUse<'a, 't>> {
        let node = statement.node;
        let from = self.keys.partition_point(|used| used.statement.node < node);
        self.keys.iter().skip(from).take_while(move |used| used.statement.node == node).copied()
    }

    /// Says that a rule is broken at some nodes; `parts` fill its message.
    pub fn report(&mut self, rule: &'static Rule, nodes: &[NodeId], parts: &[&str]) {
        self.report_text(rule, nodes, rule.fill(parts));
    }

    /// Says that a rule is broken at some nodes, in words of its own.
    pub fn report_text(&mut self, rule: &'static Rule, nodes: &[NodeId], details: String) {
        if self.is_full() {
            return;
        }
        let tree = &self.policy.tree;
        let nodes = nodes.get(..MOST_LOCATIONS).unwrap_or(nodes);
        let locations = nodes.iter().map(|node| Location { path: tree.path(*node), span: tree.span(*node) }).collect();
        self.findings.push(Finding { kind: rule.kind, code: rule.code, details, locations, fix: None });
    }

    /// Whether nothing more will be told.
    pub fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    /// Says that a rule is broken by the document as a whole.
    pub fn report_whole(&mut self, rule: &'static Rule, parts: &[&str]) {
        let span = Span::new(0, self.policy.tree.text().len());
        let locations = vec![Location { path: Vec::new(), span }];
        self.findings.push(Finding {
            kind: rule.kind,
            code: rule.code,
            details: rule.fill(parts),
            locations,
            fix: None,
        });
    }

    /// Adds a cure to the latest finding.
    pub fn fix(&mut self, fix: Fix) {
        if let Some(finding) = self.findings.last_mut() {
            finding.fix = Some(fix);
        }
    }

    /// Says from how far away the cure of the latest finding may be made.
    pub fn fix_within(&mut self, reach: Reach) {
        if let Some(fix) = self.findings.last_mut().and_then(|finding| finding.fix.as_mut()) {
            fix.reach = reach;
        }
    }

    /// Adds the replacement of a string to the latest finding; another word mostly allows something else.
    pub fn fix_string(&mut self, node: NodeId, with: &str) {
        let text = quoted(with);
        // A word that is right but in the wrong place is not cured by writing it again.
        if self.policy.tree.span(node).of(self.policy.tree.text()) == text {
            return;
        }
        let edit = Edit { span: self.policy.tree.span(node), text };
        self.fix(Fix::new(format!("Replace with `{with}`"), vec![edit]).within(Reach::Kind));
    }

    /// Adds the removal of entries or members, with the commas that would be left over, to the latest finding.
    pub fn fix_remove(&mut self, title: &str, nodes: &[NodeId]) {
        if nodes.len() <= MOST_REMOVALS && !self.is_full() {
            let edits = crate::policy::edit::removals(&self.policy.tree, nodes);
            self.fix(Fix::new(title, edits).within(Reach::Here));
        }
    }
}

/// The addition of entries behind those that a list has.
pub fn added(context: &Context<'_, '_>, list: &List<'_>, entries: &[&str], title: String) -> Fix {
    let tree = &context.policy.tree;
    let new: Vec<String> = entries.iter().map(|entry| quoted(entry)).collect();
    let new = new.join(", ");
    let edit = match list.items.last() {
        Some(last) if list.is_array => {
            let end = tree.span(last.node).end;
            Edit { span: Span { start: end, end }, text: format!(", {new}") }
        }
        Some(_) => {
            Edit { span: tree.span(list.node), text: format!("[{}, {new}]", tree.span(list.node).of(tree.text())) }
        }
        None => Edit { span: tree.span(list.node), text: format!("[{new}]") },
    };
    Fix::new(title, vec![edit]).within(Reach::Kind)
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
