//! Delegation requests, by which partners of AWS ask for temporary access.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html> and the operations
//! beside it, <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html>. Partners
//! and their templates are those of the file that the emulator was started with. Codes are those of the service model,
//! the texts of refusals are ours.
//!
//! ```text
//! Create ─▶ unassigned ─Associate▶ assigned ─Update▶ pending approval
//!                                     └──────Accept──────┴─▶ accepted ─Send▶ finalized
//!                        (each of the three) ─Reject▶ rejected      (all, after a day or seven) ─▶ expired
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::documents;
use super::named::everything;
use super::owner::in_order;
use crate::api::{Iam, Operation};
use crate::emulator::authorize;
use crate::emulator::caller::{Bearer, Principal};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::sts::session::begin;
use crate::emulator::store::delegations::{Approver, DelegationRequest, Stage};
use crate::emulator::store::{State, World};
use crate::emulator::templates::fill_policy;
use crate::policy;
use crate::policy::malformed::{self, DocumentUse};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    super::writes(Iam::CreateDelegationRequest, create, created),
    Handler::survey(Operation::Iam(Iam::ListDelegationRequests), list).on(everything),
    Handler::survey(Operation::Iam(Iam::GetDelegationRequest), get),
    Handler::survey(Operation::Iam(Iam::GetHumanReadableSummary), summary),
    changes(Iam::AssociateDelegationRequest, associate),
    changes(Iam::AcceptDelegationRequest, accept),
    changes(Iam::UpdateDelegationRequest, update),
    changes(Iam::RejectDelegationRequest, reject),
    changes(Iam::SendDelegationToken, send),
];

/// The most characters of a policy with its parameters filled in.
const RENDERED: usize = 2048;
/// The most seconds that a root user can delegate.
const ROOT_SECONDS: u64 = 4 * 60 * 60;

/// A handler that changes a request of whichever partner, and checks permissions itself.
const fn changes(operation: Iam, run: fn(&Request<'_>, &mut World) -> Result<Value, Failure>) -> Handler {
    Handler::across(Operation::Iam(operation), run).unchecked()
}

fn created(request: &Request<'_>, _state: &State) -> String {
    arn(request, "*")
}

fn arn(request: &Request<'_>, id: &str) -> String {
    request.arn(&format!("delegation-request/{id}"))
}

fn missing(id: &str) -> Failure {
    Failure::no_such_entity(format!("The delegation request with id {id} cannot be found."))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let account = request.account;
    let partner = request.environment.templates.partner(account).ok_or_else(|| {
        let told = format!("The account {account} is not registered as a partner that can create delegation requests.");
        Failure::access_denied(told)
    })?;
    let workflow = request.text("RequestorWorkflowId");
    if state.delegation_requests.keyed(workflow).is_some() {
        return Err(Failure::already_exists(format!(
            "A delegation request with workflow id {workflow} already exists."
        )));
    }
    let channel = request.text("NotificationChannel");
    if !channel.starts_with("arn:aws:sns:") {
        return Err(Failure::invalid_input("The notification channel must be the ARN of an Amazon SNS topic."));
    }
    let permissions = request.value("Permissions").cloned().unwrap_or_default();
    let template = permissions["PolicyTemplateArn"].as_str().unwrap_or_default();
    let template = partner.templates.iter().find(|known| known.arn == template).ok_or_else(|| {
        Failure::invalid_input(format!("The policy template {template} is not registered for the account {account}."))
    })?;
    let policy = fill_policy(&template.policy, &parameters(&permissions)?)
        .map_err(|name| Failure::invalid_input(format!("The policy template needs a value for the parameter {name}.")))?
        .to_string();
    if documents::size(&policy) > RENDERED {
        return Err(Failure::limit_exceeded(format!("Cannot exceed quota for PolicySize: {RENDERED}")));
    }
    malformed::check(&policy, DocumentUse::Session).map_err(|wrong| Failure::invalid_input(wrong.message))?;
    let id = request.environment.ids.uuid();
    state.delegation_requests.put(DelegationRequest {
        id: id.clone(),
        requestor: account.to_owned(),
        requestor_name: partner.name.clone(),
        workflow: workflow.to_owned(),
        owner_account: request.maybe("OwnerAccountId").map(str::to_owned),
        description: request.text("Description").to_owned(),
        message: request.maybe("RequestMessage").map(str::to_owned),
        permissions,
        policy,
        boundaries: template.permissions_boundaries.clone(),
        redirect: request.maybe("RedirectUrl").map(str::to_owned),
        channel: channel.to_owned(),
        seconds: request.number("SessionDuration").unwrap_or_default(),
        only_by_owner: request.flag("OnlySendByOwner"),
        since: request.now,
        created: request.now,
        updated: request.now,
        ..DelegationRequest::default()
    });
    let link = format!("https://us-east-1.console.aws.amazon.com/iam/home#/temporary_delegation_requests/{id}");
    Ok(json!({"DelegationRequestId": id, "ConsoleDeepLink": link}))
}

/// The values of the parameters, by name.
fn parameters(permissions: &Value) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut values = BTreeMap::new();
    for parameter in permissions["Parameters"].as_array().into_iter().flatten() {
        let name = parameter["Name"].as_str().unwrap_or_default();
        let given = parameter["Values"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let given: Vec<String> = given.map(str::to_owned).collect();
        if given.is_empty() || (given.len() > 1 && parameter["Type"] == "string") {
            let told = format!("The parameter {name} has {} values, which is not what its type takes.", given.len());
            return Err(Failure::invalid_input(told));
        }
        if values.insert(name.to_owned(), given).is_some() {
            return Err(Failure::invalid_input(format!("The parameter {name} is listed twice.")));
        }
    }
    Ok(values)
}

/// The request of an id that the caller can see and has the operation's permission for.
///
/// Without an owner everybody of its account can see it, without an account everybody; afterwards the owner has some
/// permissions whatever the identity's own policies say.
fn find<'w>(request: &Request<'_>, world: &'w World, id: &str) -> Result<&'w DelegationRequest, Failure> {
    let found = world.accounts().find_map(|(_, state)| state.delegation_requests.get(id));
    let is_theirs = |one: &&DelegationRequest| one.owner_account.as_deref().is_none_or(|own| own == request.account);
    let found = found.filter(is_theirs).ok_or_else(|| missing(id))?;
    let default = found.owner.as_ref().map(|owner| {
        let actions = ["iam:GetDelegationRequest", "iam:GetHumanReadableSummary", "iam:UpdateDelegationRequest"];
        json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": owner}, "Action": actions, "Resource": "*",
        }]})
        .to_string()
    });
    let owner = found.owner.as_deref();
    let keys = owner.map(|owner| ("iam:DelegationRequestOwner", owner)).into_iter().collect();
    authorize::allows_on(request, world, &arn(request, id), default.as_deref(), keys)?;
    Ok(found)
}

