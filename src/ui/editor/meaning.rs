//! What an edit changes by meaning: what becomes allowed or denied, for whom, and what that may lead to.

mod trust;

use std::collections::BTreeSet;

use crate::base::wildcard::matches_ignore_case;
use crate::base::work::{self, GaveUp};
use crate::catalog::dangers::ESCALATIONS;
use crate::effect::BackgroundTask;
use crate::insight::describe;
use crate::insight::references::affected;
use crate::model::{Account, Document, Principal, ResourceRef};
use crate::policy::ast::Policy;
use crate::policy::diff::{Change, ChangeGroup};
use crate::policy::read;
use crate::policy::scope::scopes;
use crate::theme::Look;
use crate::ui::layers::access as answer;

use super::Subject;
use super::pane::Line;

/// The most actions of one sort that are named.
const MOST: usize = 24;

/// The most new ways to more permissions that are named.
const WAYS: usize = 3;

/// Changes of so many lines leave room for the new ways below them.
const SHORT: usize = 6;

fn lines(groups: &[ChangeGroup], old: &Policy<'_>, new: &Policy<'_>) -> Vec<Line> {
    if groups.is_empty() {
        return vec![vec![("Every request gets the same result as before.".to_owned(), Look::Good)]];
    }
    let mut lines = Vec::new();
    for group in groups {
        let (mark, role) = match group.change {
            Change::MatchesNothing => ("▲", Look::Warning),
            Change::Changed => ("~", Look::Warning),
            change if change.grants() => ("+", Look::Warning),
            _ => ("-", Look::Info),
        };
        let count = group.actions.len();
        lines.push(vec![(format!("{mark} {} ({count})", group.change.name()), role)]);
        let told = work::within(work::WHILE_TYPING, || scopes(group, old, new, MOST)).flatten();
        if let Err(gave_up) = told {
            lines.push(vec![(format!("    {gave_up}"), Look::Unknown)]);
        }
        for scoped in told.into_iter().flatten() {
            lines.extend(scoped.actions.iter().map(|action| vec![(format!("    {action}"), Look::Text)]));
            let changed = scoped.lines.iter().map(|line| {
                let role = if line.is_new { Look::Added } else { Look::Removed };
                vec![(format!("      {} {}", line.mark(), line.text), role)]
            });
            lines.extend(changed);
        }
        if count > MOST {
            lines.push(vec![(format!("    and {} more", count - MOST), Look::Muted)]);
        }
    }
    lines
}

/// What differs between two texts, worked out aside.
#[derive(Debug, Default)]
pub struct Difference {
    /// The texts that were asked about last.
    asked: Option<[Document; 2]>,
    groups: Option<Result<Vec<ChangeGroup>, GaveUp>>,
}

impl Difference {
    /// The task that works it out, where these texts were not asked about yet.
    pub fn task(&mut self, old: &str, new: &str) -> Option<BackgroundTask> {
        let is_asked = |[o, n]: &[Document; 2]| o.text() == old && n.text() == new;
        if self.asked.as_ref().is_some_and(is_asked) {
            return None;
        }
        self.groups = None;
        let [old, new] = [old, new].map(Document::new);
        self.asked = Some([old.clone(), new.clone()]);
        Some(BackgroundTask::Difference { old, new })
    }

    /// Takes the result, if it is about its own texts; whether it was.
    pub fn take(&mut self, old: &Document, new: &Document, groups: &Result<Vec<ChangeGroup>, GaveUp>) -> bool {
        let own = self.asked.as_ref().is_some_and(|[o, n]| o == old && n == new);
        if own {
            self.groups = Some(groups.clone());
        }
        own
    }

    /// The changes, once they are known or given up.
    pub fn groups(&self) -> Option<&Result<Vec<ChangeGroup>, GaveUp>> {
        self.groups.as_ref()
    }
}

