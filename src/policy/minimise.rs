//! The same policy in fewer words: what is covered goes, what belongs together is joined.
//!
//! No request is decided differently afterwards, now or when AWS adds actions: nothing is generalised.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use super::ast::{List, Policy, Statement};
use super::canonical::{Entries, StatementForm};
use super::covering;
use super::diagnostic::{Edit, Fix};
use super::rewrite;
use super::syntax::NodeId;
use crate::base::work::{self, GaveUp};

/// What was found to be more than needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    /// An entry of a list is covered by another one of it.
    Covered {
        /// The statement's number.
        statement: usize,
        /// The entry that goes.
        entry: String,
        /// The entry that covers it.
        by: String,
    },
    /// A statement is covered by another one.
    Dropped {
        /// The statement that goes.
        statement: usize,
        /// The statement that covers it.
        by: usize,
    },
    /// Two statements that differ in one list are joined.
    Joined {
        /// The statement that goes.
        statement: usize,
        /// The statement that takes its entries.
        into: usize,
    },
}

/// A smaller policy: the edits, and why each is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimised {
    /// The edits.
    pub fix: Fix,
    /// What they save, in the order of discovery.
    pub savings: Vec<Saving>,
}

/// Finds what can go from a policy without changing any decision.
pub fn minimise(policy: &Policy<'_>) -> Result<Minimised, GaveUp> {
    work::within(work::COMMAND, || minimised(policy))
}

fn minimised(policy: &Policy<'_>) -> Minimised {
    let mut work: Vec<Work> = policy.statements.iter().map(|s| Work::new(policy, s)).collect();
    let mut savings = Vec::new();
    for item in &mut work {
        item.drop_covered(&mut savings);
    }
    while !work::is_spent() {
        let dropped = drop_statements(&mut work, &mut savings);
        let joined = join(&mut work, Which::Actions, &mut savings) | join(&mut work, Which::Resources, &mut savings);
        if !dropped && !joined {
            break;
        }
    }
    let mut edits = Vec::new();
    for (item, statement) in work.iter().zip(&policy.statements) {
        if !item.gone {
            edits.extend(item.edits(policy, statement));
        }
    }
    if let Some(node) = policy.statement_node {
        let places: BTreeMap<NodeId, usize> =
            policy.tree.children(node).enumerate().map(|(at, child)| (child, at)).collect();
        let gone: BTreeSet<usize> = work
            .iter()
            .zip(&policy.statements)
            .filter(|(item, _)| item.gone)
            .filter_map(|(_, statement)| places.get(&statement.node).copied())
            .collect();
        edits.extend(rewrite::remove_children(&policy.tree, node, |at| gone.contains(&at)));
    }
    Minimised { fix: Fix::new("Drop what is covered and join what belongs together", edits), savings }
}

/// An entry with how the text writes it.
#[derive(Debug, Clone)]
struct Entry {
    value: String,
    written: String,
}

/// A statement on its way to fewer words.
struct Work {
    number: usize,
    form: StatementForm,
    actions: Vec<Entry>,
    resources: Vec<Entry>,
    actions_changed: bool,
    resources_changed: bool,
    gone: bool,
}

impl Work {
    fn new(policy: &Policy<'_>, statement: &Statement<'_>) -> Self {
        let entries = |own: &Option<List<'_>>, negated: &Option<List<'_>>| {
            let list = own.as_ref().or(negated.as_ref());
            let items = list.map(|list| list.items.as_slice()).unwrap_or_default().iter();
            let entry = |item: &super::ast::Text<'_>| Entry {
                value: item.as_str().to_owned(),
                written: rewrite::written(&policy.tree, item.span),
            };
            items.map(entry).collect()
        };
        Self {
            number: statement.index,
            form: StatementForm::of(statement),
            actions: entries(&statement.action, &statement.not_action),
            resources: entries(&statement.resource, &statement.not_resource),
            actions_changed: false,
            resources_changed: false,
            gone: false,
        }
    }

    fn drop_covered(&mut self, savings: &mut Vec<Saving>) {
        let number = self.number;
        let mut tell = |entry: Entry, by: &Entry| {
            savings.push(Saving::Covered { statement: number, entry: entry.value, by: by.value.clone() });
        };
        self.actions_changed |= drop_covered(&mut self.actions, covering::action, &mut tell);
        self.resources_changed |= drop_covered(&mut self.resources, covering::resource, &mut tell);
        self.refresh();
    }

    /// Brings the form up to date with the entries.
    fn refresh(&mut self) {
        let lower = |entry: &Entry| entry.value.to_ascii_lowercase();
        renew(&mut self.form.actions, self.actions.iter().map(lower));
        renew(&mut self.form.resources, self.resources.iter().map(|entry| entry.value.clone()));
    }

    fn edits(&self, policy: &Policy<'_>, statement: &Statement<'_>) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut replace = |own: &Option<List<'_>>, negated: &Option<List<'_>>, entries: &[Entry]| {
            if let Some(list) = own.as_ref().or(negated.as_ref()) {
                let written: Vec<String> = entries.iter().map(|entry| entry.written.clone()).collect();
                edits.push(rewrite::replace_list(&policy.tree, list, &written));
            }
        };
        if self.actions_changed {
            replace(&statement.action, &statement.not_action, &self.actions);
        }
        if self.resources_changed {
            replace(&statement.resource, &statement.not_resource, &self.resources);
        }
        edits
    }
}