/// Changes the request that the parameters name, from one of these stages to another.
fn advance(
    request: &Request<'_>,
    world: &mut World,
    (from, to): (&[Stage], Stage),
    edit: impl FnOnce(&mut DelegationRequest) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let mut found = find(request, world, request.text("DelegationRequestId"))?.clone();
    let stage = found.stage_at(request.now);
    if !from.contains(&stage) {
        let told =
            format!("The delegation request is in the state {}, in which it cannot be changed so.", stage.name());
        return Err(Failure::invalid_input(told));
    }
    edit(&mut found)?;
    (found.stage, found.since, found.updated) = (to, request.now, request.now);
    if let Some(state) = world.get_mut(&found.requestor.clone()) {
        state.delegation_requests.put(found);
    }
    Ok(json!({}))
}

fn associate(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    advance(request, world, (&[Stage::Unassigned], Stage::Assigned), |found| {
        found.owner_account = Some(request.account.to_owned());
        found.owner = Some(request.caller.arn.clone());
        Ok(())
    })
}

fn update(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    let from = &[Stage::Assigned, Stage::PendingApproval];
    advance(request, world, (from, Stage::PendingApproval), |found| {
        found.notes = request.maybe("Notes").map(str::to_owned).or(found.notes.take());
        Ok(())
    })
}

fn accept(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    let from = &[Stage::Assigned, Stage::PendingApproval];
    advance(request, world, (from, Stage::Accepted), |found| {
        let bearer = match &request.caller.principal {
            Principal::Root if found.seconds > ROOT_SECONDS => {
                let told = "A root user cannot approve a delegation request of more than 4 hours.";
                return Err(Failure::invalid_input(told));
            }
            Principal::Root => Bearer::Root,
            Principal::User { id, .. } => Bearer::User(id.clone()),
            Principal::Role { id, session, .. } => Bearer::Role(id.clone(), session.clone()),
            Principal::Federated { .. } | Principal::Anonymous => {
                return Err(Failure::access_denied("Only a user, a role or the root user can approve a request."));
            }
        };
        let session = request.caller.session.clone().unwrap_or_else(|| begin(request, bearer, found.seconds));
        let session = serde_json::to_value(session).map_err(|error| Failure::service(error.to_string()))?;
        found.approver = Some(Approver { arn: request.caller.arn.clone(), session });
        Ok(())
    })
}

fn reject(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    let from = &[Stage::Assigned, Stage::PendingApproval, Stage::Accepted];
    advance(request, world, (from, Stage::Rejected), |found| {
        found.rejection = request.maybe("Notes").map(str::to_owned);
        Ok(())
    })
}

