//! Deleting something whose belongings the endpoint has no operation to list.

use super::{Scene, Watch, object};
use crate::model::{Account, Denial, ResourceRef};
use crate::plan::Guard;

pub(super) const WATCH: Watch = Watch {
    id: "left-out",
    about: "Deleting something whose belongings the endpoint cannot list; it only remarks on it.",
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let mut found = Vec::new();
    for (step, call) in &scene.calls {
        let Some(entity) = call.deletes() else { continue };
        let name = entity.name();
        for (what, denial) in gaps(scene.account, &entity) {
            let message = format!("{denial}: {what} of {name} are left out of the plan");
            let hint = format!("Where there are any, the endpoint refuses the step that deletes {name}.");
            found.push(object(&WATCH, Some(step), message, &hint, None));
        }
    }
    found
}

/// What of an entity's belongings no operation of the endpoint tells.
fn gaps(account: &Account, entity: &ResourceRef) -> Vec<(&'static str, Denial)> {
    let denials = match entity {
        ResourceRef::User(name) => account.users().get(name).map(|user| {
            let facts = &user.facts;
            vec![
                ("passwords", facts.login.denial()),
                ("access keys", facts.keys.denial()),
                ("signing certificates", facts.certificates.denial()),
                ("SSH public keys", facts.ssh_keys.denial()),
                ("service credentials", facts.service_credentials.denial()),
                ("MFA devices", facts.mfa.denial()),
                ("inline policies", facts.inline.denial()),
                ("attached policies", facts.attached.denial()),
                ("groups", facts.groups.denial()),
            ]
        }),
        ResourceRef::Group(name) => account.groups().get(name).map(|group| {
            let facts = &group.facts;
            vec![
                ("members", facts.members.denial()),
                ("inline policies", facts.inline.denial()),
                ("attached policies", facts.attached.denial()),
            ]
        }),
        ResourceRef::Role(name) => account.roles().get(name).map(|role| {
            let facts = &role.facts;
            vec![
                ("instance profiles", facts.instance_profiles.denial()),
                ("inline policies", facts.inline.denial()),
                ("attached policies", facts.attached.denial()),
            ]
        }),
        ResourceRef::Policy(arn) => account.policies().get(arn).map(|policy| {
            let facts = &policy.facts;
            vec![("users, groups and roles", facts.entities.denial()), ("versions", facts.versions.denial())]
        }),
        // Nothing else is deleted piece by piece.
        _ => None,
    };
    let told = denials.into_iter().flatten().filter_map(|(what, denial)| Some((what, denial?.clone())));
    told.filter(|(_, denial)| denial.is_unsupported()).collect()
}
