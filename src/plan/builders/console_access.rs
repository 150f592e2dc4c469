//! Console access of users: given, renewed, taken away; and one's own password.

use serde_json::Value;

use crate::model::{Account, Fact, Principal};
use crate::plan::{Call, Inverse, Plan, PlanError, SecretFrom, Step};

use super::edit_role::SigninLimit;
use super::revoke::revoke_step;
use super::{ConsolePassword, Owner, attach_step, length, partition, settled, user};

/// What is done beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sessions {
    /// The moment before which console sessions end.
    pub revoked_before: jiff::Timestamp,
}

/// The plan that gives a user a console password.
pub fn enable_console(account: &Account, name: &str, console: ConsolePassword) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    if settled(&user.facts.login, || format!("whether {name} has a password"))?.is_some() {
        return Err(PlanError::Exists { kind: "console password of", name: name.to_owned() });
    }
    let mut plan = Plan::new(format!("enable console access of user {name}"));
    let has = |arn: &str| user.facts.attached.known().is_some_and(|held| held.iter().any(|p| p.arn.as_str() == arn));
    let already = has(&change_password_policy(account));
    give(&mut plan, name, console, account, already);
    Ok(plan.seeing(account))
}

/// The plan that sets another console password for a user.
pub fn reset_console(
    account: &Account,
    name: &str,
    console: ConsolePassword,
    sessions: Option<Sessions>,
) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    if settled(&user.facts.login, || format!("whether {name} has a password"))?.is_none() {
        return Err(PlanError::Absent { kind: "console password of", name: name.to_owned(), meant: None });
    }
    let mut plan = Plan::new(format!("reset the console password of user {name}"));
    let call = Call::update_login_profile(name)
        .with("Password", console.from.value())
        .with("PasswordResetRequired", console.reset);
    let step = Step::requested(call);
    plan.push(step.risk("the old password no longer works").undo(Inverse::never("the old password is not known")));
    if let Some(sessions) = sessions {
        plan.push(revoke_step(account, &Owner::User(name.to_owned()), sessions.revoked_before)?);
    }
    Ok(plan.seeing(account))
}

/// The plan that limits how long sign-in sessions of a user may last, or lifts that; the password stays.
pub fn limit_signin(account: &Account, name: &str, limit: SigninLimit) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let login = settled(&user.facts.login, || format!("whether {name} has a password"))?;
    let Some(login) = login else {
        return Err(PlanError::Absent { kind: "console password of", name: name.to_owned(), meant: None });
    };
    let held = SigninLimit::of(login.max_signin);
    if held == limit {
        return Err(PlanError::Nothing(format!("the maximum sign-in session duration of {name} is the same")));
    }
    let mut plan = Plan::new(match limit {
        SigninLimit::Seconds(seconds) => format!("limit sign-in sessions of user {name} to {}", length(seconds)),
        SigninLimit::Reset => format!("lift the limit of sign-in sessions of user {name}"),
    });
    let call = limit.on(Call::update_login_profile(name));
    call.check()?;
    let step = Step::new(call, format!("{}; the password stays", limit.why()));
    plan.push(step.undo(Inverse::of([held.on(Call::update_login_profile(name))])));
    Ok(plan.seeing(account))
}

/// The plan that takes the console password of a user away.
pub fn disable_console(account: &Account, name: &str, sessions: Option<Sessions>) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let login = settled(&user.facts.login, || format!("whether {name} has a password"))?;
    if login.is_none() {
        return Err(PlanError::Nothing(format!("{name} has no console password")));
    }
    let mut plan = Plan::new(format!("disable console access of user {name}"));
    let again = Call::create_login_profile(name)
        .with("Password", SecretFrom::Generate.value())
        .with("PasswordResetRequired", true)
        .with_some("MaxSigninSessionDuration", login.and_then(|login| login.max_signin));
    let step = Step::new(Call::delete_login_profile(name), "ends console access; access keys and roles stay");
    let risk = format!("{name} can no longer sign in to the console");
    plan.push(step.risk(risk).undo(Inverse::losing([again], "the old password: a new one is generated")));
    if let Some(sessions) = sessions {
        plan.push(revoke_step(account, &Owner::User(name.to_owned()), sessions.revoked_before)?);
    }
    Ok(plan.seeing(account))
}

