//! Losing one's own way to administer: what the caller may call of IAM before and after the plan.

use super::{Scene, Watch, object};
use crate::api::Iam;
use crate::catalog::{Action, Catalog};
use crate::insight::Access;
use crate::insight::access::EffectivePermissions;
use crate::insight::forecast::Forecast;
use crate::model::{Fact, ResourceRef};
use crate::plan::{Guard, Step};

pub(super) const WATCH: Watch = Watch {
    id: "self-lockout",
    about: "Removing IAM permissions from the user or role that is signed in, evaluated before and after the plan.",
    look,
};

/// How many actions are named.
const NAMED: usize = 3;

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let Some(caller) = scene.caller.as_ref().filter(|caller| scene.weakens() && !scene.deleted.contains(caller)) else {
        return Vec::new();
    };
    let before = Access::new(scene.account).of(caller);
    let (Some(mut before), Some(mut after)) = (before, Access::new(scene.after()).of(&scene.caller_now(caller))) else {
        return unknown(scene, caller, &[format!("the policies of {}", caller.name())]);
    };
    let asked = questions(scene, caller);
    let held: Vec<&(String, String)> = asked.iter().filter(|question| may(&mut before, question)).collect();
    let lost: Vec<&(String, String)> = held.iter().copied().filter(|question| !may(&mut after, question)).collect();
    let Some(first) = lost.first() else { return unknown(scene, caller, &before.unknown) };
    let names = |questions: &[&(String, String)]| {
        let mut names: Vec<String> = questions.iter().map(|(action, _)| action.clone()).collect();
        names.dedup();
        names
    };
    let (held, lost) = (names(&held), names(&lost));
    let rest = lost.len().saturating_sub(NAMED);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let some = lost.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let message = if held.len() == lost.len() {
        format!("you would lose all access to IAM, and could not undo this: you would lose {some}{more}")
    } else {
        format!("you would lose {} of the {} IAM actions that you may call: {some}{more}", lost.len(), held.len())
    };
    let hint = "Let another administrator do this, or first grant yourself the permissions you need in another way.";
    vec![object(&WATCH, step_of(scene, caller, first), message, hint, Some(caller.name()))]
}

/// What users may do about their own password by the password policy alone.
const OWN_PASSWORD: [Iam; 2] = [Iam::ChangePassword, Iam::GetAccountPasswordPolicy];

/// What may be asked of IAM: each action on something of each kind that it works on, and on the caller itself.
fn questions(scene: &Scene<'_>, caller: &ResourceRef) -> Vec<(String, String)> {
    let catalog = Catalog::bundled();
    let Some(service) = catalog.service("iam") else { return Vec::new() };
    let own = match caller {
        ResourceRef::User(name) => scene.account.users().get(name).map(|user| user.arn.to_string()),
        ResourceRef::Role(name) => scene.account.roles().get(name).map(|role| role.arn.to_string()),
        _ => None,
    };
    let mut asked = Vec::new();
    for action in catalog.actions_of(service) {
        // The password policy gives these to every user: they administer nothing, and no plan takes them away.
        if OWN_PASSWORD.iter().any(|own| own.name() == action.name()) {
            continue;
        }
        let kinds = action.resources().filter_map(|link| link.resource.arns.first());
        let resources = kinds.map(|format| scene.probe(&format.field(5).replace('*', "any")));
        let mut resources: Vec<String> = resources.chain(own.clone().filter(|arn| works_on(action, arn))).collect();
        if resources.is_empty() {
            resources.push("*".to_owned());
        }
        asked.extend(resources.into_iter().map(|resource| (action.full_name(), resource)));
    }
    asked
}

fn works_on(action: Action<'_>, arn: &str) -> bool {
    action.resources().any(|link| link.resource.may_be(arn))
}

fn may(powers: &mut EffectivePermissions, (action, resource): &(String, String)) -> bool {
    powers.ask(action, resource).is_ok_and(|one| one.is_allowed())
}

/// The step that takes an action away.
fn step_of<'a>(scene: &Scene<'a>, caller: &ResourceRef, lost: &(String, String)) -> Option<&'a Step> {
    let mut forecast = Forecast::new(scene.account);
    scene.plan.steps.iter().find(|step| {
        forecast.take(step);
        Access::new(forecast.account()).of(&forecast.name_now(caller)).is_none_or(|mut powers| !may(&mut powers, lost))
    })
}

/// A remark where the plan may concern the caller and not all is known of it.
fn unknown(scene: &Scene<'_>, caller: &ResourceRef, what: &[String]) -> Vec<Guard> {
    let groups = match caller {
        ResourceRef::User(name) => scene.account.users().get(name).map(|user| &user.facts.groups),
        _ => None,
    };
    let may_be_in = |group: &str| match groups {
        Some(Fact::Known(groups, _)) => groups.iter().any(|own| own.as_str() == group),
        Some(Fact::Absent(_)) => false,
        Some(Fact::Unknown | Fact::Denied(_)) => true,
        None => matches!(caller, ResourceRef::User(_)),
    };
    let concerned = |step: &&Step| {
        let Some(call) = step.call().filter(|call| super::weakens(call)) else { return false };
        match call.holder() {
            Some(ResourceRef::Group(name)) => may_be_in(name.as_str()),
            Some(holder) => holder == *caller,
            // A policy: who has it may not be known.
            None => true,
        }
    };
    let Some(step) = scene.plan.steps.iter().find(concerned).filter(|_| !what.is_empty()) else { return Vec::new() };
    let message =
        format!("whether you keep what you may do in IAM is not known for sure: not read are {}", what.join(", "));
    vec![object(&WATCH, Some(step), message, "", None)]
}
