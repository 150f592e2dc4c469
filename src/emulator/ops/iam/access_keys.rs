//! Access keys of users and of the root user, and their last use.

use serde_json::{Value, json};

use super::named::{arn, existing};
use super::owner::{edit_access_keys, in_order, owner};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::credentials::{AccessKey, Status};
use crate::emulator::store::records::User;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateAccessKey, create, existing::<User>),
    reads(Iam::ListAccessKeys, list, existing::<User>),
    writes(Iam::UpdateAccessKey, update, existing::<User>),
    writes(Iam::DeleteAccessKey, delete, existing::<User>),
    reads(Iam::GetAccessKeyLastUsed, last_used, holder),
];

fn missing(id: &str) -> Failure {
    Failure::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

/// Permission column: the user or root user who has the key.
fn holder(request: &Request<'_>, state: &State) -> String {
    let id = request.text("AccessKeyId");
    if state.account.keyed(id).is_some() {
        return request.arn("root");
    }
    state.users.keyed(id).map_or_else(|| request.arn("user/*"), |user| arn(request, user))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let owner = owner(request, state)?;
    request.within(quota::ACCESS_KEYS_PER_USER, owner.access_keys().len() + 1)?;
    let key = AccessKey {
        id: request.environment.ids.access_key("AKIA", request.account),
        secret: request.environment.ids.secret(),
        created: request.now,
        ..AccessKey::default()
    };
    let shown = json!({
        "UserName": owner.name(),
        "AccessKeyId": key.id,
        "Status": key.status.as_str(),
        "SecretAccessKey": key.secret,
        "CreateDate": key.created.to_string(),
    });
    edit_access_keys(request, state, |keys| {
        keys.push(key);
        Ok(())
    })?;
    Ok(json!({"AccessKey": shown}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let owner = owner(request, state)?;
    in_order(request, "AccessKeyMetadata", owner.access_keys(), |key| {
        json!({
            "UserName": owner.name(),
            "AccessKeyId": key.id,
            "Status": key.status.as_str(),
            "CreateDate": key.created.to_string(),
        })
    })
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let (id, status) = (request.text("AccessKeyId"), Status::parse(request.text("Status")));
    edit_access_keys(request, state, |keys| {
        keys.iter_mut().find(|key| key.id == id).map(|key| key.status = status).ok_or_else(|| missing(id))
    })?;
    Ok(json!({}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let id = request.text("AccessKeyId");
    edit_access_keys(request, state, |keys| {
        let at = keys.iter().position(|key| key.id == id).ok_or_else(|| missing(id))?;
        keys.remove(at);
        Ok(())
    })?;
    Ok(json!({}))
}

/// A key that is not this account's is answered as a denial, whoever asks.
fn last_used(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let id = request.text("AccessKeyId");
    let user = state.users.keyed(id);
    let keys = user.map_or(&state.account().root_keys, |user| &user.access_keys);
    let Some(key) = keys.iter().find(|key| key.id == id) else {
        let caller = &request.caller.arn;
        return Err(Failure::access_denied(format!(
            "User: {caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {id}"
        )));
    };
    let used = key.last_used.as_ref();
    Ok(json!({
        "UserName": user.map(|user| &user.name),
        "AccessKeyLastUsed": {
            "LastUsedDate": used.map(|used| used.at.to_string()),
            "ServiceName": used.map_or("N/A", |used| &used.service),
            "Region": used.map_or("N/A", |used| &used.region),
        },
    }))
}
