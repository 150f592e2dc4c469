//! The credential report: asked for, waited for, read.

use std::time::Duration;

use aws_sdk_iam::types::ReportStateType;

use super::missing;
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::model::{CredentialReport, ErrorKind, LoadError, Update};

/// How long the report is waited for, a second at a time after a quick first look.
const WAITS: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];
const LOOKS: usize = 90;

pub(super) async fn report(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetCredentialReport);
    match made(run).await {
        // Who may not ask for a new report may still be allowed to read the last one.
        Ok(()) | Err(LoadError { kind: ErrorKind::Denied(_), .. }) => {}
        Err(failed) => return Err(failed),
    }
    let output = run.call(OPERATION, || run.clients.iam.get_credential_report().send()).await?;
    let content = output.content().ok_or_else(|| missing(OPERATION))?;
    let text = String::from_utf8_lossy(content.as_ref());
    let generated = convert::time_opt(output.generated_time()).unwrap_or_else(|| run.clock.now());
    let report = CredentialReport::parse(&text, generated)
        .map_err(|error| LoadError::new(ErrorKind::Garbled, OPERATION).detail(&error.to_string()))?;
    run.read(Update::Report(Box::new(report)));
    Ok(())
}

async fn made(run: &Run) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GenerateCredentialReport);
    for look in 0..LOOKS {
        let output = run.call(OPERATION, || run.clients.iam.generate_credential_report().send()).await?;
        if matches!(output.state(), Some(ReportStateType::Complete)) {
            return Ok(());
        }
        tokio::time::sleep(WAITS[look.min(WAITS.len() - 1)]).await;
    }
    Err(LoadError::new(ErrorKind::Timeout, OPERATION))
}
