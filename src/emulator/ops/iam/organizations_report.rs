//! When the services that service control policies allow were last used in an organization.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html>. The report
//! counts every principal, root users too, and is complete at once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::last_accessed::{service_name, services};
use super::named::everything;
use super::owner::in_order;
use super::reads;
use crate::api::{Iam, Operation};
use crate::base::work::GaveUp;
use crate::emulator::failure::Failure;
use crate::emulator::jobs;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::organization::{Organization, PolicyType};
use crate::emulator::protocol::signature::unknown_key;
use crate::emulator::store::activity::LastCall;
use crate::emulator::store::records::Moment;
use crate::emulator::store::{State, World};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    Handler::across(Operation::Iam(Iam::GenerateOrganizationsAccessReport), generate).on(everything),
    reads(Iam::GetOrganizationsAccessReport, get, everything),
];

/// The kind of the reports of this file among all jobs.
const KIND: &str = "organizations-access";

/// A report as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Report {
    kind: String,
    services: Vec<ServiceUse>,
}

/// A service that is allowed.
#[derive(Debug, Serialize, Deserialize)]
struct ServiceUse {
    namespace: String,
    last: Option<Seen>,
    accounts: usize,
}

/// A last call, and the account that it was made in.
#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    at: Moment,
    path: String,
    region: String,
}

/// The organization, for its management account alone.
fn managed<'a>(request: &Request<'a>) -> Result<&'a Organization, Failure> {
    let organization = request.environment.organization.as_ref();
    organization.filter(|organization| organization.management == request.account).ok_or_else(|| {
        let caller = &request.caller.arn;
        let action = request.operation.action();
        Failure::access_denied(format!(
            "User: {caller} is not authorized to perform: {action} because the account is not the management account of \
             an organization"
        ))
    })
}

/// The root, units and account of a path, outermost first; none where the path leads nowhere.
fn targets<'a>(organization: &Organization, path: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = path.trim_end_matches('/').split('/');
    let (id, targets): (&str, Vec<&str>) = (parts.next()?, parts.collect());
    let last = *targets.last()?;
    let whole = if last == organization.root {
        format!("{id}/{last}")
    } else if let Some(unit) = organization.unit(last) {
        unit.path.trim_end_matches('/').to_owned()
    } else {
        format!("{}{last}", organization.member(last)?.path)
    };
    (id == organization.id && whole == path.trim_end_matches('/')).then_some(targets)
}

/// The services that every level allows: those of the management account are not capped.
fn allowed(organization: &Organization, targets: &[&str]) -> Result<BTreeSet<String>, GaveUp> {
    let mut allowed: Option<BTreeSet<String>> = None;
    let capped = targets.iter().filter(|_| targets.last() != Some(&organization.management.as_str()));
    for target in capped {
        let mut level = BTreeSet::new();
        for (_, policy) in organization.attached(target).into_iter().flatten() {
            if policy.kind == PolicyType::Scp {
                level.extend(services(&policy.document)?);
            }
        }
        allowed = Some(match allowed {
            None => level,
            Some(above) => above.intersection(&level).cloned().collect(),
        });
    }
    match allowed {
        Some(allowed) => Ok(allowed),
        None => {
            Ok(crate::catalog::Catalog::bundled().services().iter().map(|entry| entry.prefix.to_string()).collect())
        }
    }
}

fn generate(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    let organization = managed(request)?;
    let path = request.text("EntityPath");
    let targets = targets(organization, path)
        .ok_or_else(|| Failure::validation(format!("The entity path {path} does not exist in the organization.")))?;
    let gave_up = |gave_up: GaveUp| Failure::service(gave_up.to_string());
    let services = match request.maybe("OrganizationsPolicyId") {
        None => allowed(organization, &targets).map_err(gave_up)?,
        Some(id) => {
            let policy = organization.policy(id).filter(|policy| policy.kind == PolicyType::Scp);
            let missing = || Failure::validation(format!("The service control policy {id} does not exist."));
            super::last_accessed::services(&policy.ok_or_else(missing)?.document).map_err(gave_up)?.collect()
        }
    };
    let below = format!("{}/", path.trim_end_matches('/'));
    let accounts: Vec<(String, &State)> = organization
        .members()
        .map(|(number, member)| (format!("{}{number}", member.path), number))
        .filter(|(path, _)| format!("{path}/").starts_with(&below))
        .filter_map(|(path, number)| Some((path, world.get(number)?)))
        .collect();
    let used = |state: &State, namespace: &str| -> Option<LastCall> {
        let calls = state.activity.iter().filter_map(|activity| activity.service(namespace));
        calls.max_by_key(|call| call.at).cloned()
    };
    let service = |namespace: String| {
        let calls: Vec<(&str, LastCall)> =
            accounts.iter().filter_map(|(path, state)| Some((path.as_str(), used(state, &namespace)?))).collect();
        let last = calls.iter().max_by_key(|(_, call)| call.at);
        let last = last.map(|(path, call)| Seen { at: call.at, path: (*path).to_owned(), region: call.region.clone() });
        ServiceUse { last, accounts: calls.len(), namespace }
    };
    let report = Report { kind: KIND.to_owned(), services: services.into_iter().map(service).collect() };
    let state = world.get_mut(request.account).ok_or_else(unknown_key)?;
    Ok(jobs::begin(request, state, json!(report)))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    managed(request)?;
    let job = jobs::find(request, state)?;
    let mut report: Report = serde_json::from_value(job.report.clone()).unwrap_or_default();
    if report.kind != KIND {
        return Err(jobs::missing(request));
    }
    let at = |service: &ServiceUse| service.last.as_ref().map(|seen| seen.at);
    match request.maybe("SortKey") {
        Some("SERVICE_NAMESPACE_DESCENDING") => report.services.reverse(),
        Some("LAST_AUTHENTICATED_TIME_ASCENDING") => report.services.sort_by_key(at),
        Some("LAST_AUTHENTICATED_TIME_DESCENDING") => report.services.sort_by_key(|one| std::cmp::Reverse(at(one))),
        _ => {}
    }
    let mut page = in_order(request, "AccessDetails", &report.services, |service| {
        let last = service.last.as_ref();
        json!({
            "ServiceName": service_name(&service.namespace),
            "ServiceNamespace": service.namespace,
            "Region": last.map(|seen| &seen.region),
            "EntityPath": last.map(|seen| &seen.path),
            "LastAuthenticatedTime": last.map(|seen| seen.at.to_string()),
            "TotalAuthenticatedEntities": service.accounts,
        })
    })?;
    jobs::add(&mut page, jobs::head(job));
    page["NumberOfServicesAccessible"] = report.services.len().into();
    page["NumberOfServicesNotAccessed"] = report.services.iter().filter(|one| one.last.is_none()).count().into();
    Ok(page)
}
