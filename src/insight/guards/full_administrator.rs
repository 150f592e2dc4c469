//! Making somebody an administrator, whatever the documents look like that do it: the evaluator decides what each user,
//! group and role that the plan touches may do before and after it.

use super::{Scene, Watch, object};
use crate::api::{ChangeKind, Iam};
use crate::base::arn::Arn;
use crate::insight::Access;
use crate::insight::access::EffectivePermissions;
use crate::insight::forecast::Forecast;
use crate::model::{Account, GroupName, ResourceRef};
use crate::plan::{Call, Guard, Step};

pub(super) const WATCH: Watch = Watch {
    id: "full-administrator",
    about: "Making a user, group or role an administrator, also by allowing it to grant itself any permission.",
    look,
};

const HINT: &str = "Give what the job needs: AWS has policies for job functions, such as PowerUserAccess.";

/// How much somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Less,
    /// Giving permissions to anybody, and so the way to everything.
    Iam,
    Everything,
}

/// Whoever may do one of these to anybody can give everything to himself.
const GIVES: [(&str, &str); 6] = [
    ("iam:AttachUserPolicy", "user/any"),
    ("iam:PutUserPolicy", "user/any"),
    ("iam:AttachGroupPolicy", "group/any"),
    ("iam:PutGroupPolicy", "group/any"),
    ("iam:AttachRolePolicy", "role/any"),
    ("iam:PutRolePolicy", "role/any"),
];

/// Some of the rest of AWS: who may do all of this and give permissions counts as one who may do everything.
const REST: [(&str, &str); 4] = [
    ("dynamodb:DeleteTable", "table/any"),
    ("ec2:TerminateInstances", "instance/i-any"),
    ("lambda:UpdateFunctionCode", "function:any"),
    ("rds:DeleteDBInstance", "db:any"),
];

/// What an ordinary request carries: a condition that it meets protects nothing.
const ORDINARY: [(&str, &str); 10] = [
    ("aws:CurrentTime", "2027-01-01T12:00:00Z"),
    ("aws:EpochTime", "1798804800"),
    ("aws:MultiFactorAuthAge", "60"),
    ("aws:MultiFactorAuthPresent", "true"),
    ("aws:RequestedRegion", "us-east-1"),
    ("aws:SecureTransport", "true"),
    ("aws:SourceIp", "203.0.113.7"),
    ("aws:UserAgent", "iamtui"),
    ("aws:ViaAWSService", "false"),
    ("iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"),
];

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let mut found: Vec<Guard> = Vec::new();
    let mut told: Vec<ResourceRef> = Vec::new();
    for (step, call) in &scene.calls {
        if let Some(policy) = changes(call) {
            found.extend(changed(scene, step, &policy));
        }
        for whom in whom(scene, call) {
            // What goes with a deleted user or role in the same plan gives nobody anything.
            if scene.deleted.contains(&whom) || told.contains(&whom) {
                continue;
            }
            let (before, after) = (reach_of(scene, scene.account, &whom), reach_of(scene, scene.after(), &whom));
            if let Some(reach) = after.filter(|reach| *reach > Reach::Less && after > before) {
                // Of several steps, the one that does it: what comes before it leaves less.
                let several = scene.calls.iter().filter(|(_, call)| call.holder().as_ref() == Some(&whom)).count() > 1;
                let by = if several { step_of(scene, &whom, after) } else { None };
                found.push(given(by.unwrap_or(step), &whom, reach));
                told.push(whom);
            } else if let Some(guard) = unread(scene, step, call, &whom) {
                found.push(guard);
            }
        }
    }
    found
}

/// Whom a call may give permissions to, by an Allow that comes or a Deny that goes.
fn whom(scene: &Scene<'_>, call: &Call) -> Vec<ResourceRef> {
    let Some(change) = call.change() else { return Vec::new() };
    let members = |name: &GroupName| {
        let members = scene.after().members(name);
        members.known().into_iter().flat_map(|names| names.iter()).cloned().map(ResourceRef::User).collect::<Vec<_>>()
    };
    if let Some(policy) = changes(call) {
        // The policy alone is looked at by itself; here it may be a Deny or a boundary that goes.
        let references = scene.after().references();
        let Some(users) = references.uses(&policy) else { return Vec::new() };
        let own = users.users.iter().chain(&users.bounded_users).cloned().map(ResourceRef::User);
        let roles = users.roles.iter().chain(&users.bounded_roles).cloned().map(ResourceRef::Role);
        let gives = reach_alone(scene, scene.after(), &policy).is_none_or(|reach| reach > Reach::Less);
        return if gives {
            Vec::new()
        } else {
            own.chain(roles).chain(users.groups.iter().flat_map(members)).collect()
        };
    }
    if !change.moves_permissions() {
        return Vec::new();
    }
    match call.holder() {
        Some(ResourceRef::Group(name)) if matches!(change.kind, ChangeKind::Detach | ChangeKind::Delete) => {
            let members = members(&name);
            std::iter::once(ResourceRef::Group(name)).chain(members).collect()
        }
        other => other.into_iter().collect(),
    }
}

