//! Whose credentials a request is about: the user it names, or the caller.

use serde_json::Value;

use super::named::find;
use crate::emulator::caller::Principal;
use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::paging;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{AccessKey, MfaDevice};
use crate::emulator::store::records::{Account, User};

/// The owner of credentials.
pub enum Owner<'s> {
    /// The root user.
    Root(&'s Account),
    /// A user.
    User(&'s User),
}

/// The user that a request names; without a name the caller, who is a user or the root user.
pub fn owner<'s>(request: &Request<'_>, state: &'s State) -> Result<Owner<'s>, Failure> {
    if is_root(request) { Ok(Owner::Root(state.account())) } else { find::<User>(request, state).map(Owner::User) }
}

/// Whether a request is about the root user's own credentials.
pub fn is_root(request: &Request<'_>) -> bool {
    request.maybe("UserName").is_none() && request.caller.principal == Principal::Root
}

impl<'s> Owner<'s> {
    /// The name in answers; the root user's is the account's alias or number.
    pub fn name(&self) -> &'s str {
        match self {
            Self::Root(account) => account.alias.as_deref().unwrap_or(&account.number),
            Self::User(user) => &user.name,
        }
    }

    /// The access keys.
    pub fn access_keys(&self) -> &'s [AccessKey] {
        match self {
            Self::Root(account) => &account.root_keys,
            Self::User(user) => &user.access_keys,
        }
    }

    /// The enabled MFA devices.
    pub fn mfa(&self) -> &'s [MfaDevice] {
        match self {
            Self::Root(account) => &account.root_mfa,
            Self::User(user) => &user.mfa,
        }
    }
}

/// Changes the access keys of the owner.
pub fn edit_access_keys<T>(
    request: &Request<'_>,
    state: &mut State,
    edit: impl FnOnce(&mut Vec<AccessKey>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if is_root(request) {
        return state.change_account(|account| edit(&mut account.root_keys));
    }
    super::named::edit(request, state, |user: &mut User| edit(&mut user.access_keys))
}

/// A page of what has no key of its own, in its order.
pub fn in_order<R>(
    request: &Request<'_>,
    member: &str,
    rows: &[R],
    show: impl FnMut(&R) -> Value,
) -> Result<Value, Failure> {
    let places: Vec<String> = (0..rows.len()).map(|at| format!("{at:06}")).collect();
    paging::slice(request, member, places.iter().map(String::as_str).zip(rows), show)
}
