//! What the statements that speak of an action say beside it: from which resources, principals and conditions to
//! which others a change goes.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{ConditionValue, List, Policy, Principal, PrincipalKind, Statement, Text};
use super::diff::{Change, ChangeGroup};
use crate::base::wildcard::matches_ignore_case;
use crate::base::work::{self, GaveUp};

/// A line of what changed: whether it came, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeLine {
    /// Whether it holds now; else it held before.
    pub is_new: bool,
    /// Such as `on arn:aws:s3:::a/*` or `only if aws:SourceIp IpAddress 10.0.0.0/8`.
    pub text: String,
}

impl ScopeLine {
    /// The sign before it.
    pub fn mark(&self) -> &'static str {
        if self.is_new { "+" } else { "-" }
    }
}

/// Actions of a group whose change is the same, and that change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped {
    /// The actions, as the group names them.
    pub actions: Vec<String>,
    /// What held before, then what holds now; nothing where the change says it all.
    pub lines: Vec<ScopeLine>,
}

/// The actions of a group by what changed about them; of more than `most` actions only so many.
pub fn scopes(group: &ChangeGroup, old: &Policy<'_>, new: &Policy<'_>, most: usize) -> Result<Vec<Scoped>, GaveUp> {
    work::within(work::COMMAND, || scoped(group, old, new, most))
}

fn scoped(group: &ChangeGroup, old: &Policy<'_>, new: &Policy<'_>, most: usize) -> Vec<Scoped> {
    let tells = matches!(group.change, Change::Widened | Change::Changed | Change::Narrowed);
    let (old, new) = (Ways::of(old, &group.old_statements), Ways::of(new, &group.new_statements));
    let mut out: Vec<Scoped> = Vec::new();
    let mut places: BTreeMap<Vec<ScopeLine>, usize> = BTreeMap::new();
    for action in group.actions.iter().take(most).take_while(|_| !work::is_spent()) {
        let lines = if tells { between(&old.about(action), &new.about(action)) } else { Vec::new() };
        work::spend(lines.iter().map(|line| 50 + line.text.len() as u64).sum());
        if let Some(other) = places.get(&lines).and_then(|at| out.get_mut(*at)) {
            other.actions.push(action.clone());
        } else {
            places.insert(lines.clone(), out.len());
            out.push(Scoped { actions: vec![action.clone()], lines });
        }
    }
    out
}

/// What statements say beside their actions, worked out once for all actions.
struct Ways<'p, 't> {
    statements: Vec<(&'p Statement<'t>, Way)>,
}

impl<'p, 't> Ways<'p, 't> {
    /// Of the statements of these numbers.
    fn of(policy: &'p Policy<'t>, numbers: &BTreeSet<usize>) -> Self {
        let own = policy.statements.iter().filter(|statement| numbers.contains(&statement.index));
        let statements = own.take_while(|_| !work::is_spent()).map(|statement| {
            let way = Way::of(statement);
            work::spend(50 * (1 + way.parts().count() as u64));
            (statement, way)
        });
        Self { statements: statements.collect() }
    }

    /// Of those that speak of an action.
    fn about(&self, action: &str) -> BTreeSet<&Way> {
        let mut found = BTreeSet::new();
        for (statement, way) in self.statements.iter().take_while(|_| !work::is_spent()) {
            work::spend(5);
            if speaks_of(statement, action) {
                work::spend(50);
                found.insert(way);
            }
        }
        found
    }
}

/// What one statement says beside its actions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    denies: bool,
    principals: BTreeSet<String>,
    resources: BTreeSet<String>,
    conditions: BTreeSet<String>,
}

