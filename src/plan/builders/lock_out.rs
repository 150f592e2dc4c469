//! Locking a user or role out at once, as in an incident: everything is blocked and nothing is thrown away.

use jiff::Timestamp;

use crate::model::{Account, Document, SigninOwner, Status, User};
use crate::plan::{Call, Inverse, Plan, PlanError, SecretFrom, Step, Undo};
use crate::policy::size::Size;

use super::attach::{attach_room, inline_policies};
use super::disable_user::{DENY_ALL, DOCUMENT};
use super::documents::acceptable;
use super::revoke::{REVOKE, revocation, revoke_step};
use super::signin_sessions::active_steps;
use super::{Owner, attach_step, held, held_rows, leave_step, partition, user};

/// A user or role to lock out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockOut {
    /// Who.
    pub owner: Owner,
    /// Whether a user leaves its groups too. The denial blocks what they allow already.
    pub leave_groups: bool,
    /// Roles whose sessions are revoked as well, whoever began them: those that the user may have assumed.
    pub roles: Vec<String>,
    /// Sessions that began before this moment are denied everything.
    pub before: Timestamp,
}

impl LockOut {
    /// The plan. The denial comes first: it stops whoever is at work while the other steps are made.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let (owner, name) = (&self.owner, self.owner.name());
        if let Owner::Group(name) = owner {
            return Err(PlanError::Refused {
                what: format!("group {name} cannot be locked out: only users and roles make requests"),
                hint: "Lock out its members.",
            });
        }
        let mut plan = Plan::new(format!("lock out {} {name}", owner.kind()));
        self.deny(&mut plan, account)?;
        // Where AWS Sign-In tells the sessions they end for good; the denial covers what was handed out before.
        let signed_in = match owner {
            Owner::User(name) => SigninOwner::User(name.as_str().into()),
            Owner::Group(name) | Owner::Role(name) => SigninOwner::Role(name.as_str().into()),
        };
        for step in active_steps(account, signed_in, self.before) {
            plan.push(step);
        }
        if let Owner::User(name) = owner {
            credentials(&mut plan, user(account, name)?)?;
            if self.leave_groups {
                for group in held_rows(&user(account, name)?.facts.groups, || format!("the groups of {name}"))? {
                    plan.push(leave_step(name, group.as_str(), "removes what the group allows"));
                }
            }
        }
        for role in &self.roles {
            let role = Owner::Role(role.clone());
            if role != *owner {
                plan.push(revoke_step(account, &role, self.before)?);
                for step in active_steps(account, SigninOwner::Role(role.name().into()), self.before) {
                    plan.push(step);
                }
            }
        }
        if plan.steps.is_empty() {
            return Err(PlanError::Nothing(format!("{} {name} is locked out already", owner.kind())));
        }
        Ok(plan.seeing(account))
    }

    /// Denies everything, and once more everything to sessions that are open: that stays when the first is lifted.
    fn deny(&self, plan: &mut Plan, account: &Account) -> Result<(), PlanError> {
        let owner = &self.owner;
        let risk = format!("{} {} loses all access", owner.kind(), owner.name());
        let inline = inline_policies(account, owner)?;
        let sizes = |left_out: &str| -> usize {
            let others = inline.iter().filter(|policy| policy.name.as_str() != left_out);
            others.filter_map(|policy| policy.document.known()).map(|held| Size::of(held.text()).compact).sum()
        };
        let (denial, sessions) = (Document::new(DOCUMENT), revocation(self.before));
        let mut used = 0;
        if inline.iter().any(|policy| policy.name.as_str() == DENY_ALL) {
            // It denies everything already.
        } else if acceptable(account, &denial, owner.inline_quota(), sizes(DENY_ALL)).is_ok() {
            used = Size::of(DOCUMENT).compact;
            let step = Step::new(owner.put_inline(DENY_ALL, DOCUMENT), "denies everything, open sessions included");
            plan.push(step.risk(risk).undo(Inverse::of([owner.delete_inline(DENY_ALL)])));
        } else {
            // Where the inline policies leave no room, a policy of AWS does the same.
            attach_room(account, owner, 1)?;
            let arn = format!("arn:{}:iam::aws:policy/AWSDenyAll", partition(account));
            plan.push(attach_step(owner, &arn, "denies everything; inline policies leave no room").risk(risk));
        }
        if acceptable(account, &sessions, owner.inline_quota(), sizes(REVOKE) + used).is_ok() {
            plan.push(revoke_step(account, owner, self.before)?);
        }
        Ok(())
    }
}

