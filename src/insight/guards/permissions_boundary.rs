//! Taking the cap off a user or role.

use super::{Scene, Watch, object};
use crate::api::{ChangeKind, ChangeTarget};
use crate::model::ResourceRef;
use crate::plan::Guard;

pub(super) const WATCH: Watch = Watch {
    id: "permissions-boundary",
    about: "Removing a permissions boundary from a user or role that stays.",
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let mut found = Vec::new();
    for (step, call) in &scene.calls {
        let removes = call
            .change()
            .is_some_and(|change| (change.kind, change.target) == (ChangeKind::Delete, ChangeTarget::Boundary));
        let Some(holder) = call.holder().filter(|holder| removes && !scene.deleted.contains(holder)) else { continue };
        let (kind, boundary) = match &holder {
            ResourceRef::User(name) => ("user", scene.account.users().get(name).map(|user| &user.facts.boundary)),
            ResourceRef::Role(name) => ("role", scene.account.roles().get(name).map(|role| &role.facts.boundary)),
            _ => continue,
        };
        let policy = boundary.and_then(|boundary| boundary.known()).map(|arn| format!(" {}", arn.name()));
        let name = holder.name();
        let message = format!(
            "{kind} {name} loses its permissions boundary{}: all that its policies allow then applies",
            policy.unwrap_or_default()
        );
        let hint = "Set another boundary instead, or check first what its policies allow.";
        found.push(object(&WATCH, Some(step), message, hint, Some(name)));
    }
    found
}