impl Way {
    fn of(statement: &Statement<'_>) -> Self {
        let list = |list: &Option<List<'_>>, but: &str| -> Vec<String> {
            let items = list.iter().flat_map(|list| &list.items);
            items.map(|item| format!("on {but}{}", item.as_str())).collect()
        };
        let who = statement.principal.iter().flat_map(principals).map(|who| format!("for {who}"));
        let but = statement.not_principal.iter().flat_map(principals).map(|who| format!("for all but {who}"));
        let resources = [list(&statement.resource, ""), list(&statement.not_resource, "all but ")];
        Self {
            denies: !statement.allows(),
            principals: who.chain(but).collect(),
            resources: resources.into_iter().flatten().collect(),
            conditions: conditions(statement).map(|condition| format!("only if {condition}")).collect(),
        }
    }

    /// Everything that it says, a part each.
    fn parts(&self) -> impl Iterator<Item = &String> {
        self.principals.iter().chain(&self.resources).chain(&self.conditions)
    }

    /// All of it in one line.
    fn whole(&self) -> String {
        let parts: Vec<&str> = self.parts().map(String::as_str).collect();
        let effect = if self.denies { "denied" } else { "allowed" };
        format!("{effect} {}", parts.join(", "))
    }
}

/// Whether a statement speaks of an action, or of a part of what a wildcard stands for.
fn speaks_of(statement: &Statement<'_>, action: &str) -> bool {
    let meets =
        |item: &Text<'_>| matches_ignore_case(item.as_str(), action) || matches_ignore_case(action, item.as_str());
    match (&statement.action, &statement.not_action) {
        (Some(list), _) => list.items.iter().any(meets),
        (None, Some(list)) => !list.items.iter().any(|item| matches_ignore_case(item.as_str(), action)),
        (None, None) => false,
    }
}

/// What differs: of one statement that took the place of one other, only its parts that differ; else whole statements.
fn between(old: &BTreeSet<&Way>, new: &BTreeSet<&Way>) -> Vec<ScopeLine> {
    let gone: Vec<&Way> = old.difference(new).copied().collect();
    let come: Vec<&Way> = new.difference(old).copied().collect();
    let line = |is_new: bool, text: &str| ScopeLine { is_new, text: text.to_owned() };
    if let ([before], [after]) = (gone.as_slice(), come.as_slice())
        && before.denies == after.denies
    {
        let only = |one: &Way, other: &Way, is_new: bool| -> Vec<ScopeLine> {
            let sides = [
                (&one.principals, &other.principals),
                (&one.resources, &other.resources),
                (&one.conditions, &other.conditions),
            ];
            sides.into_iter().flat_map(|(one, other)| one.difference(other)).map(|part| line(is_new, part)).collect()
        };
        return [only(before, after, false), only(after, before, true)].concat();
    }
    let gone = gone.into_iter().map(|way| line(false, &way.whole()));
    gone.chain(come.into_iter().map(|way| line(true, &way.whole()))).collect()
}

/// The conditions of a statement in words, such as `aws:SourceIp IpAddress 10.0.0.0/8 or 10.1.0.0/16`.
pub fn conditions<'a>(statement: &'a Statement<'_>) -> impl Iterator<Item = String> + 'a {
    statement.conditions().map(|(block, entry)| {
        let values: Vec<&str> = entry.values.iter().map(ConditionValue::as_str).collect();
        format!("{} {} {}", entry.name.value, block.name.value, values.join(" or "))
    })
}

