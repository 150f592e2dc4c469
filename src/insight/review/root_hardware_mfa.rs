//! The kind of the root user's MFA device.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::home;

pub(super) const CHECK: Check = Check {
    id: "root-hardware-mfa",
    title: "The MFA device of the root user is a passkey or hardware",
    why: "A virtual device can be copied with the phone that it is on.",
    fix: "Assign a passkey, security key or hardware token to the root user.",
    references: &["CIS 1.5", "CIS v7 2.6", "FSBP IAM.6"],
    severity: Severity::High,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let summary = scene.account.summary().known().ok_or("the account summary was not read (iam:GetAccountSummary)")?;
    if summary.root_has_mfa() != Some(true) {
        return Ok(Vec::new());
    }
    if !scene.account.virtual_mfa_devices().is_complete() {
        return Err("the virtual MFA devices were not read (iam:ListVirtualMFADevices)".to_owned());
    }
    let number = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    let virtual_one = scene.account.virtual_mfa_devices().rows().iter().any(|device| device.is_root);
    Ok(if virtual_one { vec![Finding::new(&*number, "the root user has a virtual MFA device")] } else { Vec::new() })
}
