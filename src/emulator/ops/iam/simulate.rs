//! Asking what policies would decide: simulations, and the condition keys that policies ask for.

use std::sync::Arc;

use serde_json::{Value, json};

use super::named::{by_arn, everything};
use crate::base::arn::Arn;
use crate::emulator::authorize::own::{Source, Sources, held};
use crate::emulator::failure::Failure;
use crate::emulator::paging;
use crate::emulator::registry::{Operation, Request};
use crate::emulator::store::State;
use crate::emulator::store::records::{Group, Role, User};
use crate::policy::evaluate::{self, Compiled, Layer, PolicySet, Principal, Verdict, evaluate};
use crate::policy::malformed::{self, DocumentUse};

/// The rows of this resource.
pub const OPERATIONS: &[Operation] = &[
    Operation::read("SimulateCustomPolicy", simulate, everything),
    Operation::read("SimulatePrincipalPolicy", simulate, source),
    Operation::read("GetContextKeysForCustomPolicy", context_keys, everything),
    Operation::read("GetContextKeysForPrincipalPolicy", context_keys, source),
];

fn source(request: &Request<'_>, _state: &State) -> String {
    request.text("PolicySourceArn").to_owned()
}

/// What is simulated: policies with their names, and whose they are.
struct Subject<'s> {
    sources: Sources<'s>,
    policies: PolicySet,
    caller: Option<Arn>,
}

impl<'s> Subject<'s> {
    fn of(request: &Request<'s>, state: &'s State) -> Result<Self, Failure> {
        let arn = request.maybe("PolicySourceArn").map(|text| entity(request, text)).transpose()?;
        let mut sources = match &arn {
            Some(arn) => sources(request, state, arn)?,
            None => Sources::default(),
        };
        for (number, document) in request.texts("PolicyInputList").enumerate() {
            check(document)?;
            sources.identity.push(Source { arn: None, id: format!("PolicyInputList.{}", number + 1), document });
        }
        if let Some(document) = request.texts("PermissionsBoundaryPolicyInputList").next() {
            check(document)?;
            let id = "PermissionsBoundaryPolicyInputList.1".to_owned();
            sources.boundary = Some(Source { arn: None, id, document });
        }
        let mut policies = sources.policies(&request.world.documents);
        if let Some(document) = request.maybe("ResourcePolicy") {
            let compiled = Compiled::new(document).map_err(|wrong| Failure::invalid_input(wrong.to_string()))?;
            policies.resource = Some(Arc::new(compiled));
        }
        let caller = request.maybe("CallerArn").map(|text| entity(request, text)).transpose()?;
        let caller = caller.or(arn).filter(|arn| matches!(arn.resource_type(), "user" | "role"));
        if policies.resource.is_some() && caller.is_none() {
            let told = "A CallerArn is required when a ResourcePolicy is given.";
            return Err(Failure::invalid_input(told));
        }
        Ok(Self { sources, policies, caller })
    }
}

fn check(document: &str) -> Result<(), Failure> {
    malformed::check(document, DocumentUse::Session).map_err(|wrong| Failure::invalid_input(wrong.message))
}

/// An ARN of this account's IAM.
fn entity(request: &Request<'_>, text: &str) -> Result<Arn, Failure> {
    let arn = Arn::parse(text).ok().filter(|arn| arn.partition() == "aws" && arn.service() == "iam");
    let arn = arn.filter(|arn| arn.region().is_empty() && !arn.name().is_empty());
    let known = arn.filter(|arn| arn.account() == request.world.account);
    known.ok_or_else(|| Failure::invalid_input(format!("Invalid Entity Arn: {text}")))
}

/// The policies of the user, group or role of an ARN.
fn sources<'s>(request: &Request<'s>, state: &'s State, arn: &Arn) -> Result<Sources<'s>, Failure> {
    let missing = || Failure::no_such_entity(format!("The entity with name {} cannot be found.", arn.name()));
    match arn.resource_type() {
        "user" => by_arn(request, state, arn.as_str()).map(|user: &User| Sources::of_user(request, state, user)),
        "role" => by_arn(request, state, arn.as_str()).map(|role: &Role| Sources::of_role(request, state, role)),
        "group" => by_arn(request, state, arn.as_str()).map(|group: &Group| Sources {
            groups: held(request, state, &group.permissions, "group", &group.name),
            ..Sources::default()
        }),
        _ => return Err(Failure::invalid_input(format!("Invalid Entity Arn: {arn}"))),
    }
    .ok_or_else(missing)
}

