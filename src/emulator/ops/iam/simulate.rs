//! Asking what policies would decide: simulations, and the condition keys that policies ask for.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::named::{by_arn, everything};
use super::reads;
use crate::api::Iam;
use crate::base::arn::Arn;
use crate::base::wildcard::matches;
use crate::base::work;
use crate::emulator::authorize::own::{Source, Sources, held};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::store::State;
use crate::emulator::store::records::{Group, Role, User};
use crate::policy::evaluate::{self, Compiled, Layer, PolicySet, Principal, Verdict, evaluate};
use crate::policy::malformed::{self, DocumentUse};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Iam::SimulateCustomPolicy, simulate, everything).without(SCENARIO),
    reads(Iam::SimulatePrincipalPolicy, simulate, source).without(SCENARIO),
    reads(Iam::GetContextKeysForCustomPolicy, context_keys, everything),
    reads(Iam::GetContextKeysForPrincipalPolicy, context_keys, source),
];

/// The scenarios of EC2, each of which adds resources to a simulation.
const SCENARIO: &[(&str, &str)] =
    &[("ResourceHandlingOption", "It simulates each action on the resources that are named, and on no others.")];

fn source(request: &Request<'_>, _state: &State) -> String {
    request.text("PolicySourceArn").to_owned()
}

/// What is simulated: policies with their names, and whose they are.
#[derive(Clone)]
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
        exclude(request, &mut sources)?;
        for (number, document) in request.texts("PolicyInputList").enumerate() {
            check(document)?;
            sources.identity.push(Source {
                arn: None,
                name: None,
                owner: None,
                id: format!("PolicyInputList.{}", number + 1),
                document,
            });
        }
        if let Some(document) = request.texts("PermissionsBoundaryPolicyInputList").next() {
            check(document)?;
            let id = "PermissionsBoundaryPolicyInputList.1".to_owned();
            sources.boundary = Some(Source { arn: None, name: None, owner: None, id, document });
        }
        let mut policies = sources.policies(&request.environment.documents);
        if let Some(organization) = request.environment.organization.as_ref().filter(|_| arn.is_some()) {
            policies.scps = if excludes_scps(request) { Vec::new() } else { organization.scps(request.account) };
        }
        for level in request.list("OrderedOrganizationPolicyInputList") {
            let documents = level.get("ServiceControlPolicyInputList").and_then(Value::as_array);
            let documents = documents.into_iter().flatten().filter_map(Value::as_str);
            let compiled =
                documents.map(|document| check(document).map(|()| request.environment.documents.compiled(document)));
            policies.scps.push(compiled.collect::<Result<_, _>>()?);
        }
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

    /// The same with the policy of a resource that the emulator knows, where the request gives no other.
    fn with_stub(
        &self,
        request: &Request<'_>,
        question: &evaluate::Request,
        resource: &str,
    ) -> Option<(evaluate::Request, Self)> {
        let known = request.environment.resources.find(resource)?;
        if self.policies.resource.is_some() || self.caller.is_none() {
            return None;
        }
        let mut subject = self.clone();
        subject.policies.resource = Some(request.environment.documents.compiled(&known.policy));
        let question = question.clone();
        let owner = known.account.as_deref().unwrap_or(request.account);
        let named = request.maybe("ResourceOwner").is_some();
        Some((if named { question } else { question.with_resource_account(owner) }, subject))
    }
}

/// Leaves out the policies of the entity that a request excludes; an input policy stays.
fn exclude(request: &Request<'_>, sources: &mut Sources<'_>) -> Result<(), Failure> {
    let excluded = request.list("PolicyExclusionList");
    if excluded.iter().any(|one| one.as_object().is_none_or(|members| members.len() != 1)) {
        return Err(Failure::invalid_input(
            "Specify exactly one of PolicyType, PolicyArn, or InlinePolicyIdentifier in each policy identifier.",
        ));
    }
    let patterns = excluded.iter().filter_map(|one| one.get("PolicyArn")?.as_str());
    if patterns.into_iter().any(|pattern| pattern.matches('*').count() > 1) {
        return Err(Failure::invalid_input("A policy identifier can have at most one * wildcard character."));
    }
    let is = |source: &Source<'_>, boundary: bool| excluded.iter().any(|one| names(one, source, boundary));
    sources.identity.retain(|source| !is(source, false));
    sources.groups.retain(|source| !is(source, false));
    sources.boundary = sources.boundary.take().filter(|source| !is(source, true));
    Ok(())
}

/// Whether the service control policies of the account are excluded, which only their type can name.
fn excludes_scps(request: &Request<'_>) -> bool {
    let mut kinds = request.list("PolicyExclusionList").iter().filter_map(|one| one.get("PolicyType")?.as_str());
    kinds.any(|kind| kind == "scp")
}