fn renew(entries: &mut Entries, values: impl Iterator<Item = String>) {
    match entries {
        Entries::Of(set) | Entries::AllBut(set) => *set = values.collect(),
        Entries::Absent => {}
    }
}

/// Takes out of a list what another entry of it covers; of equal entries the first stays.
fn drop_covered(
    entries: &mut Vec<Entry>,
    covers: fn(&str, &str) -> bool,
    tell: &mut impl FnMut(Entry, &Entry),
) -> bool {
    let before = entries.len();
    let mut at = 0;
    while let Some(entry) = entries.get(at).filter(|_| !work::is_spent()) {
        let by = entries.iter().enumerate().find(|(other, by)| {
            *other != at && covers(&by.value, &entry.value) && (*other < at || !covers(&entry.value, &by.value))
        });
        if let Some((_, by)) = by {
            let by = by.clone();
            tell(entries.remove(at), &by);
        } else {
            at += 1;
        }
    }
    entries.len() != before
}

/// Drops each statement that another one covers; of equal ones the first stays.
fn drop_statements(work: &mut [Work], savings: &mut Vec<Saving>) -> bool {
    let before = savings.len();
    for later in 0..work.len() {
        let covers = |earlier: &usize| {
            let (Some(a), Some(b)) = (work.get(*earlier), work.get(later)) else { return false };
            work::spend(1);
            *earlier != later
                && !a.gone
                && a.form.effect == b.form.effect
                && covering::statement(&a.form, &b.form)
                && (*earlier < later || !covering::statement(&b.form, &a.form))
        };
        let can_go = work.get(later).is_some_and(|item| !item.gone && !item.form.effect.is_empty());
        if work::is_spent() || !can_go {
            continue;
        }
        if let Some(earlier) = (0..work.len()).find(covers) {
            let number = |at: usize| work.get(at).map_or(at, |item| item.number);
            savings.push(Saving::Dropped { statement: number(later), by: number(earlier) });
            if let Some(item) = work.get_mut(later) {
                item.gone = true;
            }
        }
    }
    savings.len() != before
}

/// The list in which statements differ that are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Actions,
    Resources,
}

/// Joins the statements that are the same but for one of their lists, each group into its first.
fn join(work: &mut [Work], which: Which, savings: &mut Vec<Saving>) -> bool {
    let mut first = BTreeMap::new();
    let mut pairs = Vec::new();
    for (at, item) in work.iter().enumerate().filter(|(_, item)| !item.gone && !item.form.effect.is_empty()) {
        let form = &item.form;
        let (joined, same) = match which {
            Which::Actions => (&form.actions, &form.resources),
            Which::Resources => (&form.resources, &form.actions),
        };
        if matches!(joined, Entries::Of(_)) {
            match first.entry((&form.effect, same, &form.principals, &form.conditions)) {
                btree_map::Entry::Vacant(place) => drop(place.insert(at)),
                btree_map::Entry::Occupied(into) => pairs.push((*into.get(), at)),
            }
        }
    }
    for (into, from) in &pairs {
        let Some(item) = work.get_mut(*from) else { continue };
        item.gone = true;
        let (statement, actions, resources) = (item.number, item.actions.clone(), item.resources.clone());
        let Some(item) = work.get_mut(*into) else { continue };
        savings.push(Saving::Joined { statement, into: item.number });
        match which {
            Which::Actions => absorb(&mut item.actions, actions, covering::action),
            Which::Resources => absorb(&mut item.resources, resources, covering::resource),
        }
        item.actions_changed |= which == Which::Actions;
        item.resources_changed |= which == Which::Resources;
    }
    let grown: BTreeSet<usize> = pairs.iter().map(|(into, _)| *into).collect();
    for at in grown {
        if let Some(item) = work.get_mut(at) {
            item.refresh();
        }
    }
    !pairs.is_empty()
}

/// Adds entries to a list, but those that it covers, and without those that the new ones cover.
fn absorb(entries: &mut Vec<Entry>, new: Vec<Entry>, covers: fn(&str, &str) -> bool) {
    for entry in new {
        if work::is_spent() || entries.iter().any(|by| covers(&by.value, &entry.value)) {
            continue;
        }
        entries.retain(|old| !covers(&entry.value, &old.value));
        entries.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[track_caller]
    fn check(before: &str, after: &str) {
        let text = |inner: &str| format!(r#"{{"Statement": [{inner}]}}"#);
        let before = text(before);
        let made = minimise(&read(&before)).unwrap();
        assert_eq!(made.fix.apply(&before), text(after));
        let again = text(after);
        assert_eq!(minimise(&read(&again)).unwrap().savings, [], "minimising twice finds nothing more");
    }

    #[test]
    fn covered_entries_go() {
        check(
            r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*", "S3:get*"], "Resource": ["*", "arn:aws:s3:::a"]}"#,
            r#"{"Effect": "Allow", "Action": ["s3:Get*"], "Resource": ["*"]}"#,
        );
    }

    #[test]
    fn covered_statements_go() {
        check(
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#,
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#,
        );
    }

    #[test]
    fn statements_that_differ_in_one_list_are_joined() {
        check(
            r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}, {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}, {"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": ["*"]}"#,
            r#"{"Effect": "Deny", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}, {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}"#,
        );
    }

    #[test]
    fn what_differs_in_more_stays_apart() {
        let kept = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}, {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*"}"#;
        check(kept, kept);
        let kept = r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, {"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}"#;
        check(kept, kept);
    }
}
