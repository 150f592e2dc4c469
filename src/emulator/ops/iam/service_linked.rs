//! Service-linked roles: made for a service, changed only by it.

use serde_json::{Value, json};

use super::documents;
use super::named::{existing, find};
use super::principals;
use super::roles;
use super::{reads, writes};
use crate::api::Iam;
use crate::catalog::service_linked::{Linked, linked};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::{Permissions, Role};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateServiceLinkedRole, create, created),
    writes(Iam::DeleteServiceLinkedRole, delete, existing::<Role>),
    reads(Iam::GetServiceLinkedRoleDeletionStatus, status, any),
];

fn created(request: &Request<'_>, _state: &State) -> String {
    let service = request.text("AWSServiceName");
    let name = linked(service).map_or_else(|| "AWSServiceRole".to_owned(), |linked| role_name(request, linked));
    request.arn(&format!("role/aws-service-role/{service}/{name}"))
}

fn any(request: &Request<'_>, _state: &State) -> String {
    request.arn("role/aws-service-role/*")
}

fn role_name(request: &Request<'_>, linked: &Linked) -> String {
    linked.name(request.maybe("CustomSuffix"))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let service = request.text("AWSServiceName");
    let Some(linked) = linked(service) else {
        return Err(Failure::invalid_input(format!("{service} is not a service that has service-linked roles here.")));
    };
    if request.maybe("CustomSuffix").is_some() && !linked.suffix {
        return Err(Failure::invalid_input(format!("Custom suffix is not allowed for {service}")));
    }
    let name = role_name(request, linked);
    if state.roles.named(&name).is_some() {
        return Err(Failure::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    request.within(quota::ROLES, state.roles.len() + 1)?;
    // The answer to the creation writes lists where every later one writes single texts.
    let trust = |action: Value, service: Value| {
        let statement = json!([{"Action": action, "Effect": "Allow", "Principal": {"Service": service}}]);
        json!({"Version": "2012-10-17", "Statement": statement}).to_string()
    };
    let role = Role {
        id: request.environment.ids.unique("AROA"),
        name,
        path: format!("/aws-service-role/{service}/"),
        created: request.now,
        trust: trust(json!("sts:AssumeRole"), json!(service)),
        description: request.maybe("Description").map(str::to_owned),
        max_session: 3600,
        permissions: Permissions {
            attached: vec![format!("arn:aws:iam::aws:policy/aws-service-role/{}", linked.policy)],
            ..Permissions::default()
        },
        linked_to: Some(service.to_owned()),
        ..Role::default()
    };
    let mut shown = roles::core(request, &role);
    shown["AssumeRolePolicyDocument"] = documents::show(&trust(json!(["sts:AssumeRole"]), json!([service])));
    state.roles.put(role);
    Ok(json!({"Role": shown}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let role = find::<Role>(request, state)?;
    let Some(service) = &role.linked_to else {
        return Err(Failure::no_such_entity(format!("The role with name {} cannot be found.", role.name)));
    };
    let task = format!("task/aws-service-role/{service}/{}/{}", role.name, request.environment.ids.uuid());
    let role = role.clone();
    // No service here could still use the role, so the task has succeeded when it is first asked about.
    principals::gone(request, state, &role);
    state.roles.remove(&role.id);
    state.change_account(|account| account.deletion_tasks.insert(task.clone()));
    Ok(json!({"DeletionTaskId": task}))
}

fn status(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let task = request.text("DeletionTaskId");
    if state.account().deletion_tasks.contains(task) {
        Ok(json!({"Status": "SUCCEEDED"}))
    } else {
        Err(Failure::no_such_entity(format!("The deletion task with id {task} cannot be found.")))
    }
}