/// The plan that changes the caller's own password; both are asked of the person who applies it.
pub fn change_password(account: &Account) -> Result<Plan, PlanError> {
    match account.identity().map(crate::model::Identity::principal) {
        Some(Principal::User(name)) => {
            let mut plan = Plan::new(format!("change the password of {name}, who is signed in"));
            let call = Call::new(crate::api::Iam::ChangePassword)
                .with("OldPassword", SecretFrom::Prompt.value())
                .with("NewPassword", SecretFrom::Prompt.value());
            let step = Step::requested(call);
            plan.push(step.undo(Inverse::never("the old password may not come again")));
            Ok(plan.seeing(account))
        }
        Some(_) => Err(PlanError::Nothing("only IAM users have a password that they can change".to_owned())),
        None => Err(PlanError::Unknown("who is signed in".to_owned())),
    }
}

/// The steps that give a first password, and what obeying the demand for a new one takes.
pub(super) fn give(plan: &mut Plan, name: &str, console: ConsolePassword, account: &Account, may_change: bool) {
    let mut login = Call::create_login_profile(name).with("Password", console.from.value());
    if console.reset {
        login = login.with("PasswordResetRequired", Value::Bool(true));
    }
    let undo = Inverse::of([Call::delete_login_profile(name)]);
    plan.push(Step::new(login, "lets the user sign in to the console").undo(undo));
    if lets_change_password(account, console) && !may_change {
        let owner = Owner::User(name.to_owned());
        let why = "the password policy does not let users change their password, which the first sign-in asks for";
        plan.push(attach_step(&owner, &change_password_policy(account), why));
    }
}

/// Whether users need a policy to obey the demand for a new password.
pub(super) fn lets_change_password(account: &Account, console: ConsolePassword) -> bool {
    let allowed = matches!(account.password_policy(), Fact::Known(policy, _) if policy.users_may_change);
    console.reset && !allowed
}

fn change_password_policy(account: &Account) -> String {
    format!("arn:{}:iam::aws:policy/IAMUserChangePassword", partition(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, identified, lines, undo_lines, without_password};
    use super::*;

    const MADE: ConsolePassword = ConsolePassword { from: SecretFrom::Generate, reset: true };

    fn sessions() -> Sessions {
        Sessions { revoked_before: jiff::Timestamp::from_second(1_768_478_400).unwrap() }
    }

    #[test]
    fn a_first_password_comes_with_what_changing_it_takes() {
        let plan = enable_console(&without_password(), "bob", MADE).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create a console password for user bob
        attach policy IAMUserChangePassword to user bob
        ");
        let told = enable_console(&account(), "bob", MADE).unwrap_err().to_string();
        assert_eq!(told, "there is a console password of `bob` already");
    }

    #[test]
    fn a_reset_can_end_the_sessions_that_are_open() {
        let plan = reset_console(&account(), "bob", MADE, Some(sessions())).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        set the console password of user bob
        write inline policy AWSRevokeOlderSessions of user bob
        ");
        assert!(reset_console(&without_password(), "bob", MADE, None).is_err());
    }

    #[test]
    fn console_access_is_taken_away_and_can_be_given_again() {
        let plan = disable_console(&account(), "bob", Some(sessions())).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        delete the console password of user bob
        write inline policy AWSRevokeOlderSessions of user bob
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        delete inline policy AWSRevokeOlderSessions of user bob
        create a console password for user bob
        ");
    }

    #[test]
    fn only_a_user_changes_its_own_password() {
        let user = identified("arn:aws:iam::123456789012:user/bob");
        let plan = change_password(&user).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @"change your own console password");
        let root = identified("arn:aws:iam::123456789012:root");
        assert!(change_password(&root).unwrap_err().to_string().starts_with("only IAM users"));
    }
}
