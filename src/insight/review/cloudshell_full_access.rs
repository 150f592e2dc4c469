//! Full access to AWS `CloudShell`.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::base::arn::Arn;
use crate::insight::references::affected;
use crate::plan::builders::{Owner, detach};

pub(super) const CHECK: Check = Check {
    id: "cloudshell-full-access",
    title: "AWSCloudShellFullAccess is not attached",
    why: "CloudShell can upload and download files, so data can leave through it.",
    fix: "Detach the policy, or attach one that denies file transfer.",
    references: &["CIS 1.21", "CIS v7 2.20", "FSBP IAM.27"],
    severity: Severity::Medium,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const POLICY: &str = "arn:aws:iam::aws:policy/AWSCloudShellFullAccess";
    let Ok(arn) = Arn::parse(POLICY) else { return Ok(Vec::new()) };
    let holders = affected(scene.account, &arn).attached;
    let found = holders.iter().filter_map(|holder| {
        let owner = Owner::of(holder)?;
        let resource = scene.account.arn(holder)?.to_string();
        let plan = detach(scene.account, &[POLICY.to_owned()], &[owner]);
        Some(Finding::new(resource, "has AWSCloudShellFullAccess").settled_by(plan))
    });
    Ok(found.collect())
}