/// The principals in words, each written in one way only.
pub fn principals(principal: &Principal<'_>) -> Vec<String> {
    let plain = principal.plain.iter().map(|text| (None, text));
    let grouped = principal.groups.iter().flat_map(|group| group.list.items.iter().map(move |text| (group.kind, text)));
    let name = |(kind, text): (Option<PrincipalKind>, &Text<'_>)| match (kind, text.as_str()) {
        (None | Some(PrincipalKind::Aws), "*") => "everyone".to_owned(),
        (Some(PrincipalKind::Aws), value) => {
            let root = value.strip_suffix(":root").and_then(|arn| arn.split(':').nth(4));
            let is_number = value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit());
            match root.or(is_number.then_some(value)) {
                Some(account) => format!("account {account}"),
                None => value.to_owned(),
            }
        }
        (_, value) => value.to_owned(),
    };
    plain.chain(grouped).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::policy::diff::diff;
    use crate::policy::read;

    /// The statements of two policies, and what is said of each change: its actions and lines.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[(&str, &[&str])]) {
        let text = |inner: &str| format!(r#"{{"Statement": [{inner}]}}"#);
        let (old, new) = (text(old), text(new));
        let (old, new) = (read(&old), read(&new));
        let groups = diff(&old, &new, Catalog::bundled()).unwrap();
        let scoped: Vec<Scoped> = groups.iter().flat_map(|group| scopes(group, &old, &new, 24).unwrap()).collect();
        let shown: Vec<(String, Vec<String>)> = scoped
            .iter()
            .map(|one| {
                let lines = one.lines.iter().map(|line| format!("{} {}", line.mark(), line.text));
                (one.actions.join(" "), lines.collect())
            })
            .collect();
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(actions, lines)| ((*actions).to_owned(), lines.iter().map(|line| (*line).to_owned()).collect()))
            .collect();
        assert_eq!(shown, expected);
    }

    const GET: &str =
        r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::a/*"}"#;

    #[test]
    fn a_changed_resource_says_from_what_to_what() {
        check(
            GET,
            &GET.replace(":a/*", ":payroll/*"),
            &[("s3:GetObject s3:PutObject", &["- on arn:aws:s3:::a/*", "+ on arn:aws:s3:::payroll/*"])],
        );
        check(
            GET,
            &GET.replace("\"arn:aws:s3:::a/*\"", "\"*\""),
            &[("s3:GetObject s3:PutObject", &["- on arn:aws:s3:::a/*", "+ on *"])],
        );
        check(
            GET,
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}"#,
            &[("s3:PutObject", &[])],
        );
    }

    #[test]
    fn a_changed_condition_says_from_what_to_what() {
        let when = |value: &str| {
            GET.replace(
                "a/*\"}",
                &format!("a/*\", \"Condition\": {{\"StringEquals\": {{\"aws:PrincipalTag/team\": {value}}}}}}}"),
            )
        };
        check(
            GET,
            &when("\"x\""),
            &[("s3:GetObject s3:PutObject", &["+ only if aws:PrincipalTag/team StringEquals x"])],
        );
        check(
            &when("\"x\""),
            &when("[\"x\", \"y\"]"),
            &[(
                "s3:GetObject s3:PutObject",
                &[
                    "- only if aws:PrincipalTag/team StringEquals x",
                    "+ only if aws:PrincipalTag/team StringEquals x or y",
                ],
            )],
        );
    }

    #[test]
    fn each_action_has_the_change_of_its_own_statements() {
        let send =
            r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:111122223333:one"}"#;
        let old = format!("{GET}, {send}");
        check(
            &old,
            &old.replace(":a/*", ":b/*").replace(":one", ":two"),
            &[
                ("s3:GetObject s3:PutObject", &["- on arn:aws:s3:::a/*", "+ on arn:aws:s3:::b/*"]),
                (
                    "sqs:SendMessage",
                    &["- on arn:aws:sqs:us-east-1:111122223333:one", "+ on arn:aws:sqs:us-east-1:111122223333:two"],
                ),
            ],
        );
    }

    #[test]
    fn what_changed_in_hostile_policies_is_given_up_or_told_in_time() {
        let policy = |mark: &str| {
            let statement = |at: usize| {
                format!(r#"{{"Effect":"Allow","NotAction":"x:y{at}","Resource":"arn:aws:s3:::{mark}{at}/*"}}"#)
            };
            format!(r#"{{"Statement":[{}]}}"#, (0..2_000).map(statement).collect::<Vec<_>>().join(","))
        };
        let (before, after) = (policy("a"), policy("b"));
        let (old, new) = (read(&before), read(&after));
        let group = ChangeGroup {
            change: Change::Changed,
            actions: (0..10_000).map(|at| format!("s3:Action{at}")).collect(),
            old_statements: (0..2_000).collect(),
            new_statements: (0..2_000).collect(),
        };
        let start = std::time::Instant::now();
        assert!(work::within(work::WHILE_TYPING, || scopes(&group, &old, &new, 24)).flatten().is_err());
        scopes(&group, &old, &new, usize::MAX).unwrap_err();
        assert!(start.elapsed() < std::time::Duration::from_mins(1), "{:?}", start.elapsed());
        let told = scopes(&group, &old, &new, 1).unwrap();
        assert_eq!((told.len(), told[0].lines.len()), (1, 4_000));
    }
}