/// The effect of an edit: changes, for whom, new ways to more, and what the user may lose.
pub fn effect(
    groups: &Result<Vec<ChangeGroup>, GaveUp>,
    old: &str,
    new: &str,
    subject: &Subject,
    account: &Account,
) -> Vec<Line> {
    let groups = match groups {
        Ok(groups) => groups,
        Err(gave_up) => return vec![vec![(format!("▲ Not compared: {gave_up}"), Look::Warning)]],
    };
    let (before, after) = (read(old), read(new));
    if matches!(subject, Subject::Trust(_)) && !groups.is_empty() {
        return trust::effect(groups, &before, &after);
    }
    let reached = reached(subject, account);
    let mut out = Vec::new();
    if let Some(lost) = lockout(groups, &reached, account) {
        out.push(vec![(lost, Look::Danger)]);
    }
    // What changes comes first, unless that would push what it leads to out of sight.
    let (changes, ways) = (lines(groups, &before, &after), ways(&before, &after));
    if changes.len() <= SHORT {
        out.extend(changes.into_iter().chain(ways));
    } else {
        out.extend(ways.into_iter().chain(changes));
    }
    let names: Vec<&str> = reached.iter().map(ResourceRef::name).collect();
    if groups.is_empty() {
        return out;
    }
    match (subject, names.as_slice()) {
        (Subject::New | Subject::File(_), _) => {}
        (_, []) => out.push(vec![("No known user, group or role has this policy.".to_owned(), Look::Muted)]),
        (_, names) => {
            out.push(vec![(format!("For {} of the account:", names.len()), Look::Heading)]);
            out.extend(names.iter().take(MOST).map(|name| vec![(format!("    {name}"), Look::Text)]));
        }
    }
    out
}

/// What becomes of everybody's permissions, as lines of the pane.
pub fn on_everybody(told: &[describe::Line]) -> Vec<Line> {
    if told.is_empty() {
        return Vec::new();
    }
    let line = |line: &describe::Line| {
        let indent = " ".repeat(usize::from(line.indent) + 4);
        vec![(format!("{indent}{}", line.text), answer::role(line.tone))]
    };
    let head = vec![("Once it is saved:".to_owned(), Look::Heading)];
    std::iter::once(head).chain(told.iter().map(line)).collect()
}

/// Who has the document, as far as is known.
fn reached(subject: &Subject, account: &Account) -> BTreeSet<ResourceRef> {
    match subject {
        Subject::Managed { arn, .. } => {
            let found = affected(account, arn);
            found.attached.into_iter().chain(found.through_groups).chain(found.bounded).collect()
        }
        Subject::Inline { owner: ResourceRef::Group(name), .. } => {
            let members = account.references().members(name).iter().cloned().map(ResourceRef::User);
            members.chain([ResourceRef::Group(name.clone())]).collect()
        }
        Subject::Inline { owner, .. } => BTreeSet::from([owner.clone()]),
        _ => BTreeSet::new(),
    }
}

