//! When the services that somebody may use were last used: by the record that the emulator keeps of every call.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html>. A report
//! shows what was so when it was asked for, and is complete at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::named::{by_arn, everything};
use super::owner::in_order;
use super::policies::{Managed, is_policy_arn};
use super::{reads, writes};
use crate::api::Iam;
use crate::base::arn::Arn;
use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::emulator::authorize::own::{Source, Sources, held, managed};
use crate::emulator::failure::Failure;
use crate::emulator::jobs;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::activity::Activity;
use crate::emulator::store::records::{Group, Moment, Permissions, Role, User};
use crate::policy;
use crate::policy::ast::Effect;
use crate::policy::summary::{detail, summarise};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::GenerateServiceLastAccessedDetails, generate, subject),
    reads(Iam::GetServiceLastAccessedDetails, details, everything),
    reads(Iam::GetServiceLastAccessedDetailsWithEntities, entities, everything),
    reads(Iam::ListPoliciesGrantingServiceAccess, granting, subject),
];

/// The services whose actions are tracked one by one: those that run here.
const TRACKED: &[&str] = &["iam", "sts"];

/// The kind of the reports of this file among all jobs.
const KIND: &str = "service-last-accessed";

fn subject(request: &Request<'_>, _state: &State) -> String {
    request.text("Arn").to_owned()
}

/// A report as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Report {
    kind: String,
    by_action: bool,
    services: Vec<ServiceUse>,
    entities: Vec<EntityUse>,
}

/// A service that the subject may use.
#[derive(Debug, Serialize, Deserialize)]
struct ServiceUse {
    namespace: String,
    last: Option<Seen>,
    total: usize,
    actions: Vec<ActionUse>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ActionUse {
    name: String,
    last: Option<Seen>,
}

/// A last call, and whose it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    at: Moment,
    arn: String,
    region: String,
}

/// A user or role that has the permissions, with the last use of each service.
#[derive(Debug, Serialize, Deserialize)]
struct EntityUse {
    shown: Value,
    used: BTreeMap<String, Moment>,
}

/// A user or role with what it has called.
struct Entity<'s> {
    arn: String,
    shown: Value,
    activity: Option<&'s Activity>,
}

impl<'s> Entity<'s> {
    fn user(request: &Request<'_>, state: &'s State, user: &User) -> Self {
        let arn = super::named::arn(request, user);
        let shown = shown(&arn, "USER", (&user.name, &user.id, &user.path));
        Self { arn, shown, activity: state.activity.get(&user.id) }
    }

    fn role(request: &Request<'_>, state: &'s State, role: &Role) -> Self {
        let arn = super::named::arn(request, role);
        let shown = shown(&arn, "ROLE", (&role.name, &role.id, &role.path));
        Self { arn, shown, activity: state.activity.get(&role.id) }
    }
}

fn shown(arn: &str, kind: &str, (name, id, path): (&str, &str, &str)) -> Value {
    json!({"Arn": arn, "Name": name, "Type": kind, "Id": id, "Path": path})
}

/// What a report is about: policies, and those who have their permissions.
struct Subject<'s> {
    policies: Vec<Source<'s>>,
    entities: Vec<Entity<'s>>,
}

impl<'s> Subject<'s> {
    fn of(request: &Request<'s>, state: &'s State) -> Result<Self, Failure> {
        let text = request.text("Arn");
        if is_policy_arn(text) {
            return Self::of_policy(request, state, text);
        }
        let arn = Arn::parse(text).ok().filter(|arn| arn.service() == "iam" && arn.account() == request.account);
        let arn = arn.ok_or_else(|| invalid(text))?;
        let missing = || Failure::no_such_entity(format!("ARN {text} does not exist."));
        let identity = |sources: Sources<'s>| [sources.identity, sources.groups].concat();
        match arn.resource_type() {
            "user" => {
                let user: &User = by_arn(request, state, text).ok_or_else(missing)?;
                let policies = identity(Sources::of_user(request, state, user));
                Ok(Self { policies, entities: vec![Entity::user(request, state, user)] })
            }
            "role" => {
                let role: &Role = by_arn(request, state, text).ok_or_else(missing)?;
                let policies = identity(Sources::of_role(request, state, role));
                Ok(Self { policies, entities: vec![Entity::role(request, state, role)] })
            }
            "group" => {
                let group: &Group = by_arn(request, state, text).ok_or_else(missing)?;
                let members = state.users.iter().filter(|user| user.groups.contains(&group.id));
                Ok(Self {
                    policies: held(request, state, &group.permissions, "group", &group.name),
                    entities: members.map(|user| Entity::user(request, state, user)).collect(),
                })
            }
            _ => Err(invalid(text)),
        }
    }

