//! Passwords of users.

use serde_json::{Value, json};

use super::named::{edit, existing, find};
use super::owner::is_root;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::caller::Principal;
use crate::emulator::crypto::password::{Rules, conceal, matches};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::credentials::LoginProfile;
use crate::emulator::store::records::User;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateLoginProfile, create, existing::<User>),
    reads(Iam::GetLoginProfile, get, existing::<User>),
    writes(Iam::UpdateLoginProfile, update, existing::<User>),
    writes(Iam::DeleteLoginProfile, delete, existing::<User>),
    writes(Iam::ChangePassword, change, existing::<User>),
];

/// The most former passwords that a policy can remember.
const MEMORY: usize = 24;

fn missing(user: &User) -> Failure {
    Failure::no_such_entity(format!("Login Profile for User {} cannot be found.", user.name))
}

fn violation(message: &str) -> Failure {
    Failure::new("PasswordPolicyViolation", 400, message)
}

fn show(user: &User) -> Result<Value, Failure> {
    let profile = user.login_profile.as_ref().ok_or_else(|| missing(user))?;
    Ok(json!({"LoginProfile": {
        "UserName": user.name,
        "CreateDate": profile.created.to_string(),
        "PasswordResetRequired": profile.reset_required,
        "MaxSigninSessionDuration": profile.max_signin,
    }}))
}

/// The seconds that a sign-in session may last after a change of a login profile or role.
pub fn signin_duration(request: &Request<'_>, held: Option<u64>) -> Result<Option<u64>, Failure> {
    match (request.number("MaxSigninSessionDuration"), request.flag("ResetMaxSigninSessionDuration")) {
        (Some(_), true) => Err(Failure::invalid_input(
            "Specify either MaxSigninSessionDuration or ResetMaxSigninSessionDuration, but not both.",
        )),
        (None, true) => Ok(None),
        (asked, false) => Ok(asked.or(held)),
    }
}

fn concealed(request: &Request<'_>, password: &str) -> String {
    let mut salt = [0; 12];
    request.environment.ids.fill(&mut salt);
    conceal(password, &salt)
}

/// Refuses a password that the account's policy refuses for this user.
fn check(state: &State, user: &User, password: &str) -> Result<(), Failure> {
    let rules = Rules::of(state.account().password_policy.as_ref());
    if !rules.accept(password, &user.name) {
        return Err(violation("Password does not conform to the account password policy."));
    }
    let profile = user.login_profile.as_ref();
    let mut kept = profile.into_iter().flat_map(|profile| std::iter::once(&profile.hash).chain(&profile.former));
    if kept.by_ref().take(rules.memory).any(|kept| matches(password, kept)) {
        return Err(violation("Policy constraint violation with password reuse prevention during password change."));
    }
    Ok(())
}

/// Sets a new password and remembers the old one.
fn set(request: &Request<'_>, profile: &mut LoginProfile, password: &str) {
    let old = std::mem::replace(&mut profile.hash, concealed(request, password));
    profile.former.insert(0, old);
    profile.former.truncate(MEMORY);
    profile.changed = request.now;
}

/// The root user's own login profile: whether there is a password is all that the API tells of it.
fn root(state: &State) -> Result<Value, Failure> {
    let account = state.account();
    let name = account.alias.as_deref().unwrap_or(&account.number);
    if account.root_without_password {
        return Err(Failure::no_such_entity(format!("Login Profile for User {name} cannot be found.")));
    }
    Ok(json!({"LoginProfile": {"UserName": name, "CreateDate": account.created.to_string()}}))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    if is_root(request) {
        if !state.account().root_without_password {
            return Err(Failure::already_exists("Login Profile for the root user already exists."));
        }
        // The password itself is set by whoever recovers it.
        state.change_account(|account| account.root_without_password = false);
        return root(state);
    }
    let user = find::<User>(request, state)?;
    if user.login_profile.is_some() {
        return Err(Failure::already_exists(format!("Login Profile for user {} already exists.", user.name)));
    }
    let password = request
        .maybe("Password")
        .ok_or_else(|| Failure::validation("Must specify password when calling with non-root credentials"))?;
    check(state, user, password)?;
    let profile = LoginProfile {
        created: request.now,
        changed: request.now,
        hash: concealed(request, password),
        reset_required: request.flag("PasswordResetRequired"),
        max_signin: request.number("MaxSigninSessionDuration"),
        ..LoginProfile::default()
    };
    edit(request, state, |user: &mut User| {
        user.login_profile = Some(profile);
        show(user)
    })
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    if is_root(request) { root(state) } else { show(find::<User>(request, state)?) }
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let mut profile = user.login_profile.clone().ok_or_else(|| missing(user))?;
    if let Some(password) = request.maybe("Password") {
        check(state, user, password)?;
        set(request, &mut profile, password);
    }
    if request.value("PasswordResetRequired").is_some() {
        profile.reset_required = request.flag("PasswordResetRequired");
    }
    profile.max_signin = signin_duration(request, profile.max_signin)?;
    edit(request, state, |user: &mut User| {
        user.login_profile = Some(profile);
        Ok(json!({}))
    })
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    if is_root(request) {
        root(state)?;
        state.change_account(|account| account.root_without_password = true);
        return Ok(json!({}));
    }
    edit(request, state, |user: &mut User| user.login_profile.take().map(|_| json!({})).ok_or_else(|| missing(user)))
}

fn change(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let Principal::User { id, .. } = &request.caller.principal else {
        return Err(Failure::new("InvalidUserType", 400, "Only IAM Users can change their own password"));
    };
    let user = state.users.get(id).ok_or_else(|| Failure::no_such_entity("The user cannot be found."))?;
    let mut profile = user.login_profile.clone().ok_or_else(|| missing(user))?;
    if !matches(request.text("OldPassword"), &profile.hash) {
        return Err(Failure::access_denied("The old password was incorrect."));
    }
    let password = request.text("NewPassword");
    check(state, user, password)?;
    set(request, &mut profile, password);
    profile.reset_required = false;
    state.users.change(id, |user| user.login_profile = Some(profile));
    Ok(json!({}))
}
