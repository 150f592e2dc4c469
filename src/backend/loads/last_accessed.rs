//! Last accessed information of a user, group, role or policy: starts the report's job, waits for it and reads it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_iam::types::{
    AccessAdvisorUsageGranularityType, EntityDetails, JobStatusType, ServiceLastAccessed, TrackedActionLastAccessed,
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::{PAGE, garbled, permitted};
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::base::arn::{Arn, ArnError};
use crate::model::{
    Access, ActionAccess, EntityAccess, ErrorKind, Fact, LastAccessed, LoadError, ServiceAccess, Source, Update,
};

const DETAILS: Operation = Operation::Iam(Iam::GetServiceLastAccessedDetails);

/// The pauses between polls: a small report is ready at once, a large one takes some seconds.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_secs(1), Duration::from_secs(2)];
const POLLS: usize = 60;

/// The most services of one `ListPoliciesGrantingServiceAccess`.
const MAX_SERVICES: usize = 200;

/// The names of the policies that grant access to a service.
type PoliciesByService = BTreeMap<Box<str>, Vec<Box<str>>>;

pub(super) async fn report(run: &Run, arn: &Arn) -> Result<(), LoadError> {
    let report = permitted(read(run, arn).await, run.seen(Source::Detail))?;
    run.read(Update::LastAccessed(arn.clone(), report.map(Box::new)));
    Ok(())
}

async fn read(run: &Run, arn: &Arn) -> Result<LastAccessed, LoadError> {
    let job = start_job(run, arn).await?;
    let made = wait_for_job(run, &job).await?;
    let call = |marker| {
        let call = run.clients.iam.get_service_last_accessed_details().job_id(&job);
        call.max_items(PAGE).set_marker(marker).send()
    };
    let services = run.collect(DETAILS, call, |output| output.services_last_accessed).await?;
    let granted = granted(run, arn, &services).await?;
    let services = services.iter().map(|service| convert_service(service, &granted));
    let services = services.collect::<Result<_, _>>().map_err(|error| garbled(DETAILS, error))?;
    Ok(LastAccessed { job: job.into(), made, services })
}

/// Starts the report's job, with the actions that AWS tracks, and returns its ID.
async fn start_job(run: &Run, arn: &Arn) -> Result<String, LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GenerateServiceLastAccessedDetails);
    let call = || {
        let call = run.clients.iam.generate_service_last_accessed_details().arn(arn.as_str());
        call.granularity(AccessAdvisorUsageGranularityType::ActionLevel).send()
    };
    let output = run.call(OPERATION, call).await?;
    output.job_id.ok_or_else(|| super::missing(OPERATION))
}

/// Polls until the job is complete, and returns its completion date.
async fn wait_for_job(run: &Run, job: &str) -> Result<Timestamp, LoadError> {
    let call = || run.clients.iam.get_service_last_accessed_details().job_id(job).max_items(1).send();
    for poll in 0..POLLS {
        let output = run.call(DETAILS, call).await?;
        match output.job_status() {
            JobStatusType::Completed => return Ok(convert::time(output.job_completion_date())),
            JobStatusType::Failed => {
                let why = output.error().map_or("the job failed", |error| error.message());
                return Err(LoadError::new(ErrorKind::Failed, DETAILS).detail(why));
            }
            _ => tokio::time::sleep(PAUSES[poll.min(PAUSES.len() - 1)]).await,
        }
    }
    Err(LoadError::new(ErrorKind::Timeout, DETAILS))
}

/// The policies that grant access to each service. The operation takes no policy's ARN.
async fn granted(run: &Run, arn: &Arn, services: &[ServiceLastAccessed]) -> Result<Fact<PoliciesByService>, LoadError> {
    if arn.resource_type() == "policy" {
        return Ok(Fact::Unknown);
    }
    let mut all = PoliciesByService::new();
    for chunk in services.chunks(MAX_SERVICES) {
        let call = |marker| {
            let call = run.clients.iam.list_policies_granting_service_access().arn(arn.as_str());
            let names = chunk.iter().map(|service| service.service_namespace.clone()).collect();
            call.set_service_namespaces(Some(names)).set_marker(marker).send()
        };
        let page = run
            .collect(Iam::ListPoliciesGrantingServiceAccess, call, |output| output.policies_granting_service_access)
            .await;
        let page = match permitted(page, run.seen(Source::Detail))? {
            Fact::Known(page, _) => page,
            other => return Ok(other.map(|_| PoliciesByService::new())),
        };
        for entry in page {
            let names = entry.policies.unwrap_or_default().into_iter().map(|policy| policy.policy_name.into());
            all.entry(entry.service_namespace.unwrap_or_default().into()).or_default().extend(names);
        }
    }
    Ok(Fact::Known(all, run.seen(Source::Detail)))
}

/// The entities that used a service of a report, the latest first.
pub(super) async fn entities(run: &Run, arn: &Arn, job: &str, service: &str) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetServiceLastAccessedDetailsWithEntities);
    let call = |marker| {
        let call = run.clients.iam.get_service_last_accessed_details_with_entities().job_id(job);
        call.service_namespace(service).max_items(PAGE).set_marker(marker).send()
    };
    let read = run.collect(OPERATION, call, |output| output.entity_details_list).await;
    let used_by = match permitted(read, run.seen(Source::Detail))? {
        Fact::Known(list, seen) => {
            let list = list.iter().filter_map(convert_entity).collect::<Result<Vec<_>, _>>();
            Fact::Known(Arc::from(list.map_err(|error| garbled(OPERATION, error))?), seen)
        }
        other => other.map(|_| Arc::from([])),
    };
    run.read(Update::LastAccessedEntities(arn.clone(), service.into(), used_by));
    Ok(())
}

fn convert_entity(entity: &EntityDetails) -> Option<Result<EntityAccess, ArnError>> {
    let at = convert::time_opt(entity.last_authenticated());
    entity.entity_info().map(|info| Ok(EntityAccess { arn: Arn::parse(info.arn())?, at }))
}

fn convert_service(
    service: &ServiceLastAccessed,
    granted: &Fact<PoliciesByService>,
) -> Result<ServiceAccess, ArnError> {
    let namespace = service.service_namespace();
    Ok(ServiceAccess {
        name: service.service_name().into(),
        namespace: namespace.into(),
        last: access(
            service.last_authenticated(),
            service.last_authenticated_entity(),
            service.last_authenticated_region(),
        )?,
        entities: u32::try_from(service.total_authenticated_entities().unwrap_or(0)).unwrap_or(0),
        actions: service.tracked_actions_last_accessed().iter().map(convert_action).collect::<Result<_, _>>()?,
        granted_by: granted.as_ref().map(|granted| granted.get(namespace).cloned().unwrap_or_default()),
        used_by: Fact::Unknown,
    })
}

fn convert_action(action: &TrackedActionLastAccessed) -> Result<ActionAccess, ArnError> {
    let last = access(action.last_accessed_time(), action.last_accessed_entity(), action.last_accessed_region())?;
    Ok(ActionAccess { name: action.action_name().unwrap_or_default().into(), last })
}

fn access(at: Option<&DateTime>, by: Option<&str>, region: Option<&str>) -> Result<Option<Access>, ArnError> {
    let Some(at) = convert::time_opt(at) else { return Ok(None) };
    Ok(Some(Access { at, by: by.map(Arn::parse).transpose()?, region: region.map(Into::into) }))
}