    fn of_policy(request: &Request<'s>, state: &'s State, arn: &'s str) -> Result<Self, Failure> {
        if Managed::find(request, state, arn).is_none() {
            return Err(Failure::no_such_entity(format!("Policy {arn} was not found.")));
        }
        let has = |permissions: &Permissions| permissions.attached.iter().any(|attached| attached == arn);
        let groups: BTreeSet<&str> =
            state.groups.iter().filter(|group| has(&group.permissions)).map(|group| group.id.as_str()).collect();
        let by_group = |user: &User| user.groups.iter().any(|id| groups.contains(id.as_str()));
        let users = state.users.iter().filter(|user| has(&user.permissions) || by_group(user));
        let roles = state.roles.iter().filter(|role| has(&role.permissions));
        let users = users.map(|user| Entity::user(request, state, user));
        Ok(Self {
            policies: vec![managed(request, state, arn)],
            entities: users.chain(roles.map(|role| Entity::role(request, state, role))).collect(),
        })
    }

    fn report(&self, by_action: bool) -> Result<Report, GaveUp> {
        let mut namespaces: BTreeSet<String> = BTreeSet::new();
        let mut tracked: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for policy in &self.policies {
            namespaces.extend(services(policy.document)?);
            for namespace in TRACKED.iter().filter(|_| by_action) {
                let actions = detail(&policy::read(policy.document), Catalog::bundled(), Effect::Allow, namespace)?;
                tracked.entry(namespace).or_default().extend(actions.actions.into_iter().map(|action| action.name));
            }
        }
        let service = |namespace: String| {
            let actions = tracked.get(namespace.as_str()).into_iter().flatten();
            let action = |name: &String| ActionUse {
                name: name.clone(),
                last: self.last(|activity| activity.action(&namespace, name)),
            };
            ServiceUse {
                actions: actions.map(action).collect(),
                last: self.last(|activity| activity.service(&namespace)),
                total: self.entities.iter().filter(|entity| entity.uses(&namespace)).count(),
                namespace,
            }
        };
        let used = |entity: &Entity<'_>| -> BTreeMap<String, Moment> {
            let services = entity.activity.into_iter().flat_map(|activity| activity.services.keys());
            services.filter_map(|name| Some((name.clone(), entity.activity?.service(name)?.at))).collect()
        };
        let entity = |entity: &Entity<'_>| EntityUse { shown: entity.shown.clone(), used: used(entity) };
        Ok(Report {
            kind: KIND.to_owned(),
            by_action,
            entities: self.entities.iter().map(entity).collect(),
            services: namespaces.into_iter().map(service).collect(),
        })
    }

    /// The last call of any of the entities.
    fn last(&self, of: impl Fn(&Activity) -> Option<&crate::emulator::store::activity::LastCall>) -> Option<Seen> {
        let calls = self.entities.iter().filter_map(|entity| Some((entity, of(entity.activity?)?)));
        let (entity, call) = calls.max_by_key(|(_, call)| call.at)?;
        Some(Seen { at: call.at, arn: entity.arn.clone(), region: call.region.clone() })
    }
}

impl Entity<'_> {
    fn uses(&self, namespace: &str) -> bool {
        self.activity.is_some_and(|activity| activity.services.contains_key(namespace))
    }
}

fn invalid(arn: &str) -> Failure {
    Failure::invalid_input(format!("Invalid ARN: {arn}"))
}

/// The namespaces of the services that a document allows anything in.
pub fn services(document: &str) -> Result<impl Iterator<Item = String> + use<>, GaveUp> {
    /// The most documents that are remembered.
    const MOST: usize = 1_000;
    /// What documents allow, by their texts: a report or an analyzer asks about the same few again and again.
    static KNOWN: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(services) = known().get(document) {
        return Ok(services.clone().into_iter());
    }
    let summary = summarise(&policy::read(document), Catalog::bundled())?;
    let services: Vec<String> = summary.allows.into_iter().map(|row| row.prefix).collect();
    let mut known = known();
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(document.to_owned(), services.clone());
    Ok(services.into_iter())
}

