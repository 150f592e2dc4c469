//! Ending sessions: a denial of everything that was begun before a moment.

use jiff::Timestamp;

use crate::model::{Account, Document};
use crate::plan::{Plan, PlanError, Step};

use super::{Owner, put_inline};

/// The name of the inline policy, which the console uses as well.
pub const REVOKE: &str = "AWSRevokeOlderSessions";

/// The document that denies everything to sessions that were begun before a moment.
pub fn revocation(before: Timestamp) -> Document {
    // Whole seconds, as the console writes them.
    let before = before.strftime("%Y-%m-%dT%H:%M:%SZ");
    Document::new(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{before}"}}}}}}]}}"#
    ))
}

/// The plan that ends the sessions of a role, or the console sign-ins of a user, that are open.
pub fn revoke_sessions(account: &Account, owner: &Owner, before: Timestamp) -> Result<Plan, PlanError> {
    let of = match owner {
        Owner::User(_) => "console sign-ins of user",
        Owner::Role(_) => "sessions of role",
        Owner::Group(_) => return Err(PlanError::Nothing("a group has no sessions".to_owned())),
    };
    let mut plan = Plan::new(format!("revoke the {of} {}", owner.name()));
    plan.push(revoke_step(account, owner, before)?);
    Ok(plan.seeing(account))
}

/// The step that writes the denial; a former one is kept for undo.
pub(super) fn revoke_step(account: &Account, owner: &Owner, before: Timestamp) -> Result<Step, PlanError> {
    let mut plan = put_inline(account, owner, REVOKE, &revocation(before))?;
    let step = plan.steps.pop().ok_or_else(|| PlanError::Nothing("nothing is revoked".to_owned()))?;
    let (who, keys) = match owner {
        Owner::User(name) => (format!("user {name}"), "; access keys keep working"),
        other => (format!("anyone who uses role {}", other.name()), ""),
    };
    let why = "denies everything to sessions that began before now; later ones are not touched";
    Ok(Step { why: why.to_owned(), ..step }.risk(format!("{who} must sign in again{keys}; it can take some minutes")))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_768_478_400).unwrap()
    }

    #[test]
    fn the_denial_is_the_one_that_the_console_writes() {
        insta::assert_snapshot!(revocation(now()).text(), @r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-15T12:00:00Z"}}}]}"#);
    }

    #[test]
    fn sessions_of_a_role_and_sign_ins_of_a_user_end() {
        let bob = Owner::User("bob".into());
        let plan = revoke_sessions(&account(), &bob, now()).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "write inline policy AWSRevokeOlderSessions of user bob");
        assert_eq!(undo_lines(&plan), "delete inline policy AWSRevokeOlderSessions of user bob");
        assert_eq!(plan.title, "revoke the console sign-ins of user bob");
        assert!(revoke_sessions(&account(), &Owner::Group("admins".into()), now()).is_err());
    }
}
