//! Reports that are asked for in one call and fetched in others.

use serde_json::{Value, json};

use super::caller::{Bearer, Principal};
use super::failure::Failure;
use super::operation::Request;
use super::store::State;
use super::store::activity::Job;

/// Seconds for which a report is kept.
const KEPT: i64 = 24 * 60 * 60;
/// How many reports of an account are kept: the oldest make room.
const MOST: usize = 100;

/// Who asks, however many sessions it has.
fn asker<'a>(request: &Request<'a>) -> &'a str {
    match (&request.caller.principal, &request.caller.session) {
        (Principal::User { id, .. } | Principal::Role { id, .. }, _) => id,
        (_, Some(session)) => match &session.bearer {
            Bearer::Federated(name, _) => name,
            _ => request.account,
        },
        _ => request.account,
    }
}

/// Keeps a report and answers with the id of its job.
pub fn begin(request: &Request<'_>, state: &mut State, report: Value) -> Value {
    let mut old: Vec<(i64, String)> = state.jobs.iter().map(|job| (job.created.0, job.id.clone())).collect();
    old.sort_unstable();
    let crowd = old.len().saturating_sub(MOST - 1);
    let gone = old.iter().enumerate().filter(|(at, (created, _))| *at < crowd || request.now.0 - created > KEPT);
    for (_, (_, id)) in gone {
        state.jobs.remove(id);
    }
    let id = request.environment.ids.uuid();
    let caller = asker(request).to_owned();
    state.jobs.put(Job { id: id.clone(), caller, created: request.now, report });
    json!({"JobId": id})
}

/// The job that a request names, where its caller has begun it.
pub fn find<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s Job, Failure> {
    let job = state.jobs.get(request.text("JobId")).filter(|job| job.caller == asker(request));
    job.ok_or_else(|| missing(request))
}

/// The answer where there is no such job.
pub fn missing(request: &Request<'_>) -> Failure {
    Failure::no_such_entity(format!("The job with id {} cannot be found.", request.text("JobId")))
}

/// What every report says of its job.
pub fn head(job: &Job) -> Value {
    let at = job.created.to_string();
    json!({"JobStatus": "COMPLETED", "JobCreationDate": at, "JobCompletionDate": at})
}

/// Adds the members of an object to another one.
pub fn add(to: &mut Value, members: Value) {
    if let (Value::Object(to), Value::Object(members)) = (to, members) {
        to.extend(members);
    }
}