/// The name of a service, as its documentation has it.
pub fn service_name(namespace: &str) -> &str {
    Catalog::bundled().entry(namespace).map_or(namespace, |entry| &entry.name)
}

fn generate(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let by_action = request.maybe("Granularity") == Some("ACTION_LEVEL");
    let report = Subject::of(request, state)?.report(by_action);
    let report = report.map_err(|gave_up| Failure::service(gave_up.to_string()))?;
    Ok(jobs::begin(request, state, json!(report)))
}

/// The report of a job that the caller asked for.
fn fetched(request: &Request<'_>, state: &State) -> Result<(Report, Value), Failure> {
    let job = jobs::find(request, state)?;
    let report: Report = serde_json::from_value(job.report.clone()).unwrap_or_default();
    if report.kind != KIND {
        return Err(jobs::missing(request));
    }
    Ok((report, jobs::head(job)))
}

fn details(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let (report, head) = fetched(request, state)?;
    let mut page = in_order(request, "ServicesLastAccessed", &report.services, |service| {
        let last = service.last.as_ref();
        let actions: Vec<Value> = service.actions.iter().map(show_action).collect();
        json!({
            "ServiceName": service_name(&service.namespace),
            "ServiceNamespace": service.namespace,
            "LastAuthenticated": last.map(|seen| seen.at.to_string()),
            "LastAuthenticatedEntity": last.map(|seen| &seen.arn),
            "LastAuthenticatedRegion": last.map(|seen| &seen.region),
            "TotalAuthenticatedEntities": service.total,
            "TrackedActionsLastAccessed": (!actions.is_empty()).then_some(actions),
        })
    })?;
    jobs::add(&mut page, head);
    page["JobType"] = json!(if report.by_action { "ACTION_LEVEL" } else { "SERVICE_LEVEL" });
    Ok(page)
}

fn show_action(action: &ActionUse) -> Value {
    let last = action.last.as_ref();
    json!({
        "ActionName": action.name,
        "LastAccessedEntity": last.map(|seen| &seen.arn),
        "LastAccessedTime": last.map(|seen| seen.at.to_string()),
        "LastAccessedRegion": last.map(|seen| &seen.region),
    })
}

fn entities(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let (mut report, head) = fetched(request, state)?;
    let namespace = request.text("ServiceNamespace");
    if !report.services.iter().any(|service| service.namespace == namespace) {
        report.entities.clear();
    }
    let at = |entity: &EntityUse| entity.used.get(namespace).copied();
    report.entities.sort_by_key(|entity| std::cmp::Reverse(at(entity)));
    let mut page = in_order(
        request,
        "EntityDetailsList",
        &report.entities,
        |entity| json!({"EntityInfo": entity.shown, "LastAuthenticated": at(entity).map(|at| at.to_string())}),
    )?;
    jobs::add(&mut page, head);
    Ok(page)
}

fn granting(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    if is_policy_arn(request.text("Arn")) {
        return Err(invalid(request.text("Arn")));
    }
    let subject = Subject::of(request, state)?;
    let mut granted: Vec<(BTreeSet<String>, Value)> = Vec::new();
    for policy in &subject.policies {
        let services = services(policy.document).map_err(|gave_up| Failure::service(gave_up.to_string()))?;
        granted.push((services.collect(), show_policy(policy)));
    }
    let namespaces: Vec<&str> = request.texts("ServiceNamespaces").collect();
    in_order(request, "PoliciesGrantingServiceAccess", &namespaces, |namespace| {
        let own = granted.iter().filter(|(services, _)| services.contains(*namespace));
        json!({"ServiceNamespace": namespace, "Policies": own.map(|(_, shown)| shown.clone()).collect::<Vec<_>>()})
    })
}

/// A policy: a managed one by its ARN, an inline one by the entity that it is embedded in.
fn show_policy(policy: &Source<'_>) -> Value {
    match (policy.arn, policy.owner) {
        (Some(arn), _) => json!({"PolicyName": policy.id, "PolicyType": "MANAGED", "PolicyArn": arn}),
        (None, owner) => json!({
            "PolicyName": policy.name,
            "PolicyType": "INLINE",
            "EntityType": owner.map(|(kind, _)| kind.to_uppercase()),
            "EntityName": owner.map(|(_, name)| name),
        }),
    }
}
