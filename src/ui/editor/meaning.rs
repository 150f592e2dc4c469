//! What an edit changes by meaning: what becomes allowed or denied, for whom, and what that may lead to.

use std::collections::BTreeSet;

use crate::base::wildcard::matches_ignore_case;
use crate::catalog::dangers::ESCALATIONS;
use crate::insight::references::affected;
use crate::insight::{Question, Reply};
use crate::model::{Account, Document, EntityRef, Principal};
use crate::policy::ast::Policy;
use crate::policy::diff::{Change, ChangeGroup};
use crate::policy::read;
use crate::theme::Role;

use super::Subject;
use super::pane::Line;

/// The most actions of one sort that are named.
const MOST: usize = 24;

fn lines(groups: &[ChangeGroup]) -> Vec<Line> {
    if groups.is_empty() {
        return vec![vec![("Every request is decided as before.".to_owned(), Role::Good)]];
    }
    let mut lines = Vec::new();
    for group in groups {
        let role = if group.change.grants() { Role::Warning } else { Role::Info };
        let mark = if group.change.grants() { "+" } else { "-" };
        let count = group.actions.len();
        lines.push(vec![(format!("{mark} {} ({count})", group.change.name()), role)]);
        lines.extend(group.actions.iter().take(MOST).map(|action| vec![(format!("    {action}"), Role::Text)]));
        if count > MOST {
            lines.push(vec![(format!("    and {} more", count - MOST), Role::Muted)]);
        }
    }
    lines
}

/// What differs between two texts, worked out aside.
#[derive(Debug, Default)]
pub struct Difference {
    /// What was asked last.
    asked: Option<Question>,
    groups: Option<Vec<ChangeGroup>>,
}

impl Difference {
    /// The question to put, where these texts were not asked about yet.
    pub fn ask(&mut self, old: &str, new: &str) -> Option<Question> {
        let same = |document: &Document, text: &str| document.text() == text;
        let is_asked = |Question::Difference { old: o, new: n }: &Question| same(o, old) && same(n, new);
        if self.asked.as_ref().is_some_and(is_asked) {
            return None;
        }
        self.groups = None;
        self.asked = Some(Question::Difference { old: Document::new(old), new: Document::new(new) });
        self.asked.clone()
    }

    /// Takes the answer to its own question; whether it was one.
    pub fn learn(&mut self, question: &Question, reply: &Reply) -> bool {
        let own = self.asked.as_ref() == Some(question);
        if own {
            let Reply::Difference(groups) = reply;
            self.groups = Some(groups.clone());
        }
        own
    }

    /// The changes, once they are known.
    pub fn groups(&self) -> Option<&[ChangeGroup]> {
        self.groups.as_deref()
    }
}

/// The effect of an edit: changes, for whom, new ways to more, and what the user may lose.
pub fn effect(groups: &[ChangeGroup], old: &str, new: &str, subject: &Subject, account: &Account) -> Vec<Line> {
    let (before, after) = (read(old), read(new));
    let reached = reached(subject, account);
    let mut out = Vec::new();
    if let Some(lost) = lockout(groups, &reached, account) {
        out.push(vec![(lost, Role::Danger)]);
    }
    for way in new_ways(&before, &after) {
        out.push(vec![(format!("▲ a new way to more permissions: {way}"), Role::Danger)]);
    }
    out.extend(lines(groups));
    let names: Vec<&str> = reached.iter().map(EntityRef::name).collect();
    if groups.is_empty() {
        return out;
    }
    match (subject, names.as_slice()) {
        (Subject::New | Subject::File(_), _) => {}
        (_, []) => out.push(vec![("For nobody that is known: nothing has this policy.".to_owned(), Role::Muted)]),
        (_, names) => {
            out.push(vec![(format!("For {} of the account:", names.len()), Role::Heading)]);
            out.extend(names.iter().take(MOST).map(|name| vec![(format!("    {name}"), Role::Text)]));
        }
    }
    out
}

