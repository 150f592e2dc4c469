//! What was not read of an account, so that no answer sounds surer than it is.

use std::collections::BTreeSet;

use super::access::Access;
use super::callers::{Caller, CallerKind};
use crate::model::{Account, Progress};

/// The permission whose call tells users, groups, roles and all their policies at once.
const PERMISSION: &str = "iam:GetAccountAuthorizationDetails";

/// The most gaps that are named one by one; more of them are counted.
const NAMED: usize = 2;

/// The most gaps that are named of those whom a change reaches.
const FIRST: usize = 4;

/// Whether the read of all users, groups, roles and policies came to its end.
fn is_whole(account: &Account) -> bool {
    matches!(account.bulk(), Progress::Complete { .. })
}

/// The lists of users and roles that were not read to their end.
pub fn principals(account: &Account) -> Vec<String> {
    let is_read = |complete: bool| complete || is_whole(account);
    match (is_read(account.users().is_complete()), is_read(account.roles().is_complete())) {
        (true, true) => Vec::new(),
        (false, true) => vec!["the list of users (iam:ListUsers)".to_owned()],
        (true, false) => vec!["the list of roles (iam:ListRoles)".to_owned()],
        (false, false) => vec![format!("the users, the roles and their policies ({PERMISSION})")],
    }
}

/// The list of roles, with whom they trust, where it was not read to its end.
pub fn roles(account: &Account) -> Option<String> {
    let is_read = account.roles().is_complete() || is_whole(account);
    (!is_read).then(|| "the roles were not read (iam:ListRoles)".to_owned())
}

/// The list of groups, where it was not read to its end.
pub fn groups(account: &Account) -> Option<String> {
    let is_read = account.groups().is_complete() || is_whole(account);
    (!is_read).then(|| "the groups were not read (iam:ListGroups)".to_owned())
}

/// The list of the account's own policies, where it was not read to its end.
pub fn managed(account: &Account) -> Option<String> {
    let is_read = account.policies().is_complete() || is_whole(account);
    (!is_read).then(|| "the policies were not read (iam:ListPolicies)".to_owned())
}

/// What was not read of the policies of an account.
pub fn policies(access: &Access<'_>) -> Vec<String> {
    among(access.account(), &access.callers())
}

/// The same where the callers of the account are at hand.
pub fn among(account: &Account, callers: &[Caller]) -> Vec<String> {
    let mut lines = principals(account);
    let lacking = || callers.iter().filter(|caller| !caller.powers.unknown.is_empty());
    let gaps: BTreeSet<&String> = lacking().flat_map(|caller| &caller.powers.unknown).collect();
    if gaps.len() <= NAMED {
        lines.extend(gaps.into_iter().cloned());
        return lines;
    }
    let count = |kind: CallerKind, word: &str| match lacking().filter(|caller| caller.kind == kind).count() {
        0 => None,
        1 => Some(format!("1 {word}")),
        more => Some(format!("{more} {word}s")),
    };
    let counted: Vec<String> =
        [count(CallerKind::User, "user"), count(CallerKind::Role, "role")].into_iter().flatten().collect();
    lines.push(format!("policies of {} ({PERMISSION})", counted.join(" and ")));
    lines
}

/// What was not read of several: the first few, and how much more.
pub fn shortened(gaps: BTreeSet<String>) -> Vec<String> {
    let more = gaps.len().saturating_sub(FIRST);
    let mut lines: Vec<String> = gaps.into_iter().take(FIRST).collect();
    if more > 0 {
        lines.push(format!("{more} more of their policies ({PERMISSION})"));
    }
    lines
}

/// What was not read of one user, group or role.
pub fn of_one(unknown: &[String]) -> Vec<String> {
    if unknown.len() <= NAMED { unknown.to_vec() } else { vec![format!("its policies ({PERMISSION})")] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::describe::{AccountQuestion, Asked};
    use crate::insight::find::Query;
    use crate::insight::fixture::lab;
    use crate::model::{Fact, ResourceRef, Update};
    use std::sync::Arc;

    /// The account of which only the names of users are known.
    fn names() -> Account {
        let mut account = Account::default();
        for user in lab().users().rows() {
            let mut user = user.as_ref().clone();
            user.facts = crate::model::UserFacts::default();
            user.facts.tags = Fact::Unknown;
            account.apply(Update::User(Box::new(user)));
        }
        account
    }

    /// What an answer about an account has and has not in it.
    #[track_caller]
    fn check(account: Account, asked: Asked, has: &[&str], lacks: &[&str]) {
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        let question =
            AccountQuestion { account: Arc::new(account), asked, now, stop: crate::base::work::Stop::default() };
        let text: Vec<String> = question.answer().unwrap().into_iter().map(|line| line.text).collect();
        let text = text.join("\n");
        for one in has {
            assert!(text.contains(one), "`{one}` is not in\n{text}");
        }
        for one in lacks {
            assert!(!text.contains(one), "`{one}` is in\n{text}");
        }
    }

    const LISTS: &str = "not read: the users, the roles and their policies (iam:GetAccountAuthorizationDetails)";

    #[test]
    fn policies_that_were_not_read_give_no_verdict() {
        check(
            names(),
            Asked::Escalation,
            &["unknown: the policies were not read", LISTS, "policies of 4 users (iam:GetAccountAuthorizationDetails)"],
            &["none", "the inline policies of"],
        );
        check(
            names(),
            Asked::Review,
            &[
                "no score",
                "passed: none",
                "not checked: privilege-escalation: not read: ",
                "public-trust: the roles were not read",
            ],
            &["score 0", "not met"],
        );
        check(
            names(),
            Asked::Find(Query::parse("s3:*").unwrap()),
            &["0 statements found in what was read", LISTS],
            &[],
        );
        check(
            names(),
            Asked::Access(ResourceRef::User("bob".into())),
            &["bob: unknown", "not read: its policies (iam:GetAccountAuthorizationDetails)"],
            &["not an administrator"],
        );
    }

    #[test]
    fn what_was_read_whole_has_no_gaps() {
        assert_eq!(policies(&Access::new(&lab())), [""; 0]);
        check(lab(), Asked::Review, &["score "], &["no score"]);
    }
}