/// Whether an identifier names a policy: by its type, by its ARN, or by its name and the entity that it belongs to.
fn names(identifier: &Value, source: &Source<'_>, boundary: bool) -> bool {
    if let Some(kind) = identifier.get("PolicyType").and_then(Value::as_str) {
        let own = match source.arn {
            _ if boundary => "permission-boundary",
            None => "inline",
            Some(arn) if arn.contains("::aws:policy/") => "aws-managed",
            Some(_) => "user-managed",
        };
        return kind == own;
    }
    if let Some(pattern) = identifier.get("PolicyArn").and_then(Value::as_str) {
        // A boundary is excluded by its type alone: what the ARN names is attached.
        return !boundary && source.arn.is_some_and(|arn| matches(pattern, arn));
    }
    // The documentation speaks of wildcards in the entity's name, but the model's pattern lets none through.
    let inline = &identifier["InlinePolicyIdentifier"];
    let part = |name: &str| inline[name].as_str().unwrap_or_default();
    let (kind, owner, name) = (part("AttachmentType"), part("AttachmentName"), part("PolicyName"));
    source.name == Some(name) && source.id == format!("{kind}_{owner}_{name}")
}

fn check(document: &str) -> Result<(), Failure> {
    malformed::check(document, DocumentUse::Session).map_err(|wrong| Failure::invalid_input(wrong.message))
}

/// An ARN of this account's IAM.
fn entity(request: &Request<'_>, text: &str) -> Result<Arn, Failure> {
    let arn = Arn::parse(text).ok().filter(|arn| arn.partition() == "aws" && arn.service() == "iam");
    let arn = arn.filter(|arn| arn.region().is_empty() && !arn.name().is_empty());
    let known = arn.filter(|arn| arn.account() == request.account);
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
    let page = work::within(MOST_STEPS, || {
        paging::slice(request, "EvaluationResults", rows, |(action, resource)| {
            question.set_action(action);
            question.set_resource(resource);
            if let Some((question, subject)) = subject.with_stub(request, &question, resource) {
                let verdict = evaluate(&question, &subject.policies);
                return verdict.map_or(Value::Null, |verdict| result(action, resource, &verdict, &subject));
            }
            // A verdict that was given up spoils the page as a whole.
            let verdict = evaluate(&question, &subject.policies);
            verdict.map_or(Value::Null, |verdict| result(action, resource, &verdict, &subject))
        })
    });
    page.unwrap_or_else(|gave_up| Err(Failure::new("PolicyEvaluation", 500, gave_up.to_string())))
}

/// The steps of one page: others wait for it.
const MOST_STEPS: u64 = 40_000_000;

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
        let kind = entry.get("ContextKeyType").and_then(Value::as_str).unwrap_or("string");
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        if let Some(wrong) = values.iter().find(|value| !is_of(kind, value)) {
            return Err(Failure::invalid_input(format!(
                "Invalid value for the context key {key} of type {kind}: {wrong}"
            )));
        }
        question = question.with(key, values);
    }
    Ok(question)
}

/// Whether a value is one of a type of context keys; of `numericList`, each value is one of `numeric`.
fn is_of(kind: &str, value: &str) -> bool {
    match kind.strip_suffix("List").unwrap_or(kind) {
        "numeric" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "boolean" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        "ip" => {
            let (address, prefix) = value.split_once('/').map_or((value, None), |(ip, prefix)| (ip, Some(prefix)));
            address.parse::<IpAddr>().is_ok_and(|ip| {
                let longest = if ip.is_ipv4() { 32 } else { 128 };
                prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|bits| bits <= longest))
            })
        }
        "binary" => STANDARD.decode(value).is_ok(),
        "date" => {
            let day = |text: &str| text.parse::<jiff::civil::Date>().is_ok();
            value.parse::<i64>().is_ok() || value.parse::<jiff::Timestamp>().is_ok() || day(value)
        }
        _ => true,
    }
}

/// The keys that are missing; those that service control policies alone ask for are no part of an answer.
fn missing<'v>(verdict: &'v Verdict, policies: &PolicySet) -> Vec<&'v str> {
    let asked = policies.identity.iter().chain(&policies.groups).chain(&policies.session);
    let asked: Vec<&str> =
        asked.chain(&policies.boundary).chain(&policies.resource).flat_map(|policy| policy.context_keys()).collect();
    let own = |key: &&str| policies.scps.is_empty() || asked.iter().any(|known| known.eq_ignore_ascii_case(key));
    verdict.missing_context.iter().map(AsRef::as_ref).filter(own).collect()
}

fn result(action: &str, resource: &str, verdict: &Verdict, subject: &Subject<'_>) -> Value {
    // Statements of service control policies are not listed, though they decide.
    let listed = verdict.matched.iter().filter(|place| place.layer != Layer::Scp);
    let matched: Vec<Value> = listed.filter_map(|place| matched(place, subject)).collect();
    let missing = missing(verdict, &subject.policies);
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
        "MissingContextValues": missing,
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": !verdict.blocked_by.contains(&Layer::Scp)},
        "PermissionsBoundaryDecisionDetail": boundary,
        "EvalDecisionDetails": {},
        "ResourceSpecificResults": [{
            "EvalResourceName": resource,
            "EvalResourceDecision": decision,
            "MatchedStatements": matched,
            "MissingContextValues": missing,
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