/// Who has the document, as far as is known.
fn reached(subject: &Subject, account: &Account) -> BTreeSet<EntityRef> {
    match subject {
        Subject::Managed { arn, .. } => {
            let found = affected(account, arn);
            found.attached.into_iter().chain(found.through_groups).chain(found.bounded).collect()
        }
        Subject::Inline { owner: EntityRef::Group(name), .. } => {
            let members = account.references().members(name).iter().cloned().map(EntityRef::User);
            members.chain([EntityRef::Group(name.clone())]).collect()
        }
        Subject::Inline { owner, .. } => BTreeSet::from([owner.clone()]),
        _ => BTreeSet::new(),
    }
}

/// The ways to more permissions that open only now.
fn new_ways(old: &Policy<'_>, new: &Policy<'_>) -> Vec<&'static str> {
    let allows = |policy: &Policy<'_>, action: &str| {
        let allowing = policy.statements.iter().filter(|statement| statement.allows());
        allowing.flat_map(crate::policy::ast::Statement::actions_of_both).any(|item| {
            let pattern = item.as_str();
            pattern == "*" || matches_ignore_case(pattern, action)
        })
    };
    let open = |policy: &Policy<'_>, actions: &[&str]| actions.iter().all(|action| allows(policy, action));
    let ways = ESCALATIONS.iter().filter(|way| open(new, way.actions) && !open(old, way.actions));
    ways.map(|way| way.name).collect()
}

/// What the signed-in user may lose by it, in a sentence.
fn lockout(groups: &[ChangeGroup], reached: &BTreeSet<EntityRef>, account: &Account) -> Option<String> {
    let own = match account.identity()?.principal() {
        Principal::User(name) => EntityRef::User(name),
        Principal::AssumedRole { role, .. } => EntityRef::Role(role),
        _ => return None,
    };
    if !reached.contains(&own) {
        return None;
    }
    let losing = |change: Change| matches!(change, Change::NoLongerAllowed | Change::NewlyDenied | Change::Narrowed);
    let lost: Vec<&str> = groups
        .iter()
        .filter(|group| losing(group.change))
        .flat_map(|group| &group.actions)
        .filter(|action| *action == "*" || action.starts_with("iam:"))
        .map(String::as_str)
        .collect();
    let first = lost.first()?;
    Some(match lost.len() {
        1 => format!("▲ you have this policy and may lose {first}"),
        more => format!("▲ you have this policy and may lose {first} and {} more of iam", more - 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::{account, arn};

    fn policy(action: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{action}],"Resource":"*"}}]}}"#)
    }

    fn shown(lines: &[Line]) -> String {
        let line = |line: &Line| line.iter().map(|(text, _)| text.as_str()).collect::<String>();
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn told(before: &str, after: &str, subject: &Subject) -> String {
        let mut difference = Difference::default();
        let question = difference.ask(before, after).unwrap();
        assert_eq!(difference.ask(before, after), None);
        assert!(difference.learn(&question, &question.answer()));
        shown(&effect(difference.groups().unwrap(), before, after, subject, &account()))
    }

    #[test]
    fn what_becomes_allowed_is_named_with_whom_it_reaches() {
        let subject = Subject::Managed { arn: arn("policy/cap"), version: "v1".into() };
        let before = policy("\"s3:GetObject\"");
        let after = policy("\"s3:GetObject\",\"iam:CreateAccessKey\"");
        let text = told(&before, &after, &subject);
        assert!(text.starts_with("▲ a new way to more permissions: access keys of another user"), "{text}");
        assert!(text.contains("+ newly allowed (1)\n    iam:CreateAccessKey"), "{text}");
        assert!(text.contains("For 1 of the account:\n    bob"), "{text}");
    }

    #[test]
    fn what_decides_alike_is_told_so() {
        let before = policy("\"s3:GetObject\",\"s3:*\"");
        assert_eq!(told(&before, &policy("\"s3:*\""), &Subject::New), "Every request is decided as before.");
    }
}
