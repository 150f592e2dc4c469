//! Revoking sign-in sessions: the AWS CLI, agents and browsers that somebody is signed in with.

use jiff::Timestamp;

use crate::api::Signin;
use crate::model::{Account, Identity, Principal, SigninOwner, SigninQuery, SigninSession, SigninStatus};
use crate::plan::neighbours::{LONGEST_REASON, REVOKED_AT_ONCE};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::partition;

/// The plan that revokes sign-in sessions, so many a call as AWS takes.
pub fn revoke_signin_sessions(
    account: &Account,
    sessions: &[&SigninSession],
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return Err(PlanError::Refused {
            what: format!("the reason has more than {LONGEST_REASON} characters"),
            hint: "Give a shorter reason.",
        });
    }
    let mut active: Vec<&SigninSession> = Vec::new();
    for session in sessions.iter().filter(|session| session.status(now) == SigninStatus::Active) {
        if !active.iter().any(|other| other.arn == session.arn) {
            active.push(session);
        }
    }
    active.sort_by(|one, other| one.owner.cmp(&other.owner));
    let title = match (active.as_slice(), sessions) {
        ([], []) => return Err(PlanError::Nothing("there are no sign-in sessions".to_owned())),
        ([], [one]) => return Err(PlanError::Nothing(format!("sign-in session {} is not active", one.id()))),
        ([], _) => return Err(PlanError::Nothing("none of the sign-in sessions is active".to_owned())),
        ([one], _) => format!("revoke sign-in session {} of {}", one.id(), one.owner),
        ([first, rest @ ..], _) if rest.iter().all(|other| other.owner == first.owner) => {
            format!("revoke {} sign-in sessions of {}", active.len(), first.owner)
        }
        (more, _) => format!("revoke {} sign-in sessions", more.len()),
    };
    let mut plan = Plan::new(title);
    for batch in active.chunks(REVOKED_AT_ONCE) {
        plan.push(step(account, batch, reason));
    }
    Ok(plan.seeing(account))
}

/// The steps that revoke what is active of an identity; none where its sessions could not be read.
pub(super) fn active_steps(account: &Account, owner: SigninOwner, now: Timestamp) -> Vec<Step> {
    let held = account.signin_sessions(&SigninQuery::Of(owner)).known();
    let sessions = held.into_iter().flat_map(|held| held.iter()).map(|session| &**session);
    let active: Vec<&SigninSession> = sessions.filter(|session| session.status(now) == SigninStatus::Active).collect();
    active.chunks(REVOKED_AT_ONCE).map(|batch| step(account, batch, None)).collect()
}

fn step(account: &Account, batch: &[&SigninSession], reason: Option<&str>) -> Step {
    // Where several identities own them, the whole account is asked.
    let owner = batch.first().map(|first| &first.owner).filter(|owner| batch.iter().all(|one| one.owner == **owner));
    let query = owner.map_or(SigninQuery::Account, |owner| SigninQuery::Of(owner.clone()));
    let number = account.identity().map_or("", |identity| identity.account.as_str());
    let arns: Vec<&str> = batch.iter().map(|session| session.arn.as_str()).collect();
    let call = Call::new(Signin::BatchRevokeSessions)
        .with("principalArn", query.principal(partition(account), number))
        .with("sessionArns", arns)
        .with_some("reason", reason);
    let own = account.identity().map(Identity::principal);
    let is_own = |owner: &SigninOwner| match (&own, owner) {
        (Some(Principal::User(user)), SigninOwner::User(name)) => user == name,
        (Some(Principal::AssumedRole { role, .. }), SigninOwner::Role(name)) => role == name,
        (Some(Principal::Root), SigninOwner::Root) => true,
        _ => false,
    };
    let mut risk = "who uses them must sign in again; credentials already handed out end within minutes".to_owned();
    if batch.iter().any(|session| is_own(&session.owner)) {
        risk.push_str("; your own sessions may be among them");
    }
    Step::new(call, "a revoked session cannot be refreshed")
        .risk(risk)
        .undo(Inverse::never("a revoked session stays revoked"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines};
    use super::*;
    use crate::base::arn::Arn;
    use crate::plan::Undo;

    fn now() -> Timestamp {
        Timestamp::from_second(1_768_478_400).unwrap()
    }

    fn session(id: usize, owner: &str, is_revoked: bool) -> SigninSession {
        SigninSession {
            arn: Arn::parse(&format!("arn:aws:signin:us-east-1:123456789012:session/{id}")).unwrap(),
            owner: SigninOwner::User(owner.into()),
            issued: now(),
            expires: Timestamp::from_second(1_768_482_000).unwrap(),
            is_revoked,
            client_type: None,
            client: None,
            resource: None,
        }
    }

    #[track_caller]
    fn check(sessions: &[SigninSession], told: &str) {
        let sessions: Vec<&SigninSession> = sessions.iter().collect();
        let answer = match revoke_signin_sessions(&account(), &sessions, Some("lost laptop"), now()) {
            Ok(plan) => {
                plan.check().unwrap();
                assert!(plan.steps.iter().all(|step| matches!(step.undoable(), Undo::Never(_))));
                format!("{}\n{}", plan.title, lines(&plan))
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(answer, told);
    }

    #[test]
    fn as_many_go_in_a_call_as_aws_takes() {
        let many: Vec<_> = (0..7).map(|id| session(id, "bob", false)).collect();
        check(
            &many,
            "revoke 7 sign-in sessions of user bob\nrevoke 5 sign-in sessions of user bob\n\
             revoke 2 sign-in sessions of user bob",
        );
        check(
            &[session(1, "bob", false), session(2, "ada", false)],
            "revoke 2 sign-in sessions\nrevoke 2 sign-in sessions",
        );
        check(
            &[session(1, "bob", false), session(1, "bob", false), session(2, "bob", true)],
            "revoke sign-in session 1 of user bob\nrevoke sign-in session 1 of user bob",
        );
    }

    #[test]
    fn what_is_revoked_or_over_is_left_alone() {
        check(&[session(2, "bob", true)], "sign-in session 2 is not active: nothing to do");
        check(&[], "there are no sign-in sessions: nothing to do");
        let late = now() + jiff::SignedDuration::from_hours(2);
        let over = session(3, "bob", false);
        assert!(revoke_signin_sessions(&account(), &[&over], None, late).is_err());
        let long = "x".repeat(257);
        let refused = revoke_signin_sessions(&account(), &[&over], Some(&long), now()).unwrap_err();
        assert_eq!(refused.to_string(), "the reason has more than 256 characters");
    }
}
