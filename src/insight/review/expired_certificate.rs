//! Server certificates past their end.

use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "expired-certificate",
    title: "No server certificate has expired",
    why: "A certificate that has expired can still be put on a load balancer by mistake.",
    fix: "Delete the certificate.",
    references: &["CIS 1.18", "CIS v7 2.17", "FSBP IAM.26"],
    severity: Severity::High,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    if !scene.account.server_certificates().is_complete() {
        return Err("the server certificates were not read (iam:ListServerCertificates)".to_owned());
    }
    let rows = scene.account.server_certificates().rows().iter();
    let found = rows.filter_map(|one| {
        let ended = one.expires.filter(|expires| *expires < scene.now)?;
        Some(Finding::new(one.arn.as_str(), format!("expired {} days ago", scene.days_since(ended))))
    });
    Ok(found.collect())
}
