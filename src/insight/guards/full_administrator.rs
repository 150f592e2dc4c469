//! Giving somebody everything: `AdministratorAccess`, or any document that allows every action on every resource.

use super::{Scene, Watch, object};
use crate::base::arn::Arn;
use crate::catalog::managed::{ManagedPolicy, managed_policy_by_arn};
use crate::insight::forecast::holder;
use crate::model::{Document, EntityRef, Fact};
use crate::plan::{Call, Guard, Step};
use crate::policy::ast::Statement;
use crate::policy::read;

pub(super) const WATCH: Watch = Watch {
    id: "full-administrator",
    about: "Giving every action on every resource: AdministratorAccess, or a document that allows as much.",
    look,
};

const HINT: &str = "Give what the job needs: AWS has policies for job functions, such as PowerUserAccess.";

/// How much a document allows without a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Less,
    /// All of IAM, and so the way to everything.
    Iam,
    Everything,
}

fn look(scene: &Scene<'_>) -> Vec<Guard> {
    let mut found = Vec::new();
    for (step, call) in &scene.calls {
        // What goes with a deleted user or role in the same plan gives nobody anything.
        if holder(call).is_some_and(|holder| scene.deleted.contains(&holder)) {
            continue;
        }
        found.extend(match call.operation() {
            "AttachUserPolicy" | "AttachGroupPolicy" | "AttachRolePolicy" => attached(scene, step, call),
            "PutUserPolicy" | "PutGroupPolicy" | "PutRolePolicy" => given(
                step,
                call,
                call.text("PolicyDocument").map(reach),
                &format!("inline policy {}", call.text("PolicyName").unwrap_or_default()),
            ),
            "CreatePolicyVersion" | "SetDefaultPolicyVersion" => changed(scene, step, call),
            "AddUserToGroup" => joined(scene, step, call),
            _ => None,
        });
    }
    found
}

/// Who a call gives a policy to, in words, and the name.
fn whom(call: &Call) -> Option<(String, String)> {
    Some(match holder(call)? {
        EntityRef::User(name) => (format!("user {name}"), name.to_string()),
        EntityRef::Group(name) => (format!("every member of group {name}"), name.to_string()),
        EntityRef::Role(name) => (format!("whoever assumes role {name}"), name.to_string()),
        EntityRef::Policy(_) => return None,
    })
}

fn given(step: &Step, call: &Call, reach: Option<Reach>, policy: &str) -> Option<Guard> {
    let (whom, name) = whom(call)?;
    let (message, word) = match reach {
        Some(Reach::Less) => return None,
        Some(Reach::Iam) => (format!("{whom} may do everything in IAM, and so give itself the rest: {policy}"), None),
        Some(Reach::Everything) => (format!("{whom} may do everything in the account: {policy}"), Some(name.as_str())),
        None => (format!("what {policy} allows to {whom} was not read; it may be everything"), None),
    };
    Some(object(&WATCH, Some(step), message, HINT, word))
}

fn attached(scene: &Scene<'_>, step: &Step, call: &Call) -> Option<Guard> {
    let arn = Arn::parse(call.text("PolicyArn")?).ok()?;
    given(step, call, reach_of(scene, &arn), &format!("policy {}", arn.name()))
}

/// How much a managed policy allows once the plan is made; nothing where its document was not read.
fn reach_of(scene: &Scene<'_>, arn: &Arn) -> Option<Reach> {
    let known = scene.after.policy(arn).map(|policy| policy.document());
    let document = known.as_ref().and_then(Fact::known).map(Document::text);
    document.or_else(|| managed_policy_by_arn(arn.as_str()).map(ManagedPolicy::document)).map(reach)
}

/// A policy that gets another document gives it to all who have the policy.
fn changed(scene: &Scene<'_>, step: &Step, call: &Call) -> Option<Guard> {
    let arn = Arn::parse(call.text("PolicyArn")?).ok()?;
    let before = scene.account.policy(&arn).map(|policy| policy.document());
    let before = before.as_ref().and_then(Fact::known).map(|document| reach(document.text()));
    let document = call.text("PolicyDocument");
    if document.is_some() && call.input().get("SetAsDefault") != Some(&true.into()) {
        return None;
    }
    let after = document.map(reach).or_else(|| reach_of(scene, &arn));
    let name = arn.name();
    let (message, word) = match after {
        Some(Reach::Everything) if before != Some(Reach::Everything) => {
            (format!("whoever has policy {name} may do everything in the account"), Some(name))
        }
        None => (format!("what that version of policy {name} allows was not read; it may be everything"), None),
        _ => return None,
    };
    Some(object(&WATCH, Some(step), message, HINT, word))
}

/// Who joins a group of administrators becomes one.
fn joined(scene: &Scene<'_>, step: &Step, call: &Call) -> Option<Guard> {
    let (user, name) = (call.text("UserName")?, call.text("GroupName")?);
    let group = scene.after.groups().get(name)?;
    let attached = group.facts.attached.known().into_iter().flatten().filter_map(|policy| reach_of(scene, &policy.arn));
    let inline = group.facts.inline.known().into_iter().flatten();
    let inline = inline.filter_map(|policy| policy.document.known().map(|document| reach(document.text())));
    if attached.chain(inline).max() != Some(Reach::Everything) {
        return None;
    }
    let message = format!("user {user} may do everything in the account, as every member of group {name}");
    Some(object(&WATCH, Some(step), message, HINT, Some(user)))
}

fn reach(document: &str) -> Reach {
    let policy = read(document);
    policy.statements.iter().map(reach_of_statement).max().unwrap_or(Reach::Less)
}

fn reach_of_statement(statement: &Statement<'_>) -> Reach {
    let everywhere = statement.resource.as_ref().is_some_and(|list| list.has("*"));
    let (Some(actions), true) = (&statement.action, everywhere && statement.allows() && statement.condition.is_none())
    else {
        return Reach::Less;
    };
    let names = |wanted: &[&str]| {
        actions.items.iter().any(|item| wanted.iter().any(|wanted| item.value.eq_ignore_ascii_case(wanted)))
    };
    if names(&["*", "*:*"]) {
        Reach::Everything
    } else if names(&["iam:*"]) {
        Reach::Iam
    } else {
        Reach::Less
    }
}