fn simulate(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let subject = Subject::of(request, state)?;
    let mut question = question(request, &subject)?;
    let named: Vec<&str> = request.texts("ResourceArns").collect();
    let resources = if named.is_empty() { vec!["*"] } else { named };
    let pairs = request.texts("ActionNames").flat_map(|action| resources.iter().map(move |one| (action, *one)));
    let pairs: Vec<(String, (&str, &str))> =
        pairs.enumerate().map(|(number, pair)| (format!("{number:08}"), pair)).collect();
    let rows = pairs.iter().map(|(key, pair)| (key.as_str(), *pair));
    paging::slice(request, "EvaluationResults", rows, |(action, resource)| {
        question.set_action(action);
        question.set_resource(resource);
        let verdict = evaluate(&question, &subject.policies);
        result(action, resource, &verdict, &subject)
    })
}

/// The request to evaluate; what a policy asks of a caller that nobody named is missing.
fn question(request: &Request<'_>, subject: &Subject<'_>) -> Result<evaluate::Request, Failure> {
    for action in request.texts("ActionNames") {
        if !action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty()) {
            return Err(Failure::invalid_input(format!("Invalid Action: {action}")));
        }
    }
    let nobody = request.arn("role/nobody");
    let arn = subject.caller.as_ref().map_or(nobody.as_str(), Arn::as_str);
    let principal =
        Principal::from_arn(arn).map_err(|_| Failure::invalid_input(format!("Invalid Entity Arn: {arn}")))?;
    let mut question = evaluate::Request::new(principal, "", "*");
    if subject.caller.is_none() {
        for key in ["aws:PrincipalArn", "aws:PrincipalType", "aws:PrincipalAccount", "aws:PrincipalIsAWSService"] {
            question = question.with::<&str>(key, []);
        }
    }
    if let Some(owner) = request.maybe("ResourceOwner") {
        let number = owner.split(':').nth(4).unwrap_or(owner);
        question = question.with_resource_account(number);
    }
    for entry in request.list("ContextEntries") {
        let key = entry.get("ContextKeyName").and_then(Value::as_str).unwrap_or_default();
        let values = entry.get("ContextKeyValues").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        question = question.with(key, values.iter().filter_map(Value::as_str));
    }
    Ok(question)
}

fn result(action: &str, resource: &str, verdict: &Verdict, subject: &Subject<'_>) -> Value {
    let matched: Vec<Value> = verdict.matched.iter().filter_map(|place| matched(place, subject)).collect();
    let decision = verdict.decision.as_str();
    let boundary = subject
        .policies
        .boundary
        .as_ref()
        .map(|_| json!({"AllowedByPermissionsBoundary": !verdict.blocked_by.contains(&Layer::Boundary)}));
    json!({
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": decision,
        "MatchedStatements": matched,
        "MissingContextValues": verdict.missing_context,
        // The account belongs to no organisation.
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": true},
        "PermissionsBoundaryDecisionDetail": boundary,
        "EvalDecisionDetails": {},
        "ResourceSpecificResults": [{
            "EvalResourceName": resource,
            "EvalResourceDecision": decision,
            "MatchedStatements": matched,
            "MissingContextValues": verdict.missing_context,
            "PermissionsBoundaryDecisionDetail": boundary,
        }],
    })
}

/// A statement that decided, with its place as AWS counts it.
fn matched(place: &evaluate::Place, subject: &Subject<'_>) -> Option<Value> {
    let statement = subject.policies.statement(place)?;
    let (id, kind) = match subject.sources.at(place) {
        Some(source) => (source.id.as_str(), "IAM Policy"),
        None => ("ResourcePolicy", "Resource Policy"),
    };
    let (start, end) = (statement.start(), statement.end());
    Some(json!({
        "SourcePolicyId": id,
        "SourcePolicyType": kind,
        "StartPosition": {"Line": start.line, "Column": start.column},
        "EndPosition": {"Line": end.line, "Column": end.column},
    }))
}

fn context_keys(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let subject = Subject::of(request, state)?;
    let policies = &subject.policies;
    let mut keys: Vec<String> = Vec::new();
    for policy in policies.identity.iter().chain(&policies.groups) {
        for key in policy.context_keys() {
            if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                keys.push(key.to_owned());
            }
        }
    }
    keys.sort_unstable();
    Ok(json!({"ContextKeyNames": keys}))
}