/// The policy that a call puts another document of in force.
fn changes(call: &Call) -> Option<Arn> {
    let in_force = match call.iam() {
        Some(Iam::CreatePolicyVersion) => call.input().get("SetAsDefault") == Some(&true.into()),
        Some(Iam::SetDefaultPolicyVersion) => true,
        _ => false,
    };
    Arn::parse(call.text("PolicyArn").filter(|_| in_force)?).ok()
}

/// How much somebody may do; nothing where there is nobody of the name.
fn reach_of(scene: &Scene<'_>, account: &Account, whom: &ResourceRef) -> Option<Reach> {
    let access = Access::new(account);
    let powers = match whom {
        ResourceRef::Group(name) => account.groups().get(name).map(|group| access.member(group)),
        other => access.of(other),
    };
    powers.map(|powers| reach(scene, powers))
}

fn reach(scene: &Scene<'_>, powers: EffectivePermissions) -> Reach {
    let mut powers = ORDINARY.iter().fold(powers, |powers, (key, value)| powers.with(key, value));
    // What is too complex to be decided is taken for allowed: it must not hide what it gives.
    let mut may = |action: &str, resource: &str| powers.ask(action, resource).map_or(true, |one| one.is_allowed());
    if !GIVES.iter().any(|(action, resource)| may(action, &scene.probe(resource))) {
        Reach::Less
    } else if REST.iter().all(|(action, resource)| may(action, &scene.elsewhere(action, resource))) {
        Reach::Everything
    } else {
        Reach::Iam
    }
}

/// The step that lets somebody reach so far.
fn step_of<'a>(scene: &Scene<'a>, whom: &ResourceRef, after: Option<Reach>) -> Option<&'a Step> {
    let mut forecast = Forecast::new(scene.account);
    scene.plan.steps.iter().find(|step| {
        forecast.take(step);
        reach_of(scene, forecast.account(), whom) >= after
    })
}

fn given(step: &Step, whom: &ResourceRef, reach: Reach) -> Guard {
    let name = whom.name();
    let who = match whom {
        ResourceRef::User(_) => format!("user {name}"),
        ResourceRef::Group(_) => format!("every member of group {name}"),
        ResourceRef::Role(_) => format!("anyone who assumes role {name}"),
        other => format!("anyone with {} {name}", other.kind().singular()),
    };
    let name_of = |parameter: &str| step.call().and_then(|call| call.text(parameter)).unwrap_or_default();
    let by = match step.call().and_then(Call::iam) {
        Some(Iam::AttachUserPolicy | Iam::AttachGroupPolicy | Iam::AttachRolePolicy) => {
            format!(": policy {}", name_of("PolicyArn").rsplit('/').next().unwrap_or_default())
        }
        Some(Iam::PutUserPolicy | Iam::PutGroupPolicy | Iam::PutRolePolicy) => {
            format!(": inline policy {}", name_of("PolicyName"))
        }
        Some(Iam::AddUserToGroup) => format!(", as every member of group {}", name_of("GroupName")),
        _ => format!(": {}", step.title()),
    };
    let message = match reach {
        Reach::Everything => format!("{who} can do everything in the account{by}"),
        Reach::Iam | Reach::Less => format!("{who} can grant any permission in IAM, also to themselves{by}"),
    };
    object(&WATCH, Some(step), message, HINT, Some(name))
}

/// A remark where a policy is attached that was not read.
fn unread(scene: &Scene<'_>, step: &Step, call: &Call, whom: &ResourceRef) -> Option<Guard> {
    let attaches = call.change_kind() == Some(ChangeKind::Attach);
    let arn = Arn::parse(call.text("PolicyArn").filter(|_| attaches)?).ok()?;
    if Access::new(scene.after()).knows(&arn) {
        return None;
    }
    let (kind, name) = match whom {
        ResourceRef::User(name) => ("user", name.as_str()),
        ResourceRef::Group(name) => ("every member of group", name.as_str()),
        ResourceRef::Role(name) => ("anyone who assumes role", name.as_str()),
        _ => return None,
    };
    let message = format!("what policy {} allows to {kind} {name} was not read; it may be everything", arn.name());
    Some(object(&WATCH, Some(step), message, HINT, None))
}

/// What a policy alone gives; nothing where its document was not read.
fn reach_alone(scene: &Scene<'_>, account: &Account, policy: &Arn) -> Option<Reach> {
    Access::new(account).alone(policy).map(|powers| reach(scene, powers))
}

/// A policy that gets another document gives it to all who have the policy, now or later.
fn changed(scene: &Scene<'_>, step: &Step, policy: &Arn) -> Option<Guard> {
    let name = policy.name();
    let (before, after) = (reach_alone(scene, scene.account, policy), reach_alone(scene, scene.after(), policy));
    let (message, word) = match after {
        None => (format!("what that version of policy {name} allows was not read; it may be everything"), None),
        Some(after) if after == Reach::Less || before.is_some_and(|before| before >= after) => return None,
        Some(Reach::Everything) => (format!("anyone with policy {name} can do everything in the account"), Some(name)),
        Some(_) => {
            (format!("anyone with policy {name} can grant any permission in IAM, also to themselves"), Some(name))
        }
    };
    Some(object(&WATCH, Some(step), message, HINT, word))
}