/// The ways to more permissions that open only now: how many, and the first few, which need the fewest actions.
fn ways(old: &Policy<'_>, new: &Policy<'_>) -> Vec<Line> {
    let ways = new_ways(old, new);
    let danger = |text: String| vec![(text, Look::Danger)];
    match ways.as_slice() {
        [] => Vec::new(),
        [way] => vec![danger(format!("▲ new privilege escalation: {way}"))],
        all => {
            let mut out = vec![danger(format!("▲ {} new privilege escalations:", all.len()))];
            out.extend(all.iter().take(WAYS).map(|way| danger(format!("    {way}"))));
            if all.len() > WAYS {
                out.push(vec![(format!("    and {} more", all.len() - WAYS), Look::Muted)]);
            }
            out
        }
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
fn lockout(groups: &[ChangeGroup], reached: &BTreeSet<ResourceRef>, account: &Account) -> Option<String> {
    let own = match account.identity()?.principal() {
        Principal::User(name) => ResourceRef::User(name),
        Principal::AssumedRole { role, .. } => ResourceRef::Role(role),
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
    use crate::catalog::Catalog;
    use crate::insight::fixture::{account, arn};
    use crate::policy::diff::diff;

    fn policy(action: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{action}],"Resource":"*"}}]}}"#)
    }

    fn shown(lines: &[Line]) -> String {
        let line = |line: &Line| line.iter().map(|(text, _)| text.as_str()).collect::<String>();
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn told(before: &str, after: &str, subject: &Subject) -> String {
        let mut difference = Difference::default();
        let Some(BackgroundTask::Difference { old, new }) = difference.task(before, after) else { panic!() };
        assert_eq!(difference.task(before, after), None);
        assert!(difference.take(&old, &new, &diff(&read(old.text()), &read(new.text()), Catalog::bundled())));
        shown(&effect(difference.groups().unwrap(), before, after, subject, &account()))
    }

    #[test]
    fn what_becomes_allowed_is_named_with_whom_it_reaches() {
        let subject = Subject::Managed { arn: arn("policy/cap"), version: "v1".into() };
        let before = policy("\"s3:GetObject\"");
        let after = policy("\"s3:GetObject\",\"iam:CreateAccessKey\"");
        let text = told(&before, &after, &subject);
        let wanted = "+ newly allowed (1)\n    iam:CreateAccessKey\n\
                      ▲ new privilege escalation: access keys of another user\n";
        assert!(text.starts_with(wanted), "{text}");
        assert!(text.contains("For 1 of the account:\n    bob"), "{text}");
    }

    #[test]
    fn what_fits_no_resource_is_told_apart() {
        let on_objects =
            |actions: &str| policy(actions).replace(r#""Resource":"*""#, r#""Resource":"arn:aws:s3:::a/*""#);
        let text =
            told(&on_objects("\"s3:GetObject\""), &on_objects("\"s3:GetObject\",\"s3:ListBucket\""), &Subject::New);
        assert_eq!(text, "▲ matches no resource (1)\n    s3:ListBucket");
    }

    #[test]
    fn what_decides_alike_is_told_so() {
        let before = policy("\"s3:GetObject\",\"s3:*\"");
        assert_eq!(told(&before, &policy("\"s3:*\""), &Subject::New), "Every request gets the same result as before.");
    }

    #[test]
    fn what_opens_many_ways_names_the_change_and_a_few_of_them() {
        let text = told("", &policy("\"*\""), &Subject::New);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("+ newly allowed (1)"));
        assert_eq!(lines.next(), Some("    *"));
        assert!(lines.next().is_some_and(|line| line.ends_with(" new privilege escalations:")), "{text}");
        assert_eq!(lines.next(), Some("    a new policy version"));
        assert!(lines.nth(2).is_some_and(|line| line.starts_with("    and ")), "{text}");
        assert_eq!(lines.next(), None);
    }

    /// A trust policy of these principals, with this after the action.
    fn trust(principal: &str, rest: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"{rest}}}]}}"#
        )
    }

    #[track_caller]
    fn check_trust(before: &str, after: &str, wanted: &[&str]) {
        let text = told(before, after, &Subject::Trust("nightly".into()));
        assert_eq!(text.lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_trust_policy_tells_who_may_assume_the_role_and_who_no_longer() {
        let lambda = r#"{"Service":"lambda.amazonaws.com"}"#;
        let other = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;
        let external = r#","Condition":{"StringEquals":{"sts:ExternalId":"x"}}"#;
        check_trust(
            &trust(lambda, ""),
            &trust(other, external),
            &[
                "+ may assume the role now: account 111122223333",
                "    only if sts:ExternalId StringEquals x",
                "- may no longer assume the role: lambda.amazonaws.com",
            ],
        );
        let narrowed = [
            "- may assume the role in fewer cases: account 111122223333",
            "    now only if sts:ExternalId StringEquals x",
            "    before without a condition",
        ];
        check_trust(&trust(r#"{"AWS":"111122223333"}"#, ""), &trust(other, external), &narrowed);
        let widened = [
            "+ may assume the role in more cases: account 111122223333",
            "    now without a condition",
            "    before only if sts:ExternalId StringEquals x",
        ];
        check_trust(&trust(other, external), &trust(other, ""), &widened);
        let denied = trust(lambda, "").replace("Allow", "Deny");
        let turned = [
            "- may no longer assume the role: lambda.amazonaws.com",
            "- denied now: lambda.amazonaws.com",
            "    without a condition",
        ];
        check_trust(&trust(lambda, ""), &denied, &turned);
    }

    #[test]
    fn what_else_a_trust_policy_allows_is_told_too() {
        let before = trust("\"*\"", "");
        let after = before.replace("\"sts:AssumeRole\"", "[\"sts:AssumeRole\",\"sts:TagSession\"]");
        check_trust(&before, &after, &["+ newly allowed (1)", "    sts:TagSession"]);
    }
}
