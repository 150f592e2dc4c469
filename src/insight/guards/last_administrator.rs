//! Leaving an account without anybody who can give permissions.

use super::{Scene, Watch, object};
use crate::insight::Access;
use crate::insight::access::EffectivePermissions;
use crate::model::{Account, Fact, ResourceRef, Role, TrustedEntity};
use crate::plan::Guard;

pub(super) const WATCH: Watch = Watch {
    id: "last-administrator",
    about: "Leaving only the root user able to grant permissions, as far as the account was read.",
    look,
};

/// Whoever may do one of these can give everything to somebody.
const GIVES: [(&str, &str); 4] = [
    ("iam:AttachUserPolicy", "user/any"),
    ("iam:PutUserPolicy", "user/any"),
    ("iam:AttachRolePolicy", "role/any"),
    ("iam:PutRolePolicy", "role/any"),
];

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    if !scene.weakens() || first(scene, scene.after()).is_some() {
        return Vec::new();
    }
    let Some(last) = first(scene, scene.account) else { return Vec::new() };
    let whole =
        scene.account.users().is_complete() || matches!(scene.account.bulk(), crate::model::Progress::Complete { .. });
    let known = if whole { "" } else { ", of those that were read" };
    let message = format!("only the root user could still grant permissions: {} is the last{known}", last.name());
    let hint = "Make another principal an administrator first.";
    vec![object(&WATCH, scene.first_weakening(), message, hint, Some(last.name()))]
}

/// Somebody who can give permissions; the caller is asked first, since it usually can.
fn first(scene: &Scene<'_>, account: &Account) -> Option<ResourceRef> {
    let access = Access::new(account);
    let gives = |powers: Option<EffectivePermissions>| {
        powers.is_some_and(|mut powers| {
            GIVES
                .iter()
                .any(|(action, resource)| powers.ask(action, &scene.probe(resource)).is_ok_and(|one| one.is_allowed()))
        })
    };
    if let Some(caller) = scene.caller.as_ref().filter(|caller| gives(access.of(caller))) {
        return Some(caller.clone());
    }
    let user = account.users().rows().iter().find(|user| gives(Some(access.user(user))));
    if let Some(user) = user {
        return Some(ResourceRef::User(user.name.clone()));
    }
    let role = account.roles().rows().iter().find(|role| is_for_people(role) && gives(Some(access.role(role))));
    role.map(|role| ResourceRef::Role(role.name.clone()))
}

/// Whether anybody but services may assume a role.
fn is_for_people(role: &Role) -> bool {
    let Fact::Known(trust, _) = &role.facts.trust else { return false };
    trust.entities.iter().any(|entity| {
        matches!(
            entity,
            TrustedEntity::Anyone
                | TrustedEntity::Account(_)
                | TrustedEntity::Principal(_)
                | TrustedEntity::Provider(_)
        )
    })
}