fn send(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    advance(request, world, (&[Stage::Accepted], Stage::Finalized), |found| {
        if found.only_by_owner && found.owner.as_deref() != Some(&request.caller.arn) {
            return Err(Failure::access_denied("Only the owner of the delegation request can send its token."));
        }
        found.token = Some(format!("{}{}", request.environment.ids.secret(), request.environment.ids.secret()));
        Ok(())
    })
}

fn show(request: &Request<'_>, found: &DelegationRequest) -> Value {
    let boundaries = (!found.boundaries.is_empty()).then_some(&found.boundaries);
    json!({
        "DelegationRequestId": found.id,
        "OwnerAccountId": found.owner_account,
        "Description": found.description,
        "RequestMessage": found.message,
        "Permissions": found.permissions,
        "PermissionPolicy": found.policy,
        "RolePermissionRestrictionArns": boundaries,
        "OwnerId": found.owner,
        "ApproverId": found.approver.as_ref().map(|approver| &approver.arn),
        "State": found.stage_at(request.now).name(),
        "ExpirationTime": found.expires().to_string(),
        "RequestorId": found.requestor,
        "RequestorName": found.requestor_name,
        "CreateDate": found.created.to_string(),
        "SessionDuration": found.seconds,
        "RedirectUrl": found.redirect,
        "Notes": found.notes,
        "RejectionReason": found.rejection,
        "OnlySendByOwner": found.only_by_owner,
        "UpdatedTime": found.updated.to_string(),
    })
}

fn list(request: &Request<'_>, world: &World) -> Result<Value, Failure> {
    let owner = request.maybe("OwnerId");
    let all = world.accounts().flat_map(|(_, state)| state.delegation_requests.iter());
    // What nobody has taken yet is not listed, even where it is for the account.
    let mut owned: Vec<&DelegationRequest> = all
        .filter(|one| one.owner_account.as_deref() == Some(request.account) && one.owner.is_some())
        .filter(|one| owner.is_none_or(|owner| one.owner.as_deref() == Some(owner)))
        .collect();
    owned.sort_by_key(|one| (one.created, &one.id));
    let mut page = in_order(request, "DelegationRequests", &owned, |one| show(request, one))?;
    // The member begins with a small letter in this list alone.
    page["isTruncated"] = page["IsTruncated"].take();
    Ok(page)
}

fn get(request: &Request<'_>, world: &World) -> Result<Value, Failure> {
    let found = find(request, world, request.text("DelegationRequestId"))?;
    let mut shown = json!({"DelegationRequest": show(request, found)});
    if request.flag("DelegationPermissionCheck") {
        shown["PermissionCheckStatus"] = json!("COMPLETE");
        shown["PermissionCheckResult"] = json!(covers(request, world, found));
    }
    Ok(shown)
}

/// What a policy allows, action by action on resource by resource; none where a statement names what it leaves out.
fn asked(policy: &str) -> Option<Vec<(String, String)>> {
    let policy = policy::read(policy);
    let mut pairs = Vec::new();
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        let (actions, resources) = (statement.action.as_ref()?, statement.resource.as_ref()?);
        for action in &actions.items {
            pairs.extend(resources.items.iter().map(|one| (action.as_str().to_owned(), one.as_str().to_owned())));
        }
    }
    Some(pairs)
}

/// Whether the caller may do all that is asked for; wildcards count as letters, for the result is approximate.
fn covers(request: &Request<'_>, world: &World, found: &DelegationRequest) -> &'static str {
    let Some(asked) = asked(&found.policy) else { return "UNSURE" };
    let may = |(action, resource): &(String, String)| authorize::permits(request, world, action, resource);
    if asked.iter().all(may) { "ALLOWED" } else { "DENIED" }
}

fn summary(request: &Request<'_>, world: &World) -> Result<Value, Failure> {
    let arn = request.text("EntityArn");
    let id = arn.split_once(":delegation-request/").map(|(_, id)| id);
    let id = id.ok_or_else(|| Failure::invalid_input(format!("The entity {arn} has no summary.")))?;
    let found = find(request, world, id)?;
    let locale = request.maybe("Locale").unwrap_or("en");
    // AWS has a language model write it. This one says what the policy says, in English.
    if !locale.starts_with("en") {
        return Ok(json!({"Locale": locale, "SummaryState": "NOT_SUPPORTED"}));
    }
    let actions = asked(&found.policy).map(|pairs| pairs.into_iter().map(|(action, _)| action));
    let actions: BTreeSet<String> = actions.into_iter().flatten().collect();
    let actions =
        if actions.is_empty() { "what its policy says".to_owned() } else { Vec::from_iter(actions).join(", ") };
    let (name, minutes) = (&found.requestor_name, found.seconds.div_ceil(60));
    let content = format!("{name} asks for access to your account for {minutes} minutes, to do: {actions}.");
    Ok(json!({"Locale": locale, "SummaryState": "AVAILABLE", "SummaryContent": content}))
}