/// What undo of a lock-out brings back, and what it does not, each in a few words.
pub fn halves(plan: &Plan) -> (Vec<String>, Vec<String>) {
    let (mut back, mut gone) = (Vec::new(), Vec::new());
    for step in &plan.steps {
        match step.undoable() {
            Undo::Whole => back.push(step.title()),
            Undo::Partly(loses) | Undo::Never(loses) => gone.push(format!("{}: {loses}", step.title())),
        }
    }
    (back, gone)
}

/// Console access ends, and everything else that signs requests is deactivated.
fn credentials(plan: &mut Plan, user: &User) -> Result<(), PlanError> {
    let (name, facts) = (user.name.as_str(), &user.facts);
    let mut deactivate = |status: Status, why: &str, set: &dyn Fn(&str) -> Call| {
        if status == Status::Active {
            plan.push(Step::new(set("Inactive"), why).undo(Inverse::of([set("Active")])));
        }
    };
    for key in held_rows(&facts.keys, || format!("the access keys of {name}"))? {
        let id = key.id.as_str();
        deactivate(key.status, "an inactive key is refused but kept", &|to| Call::update_access_key(name, id, to));
    }
    for held in held_rows(&facts.service_credentials, || format!("the service credentials of {name}"))? {
        let why = format!("an inactive credential is refused by {}, but kept", held.service);
        deactivate(held.status, &why, &|to| Call::update_service_credential(name, &*held.id, to));
    }
    for key in held_rows(&facts.ssh_keys, || format!("the SSH public keys of {name}"))? {
        let why = "CodeCommit refuses an inactive key";
        deactivate(key.status, why, &|to| Call::update_ssh_key(name, &*key.id, to));
    }
    for held in held_rows(&facts.certificates, || format!("the signing certificates of {name}"))? {
        let why = "requests signed with an inactive certificate are refused";
        deactivate(held.status, why, &|to| Call::update_signing_certificate(name, &*held.id, to));
    }
    if held(&facts.login, || format!("whether {name} has a password"))?.is_some() {
        plan.push(end_console_access(name));
    }
    Ok(())
}

/// The step that takes the password away, which no call can read to put it back.
pub(super) fn end_console_access(name: &str) -> Step {
    let again = Call::create_login_profile(name)
        .with("Password", SecretFrom::Generate.value())
        .with("PasswordResetRequired", true);
    Step::new(Call::delete_login_profile(name), "ends console access")
        .undo(Inverse::losing([again], "the old password: a new one is generated"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines, with_inline};
    use super::*;

    fn lock_out(owner: Owner) -> LockOut {
        let before = Timestamp::from_second(1_768_478_400).unwrap();
        LockOut { owner, leave_groups: false, roles: Vec::new(), before }
    }

    #[test]
    fn everything_that_a_user_signs_with_is_blocked_and_kept() {
        let plan = LockOut { leave_groups: true, roles: vec!["ops".into()], ..lock_out(Owner::User("bob".into())) };
        let plan = plan.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        write inline policy iamtui-disabled of user bob
        write inline policy AWSRevokeOlderSessions of user bob
        set access key AKIAIOSFODNN7EXAMPLE of user bob Inactive
        set credential ACCAEXAMPLE1234567890 of user bob Inactive
        set signing certificate CERTIFICATEIDEXAMPLE0001 of user bob Inactive
        delete the console password of user bob
        remove user bob from group Developers
        write inline policy AWSRevokeOlderSessions of role ops
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        delete inline policy AWSRevokeOlderSessions of role ops
        add user bob to group Developers
        create a console password for user bob
        set signing certificate CERTIFICATEIDEXAMPLE0001 of user bob Active
        set credential ACCAEXAMPLE1234567890 of user bob Active
        set access key AKIAIOSFODNN7EXAMPLE of user bob Active
        delete inline policy AWSRevokeOlderSessions of user bob
        delete inline policy iamtui-disabled of user bob
        ");
        let (back, gone) = halves(&plan);
        assert_eq!(back.len(), 7);
        assert_eq!(gone, ["delete the console password of user bob: the old password: a new one is generated"]);
    }

    #[test]
    fn a_role_loses_its_sessions_and_all_it_may_do() {
        let plan = lock_out(Owner::Role("ops".into())).plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        write inline policy iamtui-disabled of role ops
        write inline policy AWSRevokeOlderSessions of role ops
        ");
        assert!(lock_out(Owner::Group("admins".into())).plan(&account()).is_err());
    }

    #[test]
    fn where_inline_policies_leave_no_room_a_policy_of_aws_denies() {
        let plan = lock_out(Owner::User("bob".into())).plan(&with_inline(2000)).unwrap();
        assert_eq!(lines(&plan).lines().next(), Some("attach policy AWSDenyAll to user bob"));
        assert!(!lines(&plan).contains(REVOKE));
    }
}
