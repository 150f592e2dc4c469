//! Deleting or disabling what the session itself signs in with.

use super::{Scene, Watch, object};
use crate::api::Iam;
use crate::model::ResourceRef;
use crate::plan::{Call, Guard};

pub(super) const WATCH: Watch = Watch {
    id: "own-identity",
    about: "Deleting or disabling the user or role in use, its password, access keys or MFA devices.",
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let Some(caller) = &scene.caller else { return Vec::new() };
    let gone = scene.deleted.contains(caller);
    let mut found = Vec::new();
    for (step, call) in &scene.calls {
        let Some(message) = message(call, caller).filter(|_| !gone || call.deletes().as_ref() == Some(caller)) else {
            continue;
        };
        let hint = "Sign in as another user or role to do this, or make sure that you can still sign in.";
        found.push(object(&WATCH, Some(step), message, hint, Some(caller.name())));
    }
    found
}

/// What a call does to the caller.
fn message(call: &Call, caller: &ResourceRef) -> Option<String> {
    let own = call.text("UserName").map(|name| ResourceRef::User(name.into())) == Some(caller.clone())
        || call.holder().as_ref() == Some(caller);
    if !own {
        return None;
    }
    let name = caller.name();
    Some(match call.iam() {
        Some(Iam::DeleteUser) => format!("you are signed in as user {name}, which is deleted"),
        Some(Iam::DeleteRole) => format!("you are signed in with role {name}, which is deleted"),
        Some(Iam::DeleteAccessKey) => {
            format!("an access key of your own user {name} is deleted; it may be the one in use")
        }
        Some(Iam::UpdateAccessKey) if call.text("Status") == Some("Inactive") => {
            format!("an access key of your own user {name} is disabled; it may be the one in use")
        }
        Some(Iam::DeleteLoginProfile) => format!("your own user {name} loses its password"),
        Some(Iam::DeactivateMFADevice) => format!("your own user {name} loses an MFA device"),
        Some(Iam::UpdateAssumeRolePolicy) => {
            format!(
                "the trust policy of role {name}, which you are signed in with, changes: new sessions may be refused"
            )
        }
        _ => return None,
    })
}
