//! Deleting a service-linked role: the service is asked, and answers later whether it did.

use std::time::Duration;

use aws_sdk_iam::types::DeletionTaskFailureReasonType;
use tokio_util::sync::CancellationToken;

use crate::api::Iam;
use crate::backend::run::Run;
use crate::plan::journal::Outcome;

/// The waits before each question; together about a minute and a half, which most services need less than.
const WAITS: [Duration; 8] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(30),
    Duration::from_secs(30),
];

/// Asks until the service has deleted its role or refuses; nothing where it has deleted it.
pub(super) async fn refusal(run: &Run, task: &str, stop: &CancellationToken) -> Option<Outcome> {
    for wait in WAITS {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return Some(unsure(task)),
        }
        let ask = || run.clients.iam.get_service_linked_role_deletion_status().deletion_task_id(task).send();
        let Ok(answer) = run.call(Iam::GetServiceLinkedRoleDeletionStatus, ask).await else {
            return Some(unsure(task));
        };
        match answer.status().as_str() {
            "SUCCEEDED" => return None,
            "FAILED" => {
                let told = answer.reason();
                let why = told.and_then(DeletionTaskFailureReasonType::reason).unwrap_or("it gave no reason");
                let uses = told.map(DeletionTaskFailureReasonType::role_usage_list).unwrap_or_default();
                let uses = uses.iter().map(|usage| {
                    let place = usage.region().map(|region| format!(" ({region})")).unwrap_or_default();
                    format!("in use by {}{place}", usage.resources().join(", "))
                });
                let message = std::iter::once(why.to_owned()).chain(uses).collect::<Vec<_>>().join("; ");
                return Some(Outcome::Failed { code: "the service did not delete it".to_owned(), message });
            }
            _ => {}
        }
    }
    Some(unsure(task))
}

fn unsure(task: &str) -> Outcome {
    Outcome::Unsure { message: format!("the service has not said yet whether it deletes the role (task {task})") }
}
